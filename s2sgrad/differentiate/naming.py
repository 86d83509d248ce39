"""Variables of the derivative, in the namespace of internal names.

The adjoint of ``x.2`` is ``~x.2``, its tangent ``^x.2``; what a rule computes on the way is ``~:t.7``. The emitter
chooses what the reader sees (``bx``, ``dx``, ``t``).
"""
from __future__ import annotations

from collections.abc import Iterable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import interned

ADJOINT, TANGENT, LOCAL = E.ADJOINT, E.TANGENT, "~:"


def adjoint(name: str) -> str:
    return ADJOINT + name


def adjoint_var(name: str) -> Expr:
    return E.var(ADJOINT + name)


def tangent(name: str) -> str:
    return TANGENT + name


def tangent_var(name: str) -> Expr:
    return E.var(TANGENT + name)


def is_derivative(name: str) -> bool:
    """Does the variable belong to the derivative, not to the primal?"""
    return name.startswith(E.MARKS)


def derivatives(names: Iterable[str]) -> list[str]:
    """Those of some variables that belong to the derivative."""
    return [n for n in names if n[0] in _FIRST]


_FIRST = frozenset(E.MARKS)


def is_adjoint_code(s: S.Stmt) -> bool:
    """Does a statement, without its blocks, belong to the derivative and not to the primal?"""
    if isinstance(s, (S.Assign, S.Aug)):
        return bool(s.heads & E.DERIVATIVE)
    return any(map(is_derivative, S.reads(s) | S.writes(s)))


def is_adjoint(name: str) -> bool:
    """Is it the adjoint of a variable (not a local of a rule)?"""
    return name.startswith(ADJOINT) and not name.startswith(LOCAL)


def primal_of(name: str) -> str:
    return name[1:]


@interned
def preferred(name: str) -> str:
    """What a variable would like to be called."""
    if name.startswith("~:"):
        name = name[2:]
        return preferred(name) if name[:1] in "~^" else name.partition(".")[0]
    if name.startswith("~"):
        return "b" + preferred(name[1:])
    if name.startswith("^"):
        return "d" + preferred(name[1:])
    return name.partition(".")[0].rstrip("'")
