"""Functions that are arguments of primitives: ``quad(lambda t: np.exp(-k * t), 0.0, b)``.

What a nested function captures becomes a tuple of arguments, so that the primitive is given a function of its own and
values: ``quad_with(integrand, (k,), 0.0, b)``. A function from outside stays as it is.
"""
from __future__ import annotations

import functools

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.lifting import lifted
from s2sgrad.rules.registry import Rule


def with_function(e: Expr, rule: Rule, cx: Context) -> Expr:
    """A call of a primitive with what its first argument, a function, captures among its arguments."""
    assert rule.with_captured is not None
    (mark, fn), *rest = E.arguments(e)
    found = taken_apart(fn, cx)
    if found is None or mark == "*":
        return e
    function, captured = found
    if not captured:
        return E.call_with(e.args[0], ((mark, function), *rest))
    made = rule.with_captured
    target = E.ref(f"{made.__module__}.{made.__name__}", made, library=True)
    return E.call_with(target, (("", function), ("", E.tuple_(*captured)), *rest))


def taken_apart(fn: Expr, cx: Context) -> tuple[Expr, tuple[Expr, ...]] | None:
    """A function that captures nothing, and the values that come before its own arguments."""
    if fn.head == "ref":
        return fn, ()
    if fn.head == "function":
        name = cx.names.fresh("function")
        cx.callables[name] = fn
        return taken_apart(lifted(name, cx), cx)
    if fn.head == "var" and fn.data in cx.callables:
        held = cx.callables[fn.data]
        return taken_apart(lifted(fn.data, cx) if held.head == "function" else held, cx)
    if fn.head == "call" and E.callee(fn) is functools.partial and not any(mark for mark, _ in E.arguments(fn)):
        inner = taken_apart(fn.args[1], cx)
        return None if inner is None else (inner[0], (*inner[1], *fn.args[2:]))
    return None
