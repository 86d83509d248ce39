"""Ask for a shape where it costs nothing to keep it.

``expand(b, t)`` and ``unbroadcast(b, t)`` want nothing of `t` but its shape. Where ``t = r ** 2``, the shape of `r` is
the same, and `t` need not be computed or saved for it.
"""
from __future__ import annotations

import dataclasses

import numpy as np

from s2sgrad.differentiate.library import SHAPE_ONLY
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.claims import Claims, hashable_callee
from s2sgrad.optimize.program import Program

_SIZES = frozenset((np.size, np.ndim))


def simplify_likes(fn: S.Function, program: Program) -> S.Function:
    """Replace what only lends its shape by the variable that it got that shape from."""
    finder = _Finder(program.claims)

    def block(body: S.Block) -> S.Block:
        out = tuple([statement(s) for s in body])
        return body if all(a is b for a, b in zip(out, body)) else out

    def statement(s: S.Stmt) -> S.Stmt:
        if S.blocks(s):
            s = S.map_blocks(block, s)
        return S.map_expressions(finder.rewrite, s) if program.is_adjoint_code(s) else s

    body = block(fn.body)
    return fn if body is fn.body else dataclasses.replace(fn, body=body)


class _Finder:
    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self._found: dict[str, Expr] = {}

    def rewrite(self, e: Expr) -> Expr:
        if not e.names:
            return e
        e = E.map_args(self.rewrite, e)
        if e.head == "call":
            fn = hashable_callee(e)
            positions = (0,) if fn in _SIZES else SHAPE_ONLY.get(fn, ())
            for n in positions:
                if n + 1 < len(e.args) and fn is not np.zeros_like:
                    like = self.source(e.args[n + 1])
                    if like is not e.args[n + 1]:
                        e = E.rebuild(e, (*e.args[:n + 1], like, *e.args[n + 2:]))
        return e

    def source(self, e: Expr) -> Expr:
        """A variable of the same shape that `e` is computed from, as far back as there is one."""
        if e.head == "var":
            found = self._found.get(e.data)
            if found is None:
                found = e
                value = self.claims.value(e.data)
                if value is not None and value.head in ("op", "call") and all(map(self.claims.is_constant, value.names)):
                    made = self._operand(value, e)
                    found = e if made is None else self.source(made)
                self._found[e.data] = found
            return found
        if e.head in ("op", "call"):
            made = self._operand(e, e)
            return e if made is None else self.source(made)
        return e

    def _operand(self, e: Expr, like: Expr) -> Expr | None:
        """A variable in `e` with the shape that `like` has."""
        for name in sorted(e.names):
            v = E.var(name)
            if not self.claims.is_number(v) and self.claims.same_shape(v, like) and self._same_field(v, like):
                return v
        return None

    def _same_field(self, v: Expr, like: Expr) -> bool:
        """Are both real or both complex? `unbroadcast` takes the real part where what it is like is real."""
        return self.claims.is_real(like) or self.claims.of(v).dtype == self.claims.of(like).dtype is not None
