"""What derivatives of sorting, selecting and order statistics need."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.precision import inexact, real_like
from s2sgrad.runtime.rearrange import restructure
from s2sgrad.runtime.reducing import rows, ties, unrows, weights_shape
from s2sgrad.runtime.shapes import unbroadcast


def unsort(b: Any, a: Any, axis: Any = -1) -> Any:
    """The transpose of sorting `a` along `axis`: each element of `b` goes back to where it came from."""
    order = np.argsort(a, axis=axis, kind="stable")
    b = np.asarray(b)
    out = np.empty_like(b)
    np.put_along_axis(out, order, b, -1 if axis is None else axis)
    return out.reshape(np.shape(a)) if axis is None else out


def sort_like(da: Any, a: Any, axis: Any = -1) -> Any:
    """`da` in the order that sorts `a` along `axis`."""
    return np.take_along_axis(np.asarray(da), np.argsort(a, axis=axis, kind="stable"), axis)


def take_adjoint(b: Any, a: Any, indices: Any, axis: Any = None, mode: str = "raise") -> Any:
    """The transpose of ``np.take(a, indices, axis, mode=mode)``; what is taken twice is added up."""
    shape = np.shape(a)
    if not shape:  # NumPy takes an axis of a number, too
        axis = None
    out = np.zeros(shape, dtype=np.result_type(b, inexact(a)))
    parts = out.reshape(-1) if axis is None else np.moveaxis(out, axis, 0)
    at = np.asarray(indices)
    if mode != "raise":
        at = at % len(parts) if mode == "wrap" else np.clip(at, 0, len(parts) - 1)
    if axis is not None:
        first = axis % len(shape)
        b = np.moveaxis(np.asarray(b), range(first, first + at.ndim), range(at.ndim))
    np.add.at(parts, at, b)
    return out


def choose_adjoint(b: Any, a: Any, choices: Any, mode: str = "raise") -> Any:
    """The transpose of ``np.choose(a, choices, mode=mode)``: an adjoint for each of the choices."""
    number = len(choices)
    at = np.asarray(a)
    if mode != "raise":
        at = at % number if mode == "wrap" else np.clip(at, 0, number - 1)
    parts = [unbroadcast(np.where(at == n, b, 0.0), c) for n, c in enumerate(choices)]
    return np.array(parts) if isinstance(choices, np.ndarray) else parts


def select_adjoint(b: Any, conditions: Any, choices: Any) -> Any:
    """The adjoints of the choices of ``np.select``: each where its condition is the first that holds."""
    at = np.select(conditions, list(range(len(conditions))), -1)
    return [unbroadcast(np.where(at == n, b, 0.0), c) for n, c in enumerate(choices)]


def set_places(a: Any, b: Any, operation: str) -> Any:
    """Where the elements that a set operation of NumPy's selects stand in `a`, followed by `b`: the first of equals."""
    both = np.concatenate((np.ravel(a), np.ravel(b)))
    order = np.argsort(both, kind="stable")
    return order[np.searchsorted(both[order], getattr(np, operation)(a, b))]


# ---- order statistics -----------------------------------------------------------------------------------------------

def _positions(a: Any, q: Any, axis: Any, method: Any, ignore_nan: bool, weights: Any) -> tuple[
        np.ndarray, np.ndarray, tuple[int, ...]]:
    """The order that sorts the rows of `a`, where in it the quantiles lie, and the shape that the rows come from.

    The quantile of a sequence is an interpolation between neighbours in sorted order, so the quantile of the ranks,
    by NumPy's own formula for `method`, is the position itself.
    """
    flat, shape = rows(np.asarray(a), axis)
    order = np.argsort(flat, axis=0, kind="stable")
    ranks = np.argsort(order, axis=0).astype(float)
    if ignore_nan:
        ranks[np.isnan(flat)] = np.nan
    quantile = np.nanquantile if ignore_nan else np.quantile
    if weights is None:
        return order, np.asarray(quantile(ranks, q, axis=0, method=method)), shape
    w = rows(np.broadcast_to(np.reshape(weights, weights_shape(a, weights, axis)), np.shape(a)), axis)[0]
    return order, np.asarray(quantile(ranks, q, axis=0, method=method, weights=w)), shape


def quantile_adjoint(b: Any, a: Any, q: Any, axis: Any = None, method: str = "linear", ignore_nan: bool = False,
                     weights: Any = None) -> Any:
    """The transpose of ``np.quantile(a, q, axis, method=method)`` with respect to `a`, at an order that sorts `a`."""
    if not np.size(a):
        return np.zeros(np.shape(a))
    order, position, shape = _positions(a, q, axis, method, ignore_nan, weights)
    back = np.asarray(b).reshape(position.shape)
    out = np.zeros(order.shape, dtype=np.result_type(b, inexact(a)))
    for n in np.ndindex(np.shape(q)):
        for at, weight in _neighbours(position[n]):
            places = np.take_along_axis(order, at, 0)
            np.put_along_axis(out, places, np.take_along_axis(out, places, 0) + weight * back[n], 0)
    return real_like(unrows(out, np.asarray(a), axis, shape), a)


