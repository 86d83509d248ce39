"""`numpy.polynomial`: series in powers, Chebyshev, Legendre, Hermite and Laguerre polynomials, one set of rules for all.

A series is linear in its coefficients; what it gives for the columns of the identity is the matrix of that.
"""
from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial, polyutils

from s2sgrad.rules.registry import adjoint, d, expansion, known, rank, tangent
from s2sgrad.runtime import fit_each, fit_to, like, real_like, series_map_adjoint, series_product_adjoint, unbroadcast


def _evaluation(val: Any, der: Any, vander: Any) -> None:
    @adjoint(val)
    def value(y, x, c, tensor=True):
        if rank(c) == 1:
            d[x] = d[y] * val(x, der(c))
            if rank(x) == 1:
                d[c] = real_like(d[y] @ vander(x, len(c) - 1), c)
            else:
                d[c] = real_like(np.ravel(d[y]) @ vander(np.ravel(x), len(c) - 1), c)
        elif tensor:
            d[x] = np.sum(d[y] * val(x, der(c)), axis=tuple(range(np.ndim(c) - 1)))
            rows = np.reshape(d[y], np.shape(c)[1:] + (-1,))
            d[c] = real_like(np.moveaxis(rows @ vander(np.ravel(x), len(c) - 1), -1, 0), c)
        else:
            d[x] = unbroadcast(d[y] * val(x, der(c), False), x)
            d[c] = unbroadcast(d[y] * np.moveaxis(vander(np.broadcast_to(x, np.shape(y)), len(c) - 1), -1, 0), c)

    @tangent(val)
    def value_tangent(y, x, c, tensor=True):
        d[y] = val(x, d[c], tensor) + val(x, der(c), tensor) * d[x]

    @adjoint(vander)
    def matrix(y, x, deg):
        slopes = vander(x, max(deg - 1, 0)) @ der(np.eye(deg + 1))
        d[x] = real_like(np.reshape(np.sum(d[y] * slopes, axis=-1), np.shape(x)), x)

    @tangent(vander)
    def matrix_tangent(y, x, deg):
        d[y] = np.expand_dims(d[x], -1) * (vander(x, max(deg - 1, 0)) @ der(np.eye(deg + 1)))


def _grids(m: ModuleType, name: str, val: Any) -> None:
    @expansion(getattr(m, name + "val2d"))
    def plane(x, y, c):
        return val(y, val(x, c), False)

    @expansion(getattr(m, name + "val3d"))
    def space(x, y, z, c):
        return val(z, val(y, val(x, c), False), False)

    @expansion(getattr(m, name + "grid2d"))
    def grid(x, y, c):
        return val(y, val(x, c))

    @expansion(getattr(m, name + "grid3d"))
    def grid_of_space(x, y, z, c):
        return val(z, val(y, val(x, c)))


def _calculus(val: Any, der: Any, integ: Any) -> None:
    @adjoint(der)
    def derivative(y, c, m=1, scl=1, axis=0):
        if rank(c) == 1:
            d[c] = real_like(d[y] @ der(np.eye(len(c)), m, scl), c)
        else:
            matrix = der(np.eye(np.shape(c)[axis]), m, scl)
            d[c] = real_like(np.moveaxis(np.tensordot(matrix, d[y], (0, axis)), 0, axis), c)
        d[scl] = np.sum(d[y] * y) * m / scl

    @tangent(der)
    def derivative_tangent(y, c, m=1, scl=1, axis=0):
        d[y] = der(d[c], m, scl, axis) + y * (d[scl] * (m / scl))

    @adjoint(integ)
    def integral(y, c, m=1, k=(), lbnd=0, scl=1, axis=0):
        if rank(c) == 1:
            d[c] = real_like(d[y] @ integ(np.eye(len(c)), m, (), lbnd, scl), c)
        else:
            matrix = integ(np.eye(np.shape(c)[axis]), m, (), lbnd, scl)
            d[c] = real_like(np.moveaxis(np.tensordot(matrix, d[y], (0, axis)), 0, axis), c)
        if known(m) and m == 1:
            d[k] = np.reshape(np.sum(np.take(d[y], 0, axis)), np.shape(k))
            d[lbnd] = -scl * np.sum(np.take(d[y], 0, axis) * val(lbnd, np.moveaxis(c, axis, 0)))
            d[scl] = np.sum(d[y] * integ(c, 1, (), lbnd, 1, axis))
        elif not (known(k) and known(lbnd) and known(scl)):
            raise ValueError("integrate once at a time, or with numbers for the constants")

    @tangent(integ)
    def integral_tangent(y, c, m=1, k=(), lbnd=0, scl=1, axis=0):
        if known(k) and known(lbnd) and known(scl):
            d[y] = integ(d[c], m, (), lbnd, scl, axis)
        elif known(m) and m == 1 and known(axis) and axis == 0:
            unit = np.reshape(np.eye(len(y), 1), (-1,) + (1,) * (np.ndim(y) - 1))
            first = np.sum(d[k]) - scl * val(lbnd, c) * d[lbnd]
            d[y] = integ(d[c], 1, (), lbnd, scl) + integ(c, 1, (), lbnd, 1) * d[scl] + first * unit
        else:
            raise ValueError("integrate once at a time, or with numbers for the constants")


