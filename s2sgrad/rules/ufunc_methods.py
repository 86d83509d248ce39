"""Methods of ufuncs: ``np.add.reduce``, ``np.maximum.accumulate``, ``np.multiply.outer`` and the like.

Most are short for functions that have rules; `at` changes its argument and is part of how writes are differentiated.
"""
from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sgrad.rules.number_types import floating_reduction
from s2sgrad.rules.registry import adjoint, d, expansion, linear, nondifferentiable, rule_for, tangent, unsupported
from s2sgrad.runtime import (
    exp_difference,
    first_places,
    reduceat_adjoint,
    reduceat_spans,
    restore_axes,
    safe_divide,
    untake_along_axis,
)

# ---- reduce ---------------------------------------------------------------------------------------------------------


@expansion(np.add.reduce)
def add_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial=0.0, where=True):
    return np.sum(array, axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


@expansion(np.multiply.reduce)
def multiply_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial=1.0, where=True):
    return np.prod(array, axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


@expansion(np.maximum.reduce)
def maximum_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial=None, where=True):
    if initial is None:
        return np.max(array, axis=axis, keepdims=keepdims)
    return np.max(array, axis=axis, keepdims=keepdims, initial=initial, where=where)


@expansion(np.minimum.reduce)
def minimum_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial=None, where=True):
    if initial is None:
        return np.min(array, axis=axis, keepdims=keepdims)
    return np.min(array, axis=axis, keepdims=keepdims, initial=initial, where=where)


@expansion(np.fmax.reduce)
def fmax_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial=None, where=True):
    if initial is None:
        return np.nanmax(array, axis=axis, keepdims=keepdims)
    return np.nanmax(array, axis=axis, keepdims=keepdims, initial=initial, where=where)


@expansion(np.fmin.reduce)
def fmin_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial=None, where=True):
    if initial is None:
        return np.nanmin(array, axis=axis, keepdims=keepdims)
    return np.nanmin(array, axis=axis, keepdims=keepdims, initial=initial, where=where)


# The first element stands apart for functions that are not associative.

@expansion(np.subtract.reduce)
def subtract_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial: None = None, where: None = True):
    return 2.0 * np.take(array, [0] if keepdims else 0, axis) - np.sum(array, axis=axis, keepdims=keepdims)


@expansion(np.divide.reduce)
def divide_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial: None = None, where: None = True):
    rest = np.take(array, np.arange(1, np.shape(array)[axis]), axis)
    return np.take(array, [0] if keepdims else 0, axis) / np.prod(rest, axis=axis, keepdims=keepdims)


@expansion(np.power.reduce, np.float_power.reduce)
def power_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial: None = None, where: None = True):
    rest = np.take(array, np.arange(1, np.shape(array)[axis]), axis)
    return np.take(array, [0] if keepdims else 0, axis) ** np.prod(rest, axis=axis, keepdims=keepdims)


@adjoint(np.logaddexp.reduce, type=floating_reduction, new=True)
def logaddexp_reduce(y, array, axis=0, dtype=None, out: None = None, keepdims=False, initial: None = None):
    weights = exp_difference(array, restore_axes(y, array, axis, keepdims))
    d[array] = restore_axes(d[y], array, axis, keepdims) * weights


@tangent(np.logaddexp.reduce)
def logaddexp_reduce_tangent(y, array, axis=0, dtype=None, out: None = None, keepdims=False, initial: None = None):
    weights = exp_difference(array, restore_axes(y, array, axis, keepdims))
    d[y] = np.sum(weights * d[array], axis=axis, keepdims=keepdims)


@expansion(np.logaddexp2.reduce)
def logaddexp2_reduce(array, axis=0, dtype=None, out: None = None, keepdims=False, initial: None = None):
    return np.logaddexp.reduce(math.log(2.0) * array, axis=axis, keepdims=keepdims) / math.log(2.0)


@adjoint(np.hypot.reduce, type=floating_reduction, new=True)
def hypot_reduce(y, array, axis=0, dtype=None, out: None = None, keepdims=False, initial: None = None):
    d[array] = restore_axes(safe_divide(d[y], y), array, axis, keepdims) * array


@tangent(np.hypot.reduce)
def hypot_reduce_tangent(y, array, axis=0, dtype=None, out: None = None, keepdims=False, initial: None = None):
    d[y] = safe_divide(np.sum(array * d[array], axis=axis, keepdims=keepdims), y)


# ---- accumulate and reduceat ----------------------------------------------------------------------------------------

@expansion(np.add.accumulate)
def add_accumulate(array, axis=0, dtype=None, out: None = None):
    return np.cumsum(array, axis=axis, dtype=dtype)


