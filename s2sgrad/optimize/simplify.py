"""Simplify what the differentiator has written; the user's own expressions stay as they are."""
from __future__ import annotations

import dataclasses

from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_adjoint_code, is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.optimize.groups import Tokens
from s2sgrad.optimize.memory import Memory
from s2sgrad.optimize.program import Program

#: A question with more answers than this is not asked.
_MANY = 200


def simplify(fn: S.Function, program: Program) -> S.Function:
    """Apply the algebra of `algebra` to every expression that an adjoint or a tangent occurs in.

    ``bx = by * 1.0`` made a new array and ``bx = by`` does not. Where one of the two is changed in place the copy
    is kept, as a copy.
    """
    return _Simplifying(fn, program).function()


class _Simplifying:
    def __init__(self, fn: S.Function, program: Program) -> None:
        self.fn = fn
        self.claims = program.claims
        self.algebra = program.algebra
        self.program = program
        self._live: Liveness | None = None
        self._heirs: dict[str, frozenset[str]] | None = None
        self._writers: dict[int, list[S.Stmt]] = {}

    def function(self) -> S.Function:
        body = self._block(self.fn.body)
        return S.with_body(self.fn, body)

    def _block(self, body: S.Block) -> S.Block:
        simple = self.program.simple
        return S.block_of([s if s in simple or type(s) is S.Assign and not s.heads & E.DERIVATIVE else self._statement(s)
                           for s in body], body)

    def _statement(self, s: S.Stmt) -> S.Stmt:
        if type(s) in S.COMPOUND:
            return S.map_blocks(self._block, s)
        s = self._simple(s)
        self.program.simple.add(s)
        return s

    def _simple(self, s: S.Stmt) -> S.Stmt:
        if isinstance(s, S.Assign):
            if s.value.heads & E.DERIVATIVE or any(map(is_derivative, S.writes(s))):
                return S.with_value(s, self._root(s.value, s.target))
            return s
        if isinstance(s, S.Aug):
            return self._update(s)
        if isinstance(s, (S.Do, S.Return)) and s.value.heads & E.DERIVATIVE:
            keeps = isinstance(s, S.Do) and s.value.head == "call" and s.value.args[0].head == "attr"
            value = self._arguments(s.value) if keeps else self.algebra.simplify(s.value)
            return s if value is s.value else dataclasses.replace(s, value=value)
        return s

    def _update(self, s: S.Aug) -> S.Stmt:
        """``place += -v`` is ``place -= v``."""
        if not is_adjoint_code(s):
            return s
        value = self.algebra.simplify(s.value)
        symbol = s.symbol
        if symbol in ("+", "-") and value.head == "op" and value.data == "-" and len(value.args) == 1:
            value, symbol = value.args[0], "-" if symbol == "+" else "+"
        copied = E.callee(value) if value.head == "call" else None
        if copied is lib.COPY.data.value:
            value = value.args[1] if self._is_apart(value.args[1], s.target) else value
        return s if value is s.value else dataclasses.replace(s, value=value, symbol=symbol)

    def _is_apart(self, e: Expr, place: Expr) -> bool:
        """Does `e` surely share no memory with the object that is updated?"""
        owner = E.root(place)
        memory = self.program.memory
        return owner.head == "var" and memory.touches(e).isdisjoint(memory.reachable(owner.data))

    def _root(self, e: Expr, target: Expr) -> Expr:
        """The value of an assignment; it must stay new where it was and somebody counts on it."""
        if e.head in ("tuple", "list", "dict"):
            return self._arguments(e)
        made = self.algebra.simplify(e)
        if made is e or not self._is_shared(made) or self._is_shared(e):
            return made
        if target.head == "var" and self._may_share(target.data, made):
            return made
        return E.call(lib.COPY, made)

    def _arguments(self, e: Expr) -> Expr:
        """The parts of a display or of a call, each of which may be kept by something."""
        return E.map_args(lambda a: self._root(a, E.NONE), e)

    def _is_shared(self, e: Expr) -> bool:
        """May the value of `e` be an object that something else refers to?"""
        return not e.head == "op" and not self.claims.is_number(e) and self.program.memory.value(e) is not None

    def _may_share(self, name: str, e: Expr) -> bool:
        """Can `name` be another name for the value of `e`? Then from now on they are one group."""
        memory = self.program.memory
        changed = memory.touches(e) & memory.written
        if memory.reachable(name) & memory.written or changed and not self._is_settled(name, changed):
            return False
        return memory.link(name, e)

    def _is_settled(self, name: str, tokens: Tokens) -> bool:
        """Is neither `name` nor what gets its value from it read after a change of the memory `tokens`?"""
        if self._live is None or self._heirs is None:
            self._live = Liveness(self.fn.body)
            self._heirs = _heirs(self.fn.body, self.program.memory)
            for s in self._live.after:
                for token in self.program.memory.writes(s):
                    self._writers.setdefault(token, []).append(s)
        family, todo = {name}, [name]
        while todo:
            new = self._heirs.get(todo.pop(), frozenset()) - family
            family |= new
            todo += new
        writers = [s for token in tokens for s in self._writers.get(token, ())]
        if len(writers) > _MANY or len(family) > _MANY:
            return False
        read = self._live.mask(family)
        return not any(self._live.after.masks[s] & read for s in writers)


def _heirs(body: S.Block, memory: Memory) -> dict[str, frozenset[str]]:
    """For every variable, those that may get a part of its value, or something that holds it."""
    out: dict[str, frozenset[str]] = {}
    for s in S.walk_stmts(body):
        if isinstance(s, S.Assign) and s.target.head == "var" and memory.value(s.value) is None:
            continue
        got = S.writes(s)
        place = S.stored_root(s)
        if place is not None:
            got |= place.names
        elif isinstance(s, S.Do) and s.value.head == "call":
            got |= E.root(s.value.args[0]).names
        for name in frozenset().union(*(e.names for e in S.expressions(s))) if got else ():
            out[name] = out.get(name, frozenset()) | got
    return out
