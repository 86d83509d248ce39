"""Evaluate what the constants in an expression decide: ``axis is None``, ``isinstance(axis, int)``, ``(a, b)[1]``."""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "is": operator.is_, "is not": operator.is_not, "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
}
_FOLDED = (isinstance, len)


def constant(e: Expr) -> tuple[Any] | None:
    """The value of a constant expression in a tuple of one; None where it is not constant."""
    if e.head == "const":
        return (e.data,)
    if e.head == "ref" and isinstance(e.data.value, type):
        return (e.data.value,)
    if e.head == "op" and e.data == "-" and len(e.args) == 1:
        value = constant(e.args[0])
        return None if value is None or not isinstance(value[0], (int, float, complex)) else (-value[0],)
    if e.head == "tuple":
        parts = [constant(a) for a in e.args]
        return None if None in parts else (tuple(p[0] for p in parts if p),)
    return None


def fold(e: Expr) -> Expr:
    """`e` with the parts that its constants decide replaced by what they are."""
    return E.transform(fold_node, e)


def fold_node(e: Expr) -> Expr:
    """`e` itself, if its constants decide it, replaced by what it is; its operands are left alone."""
    rule = _RULES.get(e.head)
    return e if rule is None else rule(e)


def _compare(e: Expr) -> Expr:
    values = [constant(a) for a in e.args]
    if None not in values:
        flat = [v[0] for v in values if v]
        return E.const(all(_COMPARE[s](a, b) for s, a, b in zip(e.data, flat, flat[1:])))
    if e.data in (("is",), ("is not",)) and E.is_const(e.args[1], None) and e.args[0].head in ("tuple", "list", "dict"):
        return E.const(e.data == ("is not",))
    return e


def _bool(e: Expr) -> Expr:
    absorbing = e.data == "or"
    rest = []
    for a in e.args:
        if a.head != "const":
            rest.append(a)
        elif bool(a.data) is absorbing:
            rest.append(a)
            break
        elif a is e.args[-1]:
            rest.append(a)
    if len(rest) == 1:
        return rest[0]
    return E.boolean(e.data, *rest) if len(rest) < len(e.args) else e


def _op(e: Expr) -> Expr:
    if e.data == "not" and e.args[0].head == "const":
        return E.const(not e.args[0].data)
    return e


def _ifexp(e: Expr) -> Expr:
    test, body, orelse = e.args
    return (body if test.data else orelse) if test.head == "const" else e


def _call(e: Expr) -> Expr:
    e = _unstarred(e)
    fn = E.callee(e)
    if fn is isinstance and len(e.args) == 3:
        value, kinds = constant(e.args[1]), constant(e.args[2])
        if value is not None and kinds is not None:
            return E.const(isinstance(value[0], kinds[0]))
        if kinds is not None and e.args[1].head in ("tuple", "list", "dict"):
            made = {"tuple": (), "list": [], "dict": {}}[e.args[1].head]
            return E.const(isinstance(made, kinds[0]))
    if fn is len and len(e.args) == 2 and e.args[1].head in ("tuple", "list") \
            and all(a.head != "star" for a in e.args[1].args):
        return E.const(len(e.args[1].args))
    return e


def _unstarred(e: Expr) -> Expr:
    """``f(*(x, y))`` is ``f(x, y)``."""
    if "*" not in e.data.marks:
        return e
    given: list[tuple[str, Expr]] = []
    for mark, a in E.arguments(e):
        spread = mark == "*" and a.head in ("tuple", "list") and all(x.head != "star" for x in a.args)
        given += [("", x) for x in a.args] if spread else [(mark, a)]
    return E.call_with(e.args[0], tuple(given))


def _index(e: Expr) -> Expr:
    obj, key = e.args
    if obj.head in ("tuple", "list") and key.head == "const" and isinstance(key.data, int) \
            and all(a.head != "star" for a in obj.args) and -len(obj.args) <= key.data < len(obj.args):
        return obj.args[key.data]
    return e


_RULES: dict[str, Callable[[Expr], Expr]] = {
    "compare": _compare, "bool": _bool, "op": _op, "ifexp": _ifexp, "call": _call, "index": _index,
}
