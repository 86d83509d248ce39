"""Sums, products, moments and extrema.

Conventions where a derivative does not exist: elements that attain a maximum or minimum share its derivative
equally, and the number that it starts from has it where none does; a standard deviation of zero has derivative 0;
products are right also where elements are zero.
"""
from __future__ import annotations

import numpy as np

from s2sgrad.rules.number_types import boolean_reduction, floating_reduction, integer_reduction, mean_reduction
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, d, is_real, known, nondifferentiable, tangent
from s2sgrad.rules.typing import reduction
from s2sgrad.runtime import (
    cast_like,
    cast_tangent,
    centered,
    count,
    expand,
    like,
    products_of_others,
    restore_axes,
    safe_divide,
    ties,
    unbroadcast,
)

# ---- sums and means -------------------------------------------------------------------------------------------------


@adjoint(np.sum, type=reduction, new=True)
def sum(y, a, axis=None, dtype=None, out: None = None, keepdims=False, initial=0.0, where=True):
    d[initial] = unbroadcast(d[y], initial)
    if dtype is not None:
        d[a] = cast_like(np.where(where, expand(restore_axes(d[y], a, axis, keepdims), a), 0.0), a, y)
    elif known(where) and where:
        if axis is None:
            d[a] = expand(d[y], a)
        else:
            d[a] = expand(restore_axes(d[y], a, axis, keepdims), a)
    else:
        d[a] = np.where(where, expand(restore_axes(d[y], a, axis, keepdims), a), 0.0)


@tangent(np.sum)
def sum_tangent(y, a, axis=None, dtype=None, out: None = None, keepdims=False, initial=0.0, where=True):
    if dtype is not None:
        d[y] = cast_tangent(np.sum(d[a], axis=axis, keepdims=keepdims, where=where) + d[initial], y)
    elif known(where) and where:
        d[y] = np.sum(d[a], axis=axis, keepdims=keepdims) + d[initial]
    else:
        d[y] = np.sum(d[a], axis=axis, keepdims=keepdims, where=where) + d[initial]


@adjoint(np.mean, type=mean_reduction, new=True)
def mean(y, a, axis=None, dtype=None, out: None = None, keepdims=False, *, where=True):
    if dtype is not None:
        bm = restore_axes(d[y] / count(a, axis, keepdims, where), a, axis, keepdims)
        d[a] = cast_like(np.where(where, expand(bm, a), 0.0), a, y)
    elif known(where) and where:
        if axis is None:
            d[a] = expand(d[y] / np.size(a), a)
        elif isinstance(axis, int):
            d[a] = expand(restore_axes(d[y] / np.shape(a)[axis], a, axis, keepdims), a)
        else:
            d[a] = expand(restore_axes(d[y] / count(a, axis), a, axis, keepdims), a)
    else:
        bm = restore_axes(d[y] / count(a, axis, keepdims, where), a, axis, keepdims)
        d[a] = np.where(where, expand(bm, a), 0.0)


@tangent(np.mean)
def mean_tangent(y, a, axis=None, dtype=None, out: None = None, keepdims=False, *, where=True):
    if dtype is not None:
        d[y] = cast_tangent(np.mean(d[a], axis=axis, keepdims=keepdims, where=where), y)
    elif known(where) and where:
        d[y] = np.mean(d[a], axis=axis, keepdims=keepdims)
    else:
        d[y] = np.mean(d[a], axis=axis, keepdims=keepdims, where=where)


# ---- products -------------------------------------------------------------------------------------------------------

@adjoint(np.prod, type=reduction, new=True)
def prod(y, a, axis=None, dtype=None, out: None = None, keepdims=False, initial=1.0, where=True):
    d[initial] = unbroadcast(d[y] * np.prod(a, axis=axis, keepdims=keepdims, where=where), initial)
    if dtype is not None:
        others = products_of_others(like(np.where(where, a, 1.0), y), axis)
        d[a] = cast_like(np.where(where, restore_axes(d[y] * initial, a, axis, keepdims) * others, 0.0), a, y)
    elif known(where) and where:
        d[a] = restore_axes(d[y] * initial, a, axis, keepdims) * products_of_others(a, axis)
    else:
        others = products_of_others(np.where(where, a, 1.0), axis)
        d[a] = np.where(where, restore_axes(d[y] * initial, a, axis, keepdims) * others, 0.0)


