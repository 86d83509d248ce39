"""Which variables hold objects of the classes of the program, as far as it shows."""
from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Iterable, Iterator, Sequence

import gast
import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import assigned
from s2sgrad.lower.alike import attributes_set, elements, holding_attributes, is_foreign
from s2sgrad.lower.context import Context
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.bind import INACTIVE_ATTRIBUTES
from s2sgrad.rules.methods_table import ARRAY_ATTRIBUTES, ARRAY_METHODS, INACTIVE_METHODS
from s2sgrad.runtime.objects import written_method

SPECIAL = frozenset((*ARRAY_ATTRIBUTES, *INACTIVE_ATTRIBUTES, *ARRAY_METHODS, *INACTIVE_METHODS, *MUTATORS, "get", "items",
                     "values", "fill", "put", "flat", "base", "data")) - {"add", "discard"}  # sets of what varies there are none


_METHODS = frozenset((*ARRAY_METHODS, *INACTIVE_METHODS, *MUTATORS))


def is_defined(name: str, cx: Context) -> bool:
    """Does a class that the program can see define this method?"""
    return any(written_method(cls, name) is not None for cls in cx.visible)


def objects_in(body: S.Block, params: Sequence[S.Param], function: types.FunctionType | None, cx: Context) -> frozenset[str]:
    """The variables that hold objects of the classes of the program, as far as it shows.

    They are made by a class, annotated with one, have attributes read that a class has, or `function` is a method of one.
    """
    owner = function is not None and any(is_method(function, cls) for cls in cx.visible)
    read: dict[str, set[str]] = {}
    flows: list[tuple[str, str]] = []
    out: set[str] = set()
    for s in S.walk_stmts(body):
        for target, value in _bindings(s):
            if value.head == "var":
                flows += [(target, value.data), (value.data, target)]
            elif E.callee(value) in cx.visible or cx.class_of(value) is not None:
                out.add(target)
            elif any(E.callee(value) is f for f in _OF_THE_SAME_CLASS) and value.args[1].head == "var":
                flows.append((target, value.args[1].data))
            elif (source := _copied(value)) is not None and is_defined("copy", cx):
                flows += [(target, source), (source, target)]
        for e in S.expressions(s):
            if not e.heads & E.ATTR:
                continue
            called = {id(call.args[0]) for call in E.calls(e)}
            for part in E.walk(e):
                if part.head == "attr" and part.args[0].head == "var":
                    if isinstance(part.data, E.Member):  # what has one attribute of an object has no array's
                        out.add(part.args[0].data)
                    held = part.data in _METHODS and id(part) not in called  # arrays have a method of that name
                    read.setdefault(part.args[0].data, set()).add(E.Member(part.data) if held else part.data)
    out |= _by_calls(body, flows, cx)
    kinds = [members_of(cls) for cls in cx.visible]
    members = frozenset().union(*kinds) - SPECIAL
    members |= {E.Member(n) for kind in kinds for n in kind & _METHODS}
    out |= {name for name, names in read.items() if names & members}
    annotated = {cls.__name__ for cls in cx.visible}
    if owner and params and params[0].kind in ("positional", "plain"):
        out.add(params[0].name)
    out |= {p.name for p in params if p.annotation is not None and annotated & {
        getattr(n, "id", None) or getattr(n, "value", None) for n in gast.walk(p.annotation)
        if isinstance(n, (gast.Name, gast.Constant))}}
    _spread(body, flows, out)
    cx.ambiguous.update((name, tuple(sorted(names))) for name, names in read.items()
                        if name not in out and name not in cx.object_like and any(names <= kind for kind in kinds))
    cx.ambiguous.update((name, found) for name, names in read.items() if name not in out and name not in cx.object_like
                        and name not in cx.ambiguous and (found := tuple(sorted(names & INACTIVE_ATTRIBUTES)))
                        and cx.varied.of(E.var(name)) and _shows_no_array(name, names, body))
    return frozenset(out)


