"""Attributes that an object of the class `type` of the program keeps: descriptors, put in place as the methods that they are.

    class Positive:                                  class Wire:
        def __set_name__(self, owner, name):             width = Positive()
            self.place = "_" + name
        def __get__(self, obj, owner):               wire.width       --->    wire._width
            return getattr(obj, self.place)

An object that passes on what it is asked for, ``return getattr(self.inner, name)``, stands for what it passes it on to.
What a descriptor was told when its class was made, the name of the attribute above all, is known.
"""
from __future__ import annotations

import inspect
import types
from typing import Any

from s2sgrad import runtime
from s2sgrad.frontend.fence import effect, named_attribute
from s2sgrad.frontend.unit import is_generated, is_installed, load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of
from s2sgrad.runtime.objects import own_descriptor, written_method

_HOLDS = E.ref("s2sgrad.runtime.holds", runtime.holds, library=True)


def read(obj: Expr, cls: type, name: str, cx: Context) -> Expr | None:
    """What a descriptor of a known class gives for an attribute, or another object that is asked for it; None where the attribute
    is one that the object holds."""
    found = own_descriptor(cls, name)
    if found is None and (inner := delegated(obj, name, cx)) is not None:
        from s2sgrad.lower.operands import value
        return value(E.attr(inner, name), cx)
    if found is None and looks_up_key(cls, name):
        return E.index(obj, E.const(name))
    if found is None and passes_on(cls, name):
        raise cx.refuse(f"{cls.__name__}.{name} is given by a __getattr__ that computes it, which cannot be differentiated",
                        "use a property, or delegate: return getattr(self.inner, name)")
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


def delegated(obj: Expr, name: str, cx: Context) -> Expr | None:
    """What an object of a known class asks for an attribute that it has not: ``return getattr(self.inner, name)``."""
    cls = cx.class_of(obj)
    inner = None if cls is None else _delegate(obj, cls, name)
    if inner is not None and not cx.held.of_element(obj):  # it was made elsewhere, and may have got the attribute there
        text = f"{cls.__name__} has an attribute {name}, which was not there when the derivative was made"  # type: ignore[union-attr]
        error = E.call(E.ref("builtins.TypeError", TypeError, library=True), E.const(text))
        cx.emit(S.If(E.call(_HOLDS, obj, E.const(name)), (S.Raise(error, None, cx.loc),), (), cx.loc))
    return inner


def _delegate(obj: Expr, cls: type, name: str) -> Expr | None:
    method = _getattr_of(cls, name)
    body = load(method).function if method is not None else None
    if body is None or len(body.body) != 1 or not isinstance(body.body[0], S.Return):
        return None
    found = body.body[0].value
    me, asked = (E.var(p.name) for p in body.params)
    if E.callee(found) is not getattr or len(found.args) != 3 or found.args[2] != asked:
        return None
    held = found.args[1]
    return E.attr(obj, str(held.data)) if held.head == "attr" and held.args[0] == me else None


def looks_up_key(cls: type, name: str) -> bool:
    """Does a dict give what it has under a key for an attribute that it has not: ``return self[name]``?"""
    from s2sgrad.lower.object_names import members_of
    if not issubclass(cls, dict) or cls.__getitem__ is not dict.__getitem__ or name in members_of(cls) or hasattr(cls, name):
        return False
    if inspect.getattr_static(cls, "__getattr__", None) is dict.__getitem__:
        return True
    method = _getattr_of(cls, name)
    fn = load(method).function if method is not None else None
    if fn is None:
        return False
    body = fn.body[0].body if len(fn.body) == 1 and isinstance(fn.body[0], S.Try) else fn.body
    me, asked = (E.var(p.name) for p in fn.params)
    return len(body) == 1 and isinstance(body[0], S.Return) and body[0].value == E.index(me, asked)


def refuse_passed_on(cls: type, name: str, cx: Context) -> None:
    """Raise for an attribute that is given to an object from outside, which asks another one for those that it has not."""
    if passes_on(cls, name):
        raise cx.refuse(f"{name} is set of a {cls.__name__}, which has a __getattr__ and sets no such attribute itself, and "
                        "cannot be differentiated", "set it in __init__ as well")


def passes_on(cls: type, name: str) -> bool:
    """Does a class say what objects without an attribute of this name give for it, and set none?"""
    return _getattr_of(cls, name) is not None


def _getattr_of(cls: type, name: str) -> types.FunctionType | None:
    """The ``__getattr__`` of a class, where objects of it have no attribute of this name."""
    from s2sgrad.lower.object_names import members_of
    method = written_method(cls, "__getattr__")
    known = method is None or name[:2] == "__" or name in members_of(cls) or hasattr(cls, name)
    return None if known or method is None or is_generated(method) or is_installed(method) else python_function(method)


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
    return S.with_body(fn, S.map_stmts(one, fn.body))
