"""Eigenvalues of pairs of matrices: ``a @ v = b @ v * w``, with vectors for which ``v.T @ b @ v`` is the identity."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2sgrad.runtime.linalg import from_triangle, hermitian, on_triangle, reciprocal_differences
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
