"""Remove what nothing needs: assignments, stores into memory, pairs of pushes and pops, empty branches and loops.

A backward walk with the variables, and the memory, that are read later (Kildall 1973). A statement counts as a reader
only when it is itself needed, so that ``bx = bx + e`` in a loop does not keep itself alive.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.memory import MAY_ACT, OUTSIDE, Memory
from s2sgrad.optimize.program import Program

Live = set[str | int]


def remove_dead_code(fn: S.Function, program: Program) -> S.Function:
    """Drop every statement whose results and effects nothing depends on."""
    memory = program.memory
    stacks = program.asked(private_stacks, fn)
    needed: set[str] = set()
    before: _Sweep | None = None
    while True:
        sweep = before = _Sweep(memory, stacks - needed, before, program.pinned)
        body = sweep.block(fn.body, set(memory.escaping))
        if not sweep.late:
            break
        needed |= sweep.late
    if body is fn.body:
        return fn
    program.stores_gone |= sweep.stores_gone
    return S.with_body(fn, body)


def private_stacks(body: S.Block) -> frozenset[str]:
    """The lists that the function makes empty and only pushes to and pops from."""
    making = {s for s in S.walk_stmts(body) if type(s) is S.Assign and s.value.head == "list" and not s.value.args
              and s.target.head == "var"}
    if not making:
        return E.NO_NAMES
    made = frozenset().union(*map(S.writes, making))
    used: set[str] = set()
    for s in S.walk_stmts(body):
        if made.isdisjoint(s.read) and made.isdisjoint(s.written) or s in making:
            continue
        used |= S.writes(s)
        for e in S.expressions(s):
            if not e.heads & E.CALL:
                used |= e.names
            else:
                _other_uses(e, used, type(s) is S.Do)
    return made - used


def _other_uses(e: Expr, used: set[str], as_statement: bool) -> None:
    """Collect the variables that `e` uses otherwise than by ``v.append(...)`` and ``v.pop()``."""
    if e.head == "var":
        used.add(e.data)
    elif stack_call(e, "pop") is not None:
        return
    elif as_statement and stack_call(e, "append") is not None:
        _other_uses(e.args[1], used, False)
    elif not e.heads & E.CALL:
        used |= e.names
    else:
        for a in e.args:
            _other_uses(a, used, False)


def stack_call(e: Expr, method: str) -> str | None:
    """The variable of a ``v.append(x)`` or a ``v.pop()``."""
    if e.head != "call" or e.args[0].head != "attr":
        return None
    fn = e.args[0]
    if fn.data == method and fn.args[0].head == "var" and len(e.args) == (2 if method == "append" else 1):
        return str(fn.args[0].data)
    return None


#: Values for which a statement may be there.
_ACTING = "call", "walrus"
_DOING_NOTHING = frozenset((S.Comment, S.Pass, S.Import))


class _Sweep:
    """One walk. `stacks` are those of which no needed value has been popped yet; `late` those found needed after a
    pop of theirs had been dropped."""

    def __init__(self, memory: Memory, stacks: frozenset[str], before: _Sweep | None, pinned: frozenset[str]) -> None:
        self.memory = memory
        self.idle = set(stacks)
        self.dropped: set[str] = set()
        self.late: set[str] = set()
        self.pinned = pinned
        self.stores_gone = False
        self._head: dict[S.Stmt, Live] = {}
        self._mentions: dict[S.Stmt, Live | None] = {} if before is None else before._mentions
        self._exits: list[tuple[Live, Live]] = []

    def block(self, body: S.Block, live: Live) -> S.Block:
        """What remains of a block; `live` becomes what is live before it."""
        out: list[S.Stmt] = []
        pinned, memory = self.pinned, self.memory
        changes = bool(memory.written)
        for s in reversed(body):
            if type(s) is S.Assign and s.target.head == "var" and s.value.head not in _ACTING and s.target.data not in pinned:
                name, e = s.target.data, s.value  # what most statements of a program are
                if name in live:
                    live.discard(name)
                    if e.names:
                        live |= e.names
                        if changes:
                            live |= memory.reads(e)
                        if self.idle and not e.names.isdisjoint(self.idle):
                            self._pops(e)
                    out.append(s)
                    continue
                if not e.heads & MAY_ACT:
                    continue
            made = self._statement(s, live)
            if made is not None:
                out.append(made)
        out.reverse()
        return S.block_of(out, body)

    # ---- statements ---------------------------------------------------------------------------------------------

    def _statement(self, s: S.Stmt, live: Live) -> S.Stmt | None:
        kind = type(s)
        if kind in S.COMPOUND:
            return self._compound(s, live)
        if kind in _DOING_NOTHING:
            return s
        if kind is S.Return or kind is S.Raise:
            live.clear()
            live |= self.memory.escaping
        elif kind is S.Break or kind is S.Continue:
            live.clear()
            if self._exits:
                live |= self._exits[-1][0 if kind is S.Break else 1]
        elif not self._is_needed(s, live):
            self.stores_gone = self.stores_gone or self._tells_of_memory(s)
            return None
        live -= S.writes(s) - self.pinned
        self._read_statement(s, live)
        return s

    def _compound(self, s: S.Stmt, live: Live) -> S.Stmt | None:
        if isinstance(s, S.If):
            return self._branch(s, live)
        if isinstance(s, (S.For, S.While)):
            return self._loop(s, live)
        if isinstance(s, S.With):
            body = self.block(s.body, live)
            live -= S.writes(s)
            self._read(S.expressions(s), live)
            return s if body is s.body else dataclasses.replace(s, body=body)
        assert isinstance(s, S.Try)
        return self._try(s, live)

    def _is_needed(self, s: S.Stmt, live: Live) -> bool:
        if isinstance(s, (S.Assert, S.Delete)):
            return True
        value: Expr = s.value  # type: ignore[union-attr, assignment]
        bound = S.writes(s)
        if value.head != "call" and not bound.isdisjoint(live):
            return True
        if value.head == "walrus" and type(s) is S.Assign:
            return True
        if value.head == "call" and self.idle and isinstance(s, (S.Assign, S.Do)):
            popped = stack_call(value, "pop")
            if popped in self.idle:
                wanted = not bound.isdisjoint(live) or not bound.isdisjoint(self.pinned)
                if wanted or S.stored_root(s) is not None and self._stores(s, live):
                    self._need(popped)
                    return True
                self.dropped.add(popped)
                return False
            if type(s) is S.Do and stack_call(value, "append") in self.idle:
                return False
        if not bound.isdisjoint(live) or not bound.isdisjoint(self.pinned):
            return True
        if isinstance(s, S.Define):
            return False
        if S.stored_root(s) is not None or isinstance(s, S.Aug):
            return self._stores(s, live) or not self.memory.is_pure(value)
        if self.memory.is_pure(value):
            return isinstance(s, S.Do)  # a check: what it is there for is that it may raise
        written = self.memory.writes(s)
        if OUTSIDE in written or not written or isinstance(s, S.Define):
            return True
        return not written.isdisjoint(live)

    def _tells_of_memory(self, s: S.Stmt) -> bool:
        """May more be known of memory without `s`? Of a number that is put on a list of the sweeps alone nothing follows."""
        if isinstance(s, S.Assign):
            return s.target.head != "var"
        pushed = type(s) is S.Do and stack_call(s.value, "append") in self.idle
        return not (pushed and self.memory.claims.is_number(s.value.args[1]))  # type: ignore[union-attr]

    def _stores(self, s: S.Stmt, live: Live) -> bool:
        """Does somebody read the memory that a statement stores into?"""
        written = self.memory.writes(s)
        return OUTSIDE in written or not written.isdisjoint(live) or not written

    def _need(self, stack: str | None) -> None:
        if stack in self.idle:
            self.idle.discard(stack)
            if stack in self.dropped:
                self.late.add(stack)

    def _read_statement(self, s: S.Stmt, live: Live) -> None:
        if type(s) is S.Assign and s.target.head == "var":
            self._read((s.value,), live)
        elif isinstance(s, S.Assign) and s.target.head in ("index", "attr"):
            self._read((s.value, *s.target.args[1:]), live)
            self._reach_place(s.target.args[0], live)
        else:
            self._read(S.expressions(s), live)
            live -= S.writes(s) - S.reads(s)

    def _reach_place(self, e: Expr, live: Live) -> None:
        """A store needs its object, but of the contents only what leads there."""
        if e.head == "var":
            live.add(e.data)
        else:
            self._read((e,), live)

    def _read(self, es: Iterable[Expr], live: Live) -> None:
        for e in es:
            if e.names:
                live |= e.names
                live |= self.memory.reads(e)
                if self.idle and not e.names.isdisjoint(self.idle):
                    self._pops(e)

    def _pops(self, e: Expr) -> None:
        self._need(stack_call(e, "pop"))
        for a in e.args:
            if not a.names.isdisjoint(self.idle):
                self._pops(a)

    # ---- control ------------------------------------------------------------------------------------------------

    def _mentioned(self, s: S.Stmt) -> Live | None:
        """The variables and the memory that a statement has to do with, its blocks included; None for any of it."""
        if s not in self._mentions:
            self._mentions[s] = None if isinstance(s, S.Try) else self._all_of(s)
        return self._mentions[s]

    def _all_of(self, s: S.Stmt) -> Live | None:
        out: Live = set()
        names: set[str] = set()
        self._own(s, out, names)
        for block in S.blocks(s):
            for t in block:
                if type(t) in S.COMPOUND:
                    inside = self._mentioned(t)
                    if inside is None:
                        return None
                    out |= inside
                else:
                    self._own(t, out, names)
        return out.union(names, *map(self.memory.changing, names))

    def _own(self, s: S.Stmt, out: Live, names: set[str]) -> None:
        """Add the memory that a statement itself writes to `out`, and the variables that it mentions to `names`."""
        if type(s) is not S.Assign:
            names |= S.writes(s)
            names |= S.reads(s)
        out |= self.memory.writes(s)
        for e in S.expressions(s):
            names |= e.names

    def _apart(self, s: S.Stmt, live: Live) -> Live:
        """Take what `s` has to do with out of `live`: the sets of a long function are long."""
        mentioned = self._mentioned(s)
        part = set(live) if mentioned is None else live & mentioned
        live -= part
        return part

    def _branch(self, s: S.If, live: Live) -> S.Stmt | None:
        leaves = not S.kinds_inside(s).isdisjoint(S.LEAVING)
        inside = set(live) if leaves else self._apart(s, live)
        if leaves:
            live.clear()
        other = set(inside)
        orelse = self.block(s.orelse, other)
        body = self.block(s.body, inside)
        live |= inside
        live |= other
        if not _does_something(body) and not _does_something(orelse):
            if self._droppable(s.test):
                return None
            self._read((s.test,), live)
            return S.Do(s.test, s.loc)
        self._read((s.test,), live)
        if not body and orelse:
            return S.If(_negated(s.test), orelse, (), s.loc)
        if body is s.body and orelse is s.orelse:
            return s
        return dataclasses.replace(s, body=body, orelse=orelse)

    def _droppable(self, test: Expr) -> bool:
        """Can the evaluation of a condition be left out? A value from a stack that is idle otherwise stays there."""
        popped = stack_call(test.args[0] if test.head == "op" and test.data == "not" else test, "pop")
        if popped in self.idle:
            self.dropped.add(popped)
            return True
        return self.memory.is_pure(test)

    def _loop(self, s: S.For | S.While, live: Live) -> S.Stmt | None:
        orelse = self.block(s.orelse, live) if s.orelse else s.orelse
        after = self._apart(s, live)
        head = self._head.get(s)
        head = set(after) if head is None else head | after
        body, dropped = s.body, self.dropped
        while True:
            inside = set(head)
            self.dropped = set(dropped)  # what an iteration before the last one drops is there
            self._exits.append((after, head))
            body = self.block(s.body, inside)
            self._exits.pop()
            inside -= S.writes(s)
            kept = _does_something(body) or not self._droppable_header(s, after)
            if kept:
                self._read(S.expressions(s)[:1] if S.writes(s) else S.expressions(s), inside)
            inside |= head
            if inside == head:
                break
            head = inside
        self._head[s] = head
        if not kept and not orelse:
            live |= after
            return None
        live |= head
        if body is s.body and orelse is s.orelse:
            return s
        return dataclasses.replace(s, body=body or (S.Pass(),), orelse=orelse)

    def _droppable_header(self, s: S.For | S.While, after: Live) -> bool:
        """Can a loop go once its body is empty?"""
        if isinstance(s, S.While):
            return self.memory.is_pure(s.test)
        return self.memory.is_pure(s.iter) and S.writes(s).isdisjoint(after) and not S.writes(s) & self.pinned

    def _try(self, s: S.Try, live: Live) -> S.Stmt:
        """Any statement of the body may be the last before a handler: all of it counts as read."""
        for t in S.walk_stmts((s,)):
            self._read(S.expressions(t), live)
            for name in S.reads(t):
                live.add(name)
        live |= self.memory.written
        return s


def _does_something(body: S.Block) -> bool:
    for s in body:
        if type(s) is not S.Comment and type(s) is not S.Pass:
            return True
    return False


def _negated(test: Expr) -> Expr:
    if test.head == "op" and test.data == "not":
        return test.args[0]
    return E.op("not", test)
