"""Leave out what the tangent program does not need: tangents that nothing reads, and shapes that nothing asks for."""
from __future__ import annotations

import dataclasses

from s2sgrad.differentiate.naming import TANGENT
from s2sgrad.differentiate.tangents import BROADCAST
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness

_REPEAT = BROADCAST.data.value


def without_unneeded(body: S.Block) -> S.Block:
    return without_dead_tangents(without_repetition(body))


# ---- tangents that nothing reads ----------------------------------------------------------------------------------

def without_dead_tangents(body: S.Block) -> S.Block:
    """Drop zero tangents that are not read; what is computed from other tangents belongs to something useful."""
    live = Liveness(body).after

    def kept(block: S.Block) -> S.Block:
        return tuple(S.map_blocks(kept, s) for s in block if not _is_dead(s))

    def _is_dead(s: S.Stmt) -> bool:
        if not isinstance(s, S.Assign) or s.target.head != "var" or not s.target.data.startswith(TANGENT):
            return isinstance(s, S.Assign) and s.value == s.target
        if any(n.startswith(TANGENT) for n in s.value.names):
            return s.value == s.target
        return _is_pure(s.value) and s.target.data not in live[s]

    return kept(body)


def _is_pure(e: Expr) -> bool:
    if e.head == "call" and e.args[0].head == "attr":
        return False
    return all(map(_is_pure, e.args))


# ---- repetition along axes ------------------------------------------------------------------------------------------

def without_repetition(body: S.Block) -> S.Block:
    """Leave a tangent smaller than its primal where arithmetic is all that reads it: it broadcasts there anyway.

    A tangent has to have its full shape where a function, a subscript or the caller gets it. One that is computed
    by arithmetic from another, and not repeated itself, hands that requirement on.
    """
    if not any(map(_repeats, S.walk_stmts(body))):
        return body
    strict: set[str] = set()
    flows: list[tuple[frozenset[str], str]] = []
    for s in S.walk_stmts(body):
        loose: set[str] = set()
        repeated = _repeats(s)
        if repeated:
            _reads(s.value.args[1], loose, strict)  # type: ignore[union-attr]
            strict |= {n for n in s.value.args[2].names if n.startswith(TANGENT)}  # type: ignore[union-attr]
        else:
            for e in S.expressions(s):
                _reads(e, loose, strict)
        if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data.startswith(TANGENT):
            if not repeated:  # where the primal stands beside its tangent, it has the axes that the tangent may lack
                present = _leaves(s.value)
                flows.append((frozenset(n for n in loose if n[1:] not in present), s.target.data))
        else:
            strict |= loose
    before = -1
    while before != len(strict):
        before = len(strict)
        for sources, target in flows:
            if target in strict:
                strict |= sources
    return tuple(_loosened(s, strict) for s in body)


def _repeats(s: S.Stmt) -> bool:
    return isinstance(s, S.Assign) and E.callee(s.value) is _REPEAT and s.target.head == "var"


def _reads(e: Expr, loose: set[str], strict: set[str]) -> None:
    """Sort the tangents in `e` by whether arithmetic or something else reads them."""
    if e.head == "var":
        if e.data.startswith(TANGENT):
            loose.add(e.data)
    elif e.head == "op" and e.data in ("+", "-", "*", "/"):
        for a in e.args:
            _reads(a, loose, strict)
    else:
        strict |= {n for n in e.names if n.startswith(TANGENT)}


def _leaves(e: Expr) -> frozenset[str]:
    """The variables that the elementwise arithmetic of `e` reads."""
    if e.head == "var":
        return e.names
    if e.head == "op" and e.data in ("+", "-", "*", "/", "**"):
        return frozenset().union(*map(_leaves, e.args))
    return E.NO_NAMES


def _loosened(s: S.Stmt, strict: set[str]) -> S.Stmt:
    if isinstance(s, S.Assign) and _repeats(s) and s.target.data not in strict:
        return dataclasses.replace(s, value=s.value.args[1])
    return S.map_blocks(lambda b: tuple(_loosened(t, strict) for t in b), s)
