"""Choosing, sorting and order statistics.

Conventions where a derivative does not exist: equal elements keep their order (that of a stable sort), so an order
statistic has the derivative of the element that stands in its place; `clip` passes the derivative on at its bounds.
"""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules.number_types import flat_indices, indices, mean_reduction, preserving
from s2sgrad.rules.registry import absent, adjoint, d, expansion, known, linear, nondifferentiable, partials, tangent
from s2sgrad.rules.typing import UNKNOWN, Operands, reduction, same_as_first, unknown_array
from s2sgrad.runtime import (
    all_edges_adjoint,
    all_edges_tangent,
    bin_edges_adjoint,
    bin_edges_tangent,
    binned,
    choose_adjoint,
    edges_adjoint,
    edges_tangent,
    histogram_tangent,
    in_cells,
    over_rest,
    quantile_adjoint,
    quantile_speed,
    quantile_tangent,
    range_adjoint,
    range_tangent,
    select_adjoint,
    sort_like,
    spread_over,
    sums_of_cells,
    take_adjoint,
    unbroadcast,
    unsort,
)

# ---- by conditions and positions ------------------------------------------------------------------------------------


def _chosen(operands: Operands) -> T.Type:
    if operands["x"].value is None:
        return T.Type("tuple")
    return replace(preserving(operands), dtype=T.join_dtype(operands["x"].type.dtype, operands["y"].type.dtype))


@adjoint(np.where, type=_chosen)
def where(z, condition, x=None, y=None):
    d[x] = unbroadcast(np.where(condition, d[z], 0.0), x)
    d[y] = unbroadcast(np.where(condition, 0.0, d[z]), y)


@tangent(np.where)
def where_tangent(z, condition, x=None, y=None):
    d[z] = np.where(condition, d[x], d[y])


@linear(np.choose, wrt="choices")
def choose(by, a, choices, out: None = None, mode="raise"):
    return choose_adjoint(by, a, choices, mode)


@adjoint(np.select)
def select(y, condlist, choicelist, default=0):
    d[choicelist] = select_adjoint(d[y], condlist, choicelist)
    d[default] = unbroadcast(np.select(condlist, [0.0] * len(condlist), d[y]), default)


@tangent(np.select)
def select_tangent(y, condlist, choicelist, default=0):
    d[y] = np.select(condlist, d[choicelist], d[default])


def _taken(operands: Operands) -> T.Type:
    """One axis, or all of them, makes place for those of the positions."""
    a, at, axis = operands["a"], operands["indices"], operands["axis"].value
    if not isinstance(at.shape, T.Shape) or at.shape.tail is not None:
        return T.Type("numeric", None, a.type.dtype)
    if axis is None:
        return T.numeric(at.shape, a.type.dtype)
    if not isinstance(axis, int) or a.type.rank is None or not isinstance(a.shape, T.Shape):
        return T.Type("numeric", None, a.type.dtype)
    if not a.type.rank:  # NumPy takes elements of a number as if it were an array of one
        return T.numeric(at.shape, a.type.dtype)
    axis %= a.type.rank
    return T.numeric(T.Shape(a.shape.dims[:axis] + at.shape.dims + a.shape.dims[axis + 1:]), a.type.dtype)


@linear(np.take, type=_taken)
def take(by, a, indices, axis=None, out: None = None, mode="raise"):
    return take_adjoint(by, a, indices, axis, mode)


@linear(np.compress, wrt="a", type=unknown_array)
def compress(by, condition, a, axis=None, out: None = None):
    return take_adjoint(by, a, np.flatnonzero(condition), axis)


@linear(np.extract, wrt="arr", type=unknown_array)
def extract(by, condition, arr):
    return take_adjoint(by, arr, np.flatnonzero(condition))


def _values(operands: Operands) -> T.Type:
    flags = (operands[name].value for name in ("return_index", "return_inverse", "return_counts"))
    return T.array(None, operands["ar"].type.dtype) if not any(flags) else T.Type("tuple")


