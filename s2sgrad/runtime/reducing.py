"""What derivatives of sums, products, moments and extrema need, for any axis."""
from __future__ import annotations

import math
from typing import Any

import numpy as np


def inexact(x: Any) -> Any:
    """The floating-point type that derivatives with respect to `x` have."""
    kind = np.asarray(x).dtype
    return kind if kind.kind in "fc" else np.dtype(float)


def count(a: Any, axis: Any = None, keepdims: bool = False, where: Any = True) -> Any:
    """How many elements of `a` each element of a reduction over `axis` comes from."""
    if type(axis) is int and type(a) is np.ndarray and a.ndim and where is True:
        return a.shape[axis]
    shape = np.shape(a)
    if where is not True:
        return np.sum(np.broadcast_to(where, shape), axis=axis, keepdims=keepdims, dtype=inexact(a).type(0).real.dtype)
    axes = range(len(shape)) if axis is None else (axis,) if np.ndim(axis) == 0 else axis
    size = 1
    for n in axes:
        size *= shape[n] if shape else 1
    return size


def centered(a: Any, axis: Any = None, where: Any = True, dtype: Any = None) -> Any:
    """`a` minus its mean over `axis`, which is of an element type if that is given, conjugated; 0 outside the mask `where`."""
    if dtype is not None:
        return np.where(where, np.conj(a - np.mean(a, axis=axis, dtype=dtype, keepdims=True, where=where)), 0)
    if where is True and type(a) is np.ndarray and a.dtype.kind == "f":
        return a - a.mean(axis=axis, keepdims=True)
    if where is True:
        moved = a - np.mean(a, axis=axis, keepdims=True)
    else:
        moved = np.where(where, a - np.mean(a, axis=axis, keepdims=True, where=where), 0)
    return np.conj(moved) if np.iscomplexobj(moved) else moved


def ties(a: Any, y: Any, axis: Any = None, where: Any = True) -> Any:
    """The shares of the elements of `a` in an extremum `y` over `axis`, of equal size for those that attain it.

    `y` has the reduced axes, of length one.
    """
    found = np.equal(a, y)
    if where is not True:
        found = found & where
    number = np.maximum(np.add.reduce(found, axis=axis, keepdims=True), 1)
    shares = found / number
    return shares if type(a) is np.ndarray and a.dtype == np.float64 else np.asarray(shares, dtype=inexact(a))


def weights_shape(a: Any, weights: Any, axis: Any) -> tuple[int, ...]:
    """The shape in which the weights of an average over `axis` of `a` broadcast with `a`."""
    shape = np.shape(weights)
    if shape == np.shape(a):
        return shape
    axes = (axis,) if np.ndim(axis) == 0 else tuple(axis)
    places = [n % np.ndim(a) for n in axes]
    return tuple(shape[places.index(n)] if n in places else 1 for n in range(np.ndim(a)))


def scaled(b: Any, xs: Any) -> Any:
    """A number times each element of `xs`, in a list where `xs` is one."""
    return [b * x for x in xs] if isinstance(xs, (list, tuple)) else b * np.asarray(xs)


def gathered(b: Any) -> Any:
    """The sum of the elements of a list, or along the first axis of an array; the transpose of `spread`."""
    return sum(b)


# ---- products -------------------------------------------------------------------------------------------------------

def products_of_others(a: Any, axis: Any = None) -> Any:
    """For each element of `a` the product of the other elements along `axis`."""
    x = np.asarray(a)
    if np.all(x != 0):
        return np.prod(x, axis=axis, keepdims=True) / x
    flat, shape = rows(x, axis)
    ones = np.ones_like(flat[:1])
    before = np.cumprod(np.concatenate([ones, flat[:-1]]), axis=0)
    after = np.flip(np.cumprod(np.concatenate([ones, np.flip(flat[1:], 0)]), axis=0), 0)
    return unrows(before * after, x, axis, shape)


def products_of_others_adjoint(b: Any, a: Any, axis: Any = None) -> Any:
    """The derivative of `products_of_others` at `a` along `b`; it is its own transpose, the Hessian of a product."""
    x = np.asarray(a)
    flat, shape = rows(x, axis)
    moved = rows(np.asarray(b), axis)[0]
    # The products of all but two elements, by replacing one element by 1 at a time.
    out = np.zeros(flat.shape, dtype=np.result_type(flat, moved, inexact(flat)))
    for k in range(len(flat)):
        others = flat.copy()
        others[k] = 1
        pairs = rows(products_of_others(others, 0), 0)[0]
        pairs[k] = 0
        out += pairs * moved[k]
    return unrows(out, x, axis, shape)


