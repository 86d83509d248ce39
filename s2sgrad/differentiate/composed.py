"""Values that a function computes in two steps, of which the derivative is simpler than that of each step.

The logistic function, which people write out: ``y = 1 / (1 + np.exp(u))``. Its derivative is ``-y * (1 - y)``. By its parts
it would be ``-y / (1 + e) * e``, which needs the exponential once more, and which is infinity times zero where that overflows.

Logarithms of products, quotients and powers: ``np.log(a / b)`` has the derivatives ``1 / a`` and ``-1 / b``, for which nobody
needs the quotient.
"""
from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from s2sgrad.analysis.facts import Facts
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_temporary

_EXPONENTIALS = (np.exp, math.exp)


_LOGARITHMS = (np.log, math.log)


class Composed:
    """Finds where a function computes such values."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def log_of(self, s: S.Stmt, e: Expr, result: Expr) -> S.Assign | None:
        """The statement that computes a product, quotient or power of numbers and arrays, if nothing but `s` reads it, which
        computes its logarithm `e`."""
        if e.head != "call" or E.hashable_callee(e) not in _LOGARITHMS or len(e.args) != 2 or any(e.data.marks) \
                or result.head != "var" or e.args[1].head != "var" or s not in self._places:
            return None
        made = self._made(e.args[1], s)
        if made is None or made.value.head != "op" or made.value.data not in ("*", "/", "**") or len(made.value.args) != 2:
            return None
        a, b = made.value.args
        kinds = {self.facts.types.at(made, v.data).kind for v in (a, b) if v.head == "var"}
        constant = b.head == "const" and type(b.data) in (int, float)
        if made.value.data == "**" and not constant or not kinds <= {"number", "array", "numeric"} or not all(
                v.head == "const" or v.head == "var" and self._is_steady(v, made, s) for v in (a, b)):
            return None
        return made

    def logistic_argument(self, s: S.Stmt, e: Expr, result: Expr) -> Expr | None:
        """The variable `u` where `s` computes ``e = 1 / (1 + np.exp(u))``, of which nothing else reads a part."""
        if e.head != "op" or e.data != "/" or not _is_one(e.args[0]) or e.args[1].head != "var" \
                or result.head != "var" or s not in self._places:
            return None
        total = self._made(e.args[1], s)
        if total is None or total.value.head != "op" or total.value.data != "+" or len(total.value.args) != 2:
            return None
        a, b = total.value.args
        part = b if _is_one(a) else a if _is_one(b) else E.NONE
        power = self._made(part, s) if part.head == "var" else None
        if power is None or E.hashable_callee(power.value) not in _EXPONENTIALS or len(power.value.args) != 2 \
                or power.value.args[1].head != "var" or any(power.value.data.marks):
            return None
        u = power.value.args[1]
        return u if self.facts.is_active(u) and self._is_steady(u, power, s) else None

    def _made(self, v: Expr, reader: S.Stmt) -> S.Assign | None:
        """The definition of an unnamed value that is read once, before `reader` in the same block."""
        made = self.facts.single_definition(v.data)
        if not is_temporary(v.data) or not isinstance(made, S.Assign) or made.target.head != "var" \
                or self._reads.get(v.data) != 1:
            return None
        (block, at), (other, end) = self._places[made], self._places[reader]
        return made if block is other and at < end else None

    def _is_steady(self, u: Expr, first: S.Stmt, last: S.Stmt) -> bool:
        """Does `u` stay what it is between two statements of a block?"""
        block, start = self._places[first]
        return not any(u.data in S.writes(t) or S.blocks(t) for t in block[start + 1:self._places[last][1]]) \
            and not self.facts.aliasing.contents(u.data)

    @cached_property
    def _places(self) -> dict[S.Stmt, tuple[S.Block, int]]:
        """The block that each assignment stands in, and its position there."""
        out: dict[S.Stmt, tuple[S.Block, int]] = {}
        todo = [self.facts.function.body]
        while todo:
            block = todo.pop()
            for n, s in enumerate(block):
                if isinstance(s, S.Assign):
                    out[s] = block, n
                todo += S.blocks(s)
        return out

    @cached_property
    def _reads(self) -> dict[str, int]:
        """How many statements read each variable."""
        out: dict[str, int] = {}
        for s in S.walk_stmts(self.facts.function.body):
            for name in S.reads(s):
                out[name] = out.get(name, 0) + 1
        return out


def log_shares(e: Expr, seed: Expr, facts: Facts) -> Iterator[tuple[Expr, Expr]]:
    """The operands of a product, quotient or power that vary, and what the adjoint `seed` of its logarithm gives each."""
    for n, a in enumerate(e.args):
        if facts.is_active(a):
            share = E.op("/", E.op("*", seed, e.args[1]) if e.data == "**" else seed, a)
            yield a, E.op("-", share) if n and e.data == "/" else share


def _is_one(e: Expr) -> bool:
    return e.head == "const" and type(e.data) in (int, float) and e.data == 1
