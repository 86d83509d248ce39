"""Broadcasting and its transpose."""
from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sgrad.runtime.fields import Fields, is_object, require_no_operator
from s2sgrad.runtime.precision import as_inexact, in_kind_of, real_like
from s2sgrad.runtime.sparse import is_sparse

_FLOATS = frozenset((float, np.float64))
_NUMBERS = _FLOATS | {complex}
_DOUBLE = np.dtype(np.float64)
_LONG = np.dtype(np.int64)
#: So many elements are copied in less time than it takes to make a view.
_FEW = 1000


def unbroadcast(b: Any, like: Any) -> Any:
    """Sum `b` over the axes along which `like` was broadcast, so that the result has the shape of `like`.

    The transpose of broadcasting. Of a complex `b` for a real `like` the real part is taken, since the imaginary
    part belongs to a direction in which `like` cannot move.
    """
    if type(like) in _NUMBERS:
        if type(b) in _FLOATS:
            return b
        if type(b) is np.ndarray and b.dtype.kind == "f":
            return np.add.reduce(b, axis=None)
    elif type(b) is np.ndarray and type(like) is np.broadcast:
        if b.dtype is _DOUBLE:
            return b if b.shape == like.shape else reduced(b, like.shape)
    elif type(b) is np.ndarray and type(like) is np.ndarray:
        if b.dtype is like.dtype:
            return b if b.shape == like.shape else reduced(b, like.shape)
        if b.dtype.kind == "f":
            return in_kind_of(b if b.shape == like.shape else reduced(b, like.shape), like)
    if isinstance(b, (list, tuple)):
        if isinstance(like, (list, tuple)) and len(b) == len(like):  # an element of a container that holds containers
            return b
        raise TypeError("lists are added where the derivative was made for numbers or arrays; build the list with "
                        "extend, or with a display: [*a, *b]")
    if isinstance(b, Fields) or type(b) is type(like) and is_object(b):
        require_no_operator(like, b)
    shape = np.shape(like)
    if np.shape(b) != shape:
        b = _sparse_sum(b, shape) if is_sparse(b) or is_sparse(like) else reduced(b, shape)
    if np.iscomplexobj(b) and not np.iscomplexobj(like):
        b = np.real(b)
    if type(like) is not np.ndarray or is_sparse(b):
        return b
    b = in_kind_of(b, like)
    return b if shape else np.asarray(b)  # of arrays without axes arithmetic makes numbers, which nothing can be written to


def total(b: Any) -> Any:
    """The sum of all elements of `b`, which has one or more, or is a number: what a number has that was broadcast."""
    return unbroadcast(b, 0.0j)


def number_like(*xs: Any) -> Any:
    """A number that is complex where one of `xs` is."""
    for x in xs:
        if type(x) not in _FLOATS and (type(x) is not np.ndarray or x.dtype.kind == "c") and np.iscomplexobj(x):
            return 0j
    return 0.0


def fitted(b: Any, like: Any) -> Any:
    """`b` in the shape of `like`: summed over the axes that `like` lacks, repeated along those that only `like` has.

    It has at least the precision of `like`.
    """
    if type(b) in _FLOATS and type(like) is np.ndarray and like.dtype is _DOUBLE:
        return np.full(like.shape, b)
    b = unbroadcast(b, like)
    if type(b) is np.ndarray and type(like) is np.ndarray and b.dtype is not like.dtype:
        return b.astype(np.result_type(b, like)) if like.dtype.kind == "f" else b
    return b


def _sparse_sum(b: Any, shape: tuple[int, ...]) -> Any:
    if shape:
        raise TypeError("broadcasting a sparse matrix cannot be differentiated; write products of matrices with @")
    return b.sum()


def reduced(b: Any, shape: tuple[int, ...]) -> Any:
    """`b` summed over the axes along which something of shape `shape` was broadcast to the shape of `b`, and repeated
    along those that it lacks."""
    if type(b) is not np.ndarray:
        b = np.asarray(b)
    if not shape:
        return np.add.reduce(b, axis=None)
    if not b.ndim:
        return np.full(shape, b)
    if b.ndim < len(shape):
        b = b.reshape((1,) * (len(shape) - b.ndim) + b.shape)
    extra = b.ndim - len(shape)
    if shape[-1] == 1 and not extra and b.shape[:-1] == shape[:-1]:  # rows that were divided by their sums
        return np.add.reduce(b, axis=-1, keepdims=True)
    if extra == 1 and b.shape[1:] == shape:
        return np.add.reduce(b)
    axes = tuple(range(extra)) + tuple(n + extra for n, k in enumerate(shape) if k == 1 and b.shape[n + extra] != 1)
    if axes:
        b = np.add.reduce(b, axis=axes, keepdims=True)
        b = b.reshape(b.shape[extra:])
    if b.shape == shape:
        return b
    return b.reshape(shape) if b.size == math.prod(shape) else np.broadcast_to(b, shape).copy()


