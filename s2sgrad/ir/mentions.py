"""How often expressions mention variables."""
from __future__ import annotations

from collections.abc import Iterable

from s2sgrad.ir.expr import Expr


def mentions(e: Expr) -> tuple[str, ...]:
    """The variables in `e`, each as often as it is mentioned, those that comprehensions bind included."""
    try:
        return e._mentions
    except AttributeError:  # asked for the first time
        out: tuple[str, ...] = ()
        if e.head == "var":
            out = (e.data,)
        elif e.names or e.head == "comp":
            for a in e.args:
                try:
                    out += a._mentions
                except AttributeError:
                    out += mentions(a)
        e._mentions = out
        return out


def all_mentions(es: Iterable[Expr]) -> list[str]:
    """The `mentions` of some expressions."""
    out: list[str] = []
    for e in es:
        try:
            out += e._mentions
        except AttributeError:
            out += mentions(e)
    return out
