"""How control flow is run backwards: which conditions are kept, how iterations are counted, what a loop iterates over."""
from __future__ import annotations

from functools import cached_property

from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.repeating import is_cheap
from s2sgrad.differentiate.tree import Branch, Loop, Node, children, is_empty
from s2sgrad.differentiate.uses import Instruments
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.iteration import with_lists
from s2sgrad.lower.names import Names
from s2sgrad.rules.bind import INACTIVE_ATTRIBUTES

RE_EVALUATED = 12  # nodes of a condition that is evaluated again rather than kept


def instrument(nodes: list[Node], facts: Facts, names: Names, writes: object) -> Instruments:
    """Decide for every branch and loop that has a reverse how the backward sweep follows it."""
    out = Instruments()
    _Instrumenting(facts, names, out).nodes(nodes)
    return out


class _Instrumenting:
    def __init__(self, facts: Facts, names: Names, out: Instruments) -> None:
        self.facts = facts
        self.names = names
        self.out = out
        self._known: dict[S.Stmt, frozenset[str]] = {}

    def nodes(self, nodes: list[Node]) -> None:
        for node in nodes:
            if is_empty([node]):
                continue
            if isinstance(node, Branch):
                self._branch(node)
            elif isinstance(node, Loop):
                self._loop(node)
            for inner in children(node):
                self.nodes(inner)

    def _changed(self, s: S.Stmt) -> frozenset[str]:
        """The variables that a statement binds and the memory that it changes, nested statements included."""
        found = self._known.get(s)
        if found is None:
            out = set(S.writes(s))
            place = S.stored_root(s)
            if place is not None and place.head == "var":
                out |= self.facts.aliasing.contents(place.data)
            elif s in self.facts.aliasing.in_place and isinstance(s, S.Aug):
                out |= self.facts.aliasing.contents(E.root(s.target).data)
            if isinstance(s, S.Do):
                for name in S.reads(s):
                    out |= self.facts.aliasing.contents(name)
            found = self._known[s] = frozenset(out.union(*[self._changed(t) for block in S.blocks(s) for t in block]))
        return found

    def _unchanged(self, e: Expr, s: S.Stmt) -> bool:
        """Does `e` have the same value after `s` as before it?"""
        read = set(e.names)
        for name in e.names:
            read |= self.facts.aliasing.contents(name)
        return read.isdisjoint(self._changed(s))

    def _branch(self, node: Branch) -> None:
        s = node.stmt
        if _is_pure(s.test) and E.size(s.test) <= RE_EVALUATED and self._unchanged(s.test, s) \
                and self._is_available(s.test, s) and not any(map(self.facts.aliasing.contents, s.test.names)):
            self.out.back_test[s] = s.test
            return
        kept = E.var(self.names.fresh("cond"))
        test = s.test
        if test.head in ("var", "attr", "index", "bool", "ifexp") and any(map(self.facts.aliasing.contents, test.names)):
            test = E.call(lib.builtin("bool"), test)  # a container may be empty later
        self.out.pre.setdefault(s, []).append(S.Assign(kept, test, s.loc))
        self.out.test[s] = kept
        self.out.back_test[s] = kept

    def _is_available(self, e: Expr, s: S.Stmt) -> bool:
        """Are the variables of a condition there in the backward sweep without being saved for it?"""
        live = self.facts.live
        read = live.mask(e.names & self.facts.rebound)
        return not any(live.head.masks.get(loop, 0) & read for loop in self._loops.get(s, ()))

    @cached_property
    def _loops(self) -> dict[S.Stmt, tuple[S.Stmt, ...]]:
        """The loops around every statement that is in one."""
        out: dict[S.Stmt, tuple[S.Stmt, ...]] = {}
        todo: list[tuple[S.Block, tuple[S.Stmt, ...]]] = [(self.facts.function.body, ())]
        while todo:
            body, around = todo.pop()
            for s in body:
                if around:
                    out[s] = around
                inside = (*around, s) if isinstance(s, (S.For, S.While)) else around
                todo += [(b, inside) for b in S.blocks(s)]
        return out

    def _loop(self, node: Loop) -> None:
        s = node.stmt
        count = E.var(self.names.fresh("count"))
        counted = isinstance(s, S.While) or _breaks(s.body)
        if counted:
            self.out.pre.setdefault(s, []).append(S.Assign(count, E.const(0)))
            self.out.body_pre.setdefault(s, []).append(S.Aug(count, "+", E.const(1)))
        if isinstance(s, S.While):
            self.out.back_iter[s] = (E.var(self.names.fresh("_")), E.call(lib.builtin("range"), count))
            return
        if _is_reversed_range(s.iter) and not counted and self._unchanged(s.iter, s):
            self.out.back_iter[s] = (s.target, s.iter.args[1])
            return
        iterable = self._iterable(s)
        self.out.back_iter[s] = (s.target, _backwards(iterable, count if counted else None, self.facts, s))

    def _iterable(self, s: S.For) -> Expr:
        """What the backward loop iterates over: the same expression where it still has its value."""
        if self._unchanged(s.iter, s) and _is_repeatable(s.iter) and (s.iter.head == "var" or _is_pure(s.iter)):
            if s.iter.head == "var" and not self._is_sequence(s.iter, s):
                return self._captured(s)
            return s.iter
        return self._captured(s)

    def _is_sequence(self, e: Expr, s: S.For) -> bool:
        return self.facts.type_at(s, e).kind in ("list", "tuple", "array", "range", "numeric", "any")

    def _captured(self, s: S.For) -> Expr:
        bounds = [a for _, a in E.arguments(s.iter) if a.head != "const"] if E.callee(s.iter) is range else []
        if len(bounds) == 1:  # a number is all that tells the range
            bound = E.var(self.names.fresh("count" if len(s.iter.args) == 2 else "end"))
            self.out.pre.setdefault(s, []).append(S.Assign(bound, bounds[0]))
            self.out.iterate[s] = E.rebuild(s.iter, tuple(bound if a == bounds[0] else a for a in s.iter.args))
            return self.out.iterate[s]
        kept = E.var(self.names.fresh("items"))
        memory = frozenset().union(*(self.facts.aliasing.contents(n) for n in s.iter.names))
        if E.callee(s.iter) is not range and not memory.isdisjoint(self._changed(s)):
            # The loop sees what it changes ahead of itself. An update tells that the list is bound for good after the loop.
            self.out.pre.setdefault(s, []).append(S.Assign(kept, E.list_()))
            self.out.body_pre.setdefault(s, []).append(S.Aug(kept, "+", E.list_(s.target)))
            return kept
        value = with_lists(s.iter, self.names)
        if E.callee(value) not in (range, list, sorted) and not (value.head == "comp" and value.data.kind == "list"):
            value = E.call(lib.builtin("list"), value)
        self.out.pre.setdefault(s, []).append(S.Assign(kept, value))
        self.out.iterate[s] = kept
        return kept


