"""All that generated code may import: a few small functions over NumPy.

Nothing here imports another part of s2sgrad, so a saved derivative ships with this folder alone.
"""
from __future__ import annotations

from s2sgrad.runtime.calls import pullback, pushforward, register_hook
from s2sgrad.runtime.patterns import is_mapping, is_sequence
from s2sgrad.runtime.products import matmul_adjoint_left, matmul_adjoint_right
from s2sgrad.runtime.reducing import (
    centered,
    count,
    cumprod_adjoint,
    cumprod_hessian,
    cumprod_tangent,
    diff_adjoint,
    gathered,
    gradient_adjoint,
    products_of_others,
    products_of_others_adjoint,
    scaled,
    ties,
)
from s2sgrad.runtime.seeds import check_seed, require_array, require_number, scalar_seed, unshared
from s2sgrad.runtime.shapes import expand, restore_axes, unbroadcast
from s2sgrad.runtime.special import bessel_i, polygamma, sinc_slope
from s2sgrad.runtime.structures import (
    add,
    add_at,
    add_to,
    along_axis,
    copy,
    put_back,
    replaced,
    restore,
    saved,
    split_tail,
    spread,
    structured_like,
    take_at,
    take_out,
    zeros_like,
)
from s2sgrad.runtime.tangents import (
    broadcast_tangent,
    check_tangent,
    container_pushforward,
    keyed_tangent,
    partition_tangent,
    remove_tangent,
    sort_tangent,
    zero_tangent,
)
from s2sgrad.runtime.values import (
    exp_difference,
    like,
    log_where_positive,
    power_slope,
    safe_divide,
    share,
    sign,
    sign_slope,
)

__all__ = [
    "add", "add_at", "add_to", "along_axis", "bessel_i", "broadcast_tangent", "centered", "check_seed",
    "check_tangent", "container_pushforward", "copy", "count", "cumprod_adjoint", "cumprod_hessian",
    "cumprod_tangent", "diff_adjoint", "exp_difference", "expand", "gathered", "gradient_adjoint", "is_mapping",
    "is_sequence", "keyed_tangent", "like", "log_where_positive", "matmul_adjoint_left", "matmul_adjoint_right",
    "partition_tangent", "polygamma", "power_slope", "products_of_others", "products_of_others_adjoint", "pullback",
    "pushforward", "put_back", "register_hook", "remove_tangent", "replaced", "require_array", "require_number",
    "restore", "restore_axes", "safe_divide", "saved", "scalar_seed", "scaled", "share", "sign", "sign_slope",
    "sinc_slope", "sort_tangent", "split_tail", "spread", "structured_like", "take_at", "take_out", "ties",
    "unbroadcast", "unshared", "zero_tangent", "zeros_like",
]