@tangent(np.prod)
def prod_tangent(y, a, axis=None, dtype=None, out: None = None, keepdims=False, initial=1.0, where=True):
    if dtype is not None:
        others = products_of_others(like(np.where(where, a, 1.0), y), axis)
        moved = initial * np.sum(others * like(d[a], y), axis=axis, keepdims=keepdims, where=where)
        d[y] = cast_tangent(moved + d[initial] * np.prod(like(a, y), axis=axis, keepdims=keepdims, where=where), y)
    elif known(where) and where:
        d[y] = initial * np.sum(products_of_others(a, axis) * d[a], axis=axis, keepdims=keepdims) \
            + d[initial] * np.prod(a, axis=axis, keepdims=keepdims)
    else:
        others = products_of_others(np.where(where, a, 1.0), axis)
        d[y] = initial * np.sum(others * d[a], axis=axis, keepdims=keepdims, where=where) \
            + d[initial] * np.prod(a, axis=axis, keepdims=keepdims, where=where)


# ---- moments --------------------------------------------------------------------------------------------------------

@adjoint(np.var, type=floating_reduction, new=True)
def var(y, a, axis=None, dtype=None, out: None = None, ddof=0, keepdims=False, *, where=True, mean=None,
        correction=None):
    if not (known(where) and where):
        size = count(a, axis, keepdims, where)
    elif axis is None:
        size = np.size(a)
    else:
        size = count(a, axis)
    if correction is not None:
        size = size - correction
    elif not known(ddof) or ddof != 0:
        size = size - ddof
    d[ddof] = np.sum(d[y] * y / size)
    d[correction] = np.sum(d[y] * y / size)
    if mean is not None:
        moved = restore_axes(d[y] * (2.0 / size), a, axis, keepdims) * np.where(where, np.conj(a - mean), 0.0)
        d[a] = moved if dtype is None else cast_like(moved, a, y)
        d[mean] = unbroadcast(-moved, mean)
    elif dtype is None:
        d[a] = restore_axes(d[y] * (2.0 / size), a, axis, keepdims) * centered(a, axis, where)
    else:
        d[a] = cast_like(restore_axes(d[y] * (2.0 / size), a, axis, keepdims) * centered(a, axis, where, dtype), a, y)


@tangent(np.var)
def var_tangent(y, a, axis=None, dtype=None, out: None = None, ddof=0, keepdims=False, *, where=True,
                mean=None, correction=None):
    if correction is not None:
        size = count(a, axis, keepdims, where) - correction
    else:
        size = count(a, axis, keepdims, where) - ddof
    if mean is None:
        moved = np.sum(centered(a, axis, where, dtype) * d[a], axis=axis, keepdims=keepdims)
    else:
        moved = np.sum(np.where(where, np.conj(a - mean), 0.0) * (d[a] - d[mean]), axis=axis, keepdims=keepdims)
    if is_real(a):
        d[y] = (2.0 / size) * moved + y / size * (d[ddof] + d[correction])
    else:
        d[y] = (2.0 / size) * np.real(moved) + y / size * (d[ddof] + d[correction])