def _shows_no_array(name: str, read: set[str], body: S.Block) -> bool:
    """Are attributes read of a variable that arrays do not have, or nothing but attributes? It may be an object of a class out
    of sight, the size of which varies."""
    if any(not hasattr(np.ndarray, n) for n in read):
        return True
    reads = [part for s in S.walk_stmts(body) for e in S.expressions(s) for part in E.walk(e) if name in part.names]
    held = sum(part.head == "attr" and part.args[0] == E.var(name) for part in reads)
    stored = any(isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index" and s.target.args[0] == E.var(name)
                 for s in S.walk_stmts(body))
    return not stored and held == sum(part == E.var(name) for part in reads)


def _copied(e: Expr) -> str | None:
    """The variable of which this is a copy, ``x.copy()``."""
    fn = e.args[0] if e.head == "call" else e
    return fn.args[0].data if fn is not e and fn.head == "attr" and fn.data == "copy" and fn.args[0].head == "var" else None


def _bindings(s: S.Stmt) -> Iterator[tuple[str, Expr]]:
    """The variables that an assignment binds, each with what it may stand for."""
    for target, value in assigned(s):
        for one in value.args[1:] if value.head == "ifexp" else (value,):
            if target.head == "var":
                yield target.data, one


def _by_calls(body: S.Block, flows: list[tuple[str, str]], cx: Context) -> set[str]:
    """The variables of which methods are called that no container has, or that stand for what objects of classes hold.

    The elements of a container are of one kind: `flows` gets them.
    """
    if not cx.visible:
        return set()
    holding, out = holding_attributes(cx.visible), set()
    for s in S.walk_stmts(body):
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "attr" and s.value.data in holding:
            out.add(s.target.data)
        for e in S.expressions(s):
            for call in E.calls(e):
                if is_foreign(call, cx.visible) and call.args[0].args[0].head == "var":
                    out.add(call.args[0].args[0].data)
    first: dict[Expr, str] = {}
    for element, container in elements(body):
        other = first.setdefault(container, element.data)
        flows += [(other, element.data), (element.data, other)]
    return out


_OF_THE_SAME_CLASS = (runtime.zeros_like, runtime.own_copy, runtime.copy, runtime.check_tangent)


def _spread(body: S.Block, flows: list[tuple[str, str]], out: set[str]) -> None:
    """What is added to an object is one, and so are the elements of what was annotated with a class."""
    before = 0
    while before != len(out):
        before = len(out)
        out |= {a for a, b in flows if b in out}
        for s in S.walk_stmts(body):
            if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in out and s.value.head == "op":
                out |= set(_factors(s.value))
            if isinstance(s, S.For) and s.iter.head == "var" and s.iter.data in out:
                out |= S.bound(s.target)
            for e in S.expressions(s):
                for part in E.walk(e):
                    if part.head == "op" and part.data in ("+", "-") and any(
                            a.head == "var" and a.data in out for a in part.args):
                        out |= {n for a in part.args for n in _factors(a)}


def is_method(function: types.FunctionType, cls: type) -> bool:
    return any(any(function is g for g in (f, getattr(f, "fget", None), getattr(f, "fset", None), getattr(f, "func", None)))
               for f in vars(cls).values())


def _factors(e: Expr) -> Iterable[str]:
    if e.head == "var":
        return (e.data,)
    return [n for a in e.args for n in _factors(a)] if e.head == "op" else ()


@functools.lru_cache(maxsize=1024)
def members_of(cls: type) -> frozenset[str]:
    """The names of what objects of a class have: methods, properties, and the attributes that methods set."""
    kinds = [k for k in cls.__mro__[:-1] if k.__module__.partition(".")[0] not in sys.stdlib_module_names | {"numpy"}]
    found = {n for kind in kinds for n in (*vars(kind), *vars(kind).get("__annotations__", ()))}
    for kind in kinds:
        for f in vars(kind).values():
            if inspect.isfunction(f):
                found |= attributes_set(f.__code__)
    return frozenset(n for n in found if n[:2] != "__")
