"""Running sums and products, differences, and what other functions of a sequence are short for."""
from __future__ import annotations

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import absent, adjoint, d, expansion, known, linear, rank, tangent
from s2sgrad.rules.typing import Operands, same_as_first
from s2sgrad.runtime import (
    cast_like,
    cast_tangent,
    cumprod_adjoint,
    cumprod_tangent,
    diff_adjoint,
    diff_tangent,
    gradient_adjoint,
    gradient_moved,
    gradient_steps_adjoint,
    like,
    undiff,
    weights_shape,
)

# ---- running sums and products --------------------------------------------------------------------------------------


def _running(operands: Operands) -> T.Type:
    o = operands["a"]
    return same_as_first(operands) if operands["axis"].value is not None or o.type.rank == 1 else T.array(None,
        o.type.dtype)


@linear(np.cumsum, type=_running)
def cumsum(by, a, axis=None, dtype=None, out: None = None):
    if dtype is not None:
        return cast_like(np.reshape(np.flip(np.cumsum(np.flip(by, axis), axis), axis), np.shape(a)), a, by)
    if axis is None and rank(a) == 1:
        return np.cumsum(by[::-1])[::-1]
    if axis is None or rank(a) == 0:  # NumPy takes an axis of numbers, too
        return np.reshape(np.cumsum(by[::-1])[::-1], np.shape(a))
    if rank(a) is None:
        return np.reshape(np.flip(np.cumsum(np.flip(by, axis), axis), axis), np.shape(a))
    return np.flip(np.cumsum(np.flip(by, axis), axis), axis)


@adjoint(np.cumprod, type=_running)
def cumprod(y, a, axis=None, dtype=None, out: None = None):
    if dtype is None:
        d[a] = cumprod_adjoint(d[y], a, axis)
    else:
        d[a] = cast_like(cumprod_adjoint(d[y], like(a, y), axis), a, y)


@tangent(np.cumprod)
def cumprod_tangent_(y, a, axis=None, dtype=None, out: None = None):
    if dtype is None:
        d[y] = cumprod_tangent(d[a], a, axis)
    else:
        d[y] = cast_tangent(cumprod_tangent(like(d[a], y), like(a, y), axis), y)


@expansion(*functions("cumulative_sum"))
def cumulative_sum(x, *, axis=None, dtype=None, out: None = None, include_initial=False):
    sums = np.cumsum(x, axis=axis, dtype=dtype)
    if include_initial:
        return np.concatenate((np.zeros_like(np.sum(sums, axis=0 if axis is None else axis, keepdims=True)), sums),
                              axis=0 if axis is None else axis)
    return sums


@expansion(*functions("cumulative_prod"))
def cumulative_prod(x, *, axis=None, dtype=None, out: None = None, include_initial=False):
    products = np.cumprod(x, axis=axis, dtype=dtype)
    if include_initial:
        return np.concatenate((np.ones_like(np.prod(products, axis=0 if axis is None else axis, keepdims=True)), products),
                              axis=0 if axis is None else axis)
    return products


# ---- differences ----------------------------------------------------------------------------------------------------

def _differences(operands: Operands) -> T.Type:
    """One element less along the axis for each difference."""
    o, n, axis = operands["a"], operands["n"].value, operands["axis"].value
    rank = o.type.rank
    if not rank or not isinstance(o.shape, T.Shape) or not isinstance(n, int) or not isinstance(axis, int) \
            or any(operands[end].value is not None for end in ("prepend", "append")):
        return T.array(None, o.type.dtype)
    dims = list(o.shape.dims)
    dims[axis % rank] = T.Dim(dims[axis % rank].symbol, dims[axis % rank].offset - n)
    return T.array(T.Shape(tuple(dims)), o.type.dtype)


@adjoint(np.diff, type=_differences)
def diff(y, a, n=1, axis=-1, prepend=None, append=None):
    d[prepend] = diff_adjoint(d[y], a, n, axis, prepend, append, "prepend")
    d[append] = diff_adjoint(d[y], a, n, axis, prepend, append, "append")
    if known(n) and n == 1 and prepend is None and append is None:
        d[a] = undiff(d[y], a, axis)
    else:
        d[a] = diff_adjoint(d[y], a, n, axis, prepend, append)


