"""Variables that take turns: buffers that are exchanged one copy after the other.

    t = u                      u, v = v, u
    u = v           --->
    v = t

This is what is left of ``self.u, self.v = self.v, self.u`` once attributes are variables, and of ``u, v = step(u, v)`` once
the function, which returns ``v, u``, is in the place of the call. Taken one by one, every variable would stand for several
arrays while others do as well; of an exchange it is known that each array has one owner before and after.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.liveness import captured_names
from s2sgrad.ir.mentions import mentions


def taking_turns(fn: S.Function) -> S.Function:
    """`fn` where copies that exchange what variables stand for are one statement each."""
    if not any(_has_run(block) for block in S.all_blocks(fn.body)):
        return fn
    turns = _Turns(fn)
    body = turns.block(fn.body)
    return fn if body is fn.body else S.with_body(fn, body)


def _has_run(block: S.Block) -> bool:
    """Are there two copies one after the other?"""
    before = False
    for s in block:
        copy = type(s) is S.Assign and s.value.head == "var" and s.target.head == "var"
        if copy and before:
            return True
        before = copy
    return False


def _is_copy(s: S.Stmt) -> bool:
    return type(s) is S.Assign and s.target.head == s.value.head == "var"


class _Turns:
    def __init__(self, fn: S.Function) -> None:
        #: How often each variable is mentioned, and those that may be bound, or read, where nobody sees it.
        self.mentions = Counter(n for s in S.walk_stmts(fn.body) for n in _mentioned(s))
        self.copied = {n for s in S.walk_stmts(fn.body) if _is_copy(s) for n in S.writes(s)}
        self.kept = captured_names(fn.body) | fn.nonlocals
        self.params = {p.name for p in fn.params}

    def block(self, body: S.Block) -> S.Block:
        out = [S.map_blocks(self.block, s) for s in body]
        at = 0
        while at < len(out):
            end = at
            while end < len(out) and _is_copy(out[end]):
                end += 1
            if end - at > 1:
                at += self._exchange(out, at, end)
            else:
                at = end + 1
        return S.block_of(out, body)

    def _exchange(self, body: list[S.Stmt], at: int, end: int) -> int:
        """Write a run of copies as an exchange, if it is one; return how many statements there are to pass by."""
        run = [s for s in body[at:end] if isinstance(s, S.Assign)]
        before = self._names_before(body, at, {s.value.data for s in run})
        now: dict[str, str] = {}
        for s in run:
            source = s.value.data
            now[s.target.data] = now[source] if source in now else before[source][1] if source in before else source
        within = Counter(n for s in run for n in (s.target.data, s.value.data))
        moved = {n: source for n, source in now.items() if n not in self._done_with(within, now)}
        if not moved or set(moved) != set(moved.values()) or any(n == source for n, source in moved.items()):
            return end - at
        aside = {name: made for name, (made, _) in before.items()}
        if any(self.mentions[n] != within[n] + _between(n, body[made:at]) for n, made in aside.items()):
            return end - at  # the other name is in use elsewhere
        names = sorted(moved)
        body[at:end] = [S.Assign(E.tuple_(*map(E.var, names)), E.tuple_(*(E.var(moved[n]) for n in names)), run[-1].loc)]
        for name, (_, source) in before.items():
            first = aside[name]
            body[first + 1:at] = [S.substitute(s, {name: E.var(source)}) for s in body[first + 1:at]]
        for first in sorted(aside.values(), reverse=True):
            del body[first]
        return 1 - len(aside)

    def _done_with(self, within: Mapping[str, int], now: Mapping[str, str]) -> frozenset[str]:
        """The variables that a run of copies binds and nothing else mentions."""
        return frozenset(n for n in now if self.mentions[n] == within[n] and n not in self.kept | self.params)

    def _names_before(self, body: list[S.Stmt], at: int, wanted: set[str]) -> dict[str, tuple[int, str]]:
        """Variables that were made other names for variables earlier in a block, and still are: where, and for which."""
        found: dict[str, tuple[int, str]] = {}
        bound: set[str] = set()
        wanted = wanted & self.copied
        for n in range(at - 1, -1, -1):
            if wanted <= bound:  # what is further up is lost
                break
            s = body[n]
            written = S.bound_by((s,))
            if isinstance(s, S.Assign) and _is_copy(s) and s.target.data in wanted - bound - self.kept \
                    and s.value.data not in bound | self.kept and not wanted.isdisjoint(written):
                found[s.target.data] = n, s.value.data
            bound |= written
        return found


def _between(name: str, statements: list[S.Stmt]) -> int:
    return sum(n == name for s in S.walk_stmts(statements) for n in _mentioned(s))


def _mentioned(s: S.Stmt) -> list[str]:
    """The variables that a statement itself mentions, each as often as it does."""
    return [n for e in S.expressions(s) for n in mentions(e)]
