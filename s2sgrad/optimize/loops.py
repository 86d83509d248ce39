"""Loops over elements again where lowering needed their positions, and loops forwards where the order is all the same.

    for i in range(len(xs)):                         for v in xs:
        v = xs[i]                    --->                total = total + v
        total = total + v
"""
from __future__ import annotations

import builtins
import dataclasses

from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_counter
from s2sgrad.optimize.program import Program


def improve_loops(fn: S.Function, program: Program) -> S.Function:
    """Rewrite the headers of loops."""
    program.turn_to(fn)
    uses = program.uses(fn)

    def statement(s: S.Stmt) -> S.Stmt:
        if isinstance(s, S.For) and s.target.head == "var":
            if not uses.get(s.target.data):
                return _forwards(s)
            if is_counter(program.names.origin.get(s.target.data, s.target.data)):
                return _over_elements(s, uses, program)
        return s

    return S.with_body(fn, S.map_stmts(statement, fn.body))


def _forwards(s: S.For) -> S.For:
    """``for _ in reversed(range(n))``, which only counts, as ``for _ in range(n)``."""
    e = s.iter
    if E.callee(e) is builtins.reversed and len(e.args) == 2 and E.callee(e.args[1]) is range:
        return dataclasses.replace(s, iter=e.args[1])
    return s


def _over_elements(s: S.For, uses: dict[str, int], program: Program) -> S.For:
    """A loop over positions, which only select the elements that the body starts with, as a loop over these."""
    counter = s.target.data
    loads: list[tuple[Expr, Expr]] = []
    for t in s.body:
        if not (isinstance(t, S.Assign) and t.target.head in ("var", "tuple") and t.value.head == "index"
                and t.value.args[1] == s.target and t.value.args[0].head == "var"):
            break
        loads.append((t.target, t.value.args[0]))
    sequences = [xs for _, xs in loads]
    names = [a.data for v, _ in loads for a in (v.args if v.head == "tuple" else (v,))]
    if not loads or uses[counter] != len(loads) or len(set(names)) < len(names) or program.pinned & {*names, counter}:
        return s
    if not _covers(s.iter, sequences) or not all(_is_steady(xs, s, program) for xs in sequences):
        return s
    if any(name in S.writes(t) for name in names for t in S.walk_stmts(s.body[len(loads):])):
        return s
    if len(loads) == 1:
        target, iterable = loads[0]
    else:
        target, iterable = E.tuple_(*(v for v, _ in loads)), E.call(lib.builtin("zip"), *sequences)
    return dataclasses.replace(s, target=target, iter=iterable, body=s.body[len(loads):] or (S.Pass(),))


def _covers(positions: Expr, sequences: list[Expr]) -> bool:
    """Are `positions` all that the shortest of `sequences` has?"""
    if E.callee(positions) is not range or len(positions.args) != 2:
        return False
    count = positions.args[1]
    counts = count.args[1:] if E.callee(count) is builtins.min else (count,)
    measured = {c.args[1] for c in counts if E.callee(c) is len and len(c.args) == 2}
    return len(measured) == len(counts) and measured == set(sequences)


def _is_steady(xs: Expr, s: S.For, program: Program) -> bool:
    """Is the sequence the same, and as long, throughout the loop?"""
    if any(xs.data in S.writes(t) for t in S.walk_stmts(s.body)):
        return False
    if program.claims.of(xs).is_array:
        return True
    group = program.memory.group(xs.data)
    return group is None or not any(group in program.memory.writes(t) for t in S.walk_stmts(s.body))
