"""Rules of the run-time helpers, so that derivatives can be differentiated again."""
from __future__ import annotations

import numpy as np

from s2sgrad import runtime as rt
from s2sgrad.ir import types as T
from s2sgrad.rules.registry import adjoint, bilinear, d, linear, nondifferentiable, partials, tangent
from s2sgrad.rules.typing import Operands, first, same_as_first

# ---- shapes ---------------------------------------------------------------------------------------------------------


def _like_second(operands: Operands) -> T.Type:
    """The first argument in the shape of the second."""
    values = list(operands.values())
    return T.numeric(values[1].shape, values[0].type.dtype, values[1].type.is_array)


@linear(rt.unbroadcast, view=True, type=_like_second)
def unbroadcast(by, b, like):
    return rt.expand(by, b)


@linear(rt.expand, view=True, type=_like_second)
def expand(by, b, like):
    return rt.unbroadcast(by, b)


@linear(rt.restore_axes, view=True)
def restore_axes(by, b, like, axis, keepdims):
    return np.reshape(by, np.shape(b))


@linear(rt.like, view=True, type=_like_second)
def like(by, b, x):
    return rt.like(by, b)


linear(rt.copy, transpose=rt.copy, type=same_as_first)

nondifferentiable(rt.zeros_like, type=same_as_first)

# ---- numbers --------------------------------------------------------------------------------------------------------


@partials(rt.log_where_positive)
def log_where_positive(y, x):
    return rt.safe_divide(1.0, x)


@partials(rt.power_slope)
def power_slope(z, x, y):
    return y * rt.power_slope(x, y - 1), x ** (y - 1.0) + rt.log_where_positive(x) * z


@partials(rt.safe_divide)
def safe_divide(z, x, y):
    return rt.safe_divide(1.0, y), -rt.safe_divide(z, y)


@adjoint(rt.sign)
def sign(y, x):
    d[x] = rt.sign_slope(d[y], x)


@tangent(rt.sign)
def sign_tangent(y, x):
    d[y] = rt.sign_slope(d[x], x)


@partials(rt.exp_difference)
def exp_difference(z, x, y):
    return z, -z


nondifferentiable(rt.share)


@partials(rt.sinc_slope)
def sinc_slope(y, x, n=1):
    return rt.sinc_slope(x, n + 1)


@partials(rt.bessel_i)
def bessel_i(y, x, n):
    return 0.5 * (rt.bessel_i(x, abs(n - 1)) + rt.bessel_i(x, n + 1))


@partials(rt.polygamma, scalar=True)
def polygamma(y, n, x):
    return None, rt.polygamma(n + 1, x)


# ---- reductions -----------------------------------------------------------------------------------------------------

def _of_first(operands: Operands) -> T.Type:
    return first(operands).type


nondifferentiable(rt.count)
nondifferentiable(rt.ties, type=_of_first)

linear(rt.centered, transpose=rt.centered, type=same_as_first)


@linear(rt.spread, view=True)
def spread(by, b, xs):
    return rt.unbroadcast(rt.gathered(by), b)


@linear(rt.gathered)
def gathered(by, b):
    return rt.spread(by, b)


@adjoint(rt.scaled)
def scaled(y, b, xs):
    d[b] = np.sum(np.multiply(d[y], xs))
    d[xs] = rt.scaled(b, d[y])


bilinear(rt.scaled, wrt=("b", "xs"))


@adjoint(rt.products_of_others)
def products_of_others(y, a, axis=None):
    d[a] = rt.products_of_others_adjoint(d[y], a, axis)


@tangent(rt.products_of_others)
def products_of_others_tangent(y, a, axis=None):
    d[y] = rt.products_of_others_adjoint(d[a], a, axis)


@adjoint(rt.products_of_others_adjoint)
def products_of_others_adjoint(y, b, a, axis=None):
    d[b] = rt.products_of_others_adjoint(d[y], a, axis)
    d[a] = None


@adjoint(rt.cumprod_adjoint)
def cumprod_adjoint(y, b, a, axis=None):
    d[b] = rt.cumprod_tangent(d[y], a, axis)
    d[a] = rt.cumprod_hessian(b, d[y], a, axis)


@tangent(rt.cumprod_adjoint)
def cumprod_adjoint_tangent(y, b, a, axis=None):
    d[y] = rt.cumprod_adjoint(d[b], a, axis) + rt.cumprod_hessian(b, d[a], a, axis)


@adjoint(rt.cumprod_tangent)
def cumprod_tangent(y, da, a, axis=None):
    d[da] = rt.cumprod_adjoint(d[y], a, axis)
    d[a] = rt.cumprod_hessian(d[y], da, a, axis)


@linear(rt.diff_adjoint)
def diff_adjoint(by, b, a, n=1, axis=-1, prepend=None, append=None):
    if prepend is None and append is None:
        return np.diff(by, n, axis)
    return np.diff(by, n, axis, prepend=rt.zeros_like(prepend), append=rt.zeros_like(append))


@linear(rt.gradient_adjoint)
def gradient_adjoint(by, b, f, varargs, axis=None, edge_order=1):
    return np.gradient(by, *varargs, axis=axis, edge_order=edge_order)
