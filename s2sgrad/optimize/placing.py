"""Zeros are made with what is added to them first.

    bu = zeros_like(u)
    add_at(bu, i, bt * v[j])          --->          bu = placed(bt * v[j], i, u)

This comes at the end: whatever adds up contributions to one array looks for the zeros and the additions.
"""
from __future__ import annotations

from collections import Counter
from functools import cached_property

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.entries import is_in_company
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import LINE, statement_width

_PLACED = lib.support("placed")
_ZEROS = frozenset((runtime.zeros_like, np.zeros_like))
_ADDING = frozenset((runtime.add_at, runtime.add_fitted))


def place(fn: S.Function, program: Program) -> S.Function:
    """Join zeros in the shape of a variable and the first addition to a part of them."""
    if not any(_is_zeros(s) for s in S.walk_stmts(fn.body) if type(s) is S.Assign and s.value.head == "call"):
        return fn
    program.turn_to(fn)
    return S.with_body(fn, _Placing(program, fn).block(fn.body, 0))


def _is_zeros(s: S.Stmt) -> bool:
    return type(s) is S.Assign and s.target.head == "var" and is_derivative(s.target.data) and _is_zero(s.value)


def _is_zero(e: Expr) -> bool:
    return e.head == "call" and E.hashable_callee(e) in _ZEROS and len(e.args) == 2 and e.args[1].head == "var"


class _Placing:
    def __init__(self, program: Program, fn: S.Function) -> None:
        self.program = program
        self.memory = program.memory
        self.fn = fn

    @cached_property
    def mentions(self) -> Counter[str]:
        """How many statements other than the end of the function mention each variable."""
        return Counter(name for s in S.walk_stmts(self.fn.body) if type(s) is not S.Return for name in S.reads(s) | S.writes(s))

    def block(self, body: S.Block, depth: int) -> S.Block:
        out = [S.map_blocks(lambda b: self.block(b, depth + 1), s) if type(s) in S.COMPOUND else s for s in body]
        at = 0
        while at < len(out):
            before = len(out)
            s = out[at]
            if type(s) is S.Assign and s.value.head == "call" and _is_zeros(s):
                self._place(out, at, depth)
            at += len(out) == before
        return S.block_of(out, body)

    def _place(self, body: list[S.Stmt], at: int, depth: int) -> None:
        zeros = body[at]
        assert isinstance(zeros, S.Assign)
        own, owner = zeros.target, zeros.value.args[1]
        if own.data in self.program.pinned:
            return
        memory, is_array = self.memory, self.program.claims.of(owner).is_array
        for n in range(at + 1, len(body)):
            s = body[n]
            if isinstance(s, S.Comment):
                continue
            if type(s) in S.COMPOUND or isinstance(s, S.LEAVING):
                return
            if own.data in S.reads(s) | S.writes(s):
                break
            if owner.data in S.writes(s) or not is_array and not memory.writes(s).isdisjoint(memory.reads(owner)):
                return
        else:
            return
        added = _addition(s, own)
        if added is None or not is_array and self.mentions[own.data] > 2:
            return  # of a tuple a tuple is made, which nothing can be added to
        key, value, sign = added
        if any(own.data in e.names or not memory.is_pure(e) for e in (key, value)):
            return
        made = S.Assign(own, E.call(_PLACED, value if sign > 0 else self.program.algebra.negative(value), key, owner), s.loc)
        if statement_width(made, depth) > LINE:
            return
        body[n] = made
        self._go_on(body, n, depth)
        if is_in_company(body, at):
            del body[at]
        else:
            del body[at - 1:at + 1]

    def _go_on(self, body: list[S.Stmt], at: int, depth: int) -> None:
        """Put what was placed into the next value of its variable, ``bu = bu + e``, where that follows at once."""
        placed, after = body[at], body[min(at + 1, len(body) - 1)]
        if after is placed or not isinstance(placed, S.Assign) or not isinstance(after, S.Assign) \
                or after.target != placed.target or E.count(after.value, placed.target.data) != 1 \
                or not self.memory.is_pure(after.value):
            return
        made = S.with_value(after, E.substitute(after.value, {placed.target.data: placed.value}))
        if statement_width(made, depth) <= LINE:
            body[at:at + 2] = [made]


def _addition(s: S.Stmt, own: Expr) -> tuple[Expr, Expr, int] | None:
    """What a statement adds to a part of `own`, with the part before it and the sign after it."""
    if isinstance(s, S.Aug) and s.symbol in ("+", "-") and s.target.head == "index" and s.target.args[0] == own:
        key = s.target.args[1]
        named = key.head == "const" and type(key.data) is str
        return None if named or any(e.head == "slice" for e in E.walk(key)) else (key, s.value, 1 if s.symbol == "+" else -1)
    if isinstance(s, S.Do) and E.hashable_callee(s.value) in _ADDING and len(s.value.args) == 4 and s.value.args[1] == own:
        return s.value.args[2], s.value.args[3], 1
    return None
