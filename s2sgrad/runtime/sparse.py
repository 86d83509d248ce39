"""Adjoints of sparse matrices: sparse themselves, with the entries that the matrix stores and no others.

SciPy is imported where a sparse matrix is met, which means that it is there.
"""
from __future__ import annotations

from typing import Any

import numpy as np


def is_sparse(a: Any) -> bool:
    """Is `a` a sparse matrix or array of SciPy?"""
    return hasattr(type(a), "tocsr") and hasattr(type(a), "nnz")


def coordinates(a: Any) -> tuple[Any, Any]:
    """The rows and columns of the entries that `a` stores, zeros among them."""
    if a.format == "dia":
        rows, columns = [], []
        for k in a.offsets:
            n = max(0, min(a.shape[0] + min(k, 0), a.shape[1] - max(k, 0)))
            rows.append(np.arange(n) - min(k, 0))
            columns.append(np.arange(n) + max(k, 0))
        return np.concatenate(rows), np.concatenate(columns)
    found = a.tocoo()
    return found.row, found.col


def with_entries(values: Any, rows: Any, columns: Any, shape: Any) -> Any:
    """A sparse array with the given entries."""
    from scipy import sparse
    return sparse.csr_array((values, (rows, columns)), shape=shape)


def outer_entries(a: Any, left: Any, right: Any) -> Any:
    """The entries of ``left @ right.T`` that `a` stores; vectors are columns."""
    rows, columns = coordinates(a)
    products = left[rows] * right[columns]
    return with_entries(products if np.ndim(products) == 1 else np.sum(products, axis=1), rows, columns, a.shape)


def entries_at(b: Any, rows: Any, columns: Any) -> Any:
    """Entries of a sparse or dense matrix."""
    return np.ravel(np.asarray(b.tocsr()[rows, columns])) if is_sparse(b) else np.asarray(b)[rows, columns]


def like_entries(b: Any, a: Any) -> Any:
    """The entries of a matrix that `a` stores."""
    rows, columns = coordinates(a)
    return with_entries(entries_at(b, rows, columns), rows, columns, a.shape)


def zero_sparse(a: Any) -> Any:
    """The zero adjoint of a sparse matrix."""
    from scipy import sparse
    return sparse.csr_array(a.shape)


def product_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `a` in ``a @ b`` where one of them is sparse."""
    if not is_sparse(a):
        return bc @ b.T
    if is_sparse(b) or is_sparse(bc):
        return like_entries(bc @ b.T, a)
    return outer_entries(a, bc, b)


def product_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `b` in ``a @ b`` where one of them is sparse."""
    if not is_sparse(b):
        return a.T @ bc
    if is_sparse(a) or is_sparse(bc):
        return like_entries(a.T @ bc, b)
    return outer_entries(b, np.transpose(a), np.transpose(bc))
