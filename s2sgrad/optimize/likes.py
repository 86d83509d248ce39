"""Ask for a shape where it costs nothing to keep it.

``expand(b, t)`` and ``unbroadcast(b, t)`` want nothing of `t` but its shape. Where ``t = r ** 2``, the shape of `r` is
the same, and `t` need not be computed or saved for it.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_adjoint_code, is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_temporary
from s2sgrad.optimize.claims import Claims, rule_of

_ARITHMETIC = ("+", "-", "*", "/", "**")


_BROADCAST = lib.support("broadcast")

#: Calls that ask for the shape of an argument, by its position.
LENDING: dict[Any, int] = {runtime.unbroadcast: 2, runtime.fitted: 2, runtime.expand: 2, runtime.restore_axes: 2,
                           runtime.sum_adjoint: 2, runtime.scalar_seed: 2, runtime.check_seed: 2, np.size: 1, np.ndim: 1,
                           np.shape: 1}


def _read_in(e: Expr, out: dict[str, int]) -> None:
    """Count in `out` how many parts of `e` read more of a variable than the shape."""
    if not e.heads & E.CALL:
        for name in e.names:
            out[name] = out.get(name, 0) + 1
        return
    lent = LENDING.get(E.hashable_callee(e), 0) if e.head == "call" else 0
    together = e.head == "call" and E.hashable_callee(e) is runtime.broadcast
    for n, a in enumerate(e.args):
        if a.names and not (lent and n == lent) and not (together and a.head == "var"):
            _read_in(a, out)


class Likes:
    """Finds the variable that an expression has its shape from."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        #: See `_back`, by the name of the variable, and `_computed_from`.
        self._found: dict[str, tuple[Expr | None, Expr]] = {}
        self._before: dict[Expr, Expr | None] = {}
        self._read: dict[str, int] | None = None
        self._conditional: set[str] | None = None

    def source(self, e: Expr) -> Expr:
        """A variable of the same shape that `e` is computed from, as far back as there is one that is there anyway."""
        start = self._computed_from(e)
        if start is None:
            return e
        there, last = self._back(e if e.head == "var" else start)
        return last if there is None else there

    def _back(self, v: Expr) -> tuple[Expr | None, Expr]:
        """Of the variables from `v` back, each computed from the next one, the last that is there anyway, and the last."""
        path, at = [v], v
        while at.data not in self._found:
            before = self._computed_from(at)
            if before is None:
                self._found[at.data] = (at if self.is_there(at.data) else None), at
            else:
                path.append(before)
                at = before
        there, last = self._found[at.data]
        for u in reversed(path):
            if there is None and self.is_there(u.data):
                there = u
            self._found[u.data] = there, last
        return there, last

    def _computed_from(self, e: Expr) -> Expr | None:
        """The variable of the same shape that `e` is computed from at once."""
        if e in self._before:
            return self._before[e]
        value = self.claims.value(e.data) if e.head == "var" else e
        found = None
        if value is not None and value.head in ("op", "call") and all(map(self.claims.is_constant, value.names)):
            found = self._operand(value, e)
            if found is not None and e.head == "var" and self._is_conditional(found.data):
                found = None
        self._before[e] = found
        return found

    def is_there(self, name: str) -> bool:
        """Is a variable a parameter, or does the derivative need more of it than its shape?"""
        if self._read is None:
            self._read = {}
            primal: set[str] = set()
            for s in S.walk_stmts(self.claims.body):
                if s.heads & E.DERIVATIVE if type(s) is S.Assign else is_adjoint_code(s):
                    for e in S.expressions(s):
                        _read_in(e, self._read)
                else:
                    primal |= S.reads(s)
            for at in [n for n, count in self._read.items() if count == 1 and n not in primal]:
                before = self._written_where_read(at)
                if before is not None:
                    del self._read[at]
                    self._read[before] = self._read.get(before, 0) + 1
        return name in self.claims.parameters or name in self._read

    def _written_where_read(self, name: str) -> str | None:
        """The variable of which an unnamed value, which is written where it is read, is an elementary function: ``np.exp(z)``."""
        value = self.claims.value(name) if is_temporary(self.claims.base(name)) and not is_derivative(name) else None
        if value is None or value.head != "call" or len(value.args) != 2 or value.args[1].head != "var":
            return None
        before: str = value.args[1].data
        return before if self.claims.is_constant(before) and self._is_elementwise(value) else None

    def _is_conditional(self, name: str) -> bool:
        """Is a variable bound under a condition? What was computed from it is read under conditions that bind it, too, but
        that they are the same ones shows only where the derivative was generated."""
        if self._conditional is None:
            branching = S.of_kinds(self.claims.body, S.If, S.Try)
            self._conditional = {n for s in branching for b in S.blocks(s) for t in S.walk_stmts(b) for n in S.writes(t)}
        return name in self._conditional

    def bare(self, e: Expr) -> Expr:
        """`e` without functions of single elements and without numbers, which leave the shape as it is."""
        if e.head == "op" and e.data in _ARITHMETIC or e.head == "call" and self._is_elementwise(e):
            arrays = [self.bare(a) for a in (e.args[1:] if e.head == "call" else e.args) if not self.claims.is_number(a)]
            if len(arrays) == 2 and arrays[0] == arrays[1]:
                arrays = arrays[:1]
            if len(arrays) == 1 and (e.data != "*" or self.claims.of(arrays[0]).kind in ("array", "numeric")):
                return arrays[0]  # a number times a list is another list
            if e.head == "op" and len(arrays) == 2:
                return E.rebuild(e, tuple(arrays))
        elif e.head == "call" and E.hashable_callee(e) is np.sum and len(e.args) > 2 and e.args[1].head == "op":
            return E.rebuild(e, (e.args[0], self.bare(e.args[1]), *e.args[2:]))
        return e

    def bare_value(self, e: Expr) -> Expr:
        """`bare`, of the value of a variable that stands for an unnamed one."""
        if e.head == "var" and self.claims.is_constant(e.data) and is_temporary(self.claims.base(e.data)) \
                and not self._is_conditional(e.data):
            value = self.claims.value(e.data)
            if value is not None and all(n != e.data and self.claims.is_constant(n) for n in value.names):
                return self.bare(value)
        return self.bare(e)

    def spread(self, e: Expr, always: bool = False) -> Expr:
        """`e`, or ``broadcast`` of the variables that have the same shape together, `always` or where that is not longer."""
        leaves: dict[str, None] = {}
        if e.head != "op" and e.head != "call" or not self._leaves(e, leaves) or not leaves:
            return e
        whole = self.claims.of(e).shape
        shapes = {name: self.claims.of(E.var(name)).shape for name in leaves}
        for name in leaves if whole is not None else ():
            rest = [shape for other, shape in shapes.items() if other != name]
            if rest and T.broadcast(rest) == whole:
                del shapes[name]
        made = E.call(_BROADCAST, *map(E.var, shapes)) if len(shapes) > 1 else E.var(*shapes)
        return made if always or E.size(made) <= E.size(e) else e

    def _leaves(self, e: Expr, out: dict[str, None]) -> bool:
        """Enter the variables that arithmetic in `e` broadcasts into `out`, if it does nothing else."""
        if self.claims.is_number(e):
            return True
        if e.head == "var":
            out.update(self._made_of(e) or {e.data: None})
            return self.claims.of(e).kind in ("array", "numeric", "any")
        if e.head == "op" and e.data in _ARITHMETIC or e.head == "call" and self._is_elementwise(e):
            return all(self._leaves(a, out) for a in (e.args[1:] if e.head == "call" else e.args))
        return False

    def _made_of(self, v: Expr) -> dict[str, None] | None:
        """The variables that an unnamed value is made of, or the one that a named value is, which nobody else wants."""
        value = self.claims.value(v.data)
        if value is None or value.head not in ("op", "call") or not all(
                self.claims.is_constant(n) and not self._is_conditional(n) for n in value.names):
            return None
        found: dict[str, None] = {}
        if not self._leaves(value, found) or not found:
            return None
        return found if is_temporary(self.claims.base(v.data)) or len(found) == 1 and not self.is_there(v.data) else None

    @staticmethod
    def _is_elementwise(e: Expr) -> bool:
        rule = rule_of(e)
        elementwise = rule is not None and (rule.elementwise or E.hashable_callee(e) is runtime.sign)
        return elementwise and not any(mark for mark, _ in E.arguments(e))

    def _operand(self, e: Expr, like: Expr) -> Expr | None:
        """A variable in `e` with the shape that `like` has."""
        for name in sorted(e.names):
            v = E.var(name)
            same = not self.claims.is_number(v) and (self.claims.same_shape(v, like) or _is_scaled(e, v))
            if same and self._same_field(v, like):
                return v
        return None

    def _same_field(self, v: Expr, like: Expr) -> bool:
        """Are both real or both complex? `unbroadcast` takes the real part where what it is like is real."""
        if self.claims.of(like).dtype == "complex":
            return self.claims.of(v).dtype == "complex"
        return self.claims.is_real(like) and self.claims.of_one_field(v, like) \
            or self.claims.of(v).dtype == self.claims.of(like).dtype is not None


def _is_scaled(e: Expr, v: Expr) -> bool:
    """Is `e` a variable times a floating-point number, which no list is multiplied by?"""
    return e.head == "op" and e.data == "*" and len(e.args) == 2 and any(
        a.head == "const" and type(a.data) is float and b == v for a, b in (e.args, e.args[::-1]))