def rows(x: np.ndarray, axis: Any) -> tuple[np.ndarray, tuple[int, ...]]:
    """`x` with the reduced axes merged into one in front, and the shape before the merging."""
    if axis is None:
        return x.reshape(-1), x.shape
    axes = (axis,) if np.ndim(axis) == 0 else tuple(axis)
    if not x.ndim:
        return x.reshape(1), x.shape
    front = np.moveaxis(x, axes, range(len(axes)))
    return front.reshape((math.prod(front.shape[:len(axes)]), *front.shape[len(axes):])), front.shape


def unrows(flat: np.ndarray, x: np.ndarray, axis: Any, shape: tuple[int, ...]) -> Any:
    """Undo `rows`."""
    front = flat.reshape(shape)
    if axis is None or not x.ndim:
        return front
    axes = (axis,) if np.ndim(axis) == 0 else tuple(axis)
    return np.moveaxis(front, range(len(axes)), axes)


def cumprod_adjoint(b: Any, a: Any, axis: Any = None) -> Any:
    """The adjoint of `a` in ``np.cumprod(a, axis)``, without dividing by elements that may be zero.

    From the recurrence ``y_k = y_(k-1) a_k``: ``s_k = b_k + s_(k+1) a_(k+1)`` and ``ba_k = s_k y_(k-1)``.
    """
    x = np.asarray(a)
    flat, shape = rows(x, axis)
    back = rows(np.asarray(b).reshape(x.shape), axis)[0]
    if not len(flat):
        return np.zeros_like(x)
    before = np.cumprod(np.concatenate([np.ones_like(flat[:1]), flat[:-1]]), axis=0)
    out = np.array(back, dtype=np.result_type(back, flat))
    for k in range(len(flat) - 2, -1, -1):
        out[k] += out[k + 1] * flat[k + 1]
    return unrows(out * before, x, axis, shape)


def cumprod_tangent(da: Any, a: Any, axis: Any = None) -> Any:
    """The tangent of ``np.cumprod(a, axis)``: ``dy_k = dy_(k-1) a_k + y_(k-1) da_k``."""
    x = np.asarray(a)
    flat, shape = rows(x, axis)
    moved = rows(np.asarray(da), axis)[0]
    if len(flat):
        before = np.cumprod(np.concatenate([np.ones_like(flat[:1]), flat[:-1]]), axis=0)
        moved = before * moved
        for k in range(1, len(flat)):
            moved[k] += moved[k - 1] * flat[k]
    out = unrows(moved, x, axis, shape)
    return out.reshape(-1) if axis is None or not x.ndim else out


def cumprod_second(da: Any, ea: Any, a: Any, axis: Any = None) -> Any:
    """The second derivative of ``np.cumprod(a, axis)`` along `da` and `ea`: the tangent of the recurrence for the tangent."""
    x = np.asarray(a)
    flat, shape = rows(x, axis)
    one, two = rows(np.asarray(da).reshape(x.shape), axis)[0], rows(np.asarray(ea).reshape(x.shape), axis)[0]
    first, other = rows(cumprod_tangent(one, flat, 0), 0)[0], rows(cumprod_tangent(two, flat, 0), 0)[0]
    moved = np.zeros_like(first)
    for k in range(1, len(flat)):
        moved[k] = moved[k - 1] * flat[k] + first[k - 1] * two[k] + other[k - 1] * one[k]
    out = unrows(moved, x, axis, shape)
    return out.reshape(-1) if axis is None or not x.ndim else out


def cumprod_hessian(b: Any, da: Any, a: Any, axis: Any = None) -> Any:
    """The gradient with respect to `a` of ``sum(b * cumprod_tangent(da, a, axis))``: the recurrence reversed."""
    x = np.asarray(a)
    flat, shape = rows(x, axis)
    if not len(flat):
        return np.zeros_like(x)
    moved = rows(np.asarray(da).reshape(x.shape), axis)[0]
    back = rows(np.asarray(b).reshape(x.shape), axis)[0]
    one, nothing = np.ones_like(flat[:1]), np.zeros_like(flat[:1])
    tangents = rows(cumprod_tangent(moved, flat, 0), 0)[0]
    s = np.array(back, dtype=np.result_type(back, flat))
    r = np.zeros_like(s)
    for k in range(len(flat) - 2, -1, -1):
        s[k] += s[k + 1] * flat[k + 1]
        r[k] = s[k + 1] * moved[k + 1] + r[k + 1] * flat[k + 1]
    before = np.cumprod(np.concatenate([one, flat[:-1]]), axis=0)
    return unrows(s * np.concatenate([nothing, tangents[:-1]]) + r * before, x, axis, shape)


# ---- differences ----------------------------------------------------------------------------------------------------

def undiff(b: Any, a: Any, axis: int = -1) -> Any:
    """The transpose of ``np.diff(a, axis=axis)``."""
    return _between_zeros(b, axis, np.shape(a))


