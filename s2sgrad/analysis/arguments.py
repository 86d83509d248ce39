"""What a call tells the derivative of the function that it calls: the types of its arguments, and axes that are written out.

``logsumexp(a, axis=0)`` gets a derivative for axis 0 where `logsumexp` hands `axis` to NumPy: what a sum over an axis
that is known comes from is an expression, of an axis that is not known it is a case distinction.
"""
from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import Unit, load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.lower.inline import with_constants
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.fold import constant
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for

#: Parameters of primitives on which the shape of the result depends, not only its values.
_STRUCTURAL = frozenset(("axis", "axes", "axis1", "axis2", "keepdims", "ord"))
_TAKEN_APART = ("list", "tuple", "deque")
_KINDS = (bool, int, str, tuple, type(None))


class Given(NamedTuple):
    """What is known of the arguments of a call, by parameter."""

    types: tuple[tuple[str, Type], ...] = ()
    constants: tuple[tuple[str, Expr], ...] = ()

    def covers(self, other: Given) -> bool:
        """Is all that is known here known there, and as much of the constants?

        The adjoint of a list that NumPy makes an array of is taken apart where the list is known to be one.
        """
        known = set(self.types)
        return self.constants == other.constants and known <= set(other.types) \
            and all(t.kind not in _TAKEN_APART or (n, t) in known for n, t in other.types)


NOTHING = Given()


def given_by(function: types.FunctionType, bound: Mapping[str, Expr], type_of: Callable[[Expr], Type]) -> Given:
    """What a call says whose arguments are `bound`."""
    known = [(n, passed(type_of(a))) for n, a in bound.items()]
    known += ((n, passed(type_of(a))) for n, a in left_out(function, bound))
    return Given(tuple((n, t) for n, t in known if t.kind != "any"), constants_of(function, bound))


def left_out(function: types.FunctionType, bound: Mapping[str, Expr]) -> list[tuple[str, Expr]]:
    """The parameters to which a call gives nothing, with their defaults where these are numbers, texts or None."""
    params = load(function).function.params
    return [(p.name, p.default) for p in params if p.name not in bound and p.default is not None and p.default.head == "const"]


def unit_for(function: types.FunctionType, given: Given) -> Unit:
    """A function as calls see it that say this about its arguments."""
    unit = load(function)
    return dataclasses.replace(unit, function=with_constants(unit.function, dict(given.constants))) if given.constants else unit


def passed(t: Type) -> Type:
    """What the type of an argument says inside of the function: axes of unknown length have other names there."""
    if isinstance(t.shape, T.Shape) and t.shape.tail is None and all(d.symbol is None for d in t.shape.dims):
        return t
    if t.kind == "number":
        return T.Type("number", T.SCALAR, t.dtype)
    if t.kind in ("str", "none"):
        return t
    if t.kind == "array":
        return T.Type("array", None, t.dtype)
    return T.Type(t.kind) if t.kind in ("list", "dict", "tuple", "range") else T.ANY


def bind_by_name(function: Any, e: Expr) -> dict[str, Expr]:
    """The arguments that a call gives, by parameter; what goes into a star parameter is left out."""
    code = function.__code__
    names = code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]
    out: dict[str, Expr] = {}
    for n, (mark, a) in enumerate(E.arguments(e)):
        if mark or n < len(names):
            out[mark or names[n]] = a
    return out


def constants_of(function: types.FunctionType, bound: Mapping[str, Expr]) -> tuple[tuple[str, Expr], ...]:
    """The structural parameters of a function whose arguments are written out, or left to their defaults."""
    out = []
    for name, value in (*bound.items(), *left_out(function, bound)):
        found = constant(value)
        if found is not None and isinstance(found[0], _KINDS) and _is_structural(function, name, ()):
            out.append((name, value))
    return tuple(sorted(out, key=lambda pair: pair[0]))


#: Functions with ``*args`` or ``**options``, in which arguments have no names of their own.
_STARRED = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


def _is_structural(function: types.FunctionType, name: str, above: tuple[types.FunctionType, ...]) -> bool:
    """Does a function, or one that it calls, hand its parameter to NumPy for an axis?"""
    try:
        body = load(function).function.body
    except DerivativeError:  # it is not looked into
        return False
    statements = list(S.walk_stmts(body))
    if function in above or any(name in S.writes(s) for s in statements):
        return False
    calls = [c for s in statements for e in S.expressions(s) if name in e.names for c in E.calls(e) if name in c.names]
    return any(_goes_into_structure(c, name, (*above, function)) for c in calls)


def _goes_into_structure(call: Expr, name: str, above: tuple[types.FunctionType, ...]) -> bool:
    fn = E.callee(canonical(call))
    if fn is None or not any(a == E.var(name) for a in call.args[1:]):
        return False
    if E.is_hashable(fn) and rule_for(fn) is not None:
        try:
            found = application(canonical(call))
        except BindError:
            return False
        return found is not None and any(n in _STRUCTURAL and a == E.var(name) for n, a in found.bound.items())
    inner = python_function(fn)
    if inner is None or "*" in call.data.marks or "**" in call.data.marks or inner.__code__.co_flags & _STARRED:
        return False
    return any(a == E.var(name) and _is_structural(inner, n, above) for n, a in bind_by_name(inner, call).items())
