"""All that generated code may import: a few small functions over NumPy.

Nothing here imports another part of s2sgrad, so a saved derivative ships with this folder alone.
"""
from __future__ import annotations

from s2sgrad.runtime.calls import pullback, pushforward
from s2sgrad.runtime.products import matmul_adjoint_left, matmul_adjoint_right
from s2sgrad.runtime.shapes import expand, restore_axes, unbroadcast
from s2sgrad.runtime.structures import (
    add,
    add_at,
    add_to,
    copy,
    put_back,
    restore,
    saved,
    split_tail,
    spread,
    take_at,
    take_out,
    zeros_like,
)
from s2sgrad.runtime.values import log_where_positive

__all__ = [
    "add", "add_at", "add_to", "copy", "expand", "log_where_positive", "matmul_adjoint_left", "matmul_adjoint_right",
    "pullback", "pushforward", "put_back", "restore", "restore_axes", "saved", "split_tail", "spread", "take_at",
    "take_out", "unbroadcast", "zeros_like",
]