def _between_zeros(b: Any, axis: int, shape: tuple[int, ...]) -> np.ndarray:
    """Minus the differences of `b` between zeros, which have one element more along an axis, and so the `shape`."""
    out = np.zeros(shape, dtype=inexact(b))
    before = (slice(None),) * (axis % len(shape))
    later, earlier = (*before, slice(1, None)), (*before, slice(None, -1))
    out[later] = b
    out[earlier] -= b
    return out


def diff_adjoint(b: Any, a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None,
                 part: str = "a") -> Any:
    """The transpose of ``np.diff`` with respect to one of the three parts that it joins: differences of `b` between
    zeros, with the other sign."""
    prepend, append = (None if x is np._NoValue else x for x in (prepend, append))
    if type(b) is np.ndarray and b.ndim == 1 and b.size and b.dtype.kind == "f" and prepend is None and append is None:
        for _ in range(n):  # nearly always, and faster
            longer = np.zeros(len(b) + 1, b.dtype)
            longer[1:] = b
            longer[:-1] -= b
            b = longer
        return b
    if not np.size(b):  # no two elements are left
        return np.zeros(np.shape({"prepend": prepend, "a": a, "append": append}[part]), dtype=inexact(b))
    if n == 0 and part != "a":
        return np.zeros(np.shape({"prepend": prepend, "append": append}[part]))
    for _ in range(n):
        shape = list(np.shape(b))
        shape[axis] += 1
        b = _between_zeros(b, axis, tuple(shape))
    if n == 0 or prepend is None and append is None:
        return b
    start = 0 if prepend is None else 1 if np.ndim(prepend) == 0 else np.shape(prepend)[axis]
    end = start + np.shape(a)[axis]
    where = {"prepend": slice(start), "a": slice(start, end), "append": slice(end, None)}[part]
    of = {"prepend": prepend, "a": a, "append": append}[part]
    found = np.moveaxis(np.moveaxis(b, axis, 0)[where], 0, axis)
    return np.sum(found) if np.ndim(of) == 0 else found


def diff_tangent(moved: Any, a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None,
                 part: str = "a") -> Any:
    """The tangent of ``np.diff(a, n, axis, prepend, append)``, where only `part` varies, along `moved`."""
    parts = {name: moved if name == part else np.zeros_like(x)
             for name, x in (("a", a), ("prepend", prepend), ("append", append)) if x is not None and x is not np._NoValue}
    return np.diff(parts.pop("a"), n, axis, **parts)