@adjoint(np.unique, type=_values)
def unique(y, ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True,
           sorted=True):
    if return_index or return_inverse or return_counts:
        d[ar] = take_adjoint(d[y][0], ar, np.unique(ar, return_index=True, axis=axis)[1], axis)
    else:
        d[ar] = take_adjoint(d[y], ar, np.unique(ar, return_index=True, axis=axis)[1], axis)


@tangent(np.unique)
def unique_tangent(y, ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True,
                   sorted=True):
    moved = np.take(d[ar], np.unique(ar, return_index=True, axis=axis)[1], axis=axis)
    if return_index and return_inverse and return_counts:
        d[y] = moved, np.zeros(np.shape(y[1])), np.zeros(np.shape(y[2])), np.zeros(np.shape(y[3]))
    elif return_index and (return_inverse or return_counts) or return_inverse and return_counts:
        d[y] = moved, np.zeros(np.shape(y[1])), np.zeros(np.shape(y[2]))
    elif return_index or return_inverse or return_counts:
        d[y] = moved, np.zeros(np.shape(y[1]))
    else:
        d[y] = moved


@partials(np.clip, type=preserving)
def clip(y, a, a_min=None, a_max=None, out: None = None, *, min=None, max=None):
    if known(a_min) and a_min is None and known(min) and min is None:
        return y == a, 0.0, (y == a_max) & (a > a_max), 0.0, 0.0, (y == max) & (a > max)
    return (y == a, (y == a_min) & (a < a_min), (y == a_max) & (np.maximum(a, a_min) > a_max), 0.0,
            (y == min) & (a < min), (y == max) & (np.maximum(a, min) > max))


# ---- sorting --------------------------------------------------------------------------------------------------------

def _sorted(operands: Operands) -> T.Type:
    o = next(iter(operands.values()))
    return T.array(None, o.type.dtype) if operands["axis"].value in (None, UNKNOWN) else same_as_first(operands)


@adjoint(np.sort, type=_sorted)
def sort(y, a, axis=-1, kind=None, order: None = None, *, stable=None):
    d[a] = unsort(d[y], a, axis)


@tangent(np.sort)
def sort_tangent(y, a, axis=-1, kind=None, order: None = None, *, stable=None):
    d[y] = sort_like(d[a], a, axis)


@adjoint(np.sort_complex)
def sort_complex(y, a):
    d[a] = unbroadcast(unsort(d[y], a), a)


@tangent(np.sort_complex)
def sort_complex_tangent(y, a):
    d[y] = sort_like(d[a], a) + 0j


@adjoint(np.partition, type=_sorted)
def partition(y, a, kth, axis=-1, kind="introselect", order: None = None):
    d[a] = unsort(sort_like(d[y], y, axis), a, axis)


@tangent(np.partition)
def partition_tangent(y, a, kth, axis=-1, kind="introselect", order: None = None):
    d[y] = np.reshape(unsort(sort_like(d[a], a, axis), y, axis), np.shape(y))


# ---- order statistics -----------------------------------------------------------------------------------------------

@adjoint(np.median, type=mean_reduction)
def median(y, a, axis=None, out: None = None, overwrite_input=False, keepdims=False):
    d[a] = quantile_adjoint(d[y], a, 0.5, axis)


@tangent(np.median)
def median_tangent(y, a, axis=None, out: None = None, overwrite_input=False, keepdims=False):
    d[y] = np.reshape(quantile_tangent(d[a], a, 0.5, axis), np.shape(y))


@adjoint(np.nanmedian, type=mean_reduction)
def nanmedian(y, a, axis=None, out: None = None, overwrite_input=False, keepdims=False):
    d[a] = quantile_adjoint(d[y], a, 0.5, axis, "linear", True)


@tangent(np.nanmedian)
def nanmedian_tangent(y, a, axis=None, out: None = None, overwrite_input=False, keepdims=False):
    d[y] = np.reshape(quantile_tangent(d[a], a, 0.5, axis, "linear", True), np.shape(y))


