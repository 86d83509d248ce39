"""Methods of what an expression chooses, in branches or of a variable: what they change is one of several objects.

    (a if k else b).append(v)          if k: a.append(v)
                               --->    else: b.append(v)

    (k and a or b).append(v)           t = k and a or b
                               --->    t.append(v)
"""
from __future__ import annotations

import dataclasses

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import Names


def apart(body: S.Block, names: Names) -> S.Block:
    """The statements with such calls taken apart where they are what is evaluated first."""
    out: list[S.Stmt] = []
    for s in body:
        s = S.map_blocks(lambda b: apart(b, names), s) if S.blocks(s) else s
        chosen = _chosen(s.value) if isinstance(s, (S.Do, S.Assign)) and s.value.heads & E.CALL else None
        if chosen is None or not isinstance(s, (S.Do, S.Assign)):
            out.append(s)
        elif chosen.head == "ifexp" and isinstance(s, S.Do):
            test, *sides = chosen.args
            first, second = (apart((_with(s, chosen, side),), names) for side in sides)
            out.append(S.If(test, first, second, s.loc))
        else:
            taken = E.var(names.fresh("t"))
            out += (S.Assign(taken, chosen, s.loc), _with(s, chosen, taken))
    return tuple(out)


def _chosen(e: Expr) -> Expr | None:
    """The choice that a chain of calls, attributes and subscripts starts with, where something of it is called."""
    called = False
    while e.head in ("call", "attr", "index") and e.args:
        called |= e.head == "call"
        e = e.args[0]
    return e if called and e.head in ("ifexp", "bool") else None


def _with(s: S.Do | S.Assign, old: Expr, new: Expr) -> S.Do | S.Assign:
    return dataclasses.replace(s, value=_replaced(s.value, old, new))


def _replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    return new if e is old else E.rebuild(e, (_replaced(e.args[0], old, new), *e.args[1:]))
