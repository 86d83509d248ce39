"""All that generated code may import: a few small functions over NumPy.

Nothing here imports another part of s2sgrad, so a saved derivative ships with this folder alone.
"""
from __future__ import annotations

from s2sgrad.runtime.calls import pullback, pushforward, register_hook
from s2sgrad.runtime.products import matmul_adjoint_left, matmul_adjoint_right
from s2sgrad.runtime.seeds import check_seed, scalar_seed, unshared
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
    "add", "add_at", "add_to", "check_seed", "copy", "expand", "log_where_positive", "matmul_adjoint_left", "matmul_adjoint_right",
    "pullback", "pushforward", "put_back", "register_hook", "restore", "restore_axes", "saved", "scalar_seed", "split_tail", "spread", "take_at",
    "take_out", "unbroadcast", "unshared", "zeros_like",
]
