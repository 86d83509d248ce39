"""The functions of `math`, which take and give numbers.

Conventions where a derivative does not exist are those of NumPy's functions: 0 for fabs, hypot and dist at 0; where
the formula divides by zero, as for sqrt at 0, Python raises ZeroDivisionError.
"""
from __future__ import annotations

import math

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import types as T
from s2sgrad.rules.number_types import scalar_bool, scalar_int
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import (
    adjoint,
    d,
    known,
    macro_adjoint,
    macro_tangent,
    nondifferentiable,
    partials,
    tangent,
)
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import (
    polygamma,
    power_slope,
    products_of_others,
    restructure,
    safe_divide,
    scaled,
    sign,
    spread,
    times_log,
)

# ---- powers, exponentials and logarithms --------------------------------------------------------------------------


@partials(math.exp, scalar=True)
def exp(y, x):
    return y


@partials(math.expm1, scalar=True)
def expm1(y, x):
    return y + 1.0


@partials(math.log, scalar=True)
def log(y, x, base=None):
    if known(base) and base is None:
        return 1.0 / x
    return 1.0 / (x * math.log(base)), -y / (base * math.log(base))


@partials(math.log2, scalar=True)
def log2(y, x):
    return 1.0 / (math.log(2.0) * x)


@partials(math.log10, scalar=True)
def log10(y, x):
    return 1.0 / (math.log(10.0) * x)


@partials(math.log1p, scalar=True)
def log1p(y, x):
    return 1.0 / (1.0 + x)


@partials(math.pow, scalar=True)
def power(z, x, y):
    return power_slope(x, y), times_log(z, x, y)


@partials(math.sqrt, scalar=True)
def sqrt(y, x):
    return 0.5 / y


# ---- trigonometric and hyperbolic functions -----------------------------------------------------------------------

@partials(math.sin, scalar=True)
def sin(y, x):
    return math.cos(x)


@partials(math.cos, scalar=True)
def cos(y, x):
    return -math.sin(x)


@partials(math.tan, scalar=True)
def tan(y, x):
    return 1.0 + y * y


@partials(math.asin, scalar=True)
def asin(y, x):
    return 1.0 / math.sqrt(1.0 - x * x)


@partials(math.acos, scalar=True)
def acos(y, x):
    return -1.0 / math.sqrt(1.0 - x * x)


@partials(math.atan, scalar=True)
def atan(y, x):
    return 1.0 / (1.0 + x * x)


@partials(math.atan2, scalar=True)
def atan2(z, y, x):
    return x / (x * x + y * y), -y / (x * x + y * y)


@partials(math.sinh, scalar=True)
def sinh(y, x):
    return math.cosh(x)


@partials(math.cosh, scalar=True)
def cosh(y, x):
    return math.sinh(x)


@partials(math.tanh, scalar=True)
def tanh(y, x):
    return 1.0 - y * y


@partials(math.asinh, scalar=True)
def asinh(y, x):
    return 1.0 / math.sqrt(x * x + 1.0)


@partials(math.acosh, scalar=True)
def acosh(y, x):
    return 1.0 / math.sqrt(x * x - 1.0)


@partials(math.atanh, scalar=True)
def atanh(y, x):
    return 1.0 / (1.0 - x * x)


@partials(math.radians, scalar=True)
def radians(y, x):
    return math.pi / 180.0


@partials(math.degrees, scalar=True)
def degrees(y, x):
    return 180.0 / math.pi


# ---- special functions ----------------------------------------------------------------------------------------------

@partials(math.erf, scalar=True)
def erf(y, x):
    return 2.0 / math.sqrt(math.pi) * math.exp(-x * x)


@partials(math.erfc, scalar=True)
def erfc(y, x):
    return -2.0 / math.sqrt(math.pi) * math.exp(-x * x)


@partials(math.gamma, scalar=True)
def gamma(y, x):
    return y * polygamma(0, x)


@partials(math.lgamma, scalar=True)
def lgamma(y, x):
    return polygamma(0, x)


# ---- signs and remainders -------------------------------------------------------------------------------------------

@partials(math.fabs, scalar=True)
def fabs(y, x):
    return sign(x)


@partials(math.copysign, scalar=True)
def copysign(z, x, y):
    return sign(x) * math.copysign(1.0, y), 0.0


@partials(math.fmod, scalar=True)
def fmod(z, x, y):
    return 1.0, -math.trunc(x / y)


