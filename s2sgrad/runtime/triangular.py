"""Triangular matrices: LAPACK solves their equations in a fraction of the time of a factorization, where SciPy is there."""
from __future__ import annotations

import functools
from typing import Any

import numpy as np

#: Below this size finding out takes longer than `numpy.linalg` does.
_LEAST = 16


@functools.cache
def _lapack() -> Any:
    try:
        from scipy.linalg import lapack
    except ImportError:
        return None
    return lapack


def _is_plain(a: Any) -> bool:
    return type(a) is np.ndarray and a.ndim == 2 and len(a) >= _LEAST and a.dtype == np.float64 and _lapack() is not None


@functools.lru_cache(maxsize=16)
def _above(n: int) -> Any:
    """1 above the diagonal of a matrix."""
    return np.triu(np.ones((n, n)), 1)


def _is_lower(a: Any) -> bool:
    return not a[0, -1] and not (a * _above(len(a))).any()


def triangular_inverse(c: Any) -> Any:
    """The inverse of a lower triangular matrix, or of a stack of such."""
    if _is_plain(c):
        out, info = _lapack().dtrtri(c.T)  # in the order of columns that is the upper triangle of the transpose
        if not info:
            return out.T
    return np.linalg.inv(c)


def between_inverses(inner: Any, c: Any) -> Any:
    """``inverse(c).T @ inner @ inverse(c)`` for a lower triangular matrix `c` with no zero on its diagonal, both real."""
    blas = _blas()
    if blas is None or inner.ndim != 2 or inner.dtype != np.float64 or c.dtype != np.float64 or not c.size:
        right = triangular_inverse(c)
        return np.swapaxes(right, -1, -2) @ inner @ right
    rows = c.T  # upper, in the order of columns
    return blas.dtrsm(1.0, rows, blas.dtrsm(1.0, rows, inner), side=1, trans_a=1, overwrite_b=1)


@functools.cache
def _blas() -> Any:
    try:
        from scipy.linalg import blas
    except ImportError:
        return None
    return blas


def solved(a: Any, b: Any) -> Any:
    """The solution of ``a @ x = b``, by substitution where the matrix `a` is triangular."""
    if type(a) is np.ndarray and a.ndim == 2 and len(a) == len(a.T) and a.size and not (a[0, -1] and a[-1, 0]) \
            and _is_plain(a) and type(b) is np.ndarray and b.dtype == np.float64 and b.ndim < 3:
        columns = a.flags.f_contiguous
        rows = a.T if columns else a
        lower = _is_lower(rows)
        if lower or _is_lower(rows.T):
            x, info = _lapack().dtrtrs(rows.T, b, lower=not lower, trans=not columns)
            if not info:
                return x
    return np.linalg.solve(a, b)
