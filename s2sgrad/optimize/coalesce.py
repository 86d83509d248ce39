"""The adjoint of a copy that is added to the adjoint of the original as it ends is gathered there from the start.

    bu[1:-1] = 0.0                       bu[1:-1] = 0.0
    bv = zeros_like(v)                   bu[2:] += bt * c
    bv[2:] += bt * c           --->      bu[:-2] -= bt * c
    bv[:-2] -= bt * c
    bu += bv

Nothing may look at the adjoint of the original in between, and the two have one shape for sure.
"""
from __future__ import annotations

import dataclasses
from typing import TypeGuard

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.optimize.effects import looks_outside
from s2sgrad.optimize.gather import gather
from s2sgrad.optimize.program import Program

_ZEROS = frozenset((runtime.zeros_like, np.zeros_like))


def coalesce(fn: S.Function, program: Program) -> S.Function:
    """Add to an adjoint directly what is added up in an array of its own first, block by block."""
    if not any(type(s) is S.Aug and s.target.head == "var" and s.value.head == "var" for s in S.walk_stmts(fn.body)):
        return fn
    program.turn_to(fn)
    program.forget_memory()
    body = _block(fn.body, program.uses(fn), program)
    return fn if body is fn.body else gather(S.with_body(fn, body), program)


def _block(body: S.Block, uses: dict[str, int], program: Program) -> S.Block:
    out = [S.map_blocks(lambda b: _block(b, uses, program), s) if type(s) in S.COMPOUND else s for s in body]
    for end in list(out):
        if type(end) is S.Aug and end.symbol == "+" and end.target.head == "var" and end.value.head == "var" \
                and is_derivative(end.target.data) and is_derivative(end.value.data):
            _without(out, out.index(end), end, uses, program)
    return S.block_of(out, body)


def _without(body: list[S.Stmt], at: int, end: S.Aug, uses: dict[str, int], program: Program) -> None:
    """Drop the array of its own that the addition at one position of a block ends, if that can be."""
    whole, own = end.target.data, end.value.data
    start = next((n for n in reversed(range(at)) if own in S.writes(body[n]) and type(body[n]) is S.Assign), None)
    if start is None or not _is_zeros(body[start], own) or own in program.pinned or whole in program.pinned \
            or not _have_one_shape(whole, own, program.claims.body, program):
        return
    memory = program.memory
    shared = memory.reachable(whole)
    made: list[S.Stmt] = []
    for s in body[start + 1:at]:
        if _adds_to(s, own, program):
            if memory.touches(s.value) & shared:
                return
            s = dataclasses.replace(s, target=E.index(E.var(whole), s.target.args[1]))
        elif own in S.all_names((s,)) or whole in S.all_names((s,)) or not _leaves(s, whole, program):
            return
        made.append(s)
    if S.count_uses(tuple(body[start:at + 1])).get(own) == uses.get(own):
        body[start:at + 1] = made


def _is_zeros(s: S.Stmt, name: str) -> bool:
    return isinstance(s, S.Assign) and s.target == E.var(name) and E.hashable_callee(s.value) in _ZEROS \
        and len(s.value.args) == 2


def _have_one_shape(whole: str, own: str, body: S.Block, program: Program) -> bool:
    """Are both arrays of one shape, and is `whole` never the number that adjoints of arrays may begin as?"""
    claims = program.claims
    a, b = E.var(whole), E.var(own)
    return claims.of(a).is_array and claims.of(b).is_array and claims.same_shape(a, b) and all(
        not claims.is_number(s.value) for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target == a)


def _adds_to(s: S.Stmt, name: str, program: Program) -> TypeGuard[S.Aug]:
    """Does a statement do no more than add to a part of an array?"""
    if type(s) is not S.Aug or s.symbol not in ("+", "-") or s.target.head != "index":
        return False
    owner, key = s.target.args
    return owner == E.var(name) and name not in key.names | s.value.names and not any(True for _ in E.calls(key)) \
        and program.memory.is_pure(s.value) and not looks_outside(s.value)


def _leaves(s: S.Stmt, whole: str, program: Program) -> bool:
    """Does a statement neither read nor change the memory of an array?"""
    if isinstance(s, S.Comment):
        return True
    if not isinstance(s, (S.Assign, S.Aug)) or not program.memory.is_pure(s.value) or looks_outside(s.value):
        return False
    memory = program.memory
    shared = memory.reachable(whole)
    return not (shared & memory.writes(s)) and not any(memory.touches(e) & shared for e in S.expressions(s))
