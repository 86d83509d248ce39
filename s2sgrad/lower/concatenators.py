"""``np.r_[...]`` and ``np.c_[...]`` as the calls that they are short for.

    np.r_[x, 1.0, 0:3]     np.concatenate((np.atleast_1d(x), np.atleast_1d(1.0), np.arange(0, 3)))
    np.c_[x, y]            np.concatenate((as_columns(x), as_columns(y)), -1)
"""
from __future__ import annotations

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.rules.methods_table import library

_COLUMNS = E.ref("s2sgrad.runtime.as_columns", runtime.as_columns, library=True)


def concatenation(e: Expr, cx: Context) -> Expr:
    """The call that a subscript of `numpy.r_` or `numpy.c_` stands for."""
    key = e.args[1]
    parts = key.args if key.head == "tuple" else (key,)
    if any(p.head == "const" and isinstance(p.data, str) for p in parts):
        raise cx.refuse("a format in the brackets of np.r_ or np.c_ cannot be differentiated",
                        "use np.concatenate with an axis")
    if e.args[0].data.value is np.r_:
        return E.call(library("concatenate"), E.tuple_(*(_row(p) for p in parts)))
    return E.call(library("concatenate"), E.tuple_(*(E.call(_COLUMNS, _row(p)) for p in parts)), E.const(-1))


def _row(e: Expr) -> Expr:
    """One part: a slice is a range of numbers, with an imaginary step for a number of them."""
    if e.head != "slice":
        return E.call(library("atleast_1d"), e)
    start, stop, step = e.args
    start = E.const(0) if E.is_const(start, None) else start
    if step.head == "const" and isinstance(step.data, complex):
        return E.call(library("linspace"), start, stop, E.const(int(abs(step.data))))
    return E.call(library("arange"), start, stop, *(() if E.is_const(step, None) else (step,)))
