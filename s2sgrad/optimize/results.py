"""Adjoints that only one statement reads, or the end of the function, are computed there, where the line stays short.

    # Grad of: p = e / t                                 # Grad of: p = e / t
    be = bp / t - np.sum(bp * p / t)                     # Grad of: e = np.exp(s)
    # Grad of: e = np.exp(s)                 --->        bs = (bp / t - np.sum(bp * p / t)) * e
    bs = be * e

    # Grad of: z = x @ w + b                             # Grad of: z = x @ w + b
    bb = np.sum(bz, axis=0)                  --->        return x.T @ bz, np.sum(bz, axis=0)
    bw = x.T @ bz
    return bw, bb

This comes after the comments: those over what goes stand over what reads it then.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_adjoint_code, is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.effects import looks_outside
from s2sgrad.optimize.entries import take_out
from s2sgrad.optimize.memory import Memory
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import LINE, PART, statement_width, width

#: The longest line that joining two statements may make.
_JOINED = 120
#: What the end of the function reads is looked for among this many statements.
_NEAR = 40

#: Helpers whose results have the structure of their last argument.
_STRUCTURED = (runtime.structured_like, runtime.placed)
#: What is given is checked before anything is computed.
_GIVEN = (runtime.check_tangent, runtime.array_tangent)


def give_back(fn: S.Function, program: Program) -> S.Function:
    """Substitute adjoints into the statements that read them, and the last ones into the end of the function."""
    joining = _Joining(fn, program)
    body = joining.block(fn.body, 0)
    if body and isinstance(body[-1], S.Return):
        body = joining.end(list(body[:-1]), body[-1])
    return S.with_body(fn, body)


class _Joining:
    def __init__(self, fn: S.Function, program: Program) -> None:
        self.program = program
        self.memory: Memory = program.memory
        self.uses = S.count_uses(fn.body)
        self.bindings: dict[str, int] = {}
        for s in S.walk_stmts(fn.body):
            for name in S.writes(s):
                self.bindings[name] = self.bindings.get(name, 0) + 1

    def block(self, body: S.Block, depth: int) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            if type(s) in S.COMPOUND:
                s = S.map_blocks(lambda b: self.block(b, depth + 1), s)
            elif isinstance(s, (S.Assign, S.Aug)) and is_adjoint_code(s):
                s = self._joined(out, s, depth)
            out.append(s)
        return S.block_of(out, body)

    def _joined(self, before: list[S.Stmt], s: S.Assign | S.Aug, depth: int) -> S.Assign | S.Aug:
        """`s` with what it alone reads of the statements before it, which go."""
        at, wanted = len(before), self._wanted(s)
        passed: list[S.Stmt] = []
        met: set[str] = set()  # what is bound once and was met is not found further up
        while wanted and at > 0 and len(passed) < _NEAR:
            at -= 1
            found = before[at]
            if isinstance(found, S.Comment):
                continue
            if type(found) in S.COMPOUND:
                break
            if isinstance(found, S.Assign) and found.target.names <= wanted and self._may_go(found) \
                    and self._may_pass(found, passed) \
                    and not (passed and E.hashable_callee(found.value) in _GIVEN):
                made = dataclasses.replace(s, value=E.substitute(s.value, {found.target.data: found.value}))
                if statement_width(made, depth) <= _JOINED:
                    s = made
                    wanted = self._wanted(s) - met
                    del before[at]
                    continue
            written = S.writes(found)
            if not written.isdisjoint(wanted):
                met |= written
                wanted -= written
            passed.append(found)
        return s

    def _wanted(self, s: S.Assign | S.Aug) -> frozenset[str]:
        """The variables that are bound once and that `s` alone reads, if it may compute their values itself."""
        names = frozenset(n for n in s.value.names if self.bindings.get(n) == self.uses.get(n) == 1)
        return names if names and self._takes(s) else E.NO_NAMES

    def _takes(self, s: S.Assign | S.Aug) -> bool:
        """Are all effects of `s` after the evaluation of what it reads?"""
        parts = s.value.args if s.value.head == "call" else (s.value,)
        return all(map(self.memory.is_pure, parts)) and not s.value.heads & (E.FUNCTION | E.COMP | E.WALRUS)

    def _may_go(self, s: S.Assign) -> bool:
        """Is `s` the definition of a derivative that is read once?"""
        return s.target.head == "var" and is_derivative(s.target.data) and self.uses.get(s.target.data) == 1 \
            and self.memory.is_pure(s.value) and s.target.data not in self.program.pinned

    def end(self, body: list[S.Stmt], last: S.Return) -> S.Block:
        """`body` and `last` with the assignments at the end of `body` put in where `last` alone reads their variables."""
        passed: list[S.Stmt] = []
        for n in range(len(body) - 1, max(-1, len(body) - _NEAR), -1):
            s = body[n]
            if isinstance(s, S.Comment):
                continue
            if type(s) in S.COMPOUND:
                break
            value = self._given_back(s, last, passed)
            if value is not None and isinstance(s, (S.Assign, S.Aug)) and self._may_pass(s, passed):
                returned = E.substitute(last.value, {s.target.data: value})
                made = dataclasses.replace(last, value=E.transform(_structured_once, returned))
                if _fits(made):
                    last = made
                    take_out(body, n)
                    continue
            passed.append(s)
        return (*body, last)

    def _given_back(self, s: S.Stmt, last: S.Return, passed: list[S.Stmt]) -> Expr | None:
        """What `last` may read instead of the variable that `s` binds."""
        if isinstance(s, S.Assign):
            return s.value if self._may_go(s) and s.target.data in last.value.names else None
        if not isinstance(s, S.Aug) or s.target.head != "var" or not is_derivative(s.target.data) \
                or s.target.data in self.program.pinned or not self.memory.is_pure(s.value):
            return None
        if s.target.data in self.program.claims.numbers:
            alone = E.count(last.value, s.target.data) == 1 and all(s.target.data not in t.read for t in passed)
        else:
            alone = not passed and self._is_read_fitted(s.target, last.value)
        return self.program.algebra.simplify(E.op(s.symbol, s.target, s.value)) if alone else None

    def _is_read_fitted(self, v: Expr, e: Expr) -> bool:
        """Does `e` read a variable once, where it gets the shape and kind of a parameter, and its memory nowhere else?"""
        own = self.memory.touches(v)
        return E.count(e, v.data) == 1 and any(_is_fitted(part, v) for part in E.walk(e)) \
            and not any(own & self.memory.touches(E.var(n)) for n in e.names - v.names)

    def _may_pass(self, s: S.Assign | S.Aug, passed: list[S.Stmt]) -> bool:
        """Is the value of `s` the same after some statements?"""
        memory, names = self.memory, s.value.names | s.target.names
        if passed and looks_outside(s.value):
            return False
        return all(S.writes(t).isdisjoint(names) and memory.writes(t).isdisjoint(memory.reads(s.value)) for t in passed)


def _fits(s: S.Return) -> bool:
    """Is there room for a result, on one line, or with a line for each of several gradients?"""
    parts = list(_parts(s.value))
    return statement_width(s, 0) <= LINE or len(parts) > 1 and all(width(e) <= PART for e in parts)


def _parts(e: Expr) -> Iterator[Expr]:
    """What has a line of its own where a result is too long for one."""
    if e.head in ("tuple", "dict"):
        for a in e.args if e.head == "tuple" else e.args[1::2]:
            yield from _parts(a)
    elif E.hashable_callee(e) is runtime.entries_like:
        yield from _parts(e.args[1])
    else:
        yield e


def _structured_once(e: Expr) -> Expr:
    """``structured_like(structured_like(b, x), x)`` as ``structured_like(b, x)``, and so with ``placed(b, key, x)``."""
    if e.head != "call" or E.hashable_callee(e) is not runtime.structured_like:
        return e
    again = E.hashable_callee(e.args[1]) in _STRUCTURED and e.args[1].args[-1] == e.args[2]
    return e.args[1] if again else e


def _is_fitted(e: Expr, name: Expr) -> bool:
    """Does `e` give a variable the shape and the kind of a parameter, whatever it had?"""
    return e.head == "call" and E.hashable_callee(e) is runtime.unbroadcast and e.args[1] == name
