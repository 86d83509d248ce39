"""Derivatives that a function takes of functions of its own: ``grad(inner)(z)``, where `inner` captures what varies.

    grad(lambda z: z * z * y)(x)    --->    function_grad(y, x), the gradient of function(y, z) by its second argument
"""
from __future__ import annotations

from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.function_arguments import taken_apart
from s2sgrad.lower.inline import is_function_value

_TAKEN = ("grad", "value_and_grad", "derivative", "elementwise_grad", "vjp", "jvp")


def with_captured(e: Expr, cx: Context) -> Expr | None:
    """The call of such a derivative with what its function captures as arguments; None for any other call."""
    taker = E.callee(e.args[0])
    if getattr(taker, "__module__", None) != "s2sgrad.api" or taker.__name__ not in _TAKEN or len(e.args[0].args) < 2:
        return None
    (mark, inner), *options = E.arguments(e.args[0])
    if mark or not is_function_value(inner, cx) or not cx.varied.of(inner):
        return None
    found = taken_apart(inner, cx)
    if found is None or not found[1]:
        return None
    function, captured = found
    given: dict[str, Any] = {name or "wrt": _constant(a) for name, a in options}
    if len(given) < len(options) or any(v is _UNKNOWN for v in given.values()) or "*" in given or "**" in given:
        raise cx.refuse(f"{taker.__name__} of a nested function takes constant options here", "write wrt as a number")
    given["wrt"] = _shifted(given.get("wrt", 0), len(captured))
    made = taker(function.data.value, **given)
    arguments = (*(("", a) for a in captured), *E.arguments(e))
    return E.call_with(E.ref(made.__name__, made, library=True), arguments)


def is_derivative(e: Expr, cx: Context) -> bool:
    """Is this the derivative of a nested function that captures what varies? It stands for itself where it is called."""
    taker = E.callee(e)
    return getattr(taker, "__module__", None) == "s2sgrad.api" and getattr(taker, "__name__", "") in _TAKEN \
        and len(e.args) > 1 and e.args[1].head in ("function", "var") and not e.data.marks[0] \
        and is_function_value(e.args[1], cx) and cx.varied.of(e.args[1])


def check_called(e: Expr, cx: Context) -> None:
    """Raise where such a derivative is kept in a container or object."""
    if is_derivative(e, cx):
        taker = E.callee(e).__name__
        raise cx.refuse(f"{taker} of a function that captures differentiated variables is kept, and not only called",
                        f"write {taker}(f)(x)")


def refuse_kept(calls: list[tuple[S.Stmt, Expr]], cx: Context) -> None:
    """Raise where such a derivative is left in a variable or in an expression, which something else than a call reads."""
    for s, e in calls:
        if is_derivative(e, cx):
            cx.loc = s.loc
            check_called(e, cx)


_UNKNOWN = object()


def _constant(e: Expr) -> Any:
    if e.head == "const":
        return e.data
    if e.head in ("tuple", "list"):
        parts = tuple(map(_constant, e.args))
        return _UNKNOWN if any(p is _UNKNOWN for p in parts) else parts
    return _UNKNOWN


def _shifted(wrt: Any, by: int) -> Any:
    """Positions of arguments, where others come before them."""
    if isinstance(wrt, tuple):
        return tuple(_shifted(w, by) for w in wrt)
    return wrt + by if type(wrt) is int and wrt >= 0 else wrt
