"""Rules of the run-time helpers, so that derivatives can be differentiated again."""
from __future__ import annotations

import numpy as np

from s2sgrad import runtime as rt
from s2sgrad.ir import types as T
from s2sgrad.rules.registry import absent, adjoint, d, linear, nondifferentiable, partials, tangent
from s2sgrad.rules.typing import UNKNOWN, Operands, first, like_first, reduced_shape, same_as_first

# ---- shapes ---------------------------------------------------------------------------------------------------------


def _like_second(operands: Operands) -> T.Type:
    """The first argument in the shape of the second."""
    values = list(operands.values())
    return T.numeric(values[1].shape, values[0].type.dtype, values[1].type.is_array)


def _real_like_second(operands: Operands) -> T.Type:
    """The first argument in the shape of the second, and real where that is."""
    b, like = (o.type for o in operands.values())
    dtype = b.dtype
    if dtype == "complex" != like.dtype:
        dtype = None if like.dtype is None else "float"
    elif dtype is None and like.dtype == "real":
        dtype = "real"
    return T.numeric(like.shape, dtype, like.is_array)


def _number(operands: Operands) -> T.Type:
    return T.Type("number", T.SCALAR, first(operands).type.dtype)


def _in_field_of_second(operands: Operands) -> T.Type:
    """The first argument in the shape of the second, complex where that is."""
    values = list(operands.values())
    field = values[1].type.dtype
    known = field if field in ("complex", "float") else None
    return T.numeric(values[1].shape, known, values[1].type.is_array)


def _restored(operands: Operands) -> T.Type:
    """What a reduction gives, with the axis that it took."""
    b, like, axis, keepdims = operands.values()
    if axis.value is UNKNOWN or keepdims.value is UNKNOWN or b.shape is None:
        return T.NUMERIC
    kept = keepdims.value or axis.value is None or b.shape != reduced_shape(like.shape, axis.value, False)
    shape = b.shape if keepdims.value else None if kept else reduced_shape(like.shape, axis.value, True)
    return T.numeric(shape, b.type.dtype)


@linear(rt.unbroadcast, type=_real_like_second)
def unbroadcast(by, b, like):
    return rt.fitted(by, b)  # `b` may have fewer axes than `like`: the 0.0 that a sum starts with


@linear(rt.total, type=_number)
def total(by, b):
    return rt.fitted(by, b)


@linear(rt.fitted, type=_real_like_second)
def fitted(by, b, like):
    return rt.fitted(by, b)


@linear(rt.expand, type=_like_second)
def expand(by, b, like):
    return rt.unbroadcast(by, b)


@linear(rt.restore_axes, type=_restored)
def restore_axes(by, b, like, axis, keepdims):
    return np.reshape(by, np.shape(b))


def _of_sum(operands: Operands) -> T.Type:
    b, x, axis = operands.values()
    return T.NUMERIC if axis.value is UNKNOWN else T.numeric(reduced_shape(x.shape, axis.value, True), b.type.dtype)


@linear(rt.sum_adjoint, type=_of_sum)
def sum_adjoint(by, b, x, axis):
    return rt.fitted(np.sum(by, axis), b)


@linear(rt.like, type=_in_field_of_second)
def like(by, b, x):
    return rt.like(by, b)


linear(rt.copy, transpose=rt.copy, type=like_first)
linear(rt.number_tangent, transpose=rt.number_tangent, type=like_first)
linear(rt.own_copy, transpose=rt.own_copy, type=like_first)


def _zeros(operands: Operands) -> T.Type:
    """The type of an adjoint that starts from zero: that of a tuple is a list until it is complete."""
    return T.Type("list") if first(operands).type.kind == "tuple" else like_first(operands)


nondifferentiable(rt.zeros_like, type=_zeros)
nondifferentiable(rt.element, rt.zero_part, rt.zero_field, rt.unit_seeds)

# ---- numbers --------------------------------------------------------------------------------------------------------


@partials(rt.log_where_positive)
def log_where_positive(z, x):
    return rt.safe_divide(1.0, x)


@partials(rt.times_log)
def times_log(s, z, x, y):
    return rt.times_log(z ** 0, x, y), rt.safe_divide(z, rt.base_with_powers(x, y)), 0.0


@partials(rt.base_with_powers)
def base_with_powers(z, x, y):
    return 1.0, 0.0


@partials(rt.power_slope)
def power_slope(z, x, y):
    # where a negative `x` has no derivative by `y`, that of the power says so; this one has a part where `y` only may vary
    return y * rt.power_slope(x, rt.exponent_below(x, y)), x ** (y - 1.0) + rt.times_log(z, x, 0)


