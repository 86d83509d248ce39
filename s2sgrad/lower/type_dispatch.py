"""Functions and methods that are chosen by the type of an argument: `functools.singledispatch` and `singledispatchmethod`.

Where the class of the argument is known, the function for it is called; elsewhere it is looked up when the derivative runs.
"""
from __future__ import annotations

import functools
import inspect
from typing import Any

from s2sgrad import runtime
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import atom, reference

_METHOD = E.ref("s2sgrad.runtime.dispatched_method", runtime.dispatched_method, library=True)


def by_type(e: Expr, fn: Any, cx: Context) -> Expr:
    """A call of what `functools.singledispatch` made: of the function for the type of the first argument."""
    from s2sgrad.lower.calls import call
    first = _argument(e.args[1], cx)
    cls = cx.class_of(first)
    if cls is not None:
        found = fn.dispatch(cls)
        return call(E.rebuild(e, (E.ref(f"{e.args[0].data.text}.dispatch({cls.__name__})", found), first, *e.args[2:])), cx)
    chosen = cx.temporary(E.call(E.attr(e.args[0], "dispatch"), E.call(E.ref("type", type), first)), "fn")
    cx.varied.names.discard(chosen.data)
    return call(E.rebuild(e, (chosen, first, *e.args[2:])), cx)


def method_by_type(e: Expr, cx: Context) -> Expr | None:
    """A call of what `functools.singledispatchmethod` made; None where no class in sight has one of this name."""
    receiver, name = e.args[0].args[0], str(e.args[0].data)
    own = cx.class_of(receiver)
    if len(e.args) < 2 or e.data.marks[0] or not any(
            isinstance(inspect.getattr_static(cls, name, None), functools.singledispatchmethod)
            for cls in (cx.visible if own is None else (own,))):
        return None
    from s2sgrad.lower.calls import call, user_function
    owner, first = reference(receiver, cx), _argument(e.args[1], cx)
    cls = cx.class_of(first)
    if own is not None and cls is not None:
        method = python_function(inspect.getattr_static(own, name).dispatcher.dispatch(cls))
        if method is not None:
            return user_function(E.rebuild(e, (E.attr(owner, name), first, *e.args[2:])), method, cx, owner)
    chosen = cx.temporary(E.call(_METHOD, owner, E.const(name), first), "fn")
    cx.varied.names.discard(chosen.data)
    return call(E.call_with(chosen, (("", owner), ("", first), *E.arguments(e)[1:])), cx)


def _argument(e: Expr, cx: Context) -> Expr:
    made = atom(e, cx)
    return made if E.is_atom(made) else cx.temporary(made)