def expand(b: Any, like: Any) -> Any:
    """`b` broadcast to the shape of `like`, not to be written to. A plain number takes on the precision of `like`."""
    if type(like) is np.broadcast or type(like) is np.ndarray and like.dtype is _DOUBLE:
        if type(b) in _FLOATS:
            if like.size > _FEW:
                return np.ndarray(like.shape, np.float64, np.float64(b).tobytes(), 0, (0,) * like.ndim)
            out = np.empty(like.shape)
            out.fill(b)
            return out
        if type(b) is np.ndarray and b.dtype is _DOUBLE and b.ndim <= like.ndim and like.size <= _FEW and b.shape != like.shape:
            out = np.empty(like.shape)
            out[...] = b
            return out
    if type(b) in _FLOATS and type(like) in _FLOATS:
        return np.float64(b)
    if type(b) in _FLOATS and isinstance(like, np.ndarray) and like.dtype.kind in "fc":
        b = like.real.dtype.type(b)
    elif isinstance(b, (int, np.integer)) or type(b) is np.ndarray and b.dtype.kind in "biu":
        b = as_inexact(b, like)
    elif type(like) is np.ndarray and (type(b) is complex or type(b) is np.ndarray and b.dtype is not like.dtype):
        b = in_kind_of(b, like)
    if type(b) is np.ndarray and (type(like) is np.ndarray or type(like) is np.broadcast) and b.ndim == like.ndim \
            and b.dtype.kind == "f" and b.flags.c_contiguous:
        return _spread(b, like.shape)
    return np.broadcast_to(b, np.shape(like))


def broadcast(*xs: Any) -> Any:
    """Something of the shape that arrays and numbers are broadcast to together, complex or of single precision where they are."""
    double = False
    for x in xs:
        if type(x) is float or type(x) is np.ndarray and x.dtype is _DOUBLE or type(x) is np.float64:
            double = True
        elif type(x) is not int and (type(x) is not np.ndarray or x.dtype is not _LONG):
            return _mixed(xs)
    return np.broadcast(*xs) if double else _mixed(xs)


def _mixed(xs: tuple[Any, ...]) -> Any:
    """`broadcast` where the result may be of another kind than numbers of double precision."""
    dense = [np.broadcast_to(0.0, x.shape) if is_sparse(x) else x for x in xs]
    shape, kind = np.broadcast(*dense).shape, np.result_type(*dense)
    return np.broadcast_to(kind.type(0), shape) if shape and kind.kind in "fc" else np.ones(shape, kind)[()]


def _spread(b: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """``np.broadcast_to(b, shape)`` of as many axes, in less time."""
    if b.shape == shape:
        out = b[...]
    else:
        strides = tuple([0 if n == 1 else step for n, step in zip(b.shape, b.strides)])
        if any(n != k and n != 1 for n, k in zip(b.shape, shape)):
            return np.broadcast_to(b, shape)  # which says what is wrong
        out = np.ndarray(shape, b.dtype, b, 0, strides)
    out.flags.writeable = False
    return out


def restore_axes(b: Any, like: Any, axis: Any, keepdims: Any) -> Any:
    """The result of a reduction over `axis` with that axis back, of length one."""
    if keepdims and keepdims is not np._NoValue or axis is None or not np.ndim(like):
        return b
    if type(b) is float and type(like) is np.ndarray and like.dtype.kind == "f":
        b = like.dtype.type(b)
    if type(b) is np.ndarray and type(axis) is int:
        return b[(slice(None),) * (axis % (b.ndim + 1)) + (None,)]
    return np.expand_dims(b, axis)


def sum_adjoint(b: Any, x: Any, axis: int) -> Any:
    """The adjoint of `x` in ``np.sum(x, axis)``, with the axis of the sum of length one.

    `b` may have a shape that the sum was broadcast to.
    """
    shape = x.shape if type(x) is np.ndarray or type(x) is np.broadcast else np.shape(x)
    if not shape:
        return unbroadcast(b, x)
    axis %= len(shape)
    of_sum = shape[:axis] + shape[axis + 1:]
    if type(b) is not np.ndarray or b.shape != of_sum:
        b = reduced(b, of_sum)
    b = real_like(b, x)
    return b[(slice(None),) * axis + (None,)] if of_sum else np.reshape(b, 1)
