"""Derivatives compiled by Numba. Imported where ``jit="numba"`` is asked for; Numba is an optional dependency."""
from __future__ import annotations

from s2sgrad.jit.compiled import compiled

__all__ = ["compiled"]
