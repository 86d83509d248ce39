"""`np.concatenate`: the adjoint of each array is a slice of that of the result."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.rules import array_types as A
from s2sgrad.rules.bind import Application
from s2sgrad.rules.registry import d, macro_adjoint, tangent
from s2sgrad.runtime import like, split_like

TypeOf = Callable[[Expr], Type]
_SPLIT_LIKE = E.ref("s2sgrad.runtime.split_like", split_like, library=True)
_LIKE = E.ref("s2sgrad.runtime.like", like, library=True)
_LEN = E.ref("builtins.len", len, library=True)


def _signature(arrays: Any, axis: Any = 0, out: None = None, *, dtype: Any = None, casting: Any = "same_kind") -> None:
    """The parameters of `np.concatenate` that have a meaning for derivatives."""


@macro_adjoint(np.concatenate, signature=_signature, type=A.converted(A.joined))
def concatenate(found: Application, result: Expr, seed: Expr, type_of: TypeOf) -> Iterator[tuple[Expr, Expr]]:
    arrays, axis = found.bound["arrays"], found.bound["axis"]
    if arrays.head in ("tuple", "list") and 2 <= len(arrays.args) <= 3 and _is_axis(axis, arrays, type_of):
        real = all(type_of(a).dtype in ("float", "int", "bool") for a in arrays.args)
        cuts = _slices(arrays.args, axis.data, seed)  # beside a complex array, the adjoint of a real one is complex there
        yield arrays, E.list_(*(cut if real else E.call(_LIKE, cut, a) for cut, a in zip(cuts, arrays.args)))
    else:
        yield arrays, E.call(_SPLIT_LIKE, seed, arrays, axis)


def _is_axis(axis: Expr, arrays: Expr, type_of: TypeOf) -> bool:
    """Is the axis surely one that the arrays have, all of which are known to be arrays with as many axes?

    All have the first one, and so have lists; `len` tells how long it is.
    """
    if E.is_const(axis, 0) and all(a.head == "var" for a in arrays.args):
        return True
    ranks = {type_of(a).rank if a.head == "var" and type_of(a).is_array else None for a in arrays.args}
    return E.is_const(axis) and type(axis.data) is int and len(ranks) == 1 and any(
        rank is not None and 0 <= axis.data < rank for rank in ranks)


def _slices(arrays: tuple[Expr, ...], axis: int, seed: Expr) -> Iterator[Expr]:
    """``[by[:len(x)], by[len(x):]]``."""
    start: Expr | None = None
    for n, a in enumerate(arrays):
        stop: Expr | None = None
        if n < len(arrays) - 1:
            length = E.call(_LEN, a) if axis == 0 else E.index(E.attr(a, "shape"), E.const(axis))
            stop = length if start is None else E.op("+", start, length)
        cut = E.slice_(start, stop)
        yield E.index(seed, E.tuple_(*(E.slice_(),) * axis, cut) if axis else cut)
        start = stop


@tangent(np.concatenate)
def concatenate_tangent(y, arrays, axis=0, out: None = None, *, dtype=None, casting="same_kind"):
    d[y] = np.concatenate(d[arrays], axis)