@adjoint(np.std, type=floating_reduction, new=True)
def std(y, a, axis=None, dtype=None, out: None = None, ddof=0, keepdims=False, *, where=True, mean=None,
        correction=None):
    if not (known(where) and where):
        size = count(a, axis, keepdims, where)
    elif axis is None:
        size = np.size(a)
    else:
        size = count(a, axis)
    if correction is not None:
        size = size - correction
    elif not known(ddof) or ddof != 0:
        size = size - ddof
    d[ddof] = np.sum(0.5 * d[y] * y / size)
    d[correction] = np.sum(0.5 * d[y] * y / size)
    if mean is not None:
        moved = restore_axes(safe_divide(d[y], y * size), a, axis, keepdims) * np.where(where, np.conj(a - mean), 0.0)
        d[a] = moved if dtype is None else cast_like(moved, a, y)
        d[mean] = unbroadcast(-moved, mean)
    elif dtype is None:
        d[a] = restore_axes(safe_divide(d[y], y * size), a, axis, keepdims) * centered(a, axis, where)
    else:
        d[a] = cast_like(restore_axes(safe_divide(d[y], y * size), a, axis, keepdims) * centered(a, axis, where, dtype), a, y)


@tangent(np.std)
def std_tangent(y, a, axis=None, dtype=None, out: None = None, ddof=0, keepdims=False, *, where=True,
                mean=None, correction=None):
    if correction is not None:
        size = count(a, axis, keepdims, where) - correction
    else:
        size = count(a, axis, keepdims, where) - ddof
    if mean is None:
        moved = np.sum(centered(a, axis, where, dtype) * d[a], axis=axis, keepdims=keepdims)
    else:
        moved = np.sum(np.where(where, np.conj(a - mean), 0.0) * (d[a] - d[mean]), axis=axis, keepdims=keepdims)
    if is_real(a):
        d[y] = safe_divide(moved, y * size) + 0.5 * y / size * (d[ddof] + d[correction])
    else:
        d[y] = safe_divide(np.real(moved), y * size) + 0.5 * y / size * (d[ddof] + d[correction])


# ---- extrema --------------------------------------------------------------------------------------------------------

_EXTREMA = functions("max", "min", "amax", "amin", "nanmax", "nanmin")


@adjoint(*_EXTREMA, type=reduction, new=True)
def extremum(y, a, axis=None, out: None = None, keepdims=False, initial=None, where=True):
    if axis is None and known(where) and where:
        d[a] = d[y] * ties(a, y)
        d[initial] = unbroadcast(d[y] * (1.0 - np.sum(ties(a, y), keepdims=keepdims)), initial)
    else:
        shares = ties(a, restore_axes(y, a, axis, keepdims), axis, where)
        d[a] = restore_axes(d[y], a, axis, keepdims) * shares
        d[initial] = unbroadcast(d[y] * (1.0 - np.sum(shares, axis=axis, keepdims=keepdims)), initial)


@tangent(*_EXTREMA)
def extremum_tangent(y, a, axis=None, out: None = None, keepdims=False, initial=None, where=True):
    if axis is None and known(where) and where:
        shares = ties(a, y)
        moved = np.sum(shares * d[a], keepdims=keepdims)
    else:
        shares = ties(a, restore_axes(y, a, axis, keepdims), axis, where)
        moved = np.sum(shares * d[a], axis=axis, keepdims=keepdims)
    if initial is None:
        d[y] = moved
    else:
        d[y] = moved + d[initial] * (1.0 - np.sum(shares, axis=axis, keepdims=keepdims))


@adjoint(np.ptp, type=reduction, new=True)
def ptp(y, a, axis=None, out: None = None, keepdims=False):
    top = ties(a, np.max(a, axis=axis, keepdims=True), axis)
    bottom = ties(a, np.min(a, axis=axis, keepdims=True), axis)
    d[a] = restore_axes(d[y], a, axis, keepdims) * (top - bottom)


@tangent(np.ptp)
def ptp_tangent(y, a, axis=None, out: None = None, keepdims=False):
    top = ties(a, np.max(a, axis=axis, keepdims=True), axis)
    bottom = ties(a, np.min(a, axis=axis, keepdims=True), axis)
    d[y] = np.sum((top - bottom) * d[a], axis=axis, keepdims=keepdims)


nondifferentiable(np.all, np.any, type=boolean_reduction)
nondifferentiable(np.count_nonzero, type=integer_reduction)
