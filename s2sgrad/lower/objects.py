"""Objects whose class is known when the derivative is made: construction, and `super()`."""
from __future__ import annotations

import dataclasses
import inspect
import sys
import types
from typing import Any

from s2sgrad import runtime
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.inline import bind_arguments
from s2sgrad.lower.operands import operands
from s2sgrad.lower.unpacking import by_parameter, is_open, written_out
from s2sgrad.rules.records import record_fields
from s2sgrad.rules.registry import rule_for


def construct(e: Expr, cls: type, cx: Context) -> Expr:
    """``C(...)`` for a class of the user's: a new object, then the body of ``__init__``."""
    if is_namespace(cls) and len(e.args) > 1:
        return _namespace(e, cx)
    if rule_for(cls) is not None or issubclass(cls, BaseException) or is_library_class(cls):
        return _plain_call(e, cx)
    fields = record_fields(cls)
    if fields is not None:
        return _by_field(e, cls, fields, cx)
    if type(cls).__call__ is not type.__call__ or inspect.isfunction(getattr(cls, "__new__", None)):
        error = cx.refuse(f"the class {cls.__name__} says itself how its objects are made, which cannot be differentiated",
                          "set the attributes in __init__, or construct the object outside and pass it in")
        error.of_call = True
        raise error
    init = python_function(inspect.getattr_static(cls, "__init__", None))
    filled = init is None and len(e.args) > 1 and _is_filled(cls)
    if init is None and len(e.args) > 1 and not filled:
        raise cx.refuse(f"the class {cls.__name__} has no __init__ with source",
                        "construct the object outside and pass it in, or write __init__ in Python")
    made = E.var(cx.names.fresh(cls.__name__.lower()))
    cx.varied.add(made.data)
    of = e.args[0] if not is_frozen(cls) else E.call(E.ref("s2sgrad.runtime.thawed", runtime.thawed, library=True), e.args[0])
    new = E.call(e.args[0]) if filled else E.call(E.attr(e.args[0], "__new__"), of)
    cx.emit(S.Assign(made, new, cx.loc))
    cx.classes[made.data] = cls
    if filled:
        _fill(made, e, cls, cx)
        return made
    base = next(c for c in cls.__mro__ if "__init__" in vars(c))
    if dataclasses.is_dataclass(base) and _generated(init):
        _dataclass_fields(e, base, made, cx, cls)
    elif init is not None:
        from s2sgrad.lower.calls import user_function
        user_function(e, init, cx, made)
    return made


def _is_filled(cls: type) -> bool:
    """Is this a dict or list that is filled as these are, by methods that are theirs?"""
    kind = dict if issubclass(cls, dict) else list
    return issubclass(cls, kind) and cls.__init__ is kind.__init__ and _is_filled_by(cls)


def _is_filled_by(cls: type) -> bool:
    kind = dict if issubclass(cls, dict) else list
    return all(getattr(cls, n) is getattr(kind, n) for n in ("__setitem__", "update" if kind is dict else "extend"))


def _fill(made: Expr, e: Expr, cls: type, cx: Context) -> None:
    """Put into a new dict or list of a class of the user's what its constructor is given."""
    given = written_out(e, cx)
    first = [a for mark, a in given if mark == ""]
    if len(first) > 1 or any(mark == "*" for mark, _ in given):
        raise cx.refuse(f"this call of {cls.__name__} cannot be differentiated", "give it one container")
    for a in first:
        if issubclass(cls, dict):
            a = a if a.head in ("dict", "var") else E.call(E.ref("dict", dict), a)
        cx.statements((S.Do(E.call(E.attr(made, "update" if issubclass(cls, dict) else "extend"), a), cx.loc),))
    for mark, a in given:
        if mark == "**":
            cx.statements((S.Do(E.call(E.attr(made, "update"), a), cx.loc),))
        elif mark:
            cx.statements((S.Assign(E.index(made, E.const(mark)), a, cx.loc),))


def is_frozen(cls: type) -> bool:
    """Is this a frozen dataclass, whose attributes are set by its constructor alone?"""
    return any(made.frozen for c in cls.__mro__ if (made := vars(c).get("__dataclass_params__")) is not None)