@adjoint(np.quantile)
def quantile(y, a, q, axis=None, out: None = None, overwrite_input=False, method="linear", keepdims=False, *,
             weights=None):
    above = np.quantile(a, q, axis=axis, keepdims=keepdims, method="higher")
    below = np.quantile(a, q, axis=axis, keepdims=keepdims, method="lower")
    d[q] = over_rest(d[y] * (above - below) * quantile_speed(a, axis, method), q)
    d[a] = quantile_adjoint(d[y], a, q, axis, method, False, weights)
    d[weights] = np.zeros(np.shape(weights))


@tangent(np.quantile)
def quantile_tangent_(y, a, q, axis=None, out: None = None, overwrite_input=False, method="linear", keepdims=False, *,
                      weights=None):
    above = np.quantile(a, q, axis=axis, keepdims=keepdims, method="higher")
    below = np.quantile(a, q, axis=axis, keepdims=keepdims, method="lower")
    d[y] = np.reshape(quantile_tangent(d[a], a, q, axis, method, False, weights), np.shape(y)) \
        + spread_over(d[q], y) * (above - below) * quantile_speed(a, axis, method)


@adjoint(np.nanquantile)
def nanquantile(y, a, q, axis=None, out: None = None, overwrite_input=False, method="linear", keepdims=False, *,
                weights=None):
    above = np.nanquantile(a, q, axis=axis, keepdims=keepdims, method="higher")
    below = np.nanquantile(a, q, axis=axis, keepdims=keepdims, method="lower")
    d[q] = over_rest(d[y] * (above - below) * quantile_speed(a, axis, method, keepdims), q)
    d[a] = quantile_adjoint(d[y], a, q, axis, method, True, weights)
    d[weights] = np.zeros(np.shape(weights))


@tangent(np.nanquantile)
def nanquantile_tangent(y, a, q, axis=None, out: None = None, overwrite_input=False, method="linear", keepdims=False,
                        *, weights=None):
    above = np.nanquantile(a, q, axis=axis, keepdims=keepdims, method="higher")
    below = np.nanquantile(a, q, axis=axis, keepdims=keepdims, method="lower")
    d[y] = np.reshape(quantile_tangent(d[a], a, q, axis, method, True, weights), np.shape(y)) \
        + spread_over(d[q], y) * (above - below) * quantile_speed(a, axis, method, keepdims)


@expansion(np.percentile)
def percentile(a, q, axis=None, out: None = None, overwrite_input=False, method="linear", keepdims=False, *,
               weights=None):
    return np.quantile(a, np.divide(q, 100.0), axis=axis, method=method, keepdims=keepdims, weights=weights)


@expansion(np.nanpercentile)
def nanpercentile(a, q, axis=None, out: None = None, overwrite_input=False, method="linear", keepdims=False, *,
                  weights=None):
    return np.nanquantile(a, np.divide(q, 100.0), axis=axis, method=method, keepdims=keepdims, weights=weights)


# ---- counting -------------------------------------------------------------------------------------------------------

@linear(np.bincount, wrt="weights", type=unknown_array)
def bincount(by, x, weights=None, minlength=0):
    return np.take(by, x)


@adjoint(np.histogram)
def histogram(y, a, bins=10, range=None, density=None, weights=None):
    d[bins] = None
    if density:
        widths = np.diff(y[1])
        shares = d[y][0] / (widths * np.sum(histogram_tangent(weights, a, y[1])))
        moved = d[y][1] + np.diff(np.pad(d[y][0] * y[0] / widths, 1))
        d[a] = bin_edges_adjoint(moved, a, y[1], bins, range)
        d[range] = range_adjoint(moved, range)
        d[weights] = binned(shares - np.sum(shares * y[0] * widths), a, y[1])
    else:
        d[a] = bin_edges_adjoint(d[y][1], a, y[1], bins, range)
        d[range] = range_adjoint(d[y][1] + np.zeros(np.shape(y[1])), range)
        d[weights] = binned(d[y][0], a, y[1])


