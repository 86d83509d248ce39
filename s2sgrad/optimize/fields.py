"""Real or complex: where ``like(b, x)``, the real part of `b` for a real `x`, has nothing to do.

The adjoint of a real variable is real. Where nothing tells whether a parameter is complex, what is calculated from it by
functions that are real for real numbers is as complex as it is.
"""
from __future__ import annotations

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate.naming import ADJOINT, LOCAL, TANGENT
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.claims import REAL, Claims, rule_of

#: What an expression is made of: variables one of which is complex where it is; none for what is real.
Roots = frozenset[str]
_REAL: Roots = frozenset()

_DERIVED = ADJOINT, TANGENT
#: Helpers whose result has the field of their first argument, but is real where the second one is.
_FITTING = frozenset((runtime.like, runtime.unbroadcast, runtime.fitted))
#: Functions whose result has the field of their first argument.
_PASSING = frozenset((runtime.expand, runtime.copy, runtime.restore_axes, runtime.sum_adjoint, runtime.scalar_seed, np.sum,
                      np.mean, np.conj, np.reshape, np.transpose, np.diff))
#: Options that leave the kind of numbers as it is.
_AXES = frozenset(("", "axis", "keepdims"))
_JOINING = frozenset((np.concatenate, np.stack, np.hstack, np.vstack))
#: Definitions are followed through so many variables.
_FAR = 16


class Fields:
    """Which expressions are real, or complex, and which depend on what is not known."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        #: Has a real part, or a sign, been met in what is simplified? It is met before what it is an operand of.
        self.met_part = self.met_sign = False
        self._fields: dict[str, str | None] = {}
        self._roots: dict[str, Roots | None] = {}

    def of(self, e: Expr, far: int = _FAR) -> str | None:
        """"real" or "complex", whatever the arguments are; None where that is not sure."""
        dtype = self.claims.of(e).dtype
        if dtype in REAL or dtype == "complex":
            return "complex" if dtype == "complex" else "real"
        if e.head == "var":
            if e.data not in self._fields and far:
                self._fields[e.data] = self._of_name(e.data, far - 1)
            return self._fields.get(e.data)
        if e.head == "op" and e.data in ("+", "-", "*", "/"):
            fields = {self.of(a, far) for a in e.args}
            return "complex" if "complex" in fields else "real" if fields == {"real"} else None
        fn = E.hashable_callee(e) if e.head == "call" else None
        if fn in _FITTING and self.of(e.args[2], far) == "real":
            return "real"
        return self.of(e.args[1], far) if fn in _FITTING or fn in _PASSING else None

    def _of_name(self, name: str, far: int) -> str | None:
        """The adjoint of what is real is real; that of what is complex may be a real zero."""
        value = self.claims.value(name)
        found = None if value is None or name in value.names else self.of(value, far)
        base = self.claims.base(name)
        if found is not None or not base.startswith(_DERIVED) or base.startswith(LOCAL) or base in self.claims.required:
            return found
        return "real" if self.claims.declared(base.lstrip(ADJOINT + TANGENT)).dtype in REAL else None

    def without_parts(self, e: Expr, like: Expr) -> Expr:
        """`e`, of which the real part is taken if `like` is real, without real parts that are taken for the same reason.

        ``like(like(b, exp(x)) * exp(x), x)`` is ``like(b * exp(x), x)``: real factors pass out of a real part.
        """
        if not e.heads & E.CALL or not any(E.hashable_callee(call) is runtime.like for call in E.calls(e)):
            return e
        roots = self.roots(like)
        return e if roots is None else self._bare(e, roots)

    def part(self, e: Expr) -> Expr:
        """`e` where a complex number is made of it anyway, which need not be one before."""
        return e.args[1] if E.hashable_callee(e) is runtime.like and self.of(e.args[2]) == "complex" else e

    def _bare(self, e: Expr, roots: Roots) -> Expr:
        if E.hashable_callee(e) is runtime.like and self.roots(e.args[2]) == roots:
            return self._bare(e.args[1], roots)
        if E.hashable_callee(e) in _PASSING:
            bare = self._bare(e.args[1], roots)
            return e if bare is e.args[1] else E.rebuild(e, (e.args[0], bare, *e.args[2:]))
        if e.head != "op" or e.data not in ("+", "-", "*", "/"):
            return e
        if e.data in ("+", "-"):
            args = tuple(self._bare(a, roots) for a in e.args)
            return e if args == e.args else E.rebuild(e, args)
        for n, a in enumerate(e.args[:1] if e.data == "/" else e.args):
            bare, other = self._bare(a, roots), self.roots(e.args[1 - n])
            if bare is not a and other is not None and other <= roots:
                return E.rebuild(e, (bare, e.args[1]) if n == 0 else (e.args[0], bare))
        return e

    def roots(self, e: Expr, far: int = _FAR) -> Roots | None:
        """The parameters one of which is complex if and only if `e` is; None where that is not sure."""
        field = self.of(e, far)
        if field is not None:
            return _REAL if field == "real" else None
        if e.head == "var":
            if e.data not in self._roots and far:
                self._roots[e.data] = self._roots_of_name(e.data, far - 1)
            return self._roots.get(e.data)
        parts = self._parts(e)
        out = _REAL if parts else None
        for p in parts:
            found = self.roots(p, far)
            out = None if out is None or found is None else out | found
        return out

    def _parts(self, e: Expr) -> tuple[Expr, ...]:
        """Operands one of which is complex if and only if `e` is; none where that is not sure."""
        if e.head == "op":
            return e.args if e.data in ("+", "-", "*", "/", "@") or e.data == "**" and type(e.args[1].data) is int else ()
        if e.head == "index":  # elements of lists are complex one by one
            return e.args[:1] if self.claims.of(e.args[0]).is_array else ()
        fn = E.hashable_callee(e) if e.head == "call" and _AXES.issuperset(e.data.marks) else None
        if fn in _PASSING:
            return e.args[1:2]
        if fn is None or any(e.data.marks):
            return ()
        if fn is np.where and len(e.args) == 4:
            return e.args[2:]
        if fn in _JOINING and e.args[1].head in ("list", "tuple"):
            return e.args[1].args
        rule = rule_of(e) if isinstance(fn, np.ufunc) else None
        return e.args[1:] if rule is not None and rule.elementwise else ()

    def _roots_of_name(self, name: str, far: int) -> Roots | None:
        """An adjoint is complex where its primal is."""
        if not self.claims.is_constant(name):
            return None
        base, value = self.claims.base(name), self.claims.value(name)
        if base.startswith(_DERIVED) and not base.startswith(LOCAL) and base not in self.claims.parameters:
            return self.roots(E.var(base.lstrip(ADJOINT + TANGENT)), far)
        if value is not None:
            return self.roots(value, far)
        return frozenset((name,)) if name in self.claims.parameters and base == name else None
