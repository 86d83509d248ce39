"""Ask for a shape where it costs nothing to keep it.

``expand(b, t)`` and ``unbroadcast(b, t)`` want nothing of `t` but its shape. Where ``t = r ** 2``, the shape of `r` is
the same, and `t` need not be computed or saved for it.
"""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.claims import Claims


class Likes:
    """Finds the variable that an expression has its shape from."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self._found: dict[str, Expr] = {}

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