@tangent(np.diff)
def diff_tangent_(y, a, n=1, axis=-1, prepend=None, append=None):
    if prepend is None and append is None:
        d[y] = np.diff(d[a], n, axis)
    else:
        d[y] = (diff_tangent(d[a], a, n, axis, prepend, append)
                + diff_tangent(d[prepend], a, n, axis, prepend, append, "prepend")
                + diff_tangent(d[append], a, n, axis, prepend, append, "append"))


@expansion(np.ediff1d)
def ediff1d(ary, to_end=None, to_begin=None):
    flat = np.ravel(ary)
    steps = flat[1:] - flat[:-1]
    if known(to_end) and to_end is None and known(to_begin) and to_begin is None:
        return steps
    if known(to_begin) and to_begin is None:
        return np.concatenate((steps, np.ravel(to_end)))
    if known(to_end) and to_end is None:
        return np.concatenate((np.ravel(to_begin), steps))
    return np.concatenate((np.ravel(to_begin), steps, np.ravel(to_end)))


@adjoint(np.gradient)
def gradient(y, f, *varargs, axis=None, edge_order=1):
    d[varargs] = gradient_steps_adjoint(d[y], y, f, varargs, axis, edge_order)
    d[f] = gradient_adjoint(d[y], f, varargs, axis, edge_order)


@tangent(np.gradient)
def gradient_tangent(y, f, *varargs, axis=None, edge_order=1):
    if absent(d[varargs]):
        d[y] = np.gradient(d[f], *varargs, axis=axis, edge_order=edge_order)
    else:
        moved = np.gradient(np.broadcast_to(d[f], np.shape(f)), *varargs, axis=axis, edge_order=edge_order)
        d[y] = gradient_moved(y, moved, f, varargs, d[varargs], axis, edge_order)


# ---- integrals and interpolation ------------------------------------------------------------------------------------

@expansion(*functions("trapezoid", "trapz"), new=True)
def trapezoid(y, x=None, dx=1.0, axis=-1):
    heights = np.moveaxis(y, axis, -1)
    if known(x) and x is None:
        return np.sum(0.5 * dx * (heights[..., 1:] + heights[..., :-1]), axis=-1)
    places = np.moveaxis(x, axis if np.ndim(x) > 1 else -1, -1)
    return np.sum(0.5 * (places[..., 1:] - places[..., :-1]) * (heights[..., 1:] + heights[..., :-1]), axis=-1)


@expansion(np.interp, new=True)
def interp(x, xp, fp, left=None, right=None, period=None):
    at, p, f = x, np.asarray(xp), np.asarray(fp)
    if not (known(period) and period is None):
        at = np.mod(x, period)
        p = p % period
        order = np.argsort(p)
        p, f = p[order], f[order]
        p, f = np.concatenate((p[-1:] - period, p, p[:1] + period)), np.concatenate((f[-1:], f, f[:1]))
    k = np.clip(np.searchsorted(p, at, side="right"), 1, len(p) - 1)
    inside = f[k - 1] + (at - p[k - 1]) / (p[k] - p[k - 1]) * (f[k] - f[k - 1])
    if not (known(period) and period is None):
        return inside
    above = np.where(at > p[-1], f[-1] if right is None else right, inside)
    return np.where(at < p[0], f[0] if left is None else left, above)


# ---- averages and covariances ---------------------------------------------------------------------------------------

@expansion(np.average)
def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    if known(weights) and weights is None:
        mean = np.mean(a, axis=axis, keepdims=keepdims)
        if returned:
            return mean, np.full(np.shape(mean), np.size(a) / np.size(mean))[()]
        return mean
    w = np.reshape(weights, weights_shape(a, weights, axis))
    total = np.sum(w, axis=axis, keepdims=keepdims)
    mean = np.sum(np.multiply(a, w), axis=axis, keepdims=keepdims) / total
    if returned:
        return mean, np.array(np.broadcast_to(total, np.shape(mean)))[()]
    return mean


