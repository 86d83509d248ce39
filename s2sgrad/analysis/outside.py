"""Objects from outside a function: what it puts into them must not come back, for no derivative goes that way.

A global list that collects losses, or an object that keeps the last result, is fine as long as what the derivative
computes with is not read from there. And in reverse mode, what an expression reads from outside must still be there
when the backward sweep evaluates it again.
"""
from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import field

import numpy as np

from s2sgrad.errors import DerivativeError, unsupported
from s2sgrad.frontend.resolve import is_of_library
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.remember import remembered
from s2sgrad.ir.source import Location
from s2sgrad.lower.effects import effects_of, written_arguments
from s2sgrad.lower.left_out import is_anything_left_out, without_left
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.registry import rule_for

#: What an object is called, and where it is used, by its identity; variables of classes and modules by their name.
Places = dict["int | str", tuple[str, "Location | None"]]


@dataclass
class Outside:
    """Objects that are given values which depend on an input, that are changed, and that the result is computed from."""

    given: Places = field(default_factory=dict)
    changed: Places = field(default_factory=dict)
    read: Places = field(default_factory=dict)

    def add(self, other: Outside) -> None:
        self.given.update(other.given)
        self.changed.update(other.changed)
        self.read.update(other.read)

    def refuse(self, reverse: bool) -> None:
        """Raise where a value would come back from outside, or be gone when it is needed again. In a branch that may be harmless
        to those who do not take it."""
        for key, (name, loc) in self.read.items():
            error = None
            if key in self.given:
                error = unsupported(loc, f"{name}, an object from outside the function, holds differentiated values and is "
                                    "read again, which cannot be differentiated",
                                    "pass the object as an argument, or keep the value in a variable")
            elif reverse and key in self.changed:
                error = unsupported(loc, f"{name}, an object from outside the function, is changed while it is used, and the "
                                    "backward sweep would find the wrong value", "pass the object as an argument")
            if error is not None:
                error.of_call = True
                raise error


def outside(fn: S.Function, varied: frozenset[str], useful: frozenset[str]) -> Outside:
    """What a function in normal form does with objects from outside, itself and by the functions that it calls."""
    out = Outside()
    for s in S.walk_stmts(fn.body):
        _refuse_carried(s, varied, useful)
        if not s.heads & (E.REF | E.ATTR):
            continue
        expressions = [e for e in S.expressions(s) if e.heads & (E.REF | E.ATTR)]
        for place, value in _written(s):
            if not value.names.isdisjoint(varied):
                _refuse_static(s)
                out.given.setdefault(*place)
            out.changed.setdefault(*place)
        called = [f for e in expressions for f in _called(e)]
        for f in called:
            changed = _by_functions(f)[0]
            out.changed.update(changed)
            if any(not e.names.isdisjoint(varied) for e in S.expressions(s)):
                out.given.update(changed)
        if _matters(s, useful):
            for e in expressions:
                out.read.update(_read(e, s))
            for f in called:
                out.read.update(_by_functions(f)[1])
    return out


def _refuse_carried(s: S.Stmt, varied: frozenset[str], useful: frozenset[str]) -> None:
    """Raise where an exception may bring a differentiated value out of a ``try`` block."""
    if isinstance(s, S.Try) and any(not S.reads(t).isdisjoint(varied) for t in S.walk_stmts(s.body)):
        for h in s.handlers:
            if h.name in useful:
                raise unsupported(h.loc, "a value that an exception carries cannot be differentiated",
                                  "assign it to a variable before the exception is raised")


def _refuse_static(s: S.Stmt) -> None:
    """Raise where a module or a class gets a value that varies. A counter, ``Agent.count += 1``, may count."""
    place = S.stored_root(s)
    if place is not None and place.head == "ref" and isinstance(place.data.value, _STATIC):
        raise unsupported(s.loc, f"an assignment to a variable of {place.data.text}, a module or class, cannot be "
                          "differentiated", "return the value, or keep it in an object that is passed in")


def _matters(s: S.Stmt, useful: frozenset[str]) -> bool:
    """Is the result computed from what the statement reads?"""
    if isinstance(s, S.Return):
        return True
    place = S.stored_root(s)
    names = S.writes(s) | (place.names if place is not None else E.NO_NAMES)
    if isinstance(s, S.Do):
        names = s.value.names
    return not names.isdisjoint(useful)


# ---- one statement ---------------------------------------------------------------------------------------------------

Place = tuple["int | str", tuple[str, "Location | None"]]


def _written(s: S.Stmt) -> Iterator[tuple[Place, Expr]]:
    """The outside objects that a statement changes, and what it puts into them."""
    if isinstance(s, (S.Assign, S.Aug)):
        place = S.stored_root(s)
        if place is not None and place.head == "ref":
            static = s.target.head == "attr" and isinstance(place.data.value, _STATIC)
            yield _variable(str(s.target.data), place.data.text, s) if static else _place(place, s), s.value
    for e in S.expressions(s):
        for call in E.calls(e):
            for a in written_arguments(call):
                given = Expr("tuple", call.args[1:])
                if _is_object(E.root(a)):
                    yield _place(E.root(a), s), given
                variable = _static_variable(a)
                if variable is not None:
                    yield _variable(*variable, s), given
            yield from _by_class_method(call, s)