@tangent(np.histogram)
def histogram_tangent_(y, a, bins=10, range=None, density=None, weights=None):
    d[bins] = None
    if density:
        widths = np.diff(y[1])
        total = np.sum(histogram_tangent(weights, a, y[1]))
        counts = np.zeros(np.shape(y[0])) if weights is None else histogram_tangent(d[weights], a, y[1])
        edges = bin_edges_tangent(d[a], a, y[1], bins, range) + range_tangent(d[range], y[1])
        d[y] = (counts / (widths * total) - y[0] * (np.sum(counts) / total + np.diff(edges) / widths), edges)
    else:
        edges = bin_edges_tangent(d[a], a, y[1], bins, range) + range_tangent(d[range], y[1])
        d[y] = (np.zeros(np.shape(y[0])) if weights is None else histogram_tangent(d[weights], a, y[1]), edges)


@adjoint(np.histogram_bin_edges)
def histogram_bin_edges(y, a, bins=10, range=None, weights=None):
    d[bins] = None
    d[a] = bin_edges_adjoint(d[y], a, y, bins, range)
    d[range] = range_adjoint(d[y], range)


@tangent(np.histogram_bin_edges)
def histogram_bin_edges_tangent(y, a, bins=10, range=None, weights=None):
    d[y] = bin_edges_tangent(d[a], a, y, bins, range) + range_tangent(d[range], y)


@adjoint(np.histogram2d)
def histogram2d(h, x, y, bins=10, range=None, density=None, weights=None):
    if density:
        raise NotImplementedError("density=True is not supported; divide the counts instead")
    d[bins] = None
    d[range] = None
    d[x] = edges_adjoint(d[h][1], x, h[1], bins, range, 0)
    d[y] = edges_adjoint(d[h][2], y, h[2], bins, range, 1)
    d[weights] = in_cells(d[h][0], np.stack([x, y], axis=-1), [h[1], h[2]])


@tangent(np.histogram2d)
def histogram2d_tangent(h, x, y, bins=10, range=None, density=None, weights=None):
    if density:
        raise NotImplementedError("density=True is not supported; divide the counts instead")
    first = edges_tangent(d[x], x, h[1], bins, range, 0)
    second = edges_tangent(d[y], y, h[2], bins, range, 1)
    if weights is None:
        d[h] = (np.zeros(np.shape(h[0])), first, second)
    else:
        d[h] = (sums_of_cells(d[weights], np.stack([x, y], axis=-1), [h[1], h[2]]), first, second)


@adjoint(np.histogramdd)
def histogramdd(h, sample, bins=10, range=None, density=None, weights=None):
    if density:
        raise NotImplementedError("density=True is not supported; divide the counts instead")
    d[bins] = None
    d[range] = None
    if not absent(d[h][1]):
        d[sample] = all_edges_adjoint(d[h][1], sample, h[1], bins, range)
    d[weights] = in_cells(d[h][0], sample, h[1])


@tangent(np.histogramdd)
def histogramdd_tangent(h, sample, bins=10, range=None, density=None, weights=None):
    if density:
        raise NotImplementedError("density=True is not supported; divide the counts instead")
    edges = all_edges_tangent(d[sample], sample, h[1], bins, range)
    if weights is None:
        d[h] = (np.zeros(np.shape(h[0])), edges)
    else:
        d[h] = (sums_of_cells(d[weights], sample, h[1]), edges)


def _positions(operands: Operands) -> T.Type:
    return replace(same_as_first(operands), dtype="int")


def _position(operands: Operands) -> T.Type:
    return replace(reduction(operands), dtype="int")


nondifferentiable(np.argmax, np.argmin, np.nanargmax, np.nanargmin, type=_position)
nondifferentiable(np.digitize, type=_positions)
nondifferentiable(np.argsort, np.argpartition, np.lexsort, np.flatnonzero, np.argwhere, type=flat_indices)
nondifferentiable(np.nonzero, type=indices)
nondifferentiable(np.searchsorted)
