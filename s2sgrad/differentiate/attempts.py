"""The reverse of ``try`` statements.

    try:            path = 0 or the number of the handler that ran
        body        if path == 1: reverse of the handler
    except E:       else: reverse of the body
        handler

Where a handler ran, the body was left in the middle. Its effects are not reversed then, so nothing that it did may be
used afterwards; that is checked here.
"""
from __future__ import annotations

from s2sgrad.analysis.facts import Facts
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.lower.effects import written_arguments


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
    early = s.body[:-1] if s.body and isinstance(s.body[-1], (S.Assign, S.Aug)) else s.body  # the last binds, or raises
    bound = frozenset().union(*(S.writes(t) for t in S.walk_stmts(early))) & facts.active
    for h in s.handlers:
        after = Liveness(s.final, facts.live.handled.get(h, facts.live.after[s])).entry
        used = sorted(Liveness(h.body, after).entry & bound)
        if used:
            raise unsupported(h.loc or s.loc, f"{used[0].partition('.')[0]} may have been bound in the try block before the "
                              "exception, and is used afterwards", "bind it before the try statement, or in the handler too")
    for t in S.walk_stmts(s.body):
        root = S.stored_root(t)
        changed = [root] if root is not None else []
        changed += [E.root(a) for e in S.expressions(t) for call in E.calls(e) for a in written_arguments(call)]
        if any(r.head == "var" and r.data in facts.active for r in changed) and t is not s.body[-1]:
            raise unsupported(t.loc or s.loc, "what a try block changes in place before an exception cannot be reversed",
                              "change it after the try statement, or in a function that is called last in the block")