@expansion(np.multiply.accumulate)
def multiply_accumulate(array, axis=0, dtype=None, out: None = None):
    return np.cumprod(array, axis=axis, dtype=dtype)


@adjoint(np.maximum.accumulate, np.minimum.accumulate, np.fmax.accumulate, np.fmin.accumulate)
def extremum_accumulate(y, array, axis=0, dtype=None, out: None = None):
    d[array] = untake_along_axis(d[y], first_places(array, y, axis), array, axis)


@tangent(np.maximum.accumulate, np.minimum.accumulate, np.fmax.accumulate, np.fmin.accumulate)
def extremum_accumulate_tangent(y, array, axis=0, dtype=None, out: None = None):
    d[y] = np.take_along_axis(d[array], first_places(array, y, axis), axis)


@expansion(np.subtract.accumulate)
def subtract_accumulate(array, axis=0, dtype=None, out: None = None):
    return 2.0 * np.take(array, [0], axis) - np.cumsum(array, axis=axis)


@expansion(np.divide.accumulate)
def divide_accumulate(array, axis=0, dtype=None, out: None = None):
    return np.square(np.take(array, [0], axis)) / np.cumprod(array, axis=axis)


@expansion(np.logaddexp.accumulate)
def logaddexp_accumulate(array, axis=0, dtype=None, out: None = None):
    running = [np.take(array, range(n + 1), axis) for n in range(np.shape(array)[axis])]
    return np.stack([np.logaddexp.reduce(part, axis) for part in running], axis=axis)


@expansion(np.hypot.accumulate)
def hypot_accumulate(array, axis=0, dtype=None, out: None = None):
    return np.sqrt(np.cumsum(np.square(array), axis=axis))


@expansion(np.logaddexp2.accumulate)
def logaddexp2_accumulate(array, axis=0, dtype=None, out: None = None):
    return np.logaddexp.accumulate(math.log(2.0) * array, axis) / math.log(2.0)


@expansion(np.float_power.accumulate)
def float_power_accumulate(array, axis=0, dtype=None, out: None = None):
    return np.take(array, [0], axis) ** (np.cumprod(array, axis=axis) / np.take(array, [0], axis))


def _declare_reduceat(ufunc: Any) -> None:
    @expansion(ufunc.reduceat)
    def reduceat(array, indices, axis=0, dtype=None, out: None = None):
        spans = reduceat_spans(indices, np.shape(array)[axis])
        return np.stack([ufunc.reduce(np.take(array, span, axis), axis=axis) for span in spans], axis=axis)


for _ufunc in (np.subtract, np.multiply, np.divide, np.float_power, np.maximum, np.minimum, np.fmax, np.fmin, np.hypot,
               np.logaddexp, np.logaddexp2):
    _declare_reduceat(_ufunc)


@linear(np.add.reduceat)
def add_reduceat(by, array, indices, axis=0, dtype=None, out: None = None):
    return reduceat_adjoint(by, array, indices, axis)


# ---- outer ----------------------------------------------------------------------------------------------------------

def _declare_outer(ufunc: Any) -> None:
    @expansion(ufunc.outer)
    def outer(a, b):
        return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)


def _declare_rest(ufunc: Any) -> None:
    """Say of every method of a ufunc that has no rule yet what is so."""
    rule = rule_for(ufunc)
    for name in ("outer",) if ufunc.nin == 2 and ufunc.nout == 1 and ufunc.signature is None else ():
        if rule is not None and rule.zero:
            nondifferentiable(getattr(ufunc, name))
        elif rule is not None and rule.differentiable:
            _declare_outer(ufunc)
    for name in METHODS:
        method = getattr(ufunc, name)
        if rule is None or rule_for(method) is not None:
            continue
        if ufunc is np.floor_divide:
            unsupported(method, "its results are whole numbers but for the first; write a loop")
            continue
        if ufunc.signature is not None or name != "at" and (ufunc.nin != 2 or ufunc.nout != 1):
            unsupported(method, "NumPy has no such method for this function")
        elif rule.zero:
            nondifferentiable(method)
        elif name == "at" and ufunc.nin < 3 and ufunc.nout == 1:
            unsupported(method, "it is differentiated as a statement, where its result is not used")
        else:
            unsupported(method, "write a loop, or use a function of NumPy with the same result")


METHODS = ("reduce", "accumulate", "reduceat", "outer", "at")
UFUNCS = tuple(dict.fromkeys(f for f in vars(np).values() if isinstance(f, np.ufunc)))
for _ufunc in UFUNCS:
    _declare_rest(_ufunc)
