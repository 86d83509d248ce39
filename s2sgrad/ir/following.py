"""Which variables are bound again once a statement has been executed."""
from __future__ import annotations

from collections.abc import Iterable

from s2sgrad.ir import stmt as S


class Following:
    """What a block binds, by place in its text: a quick no where a walk of all that follows a statement would find nothing."""

    def __init__(self, body: S.Block) -> None:
        self._last: dict[str, int] = {}
        self._start: dict[S.Stmt, int] = {}
        self._statements = 0
        self._number(body, None)

    def _number(self, body: S.Block, start: int | None) -> None:
        for s in body:
            at, self._statements = self._statements, self._statements + 1
            self._start.setdefault(s, at if start is None else start)
            for name in S.writes(s):
                self._last[name] = at
            for block in S.blocks(s):
                self._number(block, at if start is None and not isinstance(s, (S.If, S.With)) else start)

    def may_bind(self, names: Iterable[str], s: S.Stmt) -> bool:
        """May `s`, or what is executed after it, bind one of some variables? Loops start again."""
        start, last = self._start[s], self._last
        return any(last.get(name, -1) >= start for name in names)
