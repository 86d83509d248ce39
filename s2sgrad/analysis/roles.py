"""How variables came to stand for memory that is changed in place.

Memory has one owner at a time. A variable takes over from one that is not used any more (a move), or it is a view, of
its owner or of another view, for as long as it lives.
"""
from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from s2sgrad import runtime
from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.borrowing import MAY_COPY, contents_read, is_generated, shared_root
from s2sgrad.analysis.list_copies import ListsOfNumbers, holds_elements, may_hold_either
from s2sgrad.analysis.memory import Node, within
from s2sgrad.analysis.settled import is_settled
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.targets import given
from s2sgrad.lower.groups import Groups
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.methods_table import NUMBER_ATTRIBUTES, canonical
from s2sgrad.rules.registry import rule_for


@dataclass(frozen=True, eq=False)
class Roles:
    """`views` maps a variable to the statement that made it a view, and of what; `moves` are assignments that hand
    memory over; `several` maps a variable to a call whose result may share memory with one of several arguments.
    `together` maps views that are tuples of variables to these: ``for xs in (first, second): xs.append(v)``."""

    views: Mapping[str, tuple[S.Assign, str]]
    moves: frozenset[S.Stmt]
    several: Mapping[str, S.Stmt] = field(default_factory=dict)
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sources(self, name: str) -> tuple[str, ...]:
        """What a view is of."""
        return self.together.get(name) or (self.views[name][1],)

    @cached_property
    def users(self) -> Mapping[str, frozenset[str]]:
        """By view, itself and the views that are taken from it, directly or through others: their adjoints need its own."""
        found: dict[str, set[str]] = {n: {n} for n in self.views}
        for name in self.views:
            todo = [name]
            while todo:
                for source in self.sources(todo.pop()):
                    if source in found and name not in found[source]:
                        found[source].add(name)
                        todo.append(source)
        return {n: frozenset(users) for n, users in found.items()}


def roles(fn: S.Function, aliasing: Aliasing) -> Roles:
    """The roles of the variables of a function."""
    views: dict[str, tuple[S.Assign, str]] = {}
    moves: set[S.Stmt] = set()
    several: dict[str, S.Stmt] = {}
    together: dict[str, tuple[str, ...]] = {}
    numbers = ListsOfNumbers(fn, aliasing)
    taking_over = _TakingOver(fn, aliasing)
    taken_back = _taken_back(fn) if aliasing.changed else frozenset()
    values = _Values(fn, aliasing)
    emptied = _emptied(fn) if aliasing.changed else {}
    for s in S.walk_stmts(fn.body):
        if not isinstance(s, S.Assign):
            continue
        for t, e in given(s):
            if not aliasing.changed and e.head in _NEW:
                continue
            if _is_held_together(t, e, s, fn, aliasing):
                views[t.data] = (s, e.args[0].data)
                together[t.data] = tuple(a.data for a in e.args)
                continue
            if t.head != "var" or s in aliasing.transient or not aliasing.contents(t.data) and not (
                    holds_elements(e, s, aliasing) and aliasing.element(aliasing.node(t.data)).written):
                continue
            source = shared_root(e)
            if source is None and _views_one_of_several(e) and aliasing.value(e, s) is not None:
                several[t.data] = s
            if source is None or aliasing.value(e, s) is None:
                continue
            if holds_elements(e, s, aliasing) and (not aliasing.element(aliasing.node(t.data)).written
                                                   or numbers.is_made(t.data, s, e, source)):
                continue
            if e.head == "index" and numbers.is_sure(e.args[0]):
                continue
            resized = source in views and views[source][0].value.head != "var" and values.is_resized(t.data)
            if e.head == "var" and not resized and taking_over.at(s, t.data, source) or s in taken_back:
                moves.add(s)
            elif not values.are_bound_to(t.data, source) and not _is_taken_away(s, t, emptied, aliasing) \
                    and not values.may_be_copy(t.data, s, e):
                views[t.data] = (s, source)
                unknown = aliasing.guess and s.target.head == "var" and aliasing.type_of(e, s).kind in ("any", "numeric")
                taken = source if e.head == "var" else t.data if e.head == "attr" else None
                number = unknown and taken is not None and values.may_be_number(taken)  # which has no views
                if number:
                    aliasing.guards.setdefault(s, "part")
                elif E.callee(canonical(e)) in MAY_COPY:
                    aliasing.guards.setdefault(s, "view")
                elif aliasing.guess and (e.head != "index" or aliasing.guards.get(s) == "list") \
                        and holds_elements(e, s, aliasing) and may_hold_either(source, s, aliasing):
                    known = aliasing.guards.get(s)
                    aliasing.guards[s] = f"{known}+parts" if known in ("elements", "list") else known or "parts"
                elif unknown and _is_slice(e) and aliasing.type_of(e.args[0], s).kind == "any":
                    aliasing.guards.setdefault(s, "slice")
    return Roles(views, frozenset(moves), several, together)