def _backwards(e: Expr, count: Expr | None, facts: Facts, s: S.For) -> Expr:
    """The elements of `e` (the first `count` of them) from the last to the first."""
    if count is not None:
        if E.callee(e) is range and len(e.args) == 2:
            e = E.call(e.args[0], count)
        else:
            e = E.index(e, E.slice_(None, count))
    elif facts.type_at(s, e).is_array and e.head == "var":
        return E.index(e, E.slice_(None, None, E.const(-1)))
    return E.call(lib.builtin("reversed"), e)


def _breaks(body: S.Block) -> bool:
    for s in body:
        if isinstance(s, S.Break):
            return True
        if not isinstance(s, (S.For, S.While)) and any(map(_breaks, S.blocks(s))):
            return True
    return False


def _is_repeatable(e: Expr) -> bool:
    return e.head in ("var", "tuple", "list", "ref", "attr", "index") or E.callee(e) is range


def _is_reversed_range(e: Expr) -> bool:
    return E.callee(e) is reversed and E.callee(e.args[1]) is range and all(map(_is_pure, e.args[1].args[1:]))


def _is_pure(e: Expr) -> bool:
    """Can `e` be evaluated twice?"""
    if e.head == "attr" and e.data not in INACTIVE_ATTRIBUTES:
        return False  # of an object, which anything may change
    if e.head == "call":
        return (E.hashable_callee(e) in _PURE or is_cheap(e)) and all(map(_is_pure, e.args[1:]))
    return e.head not in ("walrus", "comp", "function") and all(map(_is_pure, e.args))


_PURE = frozenset((abs, len, range, isinstance, int, float, bool, min, max))