def _static_variable(e: Expr) -> tuple[str, str] | None:
    """The name and the owner of a variable of a class or module, of which something is a part."""
    while e.head in ("attr", "index"):
        if e.head == "attr" and e.args[0].head == "ref" and isinstance(e.args[0].data.value, _STATIC):
            return str(e.data), e.args[0].data.text
        e = e.args[0]
    return None


def _by_class_method(call: Expr, s: S.Stmt) -> Iterator[tuple[Place, Expr]]:
    """The variables of its class that a class method changes."""
    fn = E.callee(call)
    if not isinstance(fn, types.MethodType) or not isinstance(fn.__self__, type):
        return
    function = python_function(fn.__func__)
    if function is None or _of_a_library(function) or not effects_of(function).of_object:
        return
    cls = function.__code__.co_varnames[0]
    for t in S.walk_stmts(load(function).function.body):
        places = [t.target] if isinstance(t, (S.Assign, S.Aug)) else []
        places += [a for e in S.expressions(t) for c in E.calls(e) for a in written_arguments(c)]
        for place in places:
            while place.head in ("attr", "index") and place.args[0].head != "var":
                place = place.args[0]
            if place.head == "attr" and place.args[0].data == cls:
                yield _variable(str(place.data), fn.__self__.__name__, s), Expr("tuple", call.args[1:])


def _read(e: Expr, s: S.Stmt) -> Iterator[Place]:
    """The outside objects in an expression, but for those of which only the size is asked or that it changes."""
    if e.head == "ref":
        if _is_object(e):
            yield _place(e, s)
        owner, _, name = e.data.text.rpartition(".")
        if owner:
            yield _variable(name, owner, s)
    elif e.head == "attr" and e.args[0].head == "ref":  # of a function, which counts as an object here
        yield _place(e.args[0], s)
        yield _variable(str(e.data), e.args[0].data.text, s)
    elif e.head == "call" and e.args[0].head == "attr" and e.args[0].data in MUTATORS and isinstance(s, S.Do) \
            and _is_object(E.root(e.args[0])):
        for a in e.args[1:]:
            yield from _read(a, s)
    elif not (e.head == "call" and E.callee(e) is len):
        if e.head == "attr":  # an object may have it from its class
            yield _variable(str(e.data), E.root(e).data if E.root(e).head == "var" else "its class", s)
        for a in e.args:
            yield from _read(a, s)


_STATIC = (types.ModuleType, type)


def _variable(name: str, owner: str, s: S.Stmt) -> Place:
    return name, (f"{owner}.{name}", s.loc)


def _place(e: Expr, s: S.Stmt) -> Place:
    return id(e.data.value), (e.data.text, s.loc)


def _is_object(e: Expr) -> bool:
    """Does the reference stand for something that can be changed?"""
    if e.head != "ref":
        return False
    value = e.data.value
    if isinstance(value, (list, dict, set, np.ndarray)):
        return True
    return hasattr(value, "__dict__") and not isinstance(value, (types.ModuleType, type)) and not callable(value) \
        or type(value).__name__ == "deque"


# ---- functions that are called ----------------------------------------------------------------------------------------

def _called(e: Expr) -> Iterator[types.FunctionType]:
    for call in E.calls(e):
        fn = E.callee(call)
        function = None if fn is None else python_function(fn)
        if function is not None and rule_for(fn) is None and not _of_a_library(function):
            yield function


def _of_a_library(f: types.FunctionType) -> bool:
    """What libraries remember, as `re` does patterns, is no business of those who call them."""
    return "site-packages" in f.__code__.co_filename or is_of_library(f.__module__ or "")


def _by_functions(f: types.FunctionType) -> tuple[Places, Places]:
    """What a function, and those that it calls, do to objects from outside: those they change, and those they read."""
    return _followed(f) if is_anything_left_out() else _known(f)


@remembered
def _known(f: types.FunctionType) -> tuple[Places, Places]:
    return _followed(f)


def _followed(f: types.FunctionType) -> tuple[Places, Places]:
    changed, read = Places(), Places()
    todo, seen = [f], {f.__code__}
    while todo:
        changes, reads, called = _deeds(todo.pop())
        changed.update(changes)
        read.update(reads)
        for g in called:
            if g.__code__ not in seen:
                seen.add(g.__code__)
                todo.append(g)
    return changed, read


_Deeds = tuple[list[Place], list[Place], list[types.FunctionType]]


def _deeds(f: types.FunctionType) -> _Deeds:
    """The objects from outside that the statements of a function change, those that they read, and the functions they call."""
    try:
        return _deeds_of(without_left(load(f).function).body)
    except DerivativeError:
        return [], [], []


@remembered
def _deeds_of(body: S.Block) -> _Deeds:
    changes, reads, called = list[Place](), list[Place](), list[types.FunctionType]()
    for s in S.having(body, E.REF | E.ATTR):
        changes += [place for place, _ in _written(s)]
        for e in S.expressions(s):
            if e.heads & (E.REF | E.ATTR):
                reads += _read(e, s)
                called += _called(e)
    return changes, reads, called
