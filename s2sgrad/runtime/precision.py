"""Element types: what a cast does to derivatives."""
from __future__ import annotations

from typing import Any

import numpy as np


def cast_like(b: Any, x: Any, y: Any) -> Any:
    """The adjoint of `x` from the adjoint `b` of ``y = x`` cast to another element type.

    It has the precision of `x`, is real where `x` is, and zero where `y` cannot vary continuously.
    """
    if np.result_type(y).kind not in "fc":
        return np.zeros(np.shape(x))
    if np.result_type(b).kind == "c" and np.result_type(x).kind != "c":
        b = np.real(b)
    kind = np.result_type(x)
    return np.asarray(b, dtype=kind) if kind.kind in "fc" and np.result_type(b) != kind else b


def cast_tangent(dx: Any, y: Any) -> Any:
    """The tangent of ``y = x`` cast to another element type."""
    kind = np.result_type(y)
    return np.asarray(dx, dtype=kind) if kind.kind in "fc" else np.zeros(np.shape(y))
