"""Evaluate what the constants in an expression decide: ``axis is None``, ``isinstance(axis, int)``, ``(a, b)[1]``."""
from __future__ import annotations

import functools
import inspect
import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.registry import absent

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
        try:
            return E.const(all(_COMPARE[s](a, b) for s, a, b in zip(e.data, flat, flat[1:])))
        except TypeError:  # which is raised where the program gets there: ``None > 0.5``
            return e
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
        elif a is e.args[-1] and not (type(a.data) is bool and rest and all(map(_is_truth, rest))):
            rest.append(a)
    if len(rest) == 1:
        return rest[0]
    return E.boolean(e.data, *rest) if len(rest) < len(e.args) else e


def _is_truth(e: Expr) -> bool:
    """Is the value of `e` True or False, in so far as a condition asks for it?"""
    return e.head == "compare" or e.head == "op" and e.data == "not"


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
            made: Any = {"tuple": (), "list": [], "dict": {}}[e.args[1].head]
            return E.const(isinstance(made, kinds[0]))
    if fn is len and len(e.args) == 2 and e.args[1].head in ("tuple", "list") \
            and all(a.head != "star" for a in e.args[1].args):
        return E.const(len(e.args[1].args))
    if fn is callable and len(e.args) == 2 and e.args[1].head in ("const", "ref", "function"):
        given = e.args[1]
        return E.const(given.head == "function" or callable(given.data if given.head == "const" else given.data.value))
    if fn is absent:
        return E.const(is_zero(e.args[1]))
    if e.args[0].head == "ref" and e.args[0].data.library:
        special = _HELPERS.get(fn) if isinstance(fn, types.FunctionType) else None
        found = None if special is None else special(*e.args[1:])
        return _without_defaults(e, fn) if found is None else found
    return e


def is_zero(b: Expr) -> bool:
    """Is an adjoint or tangent zero, or a tuple of such?"""
    return E.is_const(b, 0.0) or b.head == "tuple" and all(map(is_zero, b.args))


def _unstarred(e: Expr) -> Expr:
    """``f(*(x, y))`` is ``f(x, y)``."""
    if "*" not in e.data.marks:
        return e
    given: list[tuple[str, Expr]] = []
    for mark, a in E.arguments(e):
        spread = mark == "*" and a.head in ("tuple", "list") and all(x.head != "star" for x in a.args)
        given += [("", x) for x in a.args] if spread else [(mark, a)]
    return E.call_with(e.args[0], tuple(given))


# ---- run-time helpers that constants make superfluous -------------------------------------------------------------

def _restructure(b: Expr, like: Expr) -> Expr | None:
    """Of a displayed list, the parts are taken one by one anyway."""
    return b if like.head in ("tuple", "list") else None


def _structured_like(b: Expr, x: Expr) -> Expr | None:
    """Results that are unpacked at once need no name."""
    return b if x.head == "tuple" else None


def _filled(bs: Expr, ys: Expr) -> Expr | None:
    """Adjoints of several results, all of which are used."""
    return bs if bs.head in ("tuple", "list") and all(a.head != "const" for a in bs.args) else None


def _inverse_permutation(axes: Expr) -> Expr | None:
    order = constant(axes)
    if order is None or not isinstance(order[0], tuple):
        return None
    return E.tuple_(*map(E.const, runtime.inverse_permutation(order[0])))


def _restore_axes(b: Expr, like: Expr, axis: Expr, keepdims: Expr) -> Expr | None:
    """Where all axes went, broadcasting restores them, and where they were kept there is nothing to do."""
    return b if E.is_const(axis, None) or E.is_const(keepdims, True) else None


_HELPERS: dict[Any, Callable[..., Expr | None]] = {
    runtime.restructure: _restructure, runtime.filled: _filled, runtime.inverse_permutation: _inverse_permutation,
    runtime.structured_like: _structured_like, runtime.restore_axes: _restore_axes,
}

#: What NumPy's marker for "not given" stands for.
_NOT_GIVEN: dict[str, Any] = {"keepdims": False, "where": True}
_NO_INITIAL: dict[Any, Any] = {np.sum: 0.0, np.prod: 1.0}


def _without_defaults(e: Expr, fn: Any) -> Expr:
    """A call that a rule makes, without the arguments that say what is so anyway."""
    defaults = _defaults(fn)
    arguments = list(E.arguments(e))
    while arguments and arguments[-1][1].head == "const":
        mark, value = arguments[-1]
        name = mark or (list(defaults)[len(arguments) - 1] if len(arguments) <= len(defaults) else "")
        if defaults.get(name) != value:
            break
        arguments.pop()
    kept = [(m, a) for m, a in arguments if not m or defaults.get(m) != a]
    return E.call_with(e.args[0], tuple(kept)) if len(kept) < len(e.args) - 1 else e


@functools.cache
def _defaults(fn: Any) -> dict[str, Expr | None]:
    """The parameters of a function of NumPy or of the run-time support, with their defaults, if they have any."""
    if not isinstance(fn, types.FunctionType) and not type(fn).__module__.startswith("numpy"):
        return {}
    try:
        parameters = inspect.signature(fn).parameters
    except (TypeError, ValueError):
        return {}
    return {n: _default(fn, n, p.default) for n, p in parameters.items()}


def _default(fn: Any, name: str, value: Any) -> Expr | None:
    if value is inspect.Parameter.empty:
        return None
    if type(value).__name__ == "_NoValueType":
        value = _NO_INITIAL.get(fn) if name == "initial" else _NOT_GIVEN.get(name)
    return E.const(value)


def _index(e: Expr) -> Expr:
    obj, key = e.args
    if obj.head in ("tuple", "list") and key.head == "const" and isinstance(key.data, int) \
            and all(a.head != "star" for a in obj.args) and -len(obj.args) <= key.data < len(obj.args):
        return obj.args[key.data]
    return e


def _attr(e: Expr) -> Expr:
    """Transposed twice is not transposed."""
    return e.args[0].args[0] if e.data == "T" and e.args[0].head == "attr" and e.args[0].data == "T" else e


_RULES: dict[str, Callable[[Expr], Expr]] = {
    "attr": _attr,
    "compare": _compare, "bool": _bool, "op": _op, "ifexp": _ifexp, "call": _call, "index": _index,
}
