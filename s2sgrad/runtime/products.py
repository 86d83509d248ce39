"""Adjoints of products of arrays whose ranks are known only at run time."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from s2sgrad.runtime.precision import inexact, real_like
from s2sgrad.runtime.shapes import reduced, unbroadcast
from s2sgrad.runtime.sparse import is_sparse, product_adjoint_left, product_adjoint_right


def matmul_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `a` in ``a @ b``, from the adjoint `bc` of the product.

    `bc` may have a shape that the product was broadcast to, here and in what follows.
    """
    if type(a) is np.ndarray and type(b) is np.ndarray:
        left, right = a.ndim, b.ndim
        if left == 1 == right:
            out = bc * b if type(bc) in _FLOATS else _matmul_left(bc, a, b)
        elif not _is_plain(bc, a, b, left, right):
            out = _matmul_left(bc, a, b)
        elif left == 1:
            out = b.dot(bc)
        else:
            out = bc.dot(b.T) if right == 2 else bc[:, None].dot(b[None])  # faster than np.outer
        return out if type(out) is np.ndarray and out.dtype is a.dtype else real_like(out, a)
    if is_sparse(a) or is_sparse(b):
        return product_adjoint_left(of_product(bc, a, b), a, b)
    return real_like(_matmul_left(bc, np.asarray(a), np.asarray(b)), a)


_FLOATS = (float, np.float64)


def _is_plain(bc: Any, a: np.ndarray, b: np.ndarray, left: int, right: int) -> bool:
    """Is one of `a` and `b` a matrix, the other a vector or a matrix, and `bc` of the shape of the product?

    Of such, ``x.dot(y)`` is ``x @ y``, and takes half the time where they are small.
    """
    if type(bc) is not np.ndarray:
        return False
    if left == 2:
        return bc.shape == (len(a), b.shape[1]) if right == 2 else right == 1 and bc.shape == (len(a),)
    return left == 1 and right == 2 and bc.shape == b.shape[1:]


def _matmul_left(bc: Any, a: Any, b: Any) -> Any:
    bc = of_product(bc, a, b)
    left, right = a.ndim, b.ndim
    if left <= 2 and right <= 2:
        if right == 1:
            return bc * b if left == 1 else np.multiply.outer(bc, b)
        return b @ bc if left == 1 else bc @ b.T
    if left == 1:
        return unbroadcast((np.expand_dims(bc, -2) @ np.swapaxes(b, -1, -2))[..., 0, :], a)
    if right == 1:
        return unbroadcast(np.expand_dims(bc, -1) * b, a)
    return unbroadcast(bc @ np.swapaxes(b, -1, -2), a)


