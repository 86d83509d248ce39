"""The reverse of ``try`` statements.

    try:            path = 0 or the number of the handler that ran
        body        if path == 1: reverse of the handler
    except E:       else: reverse of the body
        handler

Where a handler ran, the body was left in the middle. Its effects are not reversed then, so nothing that it did may be
used afterwards; that is checked here. What it pushed on stacks is taken off them (`unwinding`).
"""
from __future__ import annotations

from collections.abc import Set

from s2sgrad.analysis.facts import Facts
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.unshared import is_new


def path_of(s: S.Try) -> Expr | None:
    """The variable that tells which way a statement went: 0, or the number of the handler; None without handlers."""
    if not s.handlers:
        return None
    first = s.orelse[0]
    assert isinstance(first, S.Assign)
    return first.target


def check(s: S.Try, facts: Facts) -> None:
    """Raise where a handler, or what follows it, uses what the body may have done before the exception."""
    if not s.handlers:
        return
    early = _Early(facts)
    early.block(s.body, False, False)
    bound = frozenset().union(*(S.writes(t) for t in early.found)) & facts.active
    live: frozenset[str] = E.NO_NAMES
    for h in s.handlers:
        after = Liveness(s.final, facts.live.handled.get(h, facts.live.after[s])).entry
        entering = Liveness(h.body, after).entry
        live |= entering
        used = sorted(entering & bound)
        if used:
            raise unsupported(h.loc or s.loc, f"{used[0].partition('.')[0]} may have been bound in the try block before the "
                              "exception, and is used afterwards", "bind it before the try statement, or in the handler too")
    inside = frozenset(S.walk_stmts((s,)))
    live |= Liveness(s.body).entry  # what a loop around the statement has left there
    for t in early.found:
        for root in _changed(t):
            if root.data in facts.active and not _is_gone(root.data, inside, live, facts):
                raise unsupported(t.loc or s.loc, "what a try block changes in place before an exception cannot be reversed",
                                  "change it after the try statement, or in a function that is called last in the block")


def _changed(s: S.Stmt) -> list[Expr]:
    """The variables whose contents a statement changes."""
    root = S.stored_root(s)
    changed = [root] if root is not None else []
    changed += [E.root(a) for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call)]
    return [r for r in changed if r.head == "var"]


def _is_gone(name: str, inside: Set[S.Stmt], live: Set[str], facts: Facts) -> bool:
    """Is the memory of a variable made in the body of a try statement, and seen by nobody after an exception?

    What a handler binds it to is something else.
    """
    made = facts.definitions.get(name, ())
    if name in live or not made or not all(s in inside and isinstance(s, S.Assign) and _is_made(s.value) for s in made):
        return False
    contents = facts.aliasing.contents(name)
    seen = live | {p.name for p in facts.function.params}
    return all(contents.isdisjoint(facts.aliasing.contents(n)) for n in seen)


def _is_made(e: Expr) -> bool:
    return e.head in ("list", "dict", "comp") or is_new(e)


class _Early:
    """Finds the statements of a block after which an exception may still come; one that binds a variable does so, or raises."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.found: dict[S.Stmt, None] = {}

    def block(self, body: S.Block, later: bool, left: bool) -> bool:
        """Whether anything from the start of a block on may raise; `later` tells it of what follows the block, `left` of
        what follows the loop around it."""
        for s in reversed(body):
            later = self._statement(s, later, left)
        return later

    def _statement(self, s: S.Stmt, later: bool, left: bool) -> bool:
        if isinstance(s, S.Break):
            return left
        if isinstance(s, S.If):
            branches = [self.block(b, later, left) for b in (s.body, s.orelse)]
            return any(branches) or not self._is_harmless(s, s.test)
        if isinstance(s, (S.For, S.While)):
            self.found[s] = None
            self.block(s.body, True, later)
            self.block(s.orelse, later, left)
            return True
        if S.blocks(s):
            self.found.update(dict.fromkeys(S.walk_stmts((s,))))
            return True
        if later:
            self.found[s] = None
        if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "var":
            return later or not self._is_harmless(s, s.value)
        return later or not isinstance(s, (S.Pass, S.Comment, S.Continue))

    def _is_harmless(self, s: S.Stmt, e: Expr) -> bool:
        """Is this arithmetic with numbers, which raises nothing?"""
        return all(p.head in ("const", "bool", "compare") or p.head == "op" and p.data in _HARMLESS
                   or p.head == "var" and self.facts.type_at(s, p).kind == "number" for p in E.walk(e)) \
            or e.head in ("const", "var")


_HARMLESS = ("+", "-", "*", "not")
