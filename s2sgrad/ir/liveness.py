"""Which variables are read later: the backward dataflow problem that everything else leans on.

Core programs are structured, so the equations are solved by walking the statements backwards; a loop body is walked
until nothing changes, which takes two passes but for nests of loops.
"""
from __future__ import annotations

from collections.abc import Mapping

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S

Names = frozenset[str]


class Liveness:
    """`after[s]` are the variables that may be read after statement `s` before they are bound again.

    `head[loop]` are those that may be read from the start of an iteration on. Variables that a closure captures are
    live everywhere, since it reads them whenever it is called.
    """

    def __init__(self, body: S.Block, at_end: Names = E.NO_NAMES) -> None:
        self.after: dict[S.Stmt, Names] = {}
        self.head: dict[S.Stmt, Names] = {}
        self.pinned = captured_names(body)
        self.entry = self._block(body, at_end | self.pinned, E.NO_NAMES, E.NO_NAMES)

    def _block(self, body: S.Block, after: Names, on_break: Names, on_continue: Names) -> Names:
        live = after
        for s in reversed(body):
            live = self._statement(s, live, on_break, on_continue)
        return live

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
            return S.reads(s) | on_break | self.pinned
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
        final = self._block(s.final, after, on_break, on_continue) if s.final else after
        caught = final
        for h in s.handlers:
            inside = self._block(h.body, final, on_break, on_continue)
            caught = caught | (inside - {h.name} if h.name else inside)
            if h.type is not None:
                caught = caught | h.type.names
        orelse = self._block(s.orelse, final, on_break, on_continue) if s.orelse else final
        # Any statement of the body may be the last one before a handler runs.
        inside = orelse
        for t in reversed(s.body):
            inside = self._statement(t, inside | caught, on_break | caught, on_continue | caught)
        return inside | caught


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
