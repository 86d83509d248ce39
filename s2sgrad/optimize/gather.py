"""Contributions to the same place of an adjoint become one, and a place that is set to zero first is simply set.

    bu[1:-1] = 0.0                       bu[1:-1] = bt2 - bt * 2
    bu[:-2] += bt                        bu[:-2] += bt
    bu[1:-1] -= bt * 2         --->      bu[2:] += bt
    bu[2:] += bt
    bu[1:-1] += bt2

Additions to parts of one array may change places as long as nobody looks.
"""
from __future__ import annotations

import dataclasses
from collections import Counter

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.effects import looks_outside
from s2sgrad.optimize.helpers import is_arithmetic
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import LINE, statement_width

#: The next addition is looked for among this many statements.
_NEAR = 40
#: Helpers that give numbers and arrays.
_ARRAYS = frozenset((runtime.unbroadcast, runtime.fitted, runtime.matmul_adjoint_left, runtime.matmul_adjoint_right,
                     runtime.matmul_adjoint_both, runtime.dot_adjoint_both, runtime.outer_adjoint_left,
                     runtime.outer_adjoint_right))
#: Helpers that give what they are given, or sums of it.
_FITTING = frozenset((runtime.unbroadcast, runtime.fitted))


def gather(fn: S.Function, program: Program) -> S.Function:
    """Join additions to equal places of derivatives, block by block."""
    if not any((type(s) is S.Aug or type(s) is S.Assign) and s.target.head == "index" for s in S.walk_stmts(fn.body)):
        return fn
    program.turn_to(fn)
    gathering = _Gathering(program)
    body = gathering.block(fn.body, 0)
    return S.with_body(fn, body)