#: Expressions that are no containers of the elements of others.
_NEW = frozenset(("var", "const", "op", "compare"))


class _Values:
    """Which variables of several arrays may be taken for copies of them: nothing changes an array while two names of it live."""

    def __init__(self, fn: S.Function, aliasing: Aliasing) -> None:
        self.fn = fn
        self.aliasing = aliasing
        self._found: dict[str, bool] = {}

    @cached_property
    def _bound(self) -> Mapping[str, list[tuple[S.Stmt, Expr | None]]]:
        """Every variable with the statements that bind it, and what each of these binds it to where that is told apart."""
        out: dict[str, list[tuple[S.Stmt, Expr | None]]] = {}
        for s in S.walk_stmts(self.fn.body):
            told = {t.data: e for t, e in given(s) if t.head == "var"}
            for name in S.writes(s) if s not in self.aliasing.in_place else ():
                out.setdefault(name, []).append((s, told.get(name)))
        return out

    def may_be_number(self, name: str) -> bool:
        """Does nothing that is executed for sure take a part of what a variable stands for, or ask for its shape?"""
        return name not in self._with_parts

    @cached_property
    def _with_parts(self) -> frozenset[str]:
        found = {r.data for s in self.fn.body if (r := S.stored_root(s)) is not None and r.head == "var"}
        for s in self.fn.body:
            for e in S.expressions(s):
                found |= {part.args[0].data for part in E.walk(e) if part.head in ("index", "attr") and part.args[0].head == "var"
                          and part.data not in NUMBER_ATTRIBUTES}
                found |= {part.args[1].data for part in E.walk(e) if E.callee(part) is len and part.args[1].head == "var"}
        same = Groups()
        renamed = [(t.data, e.data) for s in self.fn.body for t, e in given(s) if t.head == e.head == "var"]
        for both in renamed:
            same.merge(*both)
        groups = set(map(same.find, found))
        return frozenset(n for n in found.union(*renamed) if same.find(n) in groups)

    def _is_bound_to(self, name: str, s: S.Stmt, e: Expr) -> bool:
        return is_generated(s) and self._is_array(name) and not self._is_changed_beside(name, s, e) \
            or self.aliasing.value(e, s) is None or is_settled(s, e, True, self.fn, self.aliasing)

    def is_resized(self, name: str) -> bool:
        """May what a variable stands for get more or fewer elements? The adjoint of the place that has it must get them, too."""
        node = self.aliasing.node(name).find()
        return any(n is not None and n.find() is node for n in self._resized)

    @cached_property
    def _resized(self) -> list[Node | None]:
        return [self.aliasing.place(call.args[0].args[0], s) for s in S.having(self.fn.body, E.CALL) for e in S.expressions(s)
                for call in E.calls(e) if call.args[0].head == "attr" and call.args[0].data in MUTATORS]

    def _is_changed_beside(self, name: str, s: S.Stmt, e: Expr) -> bool:
        """Is ``name = e``, of another variable, followed by a write through that variable, while the name is in use?"""
        if e.head != "var":
            return False
        block = next(b for b in self._blocks if s in b)
        for t in block[block.index(s) + 1:]:
            if any(e in S.stored_roots(u) and name in self.aliasing.live_after[u] for u in S.walk_stmts((t,))):
                return True
            if not S.writes(t).isdisjoint((name, e.data)):
                break
        return False

    @cached_property
    def _blocks(self) -> list[S.Block]:
        return [self.fn.body, *(b for s in S.walk_stmts(self.fn.body) for b in S.blocks(s))]

    def _is_array(self, name: str) -> bool:
        """Is this an array or a number, or calculated with as if it were one?"""
        kind = self.aliasing.types.end.get(name, T.ANY).kind
        return kind in ("array", "numeric", "number") or name in self.aliasing.shown.calculated

    def are_bound_to(self, name: str, source: str) -> bool:
        """Is a variable, or `source` that it is taken from, bound to several arrays, and the former to each as if to a copy?

        In a derivative it is, if it stands for arrays: where the program is not like that, there is none.
        """
        found = self._found.get(name)
        if found is None:
            bound = self._bound[name]
            several = len(bound) > 1 or self._outlives(name, bound[0][0], source)
            found = self._found[name] = several and all(e is not None and self._is_bound_to(name, s, e) for s, e in bound)
        return found


    def may_be_copy(self, name: str, s: S.Stmt, e: Expr) -> bool:
        """Does a function that may give a copy or a view bind a variable, ``x.reshape(n, -1)``, and is either right?"""
        return E.callee(canonical(e)) in MAY_COPY and len(self._bound[name]) == 1 \
            and is_settled(s, e, True, self.fn, self.aliasing)

    def _outlives(self, name: str, made: S.Stmt, source: str) -> bool:
        """Is `source` bound to something else, after `made` took a variable from it, while that is in use?

        What is bound in one of two branches seems to be in use before them, where it stands for nothing yet.
        """
        rebound = {s for s, _ in self._bound.get(source, ()) if s is not made and name in self.aliasing.live_after[s]}
        return bool(rebound) and any(s in rebound for s in S.walk_after(self.fn.body, made))


