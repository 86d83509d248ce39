"""Updates of what the function has just made, before anything else can stand for it.

    q = q + dq * dt
    q /= np.linalg.norm(q)        nobody sees that this happens in place, whatever `q` is later
    return q
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.rules.bind import BindError, application


def unshared_updates(body: S.Block) -> frozenset[S.Aug]:
    """The augmented assignments to variables whose value is new, and which no statement since has handed on."""
    return frozenset(_found(body))


def _found(body: S.Block) -> Iterator[S.Aug]:
    fresh: set[str] = set()
    for s in body:
        if isinstance(s, S.Aug) and s.target.head == "var" and s.target.data in fresh:
            yield s
        for inner in S.blocks(s):
            yield from _found(inner)
        fresh -= _handed_on(s, fresh)
        for t in S.walk_stmts((s,)):
            if not (isinstance(t, S.Aug) and t.target.head == "var" and t.target.data in fresh):
                fresh -= S.writes(t)
        if isinstance(s, S.Assign) and s.target.head == "var" and is_new(s.value):
            fresh.add(s.target.data)


def _handed_on(s: S.Stmt, names: set[str]) -> set[str]:
    """Those of some variables that others may stand for after a statement."""
    used = names & S.all_names((s,))
    return {n for n in used if not all(_only_computes(e, n) for t in S.walk_stmts((s,)) for e in _evaluated(t))}


def _evaluated(s: S.Stmt) -> tuple[Expr, ...]:
    if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "var":
        return (s.value,)
    return S.expressions(s)


def _only_computes(e: Expr, name: str) -> bool:
    """Does an expression use a variable for arithmetic alone?"""
    if name not in e.names:
        return True
    if e.head == "var":
        return False
    if e.head in ("op", "compare", "bool"):
        return all(a.head == "var" or _only_computes(a, name) for a in e.args)
    return is_new(e) and all(a.head == "var" or _only_computes(a, name) for a in e.args[1:])


def is_new(e: Expr) -> bool:
    """Is this surely a number, or an array that nothing else refers to?"""
    if e.head == "op":
        return True
    try:
        found = application(e) if e.head == "call" else None
    except BindError:
        return False
    return found is not None and not found.rule.view and not written_arguments(e)