@partials(rt.exponent_below)
def exponent_below(z, x, y):
    return 0.0, 1.0


@partials(rt.quotient)
def quotient(z, x, y):
    return rt.quotient(1.0, y), -rt.quotient(z, y)


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
def _shares(operands: Operands) -> T.Type:
    found = first(operands).type
    return found if found.is_array or found.kind == "number" else T.NUMERIC  # of a list they are in an array


nondifferentiable(rt.ties, type=_shares)

linear(rt.centered, transpose=rt.centered, type=same_as_first)


@linear(rt.spread)
def spread(by, b, xs):
    return rt.unbroadcast(rt.gathered(by), b)


@linear(rt.gathered)
def gathered(by, b):
    return rt.spread(by, b)


@adjoint(rt.scaled)
def scaled(y, b, xs):
    d[b] = np.sum(np.multiply(d[y], xs))
    d[xs] = rt.scaled(b, d[y])


@tangent(rt.scaled)
def scaled_tangent(y, b, xs):
    d[y] = rt.add(rt.scaled(d[b], xs), rt.scaled(b, d[xs]))


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


@tangent(rt.cumprod_tangent)
def cumprod_tangent_tangent(y, da, a, axis=None):
    if absent(d[da]):
        d[y] = rt.cumprod_second(da, d[a], a, axis)
    else:
        d[y] = rt.cumprod_tangent(d[da], a, axis) + rt.cumprod_second(da, d[a], a, axis)


@linear(rt.undiff)
def undiff(by, b, a, axis=-1):
    return np.diff(by, axis=axis)


@linear(rt.diff_adjoint)
def diff_adjoint(by, b, a, n=1, axis=-1, prepend=None, append=None, part="a"):
    return rt.diff_tangent(by, a, n, axis, prepend, append, part)


@linear(rt.diff_tangent)
def diff_tangent(by, moved, a, n=1, axis=-1, prepend=None, append=None, part="a"):
    return rt.diff_adjoint(by, a, n, axis, prepend, append, part)


nondifferentiable(rt.weights_shape)


@adjoint(rt.gradient_adjoint)
def gradient_adjoint(y, b, f, varargs, axis=None, edge_order=1):
    moved = np.gradient(d[y], *varargs, axis=axis, edge_order=edge_order)
    d[b] = moved
    d[varargs] = rt.gradient_steps_adjoint(b, moved, d[y], varargs, axis, edge_order)


@tangent(rt.gradient_adjoint)
def gradient_adjoint_tangent(y, b, f, varargs, axis=None, edge_order=1):
    if absent(d[varargs]):
        d[y] = rt.gradient_adjoint(d[b], f, varargs, axis, edge_order)
    else:
        d[y] = (rt.gradient_adjoint(d[b], f, varargs, axis, edge_order)
                + rt.gradient_adjoint_moved(b, f, varargs, d[varargs], axis, edge_order))


# ---- order ----------------------------------------------------------------------------------------------------------

@linear(rt.unsort)
def unsort(by, b, a, axis=-1):
    return rt.sort_like(by, a, axis)


@linear(rt.sort_like)
def sort_like(by, da, a, axis=-1):
    return rt.unsort(by, a, axis)


@linear(rt.take_adjoint)
def take_adjoint(by, b, a, indices, axis=None, mode="raise"):
    return np.take(by, indices, axis=axis, mode=mode)


@linear(rt.choose_adjoint)
def choose_adjoint(by, b, a, choices, mode="raise"):
    return np.choose(a, by, mode=mode)


@linear(rt.select_adjoint)
def select_adjoint(by, b, conditions, choices):
    return np.select(conditions, by)


@adjoint(rt.quantile_adjoint)
def quantile_adjoint(y, b, a, q, axis=None, method="linear", ignore_nan=False, weights=None):
    above = rt.quantile_tangent(d[y], a, q, axis, "higher", ignore_nan)
    below = rt.quantile_tangent(d[y], a, q, axis, "lower", ignore_nan)
    d[q] = rt.over_rest(b * np.reshape(above - below, np.shape(b)) * rt.quantile_speed(a, axis, method), q)
    d[weights] = np.zeros(np.shape(weights))
    d[b] = np.reshape(rt.quantile_tangent(d[y], a, q, axis, method, ignore_nan, weights), np.shape(b))


