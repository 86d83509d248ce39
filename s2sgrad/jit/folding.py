"""Expressions of integers and constants that are known when the code is compiled."""
from __future__ import annotations

import operator
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr

_OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv, "%": operator.mod}
_COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq,
             "!=": operator.ne}


def fold(e: Expr) -> Expr:
    """`e` as a constant, where it is made of integers (or, in comparisons, of text) alone."""
    if e.head == "op" and all(_is_integer(a) for a in e.args):
        values = [a.data for a in e.args]
        if len(values) == 1 and e.data == "-":
            return E.const(-values[0])
        if len(values) == 2 and e.data in _OPERATORS and (values[1] or e.data not in ("//", "%")):
            return E.const(_OPERATORS[e.data](*values))
    if e.head == "compare" and len(e.args) == 2 and e.data[0] in _COMPARED:
        left, right = e.args
        if _is_integer(left) and _is_integer(right) or all(
                a.head == "const" and isinstance(a.data, str) for a in e.args):
            return E.const(_COMPARED[e.data[0]](left.data, right.data))
    if e.head == "slice":
        return E.rebuild(e, tuple(map(fold, e.args)))
    return e


def _is_integer(e: Expr) -> bool:
    return e.head == "const" and type(e.data) is int


def integers(e: Expr) -> range | None:
    """The numbers that ``range(...)`` of constants gives."""
    if E.callee(e) is not range:
        return None
    given: list[Any] = [fold(a) for a in e.args[1:]]
    return range(*(a.data for a in given)) if given and all(map(_is_integer, given)) else None
