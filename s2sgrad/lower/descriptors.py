"""Attributes that an object of the class `type` of the program keeps: descriptors, put in place as the methods that they are.

    class Positive:                                  class Wire:
        def __set_name__(self, owner, name):             width = Positive()
            self.place = "_" + name
        def __get__(self, obj, owner):               wire.width       --->    wire._width
            return getattr(obj, self.place)

What a descriptor was told when its class was made, the name of the attribute above all, is known.
"""
from __future__ import annotations

import dataclasses
import inspect
import types
from typing import Any

from s2sgrad.frontend.fence import effect, named_attribute
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of
from s2sgrad.runtime.objects import own_descriptor


def read(obj: Expr, cls: type, name: str, cx: Context) -> Expr | None:
    """What the descriptor of a known class gives for an attribute; None where the attribute is not kept by one."""
    found = own_descriptor(cls, name)
    if found is None:
        return None
    getter = _method(found, "__get__")
    if getter is None or not hasattr(type(found), "__set__"):  # what the object holds itself comes first then
        raise cx.refuse(f"{cls.__name__}.{name} is a descriptor without " + ("__get__" if getter is None else "__set__")
                        + " in Python, which cannot be differentiated", "use a property")
    return _called(found, getter, cls, name, (obj, E.ref(cls.__name__, cls)), cx)


def write(obj: Expr, cls: type, name: str, value: Expr, cx: Context) -> bool:
    """Set an attribute that a descriptor of a known class keeps; False where there is none, or one that is only read."""
    found = own_descriptor(cls, name)
    if found is None or not hasattr(type(found), "__set__"):
        return False
    setter = _method(found, "__set__")
    if setter is None:
        raise cx.refuse(f"{cls.__name__}.{name} is a descriptor without __set__ in Python, which cannot be differentiated",
                        "use a property with a setter")
    _called(found, setter, cls, name, (obj, value), cx)
    return True


def _method(found: Any, name: str) -> types.FunctionType | None:
    return python_function(inspect.getattr_static(type(found), name, None))


def _called(found: Any, method: types.FunctionType, cls: type, name: str, given: tuple[Expr, ...], cx: Context) -> Expr:
    from s2sgrad.lower.calls import user_function
    if effects_of(method).of_object:
        raise cx.refuse(f"{cls.__name__}.{name} is a descriptor that keeps values itself, which cannot be differentiated",
                        "keep them in the object: setattr(obj, '_' + self.name, value)")
    own = E.ref(f"{cls.__name__}_{name}", found)
    return user_function(E.call(E.attr(own, method.__name__), *given), method, cx, own, lambda fn: _with_names(fn, found))


def _with_names(fn: S.Function, found: Any) -> S.Function:
    """The method with the texts that the descriptor holds, so that ``getattr(obj, self.place)`` names an attribute."""
    me = fn.params[0].name

    def known(e: Expr) -> Expr:
        if e.head == "attr" and e.args[0] == E.var(me) and isinstance(text := vars(found).get(str(e.data)), str):
            return E.const(text)
        return named_attribute(e) if e.head == "call" else e

    def one(s: S.Stmt) -> S.Stmt:
        s = S.map_expressions(lambda e: E.transform(known, e), s)
        return effect(s.value, s.loc) if isinstance(s, S.Do) else s
    return dataclasses.replace(fn, body=S.map_stmts(one, fn.body))
