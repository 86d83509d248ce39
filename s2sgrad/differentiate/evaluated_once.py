"""Evaluate once what a statement and its tangent both need: ``y = x * f(n)`` calls `f` one time.

An operand that does not vary stays one expression in normal form, however it is computed. Where the tangent repeats
it, a call that costs something, or that gives another value the second time (a random number), is put aside first.
"""
from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Container, Iterator

from s2sgrad.analysis.flows import sources
from s2sgrad.differentiate.tangents import is_allocation
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.source import Location
from s2sgrad.lower.names import Names
from s2sgrad.lower.purity import repeatable

_MADE_OF_PARTS = ("tuple", "list", "dict", "set", "slice", "star")
_CHEAP = frozenset((len, range, int, float, bool, abs, isinstance, slice, type))


def evaluated_once(s: S.Stmt, code: S.Block, names: Names) -> S.Block:
    """`code`, which `s` has been turned into, with what it would evaluate twice put aside in front of it.

    Two calls that read alike are two values: ``[Box(), Box()]`` holds two boxes, and a random number is another one the
    second time.
    """
    if len(code) < 2 or S.blocks(s):
        return code
    found = [c for e in S.expressions(s) for c in _candidates(e, e)]
    standing = Counter(found)
    if all(sum(_count(t, standing)[c] for t in code) <= n for c, n in standing.items()):
        return code
    # All are put aside once one is, so that they run in the order in which they stand.
    held = [S.Assign(E.var(names.fresh("t")), c, s.loc) for c in found]
    aside = {c: [t.target for t in held if t.value == c] for c in standing}
    return (*held, *(_replaced(t, _in_order(t, aside, s.loc)) for t in code))


def _in_order(s: S.Stmt, aside: dict[Expr, list[Expr]], loc: Location | None) -> dict[Expr, Iterator[Expr]]:
    """What takes the place of each call in a statement, one after the other."""
    count = _count(s, aside)
    for c, taken in aside.items():
        if count[c] not in (0, len(taken)) and len(taken) > 1 and not repeatable(c):
            raise unsupported(loc, "this call stands in one statement twice, and may give another value the second time",
                              "assign its values to variables first")
    return {c: iter(taken) if count[c] == len(taken) else itertools.repeat(taken[0]) for c, taken in aside.items()}


def _candidates(e: Expr, whole: Expr) -> Iterator[Expr]:
    """The largest parts of an expression that do not vary in themselves and that call something."""
    for a in e.args:
        if not _calls(a):
            continue
        if a.head in _MADE_OF_PARTS or is_allocation(a) or e.head == "call" and a is e.args[0]:
            yield from _candidates(a, whole)
        elif a.head in ("index", "attr") and _is_path(a):
            yield from _candidates(a, whole)
        else:
            yield a


def _is_path(e: Expr) -> bool:
    """Is this a part of a variable, which may vary?"""
    return E.root(e).head == "var" and not sources(e).isdisjoint(E.root(e).names)


def _calls(e: Expr) -> bool:
    if e.head == "call" and not _is_cheap(e) or e.head == "comp":
        return True
    return e.head != "function" and any(map(_calls, e.args))


def _is_cheap(e: Expr) -> bool:
    try:
        return E.hashable_callee(e) in _CHEAP
    except TypeError:
        return False


def _count(s: S.Stmt, parts: Container[Expr]) -> Counter[Expr]:
    """How often each of some parts stands in a statement, outside of others."""
    found: Counter[Expr] = Counter()

    def visit(e: Expr) -> None:
        if e in parts:
            found[e] += 1
        else:
            for a in e.args:
                visit(a)

    for e in S.expressions(s):
        visit(e)
    return found


def _replaced(s: S.Stmt, aside: dict[Expr, Iterator[Expr]]) -> S.Stmt:
    def put(e: Expr) -> Expr:
        return next(aside[e]) if e in aside else E.map_args(put, e)

    return S.map_expressions(put, s)