def _is_held_together(t: Expr, e: Expr, s: S.Stmt, fn: S.Function, aliasing: Aliasing) -> bool:
    """Is this a tuple of variables for memory that is changed in place, from which they are only taken again?"""
    if t.head != "var" or e.head != "tuple" or not e.args or any(
            a.head != "var" or not aliasing.written(a.data) or aliasing.value(a, s) is None for a in e.args):
        return False
    if aliasing.live_after[s].isdisjoint(e.names):
        return False  # they are handed over
    for other in S.walk_stmts(fn.body):
        for whole in S.expressions(other) if other is not s else ():
            parts = list(E.walk(whole))
            taken = sum(part.head == "index" and part.args[0] == t or E.callee(part) is len and part.args[1:] == (t,)
                        for part in parts)
            if sum(part == t for part in parts) != taken:
                return False
    return True


def _taken_back(fn: S.Function) -> frozenset[S.Stmt]:
    """Where a derivative takes variables back from what it has put aside, ``x, y = saved.pop()``, that it binds elsewhere, too.

    They own their memory as they did when they were put there: one that was a view of another is bound to that view.
    """
    bound = Counter(n for s in S.walk_stmts(fn.body) for n in S.writes(s))
    popped = {n for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign) and is_generated(s) and s.value.head == "call"
              and s.value.args[0].head == "attr" and s.value.args[0].data == "pop" for n in S.bound(s.target)}
    return frozenset(s for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign) and s.target.head == "var"
                     and bound[s.target.data] > 1 and s.value.head == "index" and s.value.args[0].head == "var"
                     and s.value.args[0].data in popped and E.is_const(s.value.args[1]))


def _emptied(fn: S.Function) -> Mapping[S.Stmt, S.Stmt]:
    """Where a derivative takes what a place holds and puts zero there, ``bv = bx.v; bx.v = 0.0``: both statements."""
    blocks = [fn.body, *(b for s in S.walk_stmts(fn.body) for b in S.blocks(s))]
    return {s: t for b in blocks for s, t in itertools.pairwise(b) if isinstance(s, S.Assign) and isinstance(t, S.Assign)
            and s.value == t.target and s.value.head in ("attr", "index") and is_generated(s)
            and (E.is_const(t.value, 0.0) or E.callee(t.value) in (runtime.zero_field, runtime.zero_part))}


def _is_taken_away(s: S.Assign, t: Expr, emptied: Mapping[S.Stmt, S.Stmt], aliasing: Aliasing) -> bool:
    """Does a derivative take something from a place of an object and put zero there, so that only the variable has it?

    The place is bound to the zero, and what it held is what it was. What several objects hold has one adjoint, which a table
    finds (`analysis.links`); no other variable for that, or for a part of it, is in use any more. So the variable may be taken
    for a copy: its adjoint is added to that of the place once the zero is forgotten.
    """
    if s not in emptied or t.head != "var" or s.value.head == "index" and not E.is_text(s.value.args[1]):
        return False
    others = {n for node in within(aliasing.node(t.data)) for n in node.names} - {t.data}
    return others.isdisjoint(aliasing.live_after[emptied[s]])


def _views_one_of_several(e: Expr) -> bool:
    """Is the result an array that shares memory with one of several, ``np.atleast_1d(x, y)[0]``?"""
    rule = rule_for(E.callee(canonical(e)))
    return rule is not None and any(v.endswith(".any") or v == "args.elements" for v in rule.view)


