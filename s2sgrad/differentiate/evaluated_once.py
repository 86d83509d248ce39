"""Evaluate once what a statement and its tangent both need: ``y = x * f(n)`` calls `f` one time.

An operand that does not vary stays one expression in normal form, however it is computed. Where the tangent repeats
it, a call that costs something, or that gives another value the second time (a random number), is put aside first.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from s2sgrad.analysis.flows import sources
from s2sgrad.differentiate.tangents import is_allocation
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import Names

_MADE_OF_PARTS = ("tuple", "list", "dict", "set", "slice", "star")
_CHEAP = frozenset((len, range, int, float, bool, abs, isinstance, slice, type))


def evaluated_once(s: S.Stmt, code: S.Block, names: Names) -> S.Block:
    """`code`, which `s` has been turned into, with what it would evaluate twice put aside in front of it."""
    if len(code) < 2 or S.blocks(s):
        return code
    found = list(dict.fromkeys(c for e in S.expressions(s) for c in _candidates(e, e)))
    aside = {c: E.var(names.fresh("t")) for c in found if sum(_count(t, c) for t in code) > 1}
    if not aside:
        return code
    # All are put aside once one is, so that they run in the order in which they stand.
    aside = {c: aside.get(c) or E.var(names.fresh("t")) for c in found}
    return (*(S.Assign(t, c, s.loc) for c, t in aside.items()), *(_replaced(t, aside) for t in code))


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


def _count(s: S.Stmt, part: Expr) -> int:
    return sum(_occurrences(e, part) for e in S.expressions(s))


def _occurrences(e: Expr, part: Expr) -> int:
    return 1 if e == part else sum(_occurrences(a, part) for a in e.args)


def _replaced(s: S.Stmt, aside: dict[Expr, Expr]) -> S.Stmt:
    def put(e: Expr) -> Expr:
        return aside[e] if e in aside else E.map_args(put, e)

    if isinstance(s, (S.Assign, S.Aug)):
        return dataclasses.replace(s, target=put(s.target), value=put(s.value))
    return S.map_expressions(put, s)
