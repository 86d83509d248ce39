"""Making arrays."""
from __future__ import annotations

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules.registry import adjoint, d, linear, nondifferentiable
from s2sgrad.rules.typing import Operands, first, same_as_first, shape_argument
from s2sgrad.runtime import unbroadcast


def _allocated(operands: Operands) -> T.Type:
    dtype = "float"
    if "dtype" in operands and operands["dtype"].value is not None:
        found = operands["dtype"].value
        dtype = {float: "float", int: "int", bool: "bool", complex: "complex"}.get(found)  # type: ignore[assignment]
    return T.array(shape_argument(first(operands)), dtype)


nondifferentiable(np.zeros, np.ones, np.empty, np.full, type=_allocated)


def _like(operands: Operands) -> T.Type:
    o = first(operands)
    return T.array(o.shape, o.type.dtype)


nondifferentiable(np.zeros_like, np.ones_like, np.empty_like, np.full_like, type=_like)
nondifferentiable(np.arange, np.eye, np.shape, np.ndim, np.size)


@linear(np.copy, type=same_as_first)
def copy(by, a, order="K", subok=False):
    return by


@adjoint(np.array)
def array(y, a, dtype=None):
    d[a] = unbroadcast(d[y], a)