def _is_slice(e: Expr) -> bool:
    return e.head == "index" and e.args[1].head == "slice"


def _derivations(fn: S.Function, aliasing: Aliasing, handed_over: bool) -> dict[str, frozenset[str]]:
    """For every variable, those whose memory it may have been made to share, directly or through others.

    Not those that an exchange binds anew; those that are done with after one only if `handed_over`.
    """
    direct: dict[str, set[str]] = {}
    for s in S.walk_stmts(fn.body):
        for t, e in given(s) if s not in aliasing.transient else ():
            source = shared_root(e) if t.head == "var" else None
            exchanged = s.target.head == "tuple" and (  # type: ignore[union-attr]
                source in S.writes(s) or not handed_over and source not in aliasing.live_after[s])
            if source is not None and not exchanged:
                direct.setdefault(t.data, set()).add(source)
    out: dict[str, frozenset[str]] = {}
    for name in direct:
        seen: set[str] = set()
        todo = [name]
        while todo:
            for source in direct.get(todo.pop(), ()):
                if source not in seen:
                    seen.add(source)
                    todo.append(source)
        out[name] = frozenset(seen)
    return out


def _entered(fn: S.Function) -> frozenset[str]:
    """The variables that parts are taken from, or that are handed to functions, under this name or a later one."""
    found: set[str] = set()
    copies: list[tuple[str, str]] = []
    for s in S.walk_stmts(fn.body):
        copies += [(t.data, e.data) for t, e in given(s) if t.head == e.head == "var"]
        for whole in S.expressions(s):
            for part in E.walk(whole):
                if part.head in ("index", "attr") and part.args[0].head == "var":
                    found.add(part.args[0].data)
                elif part.head == "call" and part.args[0].head == "ref":
                    found.update(a.data for a in part.args[1:] if a.head == "var")
    before = -1
    while before != len(found):
        before = len(found)
        found.update(source for name, source in copies if name in found)
    return frozenset(found)


class _TakingOver:
    """Which variables take memory over from which."""

    def __init__(self, fn: S.Function, aliasing: Aliasing) -> None:
        self.fn = fn
        self.aliasing = aliasing

    @cached_property
    def derived(self) -> Mapping[str, frozenset[str]]:
        return _derivations(self.fn, self.aliasing, True)

    @cached_property
    def derived_before(self) -> Mapping[str, frozenset[str]]:
        """The same, for those that are exchanged: of what each of them has been made, if not by exchanges."""
        return _derivations(self.fn, self.aliasing, False)

    @cached_property
    def entered(self) -> frozenset[str]:
        return _entered(self.fn)

    def at(self, s: S.Stmt, name: str, source: str) -> bool:
        """Is `name` the only variable for the memory of `source` after the statement?"""
        sources = [shared_root(e) for _, e in given(s)]
        if sources.count(source) > 1:
            return False
        rebound = {t.data for t, _ in given(s) if t.head == "var"}
        live = self.aliasing.live_after[s]
        others = frozenset((*self.aliasing.group(source), *self.aliasing.inside(source))) - {name, source}
        aliases = {n for n in others if n in live and n not in rebound and _meet(n, source, self.derived)}
        aliases |= {n for n in others if n in sources and _meet(n, source, self.derived_before)}
        if not is_generated(s):  # a derivative takes back what it has put aside
            aliases |= self.aliasing.sharing_elements(source) & live - rebound - {name}
        if name in self.entered:  # it is in the place that it was taken from as well
            holders = frozenset(self.aliasing.holders(source))
            aliases |= {n for n in self.derived.get(source, E.NO_NAMES) if n in live and n not in rebound and n in holders}
        return (source not in live - rebound or not self._is_looked_into(source, s)) and not aliases

    def _is_looked_into(self, name: str, made: S.Stmt) -> bool:
        """Is more than the shape of a variable asked for beside a statement, maybe when that is executed again?"""
        if name in self.aliasing.live_after[self.fn.body[-1]] or all(s is not made for s in self.fn.body):
            return True
        return any(name in contents_read(e) for s in S.walk_stmts(self.fn.body) if s is not made
                   for e in S.expressions(s) if e.head != "var" or not isinstance(s, S.Assign) or e is not s.target)


def _meet(a: str, b: str, derived: Mapping[str, frozenset[str]]) -> bool:
    """May two variables share memory, of which one was made of the other or both of a third, or have they only met in one group
    over time?"""
    return not ({a} | derived.get(a, E.NO_NAMES)).isdisjoint({b} | derived.get(b, E.NO_NAMES))
