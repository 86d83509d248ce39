"""Conditions about the class of an argument that is known where a function is put in place."""
from __future__ import annotations

import builtins
from collections.abc import Mapping

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr


def decided(body: S.Block, known: Mapping[str, type]) -> S.Block:
    """The block without the branches that the classes of some variables, which nothing rebinds, rule out."""
    def chosen(e: Expr) -> Expr:
        truth = _truth(e.args[0], known) if e.head == "ifexp" else None
        return e if truth is None else e.args[1 if truth else 2]

    out: list[S.Stmt] = []
    for s in body:
        if known:
            s = S.map_expressions(lambda e: E.transform(chosen, e), s)
        truth = _truth(s.test, known) if isinstance(s, S.If) else None
        if truth is None:
            out.append(S.map_blocks(lambda b: decided(b, known), s))
        else:
            out += decided(s.body if truth else s.orelse, known)  # type: ignore[union-attr]
    return tuple(out)


def _truth(e: Expr, known: Mapping[str, type]) -> bool | None:
    """Whether a condition holds, where the classes tell."""
    if e.head == "op" and e.data == "not":
        inner = _truth(e.args[0], known)
        return None if inner is None else not inner
    if e.head == "bool":
        parts = [_truth(a, known) for a in e.args]
        absorbing = e.data == "or"
        if absorbing in parts:
            return absorbing
        return not absorbing if None not in parts else None
    if E.callee(e) is builtins.isinstance and len(e.args) == 3:
        cls, kinds = known.get(e.args[1].data if e.args[1].head == "var" else ""), _classes(e.args[2])
        return None if cls is None or kinds is None else issubclass(cls, kinds)
    return None


def _classes(e: Expr) -> tuple[type, ...] | None:
    parts = e.args if e.head == "tuple" else (e,)
    kinds = [p.data.value if p.head == "ref" else None for p in parts]
    return tuple(k for k in kinds if isinstance(k, type)) if all(isinstance(k, type) for k in kinds) else None
