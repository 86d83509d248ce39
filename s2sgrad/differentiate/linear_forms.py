"""Expressions that are linear in tangents: sums and products as one would write them, and what is zero left out."""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.runtime import quotient


def product(d: Expr, p: Expr) -> Expr:
    """``d * p`` for a tangent and a partial derivative."""
    found = weighted(d, p)
    if found is not None:
        return found
    if p.head == "const" and isinstance(p.data, (int, float)):
        if p.data == 1:
            return d
        if p.data == -1:
            return negative(d)
    if p.head == "op" and p.data == "-" and len(p.args) == 1:
        return negative(product(d, p.args[0]))
    if p.head == "op" and p.data == "/":
        numerator, denominator = p.args
        if E.is_const(numerator, 1.0):
            return E.op("/", d, denominator)
        if numerator.head == "op" and numerator.data == "-" and len(numerator.args) == 1:
            return negative(E.op("*", d, E.op("/", numerator.args[0], denominator)))
    return E.op("*", d, p)


def weighted(d: Expr, p: Expr) -> Expr | None:
    """``d * p`` where `p` is a `quotient`: as one quotient it is 0 where `d` is, also where `p` is infinite."""
    if p.head == "op" and p.data == "-" and len(p.args) == 1:
        inner = weighted(d, p.args[0])
        return inner and negative(inner)
    if E.callee(p) is not quotient:
        return None
    fn, x, y = p.args
    return E.call(fn, d if E.is_const(x, 1.0) else E.op("*", x, d) if x.head == "const" else E.op("*", d, x), y)


def negative(e: Expr) -> Expr:
    if e.head == "op" and e.data == "-" and len(e.args) == 1:
        return e.args[0]
    return E.op("-", e)


def total(terms: Iterable[Expr]) -> Expr | None:
    """The sum of some terms, None where there are none."""
    out: Expr | None = None
    for term in terms:
        if out is None:
            out = term
        elif term.head == "op" and term.data == "-" and len(term.args) == 1:
            out = E.op("-", out, term.args[0])
        elif out.head == "op" and out.data == "-" and len(out.args) == 1:
            out = E.op("-", term, out.args[0])
        else:
            out = E.op("+", out, term)
    return out


class Zeros:
    """Which variables of a rule are zero: tangents of operands that do not vary, and what is computed from them.

    A term that is zero is dropped. Where a function gets zero among other tangents (`np.concatenate`), it gets
    the zero of the operand, which `zero` makes.
    """

    def __init__(self, zero: Callable[[Expr], Expr]) -> None:
        self.zero = zero
        self.operands: dict[str, Expr] = {}
        self.computed: dict[str, Expr] = {}
        self.alive: set[str] = set()

    def declare(self, name: str, operand: Expr) -> None:
        """The tangent `name` of `operand` is zero."""
        self.operands[name] = operand

    def prune(self, code: S.Block, like: Expr) -> S.Block:
        """`code` without what is zero; results that vanish are shaped like `like`, where that is asked."""
        out: list[S.Stmt] = []
        for s in code:
            if isinstance(s, S.Assign) and s.target.head == "var":
                value = self.expression(s.value)
                if value is None:
                    self.computed[s.target.data] = self._written_out(s.value)
                    self.operands[s.target.data] = like
                    self.alive.discard(s.target.data)
                    continue
                if not value.names.isdisjoint(self.alive):
                    self.alive.add(s.target.data)
                self.operands.pop(s.target.data, None)
                out.append(dataclasses.replace(s, value=value))
            else:
                out.append(self._strictly(s))
        return tuple(out)

    def _strictly(self, s: S.Stmt) -> S.Stmt:
        """A statement of another kind, with zeros written out."""
        self.alive |= S.writes(s)
        s = S.map_expressions(self._written_out, s)
        return S.map_blocks(lambda b: tuple(map(self._strictly, b)), s)

    def _written_out(self, e: Expr) -> Expr:
        found = {n: self.computed[n] if n in self.computed else self.zero(self.operands[n])
                 for n in sorted(e.names) if n in self.operands}
        return E.substitute(e, found) if found else e

    def expression(self, e: Expr) -> Expr | None:
        """`e` without the terms that are zero; None where all of it is."""
        if e.names.isdisjoint(self.operands):
            return e
        if e.head == "var":
            return None
        if e.head == "op" and e.data in ("+", "-") and len(e.args) == 2:
            a, b = map(self.expression, e.args)
            if a is None:
                return b if b is None or e.data == "+" else negative(b)
            return a if b is None else E.rebuild(e, (a, b))
        if e.head == "op" and e.data in ("-", "*", "/", "@"):
            parts = [self.expression(a) for a in e.args]
            return None if None in parts else E.rebuild(e, tuple(p for p in parts if p is not None))
        return None if e.names.isdisjoint(self.alive) else self._written_out(e)
