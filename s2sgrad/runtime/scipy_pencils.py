"""Eigenvalues of pairs of matrices: ``a @ v = b @ v * w``, of all or of some.

The vectors of Hermitian pairs are those for which ``v.T @ b @ v`` is the identity, those of others have length one.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2sgrad.runtime.linalg import (
    eig_adjoint,
    eig_tangent,
    eigh_adjoint,
    eigh_tangent,
    from_triangle,
    hermitian,
    on_triangle,
    reciprocal_differences,
    transposed,
)
from s2sgrad.runtime.precision import real_like


def _on_triangle(b: Any, lower: bool) -> Any:
    return on_triangle(np.conj(0.5 * (b + hermitian(b))), not lower)


def pencil_adjoint(by: Any, a: Any, b: Any, y: Any, lower: bool, eigvals_only: bool) -> tuple[Any, Any]:
    """The adjoints of `a` and `b` in ``scipy.linalg.eigh(a, b)``, which gives `y`."""
    w, v = (y, linalg.eigh(a, b, lower=lower)[1]) if eigvals_only else (y[0], y[1])
    bw, bv = (by, 0.0) if eigvals_only else (by[0], by[1])
    inner = hermitian(v) @ np.conj(bv + np.zeros_like(v))
    turned = reciprocal_differences(w, w) * inner
    stretched = np.diag(w * bw + 0.5 * np.real(np.diag(inner)))
    of_a = v @ (np.diag(bw + np.zeros_like(w)) + turned) @ hermitian(v)
    of_b = -v @ (stretched + turned * w) @ hermitian(v)
    return real_like(_on_triangle(of_a, lower), a), real_like(_on_triangle(of_b, lower), b)


def pencil_tangent(da: Any, db: Any, a: Any, b: Any, y: Any, lower: bool, eigvals_only: bool) -> Any:
    """The tangent of ``scipy.linalg.eigh(a, b)``, which gives `y`."""
    w, v = (y, linalg.eigh(a, b, lower=lower)[1]) if eigvals_only else (y[0], y[1])
    of_b = hermitian(v) @ from_triangle(db + np.zeros_like(b), not lower) @ v
    inner = hermitian(v) @ from_triangle(da + np.zeros_like(a), not lower) @ v - of_b * w
    dw = np.real(np.diag(inner))
    if eigvals_only:
        return dw
    return dw, v @ (reciprocal_differences(w, w) * inner - np.diag(0.5 * np.diag(of_b)))


# ---- some of the eigenvalues --------------------------------------------------------------------------------------

def _completed(a: Any, b: Any, y: Any, lower: bool, eigvals_only: bool) -> tuple[Any, Any, slice]:
    """All eigenvalues and vectors of a Hermitian pair, of which `y` are some, and where these are among them."""
    w, v = linalg.eigh(a, b, lower=lower)
    some = y if eigvals_only else y[0]
    start = min(range(len(w) - len(some) + 1), key=lambda at: np.sum(np.abs(w[at:at + len(some)] - some)))
    here = slice(start, start + len(some))
    if not eigvals_only:
        v[:, here] = y[1]  # which may be the opposite ones
    return w, v, here


def subset_adjoint(by: Any, a: Any, b: Any, y: Any, lower: bool, eigvals_only: bool) -> tuple[Any, Any]:
    """The adjoints of `a` and `b` in ``scipy.linalg.eigh(a, b, subset_by_index=...)``, which gives `y`."""
    w, v, here = _completed(a, b, y, lower, eigvals_only)
    bw, bv = np.zeros_like(w), np.zeros_like(v)
    bw[here] = by if eigvals_only else by[0]
    if not eigvals_only:
        bv[:, here] = by[1]
    if b is None:
        return on_triangle(eigh_adjoint(bw, bv, w, v), not lower), None
    return pencil_adjoint((bw, bv), a, b, (w, v), lower, False)


def subset_tangent(da: Any, db: Any, a: Any, b: Any, y: Any, lower: bool, eigvals_only: bool) -> Any:
    """The tangent of ``scipy.linalg.eigh(a, b, subset_by_index=...)``, which gives `y`."""
    w, v, here = _completed(a, b, y, lower, eigvals_only)
    dw, dv = (eigh_tangent(from_triangle(da, not lower), w, v) if b is None
              else pencil_tangent(da, db, a, b, (w, v), lower, False))
    return dw[here] if eigvals_only else (dw[here], dv[:, here])


# ---- pairs of any matrices ----------------------------------------------------------------------------------------

def pair_adjoint(by: Any, a: Any, b: Any, y: Any, values_only: bool) -> tuple[Any, Any]:
    """The adjoints of `a` and `b` in ``scipy.linalg.eig(a, b)``, which gives `y`: that of ``solve(b, a)``."""
    w, v = (y, linalg.eig(a, b)[1]) if values_only else (y[0], y[1])
    bw, bv = (by, 0.0) if values_only else (by[0], by[1])
    quotient = np.linalg.solve(b, a)
    of_a = np.linalg.solve(transposed(b), eig_adjoint(bw, bv, w, v, np.zeros(np.shape(w), np.result_type(w, v))))
    return real_like(of_a, a), real_like(-of_a @ transposed(quotient), b)


def pair_tangent(da: Any, db: Any, a: Any, b: Any, y: Any, values_only: bool) -> Any:
    """The tangent of ``scipy.linalg.eig(a, b)``, which gives `y`."""
    w, v = (y, linalg.eig(a, b)[1]) if values_only else (y[0], y[1])
    moved = eig_tangent(np.linalg.solve(b, da - (db + np.zeros_like(b)) @ np.linalg.solve(b, a)), w, v)
    return moved[0] if values_only else moved