@partials(math.remainder, scalar=True)
def remainder(z, x, y):
    return 1.0, -round(x / y)


@partials(math.ldexp, scalar=True)
def ldexp(y, x, i):
    return math.ldexp(1.0, i), 0.0


def _pair(operands: Operands) -> T.Type:
    return T.tuple_of((T.FLOAT, T.FLOAT))


@adjoint(math.modf, type=_pair)
def modf(y, x):
    d[x] = d[y][0]


@tangent(math.modf)
def modf_tangent(y, x):
    d[y] = (d[x], 0.0)


def _mantissa(operands: Operands) -> T.Type:
    return T.tuple_of((T.FLOAT, T.INT))


@adjoint(math.frexp, type=_mantissa)
def frexp(y, x):
    d[x] = math.ldexp(d[y][0], -y[1])


@tangent(math.frexp)
def frexp_tangent(y, x):
    d[y] = (math.ldexp(d[x], -y[1]), 0.0)


# ---- several numbers ------------------------------------------------------------------------------------------------

def _number(operands: Operands) -> T.Type:
    return T.FLOAT


def _coordinates(*coordinates):
    """The parameters of `math.hypot`."""


@macro_adjoint(math.hypot, signature=_coordinates, type=_number)
def hypot(found, result, seed, type_of):
    for x in found.bound["coordinates"].args:
        yield x, E.op("*", seed, E.call(_SAFE_DIVIDE, x, result))


@macro_tangent(math.hypot)
def hypot_tangent(found, result, tangent_of, type_of):
    terms = [E.op("*", E.call(_SAFE_DIVIDE, x, result), dx) for x in found.bound["coordinates"].args
             if (dx := tangent_of(x)) is not None]
    total = None
    for term in terms:
        total = term if total is None else E.op("+", total, term)
    return total


_SAFE_DIVIDE = E.ref("s2sgrad.runtime.safe_divide", safe_divide, library=True)


@adjoint(math.dist, type=_number)
def dist(z, p, q):
    apart = np.asarray(p) - np.asarray(q)
    d[p] = restructure(scaled(safe_divide(d[z], z), apart), p)
    d[q] = restructure(scaled(safe_divide(-d[z], z), apart), q)


@tangent(math.dist)
def dist_tangent(z, p, q):
    d[z] = safe_divide(np.dot(np.asarray(p) - np.asarray(q), np.asarray(d[p]) - np.asarray(d[q])), z)


@adjoint(math.fsum, type=_number)
def fsum(y, seq):
    d[seq] = spread(d[y], seq)


@tangent(math.fsum)
def fsum_tangent(y, seq):
    d[y] = math.fsum(d[seq])


@adjoint(math.prod, type=_number)
def prod(y, iterable, *, start=1):
    d[iterable] = restructure(d[y] * start * products_of_others(iterable), iterable)
    d[start] = d[y] * math.prod(iterable)


@tangent(math.prod)
def prod_tangent(y, iterable, *, start=1):
    d[y] = start * np.dot(products_of_others(iterable), d[iterable]) + d[start] * math.prod(iterable)


# ---- functions that only newer versions of Python have --------------------------------------------------------------

@partials(*functions("cbrt", library=math), scalar=True)
def cbrt(y, x):
    return 1.0 / (3.0 * y * y)


@partials(*functions("exp2", library=math), scalar=True)
def exp2(y, x):
    return math.log(2.0) * y


@partials(*functions("fma", library=math), scalar=True)
def fma(w, x, y, z):
    return y, x, 1.0


@adjoint(*functions("sumprod", library=math), type=_number)
def sumprod(z, p, q):
    d[p] = restructure(d[z] * np.asarray(q), p)
    d[q] = restructure(d[z] * np.asarray(p), q)


@tangent(*functions("sumprod", library=math))
def sumprod_tangent(z, p, q):
    d[z] = np.dot(d[p], q) + np.dot(p, d[q])


# ---- without derivatives --------------------------------------------------------------------------------------------

nondifferentiable(math.floor, math.ceil, math.trunc, math.factorial, math.gcd, math.lcm, math.isqrt, math.comb,
                  math.perm, type=scalar_int)
nondifferentiable(math.isclose, math.isfinite, math.isinf, math.isnan, type=scalar_bool)
nondifferentiable(math.ulp, type=_number)


@partials(math.nextafter, scalar=True)
def nextafter(z, x, y, *, steps=None):
    return 1.0, 0.0