def is_namespace(cls: Any) -> bool:
    """Is this a class whose objects hold what they are called with, under its names?"""
    return cls is types.SimpleNamespace or getattr(cls, "__module__", "") == "argparse" and cls.__name__ == "Namespace"


def _namespace(e: Expr, cx: Context) -> Expr:
    """``SimpleNamespace(a=x)``: an empty one, whose attributes are set."""
    given = written_out(e, cx)
    if any(mark in ("", "*", "**") for mark, _ in given):
        raise cx.refuse("a namespace of unpacked attributes cannot be differentiated", "name the attributes")
    values = operands([a for _, a in given], cx)
    made = E.var(cx.names.fresh("namespace"))
    cx.varied.add(made.data)
    cx.emit(S.Assign(made, E.call(e.args[0]), cx.loc))
    for (name, _), value in zip(given, values):
        cx.statements((S.Assign(E.attr(made, name), value, cx.loc),))
    return made


def makes_object(e: Expr) -> bool:
    """Is this a call of a class of the user's?"""
    cls = E.callee(e)
    if not isinstance(cls, type) or rule_for(cls) is not None or is_library_class(cls):
        return False
    init = inspect.getattr_static(cls, "__init__")
    return python_function(init) is not None or init is object.__init__ and cls is not object


def starts_with_object(e: Expr) -> bool:
    """Is this a call of a class of the user's, or a chain of calls of methods that starts with one?"""
    if e.head == "call" and e.args[0].head == "attr":
        return starts_with_object(e.args[0].args[0])
    cls = E.callee(e)
    return makes_object(e) and type(cls).__call__ is type.__call__ and not inspect.isfunction(getattr(cls, "__new__", None))


def new_object(e: Expr, cx: Context) -> Expr:
    """The object that such a call gives, which takes differentiated values later, built where its parts can be seen."""
    from s2sgrad.lower.calls import call
    if makes_object(e):
        made = construct(E.rebuild(e, (e.args[0], *(_held_objects(a, cx) for a in e.args[1:]))), E.callee(e), cx)
    else:
        owner = new_object(e.args[0].args[0], cx)
        made = call(E.rebuild(e, (E.attr(owner, e.args[0].data), *e.args[1:])), cx)
    return made if E.is_atom(made) else cx.temporary(made)


def _held_objects(e: Expr, cx: Context) -> Expr:
    """An argument with the objects in it built before, which may take differentiated values as well."""
    if E.hashable_callee(e) in cx.visible and makes_object(e):
        return new_object(e, cx)
    return E.rebuild(e, tuple(_held_objects(a, cx) for a in e.args)) if e.head in ("list", "tuple") else e


def is_library_class(cls: type) -> bool:
    """Does the class come with Python?"""
    return cls.__module__.partition(".")[0] in sys.stdlib_module_names


def _generated(init: Any) -> bool:
    return init is None or init.__code__.co_filename == "<string>"


def _plain_call(e: Expr, cx: Context) -> Expr:
    values = operands(e.args[1:], cx)
    return E.rebuild(e, (e.args[0], *values))


def _arguments_by_field(e: Expr, cls: type, cx: Context) -> dict[str, Expr]:
    """The arguments of a constructor call by parameter, the defaults included."""
    params, defaults = [], {}
    for p in inspect.signature(cls).parameters.values():
        params.append(S.Param(p.name, _KINDS[p.kind]))
        if p.default is not p.empty:
            defaults[p.name] = _value(cls, p.name, p.default)
    given = written_out(e, cx)
    if is_open(given):
        given = by_parameter(given, params, defaults, cx)
    return bind_arguments(params, defaults, e, cx, given)


_KINDS = {inspect.Parameter.POSITIONAL_ONLY: "positional", inspect.Parameter.POSITIONAL_OR_KEYWORD: "plain",
          inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.KEYWORD_ONLY: "keyword",
          inspect.Parameter.VAR_KEYWORD: "**"}


def _value(cls: type, name: str, a: Any) -> Expr:
    if a is None or isinstance(a, (bool, int, float, complex, str)):
        return E.const(a)
    return E.ref(f"{cls.__name__}_{name}", a)


