"""Which expressions may be evaluated again in the backward sweep, and what that costs."""
from __future__ import annotations

from collections.abc import Container

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.methods_table import canonical


def is_repeatable(e: Expr) -> bool:
    """Does computing `e` once more give the same, and do nothing else?"""
    if e.head in ("function", "comp", "walrus", "fstring", "format", "star"):
        return False
    if e.head == "call" and not is_view_or_size(e):
        try:
            found = application(canonical(e))
        except BindError:
            return False
        if found is None or not found.rule.differentiable or any(True for _ in written_arguments(e)):
            return False
        return all(is_repeatable(a) for a in e.args[1:])
    return all(map(is_repeatable, e.args))


_CHEAP_OPERATORS = frozenset(("+", "-", "*", "/", "not", "~"))
#: Positions are numbers, for which these are cheap as well.
_CHEAP_IN_SUBSCRIPTS = _CHEAP_OPERATORS | {"%", "//"}


def is_the_same_again(e: Expr) -> bool:
    """Does evaluating `e` again give the same object, and no copy of it?"""
    if e.head == "var":
        return True
    return e.head in ("index", "attr") and not (e.head == "index" and e.args[1].head == "slice") and is_the_same_again(e.args[0])


def is_cheap(e: Expr, operators: Container[str] = _CHEAP_OPERATORS) -> bool:
    """Is it cheaper to compute `e` again than to save its value in every iteration?"""
    if not e.args:
        return True
    if e.head == "op":
        squared = e.data == "**" and E.is_const(e.args[1], 2)
        return (squared or e.data in operators) and all(is_cheap(a, operators) for a in e.args)
    if e.head == "index":
        return is_cheap(e.args[0]) and is_cheap(e.args[1], _CHEAP_IN_SUBSCRIPTS)
    if e.head in ("attr", "slice", "compare", "bool", "tuple"):
        return all(is_cheap(a, operators) for a in e.args)
    if e.head == "call":
        return is_view_or_size(e) and all(map(is_cheap, e.args[1:]))
    return False


def is_view_or_size(e: Expr) -> bool:
    if E.callee(e) in (len, range, int):
        return True
    try:
        found = application(canonical(e))
    except BindError:
        return False
    return found is not None and bool(found.rule.view) and "." not in "".join(found.rule.view)
