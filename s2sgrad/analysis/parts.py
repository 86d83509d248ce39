"""Unpacking an array: the variables are views of its rows.

    a, b = np.split(x, 2)        t = np.split(x, 2); a = t[0]; b = t[1]
    a, b = x                     a = x[0]; b = x[1]

A function is written like this only where such a variable stands for memory that something changes in place.
"""
from __future__ import annotations

import dataclasses

from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for


def with_parts_taken(fn: S.Function, aliasing: Aliasing) -> S.Function:
    """`fn` with the views that it unpacks, and changes, taken one by one; `fn` itself where there are none."""
    changed = {s for s in S.walk_stmts(fn.body) if _unpacks_views(s) and any(
        t.head == "var" and aliasing.written(t.data) for t in s.target.args)}  # type: ignore[union-attr]
    return dataclasses.replace(fn, body=_block(fn.body, changed)) if changed else fn


def _unpacks_views(s: S.Stmt) -> bool:
    return isinstance(s, S.Assign) and s.target.head == "tuple" and all(t.head == "var" for t in s.target.args) \
        and (s.value.head in ("var", "index") or gives_views(s.value))


def gives_views(e: Expr) -> bool:
    """May the results of a call share memory with its arguments?"""
    rule = rule_for(E.callee(canonical(e)))
    return rule is not None and bool(rule.view)


def _block(body: S.Block, changed: set[S.Stmt]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        if s in changed:
            assert isinstance(s, S.Assign)
            whole = s.value
            if whole.head != "var":
                whole = E.var(s.target.args[0].data + ".parts")
                out.append(S.Assign(whole, s.value, s.loc))
            out += [S.Assign(t, E.index(whole, E.const(n)), s.loc) for n, t in enumerate(s.target.args)]
        else:
            out.append(S.map_blocks(lambda b: _block(b, changed), s))
    return tuple(out)