def quantile_tangent(da: Any, a: Any, q: Any, axis: Any = None, method: str = "linear",
                     ignore_nan: bool = False, weights: Any = None) -> Any:
    """The tangent of ``np.quantile(a, q, axis, method=method)`` for the tangent `da`, without `keepdims`."""
    order, position, _ = _positions(a, q, axis, method, ignore_nan, weights)
    moved = np.take_along_axis(rows(np.asarray(da), axis)[0], order, 0)
    out = np.zeros(position.shape, dtype=np.result_type(moved, inexact(a)))
    for n in np.ndindex(np.shape(q)):
        for at, weight in _neighbours(position[n]):
            out[n] += (weight * np.take_along_axis(moved, at, 0))[0]
    return out[()]


def _neighbours(position: Any) -> list[tuple[np.ndarray, Any]]:
    """The two elements that a quantile lies between, with their weights."""
    known = np.where(np.isnan(position), 0.0, position)
    low = np.floor(known).astype(np.intp)
    share = np.where(np.isnan(position), 0.0, known - low)
    return [(low[None], np.where(np.isnan(position), 0.0, 1.0 - share)), (np.ceil(known).astype(np.intp)[None], share)]


def over_rest(b: Any, q: Any) -> Any:
    """The sum of `b` over all axes but the leading ones, which are those of `q`."""
    return real_like(np.sum(np.reshape(b, (*np.shape(q), -1)), axis=-1), q)


def spread_over(dq: Any, y: Any) -> Any:
    """`dq`, which has the leading axes of `y`, with an axis of length one for each of the others."""
    return np.reshape(dq, np.shape(dq) + (1,) * (np.ndim(y) - np.ndim(dq)))


#: The methods by which quantiles move by jumps.
_JUMPS = ("lower", "higher", "nearest", "midpoint", "inverted_cdf", "averaged_inverted_cdf", "closest_observation")


def quantile_speed(a: Any, axis: Any, method: str, keepdims: bool = False) -> Any:
    """By how many places in sorted order a quantile moves from the least to the greatest; NaN has no place."""
    if method in _JUMPS:
        return 0
    if method != "linear":
        raise NotImplementedError(f"quantiles by the method {method!r} have no derivative with respect to q here")
    return np.sum(~np.isnan(a), axis=None if axis is None else tuple(np.atleast_1d(axis)), keepdims=keepdims) - 1


# ---- histograms -----------------------------------------------------------------------------------------------------

def binned(b: Any, a: Any, edges: Any) -> Any:
    """For each element of `a` the element of `b` that belongs to its bin, 0 outside all bins."""
    at = np.searchsorted(edges, a, side="right") - 1
    at = np.where(np.equal(a, edges[-1]), len(b) - 1, at)
    inside = (at >= 0) & (at < len(b))
    return np.where(inside, np.asarray(b)[np.where(inside, at, 0)], 0.0)


def histogram_tangent(weights: Any, a: Any, edges: Any) -> Any:
    """The sums of `weights` over the elements of `a` in each bin; the transpose of `binned`."""
    return np.histogram(a, edges, weights=weights)[0]


def in_cells(b: Any, sample: Any, edges: Any) -> Any:
    """For each row of `sample` the element of `b` that belongs to its cell, 0 outside all cells."""
    places = [np.arange(1.0, len(e)) for e in edges]
    cells = [binned(p, x, e).astype(int) for p, x, e in zip(places, np.transpose(sample), edges)]
    return np.pad(b, [(1, 0)] * np.ndim(b))[tuple(cells)]


def sums_of_cells(weights: Any, sample: Any, edges: Any) -> Any:
    """The sums of `weights` over the rows of `sample` in each cell; the transpose of `in_cells`."""
    return np.histogramdd(sample, edges, weights=weights)[0]


def bin_edges_adjoint(b: Any, a: Any, edges: Any, bins: Any, range: Any = None) -> Any:
    """The adjoint of `a` in ``np.histogram_bin_edges``, whose first and last edge are its extrema unless given."""
    x = np.asarray(a)
    if np.ndim(bins) or range is not None or not x.size:
        return np.zeros(x.shape, inexact(x))
    t = np.linspace(0.0, 1.0, len(b))
    return real_like(np.dot(b, 1.0 - t) * ties(x, x.min()) + np.dot(b, t) * ties(x, x.max()), x)


