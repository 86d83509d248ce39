"""The methods that the classes of a program have, and what calls may be calls of them."""
from __future__ import annotations

import inspect
import types
from collections.abc import Iterable, Iterator

import numpy as np

from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_pull
from s2sgrad.lower.writing import MUTATORS, SHUFFLES


def may_be_object(fn: Expr, classes: Iterable[type]) -> bool:
    """May what is called be an object of the program: is it no function that is known, no method, and no pullback?"""
    return fn.head == "index" or fn.head == "var" and not is_pull(fn.data) or fn.head == "attr" and E.root(fn).head == "var" \
        and fn.data not in MUTATORS | SHUFFLES and not hasattr(np.ndarray, fn.data) and not hasattr(dict, fn.data) \
        and not methods_of(classes, str(fn.data))


def methods_of(classes: Iterable[type], name: str) -> dict[type, types.FunctionType]:
    """The methods of a name that some classes, and those that inherit from them, have in Python."""
    found: dict[type, types.FunctionType] = {}
    for cls in classes:
        method = inspect.getattr_static(cls, name, None)
        function = python_function(method) if isinstance(method, types.FunctionType) else None
        if function is not None:
            found.setdefault(cls, function)
        found |= {c: f for c, f in methods_of(type.__subclasses__(cls), name).items() if c not in found}
    return found


def takes(method: types.FunctionType, e: Expr) -> bool:
    """Can a method be called with these arguments? Others of the same name are those of other objects."""
    given = E.arguments(e)
    if any(mark in ("*", "**") for mark, _ in given):
        return True
    try:
        named = {mark: None for mark, _ in given if mark}
        inspect.signature(method).bind(None, *(None for mark, _ in given if not mark), **named)
    except TypeError:
        return False
    return True


def calls_of_methods(e: Expr, classes: tuple[type, ...]) -> Iterator[Expr]:
    """The calls of methods in Python that a call with arguments may be, with the object as the first one:
    ``optimizer.step(params, grads)``."""
    fn = e.args[0]
    if len(e.args) == 1 or not classes or fn.head == "ref":
        return
    if may_be_object(fn, classes):
        receiver, name = fn, "__call__"
    elif fn.head == "attr" and fn.data not in MUTATORS:
        receiver, name = fn.args[0], str(fn.data)
    else:
        return
    for f in methods_of(classes, name).values():
        if takes(f, e):
            yield E.call_with(E.ref(name, f), (("", receiver), *E.arguments(e)))