def gradient_adjoint(b: Any, f: Any, varargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    """The transpose of ``np.gradient`` with respect to `f`, applied to the adjoint of one array or of one for an axis.

    Each difference reaches two neighbours at most, so probing with five combs of ones gives all coefficients.
    """
    axes = tuple(range(np.ndim(f))) if axis is None else (axis,) if np.ndim(axis) == 0 else tuple(axis)
    parts = b if isinstance(b, (list, tuple)) or np.ndim(b) > np.ndim(f) else [b]
    steps = list(varargs) * len(axes) if len(varargs) == 1 else list(varargs) or [1.0] * len(axes)
    out: Any = 0.0
    for part, ax, step in zip(parts, axes, steps):
        n = np.shape(f)[ax]
        moved = np.moveaxis(np.asarray(part), ax, 0)
        total = np.zeros_like(moved)
        rows = np.arange(n)
        for comb in range(5):
            weights = np.gradient((rows % 5 == comb).astype(float), step, edge_order=edge_order)
            columns = rows - 2 + (comb - rows + 2) % 5
            inside = (columns >= 0) & (columns < n)
            weighted = moved * weights.reshape((n, *(1,) * (moved.ndim - 1)))
            np.add.at(total, columns[inside], weighted[inside])
        out = out + np.moveaxis(total, 0, ax)
    return out


def gradient_steps_adjoint(b: Any, y: Any, f: Any, varargs: Any, axis: Any = None, edge_order: Any = 1) -> list[Any]:
    """The adjoints of the distances between points, or of their coordinates, in ``y = np.gradient(f, *varargs, axis=axis)``."""
    if not len(varargs):
        return []
    parts = [_coordinates_adjoint(part, found, f, step, ax, edge_order) if np.ndim(step)
             else -np.sum(np.multiply(part, found)) / step
             for part, found, (ax, step) in zip(_each(b), _each(y), _steps(f, varargs, axis), strict=True)]
    return parts if len(parts) == len(varargs) else [sum(parts)]


def gradient_moved(y: Any, dy: Any, f: Any, varargs: Any, dvarargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    """The tangent of ``y = np.gradient(f, *varargs, axis=axis)``, which is `dy` where the distances do not vary."""
    if not len(varargs):
        return dy
    moved = [part + _moved_coordinates(found, f, step, speed, ax, edge_order) if np.ndim(step) else part - found * (speed / step)
             for part, found, (ax, step), (_, speed) in zip(
                 _each(dy), _each(y), _steps(f, varargs, axis), _steps(f, dvarargs, axis), strict=True)]
    return moved if isinstance(y, (list, tuple)) else moved[0]


# A difference is the slope `y` of the polynomial through its points. When the coordinates move, that polynomial changes by
# minus its slope at each point, ``y + bend * (t - t0)`` of a parabola, times the polynomial that is 1 there and 0 at the others.

def _moved_coordinates(y: Any, f: Any, t: Any, dt: Any, axis: int, edge_order: Any) -> Any:
    """What moving the coordinates `t` by `dt` adds to the differences `y` along an axis."""
    t, dt = np.asarray(t), np.asarray(dt)
    bend, slope = np.moveaxis(_bends(f, t, axis, edge_order), axis, -1), np.moveaxis(y, axis, -1)
    speed = np.gradient(dt, t, edge_order=edge_order)
    beside = np.gradient(t * dt, t, edge_order=edge_order) - t * speed
    return np.moveaxis(bend * (dt - beside) - slope * speed, -1, axis)


def _coordinates_adjoint(b: Any, y: Any, f: Any, t: Any, axis: int, edge_order: Any) -> Any:
    t, others = np.asarray(t), tuple(n for n in range(np.ndim(f)) if n != axis % np.ndim(f))
    slope, bend = np.sum(b * y, axis=others), np.sum(b * _bends(f, t, axis, edge_order), axis=others)
    back = [gradient_adjoint(part, t, (t,), edge_order=edge_order) for part in (slope - bend * t, bend)]
    return bend - back[0] - t * back[1]


def gradient_adjoint_moved(b: Any, f: Any, varargs: Any, dvarargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    """What the distances between points, or their coordinates, add to the tangent of `gradient_adjoint`."""
    out: Any = 0.0
    parts = b if isinstance(b, (list, tuple)) or np.ndim(b) > np.ndim(f) else [b]
    for part, (ax, step), (_, speed) in zip(parts, _steps(f, varargs, axis), _steps(f, dvarargs, axis), strict=True):
        if not np.ndim(step):
            out = out - gradient_adjoint(part, f, (step,), ax, edge_order) * (speed / step)
            continue
        rows, step, speed = np.moveaxis(np.asarray(part), ax, -1), np.asarray(step), np.asarray(speed)
        turned = np.gradient(speed, step, edge_order=edge_order)
        beside = np.gradient(step * speed, step, edge_order=edge_order) - step * turned
        bent = _bends_adjoint(rows * (speed - beside), step, edge_order)
        out = out + np.moveaxis(bent - gradient_adjoint(rows * turned, rows, (step,), -1, edge_order), -1, ax)
    return out


def _bends_adjoint(b: Any, t: Any, edge_order: Any) -> Any:
    """The transpose of `_bends` along the last axis."""
    t = np.asarray(t)
    inner = b[..., 1:-1]
    if edge_order == 2:
        at = np.arange(len(t) - 2)
        inner = inner + b[..., :1] * (at == 0) + b[..., -1:] * (at == len(t) - 3)
    flow, none = 2.0 * inner / (t[2:] - t[:-2]), np.zeros_like(b[..., :1])
    slopes = -np.diff(np.concatenate((none, flow, none), axis=-1), axis=-1) / np.diff(t)
    return -np.diff(np.concatenate((none, slopes, none), axis=-1), axis=-1)


def _bends(f: Any, t: Any, axis: int, edge_order: Any) -> Any:
    """The second derivatives of the polynomials of which `np.gradient` takes the slopes."""
    rows, t = np.moveaxis(np.asarray(f), axis, -1), np.asarray(t)
    slopes = np.diff(rows, axis=-1) / np.diff(t)
    inner = 2.0 * np.diff(slopes, axis=-1) / (t[2:] - t[:-2])
    ends = (inner[..., :1], inner[..., -1:]) if edge_order == 2 else (np.zeros_like(rows[..., :1]),) * 2
    return np.moveaxis(np.concatenate((ends[0], inner, ends[1]), axis=-1), -1, axis)


def _each(y: Any) -> list[Any]:
    """The derivatives along each axis that `np.gradient` gives: of one axis, an array."""
    return list(y) if isinstance(y, (list, tuple)) else [y]


def _steps(f: Any, varargs: Any, axis: Any) -> list[tuple[int, Any]]:
    """The axes, each with the distance between points along it, or their coordinates."""
    axes = tuple(range(np.ndim(f))) if axis is None else (axis,) if np.ndim(axis) == 0 else tuple(axis)
    return list(zip(axes, list(varargs) * len(axes) if len(varargs) == 1 else varargs, strict=True))
