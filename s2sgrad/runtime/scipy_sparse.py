"""Adjoints and tangents of `scipy.sparse`; see `s2sgrad.runtime.sparse` for what the adjoint of a sparse matrix is."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.shapes import unbroadcast
from s2sgrad.runtime.sparse import coordinates, entries_at, is_sparse, outer_entries, with_entries, zero_sparse


def parts_adjoint(b: Any, parts: Any, a: Any) -> Any:
    """The adjoint of what a sparse matrix `a` was made from, from that of the matrix.

    Raises `ValueError` for a dense matrix with zeros, which the sparse one does not store.
    """
    if not is_sparse(b) and np.ndim(b) == 0:
        b = zero_sparse(a) if not b else np.full(a.shape, b)
    if is_sparse(parts):
        return b
    if isinstance(parts, tuple) and len(parts) == 2:
        rows, columns = parts[1]
        return np.reshape(entries_at(b, np.asarray(rows), np.asarray(columns)), np.shape(parts[0])), (0.0, 0.0)
    if isinstance(parts, tuple):
        data, minor, starts = parts
        major = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        where = (major, minor) if a.format == "csr" else (minor, major)
        return entries_at(b, *where), np.zeros(np.shape(minor)), np.zeros(np.shape(starts))
    if np.any(np.asarray(parts) == 0):
        raise ValueError("a sparse matrix made from a dense one does not store its zeros, by which it cannot be "
                         "differentiated; make it from (data, (rows, columns))")
    return b.toarray() if is_sparse(b) else b


def parts_tangent(dparts: Any, parts: Any, a: Any) -> Any:
    """The tangent of a sparse matrix `a` from that of what it was made from."""
    from scipy import sparse
    if is_sparse(parts):
        return dparts
    if isinstance(parts, tuple) and len(parts) == 2:
        return sparse.coo_array((dparts[0], parts[1]), shape=a.shape).tocsr()
    if isinstance(parts, tuple):
        made = sparse.csr_array if a.format == "csr" else sparse.csc_array
        return made((dparts[0], parts[1], parts[2]), shape=a.shape)
    return sparse.csr_array(dparts)


def _each(diagonals: Any, offsets: Any) -> list[tuple[Any, int]]:
    return list(zip(diagonals, offsets)) if np.ndim(offsets) else [(diagonals, offsets)]


def diags_adjoint(b: Any, diagonals: Any, offsets: Any) -> Any:
    """The adjoint of the diagonals in ``scipy.sparse.diags(diagonals, offsets)``."""
    out = []
    for diagonal, k in _each(diagonals, offsets):
        found = b.diagonal(k)
        out.append(np.sum(found) if np.size(diagonal) == 1 and np.size(found) != 1 else np.reshape(found,
                                                                                                   np.shape(diagonal)))
    if np.ndim(offsets) == 0:
        return out[0] if np.ndim(diagonals) == 1 or not isinstance(diagonals, (list, tuple)) else [out[0]]
    return np.stack(out) if isinstance(diagonals, np.ndarray) else out


def dense_adjoint(b: Any, a: Any) -> Any:
    """The adjoint of a sparse matrix from that of the dense matrix that it was turned into."""
    from s2sgrad.runtime.sparse import like_entries
    return like_entries(b, a)


def solve_adjoint_matrix(t: Any, x: Any, a: Any) -> Any:
    """The adjoint of the matrix in a solution of ``a @ x = b``, from that of `b`, which is `t`."""
    if is_sparse(a):
        return outer_entries(a, -np.asarray(t), np.asarray(x))
    if isinstance(a, np.ndarray):
        return -np.outer(t, x) if np.ndim(t) == 1 else -t @ np.transpose(x)
    raise TypeError("a linear operator given by a function cannot be differentiated; give a sparse or dense matrix")


def sum_adjoint(b: Any, a: Any, axis: Any) -> Any:
    """The adjoint of a sparse matrix in its sum over an axis."""
    rows, columns = coordinates(a)
    if axis is None:
        values = np.broadcast_to(b, np.shape(rows))
    else:
        values = np.ravel(np.asarray(b))[columns if axis in (0, -2) else rows]
    return with_entries(values, rows, columns, a.shape)


def sum_of_entries(a: Any, axis: Any, like: Any) -> Any:
    """The sum of a matrix over an axis, in the shape of `like`; the transpose of `sum_adjoint`."""
    return np.reshape(a.sum(axis), np.shape(like))


def count_along(a: Any, axis: Any) -> int:
    """How many elements there are along an axis, or altogether; `size` counts what is stored."""
    return int(np.prod(a.shape)) if axis is None else int(a.shape[axis])


def entries_product(b: Any, other: Any, like: Any) -> Any:
    """The products of the entries of two matrices, or of one and a number, as an adjoint of `like`: at the entries that
    it stores if it is sparse, summed over the axes along which it was broadcast if it is an array."""
    shape = np.broadcast_shapes(np.shape(b) if not is_sparse(b) else b.shape,
                                np.shape(other) if not is_sparse(other) else other.shape)
    if is_sparse(like) and like.shape != shape:
        raise TypeError("a sparse matrix that is broadcast in a product cannot be differentiated")
    pattern = like if is_sparse(like) else b if is_sparse(b) else other
    rows, columns = coordinates(pattern)
    products = _entries(b, shape, rows, columns) * _entries(other, shape, rows, columns)
    if is_sparse(like):
        return with_entries(products, rows, columns, shape)
    return unbroadcast(with_entries(products, rows, columns, shape).toarray(), like)


def _entries(b: Any, shape: Any, rows: Any, columns: Any) -> Any:
    return entries_at(b if is_sparse(b) else np.broadcast_to(b, shape), rows, columns)


def stored_as(a: Any, b: Any) -> Any:
    """The matrix `a` as an array where `b` is one."""
    return a.toarray() if is_sparse(a) and not is_sparse(b) else a
