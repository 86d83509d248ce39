"""Slices whose bounds are equally far apart have equal lengths.

    bu[j, 2:n] += unbroadcast(bt * d, u[j, 2:n])             bu[j, 2:n] += bt * d

They have not if one of them ends outside of its array; what has one element then is broadcast, and what is added to its
adjoint is a sum. An addition in place checks that: NumPy raises an error where it would have to enlarge its target. So the
derivative of such a program is refused when it runs, and all others need no sums.
"""
from __future__ import annotations

import dataclasses

from s2sgrad import runtime
from s2sgrad.analysis.borrowing import has_slice
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.claims import Claims
from s2sgrad.optimize.program import Program


def trust_bounds(fn: S.Function, program: Program) -> S.Function:
    """Add to slices in place what has their length as their bounds say."""
    if not any(type(s) is S.Aug and s.target.head == "index" and s.value.heads & E.CALL for s in S.walk_stmts(fn.body)):
        return fn
    program.turn_to(fn)
    return S.with_body(fn, _block(fn.body, program.claims))


def _block(body: S.Block, claims: Claims) -> S.Block:
    out = [S.map_blocks(lambda b: _block(b, claims), s) if type(s) in S.COMPOUND else _trusted(s, claims) for s in body]
    return S.block_of(out, body)


def _trusted(s: S.Stmt, claims: Claims) -> S.Stmt:
    if type(s) is not S.Aug or s.symbol not in ("+", "-") or s.target.head != "index" or not s.value.heads & E.CALL \
            or not has_slice(s.target.args[1]) or not claims.of(s.target.args[0]).is_array:
        return s
    value = _unfitted(s.value, claims)
    return s if value == s.value else dataclasses.replace(s, value=value)


def _unfitted(e: Expr, claims: Claims) -> Expr:
    """Arithmetic without the sums that nothing is left to do for."""
    if e.head == "op" and e.data in ("+", "-", "*"):
        return E.rebuild(e, tuple(_unfitted(a, claims) for a in e.args))
    if E.hashable_callee(e) not in (runtime.unbroadcast, runtime.fitted):
        return e
    _, b, like = e.args
    shape = T.nominal(claims.shape(like))
    fits = shape is not None and shape == T.nominal(claims.shape(b)) and claims.is_real(b) and claims.of_one_field(b, like)
    return b if fits else e
