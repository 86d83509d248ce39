"""Which places of containers are reached into: ``d["v"][k]``, or a view ``row = rows[i]`` that is changed.
Or they get what is a part of something, ``d["v"] = a[::-1]``, the reverse of which takes a part of their adjoint.

Zero may be plain ``0.0`` in the adjoint of a container, whatever it stands for, as long as it is only read and added
to as a whole. Where a part of it is asked for, the zero must have the structure of what the place holds.
"""
from __future__ import annotations

import collections

from s2sgrad import runtime
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for

#: What makes a container of a display.
_MAKERS = (collections.deque, list, dict)


class Reached:
    """The places of containers, by the statements that use them, of which a function takes or changes a part."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.places: list[tuple[S.Stmt, Expr]] = []
        #: Places that get what a part, or another array, is made of.
        self.given: list[tuple[S.Stmt, Expr]] = []
        #: Variables for what was taken out of a place that is reached into before.
        self.taken_out: set[str] = set()
        self._order: dict[S.Stmt, int] = {}
        self._loops: dict[S.Stmt, frozenset[S.Stmt]] = {}
        self._block(facts.function.body, frozenset())

    def zero_for(self, s: S.Stmt, place: Expr) -> Expr:
        """The zero that the reverse of an assignment to a place leaves in its adjoint."""
        if not self.is_reached(s, place):
            return E.ZERO
        if place.head == "attr":
            return E.call(lib.support("zero_field"), place.args[0], E.const(str(place.data)))
        return E.call(lib.support("zero_part"), place.args[0], lib.subscript(place.args[1]))

    def takes_out(self, s: S.Stmt, name: str, place: Expr) -> bool:
        """Does `s` take out, for a variable, what was reached into before?"""
        if self.is_reached(s, place):
            self.taken_out.add(name)
        return name in self.taken_out

    def is_reached(self, s: S.Stmt, place: Expr) -> bool:
        """Is what a place holds before `s` reached into?"""
        facts = self.facts
        if facts.type_at(s, place.args[0]).is_array or facts.type_at(s, place).immutable:
            return False
        places = (place, *self._copied(place))
        earlier = [(u, other) for u, other in self.places if self._is_earlier(u, s)]
        earlier += [(u, other) for u, other in self.given if self._is_earlier(u, s, u is s)]
        return any(may_be_one(s, p, u, other, facts) for u, other in earlier for p in places)

    def _copied(self, place: Expr) -> tuple[Expr, ...]:
        """The same place in what its owner is a copy of: what is left in the adjoint of the one gets into that of the other."""
        root = E.root(place)
        made = self.facts.single_definition(root.data) if root.head == "var" else None
        if not isinstance(made, S.Assign) or E.callee(made.value) is not runtime.own_copy:
            return ()
        return (E.substitute(place, {root.data: made.value.args[1]}),)

    def _block(self, body: S.Block, loops: frozenset[S.Stmt]) -> None:
        for s in body:
            self._order[s] = len(self._order)
            self._loops[s] = loops
            self._statement(s)
            for block in S.blocks(s):
                self._block(block, loops | {s} if isinstance(s, (S.For, S.While)) else loops)

    def _statement(self, s: S.Stmt) -> None:
        found: list[Expr] = []
        if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in self.facts.roles.views:
            found += [e for e in E.walk(s.value) if is_place(e)]
        if isinstance(s, S.Assign) and s.target.head == "var":
            made = s.value.args[1] if E.hashable_callee(s.value) in _MAKERS and len(s.value.args) > 1 else s.value
            shown = E.items(made) if made.head == "dict" else enumerate(made.args) if made.head == "list" else ()
            found += [E.index(s.target, k if isinstance(k, Expr) else E.const(k)) for k, a in shown if self._is_taken_apart(a)]
        for whole in S.expressions(s):
            if whole.heads & (E.INDEX | E.ATTR):
                found += [e.args[0] for e in E.walk(whole) if is_place(e) and e.args[0].head in ("index", "attr")]
            found += [E.index(e.args[0].args[0], E.const(-1)) for e in E.calls(whole) if self._puts_container(e)]
        active = self.facts.active
        if isinstance(s, S.Assign) and is_place(s.target) and E.root(s.target).data in active and self._takes_part(s.value):
            self.given.append((s, s.target))
        self.places += [(s, e) for e in found if E.root(e).head == "var" and E.root(e).data in active]

    def _takes_part(self, e: Expr, seen: frozenset[str] = frozenset()) -> bool:
        """Does the reverse of an expression, or of what it is calculated from, take parts of its adjoint?"""
        if e.head == "var":
            made = self.facts.single_definition(e.data) if e.data not in seen else None
            known = made is None or self.facts.type_of_name(e.data).immutable or e.data not in self.facts.active
            return not known and isinstance(made, S.Assign) and self._takes_part(made.value, seen | {e.data})
        rule = rule_for(E.callee(e)) if e.head == "call" and E.is_hashable(E.callee(e)) else None
        if e.head == "op" and e.data != "@" or rule is not None and rule.elementwise:
            return any(self._takes_part(a, seen) for a in e.args)
        return e.head in ("index", "attr", "list", "tuple", "dict", "op") or rule is not None

    def _is_taken_apart(self, e: Expr) -> bool:
        """Is this a container, or what a part or another array is made of? Its reverse takes its adjoint apart."""
        return e.head == "var" and self.facts.type_of_name(e.data).kind in ("list", "dict") or self._takes_part(e)

    def _puts_container(self, e: Expr) -> bool:
        """Does a call put a variable for a container, or for an array that is changed in place, into another? Its adjoint is what
        comes out of that one's, and is reached into where the variable is."""
        fn, *given = e.args
        if fn.head != "attr" or fn.data not in ("append", "appendleft") or len(given) != 1 or given[0].head != "var":
            return False
        name = given[0].data
        kind = self.facts.type_of_name(name).kind
        return kind in ("list", "dict", "object") or kind in ("array", "numeric", "any") and self.facts.aliasing.written(name)

    def _is_earlier(self, a: S.Stmt, b: S.Stmt, again: bool = False) -> bool:
        """May `a` be executed before (the end of) `b`? If `b` is `a` once `again`, there is a loop around it."""
        return self._order[a] <= self._order[b] and not again or not self._loops[a].isdisjoint(self._loops[b])


def is_place(e: Expr) -> bool:
    """Is this a part of something, and not what a method or an attribute of arrays gives?"""
    return e.head in ("index", "attr") and canonical(e) is e


def _depth(e: Expr) -> int:
    return 1 + _depth(e.args[0]) if e.head in ("index", "attr") else 0


def may_be_one(s: S.Stmt, place: Expr, u: S.Stmt, other: Expr, facts: Facts) -> bool:
    """May a place at `s` and another one at `u` be the same?"""
    if place.head != other.head:
        return False
    if place.head == "attr":
        if place.data != other.data:
            return False
    elif place.args[1] != other.args[1] and E.is_const(place.args[1]) and E.is_const(other.args[1]) and any(
            isinstance(e.args[1].data, str) for e in (place, other)):
        return False
    aliasing, root = facts.aliasing, E.root(place).data
    if root == E.root(other).data and root not in facts.rebound and _depth(place) != _depth(other):
        return False
    if aliasing.same_group(root, E.root(other).data):
        return True
    holder, found = aliasing.value(place.args[0], s), aliasing.value(other.args[0], u)
    return holder is not None and found is not None and holder.find() is found.find()
