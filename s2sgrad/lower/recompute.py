"""Calls of functions that are marked with `checkpoint`: they stay calls, so that they can be made a second time."""
from __future__ import annotations

from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of
from s2sgrad.markers import Checkpoint, checkpoint
from s2sgrad.rules.registry import rule_for

_HELP = "pass what it needs as arguments and return something new, or call it without checkpoint"


def marked(fn: Expr, cx: Context) -> Expr:
    """``checkpoint(f)``, where it is called, as a reference to the marked function."""
    arguments = [a for _, a in E.arguments(fn)]
    inner = arguments[0] if len(arguments) == 1 else fn
    if inner.head == "var":
        inner = cx.callables.get(inner.data, inner)
    if inner.head != "ref":
        raise cx.refuse("checkpoint of a function that is not known when the derivative is made, or that captures "
                        "variables, cannot be differentiated", "define the function at the top level of the module")
    return E.ref(inner.data.text, checkpoint(inner.data.value), inner.data.library)


def unmarked(fn: Expr) -> Expr:
    """The function itself, for one in which there is nothing to compute again."""
    return E.ref(fn.data.text, fn.data.value.function, fn.data.library)


def check_marked(fn: Checkpoint[object], cx: Context) -> bool:
    """Is there anything to compute again in `fn`? Raises where a second run would not give the same."""
    function = python_function(fn)
    if function is None or rule_for(fn.function) is not None:
        return False
    unit = load(function)
    cx.resolved.extend(unit.resolved)
    effects = effects_of(function)
    name = unit.function.name
    if any(p.kind in ("*", "**") for p in unit.function.params):
        raise cx.refuse(f"checkpoint of {name}, which takes any number of arguments, cannot be differentiated", _HELP)
    if effects.written or effects.stored or unit.function.nonlocals:
        raise cx.refuse(f"checkpoint of {name}, which changes its arguments, cannot be differentiated", _HELP)
    return True
