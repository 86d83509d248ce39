"""What is overwritten and put back in the backward sweep, though nothing reads it there any more.

    for i in range(1, n):                               for i in range(1, n):
        y_stack.append(y[i])                                y[i] = y[i - 1] * x[i]
        y[i] = y[i - 1] * x[i]              --->        ...
    ...                                                 for i in reversed(range(1, n)):
    for i in reversed(range(1, n)):                         bx[i] += by[i] * y[i - 1]
        y[i] = y_stack.pop()                                ...
        bx[i] += by[i] * y[i - 1]
        ...

To be recorded is known by array, not by element. What each restored element is read for is seen in the backward sweep as it
is written: after ``y[i] = ...`` it reads elements below `i` only.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property, partial

import numpy as np

from s2sgrad.analysis.affine import Access, Loop, constant, form, intervals, never_meet, plus
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate.library import SHAPE_ONLY
from s2sgrad.differentiate.naming import is_adjoint
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass

#: More pairs of accesses than this are not compared.
_MANY = 20_000
_NEW = (np.zeros, np.empty, np.ones, np.full, np.zeros_like, np.empty_like, np.ones_like, np.full_like)


@dataclass(frozen=True, eq=False)
class Sweep:
    """A backward sweep, with what it gives in the end and what statements of it read without naming it."""

    code: S.Block
    at_end: tuple[Expr, ...]
    implicit: Mapping[S.Stmt, frozenset[str]]
    facts: Facts

    @cached_property
    def constant(self) -> frozenset[str]:
        """The variables that have one value, from before the loops of the forward sweep on."""
        fn = self.facts.function
        early = frozenset(p.name for p in fn.params).union(*(S.writes(s) for s in fn.body if not S.blocks(s)))
        return early - self.facts.rebound - frozenset().union(*(S.writes(s) for s in S.walk_stmts(self.code)))

    @cached_property
    def rebound(self) -> frozenset[str]:
        """The variables of loops that something else in the loop binds."""
        return frozenset(t.data for s in S.of_kinds(self.code, S.For) for t in S.parts(s.target)
                         if t.data in frozenset().union(*(S.writes(u) for u in S.walk_stmts(s.body))))


class Unread:
    """What nothing reads later in a backward sweep, in which the statements `restores` put back what was in their places.

    `own` are the variables of the function's own memory, `shared` adjoints of memory that has other names as well.
    """

    def __init__(self, back: Sweep, restores: Mapping[S.Stmt, Expr], own: frozenset[str], shared: frozenset[str]) -> None:
        self._restored = {r: place for r, place in restores.items() if place.head == "index" and place.args[0].head == "var"
                          and place.args[0].data in own}
        self._cleared: dict[S.Stmt, Expr] = {
            s: s.target for s in S.walk_stmts(back.code)
            if isinstance(s, S.Assign) and s.target.head == "index" and s.value == E.ZERO and s.target.args[0].head == "var"
            and is_adjoint(s.target.args[0].data) and s.target.args[0].data not in shared}
        candidates = {**self._restored, **self._cleared}
        self._sweep = _Accesses(back, candidates, restores) if candidates else None

    def never_read(self) -> frozenset[S.Stmt]:
        """The statements that put back, in a place, what the backward sweep does not read later."""
        return self._among(self._restored)

    def never_added_to(self) -> frozenset[S.Stmt]:
        """The statements that make elements of adjoints zero which nothing reads, or adds to, later."""
        return self._among(self._cleared)

    def _among(self, candidates: Mapping[S.Stmt, Expr]) -> frozenset[S.Stmt]:
        sweep = self._sweep
        if sweep is None:
            return frozenset()
        found = [r for r in candidates if r in sweep.written]
        return frozenset([r for r in found if sweep.is_never_read(r, candidates[r], len(found))])


class _Accesses:
    """A backward sweep, with all that it reads of the arrays of some places."""

    def __init__(self, back: Sweep, candidates: Mapping[S.Stmt, Expr], restores: Mapping[S.Stmt, Expr]) -> None:
        self.back = back
        self.facts = back.facts
        self.candidates = candidates
        self.restores = restores
        self.contents = cache(lambda name: frozenset((name,)) if is_adjoint(name) else back.facts.aliasing.contents(name))
        self.tokens = {t for place in candidates.values() for t in self.contents(place.args[0].data)}
        #: Where the backward sweep binds variables: the places, and the loops around them.
        self.bound: dict[str, list[tuple[int, tuple[Loop, ...]]]] = {}
        #: What is read, of adjoints apart from the rest.
        self.read: dict[bool, list[tuple[str, Access]]] = {True: [], False: []}
        self.written: dict[S.Stmt, tuple[int, tuple[Loop, ...]]] = {}
        self._aside: set[str] = set()  # variables of other memory
        self._place = 0
        self._block(back.code, ())
        self._place += 1
        for e in back.at_end:
            self._reads(e, ())

    # ---- what is read where ---------------------------------------------------------------------------------------

    def _block(self, block: S.Block, loops: tuple[Loop, ...]) -> None:
        for s in block:
            self._place += 1
            if s in self.candidates:
                self.written[s] = (self._place, loops)
            if not self._aside.issuperset(s.read) or any(e.heads & E.COMP for e in s.own):
                for e in self.restores[s].args[1:] if s in self.restores else _read(s):
                    self._reads(e, loops)
            for name in self.back.implicit.get(s, ()):
                self._note(name, None, loops)
            inside = (*loops, self._loop(s, loops)) if isinstance(s, (S.For, S.While)) else loops
            for name in S.writes(s):
                self.bound.setdefault(name, []).append((self._place, inside))
            for inner in S.blocks(s):
                self._block(inner, inside)

    def _reads(self, e: Expr, loops: tuple[Loop, ...]) -> None:
        if self._aside.issuperset(e.names) and not e.heads & E.COMP:
            return
        if e.head == "var":
            self._note(e.data, None, loops)
        elif e.head == "index" and e.args[0].head == "var":
            self._note(e.args[0].data, e.args[1], loops)
            self._reads(e.args[1], loops)
        elif e.names and not (e.head == "attr" and e.data in ("shape", "ndim", "size", "dtype")):
            shape_only = SHAPE_ONLY.get(E.hashable_callee(e), ()) if e.head == "call" else ()
            for n, a in enumerate(e.args):
                if n - 1 not in shape_only:
                    self._reads(a, loops)

    def _note(self, name: str, key: Expr | None, loops: tuple[Loop, ...]) -> None:
        """The backward sweep reads a part of what a variable stands for, or all of it."""
        if self.tokens.isdisjoint(self.contents(name)):
            self._aside.add(name)
            return
        made = self.facts.single_definition(name)
        if isinstance(made, S.Assign) and made.value.head == "index" and made.value.args[0].head == "var":
            owner = made.value.args[0].data
            if not self.contents(name).isdisjoint(self.contents(owner)):  # a view, and not a selection, which is a copy
                name, key = owner, made.value.args[1]
        found = () if key is None else intervals(key, loops, self._is_integer)
        self.read[is_adjoint(name)].append((name, Access(found, loops, self._place)))

    def _loop(self, s: S.For | S.While, around: tuple[Loop, ...]) -> Loop:
        if not isinstance(s, S.For) or s.target.head != "var" or s.target.data in self.back.rebound:
            return Loop()
        e, turned = s.iter, False
        if E.callee(e) is reversed:
            e, turned = e.args[1], True
        ends = [form(a, self._is_integer) for a in e.args[1:]] if E.callee(e) is range else []
        start, stop = (ends[0], ends[1]) if len(ends) > 1 else (constant(0), ends[0]) if ends else (None, None)
        by = ends[2] if len(ends) > 2 else constant(1)
        step = by.get("", 0) if by is not None and by.keys() <= {""} else 0
        if not ends or not step:
            return Loop()
        end = None if stop is None else plus(stop, constant(-1 if step > 0 else 1))
        fixed = self.back.constant | {"", *(x.name for x in around)}
        first, last = (f if f is not None and f.keys() <= fixed else None for f in ((start, end) if step > 0 else (end, start)))
        return Loop(s.target.data, first, last, -step if turned else step)

    def _is_integer(self, name: str) -> bool:
        t = self.facts.type_of_name(name)
        return t.kind == "number" and t.dtype == "int" and name not in self.back.rebound

    # ---- is it read again -----------------------------------------------------------------------------------------

    def is_never_read(self, r: S.Stmt, place: Expr, number: int) -> bool:
        """Is what a statement, one of a `number`, writes into a place not read later?"""
        array = place.args[0].data
        tokens = self.contents(array)
        at, loops = self.written[r]
        own = self._new_in(array)
        read = self.read[is_adjoint(array)]
        if own is None or len(read) * number > _MANY:
            return False
        mine = Access(intervals(place.args[1], loops, self._is_integer), loops, at)
        return all(array == name and never_meet(mine, access, own, partial(self._same, mine, access))
                   for name, access in read if not tokens.isdisjoint(self.contents(name)))

    def _new_in(self, array: str) -> int | None:
        """How many of the loops around it have an array of their own in each iteration; None where that is unknown."""
        bound = self.bound.get(array, ())
        if not bound or is_adjoint(array):  # whatever it is bound to, all of it is read under this name
            return 0
        made = self.facts.single_definition(array)
        new = isinstance(made, S.Assign) and E.hashable_callee(made.value) in _NEW
        return len(bound[0][1]) if len(bound) == 1 and new else None

    def _same(self, a: Access, b: Access, name: str, n: int, same: bool) -> bool:
        """Has a variable the same value at both accesses? `n` loops are around both; if not `same`, the last has gone on."""
        bound = self.bound.get(name, ())
        if not bound:  # as the forward sweep has left it
            return name in self.back.constant
        where, loops = bound[0]
        if len(bound) > 1 or where > min(a.place, b.place):
            return False
        return len(loops) <= (n if same else n - 1) and all(x is y for x, y in zip(loops, a.loops))


def _read(s: S.Stmt) -> Iterator[Expr]:
    """The expressions of a statement, but for the variables that it binds."""
    if type(s) is S.Assign and s.target.head == "var":
        yield s.value
        return
    for e in S.expressions(s):
        if isinstance(s, (S.Assign, S.For)) and e is s.target:
            for t in S.parts(e):
                yield from t.args if t.args and t.args[0].head != "var" else t.args[1:]
        else:
            yield e


def without(block: S.Block, dropped: frozenset[S.Stmt]) -> S.Block:
    """`block` without some statements, and without the loops and branches that they leave empty."""
    out: list[S.Stmt] = []
    for s in block:
        if s in dropped:
            continue
        kept = S.map_blocks(lambda b: without(b, dropped), s)
        if kept is s or not isinstance(kept, (S.If, S.For)) or any(S.blocks(kept)):
            out.append(kept)
    return tuple(out)


def overwritten(restores: Mapping[S.Stmt, S.Stmt], unread: frozenset[S.Stmt]) -> frozenset[S.Stmt]:
    """The statements of the primal for which nothing but what is never read is put back."""
    return frozenset(restores.values()) - {s for r, s in restores.items() if r not in unread}