class _Gathering:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.memory = program.memory
        self.claims = program.claims

    def block(self, body: S.Block, depth: int) -> S.Block:
        out = [S.map_blocks(lambda b: self.block(b, depth + 1), s) if type(s) in S.COMPOUND else s for s in body]
        places = Counter(s.target for s in out if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index")
        at = 0
        while at < len(out):
            s = out[at]
            several = isinstance(s, (S.Assign, S.Aug)) and places[s.target] > 1
            if several and self._is_sum(s) and self._with_later(out, at, s, depth):  # type: ignore[arg-type]
                places[s.target] -= 1  # type: ignore[union-attr]
            else:
                at += 1
        at = 0
        while at < len(out):
            before = len(out)
            if _sets_zero(out[at]):
                self._set_at_once(out, at)
            at += len(out) == before
        return S.block_of(out, body)

    # ---- additions to one place ---------------------------------------------------------------------------------------

    def _with_later(self, body: list[S.Stmt], at: int, s: S.Assign | S.Aug, depth: int) -> bool:
        """Move the addition at one position of a block into the next one to the same place, if that can be.

        ``b[1:] += b[1:]`` adds what the addition before has left there.
        """
        own = self.memory.touches(E.root(s.target))
        for n in range(at + 1, min(at + _NEAR, len(body))):
            t = body[n]
            if isinstance(t, (S.Assign, S.Aug)) and t.target == s.target and self._is_sum(t):
                made = self._sum(s, t)
                if statement_width(made, depth) > LINE or own & self.memory.touches(_addend(t)):  # type: ignore[arg-type]
                    return False
                body[n] = made
                del body[at]
                return True
            if not self._may_pass(s, t):
                return False
        return False

    def _sum(self, s: S.Assign | S.Aug, t: S.Assign | S.Aug) -> S.Assign | S.Aug:
        p, q = _addend(s), _addend(t)
        assert p is not None and q is not None
        simplify = self.program.algebra.simplify
        if isinstance(s, S.Aug) and isinstance(t, S.Aug):
            if s.symbol == t.symbol:
                return dataclasses.replace(t, value=simplify(E.op("+", p, q)))
            if s.symbol == "-":
                p, q = q, p
            return dataclasses.replace(t, symbol="+", value=simplify(E.op("-", p, q)))
        signs = [isinstance(u, S.Aug) and u.symbol == "-" for u in (s, t)]
        if signs[0]:
            p, q, signs = q, p, [signs[1], signs[0]]
        total = simplify(E.op("-" if signs[1] else "+", p, q))
        made = t if isinstance(t, S.Assign) else s
        assert isinstance(made, S.Assign)
        return dataclasses.replace(made, value=E.rebuild(made.value, (*made.value.args[:2], total)), loc=t.loc)

    def _is_sum(self, s: S.Stmt) -> bool:
        """Does a statement add a number or an array to a part of a derivative?"""
        added = _addend(s)
        if added is None or not isinstance(s, (S.Assign, S.Aug)) or s.target.head != "index":
            return False
        owner, key = s.target.args
        return owner.head == "var" and is_derivative(owner.data) and all(map(self.claims.is_constant, key.names)) \
            and not any(True for _ in E.calls(key)) and self.memory.is_pure(added) and not looks_outside(added) \
            and (is_arithmetic(self.program.algebra, added) if isinstance(s, S.Assign) else self._is_numeric(added))

    def _is_numeric(self, e: Expr) -> bool:
        """Is the value of `e` certainly no list?"""
        return self.claims.is_inexact(e) or E.hashable_callee(e) in _ARRAYS \
            or e.head == "op" and e.data in ("-", "/") or e.head == "op" and any(map(self._is_numeric, e.args))

    def _may_pass(self, s: S.Assign | S.Aug, t: S.Stmt) -> bool:
        """Can `s` be done after `t` as well as before it? Additions to parts of the same array may be in the way."""
        if isinstance(t, S.Comment):
            return True
        if not isinstance(t, (S.Assign, S.Aug)) or not S.writes(t).isdisjoint(s.value.names | s.target.names):
            return False
        memory = self.memory
        mine, theirs = _addend(s), _addend(t)
        if not memory.writes(t).isdisjoint(memory.reads(s.value if mine is None else mine) | memory.reads(s.target.args[1])):
            return False
        own = memory.touches(E.root(s.target))
        adds = mine is not None and self._is_sum(t) and E.root(t.target) == E.root(s.target)
        read = theirs if adds and theirs is not None else t.value
        return not own & memory.touches(read) and (adds or not own & memory.writes(t) and not self._reads_place(t, own))

    def _reads_place(self, t: S.Assign | S.Aug, own: frozenset[int]) -> bool:
        """Does a statement need for its target what it is not to see changed?"""
        return t.target.head != "var" and bool(own & self.memory.touches(t.target)) or isinstance(t, S.Aug) and (
            bool(own & self.memory.touches(t.target)))

    # ---- places that are zero first -----------------------------------------------------------------------------------

    def _set_at_once(self, body: list[S.Stmt], at: int) -> None:
        """Replace a zero and the addition that follows by an assignment."""
        zero = body[at]
        assert isinstance(zero, S.Assign)
        own = self.memory.touches(E.root(zero.target))
        first = at + 1
        while first < len(body) and self._may_pass(zero, body[first]):
            first += 1
        for n in range(first, min(at + _NEAR, len(body))):
            s = body[n]
            if not isinstance(s, S.Aug) or not self._is_sum(s) or E.root(s.target) != E.root(zero.target):
                if not self._may_pass(zero, s):
                    return
            elif own & self.memory.touches(s.value):
                return
            elif s.target == zero.target and self._is_copied(s):
                ahead = self._ahead_of(body[first:n])
                if not self._is_there(s.value, body[first:n], ahead):
                    continue
                value = s.value if s.symbol == "+" else self.program.algebra.negative(s.value)
                body[at:n + 1] = [*body[at + 1:first], *ahead, S.Assign(s.target, value, s.loc),
                                  *(t for t in body[first:n] if t not in ahead)]
                return

    def _ahead_of(self, body: list[S.Stmt]) -> list[S.Stmt]:
        """The statements among some that bind variables, and that may come before all the others."""
        ahead: list[S.Stmt] = []
        others: list[S.Stmt] = []
        for t in body:
            if isinstance(t, S.Assign) and t.target.head == "var" and self.claims.is_constant(t.target.data) \
                    and self.memory.is_pure(t.value) and not looks_outside(t.value) and self._is_there(t.value, others, []):
                ahead.append(t)
            else:
                others.append(t)
        return ahead

    def _is_there(self, e: Expr, before: list[S.Stmt], ahead: list[S.Stmt]) -> bool:
        """Has `e` the same value before some statements, but for those that go `ahead` as well?"""
        return all(t in ahead or S.writes(t).isdisjoint(e.names) and self.memory.writes(t).isdisjoint(self.memory.reads(e))
                   for t in before)

    def _is_copied(self, s: S.Aug) -> bool:
        """Does the place get a copy, or something that nothing else refers to?"""
        key = s.target.args[1]
        made = s.value.args[1] if E.hashable_callee(s.value) in _FITTING else s.value  # neither is a view of what is broadcast
        return any(part.head == "slice" for part in E.walk(key)) or made.head == "op" and self.claims.is_inexact(s.value)


def _addend(s: S.Stmt) -> Expr | None:
    """What a statement adds to a place, or subtracts: ``b[k] += v``, or ``b[k] = add(b[k], v)`` where `v` might be a list."""
    if isinstance(s, S.Aug):
        return s.value if s.symbol in ("+", "-") else None
    added = isinstance(s, S.Assign) and E.hashable_callee(s.value) is runtime.add and s.value.args[1] == s.target
    return s.value.args[2] if added else None  # type: ignore[union-attr]


def _sets_zero(s: S.Stmt) -> bool:
    return isinstance(s, S.Assign) and s.target.head == "index" and s.target.args[0].head == "var" \
        and is_derivative(s.target.args[0].data) and E.is_const(s.value, 0.0)