def matmul_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `b` in ``a @ b``, from the adjoint `bc` of the product."""
    if type(a) is np.ndarray and type(b) is np.ndarray:
        left, right = a.ndim, b.ndim
        if left == 1 == right:
            out = bc * a if type(bc) in _FLOATS else _matmul_right(bc, a, b)
        elif not _is_plain(bc, a, b, left, right):
            out = _matmul_right(bc, a, b)
        else:
            out = a[:, None].dot(bc[None]) if left == 1 else a.T.dot(bc)
        return out if type(out) is np.ndarray and out.dtype is b.dtype else real_like(out, b)
    if is_sparse(a) or is_sparse(b):
        return product_adjoint_right(of_product(bc, a, b), a, b)
    return real_like(_matmul_right(bc, np.asarray(a), np.asarray(b)), b)


def matmul_adjoint_both(bc: Any, a: Any) -> Any:
    """The adjoint of `a` in ``a @ a``."""
    if type(a) is np.ndarray and a.ndim == 1 and type(bc) in _FLOATS:
        out = 2.0 * bc * a
        return out if out.dtype is a.dtype else real_like(out, a)
    return matmul_adjoint_left(bc, a, a) + matmul_adjoint_right(bc, a, a)


def _matmul_right(bc: Any, a: Any, b: Any) -> Any:
    bc = of_product(bc, a, b)
    left, right = a.ndim, b.ndim
    if left <= 2 and right <= 2:
        if left == 1:
            return bc * a if right == 1 else np.multiply.outer(a, bc)
        return a.T @ bc
    if left == 1:
        return unbroadcast(np.expand_dims(a, -1) * np.expand_dims(bc, -2), b)
    if right == 1:
        return unbroadcast(np.swapaxes(a, -1, -2) @ np.expand_dims(bc, -1), np.expand_dims(b, -1))[..., 0]
    return unbroadcast(np.swapaxes(a, -1, -2) @ bc, b)


def of_product(bc: Any, a: Any, b: Any) -> Any:
    """`bc` in the shape of ``a @ b``."""
    if b.ndim <= 2:
        shape = a.shape[:-1] + b.shape[1:]
    else:
        shape = np.broadcast_shapes(a.shape[:-2], b.shape[:-2]) + a.shape[-2:-1] + b.shape[-1:]
    return bc if (bc.shape if type(bc) is np.ndarray else np.shape(bc)) == shape else reduced(bc, shape)


def dot_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `a` in ``np.dot(a, b)``."""
    if type(a) is np.ndarray and type(b) is np.ndarray and 0 < a.ndim <= 2 and 0 < b.ndim <= 2:
        return matmul_adjoint_left(bc, a, b)
    if is_sparse(a) or is_sparse(b):
        return product_adjoint_left(bc, a, b)
    left, right = np.ndim(a), np.ndim(b)
    if left == 0 or right == 0:
        return unbroadcast(bc * b, a)
    if left <= 2 and right <= 2:
        return real_like(_matmul_left(bc, np.asarray(a), np.asarray(b)), a)
    bc = _of_dot(bc, a, b)
    others = tuple(range(np.ndim(bc) - right + 1, np.ndim(bc)))
    return real_like(np.tensordot(bc, np.moveaxis(b, max(0, right - 2), 0), (others, tuple(range(1, right)))), a)


def dot_adjoint_both(bc: Any, a: Any) -> Any:
    """The adjoint of `a` in ``np.dot(a, a)``."""
    if type(a) is np.ndarray and 0 < a.ndim <= 2:
        return matmul_adjoint_both(bc, a)
    return dot_adjoint_left(bc, a, a) + dot_adjoint_right(bc, a, a)


def dot_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `b` in ``np.dot(a, b)``."""
    if type(a) is np.ndarray and type(b) is np.ndarray and 0 < a.ndim <= 2 and 0 < b.ndim <= 2:
        return matmul_adjoint_right(bc, a, b)
    if is_sparse(a) or is_sparse(b):
        return product_adjoint_right(bc, a, b)
    left, right = np.ndim(a), np.ndim(b)
    if left == 0 or right == 0:
        return unbroadcast(bc * a, b)
    if left <= 2 and right <= 2:
        return real_like(_matmul_right(bc, np.asarray(a), np.asarray(b)), b)
    axes = tuple(range(left - 1))
    return real_like(np.moveaxis(np.tensordot(a, _of_dot(bc, a, b), (axes, axes)), 0, max(0, right - 2)), b)


def _of_dot(bc: Any, a: Any, b: Any) -> Any:
    """`bc` in the shape of ``np.dot(a, b)``."""
    shape = np.shape(a)[:-1] + np.shape(b)[:-2] + np.shape(b)[-1:] * (np.ndim(b) > 1)
    return bc if np.shape(bc) == shape else reduced(bc, shape)


def outer_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `a` in ``np.outer(a, b)``."""
    return _of_operand(_of_outer(bc, a, b) @ np.ravel(b), a)


