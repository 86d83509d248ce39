"""Functions that are arguments of primitives: ``quad(lambda t: np.exp(-k * t), 0.0, b)``.

What a nested function captures becomes a tuple of arguments, so that the primitive is given a function of its own and
values: ``quad_with(integrand, (k,), 0.0, b)``. A function from outside stays as it is. A method is the function of its class,
``quad(model.rate, ...)`` is ``quad_with(Model.rate, (model,), ...)``.
"""
from __future__ import annotations

import functools
import inspect
import types

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.choosing import frozen_method
from s2sgrad.lower.context import Context
from s2sgrad.lower.lifting import lifted
from s2sgrad.lower.methods import methods_of
from s2sgrad.rules.registry import Rule

_FUNCTION_IN = E.ref("s2sgrad.runtime.function_in", runtime.function_in, library=True)
_NUMBERS_IN = E.ref("s2sgrad.runtime.numbers_in", runtime.numbers_in, library=True)
_SEVERAL = ("ranges",)  # arguments that hold several functions
_METHOD_OF = E.ref("s2sgrad.runtime.method_of", runtime.method_of, library=True)


def with_function(e: Expr, rule: Rule, cx: Context) -> Expr:
    """A call of a primitive with what its first argument, a function, captures among its arguments."""
    assert rule.with_captured is not None
    if rule.functions:
        return _with_functions(e, rule, cx)
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


def _with_functions(e: Expr, rule: Rule, cx: Context) -> Expr:
    """A call of a primitive that calls several of its arguments, each of which is followed by what it captures."""
    made = rule.with_captured
    assert made is not None
    names = list(inspect.signature(E.callee(e)).parameters)
    given = [(mark or names[n], a) for n, (mark, a) in enumerate(E.arguments(e))]
    out: list[tuple[str, Expr]] = []
    for name, a in given:
        if name not in rule.functions:
            out.append((name, a))
        elif name in _SEVERAL:
            out.append((name, E.tuple_(*(E.tuple_(*_function(x, cx)) for x in _listed(a, cx)))))
        else:
            function, held = _function(a, cx)
            out += [(name, function), (f"{name}_held", held)]
    return E.call_with(E.ref(f"{made.__module__}.{made.__name__}", made, library=True), tuple(out))


def _listed(a: Expr, cx: Context) -> tuple[Expr, ...]:
    """The ranges of an integral over several variables."""
    a = cx.display(a) or a if a.head == "var" else a
    if a.head == "ref" and isinstance(a.data.value, (list, tuple)):
        return tuple(E.index(a, E.const(n)) for n in range(len(a.data.value)))
    if a.head not in ("list", "tuple"):
        raise cx.refuse("an integral over a number of variables that is not known cannot be differentiated",
                        "write the ranges as a list where the integral is")
    return a.args


def _function(a: Expr, cx: Context) -> tuple[Expr, Expr]:
    """A function and the tuple of what it captures, or None and what is no function: a number, or a pair of them."""
    if a.head in ("function", "ref", "call") or a.head == "var" and a.data in cx.callables or is_method_given(a, cx):
        found = taken_apart(a, cx) if a.head != "ref" or callable(a.data.value) else None
        if found is not None:
            return found[0], E.tuple_(*found[1])
    if a.head in ("var", "attr", "index") and not cx.varied.of(a):  # what it is shows when it runs
        return E.call(_FUNCTION_IN, a), E.call(_NUMBERS_IN, a)
    return E.NONE, a


def callable_variable(fn: Expr, cx: Context) -> Expr:
    """A variable for a function, which is known where that is called."""
    name = cx.names.fresh("function")
    cx.callables[name] = fn
    return E.var(name)


def method_given(e: Expr, cx: Context) -> Expr:
    """A variable for the method of an object that varies."""
    name = callable_variable(frozen_method(e, cx), cx)
    cx.varied.bind(name, e)
    cx.emit(S.Assign(name, cx.callables[name.data], cx.loc))
    return name


def is_method_given(e: Expr, cx: Context) -> bool:
    """Is this a method of an object of the program that varies, given to what calls it?"""
    if e.head != "attr" or not cx.varied.of(e):
        return False
    cls = cx.class_of(e.args[0])
    return bool(methods_of(cx.visible if cls is None else (cls,), str(e.data)))


def taken_apart(fn: Expr, cx: Context) -> tuple[Expr, tuple[Expr, ...]] | None:
    """A function that captures nothing, and the values that come before its own arguments."""
    if fn.head == "ref":
        return fn, ()
    if fn.head == "function":
        return taken_apart(lifted(callable_variable(fn, cx).data, cx), cx)
    if fn.head == "var" and fn.data in cx.callables:
        held = cx.callables[fn.data]
        return taken_apart(lifted(fn.data, cx) if held.head == "function" else held, cx)
    if fn.head == "call" and E.callee(fn) is functools.partial and not any(mark for mark, _ in E.arguments(fn)):
        inner = taken_apart(fn.args[1], cx)
        return None if inner is None else (inner[0], (*inner[1], *fn.args[2:]))
    if cx.varied.of(fn) and fn.head == "attr":
        return _method(fn.args[0], str(fn.data), cx)
    return _method(fn, "__call__", cx) if cx.varied.of(fn) and fn.head == "var" else None


def _method(owner: Expr, name: str, cx: Context) -> tuple[Expr, tuple[Expr, ...]]:
    """A method as the function of its class, and the object; that of an object of a class that is not known is looked up."""
    cls = cx.class_of(owner)
    found = None if cls is None else inspect.getattr_static(cls, name, None)
    if cls is not None and isinstance(found, types.FunctionType):
        return E.ref(f"{cls.__name__}.{name}", found), (owner,)
    if cls is not None and isinstance(found, (staticmethod, classmethod)):
        return E.ref(f"{cls.__name__}.{name}", getattr(cls, name)), ()
    return E.call(_METHOD_OF, owner, E.const(name)), (owner,)
