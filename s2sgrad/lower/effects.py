"""What calling a function does to its arguments: which it writes, and which its result may share memory with."""
from __future__ import annotations

import operator
import types
from dataclasses import dataclass

import numpy as np

from s2sgrad import runtime as rt
from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for

#: Functions of NumPy and run-time helpers that write their first argument.
WRITES_FIRST = {
    setattr, delattr, operator.setitem, operator.delitem, operator.iadd, operator.isub, operator.imul, operator.itruediv,
    operator.imatmul, operator.ipow, operator.iconcat,
    np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis,
    rt.add_at, rt.add_part, rt.restore_contents, rt.restore_part, rt.add_to, rt.take_at, rt.split_tail, rt.take_out,
    rt.put_back, rt.restore, rt.restore_attribute, rt.sort_tangent, rt.partition_tangent, rt.remove_tangent}

#: Methods that change their receiver: of arrays, lists, dicts, sets and deques.
MUTATORS = frozenset((
    "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add",
    "discard", "appendleft", "popleft", "extendleft", "rotate", "fill", "put", "partition", "resize", "itemset",
    "setflags", "__setitem__", "__delitem__", "__iadd__", "move_to_end"))


@dataclass(frozen=True)
class Effects:
    """By position: the parameters that a call writes, and those that its result may be (a view of)."""

    written: frozenset[int] = frozenset()
    returned: frozenset[int] = frozenset()
    stored: bool = False


_NONE = Effects()
_known: dict[types.CodeType, Effects] = {}


def effects_of(f: types.FunctionType) -> Effects:
    """The effects of a function with source; recursion is closed by iteration."""
    found = _known.get(f.__code__)
    if found is None:
        _known[f.__code__] = _NONE
        found = _scan(f)
        while found != _known[f.__code__]:
            _known[f.__code__] = found
            found = _scan(f)
    return found


def _scan(f: types.FunctionType) -> Effects:
    try:
        body, params = load(f).function.body, [p.name for p in load(f).function.params]
    except DerivativeError:
        return _NONE
    groups = _Groups()
    statements = list(S.walk_stmts(body))
    for s in statements:
        if isinstance(s, S.Assign):
            for source in _shares(s.value):
                for t in S.bound(s.target):
                    groups.merge(t, source)
        elif isinstance(s, S.For):
            for source in _shares(s.iter) | {a.data for a in s.iter.args if a.head == "var"}:
                for t in S.bound(s.target):
                    groups.merge(t, source)
    written: set[str] = set()
    returned: set[str] = set()
    stored = False
    for s in statements:
        for place in S.stored_roots(s):
            if place.head == "var":
                written.add(groups.find(place.data))
                stored = stored or (isinstance(s, S.Assign) and bool(_shares(s.value)))
        if isinstance(s, S.Aug) and s.target.head == "var":
            written.add(groups.find(s.target.data))
        if isinstance(s, S.Delete):
            written |= {groups.find(E.root(t).data) for t in s.targets if t.head != "var" and E.root(t).head == "var"}
        if isinstance(s, S.Return):
            returned |= {groups.find(n) for n in _shares(s.value)}
        for e in S.expressions(s):
            for call in E.calls(e):
                for a in written_arguments(call):
                    if owner_of(a).head == "var":
                        written.add(groups.find(owner_of(a).data))
    return Effects(frozenset(n for n, p in enumerate(params) if groups.find(p) in written),
                   frozenset(n for n, p in enumerate(params) if groups.find(p) in returned), stored)


class _Groups:
    """Union-find over variables that may share memory."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        while self._parent.get(name, name) != name:
            name = self._parent[name]
        return name

    def merge(self, a: str, b: str) -> None:
        self._parent[self.find(a)] = self.find(b)


def _shares(e: Expr) -> set[str]:
    """The variables that the value of an expression may share memory with."""
    if e.head == "var":
        return {e.data}
    if e.head in ("index", "attr"):
        return _shares(e.args[0])
    if e.head in ("tuple", "list", "star", "dict", "ifexp", "bool", "walrus"):
        return set().union(*(_shares(a) for a in e.args))
    if e.head == "call":
        e = canonical(e)  # x.copy() shares nothing
        fn = e.args[0]
        if fn.head == "attr":
            return _shares(fn.args[0])
        rule = rule_for(fn.data.value) if fn.head == "ref" else None
        if rule is not None and not rule.view and (not rule.zero or _of_library(fn.data.value)):
            return set()
        if fn.head == "ref" and python_function(fn.data.value) is not None:
            return set().union(*map(_shares, may_return(e)))
        return set().union(*(_shares(a) for a in e.args[1:]))
    return set()


def _of_library(fn: object) -> bool:
    """Is this one of our own or of NumPy's functions, of which it is stated what they give views of?"""
    return str(getattr(fn, "__module__", None)).partition(".")[0] in ("s2sgrad", "numpy", "scipy")


def may_return(e: Expr) -> list[Expr]:
    """The arguments of a call of a function with source that its result may be (a part of)."""
    function = python_function(E.callee(e))
    assert function is not None
    names = function.__code__.co_varnames
    returned = effects_of(function).returned
    return [a for n, (mark, a) in enumerate(E.arguments(e)) if (names.index(mark) if mark in names else n) in returned]


def owner_of(e: Expr) -> Expr:
    """The variable that a part belongs to, also through methods that give a part: ``d.setdefault(k, []).append(v)``."""
    while True:
        base = E.root(e)
        if base.head != "call" or base.args[0].head != "attr":
            return base
        e = base.args[0]


def written_arguments(e: Expr) -> tuple[Expr, ...]:
    """The expressions among the arguments of a call (its receiver included) that the call writes."""
    if e.head != "call":
        return ()
    fn, marks = e.args[0], e.data.marks
    out: list[Expr] = []
    if fn.head == "attr" and fn.data in MUTATORS:
        out.append(fn.args[0])
    if "out" in marks:
        place = e.args[1 + marks.index("out")]
        out += place.args if place.head == "tuple" else (place,)
    if fn.head == "ref":
        positional = [a for mark, a in zip(marks, e.args[1:]) if mark == ""]
        value = fn.data.value
        if isinstance(value, np.ufunc):
            out += positional[value.nin:]
        elif is_ufunc_at(value) or _member(value, WRITES_FIRST):
            out += positional[:1]
        else:
            function = python_function(value) if rule_for(value) is None else None
            if function is not None:
                out += [positional[n] for n in effects_of(function).written if n < len(positional)]
    return tuple(out)


def _member(value: object, functions: set) -> bool:  # type: ignore[type-arg]
    try:
        return value in functions
    except TypeError:
        return False


def is_ufunc_at(value: object) -> bool:
    """Is this the ``at`` method of a ufunc?"""
    return getattr(value, "__name__", None) == "at" and isinstance(getattr(value, "__self__", None), np.ufunc)
