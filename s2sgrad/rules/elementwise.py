"""NumPy's elementwise functions of one argument.

Conventions where a derivative does not exist: 0 for abs at 0 and sinc at 0 (its limit); infinity for sqrt and cbrt at
0, as the formula says, but in arrays 0 where the adjoint or tangent that they meet is 0 (see `runtime.quotient`).
Rounding and signs have derivative zero.
"""
from __future__ import annotations

import math

import numpy as np

from s2sgrad.rules.number_types import angles, preserving, real_part, rounded
from s2sgrad.rules.registry import adjoint, d, is_real, linear, nondifferentiable, partials, rank, tangent
from s2sgrad.rules.typing import same_as_first
from s2sgrad.runtime import bessel_i, like, quotient, sign, sinc_slope

# ---- powers, exponentials and logarithms --------------------------------------------------------------------------


@partials(np.exp)
def exp(y, x):
    return y


@partials(np.exp2)
def exp2(y, x):
    return math.log(2.0) * y


@partials(np.expm1)
def expm1(y, x):
    return y + 1.0


@partials(np.log)
def log(y, x):
    return 1.0 / x


@partials(np.log2)
def log2(y, x):
    return 1.0 / (math.log(2.0) * x)


@partials(np.log10)
def log10(y, x):
    return 1.0 / (math.log(10.0) * x)


@partials(np.log1p)
def log1p(y, x):
    return 1.0 / (1.0 + x)


@partials(np.sqrt)
def sqrt(y, x):
    if rank(x) == 0:
        return 0.5 / y
    return quotient(0.5, y)


@partials(np.cbrt)
def cbrt(y, x):
    if rank(x) == 0:
        return 1.0 / (3.0 * y * y)
    return quotient(1.0, 3.0 * y * y)


@partials(np.square, type=preserving)
def square(y, x):
    return 2.0 * x


@partials(np.reciprocal, type=preserving)
def reciprocal(y, x):
    return -y * y


# ---- trigonometric and hyperbolic functions -----------------------------------------------------------------------

@partials(np.sin)
def sin(y, x):
    return np.cos(x)


@partials(np.cos)
def cos(y, x):
    return -np.sin(x)


@partials(np.tan)
def tan(y, x):
    return 1.0 + y * y


@partials(np.arcsin)
def arcsin(y, x):
    return 1.0 / np.sqrt(1.0 - x * x)


@partials(np.arccos)
def arccos(y, x):
    return -1.0 / np.sqrt(1.0 - x * x)


@partials(np.arctan)
def arctan(y, x):
    return 1.0 / (1.0 + x * x)


@partials(np.sinh)
def sinh(y, x):
    return np.cosh(x)


@partials(np.cosh)
def cosh(y, x):
    return np.sinh(x)


@partials(np.tanh)
def tanh(y, x):
    return 1.0 - y * y


@partials(np.arcsinh)
def arcsinh(y, x):
    return 1.0 / np.sqrt(x * x + 1.0)


@partials(np.arccosh)
def arccosh(y, x):
    if is_real(x):
        return 1.0 / np.sqrt(x * x - 1.0)
    return 1.0 / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0))  # the branch of complex numbers left of the imaginary axis


@partials(np.arctanh)
def arctanh(y, x):
    return 1.0 / (1.0 - x * x)


@partials(np.sinc)
def sinc(y, x):
    return sinc_slope(x)


@partials(np.i0)
def i0(y, x):
    return bessel_i(x, 1)


@partials(np.deg2rad, np.radians)
def deg2rad(y, x):
    return math.pi / 180.0


@partials(np.rad2deg, np.degrees)
def rad2deg(y, x):
    return 180.0 / math.pi


# ---- signs and parts ------------------------------------------------------------------------------------------------

@partials(np.negative, type=preserving)
def negative(y, x):
    return -1.0


@partials(np.positive, type=preserving)
def positive(y, x):
    return 1.0


@partials(np.abs, np.absolute, type=real_part)
def absolute(y, x):
    if is_real(x) and rank(x) != 0:
        return np.sign(x)
    return sign(x)


@tangent(np.abs, np.absolute)
def absolute_tangent(y, x):
    if is_real(x):
        d[y] = sign(x) * d[x]
    else:
        d[y] = np.real(sign(x) * d[x])


@partials(np.fabs, type=angles)
def fabs(y, x):
    return np.sign(x)


linear(np.conj, np.conjugate, transpose=np.conj, type=preserving)


@linear(np.ndarray.conj, view=True, type=preserving)  # of a real array the method gives the array itself
def conj_method(by, x):
    return np.conj(by)


@adjoint(np.real, view=("val",), type=real_part)
def real(y, val):
    if is_real(val):
        d[val] = d[y]
    else:
        d[val] = like(d[y], val)


@tangent(np.real)
def real_tangent(y, val):
    d[y] = np.real(d[val])


@adjoint(np.imag, view=("val",), type=real_part)
def imag(y, val):
    d[val] = like(-1j * d[y], val)


@tangent(np.imag)
def imag_tangent(y, val):
    d[y] = np.imag(d[val])


@adjoint(np.angle, type=angles)
def angle(y, z, deg=False):
    if deg:
        d[z] = like(d[y] * (-180j / math.pi) / z, z)
    else:
        d[z] = like(d[y] * -1j / z, z)


@tangent(np.angle)
def angle_tangent(y, z, deg=False):
    if deg:
        d[y] = np.imag(d[z] / z) * (180.0 / math.pi)
    else:
        d[y] = np.imag(d[z] / z)


@adjoint(np.real_if_close, view=("a",))
def real_if_close(y, a, tol=100):
    d[a] = like(d[y], a)


@tangent(np.real_if_close)
def real_if_close_tangent(y, a, tol=100):
    d[y] = like(d[a], y)


# ---- the rest -------------------------------------------------------------------------------------------------------

@partials(np.nan_to_num, type=same_as_first)
def nan_to_num(y, x, copy=True, nan=0.0, posinf=None, neginf=None):
    if not copy:
        raise NotImplementedError("copy=False changes the argument")
    return np.isfinite(x)


@adjoint(np.unwrap, type=same_as_first)
def unwrap(y, p, discont=None, axis=-1, *, period=math.tau):
    d[p] = d[y]
    d[period] = np.sum(d[y] * (y - p)) / period


@tangent(np.unwrap)
def unwrap_tangent(y, p, discont=None, axis=-1, *, period=math.tau):
    d[y] = d[p] + (y - p) / period * d[period]


nondifferentiable(np.sign, np.floor, np.ceil, np.rint, np.trunc, np.fix, np.spacing, np.round, np.around, type=rounded)