def bin_edges_tangent(da: Any, a: Any, edges: Any, bins: Any, range: Any = None) -> Any:
    """The tangent of ``np.histogram_bin_edges``."""
    x = np.asarray(a)
    if np.ndim(bins) or range is not None or not x.size:
        return np.zeros(np.shape(edges))
    t = np.linspace(0.0, 1.0, len(edges))
    return np.sum(ties(x, x.min()) * da) * (1.0 - t) + np.sum(ties(x, x.max()) * da) * t


def range_adjoint(b: Any, range: Any) -> Any:
    """The adjoint of the range whose ends are the first and the last edge, which the others lie evenly between."""
    t = np.linspace(0.0, 1.0, len(b))
    return restructure(np.array([np.dot(b, 1.0 - t), np.dot(b, t)]), range)


def range_tangent(drange: Any, edges: Any) -> Any:
    """The tangent of edges that lie evenly between the ends of a range."""
    if drange is None or np.ndim(drange) == 0:
        return np.zeros(np.shape(edges))
    t = np.linspace(0.0, 1.0, len(edges))
    return drange[0] * (1.0 - t) + drange[1] * t


def edges_adjoint(b: Any, a: Any, edges: Any, bins: Any, range: Any, n: int) -> Any:
    """The adjoint of coordinate `n` in the edges along it that `np.histogram2d` gives."""
    return bin_edges_adjoint(b, a, edges, *_of_coordinate(bins, range, n))


def edges_tangent(da: Any, a: Any, edges: Any, bins: Any, range: Any, n: int) -> Any:
    """The tangent of the edges along coordinate `n` that `np.histogram2d` gives."""
    return bin_edges_tangent(da, a, edges, *_of_coordinate(bins, range, n))


def all_edges_adjoint(bs: Any, sample: Any, edges: Any, bins: Any, range: Any) -> Any:
    """The adjoint of the points, one a row, in the edges along each coordinate that `np.histogramdd` gives."""
    each = [bin_edges_adjoint(b, x, e, bins if np.ndim(bins) == 0 else bins[n], None if range is None else range[n])
            for n, (b, x, e) in enumerate(zip(bs, np.transpose(sample), edges))]
    return np.stack(each, axis=-1)


def all_edges_tangent(moved: Any, sample: Any, edges: Any, bins: Any, range: Any) -> list[Any]:
    """The tangents of the edges along each coordinate that `np.histogramdd` gives."""
    return [bin_edges_tangent(d, x, e, bins if np.ndim(bins) == 0 else bins[n], None if range is None else range[n])
            for n, (d, x, e) in enumerate(zip(np.transpose(moved), np.transpose(sample), edges))]


def _of_coordinate(bins: Any, range: Any, n: int) -> tuple[Any, Any]:
    """The bins and the range along one of two coordinates; one list of edges is for both."""
    each = isinstance(bins, (list, tuple, np.ndarray)) and len(bins) == 2
    return bins[n] if each else bins, None if range is None else range[n]


# ---- running extrema ------------------------------------------------------------------------------------------------

def first_places(a: Any, y: Any, axis: int = 0) -> Any:
    """Where the running maximum or minimum `y` of `a` along `axis` was first attained."""
    x, z = np.moveaxis(np.asarray(a), axis, 0), np.moveaxis(np.asarray(y), axis, 0)
    new = np.ones(z.shape, dtype=bool)
    new[1:] = np.not_equal(z[1:], z[:-1])
    at = np.arange(len(x)).reshape((-1,) + (1,) * (x.ndim - 1))
    return np.moveaxis(np.maximum.accumulate(np.where(new, at, 0), axis=0), 0, axis)


# ---- sums over segments ---------------------------------------------------------------------------------------------

def reduceat_spans(indices: Any, length: int) -> list[range]:
    """The positions that each result of ``ufunc.reduceat`` is made of."""
    ends = [*indices[1:], length]
    return [range(int(start), max(int(stop), int(start) + 1)) for start, stop in zip(indices, ends)]


def reduceat_adjoint(b: Any, a: Any, indices: Any, axis: int = 0) -> Any:
    """The transpose of ``np.add.reduceat(a, indices, axis)``: each element gets the adjoints of its segments."""
    out = np.zeros(np.shape(a), dtype=np.result_type(b, inexact(a)))
    parts, back = np.moveaxis(out, axis, 0), np.moveaxis(np.asarray(b), axis, 0)
    ends = [*list(indices)[1:], len(parts)]
    for start, end, value in zip(indices, ends, back):
        parts[start:max(end, start + 1)] += value
    return out