def outer_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `b` in ``np.outer(a, b)``."""
    return _of_operand(np.ravel(a) @ _of_outer(bc, a, b), b)


def _of_outer(bc: Any, a: Any, b: Any) -> Any:
    shape = np.size(a), np.size(b)
    return bc if np.shape(bc) == shape else reduced(bc, shape)


def _of_operand(out: Any, a: Any) -> Any:
    shape = np.shape(a)
    return real_like(out if len(shape) == 1 else np.reshape(out, shape), a)


def inner_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `a` in ``np.inner(a, b)``."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(bc * b, a)
    rank = np.ndim(b) - 1
    return real_like(np.tensordot(bc, b, (tuple(range(np.ndim(bc) - rank, np.ndim(bc))), tuple(range(rank)))), a)


def inner_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `b` in ``np.inner(a, b)``."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(bc * a, b)
    axes = tuple(range(np.ndim(a) - 1))
    return real_like(np.tensordot(bc, a, (axes, axes)), b)


def contracted_axes(a: Any, b: Any, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of `a` and of `b` that ``np.tensordot(a, b, axes)`` sums over, counted from the front."""
    if np.ndim(axes) == 0:
        return tuple(range(np.ndim(a) - axes, np.ndim(a))), tuple(range(axes))
    left, right = (tuple(np.atleast_1d(x).tolist()) for x in axes)
    return tuple(n % np.ndim(a) for n in left), tuple(n % np.ndim(b) for n in right)


def tensordot_adjoint_left(bc: Any, a: Any, b: Any, axes: Any) -> Any:
    """The adjoint of `a` in ``np.tensordot(a, b, axes)``."""
    left, right = contracted_axes(a, b, axes)
    kept = [n for n in range(np.ndim(a)) if n not in left]
    others = [n for n in range(np.ndim(b)) if n not in right]
    whole = np.tensordot(bc, b, (tuple(range(len(kept), np.ndim(bc))), tuple(others)))
    contracted = [left[k] for k in np.argsort(right)]
    return real_like(np.transpose(whole, np.argsort(kept + contracted)) if np.ndim(a) else whole, a)


def tensordot_adjoint_right(bc: Any, a: Any, b: Any, axes: Any) -> Any:
    """The adjoint of `b` in ``np.tensordot(a, b, axes)``."""
    left, right = contracted_axes(a, b, axes)
    kept = [n for n in range(np.ndim(b)) if n not in right]
    others = [n for n in range(np.ndim(a)) if n not in left]
    whole = np.tensordot(a, bc, (tuple(others), tuple(range(len(others)))))
    contracted = [right[k] for k in np.argsort(left)]
    return real_like(np.transpose(whole, np.argsort(contracted + kept)) if np.ndim(b) else whole, b)


def kron_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `a` in ``np.kron(a, b)``."""
    blocks, _, inner = _kron_blocks(bc, a, b)
    summed = np.sum(blocks * _interleaved(b, inner, 1), axis=tuple(range(1, 2 * len(inner), 2)))
    return real_like(summed.reshape(np.shape(a)), a)


def kron_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `b` in ``np.kron(a, b)``."""
    blocks, outer, _ = _kron_blocks(bc, a, b)
    summed = np.sum(blocks * _interleaved(a, outer, 0), axis=tuple(range(0, 2 * len(outer), 2)))
    return real_like(summed.reshape(np.shape(b)), b)


def _kron_blocks(bc: Any, a: Any, b: Any) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    """`bc` with each axis split in one of `a` and one of `b`, and the lengths of these."""
    rank = max(np.ndim(a), np.ndim(b))
    outer = (1,) * (rank - np.ndim(a)) + np.shape(a)
    inner = (1,) * (rank - np.ndim(b)) + np.shape(b)
    return np.reshape(bc, [k for pair in zip(outer, inner) for k in pair]), outer, inner


def _interleaved(x: Any, shape: tuple[int, ...], place: int) -> Any:
    return np.reshape(x, [k if n == place else 1 for k in shape for n in (0, 1)])


def cross_adjoint_left(bc: Any, a: Any, b: Any, axisa: int, axisb: int, axisc: int) -> Any:
    """The adjoint of `a` in ``np.cross(a, b)``: the cross product of `b` and the adjoint."""
    x, y = _vectors(a, axisa), _vectors(b, axisb)
    return np.moveaxis(unbroadcast(np.cross(y, _result(bc, x, y, axisc))[..., :x.shape[-1]], x), -1, axisa)


def cross_adjoint_right(bc: Any, a: Any, b: Any, axisa: int, axisb: int, axisc: int) -> Any:
    """The adjoint of `b` in ``np.cross(a, b)``: the cross product of the adjoint and `a`."""
    x, y = _vectors(a, axisa), _vectors(b, axisb)
    return np.moveaxis(unbroadcast(np.cross(_result(bc, x, y, axisc), x)[..., :y.shape[-1]], y), -1, axisb)


