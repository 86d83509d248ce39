"""Calls of what `operator.itemgetter`, `attrgetter` and `methodcaller` make: subscripts, attributes and calls of methods."""
from __future__ import annotations

import operator

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import reference, value

GETTERS = (operator.itemgetter, operator.attrgetter, operator.methodcaller)


def makes_getter(e: Expr) -> bool:
    """Is this a call that makes one of them, for what is written out in it?"""
    return e.head == "call" and any(E.callee(e) is g for g in GETTERS) and all(
        a.head == "const" and mark not in ("*", "**") for mark, a in E.arguments(e))


def applied(e: Expr, cx: Context) -> Expr | None:
    """What a call of one gives; None where something else is called, or it is not called with one argument."""
    made = _made(e.args[0])
    if made is None or len(e.args) != 2 or any(e.data.marks):
        return None
    kind, given = made
    x = reference(e.args[1], cx)
    x = x if E.root(x).head in ("var", "ref") else cx.temporary(x)
    if kind is operator.methodcaller:
        return value(E.call_with(E.attr(x, str(given[0][1].data)), given[1:]), cx)
    parts = [_attribute(x, str(a.data)) if kind is operator.attrgetter else E.index(x, a) for _, a in given]
    return value(parts[0] if len(parts) == 1 else E.tuple_(*parts), cx)


def _made(fn: Expr) -> tuple[object, tuple[tuple[str, Expr], ...]] | None:
    """Which of them a function is, and what it was made of."""
    if makes_getter(fn):
        return E.callee(fn), E.arguments(fn)
    if fn.head == "ref" and isinstance(fn.data.value, GETTERS):
        made = fn.data.value.__reduce__()
        if isinstance(made, tuple) and made[0] in GETTERS and all(isinstance(a, (str, int, float)) for a in made[1]):
            return made[0], tuple(("", E.const(a)) for a in made[1])
    return None


def _attribute(x: Expr, path: str) -> Expr:
    for name in path.split("."):
        x = E.attr(x, name)
    return x