@tangent(rt.quantile_adjoint)
def quantile_adjoint_tangent(y, b, a, q, axis=None, method="linear", ignore_nan=False, weights=None):
    moved = b * rt.spread_over(d[q], b) * rt.quantile_speed(a, axis, method)
    d[y] = rt.quantile_adjoint(d[b], a, q, axis, method, ignore_nan, weights) \
        + (rt.quantile_adjoint(moved, a, q, axis, "higher", ignore_nan)
           - rt.quantile_adjoint(moved, a, q, axis, "lower", ignore_nan))


@adjoint(rt.quantile_tangent)
def quantile_tangent(y, da, a, q, axis=None, method="linear", ignore_nan=False, weights=None):
    above = rt.quantile_tangent(da, a, q, axis, "higher", ignore_nan)
    below = rt.quantile_tangent(da, a, q, axis, "lower", ignore_nan)
    d[q] = rt.over_rest(d[y] * (above - below) * rt.quantile_speed(a, axis, method), q)
    d[weights] = np.zeros(np.shape(weights))
    d[da] = rt.quantile_adjoint(d[y], a, q, axis, method, ignore_nan, weights)


@tangent(rt.quantile_tangent)
def quantile_tangent_tangent(y, da, a, q, axis=None, method="linear", ignore_nan=False, weights=None):
    above = rt.quantile_tangent(da, a, q, axis, "higher", ignore_nan)
    below = rt.quantile_tangent(da, a, q, axis, "lower", ignore_nan)
    d[y] = rt.quantile_tangent(d[da], a, q, axis, method, ignore_nan, weights) \
        + rt.spread_over(d[q], y) * (above - below) * rt.quantile_speed(a, axis, method)


nondifferentiable(rt.reduceat_spans)


@linear(rt.over_rest)
def over_rest(by, b, q):
    return rt.expand(rt.spread_over(by, b), b)


@linear(rt.binned)
def binned(by, b, a, edges):
    return rt.histogram_tangent(by, a, edges)


@linear(rt.histogram_tangent)
def histogram_tangent(by, weights, a, edges):
    return rt.binned(by, a, edges)


@linear(rt.in_cells)
def in_cells(by, b, sample, edges):
    return rt.sums_of_cells(by, sample, edges)


@linear(rt.sums_of_cells)
def sums_of_cells(by, weights, sample, edges):
    return rt.in_cells(by, sample, edges)


@linear(rt.bin_edges_adjoint)
def bin_edges_adjoint(by, b, a, edges, bins, range=None):
    return rt.bin_edges_tangent(by, a, edges, bins, range)


@linear(rt.all_edges_adjoint)
def all_edges_adjoint(by, bs, sample, edges, bins, range):
    return rt.all_edges_tangent(by, sample, edges, bins, range)


@linear(rt.all_edges_tangent)
def all_edges_tangent(by, moved, sample, edges, bins, range):
    return rt.all_edges_adjoint(by, sample, edges, bins, range)


@linear(rt.edges_adjoint)
def edges_adjoint(by, b, a, edges, bins, range, n):
    return rt.edges_tangent(by, a, edges, bins, range, n)


@linear(rt.edges_tangent)
def edges_tangent(by, da, a, edges, bins, range, n):
    return rt.edges_adjoint(by, a, edges, bins, range, n)


@linear(rt.bin_edges_tangent)
def bin_edges_tangent(by, da, a, edges, bins, range=None):
    return rt.bin_edges_adjoint(by, a, edges, bins, range)

# ---- tangents of structures ------------------------------------------------------------------------------------------

@linear(rt.broadcast_tangent, type=_like_second)
def broadcast_tangent(by, dy, y):
    return rt.unbroadcast(by, dy)


@linear(rt.check_tangent, view=True, type=_of_first)
def check_tangent(by, dx, x):
    return by


def _array_of(operands: Operands) -> T.Type:
    found = first(operands).type
    return T.array(None) if found.kind in ("list", "tuple") else found


@linear(rt.array_tangent, view=True, type=_array_of)
def array_tangent(by, dx, x):
    return by


@linear(rt.spread_tangent, type=_like_second)
def spread_tangent(by, dx, x):
    return rt.unbroadcast(by, dx)


@tangent(rt.keyed_tangent)
def keyed_tangent_tangent(y, dpairs, pairs):
    d[y] = rt.keyed_tangent(d[dpairs], pairs)


@linear(rt.spread_over)
def spread_over(by, dq, y):
    return np.reshape(by, np.shape(dq))


nondifferentiable(rt.quantile_speed)


nondifferentiable(rt.first_places)


@linear(rt.reduceat_adjoint)
def reduceat_adjoint(by, b, a, indices, axis=0):
    return np.add.reduceat(by, indices, axis)


nondifferentiable(rt.set_places)