@expansion(np.cov)
def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None):
    rows = np.atleast_2d(m)
    if not rowvar:
        rows = rows.T if np.ndim(m) > 1 else rows
    if not (known(y) and y is None):
        more = np.atleast_2d(y)
        if not rowvar:
            more = more.T if np.ndim(y) > 1 else more
        rows = np.concatenate((rows, more))
    less = (0 if bias else 1) if ddof is None else ddof
    if known(fweights) and fweights is None and known(aweights) and aweights is None:
        moved = rows - np.mean(rows, axis=1, keepdims=True)
        return np.squeeze(moved @ np.conj(moved.T) / (np.shape(rows)[1] - less))
    if known(aweights) and aweights is None:
        w = fweights * np.ones(np.shape(rows)[1])
    elif known(fweights) and fweights is None:
        w = aweights * np.ones(np.shape(rows)[1])
        less = less * np.sum(w * aweights) / np.sum(w)
    else:
        w = fweights * np.asarray(aweights)
        less = less * np.sum(w * aweights) / np.sum(w)
    moved = rows - (rows @ w / np.sum(w))[:, None]
    return np.squeeze((moved * w) @ np.conj(moved.T) / (np.sum(w) - less))


@expansion(np.corrcoef)
def corrcoef(x, y=None, rowvar=True, *, dtype=None):
    c = np.atleast_2d(np.cov(x, y, rowvar))
    s = np.sqrt(np.real(np.diagonal(c)))
    return np.squeeze(c / s[:, None] / s)


# ---- leaving out NaN ------------------------------------------------------------------------------------------------

@expansion(np.nansum, new=True)
def nansum(a, axis=None, dtype=None, out: None = None, keepdims=False, initial=0.0, where=True):
    return np.sum(np.where(np.isnan(a), 0.0, a), axis=axis, dtype=dtype, keepdims=keepdims, initial=initial,
                  where=where)


@expansion(np.nanprod, new=True)
def nanprod(a, axis=None, dtype=None, out: None = None, keepdims=False, initial=1.0, where=True):
    return np.prod(np.where(np.isnan(a), 1.0, a), axis=axis, dtype=dtype, keepdims=keepdims, initial=initial,
                   where=where)


@expansion(np.nanmean, new=True)
def nanmean(a, axis=None, dtype=None, out: None = None, keepdims=False, *, where=True):
    mask = ~np.isnan(a)
    if not (known(where) and where):
        mask = mask & where
    return np.mean(a, axis=axis, dtype=dtype, keepdims=keepdims, where=mask)


@expansion(np.nanvar, new=True)
def nanvar(a, axis=None, dtype=None, out: None = None, ddof=0, keepdims=False, *, where=True, mean=None,
           correction=None):
    mask = ~np.isnan(a)
    if not (known(where) and where):
        mask = mask & where
    return np.var(a, axis=axis, dtype=dtype, keepdims=keepdims, ddof=ddof if correction is None else correction, where=mask,
                  mean=mean)


@expansion(np.nanstd, new=True)
def nanstd(a, axis=None, dtype=None, out: None = None, ddof=0, keepdims=False, *, where=True, mean=None,
           correction=None):
    mask = ~np.isnan(a)
    if not (known(where) and where):
        mask = mask & where
    return np.std(a, axis=axis, dtype=dtype, keepdims=keepdims, ddof=ddof if correction is None else correction, where=mask,
                  mean=mean)


@expansion(np.nancumsum, new=True)
def nancumsum(a, axis=None, dtype=None, out: None = None):
    return np.cumsum(np.where(np.isnan(a), 0.0, a), axis=axis, dtype=dtype)


@expansion(np.nancumprod, new=True)
def nancumprod(a, axis=None, dtype=None, out: None = None):
    return np.cumprod(np.where(np.isnan(a), 1.0, a), axis=axis, dtype=dtype)