def _vectors(x: Any, axis: int) -> Any:
    return np.moveaxis(np.asarray(x), axis, -1)


def _result(bc: Any, x: Any, y: Any, axisc: int) -> Any:
    """The adjoint of a cross product as vectors of three; that of plane vectors is along the third axis."""
    if x.shape[-1] == y.shape[-1] == 2:
        return np.stack([np.zeros_like(bc), np.zeros_like(bc), bc], axis=-1)
    return np.moveaxis(bc, axisc, -1)


def multi_dot_adjoint(bc: Any, arrays: Sequence[Any]) -> list[Any]:
    """The adjoints of the factors of ``np.linalg.multi_dot(arrays)``."""
    if not all(map(np.ndim, arrays)):  # of two factors, which are multiplied as np.dot does, one may be a number
        first, last = arrays
        return [unbroadcast(bc * last, first), unbroadcast(bc * first, last)]
    first, *middle, last = arrays
    factors = [np.atleast_2d(first), *map(np.asarray, middle), np.reshape(last, (np.shape(last)[0], -1))]
    whole = np.reshape(bc, (factors[0].shape[0], factors[-1].shape[1]))
    out = []
    for n, a in enumerate(arrays):
        before = np.linalg.multi_dot([*factors[:n], np.eye(factors[n].shape[0])]).T if n else None
        after = np.linalg.multi_dot([np.eye(factors[n].shape[1]), *factors[n + 1:]]).T if n + 1 < len(arrays) else None
        b = whole if before is None else before @ whole
        out.append(real_like(np.reshape(b if after is None else b @ after, np.shape(a)), a))
    return out


def multi_dot_tangent(arrays: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The tangent of ``np.linalg.multi_dot(arrays)``."""
    terms = [np.linalg.multi_dot([*arrays[:n], t, *arrays[n + 1:]]) for n, t in enumerate(tangents)
             if np.ndim(t) or not np.ndim(arrays[n])]
    return sum(terms[1:], terms[0])


def convolve_adjoint(by: Any, a: Any, v: Any, mode: str | int) -> Any:
    """The adjoint of `a` in ``np.convolve(a, v, mode)``."""
    v = np.atleast_1d(v)
    full = _full(by, np.size(a), np.size(v), mode)
    return real_like(np.convolve(full, v[::-1], "full")[np.size(v) - 1:np.size(v) - 1 + np.size(a)].reshape(np.shape(a)), a)


def correlate_adjoint_left(by: Any, a: Any, v: Any, mode: str | int) -> Any:
    """The adjoint of `a` in ``np.correlate(a, v, mode)``, which is the convolution with ``np.conj(v[::-1])``."""
    full = _full(by, np.size(a), np.size(v), mode, np.size(a) < np.size(v))
    return convolve_adjoint(full, a, np.conj(np.atleast_1d(v)[::-1]), "full")


def correlate_adjoint_right(by: Any, a: Any, v: Any, mode: str | int) -> Any:
    """The adjoint of `v` in ``np.correlate(a, v, mode)``."""
    full = _full(by, np.size(a), np.size(v), mode, np.size(a) < np.size(v))
    whole = np.convolve(full, np.atleast_1d(a)[::-1], "full")[np.size(a) - 1:np.size(a) - 1 + np.size(v)]
    return real_like(np.conj(whole[::-1]).reshape(np.shape(v)), v)


def _full(by: Any, n: int, m: int, mode: str | int, late: bool = False) -> Any:
    """The adjoint of the full convolution, of which `mode` keeps a part.

    Of an odd number of elements that ``mode="same"`` leaves out, the greater half is at the end, or at the start
    (`late`): `np.correlate` exchanges its arguments where the second is longer, and reverses the result.
    """
    if mode in ("full", "f", 2):
        return by
    left_out = min(n, m) - 1
    start = left_out if mode in ("valid", "v", 0) else left_out - left_out // 2 if late else left_out // 2
    out = np.zeros(n + m - 1, dtype=inexact(by))
    out[start:start + np.size(by)] = by
    return out