def _by_field(e: Expr, cls: type, fields: tuple[str, ...], cx: Context) -> Expr:
    given = _arguments_by_field(e, cls, cx)
    values = operands([given[f] for f in fields], cx)
    return E.call(e.args[0], *values)


def _dataclass_fields(e: Expr, cls: type, made: Expr, cx: Context, kind: type | None = None) -> None:
    """What the ``__init__`` that a dataclass has got does to an object, of the class `kind` that inherits it."""
    given = _arguments_by_field(e, cls, cx)
    values = operands(given.values(), cx)
    stored = dict(zip(given, values))
    for f in dataclasses.fields(cls):
        if f.default_factory is not dataclasses.MISSING and (not f.init or stored[f.name].head == "ref"):
            stored[f.name] = E.call(E.ref(f"{f.name}_factory", f.default_factory, library=True))
        elif not f.init and f.default is not dataclasses.MISSING:
            stored[f.name] = _value(cls, f.name, f.default)
        if f.name in stored:
            cx.statements((S.Assign(E.attr(made, f.name), stored[f.name], cx.loc),))
    fields = {f.name for f in dataclasses.fields(cls)}
    post = python_function(inspect.getattr_static(kind or cls, "__post_init__", None))
    if post is not None:
        from s2sgrad.lower.calls import user_function
        others = [a for name, a in stored.items() if name not in fields]  # what is given to it alone
        user_function(E.call(E.attr(made, "__post_init__"), *others), post, cx, made)


def super_method(e: Expr, cx: Context) -> Expr:
    """``super(Class, self).method(...)``, which is what ``super().method(...)`` stands for."""
    from s2sgrad.lower.calls import user_function
    fn = e.args[0]
    given = [a for _, a in E.arguments(fn.args[0])]
    if len(given) != 2 or given[0].head != "ref" or not isinstance(given[0].data.value, type):
        raise cx.refuse("super() cannot be resolved here", "name the base class: Base.method(self, ...)")
    owner, me = given[0].data.value, given[1]
    known = me.data.value if me.head == "ref" and isinstance(me.data.value, type) else cx.class_of(me)
    candidates = [_found_after(cls, owner, fn.data) for cls in ([known] if known else _kinds_of(owner))]
    if any(c is not candidates[0] for c in candidates):
        raise cx.refuse("super() depends on the class of the object here, which is not known",
                        "name the base class: Base.method(self, ...)")
    found = candidates[0]
    if isinstance(found, classmethod):
        me, found = me if me.head == "ref" else E.ref(owner.__name__, owner), found.__func__
    function = python_function(found)
    base = next((c for c in _after(known or owner, owner) if vars(c).get(fn.data) is found), owner)
    if function is not None and fn.data == "__init__" and dataclasses.is_dataclass(base) and _generated(function):
        if base.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise cx.refuse(f"the __init__ that the frozen dataclass {base.__name__} has got cannot be differentiated here",
                            "write __init__ in Python, or construct the object outside and pass it in")
        _dataclass_fields(e, base, me, cx, known)
        return E.NONE
    if function is not None:
        bound = None if isinstance(found, staticmethod) else me
        return user_function(E.rebuild(e, (E.attr(me, fn.data), *e.args[1:])), function, cx, bound)
    if fn.data == "__init__" and (found is dict.__init__ or found is list.__init__) and _is_filled_by(known or owner):
        _fill(me, e, known or owner, cx)
        return E.NONE
    if found is not None and vars(object).get(fn.data) is not found:
        raise cx.refuse(f"the method {fn.data} of a base class of {owner.__name__} has no source",
                        "write the method in Python")
    return E.NONE  # object.__init__ and the like do nothing


def _kinds_of(cls: type) -> list[type]:
    """A class and all that inherit from it."""
    subclasses: list[type] = type.__subclasses__(cls)
    return [cls, *(kind for sub in subclasses for kind in _kinds_of(sub))]


def _found_after(cls: type, owner: type, name: str) -> Any:
    return next((vars(base)[name] for base in _after(cls, owner) if name in vars(base)), None)


def _after(cls: type, owner: type) -> tuple[type, ...]:
    order = cls.__mro__
    return order[order.index(owner) + 1:] if owner in order else owner.__mro__[1:]
