"""Adjoints of matrix products for operands of any rank."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.shapes import unbroadcast


def matmul_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `a` in ``a @ b``, from the adjoint `bc` of the product."""
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return bc * b
    if np.ndim(a) == 1:
        return unbroadcast((np.expand_dims(bc, -2) @ np.swapaxes(b, -1, -2))[..., 0, :], a)
    if np.ndim(b) == 1:
        return unbroadcast(np.expand_dims(bc, -1) * b, a)
    return unbroadcast(bc @ np.swapaxes(b, -1, -2), a)


def matmul_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    """The adjoint of `b` in ``a @ b``, from the adjoint `bc` of the product."""
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return bc * a
    if np.ndim(a) == 1:
        return unbroadcast(np.expand_dims(a, -1) * np.expand_dims(bc, -2), b)
    if np.ndim(b) == 1:
        return unbroadcast(np.swapaxes(a, -1, -2) @ np.expand_dims(bc, -1), np.expand_dims(b, -1))[..., 0]
    return unbroadcast(np.swapaxes(a, -1, -2) @ bc, b)
