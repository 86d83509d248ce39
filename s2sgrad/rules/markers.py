"""Rules for what users say to the compiler, and for what it says to itself."""
from __future__ import annotations

from s2sgrad.ir import types as T
from s2sgrad.markers import insert_grad_of, stop_gradient
from s2sgrad.rules.registry import nondifferentiable
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import is_mapping, is_sequence


def _same(operands: Operands) -> T.Type:
    return operands["x"].type


def _bool(operands: Operands) -> T.Type:
    return T.BOOL


nondifferentiable(stop_gradient, type=_same, view=("x",))
nondifferentiable(insert_grad_of)
nondifferentiable(is_mapping, is_sequence, type=_bool)
