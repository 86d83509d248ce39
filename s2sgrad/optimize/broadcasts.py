"""What a seed is spread over is not computed: the shape that arrays have together is enough.

    bt = expand(by, np.log(s0 / s) + (m / s) ** 2)    --->     bt = expand(by, broadcast(s0, s, m))
"""
from __future__ import annotations

import dataclasses

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.likes import Likes
from s2sgrad.optimize.program import Program


def ask_for_shapes(fn: S.Function, program: Program) -> S.Function:
    """Ask the arrays that arithmetic is made of for its shape, where nobody wants its value."""
    values = [s.value for s in S.walk_stmts(fn.body) if (type(s) is S.Assign or type(s) is S.Aug) and s.value.heads & E.CALL]
    if not any(_spreads(e) for value in values if value.heads & E.DERIVATIVE for e in E.calls(value)):
        return fn
    program.turn_to(fn)
    return S.with_body(fn, _block(fn.body, program.algebra.likes))


def _block(body: S.Block, likes: Likes) -> S.Block:
    out = [S.map_blocks(lambda b: _block(b, likes), s) if type(s) in S.COMPOUND else _asking(s, likes) for s in body]
    return S.block_of(out, body)


def _asking(s: S.Stmt, likes: Likes) -> S.Stmt:
    if not isinstance(s, (S.Assign, S.Aug)) or not any(map(_spreads, E.calls(s.value))):
        return s
    return dataclasses.replace(s, value=E.transform(lambda e: _put(e, likes), s.value))


def _spreads(e: Expr) -> bool:
    return E.hashable_callee(e) is runtime.expand and e.args[2].head in ("op", "call")


def _put(e: Expr, likes: Likes) -> Expr:
    if e.head != "call" or not _spreads(e):
        return e
    like = likes.spread(e.args[2])
    return e if like is e.args[2] else E.rebuild(e, (*e.args[:2], like))
