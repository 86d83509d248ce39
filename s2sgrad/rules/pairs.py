"""NumPy's elementwise functions of two arguments, beside the operators.

Conventions where a derivative does not exist: the arguments of `maximum`, `minimum`, `fmax` and `fmin` share it
equally where they tie; `hypot` has derivative 0 at the origin; `logaddexp` has derivative 0 for arguments that are
both minus infinity.
"""
from __future__ import annotations

import math

import numpy as np

from s2sgrad.rules.number_types import boolean, preserving, whole
from s2sgrad.rules.registry import adjoint, d, known, nondifferentiable, partials, tangent
from s2sgrad.rules.typing import several
from s2sgrad.runtime import exp_difference, safe_divide, share, unbroadcast

# ---- arithmetic -----------------------------------------------------------------------------------------------------


@partials(np.fmod, type=preserving)
def fmod(z, x, y):
    return 1.0, -np.trunc(x / y)


@partials(np.arctan2)
def arctan2(z, x, y):
    return y / (x * x + y * y), -x / (x * x + y * y)


@partials(np.hypot)
def hypot(z, x, y):
    return safe_divide(x, z), safe_divide(y, z)


@partials(np.logaddexp)
def logaddexp(z, x, y):
    return exp_difference(x, z), exp_difference(y, z)


@partials(np.logaddexp2)
def logaddexp2(z, x, y):
    return exp_difference(math.log(2.0) * x, math.log(2.0) * z), exp_difference(math.log(2.0) * y, math.log(2.0) * z)


@partials(np.copysign)
def copysign(z, x, y):
    return np.copysign(np.sign(x), np.sign(x) * y), 0.0


@partials(np.ldexp)
def ldexp(z, x, y):
    return np.ldexp(np.ones_like(x), y), 0.0


@partials(np.heaviside)
def heaviside(z, x, y):
    return 0.0, x == 0


@partials(np.nextafter)
def nextafter(z, x, y):
    return 1.0, 0.0


# ---- extrema --------------------------------------------------------------------------------------------------------

@partials(np.maximum, type=preserving)
def maximum(z, x, y):
    if known(y) and y == 0.0:
        return np.heaviside(x, 0.5), 0.0
    if known(y):
        return np.heaviside(x - y, 0.5), 0.0
    if known(x) and x == 0.0:
        return 0.0, np.heaviside(y, 0.5)
    if known(x):
        return 0.0, np.heaviside(y - x, 0.5)
    return share(x, y, z), share(y, x, z)


@partials(np.minimum, type=preserving)
def minimum(z, x, y):
    if known(y):
        return np.heaviside(y - x, 0.5), 0.0
    if known(x):
        return 0.0, np.heaviside(x - y, 0.5)
    return share(x, y, z), share(y, x, z)


@partials(np.fmax, np.fmin, type=preserving)
def fmax(z, x, y):
    return share(x, y, z), share(y, x, z)


# ---- two results ----------------------------------------------------------------------------------------------------

@adjoint(np.modf, type=several(2))
def modf(y, x):
    d[x] = d[y][0]


@tangent(np.modf)
def modf_tangent(y, x):
    d[y] = (np.positive(d[x]), np.zeros_like(d[x]))


@adjoint(np.frexp)
def frexp(y, x):
    d[x] = np.ldexp(d[y][0], -y[1])


@tangent(np.frexp)
def frexp_tangent(y, x):
    d[y] = (np.ldexp(d[x], -y[1]), np.zeros_like(d[x]))


@adjoint(np.divmod, divmod, type=several(2))
def floor_and_rest(z, x, y):
    d[x] = unbroadcast(d[z][1], x)
    d[y] = unbroadcast(-d[z][1] * z[0], y)


@tangent(np.divmod, divmod)
def floor_and_rest_tangent(z, x, y):
    d[z] = (np.zeros_like(z[0]), d[x] - z[0] * d[y])


# ---- without derivatives --------------------------------------------------------------------------------------------

nondifferentiable(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.logical_and,
                  np.logical_or, np.logical_xor, np.logical_not, np.isnan, np.isinf, np.isfinite, np.signbit,
                  np.isclose, type=boolean)
nondifferentiable(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift, np.gcd,
                  np.lcm, type=whole)
