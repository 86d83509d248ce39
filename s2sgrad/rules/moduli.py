"""Where complex numbers may be at work, though no type tells: where real numbers are made of what may be complex."""
from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.rules.methods_table import NUMBER_ATTRIBUTES
from s2sgrad.rules.registry import rule_for

_FUNCTIONS = frozenset((abs, np.abs, np.real, np.imag, np.angle, np.conj, np.vdot, np.linalg.norm, runtime.sign,
                        runtime.like, runtime.real_like))


def makes_reals(body: Iterable[S.Stmt]) -> bool:
    """Is a modulus taken, or a real part? Results are real, so that functions of complex numbers have one."""
    return any(_makes_reals(s) for s in S.walk_stmts(body))


def near_reals(body: Iterable[S.Stmt]) -> frozenset[str] | None:
    """The variables that a modulus or a real part is taken of or computed from, and those that are computed from one.

    On the way from any other variable to the result nothing takes a real part, so that what is complex on this way makes
    the result complex. None where it does not show, since something may be changed under another name.
    """
    statements = list(S.walk_stmts(body))
    calls = [call for s in statements for e in S.expressions(s) for call in E.calls(e)]
    if any(not isinstance(s, _BINDING) or isinstance(s, S.Assign) and s.target.head in ("index", "attr") for s in statements) \
            or any(rule_for(E.hashable_callee(call)) is None for call in calls):
        return None
    makers = [s for s in statements if _makes_reals(s)]
    above = _closure(frozenset().union(*map(S.reads, makers)), [(S.writes(s), S.reads(s)) for s in statements])
    return above | _closure(frozenset().union(*map(S.writes, makers)), [(S.reads(s), S.writes(s)) for s in statements])


#: Statements that change nothing but what variables stand for.
_BINDING = (S.Assign, S.For, S.While, S.If, S.Return, S.Comment)


def _closure(names: frozenset[str], flows: list[tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    size = -1
    while len(names) > size:
        size = len(names)
        names = names.union(*(then for first, then in flows if not first.isdisjoint(names)))
    return names


def _makes_reals(s: S.Stmt) -> bool:
    for e in S.expressions(s):
        for part in E.walk(e) if e.heads & (E.CALL | E.ATTR) else ():
            if part.head == "attr" and part.data in NUMBER_ATTRIBUTES \
                    or part.head == "call" and E.hashable_callee(part) in _FUNCTIONS:
                return True
    return False
