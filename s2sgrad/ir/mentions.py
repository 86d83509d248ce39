"""How often expressions mention variables."""
from __future__ import annotations

from collections.abc import Collection, Iterable

from s2sgrad.ir.expr import REPEATED, Expr


def mentions(e: Expr) -> Collection[str]:
    """The variables in `e`, each as often as it is mentioned, those that comprehensions bind included."""
    return all_mentions(e.args) if e.heads & REPEATED else e.names


def all_mentions(es: Iterable[Expr]) -> list[str]:
    """The `mentions` of some expressions."""
    out: list[str] = []
    for e in es:
        out += all_mentions(e.args) if e.heads & REPEATED else e.names
    return out
