"""Transposes for `scipy.spatial`."""
from __future__ import annotations

from typing import Any

import numpy as np


def squareform_adjoint(b: Any, x: Any) -> Any:
    """The adjoint of `x` in ``scipy.spatial.distance.squareform(x)``: of a matrix, what is above the diagonal is read."""
    if np.ndim(x) == 1:
        rows, columns = np.triu_indices(len(b), 1)
        return b[rows, columns] + b[columns, rows]
    out = np.zeros(np.shape(x))
    out[np.triu_indices(len(x), 1)] = b
    return out


def total(parts: Any, w: Any) -> Any:
    """The sum over the last axis, weighted where there are weights."""
    return np.sum(parts, axis=-1) if w is None else np.sum(w * parts, axis=-1)


def apart(a: Any, b: Any, metric: str, p: Any, V: Any, VI: Any, w: Any) -> Any:
    """The distances between vectors along the last axis, by a metric of `scipy.spatial.distance`."""
    raise NotImplementedError("stands for what its rule says")
