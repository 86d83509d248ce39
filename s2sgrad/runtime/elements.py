"""Adjoints of arrays and sequences from those of their elements, and what sequences are like."""
from __future__ import annotations

from typing import Any

import numpy as np


def zeros_of(x: np.ndarray) -> np.ndarray:
    """The zero adjoint of an array."""
    if x.dtype.kind in "fc":
        return np.zeros_like(x)
    return np.zeros_like(x, dtype=object if x.dtype == object else float)


def is_sequence(b: Any) -> bool:
    """Has `b` elements by position?"""
    return isinstance(b, (list, tuple)) or isinstance(b, np.ndarray) and b.ndim > 0


def array_of(parts: tuple[Any, ...], x: np.ndarray) -> np.ndarray:
    """The adjoint of an array `x` from those of its elements or rows, which may be numbers where a row is meant."""
    b = zeros_of(x)
    for k, part in enumerate(parts):
        b[k] += part
    return b


def runs(keys: list[Any]) -> list[tuple[Any, int, int]]:
    """Each run of equal keys: the key, where it begins, and where it ends."""
    starts = [k for k in range(len(keys)) if not k or keys[k] != keys[k - 1]]
    return [(keys[a], a, b) for a, b in zip(starts, [*starts[1:], len(keys)])]


def shortest(rows: Any) -> int:
    """The length of the shortest of some sequences."""
    return min(map(len, rows), default=0)
