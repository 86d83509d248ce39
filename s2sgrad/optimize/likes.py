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
        path: list[str] = []
        while True:
            if e.head == "var":
                found = self._found.get(e.data)
                if found is not None:
                    e = found
                    break
                path.append(e.data)
                value = self.claims.value(e.data)
                if value is None or not all(map(self.claims.is_constant, value.names)):
                    break
            else:
                value = e
            made = self._operand(value, e) if value.head in ("op", "call") else None
            if made is None:
                break
            e = made
        for name in path:
            self._found[name] = e
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
        if self.claims.of(like).dtype == "complex":
            return self.claims.of(v).dtype == "complex"
        return self.claims.is_real(like) and self.claims.of_one_field(v, like) \
            or self.claims.of(v).dtype == self.claims.of(like).dtype is not None
