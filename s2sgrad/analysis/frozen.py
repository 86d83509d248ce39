"""Variables for what is complete: it is made afresh, filled, and not changed any more once they stand for it.

    for _ in range(n):
        new = np.zeros_like(x)
        new[1:-1] = 0.5 * (x[2:] + x[:-2])
        x = new
    return new                      # so `x` is no view of what is changed: it might as well be a copy

What `new` stands for is changed before `x` does, and never after; the next iteration makes another array.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from s2sgrad import runtime
from s2sgrad.analysis.computing import computes
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.effects import written_through
from s2sgrad.lower.writing import PASSING

Bound = Mapping[str, list[S.Stmt]]

_ALLOCATED = (np.zeros, np.empty, np.ones, np.full, np.zeros_like, np.empty_like, np.ones_like, np.full_like, np.eye)

_PASSING = PASSING | {runtime.broadcast_tangent, runtime.check_tangent, runtime.array_tangent}


class Frozen:
    """Tells of writes that they cannot change what some variables stand for, from the order of statements alone.

    `bound` are the statements that bind each variable, `given` the variables that something complete was given to by name,
    in the statements `gifts`; `but` are variables that were found to be written through after all.
    """

    def __init__(self, body: S.Block, but: frozenset[str] = E.NO_NAMES) -> None:
        self.body = body
        self.bound = bound_by(body)
        self._occurrences: dict[int, dict[str, list[S.Stmt]]] = {}
        self.new = frozenset(n for n, made in self.bound.items() if all(map(_makes_new, made)))
        copies = [s for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target.head == s.value.head == "var"
                  and s.value.data in self.new and s.target.data not in but] if self.new else []
        self.gifts = frozenset(s for s in copies if self._is_complete(s.target.data, s.value.data))
        self.given = frozenset(s.target.data for s in self.gifts)
        #: Those of them that are put into lists as well.
        self.held = frozenset(n for s in S.walk_stmts(body) for e in self.put_on_list(s) for n in _shown(e) if n in self.given) \
            if self.given else E.NO_NAMES
        #: Tuples that hold some of them, for a list.
        self.tuples = frozenset(s for s in S.walk_stmts(body) if self._is_for_list(s)) if self.held else frozenset()
        self._sources: dict[str, frozenset[str] | None] = {}
        self._own: dict[str, bool] = {}

    def keeps(self, name: str, s: S.Stmt, shown: bool = True) -> bool:
        """Does `s`, which writes, write into nothing that `name` may stand for?

        Without being `shown`, which is asked for later, it is enough that `s` writes through nothing that `name` is taken from.
        """
        if not self.given:
            return False
        if name not in self._sources:
            self._sources[name] = self._origins(name)
        sources = self._sources[name]
        if sources is None or sources.isdisjoint(self.given):
            return False
        written = written_through(s)
        if not shown and sources.isdisjoint(written):
            return True
        if isinstance(s, S.Aug) and s.target.head == "var":
            return self._is_own(s.target.data)
        return _is_direct(s, self.bound) and all(
            w in self.new and (w not in sources or all(self._is_complete(n, w) for n in sources)) for w in written)

    def _origins(self, name: str) -> frozenset[str] | None:
        """A variable and those that it is taken from, None where it is taken from something else."""
        found = [name]
        for n in found:
            for s in self.bound.get(n, ()):
                taken = [source for t, source in _taken(s) if t == n] or self._put(s)
                if n in self.new or isinstance(s, S.Assign) and (s.value.head == "const" or computes(s.value)):
                    continue
                if not taken:
                    return None
                found += [source for source in taken if source not in found]
        return frozenset(found)

    def _put(self, s: S.Stmt) -> list[str]:
        """What was put on the list that `s` takes something from; nothing where that is not shown."""
        e = s.value if isinstance(s, S.Assign) and s.target.head == "var" else E.NONE
        while e.head == "index":
            e = e.args[0]
        if e.head == "var" and len(self.bound.get(e.data, ())) == 1:
            made = self.bound[e.data][0]
            e = made.value if isinstance(made, S.Assign) and made.target == e else e
        if e.head != "call" or e.args[0].head != "attr" or e.args[0].data not in ("pop", "popleft") \
                or e.args[0].args[0].data not in self.new:
            return []
        holder = e.args[0].args[0]
        return [n for t in S.walk_stmts(self.body) for a in self.put_on_list(t) if t.value.args[0].args[0] == holder  # type: ignore[union-attr]
                for n in a.names]

    def held_by(self, s: S.Stmt) -> frozenset[str]:
        """Which of them are put on a list by a statement, or into a tuple for a list?"""
        put = (s.value,) if isinstance(s, S.Assign) and s in self.tuples else self.put_on_list(s) if self.held else ()
        return self.held.intersection(*(e.names for e in put)) if put else E.NO_NAMES

    def put_on_list(self, s: S.Stmt) -> tuple[E.Expr, ...]:
        """What a statement appends to the list that a variable stands for."""
        if not isinstance(s, S.Do) or not _of_list(s.value, ("append",)):
            return ()
        return tuple(made.value if a.head == "var" and len(self.bound.get(a.data, ())) == 1
                     and isinstance(made := self.bound[a.data][0], S.Assign) and made.value.head == "tuple" else a
                     for a in s.value.args[1:])

    def _is_for_list(self, s: S.Stmt) -> bool:
        """Does `s` make a tuple of which nothing is known but that it is put on a list?"""
        if not isinstance(s, S.Assign) or s.target.head != "var" or s.value.head != "tuple" or not _shown(s.value):
            return False
        reads = [t for t in S.walk_stmts(self.body) if s.target.data in S.reads(t)]
        return len(self.bound[s.target.data]) == 1 and all(self.put_on_list(t) == (s.value,) for t in reads)

    def _is_own(self, name: str) -> bool:
        """Does ``name += ...`` change a number, or what nothing else stands for yet?"""
        if name not in self._own:
            self._own[name] = all(isinstance(s, S.Aug) or isinstance(s, S.Assign) and s.target.head == "var" and (
                s.value.head == "const" or computes(s.value) or _is_passed(s, name)) for s in self.bound.get(name, (E.NONE,))) \
                and self._is_complete("", name)
        return self._own[name]

    def _is_complete(self, name: str, source: str) -> bool:
        """Is what `source` stands for never written once `name` stands for it, or for a part of it?

        Without a name: once anything may stand for it.
        """
        def takes(s: S.Stmt) -> bool:
            return (name, source) in _taken(s) if name else _hands_on(s, source)

        def ends(s: S.Stmt) -> bool:
            return source in S.writes(s) and not isinstance(s, S.Aug)

        return writes_follow(self.body, takes, lambda s: source in written_through(s), ends, self._mentions(source)) is not None

    def _mentions(self, name: str) -> Chosen:
        """The statements of a block in which a variable occurs: no other has to do with it."""
        def chosen(block: S.Block) -> list[S.Stmt]:
            found = self._occurrences.get(id(block))
            if found is None:
                found = self._occurrences[id(block)] = {}
                for s in block:
                    for n in S.all_names((s,)):
                        found.setdefault(n, []).append(s)
            return found.get(name, [])

        return chosen


Test = Callable[[S.Stmt], bool]
Chosen = Callable[[S.Block], list[S.Stmt]]


def writes_follow(body: S.Block, takes: Test, writes: Test, ends: Test, chosen: Chosen, later: bool = False) -> bool | None:
    """May a statement that `writes` follow the start of a block, before one that `ends` this?

    None where one may follow a statement that `takes` what is written. `chosen` gives those of a block that matter. `later`:
    may one follow the end of the block?
    """
    state: bool | None = later
    for s in reversed(chosen(body)):
        if S.blocks(s):
            state = _in_blocks(s, takes, writes, ends, chosen, bool(state))
        elif ends(s):
            state = False
        elif state and takes(s):
            return None
        elif writes(s):
            state = True
        if state is None:
            return None
    return state


def _in_blocks(s: S.Stmt, takes: Test, writes: Test, ends: Test, chosen: Chosen, later: bool) -> bool | None:
    if not isinstance(s, (S.If, S.For, S.While)):  # it may end anywhere
        later = later or any(writes(t) for t in S.walk_stmts((s,)))
    found = [writes_follow(block, takes, writes, ends, chosen, later) for block in S.blocks(s)]
    if isinstance(s, (S.For, S.While)) and None not in found:
        later = later or any(found)
        found = [writes_follow(block, takes, writes, ends, chosen, later) for block in S.blocks(s)]
    return None if None in found else any(found) or later


def bound_by(body: S.Block) -> dict[str, list[S.Stmt]]:
    """For every variable the statements that bind it."""
    bound: dict[str, list[S.Stmt]] = {}
    for s in S.walk_stmts(body):
        for name in S.writes(s):
            bound.setdefault(name, []).append(s)
    return bound


def _shown(e: E.Expr) -> frozenset[str]:
    """The variables that are put on a list, by themselves or in tuples."""
    return e.names if e.head == "var" or e.head == "tuple" and all(a.head in ("var", "const") for a in e.args) else E.NO_NAMES


def _makes_new(s: S.Stmt) -> bool:
    """Does a statement bind its variable to something that nothing else refers to, an empty list or a new array?"""
    return isinstance(s, S.Assign) and s.target.head == "var" and (
        E.hashable_callee(s.value) in _ALLOCATED or s.value.head == "list" and not s.value.args or E.is_const(s.value, None))


def _taken(s: S.Stmt) -> tuple[tuple[str, str], ...]:
    """The variable that `s` binds to (a part of) what another stands for, with that."""
    if not isinstance(s, S.Assign) or s.target.head != "var":
        return ()
    e = s.value
    while e.head == "index" or E.hashable_callee(e) in _PASSING:
        e = e.args[0] if e.head == "index" else e.args[1]
    return ((s.target.data, e.data),) if e.head == "var" else ()


def _hands_on(s: S.Stmt, name: str) -> bool:
    """May something else stand for what `name` does after a statement?"""
    if name not in S.reads(s):
        return False
    return not (isinstance(s, S.Aug) and s.target == E.var(name) and name not in s.value.names or _is_passed(s, name)
                or isinstance(s, S.Assign) and s.target.head == "var" and computes(s.value))


def _is_passed(s: S.Stmt, name: str) -> bool:
    """``t = unbroadcast(t, x)``, which gives what it is given where there is nothing to do."""
    return isinstance(s, S.Assign) and s.target == E.var(name) and E.hashable_callee(s.value) in _PASSING \
        and s.value.args[1] == s.target


def _is_direct(s: S.Stmt, bound: Bound) -> bool:
    """Does `s` write into places of a variable's own: does it put something there, or change what cannot be elsewhere?"""
    if isinstance(s, S.Do):
        return _of_list(s.value, ("append", "insert", "pop"))
    made = [t.value for n in E.root(s.target).names for t in bound.get(n, ()) if isinstance(t, S.Assign)] \
        if isinstance(s, S.Aug) else []
    if any(not E.is_const(e, None) and E.hashable_callee(e) not in _ALLOCATED for e in made):
        return False
    if isinstance(s, S.Assign) and s.target.head == "var":
        return _of_list(s.value, ("pop", "popleft"))
    return isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index" and s.target.args[0].head == "var"


def _of_list(e: E.Expr, methods: tuple[str, ...]) -> bool:
    fn = e.args[0] if e.head == "call" else e
    return fn.head == "attr" and fn.data in methods and fn.args[0].head == "var"
