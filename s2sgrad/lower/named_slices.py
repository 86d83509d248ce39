"""Subscripts that have a name: ``key = slice(1, 3)``, then ``x[key]``."""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.stability import bound_once


def with_slices(fn: S.Function) -> S.Function:
    """`fn` with slices of constants where it subscripts with names for them: ``x[1:3]`` is a view, ``x[key]`` may be anything."""
    found = {s.target.data: _slice(s.value) for s in S.walk_stmts(fn.body)
             if isinstance(s, S.Assign) and s.target.head == "var" and _is_slice(s.value)}
    once = bound_once((*(S.Assign(E.var(p.name), E.NONE) for p in fn.params), *fn.body)) if found else frozenset[str]()
    shown = {name: e for name, e in found.items() if name in once}
    if not shown:
        return fn

    def subscripted(e: Expr) -> Expr:
        if e.head != "index" or e.args[1].names.isdisjoint(shown):
            return e
        key = e.args[1]
        parts = tuple(shown.get(k.data, k) if k.head == "var" else k for k in (key.args if key.head == "tuple" else (key,)))
        return E.index(e.args[0], E.tuple_(*parts) if key.head == "tuple" else parts[0])

    def rewritten(s: S.Stmt) -> S.Stmt:
        return S.map_expressions(lambda e: E.transform(subscripted, e) if e.heads & E.INDEX and not e.heads & E.COMP else e, s)

    return S.with_body(fn, S.map_stmts(rewritten, fn.body))


def _is_slice(e: Expr) -> bool:
    return E.callee(e) is slice and 1 <= len(e.args) - 1 <= 3 and all(a.head == "const" for a in e.args[1:]) \
        and all(mark == "" for mark, _ in E.arguments(e))


def _slice(e: Expr) -> Expr:
    return E.slice_(None, e.args[1]) if len(e.args) == 2 else E.slice_(*e.args[1:])
