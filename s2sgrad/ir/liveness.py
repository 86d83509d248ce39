"""Which variables are read later: the backward dataflow problem that everything else leans on.

Core programs are structured, so the equations are solved by walking the statements backwards; a loop body is walked
until nothing changes, which takes two passes but for nests of loops.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S

Names = frozenset[str]


class Liveness:
    """`after[s]` are the variables that may be read after statement `s` before they are bound again.

    `head[loop]` are those that may be read from the start of an iteration on. Variables that a closure captures are
    live everywhere, since it reads them whenever it is called. `handled` tells, for a handler that sets a flag, what may
    be read after its statement where the handler ran.
    """

    def __init__(self, body: S.Block, at_end: Names = E.NO_NAMES) -> None:
        self.after: dict[S.Stmt, Names] = {}
        self.head: dict[S.Stmt, Names] = {}
        self.handled: dict[S.Handler, Names] = {}
        self.pinned = captured_names(body)
        self._caught: Names = E.NO_NAMES  # what is read after an exception
        self.entry = self._block(body, at_end | self.pinned, E.NO_NAMES, E.NO_NAMES)

    def _block(self, body: S.Block, after: Names, on_break: Names, on_continue: Names) -> Names:
        live = after
        for n in range(len(body) - 1, -1, -1):
            if isinstance(body[n], S.Try):
                self._handlers(body[n], body[n + 1:], (after, on_break, on_continue))  # type: ignore[arg-type]
            live = self._statement(body[n], live | self._caught, on_break, on_continue)
        return live | self._caught

    def _handlers(self, s: S.Try, rest: S.Block, after: tuple[Names, Names, Names]) -> None:
        """What follows a handler that sets a flag is what the flag lets through."""
        for h in s.handlers:
            flags = {t.target.data: t.value.data for t in h.body if isinstance(t, S.Assign) and t.target.head == "var"
                     and E.is_const(t.value) and isinstance(t.value.data, bool)}
            if any(_decided(t, flags) is not None for t in rest):
                one = Liveness((), self.pinned)
                one.head, one._caught = dict(self.head), self._caught
                self.handled[h] = one._block(tuple(_chosen(rest, flags)), *after)

    def _statement(self, s: S.Stmt, after: Names, on_break: Names, on_continue: Names) -> Names:
        self.after[s] = after
        kind = type(s)
        if kind is S.Break:
            return on_break
        if kind is S.Continue:
            return on_continue
        if kind is S.Return:
            return s.value.names | self.pinned  # type: ignore[union-attr]
        if kind is S.Raise:
            return S.reads(s) | self._caught | self.pinned
        if isinstance(s, (S.For, S.While)):
            return self._loop(s, after, on_break, on_continue)
        if isinstance(s, S.If):
            body = self._block(s.body, after, on_break, on_continue)
            orelse = self._block(s.orelse, after, on_break, on_continue) if s.orelse else after
            return body | orelse | s.test.names
        if isinstance(s, S.With):
            inside = self._block(s.body, after, on_break, on_continue)
            return (inside - S.writes(s)) | S.reads(s)
        if isinstance(s, S.Try):
            return self._try(s, after, on_break, on_continue)
        written = S.writes(s)
        if written:
            written = written - self.pinned
        return (after - written) | S.reads(s) if written else after | S.reads(s)

    def _loop(self, s: S.For | S.While, after: Names, on_break: Names, on_continue: Names) -> Names:
        done = self._block(s.orelse, after, on_break, on_continue) if s.orelse else after
        header = s.test.names if isinstance(s, S.While) else S.target_reads(s.target)
        bound = S.writes(s)
        head = self.head.get(s, E.NO_NAMES) | done | header
        while True:
            inside = self._block(s.body, head, after, head)
            new = head | (inside - bound) | header
            if new == head:
                break
            head = new
        self.head[s] = head
        return head | s.iter.names if isinstance(s, S.For) else head

    def _try(self, s: S.Try, after: Names, on_break: Names, on_continue: Names) -> Names:
        outer = self._caught
        uncaught = self._block(s.final, outer, outer, outer)
        ends = {h: self._block(s.final, self.handled[h], on_break, on_continue) for h in s.handlers if h in self.handled}
        final = self._block(s.final, after, on_break, on_continue) if s.final else after
        self._caught = uncaught
        caught = uncaught
        for h in s.handlers:
            inside = self._block(h.body, ends.get(h, final), on_break, on_continue)
            caught = caught | (inside - {h.name} if h.name else inside)
            if h.type is not None:
                caught = caught | h.type.names
        orelse = self._block(s.orelse, final, on_break, on_continue) if s.orelse else final
        self._caught = caught  # any statement of the body may be the last one before a handler runs
        inside = self._block(s.body, orelse, on_break, on_continue)
        self._caught = outer
        return inside | caught


def _decided(s: S.Stmt, flags: Mapping[str, bool]) -> S.Block | None:
    """The branch of a statement that asks for one of the flags, None for any other statement."""
    if not isinstance(s, S.If):
        return None
    negated = s.test.head == "op" and s.test.data == "not"
    flag = s.test.args[0] if negated else s.test
    if flag.head != "var" or flag.data not in flags:
        return None
    return s.body if flags[flag.data] != negated else s.orelse


def _chosen(body: S.Block, flags: Mapping[str, bool]) -> Iterator[S.Stmt]:
    """A block with the branches that the flags decide taken."""
    for s in body:
        branch = _decided(s, flags)
        if branch is None:
            yield s
        else:
            yield from _chosen(branch, flags)


def captured_names(body: S.Block) -> Names:
    """The variables that closures in `body` capture."""
    out: set[str] = set()
    for s in S.walk_stmts(body):
        for e in S.expressions(s):
            _captures(e, out)
    return frozenset(out)


def _captures(e: E.Expr, out: set[str]) -> None:
    if e.head == "function":
        out |= e.names
    elif e.names:
        for a in e.args:
            _captures(a, out)


def live_after(body: S.Block, at_end: Names = E.NO_NAMES) -> Mapping[S.Stmt, Names]:
    return Liveness(body, at_end).after