def _algebra(m: ModuleType, name: str) -> None:
    plus, minus, mul, power = (getattr(m, name + f) for f in ("add", "sub", "mul", "pow"))
    line = getattr(m, name + "line")

    @adjoint(plus)
    def sum_(y, c1, c2):
        d[c1] = fit_to(d[y], c1)
        d[c2] = fit_to(d[y], c2)

    @tangent(plus)
    def sum_tangent(y, c1, c2):
        d[y] = fit_to(plus(d[c1], d[c2]), y)

    @adjoint(minus)
    def difference(y, c1, c2):
        d[c1] = fit_to(d[y], c1)
        d[c2] = -fit_to(d[y], c2)

    @tangent(minus)
    def difference_tangent(y, c1, c2):
        d[y] = fit_to(minus(d[c1], d[c2]), y)

    @adjoint(mul)
    def product(y, c1, c2):
        d[c1] = series_product_adjoint(d[y], c2, c1, mul)
        d[c2] = series_product_adjoint(d[y], c1, c2, mul)

    @tangent(mul)
    def product_tangent(y, c1, c2):
        d[y] = fit_to(mul(d[c1], c2), y) + fit_to(mul(c1, d[c2]), y)

    @expansion(getattr(m, name + "mulx"))
    def product_with_variable(c):
        return mul(c, line(0, 1))

    @adjoint(power)
    def power_(y, c, pow, maxpower=None):
        d[c] = pow * series_product_adjoint(d[y], power(c, max(pow - 1, 0)), c, mul)

    @tangent(power)
    def power_tangent(y, c, pow, maxpower=None):
        d[y] = pow * fit_to(mul(power(c, max(pow - 1, 0)), d[c]), y)


def _roots_and_fits(m: ModuleType, name: str, val: Any, der: Any, vander: Any) -> None:
    roots = getattr(m, name + "roots")

    @adjoint(roots)
    def roots_(y, c):
        d[c] = like(-(d[y] / val(y, der(c))) @ vander(y, len(c) - 1), c)

    @tangent(roots)
    def roots_tangent(y, c):
        d[y] = -val(y, d[c]) / val(y, der(c))

    @expansion(getattr(m, name + "fit"))
    def fit(x, y, deg, rcond=None, full: None = False, w=None):
        if known(w) and w is None:
            return np.linalg.lstsq(vander(x, deg), y, rcond=rcond)[0]
        return np.linalg.lstsq(np.expand_dims(w, -1) * vander(x, deg), (w * np.transpose(y)).T, rcond=rcond)[0]


def _conversions(m: ModuleType, name: str) -> None:
    to_powers, from_powers = getattr(m, f"{name}2poly"), getattr(m, f"poly2{name}")
    _linear_map(to_powers)
    _linear_map_of_powers(from_powers)

    @expansion(getattr(m, name + "div"))
    def division(c1, c2):
        quotient, rest = polynomial.polydiv(to_powers(c1), to_powers(c2))
        return from_powers(quotient), from_powers(rest)

    @expansion(getattr(m, name + "fromroots"))
    def from_roots(roots):
        return from_powers(np.poly(roots)[::-1])


def _linear_map(fn: Any) -> None:
    @adjoint(fn)
    def mapped(y, c):
        d[c] = series_map_adjoint(d[y], c, fn)

    @tangent(fn)
    def mapped_tangent(y, c):
        d[y] = fit_to(fn(d[c]), y)


def _linear_map_of_powers(fn: Any) -> None:
    @adjoint(fn)
    def mapped(y, pol):
        d[pol] = series_map_adjoint(d[y], pol, fn)

    @tangent(fn)
    def mapped_tangent(y, pol):
        d[y] = fit_to(fn(d[pol]), y)


@adjoint(polyutils.as_series)
def as_series(y, alist, trim=True):
    d[alist] = fit_each(d[y], alist)


@tangent(polyutils.as_series)
def as_series_tangent(y, alist, trim=True):
    d[y] = fit_each(d[alist], y)


@expansion(polynomial.polyfromroots)
def polyfromroots(roots):
    return np.poly(roots)[::-1]


@expansion(polynomial.polydiv)
def polydiv(c1, c2):
    quotient, rest = np.polydiv(np.flip(c1), np.flip(c2))  # which may leave zeros in front that are rounding errors
    return np.flip(quotient), np.flip(rest)[:max(np.size(c2) - 1, 1)]


for _module, _name in ((polynomial, "poly"), (chebyshev, "cheb"), (legendre, "leg"), (hermite, "herm"),
                       (hermite_e, "herme"), (laguerre, "lag")):
    _val, _der, _vander = (getattr(_module, _name + f) for f in ("val", "der", "vander"))
    _evaluation(_val, _der, _vander)
    _grids(_module, _name, _val)
    _calculus(_val, _der, getattr(_module, _name + "int"))
    _algebra(_module, _name)
    _roots_and_fits(_module, _name, _val, _der, _vander)
    if _module is not polynomial:
        _conversions(_module, _name)
