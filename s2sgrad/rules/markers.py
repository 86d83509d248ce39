"""Rules for what users say to the compiler, and for what it says to itself."""
from __future__ import annotations

import numpy as np

from s2sgrad import runtime as rt
from s2sgrad.ir import types as T
from s2sgrad.markers import insert_grad_of, stop_gradient
from s2sgrad.rules.registry import linear, nondifferentiable
from s2sgrad.rules.typing import Operands


def _same(operands: Operands) -> T.Type:
    return operands["x"].type


def _shaped(operands: Operands) -> T.Type:
    """The seed in the shape of the result."""
    seed, y = operands.values()
    return _number(operands) if y.type.kind in ("number", "array", "numeric") else T.ANY


def _number(operands: Operands) -> T.Type:
    """The seed in the shape of the result, which is a number or an array."""
    seed, y = operands.values()
    return T.numeric(y.shape, seed.type.dtype, y.type.is_array)


def _bool(operands: Operands) -> T.Type:
    return T.BOOL


nondifferentiable(stop_gradient, type=_same, view=("x",))
nondifferentiable(insert_grad_of)
def _together(operands: Operands) -> T.Type:
    """What has the shape of all operands together, and is no array."""
    return T.Type("any", T.broadcast(part.type.shape for o in operands.values() for part in o.parts or (o,)))


nondifferentiable(rt.broadcast, type=_together)
nondifferentiable(rt.is_mapping, rt.is_sequence, type=_bool)

# ---- seeds: they come out in the structure of the result, which holds nothing that is differentiated ---------------


@linear(rt.scalar_seed, view=True, type=_number)
def scalar_seed(b, seed, y):
    return np.reshape(b, np.shape(seed))


@linear(rt.check_seed, view=True, type=_shaped)
def check_seed(b, seed, y):
    return rt.check_seed(b, seed)


@linear(rt.each_seed, view=True, type=_shaped)
def each_seed(b, seed, y):
    return rt.unbroadcast(b, seed)
