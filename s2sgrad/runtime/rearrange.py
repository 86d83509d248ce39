"""Adjoints of functions that join, cut and repeat arrays."""
from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from s2sgrad.runtime.precision import inexact, real_like
from s2sgrad.runtime.shapes import unbroadcast
from s2sgrad.runtime.structures import along_axis, check_length


def restructure(b: Any, like: Any) -> Any:
    """The array `b` taken apart into the lists that `like` consists of."""
    if isinstance(like, (list, tuple)):
        return [restructure(b[n], x) for n, x in enumerate(like)]
    if isinstance(like, deque):
        return deque((restructure(b[n], x) for n, x in enumerate(like)), like.maxlen)
    return real_like(b, like)


def listed_part(b: Any, like: Any) -> Any:
    """The adjoint of the list or tuple `like` that was written to a part of an array, or of a list, which has the adjoint `b`."""
    check_length(like, b)
    return restructure(unbroadcast(b, np.asarray(like)), like) if isinstance(b, np.ndarray) else b


def stored_part(x: Any, like: Any) -> Any:
    """The list or tuple `x` in the place of `like`: spread over it where that is a part of an array."""
    return np.broadcast_to(np.array(x), like.shape) if isinstance(like, np.ndarray) else x


def split_like(b: Any, arrays: Any, axis: Any) -> Any:
    """`b` cut along `axis` into parts in the shapes of `arrays`: the transpose of joining them along that axis.

    An array that gained axes of length one while it was joined loses them again, so this serves `np.concatenate`,
    `np.hstack`, `np.column_stack` and the like. An `axis` of None joins flattened arrays.
    """
    axis = 0 if axis is None else axis
    size = max(1, b.size // max(1, b.shape[axis]))
    before = (slice(None),) * (axis % b.ndim)
    parts = []
    start = 0
    for a in arrays:
        a = a if isinstance(a, np.ndarray) else np.asarray(a)
        stop = start + a.size // size  # each has as many rows as its size makes
        key = (*before, slice(start, stop))
        part = b[key]
        parts.append(real_like(part if part.shape == a.shape else part.reshape(a.shape), a))
        start = stop
    return np.stack(parts) if isinstance(arrays, np.ndarray) else parts


def join_like(parts: Any, like: Any, axis: Any) -> Any:
    """The inverse of `split_like`: `parts` joined along `axis` to the shape of `like`."""
    axis = 0 if axis is None else axis
    shape = list(np.shape(like))
    cross = [k for n, k in enumerate(shape) if n != axis % len(shape)]
    size = max(1, int(np.prod(cross)))
    lengths = [np.size(p) // size for p in parts]
    return np.concatenate([np.reshape(p, (*cross[:axis % len(shape)], n, *cross[axis % len(shape):]))
                           for p, n in zip(parts, lengths)], axis=axis)


def as_columns(x: Any) -> Any:
    """An array as ``np.c_`` takes it: a vector is a column."""
    return np.asarray(x) if np.ndim(x) > 1 else np.reshape(x, (-1, 1))


def unjoin_blocks(b: Any, arrays: Any) -> Any:
    """The parts of `b` that come from each of the `arrays` nested in lists, for `np.block`."""
    rank = np.ndim(b)
    return _blocks(b, arrays, rank - _depth(arrays))


def _depth(arrays: Any) -> int:
    return 1 + _depth(arrays[0]) if isinstance(arrays, list) else 0


def _blocks(b: Any, arrays: Any, axis: int) -> Any:
    if not isinstance(arrays, list):
        return real_like(np.reshape(b, np.shape(arrays)), arrays)
    lengths = [_extent(a, axis, np.ndim(b)) for a in arrays]
    return [_blocks(p, a, axis + 1) for p, a in zip(np.split(b, np.cumsum(lengths)[:-1], axis), arrays)]


def _extent(arrays: Any, axis: int, rank: int) -> int:
    """The length along an axis of a nest of blocks."""
    if isinstance(arrays, list):
        return _extent(arrays[0], axis, rank)
    shape = (1,) * (rank - np.ndim(arrays)) + np.shape(arrays)
    return int(shape[axis])


def filled(bs: Any, ys: Any) -> list[Any]:
    """The adjoints of several results, with zeros of the right shape for those that are plain numbers."""
    return [np.broadcast_to(b, np.shape(y)) for b, y in zip(bs, ys)]


def positions(x: Any) -> Any:
    """The position of every element of `x`, in its shape; what a function makes of it says where elements go."""
    return np.arange(np.size(x)).reshape(np.shape(x))


def raveled_positions(a: Any, order: str) -> Any:
    """The position of every element of ``np.ravel(a, order)``, which may follow how `a` lies in memory."""
    where = np.empty_like(a, dtype=np.intp)
    where[...] = positions(a)
    if order == "A":
        order = "F" if np.isfortran(np.asarray(a)) else "C"
    return where.ravel(order)  # type: ignore[arg-type]


def scatter(b: Any, where: Any, like: Any) -> Any:
    """Zeros in the shape of `like` with the elements of `b` added at the flat positions `where`; -1 drops them."""
    out = np.zeros(np.size(like) + 1, dtype=inexact(b))
    np.add.at(out, np.ravel(where), np.ravel(b))
    return real_like(out[:-1].reshape(np.shape(like)), like)


def gather(x: Any, where: Any) -> Any:
    """The elements of `x` at the flat positions `where`, zeros where those are -1: the transpose of `scatter`."""
    return np.append(np.ravel(x), 0.0)[where]


def reshape_each(bs: Any, arrays: Any) -> list[Any]:
    """Each adjoint in the shape of its array."""
    return [np.reshape(b, np.shape(a)) for b, a in zip(bs, arrays)]


def unbroadcast_each(bs: Any, arrays: Any) -> list[Any]:
    """Each adjoint summed to the shape of its array."""
    return [unbroadcast(b, a) for b, a in zip(bs, arrays)]


def broadcast_each(bs: Any, arrays: Any) -> list[Any]:
    """Each array broadcast to the shape of another."""
    return [np.broadcast_to(b, np.shape(a)) for b, a in zip(bs, arrays)]


def unroll_axis(b: Any, axis: int, start: int) -> Any:
    """The inverse of ``np.rollaxis(a, axis, start)``."""
    rank = np.ndim(b)
    axis, start = axis % rank, start + rank if start < 0 else start
    return np.moveaxis(b, start - 1 if start > axis else start, axis)


def untrimmed(like: Any, trim: str, axis: Any) -> tuple[slice, ...]:
    """The subscript that `np.trim_zeros` stands for."""
    shape = np.shape(like)
    found = np.argwhere(np.asarray(like) != 0)
    axes = range(len(shape)) if axis is None else np.atleast_1d(axis) % len(shape)
    out = [slice(None)] * len(shape)
    for n in axes:
        first = int(found[:, n].min(initial=shape[n])) if "f" in trim.lower() else 0
        last = int(found[:, n].max(initial=-1)) + 1 if "b" in trim.lower() else shape[n]
        out[n] = slice(first, max(first, last))
    return tuple(out)


def inverse_permutation(axes: Sequence[int] | int) -> tuple[int, ...]:
    """The permutation that undoes `axes`; that of one axis may be a number."""
    axes = (axes,) if isinstance(axes, int) else axes
    n = len(axes)
    return tuple(sorted(range(n), key=[a % n for a in axes].__getitem__))


def untile(b: Any, a: Any, reps: Any) -> Any:
    """The sum over the copies that `np.tile` makes of `a`."""
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    shape = np.shape(a)
    rank = max(len(shape), len(reps))
    reps = (1,) * (rank - len(reps)) + reps
    full = (1,) * (rank - len(shape)) + shape
    blocks = np.reshape(b, [k for pair in zip(reps, full) for k in pair])
    return blocks.sum(axis=tuple(range(0, 2 * rank, 2))).reshape(shape)


def unrepeat(b: Any, a: Any, repeats: Any, axis: Any) -> Any:
    """The sum over the copies that `np.repeat` makes of each element of `a`."""
    shape = np.shape(a)
    if axis is None or not shape:  # NumPy takes an axis of a number, too
        return np.reshape(unrepeat(b, np.ravel(a), repeats, 0), shape)
    axis = axis % len(shape)
    if np.size(repeats) == 1:
        split = (*shape[:axis], shape[axis], int(np.ravel(repeats)[0]), *shape[axis + 1:])
        return np.reshape(b, split).sum(axis=axis + 1)
    out = np.zeros(shape, dtype=inexact(b))
    np.add.at(np.moveaxis(out, axis, 0), np.repeat(np.arange(shape[axis]), repeats), np.moveaxis(b, axis, 0))
    return out


def undiagonal(b: Any, like: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros in the shape of `like` with `b` on the diagonals that `np.diagonal` takes."""
    out = np.zeros(np.shape(like), dtype=inexact(b))
    n = np.shape(b)[-1]
    if out.ndim == 2 and (axis1, axis2) == (0, 1):  # nearly always
        first = offset if offset >= 0 else -offset * out.shape[1]
        out.reshape(-1)[first::out.shape[1] + 1][:n] = b
        return out
    rows = np.moveaxis(out, (axis1, axis2), (-2, -1))
    k = np.arange(n)
    rows[..., k + max(0, -offset), k + max(0, offset)] = b
    return out


def undiag(b: Any, v: Any, k: int = 0) -> Any:
    """The transpose of ``np.diag(v, k)``, of a vector or of a matrix."""
    return undiagonal(b, v, k) if np.ndim(v) == 2 else np.diagonal(b, k)


def diagonal_view(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """``np.diagonal(x)``, to be written to as well."""
    out = np.diagonal(x, offset, axis1, axis2)
    out.flags.writeable = True
    return out


def diag_view(v: Any, k: int = 0) -> Any:
    """``np.diag(v, k)`` of a matrix, to be written to as well."""
    return diagonal_view(v, k)


def matrix_diagonal_view(x: Any, offset: int = 0) -> Any:
    """``np.linalg.diagonal(x)``, to be written to as well."""
    return diagonal_view(x, offset, -2, -1)


def untrace(b: Any, like: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros in the shape of `like` with `b` all along the diagonals that `np.trace` sums."""
    n = np.shape(np.diagonal(like, offset, axis1, axis2))[-1]
    return real_like(undiagonal(np.broadcast_to(np.expand_dims(b, -1), (*np.shape(b), n)), like, offset, axis1, axis2), like)


def unmesh(bs: Any, arrays: Any, sparse: bool, indexing: str) -> list[Any]:
    """The adjoints of the coordinates of `np.meshgrid`: the sums over the other axes of each grid."""
    out = []
    for n, (b, x) in enumerate(zip(bs, arrays)):
        own = 1 - n if n < 2 and indexing == "xy" and len(arrays) > 1 else n
        others = tuple(k for k in range(len(arrays)) if k != own)
        total = np.reshape(np.sum(b, axis=others), np.shape(x)) if np.ndim(b) else np.zeros(np.shape(x))
        out.append(real_like(total, x))
    return out


def untake_along_axis(b: Any, indices: Any, like: Any, axis: Any) -> Any:
    """Zeros in the shape of `like` with `b` added where `np.take_along_axis` read."""
    out = np.zeros(np.size(like) if axis is None else np.shape(like), dtype=inexact(b))
    np.add.at(out, indices if axis is None else along_axis(np.shape(like), indices, axis), b)
    return out.reshape(np.shape(like))


def line_weights(y: Any, num: int, endpoint: bool, axis: int) -> Any:
    """How far each number of ``y = np.linspace(start, stop, num)`` is on the way, along its axis."""
    weights = np.linspace(0.0, 1.0, num, endpoint=endpoint)
    return weights.reshape([num if n == axis % np.ndim(y) else 1 for n in range(np.ndim(y))])
