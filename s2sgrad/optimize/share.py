"""Compute once what is the same wherever it is computed (common subexpressions), and outside of loops what no iteration
changes.

    k = s * np.eye(len(x))                       t = np.eye(len(x))
    ...                            --->          k = s * t
    bs = np.sum(bk * np.eye(len(x)))             ...
                                                 bs = np.sum(bk * t)

Only calls are shared, which are worth a variable, and only where they are operands of arithmetic, so that nobody can
change the array that is shared.
"""
from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.program import Program
from s2sgrad.rules.families import library

#: A place in nested blocks: the statements that lead there, each with the number of its block and its position.
Path = tuple[tuple[S.Stmt | None, int, int], ...]

_HARMLESS: frozenset[Any] = frozenset((np.eye, np.ones, np.zeros, np.arange, np.identity))
_CHEAP = frozenset((abs, min, max))


def share(fn: S.Function, program: Program) -> S.Function:
    """Give calls that occur several times, or in a loop that does not change them, a variable."""
    program.turn_to(fn)
    found = _Occurrences(program)
    found.block(fn.body, (), None, 0)
    insertions: dict[tuple[S.Stmt | None, int, int], list[S.Stmt]] = {}
    #: What stands for each of the calls that were found; what a call is made of stays where the call does.
    bindings: dict[Expr, Expr] = {e: e for e in found.of}
    for e, paths in found.of.items():
        at = _place(e, paths, found)
        if at is not None:
            bindings[e] = E.var(program.names.fresh("t"))
            insertions.setdefault(at, []).append(S.Assign(bindings[e], e))
    if not insertions:
        return fn
    return S.with_body(fn, _rewritten(fn.body, None, 0, bindings, insertions, _sought(bindings)))


def _sought(bindings: dict[Expr, Expr]) -> frozenset[str] | None:
    """Variables of which whatever mentions a call that gets a variable mentions one; None where there are no such."""
    shared = [e for e, made in bindings.items() if made is not e]
    return frozenset().union(*(e.names for e in shared)) if all(e.names for e in shared) else None


class _Occurrences:
    """Where calls that could be shared stand, and where variables are bound."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.of: dict[Expr, list[Path]] = {}
        self.bound: dict[str, Path] = {}

    def block(self, body: S.Block, path: Path, owner: S.Stmt | None, number: int) -> None:
        for n, s in enumerate(body):
            here = (*path, (owner, number, n))
            for name in S.writes(s):
                self.bound[name] = (*here, (s, 0, -1)) if isinstance(s, S.For) else here
            if not isinstance(s, (S.While, S.Try, S.Define)):
                for e in S.expressions(s):
                    if e.heads & E.CALL:
                        self._expression(e, False, here)
            for k, inner in enumerate(S.blocks(s)):
                if not isinstance(s, S.Try):
                    self.block(inner, here, s, k)

    def _expression(self, e: Expr, operand: bool, path: Path) -> None:
        if e.head in ("function", "comp", "ifexp", "bool"):
            return
        if operand and self._is_candidate(e):
            self.of.setdefault(e, []).append(path)
            return
        for a in e.args:
            if a.heads & E.CALL:
                self._expression(a, e.head == "op", path)

    def _is_candidate(self, e: Expr) -> bool:
        fn = E.hashable_callee(e) if e.head == "call" else None
        if fn is None or fn in _CHEAP or library(fn) not in ("numpy", "math", "scipy"):
            return False
        program = self.program
        return program.memory.is_pure(e) and not program.memory.reads(e) and program.pinned.isdisjoint(e.names) \
            and all(map(program.claims.is_constant, e.names))


def _place(e: Expr, paths: list[Path], found: _Occurrences) -> tuple[S.Stmt | None, int, int] | None:
    """The position before which `e` is to be computed once; None where that would not be an improvement."""
    first = paths[0]
    level = len(first) - 1
    while any(p[:level] != first[:level] or len(p) <= level or p[level][:2] != first[level][:2] for p in paths):
        level -= 1
    bound = [found.bound[n] for n in e.names if n in found.bound]
    while isinstance(first[level][0], S.For) and not any(b[:level] == first[:level] for b in bound):
        level -= 1  # to before the loop, in which nothing binds what `e` reads
    if any(b[:level + 1] == first[:level + 1] for b in bound):
        return None
    passed = [owner for owner, _, _ in first[level + 1:]]
    if any(not isinstance(owner, S.For) for owner in passed) or passed and not _cannot_raise(e):
        return None
    return first[level] if passed or len(paths) > 1 else None


def _cannot_raise(e: Expr) -> bool:
    """Can `e` be computed although the loop that it stood in may not run at all?"""
    if e.head == "call":
        fn = E.hashable_callee(e)
        return (isinstance(fn, np.ufunc) or fn in _HARMLESS) and all(map(_cannot_raise, e.args[1:]))
    if e.head == "op":
        return e.data in ("+", "-", "*") and all(map(_cannot_raise, e.args))
    return e.head in ("var", "const") or e.head == "tuple" and all(map(_cannot_raise, e.args))


def _rewritten(body: S.Block, owner: S.Stmt | None, number: int, bindings: dict[Expr, Expr],
               insertions: dict[tuple[S.Stmt | None, int, int], list[S.Stmt]], sought: frozenset[str] | None) -> S.Block:
    out: list[S.Stmt] = []
    for n, s in enumerate(body):
        for made in insertions.get((owner, number, n), ()):
            out.append(dataclasses.replace(made, loc=s.loc))
        if type(s) in S.COMPOUND and not isinstance(s, S.Try):
            s = _inside(s, bindings, insertions, sought)
        if (sought is None or not sought.isdisjoint(S.reads(s))) and not isinstance(s, (S.While, S.Try, S.Define)):
            s = S.map_expressions(lambda e: _replaced(e, False, bindings), s)
        out.append(s)
    return tuple(out)


def _inside(s: S.Stmt, bindings: dict[Expr, Expr],
            insertions: dict[tuple[S.Stmt | None, int, int], list[S.Stmt]], sought: frozenset[str] | None) -> S.Stmt:
    numbers = iter(range(len(S.blocks(s))))
    return S.map_blocks(lambda b: _rewritten(b, s, next(numbers), bindings, insertions, sought), s)


def _replaced(e: Expr, operand: bool, bindings: dict[Expr, Expr]) -> Expr:
    if not e.heads & E.CALL or e.head in ("function", "comp", "ifexp", "bool"):
        return e
    if operand and e in bindings:
        return bindings[e]
    return E.rebuild(e, tuple([_replaced(a, e.head == "op", bindings) for a in e.args]))
