"""Algebra on expressions: the constructors of the core language, with what a reader would simplify simplified.

Products are chains ``a * b * c`` with at most one constant, signs are pulled outwards to where a sum or a statement
absorbs them. Nothing here changes a value but by reassociating floating-point operations, and ``x * 0`` is never 0.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.claims import Claims, rule_of
from s2sgrad.optimize.factors import (
    FOLDED,
    NUMBERS,
    are_the_same,
    chained,
    factors_of,
    folded,
    is_binary,
    is_negation,
    is_numeral,
    is_plain,
    of_both,
)
from s2sgrad.optimize.fields import Fields
from s2sgrad.optimize.helpers import HELPERS, transposed_product, without_new_axis
from s2sgrad.optimize.likes import LENDING, Likes
from s2sgrad.optimize.summed import together
from s2sgrad.rules.fold import fold_node


class Algebra:
    """Simplifies expressions whose operands are as `claims` says."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self.likes = Likes(claims)
        self.fields = Fields(claims)
        #: By the identity of what is simplified, which is held, so that nothing else gets this identity.
        self._done: dict[int, tuple[Expr, Expr]] = {}
        self._spread = {n: s.value for n, s in claims.definition.items()
                        if type(s) is S.Assign and s.value.head == "call" and E.callee(s.value) is runtime.expand}

        #: Quotients that variables hold.
        held = [s.value for s in claims.definition.values() if type(s) is S.Assign and s.value.head == "op"]
        self.quotients = {e for e in held if e.data == "/"} | {
            E.op("/", e.args[0], e.args[1].args[1]) for e in held if e.data == "*" and e.args[1].head == "op"
            and e.args[1].data == "/" and E.is_const(e.args[1].args[0], 1.0)}

    def simplify(self, e: Expr) -> Expr:
        """`e` simplified throughout."""
        if not e.args:
            return e
        known = self._done.get(id(e))
        if known is not None:
            return known[1]
        inner = e
        for a in e.args:
            if a.args:
                inner = E.rebuild(e, tuple([self.simplify(a) if a.args else a for a in e.args]))
                break
        found = self._node(inner)
        if found is not e:
            if found._hash == e._hash and found == e:
                found = e
            else:
                self._done[id(found)] = found, found
        self._done[id(e)] = e, found
        return found

    def _node(self, e: Expr) -> Expr:
        if e.head == "op":
            rule = _BINARY.get(e.data) if len(e.args) == 2 else None
            if rule is not None:
                return rule(self, *e.args)
            return self.negative(e.args[0]) if is_negation(e) else fold_node(e)
        if e.head == "call":
            fn = E.hashable_callee(e)
            if fn in LENDING and len(e.args) > LENDING[fn]:
                e = self._with_source(e, LENDING[fn])
            helper = HELPERS.get(fn)
            if fn in LINEAR and is_negation(e.args[1]) and not any(m in ("*", "**") for m in e.data.marks):
                return self.negative(self._node(E.rebuild(e, (e.args[0], e.args[1].args[0], *e.args[2:]))))
            return fold_node(e) if helper is None else helper(self, e)
        if e.head == "attr":
            return fold_node(transposed_product(self, e))
        return fold_node(without_new_axis(self, e) if e.head == "index" else e)

    # ---- sums ---------------------------------------------------------------------------------------------------

    def negative(self, a: Expr) -> Expr:
        if is_negation(a):
            return a.args[0]
        if is_numeral(a):
            return E.const(-a.data)
        if is_binary(a, "-") and self.claims.is_inexact(a):
            return E.op("-", a.args[1], a.args[0])
        return E.op("-", a)

    def plus(self, a: Expr, b: Expr) -> Expr:
        a, b = self._operands(a, b)
        if is_numeral(a) and is_numeral(b):
            return folded("+", a, b) or E.op("+", a, b)
        if self._is_zero(a) and self.claims.is_inexact(b):
            return b
        if self._is_zero(b) and self.claims.is_inexact(a):
            return a
        if is_negation(b):
            return self.minus(a, b.args[0])
        if is_negation(a):
            return self.minus(b, a.args[0])
        if is_numeral(b) and b.data < 0:
            return E.op("-", a, E.const(-b.data))
        if (is_binary(b, "+") or is_binary(b, "-")) and self.claims.is_inexact(b) \
                and (self.claims.is_number(a) or not self.claims.is_number(b)):
            first = self.plus(a, b.args[0])
            return self.plus(first, b.args[1]) if b.data == "+" else self.minus(first, b.args[1])
        divided = a.head == b.head == "op" and a.data == b.data == "/" and self._over_one(a, b, "+")
        return divided or self._merged(a, b, 1) or self._fitted(a, b, "+") or (
            together(self, a, b, "+") if a.heads & b.heads & E.CALL else None) or E.op("+", a, b)

    def minus(self, a: Expr, b: Expr) -> Expr:
        a, b = self._operands(a, b)
        if is_numeral(a) and is_numeral(b):
            return folded("-", a, b) or E.op("-", a, b)
        if self._is_zero(b) and self.claims.is_inexact(a):
            return a
        if self._is_zero(a) and self.claims.is_inexact(b):
            return self.negative(b)
        if is_negation(b):
            return self.plus(a, b.args[0])
        if is_numeral(b) and b.data < 0:
            return E.op("+", a, E.const(-b.data))
        divided = a.head == b.head == "op" and a.data == b.data == "/" and self._over_one(a, b, "-")
        return divided or self._merged(a, b, -1) or self._fitted(a, b, "-") or (
            together(self, a, b, "-") if a.heads & b.heads & E.CALL else None) or E.op("-", a, b)

    def _merged(self, a: Expr, b: Expr, sign: int) -> Expr | None:
        """``p + q + q`` as ``p + 2 * q``: the sum (the difference) where `b` is a multiple of the last term of `a`."""
        rest, last, last_sign = None, a, 1
        if a.head == "op" and a.data in ("+", "-") and len(a.args) == 2:
            rest, last = a.args
            last_sign = 1 if a.data == "+" else -1
        if last.names != b.names:
            return self._over_sum(last, b, last_sign, sign) if rest is None and b.head == "call" else None
        first, one = self._multiple(last)
        second, other = self._multiple(b)
        both = of_both(one, other) if last_sign * first == sign * second else None
        if both is not None:
            product = self.times(E.const(abs(first)), E.call(both, *one[0].args[1:3]))
            return self._added(rest, product, last_sign * first)
        if not self.claims.is_inexact(b):
            return None
        total = last_sign * first + sign * second
        if total == 0 or not are_the_same(factors_of(one), factors_of(other)):
            return None
        if abs(total) != 1:
            product = self.times(E.const(abs(total)), chained(one))
        elif rest is None and len(one) == 1 and one[0].head == "call":
            return None  # the sum is new, the call alone may lend an array that is somebody else's
        else:
            product = chained(one)
        return self._added(rest, product, total)

    def _over_sum(self, a: Expr, b: Expr, sign_a: int, sign_b: int) -> Expr | None:
        """``p * t - p`` as ``p * (t - 1)``, where `p` is a sum that would be computed twice."""
        if E.hashable_callee(b) not in _SUMS or a.head != "op" or a.data != "*" or a.args[0] != b or sign_a < 0 \
                or not (self.claims.is_inexact(a.args[1]) or self._is_elementwise(a.args[1])):
            return None
        return E.op("*", b, self.minus(a.args[1], E.ONE) if sign_b < 0 else self.plus(a.args[1], E.ONE))

    def _is_elementwise(self, e: Expr) -> bool:
        """Is this what a function of single elements gave, an array or a number?"""
        value = self.claims.value(e.data) if e.head == "var" else e
        rule = rule_of(value) if value is not None and value.head == "call" else None
        return rule is not None and rule.elementwise

    def _added(self, rest: Expr | None, product: Expr, sign: float) -> Expr:
        if rest is None:
            return product if sign > 0 else self.negative(product)
        return E.op("+" if sign > 0 else "-", rest, product)

    def _multiple(self, e: Expr) -> tuple[float, list[Expr]]:
        """A term as a number times factors."""
        sign, factors = self.chain(e)
        number: float = sign
        for f in factors:
            if is_numeral(f):
                number *= f.data
        return number, [f for f in factors if not is_numeral(f)] or factors

    def _fitted(self, a: Expr, b: Expr, symbol: str) -> Expr | None:
        """``unbroadcast(p, x) + unbroadcast(q, x)`` as ``unbroadcast(p + q, x)``, where `p` and `q` have one shape, and so
        with sums, also with the last of several."""
        if E.hashable_callee(b) is np.sum and a.head == "op" and a.data in _OPPOSITE and len(a.args) == 2:
            sums = self._fitted(a.args[1], b, symbol if a.data == "+" else _OPPOSITE[symbol])
            return None if sums is None else E.op(a.data, a.args[0], sums)
        fn = E.hashable_callee(a) if a.head == b.head == "call" else None
        if fn not in _SUMS or E.hashable_callee(b) is not fn or a.args[2:] != b.args[2:] or a.data != b.data:
            return None
        p, q = a.args[1], b.args[1]
        if not self.claims.same_shape(p, q) and (fn is np.sum or self._spread_over(p) != self._spread_over(q)):
            return None
        return self.simplify(E.rebuild(a, (a.args[0], E.op(symbol, p, q), *a.args[2:])))

    def _over_one(self, a: Expr, b: Expr, symbol: str) -> Expr | None:
        """``p / t - q / t`` as ``(p - q) / t``."""
        if a.args[1] != b.args[1] or a.args[1].head != "var" \
                or is_numeral(a.args[0]) or is_numeral(b.args[0]):
            return None
        above = self.plus(a.args[0], b.args[0]) if symbol == "+" else self.minus(a.args[0], b.args[0])
        return self.over(above, a.args[1])

    def _spread_over(self, e: Expr) -> frozenset[Expr]:
        """What arithmetic in `e` broadcasts to its shape; numbers do not matter."""
        if self._is_scalar(e):
            return frozenset()
        if e.head == "op" and e.data in FOLDED:
            return frozenset().union(*map(self._spread_over, e.args))
        return frozenset((e,))

    @staticmethod
    def _is_zero(e: Expr) -> bool:
        return e.head == "const" and type(e.data) in NUMBERS and e.data == 0

    def _operands(self, a: Expr, b: Expr) -> tuple[Expr, Expr]:
        """Both operands of arithmetic; one of them keeps the shape."""
        if a.head not in _BROUGHT and b.head not in _BROUGHT and not self._spread:
            return a, b
        a = self._operand(a, b)
        return a, self._operand(b, a)

    def _operand(self, a: Expr, other: Expr) -> Expr:
        """`a` as an operand of arithmetic: its result is new, and broadcasting gives it the shape of the other."""
        fn = E.hashable_callee(a) if a.head == "call" else None
        if fn is runtime.copy:
            return a.args[1]
        if fn is runtime.like and self.fields.of(other) == "complex":
            return self.fields.part(a)
        if fn is runtime.expand and not self._may_be_list(other) and (
                self.claims.same_shape(a.args[2], other) or self.likes.bare_value(a.args[2]) == self.likes.bare(other)):
            return self._operand(a.args[1], other)
        if fn is runtime.restore_axes and self._has_shape_of(other, a.args[2]):
            number = a
            while E.hashable_callee(number) in (runtime.restore_axes, runtime.expand):
                number = number.args[1]
            leading = E.is_const(a.args[3], 0) and E.is_const(a.args[4], False)  # broadcasting adds it anyway
            return number if self.claims.is_number(number) else a.args[1] if leading else a
        if a.head == "var":
            spread = self.spread(a.data)
            if spread is not None and self.claims.same_shape(spread.args[2], other):
                return spread.args[1]
        if a.head == "index" and E.hashable_callee(a.args[0]) is runtime.expand and self.claims.is_number(a.args[0].args[1]):
            whole, part = self.claims.shape(other), self.claims.shape(a)  # with axes of length one
            if whole is not None and part is not None and T.broadcast((whole, part)) == whole:
                return a.args[0].args[1]
        return a

    def _may_be_list(self, e: Expr) -> bool:
        """Is this the adjoint of what may be a list, which is added to element by element?"""
        return e.head == "var" and is_derivative(e.data) and self.claims.declared(
            self.claims.base(e.data).lstrip("~^")).kind in ("any", "list")

    def _has_shape_of(self, e: Expr, like: Expr) -> bool:
        """Does `e` have the shape of `like` (as the shares of its elements in an extremum do)?"""
        if e.head == "var" and self.claims.is_constant(e.data):
            value = self.claims.value(e.data)
            if value is not None and E.hashable_callee(value) is runtime.ties and value.args[1] == like \
                    and all(map(self.claims.is_constant, like.names)):
                return True
        return e == like or E.hashable_callee(e) is runtime.ties and e.args[1] == like or self.claims.same_shape(e, like)

    def _factor(self, f: Expr, at: int, factors: list[Expr]) -> Expr:
        """A factor that is broadcast to the shape of another need not be."""
        if f.head == "var" and self.spread(f.data) is None:
            return f
        for n, other in enumerate(factors):
            if n != at and other.head != "const":
                made = self._operand(f, other)
                if made is not f:
                    return made
        return f

    def spread(self, name: str) -> Expr | None:
        """The definition of a variable that is a value broadcast to a shape, where it still means the same."""
        if name not in self._spread:
            return None
        value = self.claims.value(name)
        if value is None:
            return None
        part = value.args[1].args[0] if is_negation(value.args[1]) else value.args[1]
        steady = part.head == "var" and self.claims.is_number(part) and self.claims.is_constant(part.data)
        return value if steady else None

    # ---- products -----------------------------------------------------------------------------------------------

    def times(self, a: Expr, b: Expr) -> Expr:
        if a.head == "var" and not self._spread:
            if b.head == "var":
                return E.op("*", a, b)
            if b.head == "const" and type(b.data) in NUMBERS and 0 < b.data and is_plain(b.data):
                unit = b.data == 1 and (self.claims.is_inexact(a) or type(b.data) is int)
                return a if unit else E.op("*", a, b)
        a, b = self._operands(a, b)
        if b.head == "var" and a.head == "op" and a.data == "/" and a.args[1] == b and self._spans(a.args[0], b):
            return a.args[0]
        sign_a, left = self.chain(a)
        sign_b, right = self.chain(b)
        sign = sign_a * sign_b
        if len(right) > 1 and not all(map(self._is_scalar, left)) and sum(not self._is_scalar(f) for f in right) > 1:
            right = self._grouped(right)
        below: list[Expr] = []
        factors: list[Expr] = []
        for f in (*left, *right):
            if f.head == "op" and f.data == "/" and is_numeral(f.args[0]):
                factors.append(f.args[0])
                below.append(f.args[1])
            else:
                factors.append(f)
        if len(factors) > 1:
            for n, f in enumerate(factors):
                if f.head == "call" or f.head == "var" and f.data in self._spread:
                    factors[n] = self._factor(f, n, factors)
            if is_binary(factors[0], "*"):
                more, first = self.chain(factors[0])
                sign, factors = sign * more, [*first, *factors[1:]]
        out = self.product(factors)
        for f in below:
            out = self.over(out, f)
        return self.negative(out) if sign < 0 else out

    def _spans(self, e: Expr, v: Expr) -> bool:
        """Does arithmetic with `v` give `e` no other shape, and no other type?"""
        fitted = E.hashable_callee(e) is runtime.unbroadcast and self.likes.source(v) == e.args[2]
        return self.claims.is_inexact(e) and (fitted or self.claims.same_shape(e, v)) and self.claims.of_one_field(e, v)

    def over(self, a: Expr, b: Expr) -> Expr:
        a, b = self._operands(a, b)
        sign = 1
        if is_negation(a):
            a, sign = a.args[0], -sign
        if is_negation(b):
            b, sign = b.args[0], -sign
        if is_numeral(a) and is_numeral(b):
            out = folded("/", a, b) or E.op("/", a, b)
        elif is_numeral(b) and b.data == 1 and self.claims.is_inexact(a):
            out = a
        elif a.head == "var" and self._is_reciprocal(a.data, b):
            out = self.product([a, a])
        else:
            out = (self._without(a, b) if b.head == "var" else None) or E.op("/", a, b)
        return self.negative(out) if sign < 0 else out

    def _without(self, a: Expr, b: Expr) -> Expr | None:
        """``p * t / t`` as `p`, where a variable may hold the product, and `p` has all axes of `t`."""
        product = self.claims.value(a.data) if a.head == "var" and is_derivative(a.data) else a
        if product is None or not is_binary(product, "*") or product.args[1] != b \
                or not all(map(self.claims.is_constant, product.names)):
            return None
        p, claims = product.args[0], self.claims
        whole = claims.shape(p)
        spans = whole is not None and T.broadcast((whole, claims.shape(b))) == whole
        new = spans and p.head != "call"  # which may lend what is somebody else's
        return p if new and claims.is_inexact(p) and claims.of_one_field(p, b) else None

    def _is_reciprocal(self, name: str, b: Expr) -> bool:
        """Is the variable one over `b`, which had to be computed? Then what is divided by `b` once more is its square."""
        value = self.claims.value(name)
        if b.head == "var" and self.claims.value(b.data) is None:
            return False
        return value is not None and is_binary(value, "/") and value.args[1] == b and is_numeral(value.args[0]) \
            and value.args[0].data == 1 and all(map(self.claims.is_constant, b.names))

    def power(self, a: Expr, b: Expr) -> Expr:
        if is_numeral(a) and is_numeral(b):
            return folded("**", a, b) or E.op("**", a, b)
        if is_numeral(b) and b.data == 1 and (self.claims.is_inexact(a) or type(b.data) is int):
            return a
        return E.op("**", a, b)

    def _is_scalar(self, e: Expr) -> bool:
        return e.head == "const" or self.claims.is_number(e)

    def chain(self, e: Expr) -> tuple[int, list[Expr]]:
        """The sign and the factors of a product."""
        sign = 1
        if e.head != "op":
            return (-1, [E.const(-e.data)]) if e.head == "const" and is_numeral(e) and e.data < 0 else (1, [e])
        if is_negation(e):
            e, sign = e.args[0], -1
        factors: list[Expr] = []
        while e.head == "op" and e.data == "*":
            factors.append(e.args[1])
            e = e.args[0]
        if e.head == "const" and is_numeral(e) and e.data < 0:
            e, sign = E.const(-e.data), -sign
        factors.append(e)
        factors.reverse()
        return sign, factors

    def _grouped(self, factors: list[Expr]) -> list[Expr]:
        """Keep a product of arrays together: only its constant may join what it is multiplied with."""
        numerals = [f for f in factors if is_numeral(f)]
        rest = [f for f in factors if not is_numeral(f)]
        product = rest[0]
        for f in rest[1:]:
            product = E.op("*", product, f)
        return [*numerals, product]

    def product(self, factors: list[Expr]) -> Expr:
        """The product of `factors` with the constants among them multiplied, and numbers before arrays."""
        factors = self._across_quotient(factors)
        if self.fields.met_sign:
            factors = self._with_moduli(factors)
        numerals = [f for f in factors if f.head == "const" and type(f.data) in NUMBERS]
        constant = E.ONE
        if len(numerals) == 1 and is_plain(numerals[0].data):
            constant = numerals[0]
        elif numerals:
            constant = E.const(1)
            for f in numerals:
                found = folded("*", constant, f)
                if found is None:
                    return chained(factors)
                constant = found
        rest = [f for f in factors if f.head != "const" or type(f.data) not in NUMBERS] if numerals else factors
        if not rest:
            return constant
        if numerals:
            unit = constant.data == 1 and (any(map(self.claims.is_inexact, rest)) or type(constant.data) is int)
            at = next(n for n, f in enumerate(factors) if f is numerals[0])
            if not unit:
                rest.insert(min(at, len(rest)), constant)
        scalars = [f for f in rest if self._is_scalar(f)] if len(rest) > 2 else []
        if 1 < len(scalars) < len(rest) and any(self.claims.of(f).is_array for f in rest):
            rest = scalars + [f for f in rest if not self._is_scalar(f)]
        return chained(rest)

    def _with_moduli(self, factors: list[Expr]) -> list[Expr]:
        """``abs(z) * sign(z)`` as ``conj(z)``, which is `z` where that is real."""
        for n, f in enumerate(factors):
            if f.head != "call" or E.hashable_callee(f) not in _SIGNS:
                continue
            z = f.args[1]
            for m, other in enumerate(factors):
                steady = other.head == "var" and all(map(self.claims.is_constant, z.names))
                value = self.claims.value(other.data) if steady else other
                if value is not None and value.head == "call" and E.hashable_callee(value) in _MODULI and value.args[1:] == (z,):
                    made = z if self.fields.of(z) == "real" else E.call(_CONJUGATE, z)
                    return [made if k == m else g for k, g in enumerate(factors) if k != n]
        return factors

    def _across_quotient(self, factors: list[Expr]) -> list[Expr]:
        """``p * 0.5 / t * 2`` as ``p / t``: factors with the constant above a line among the others."""
        first = factors[0]
        if not is_binary(first, "/") or not any(map(is_numeral, factors[1:])):
            return factors
        above = self.chain(first.args[0])[1]
        numerals = [f for f in above if is_numeral(f)]
        if len(numerals) != 1 or len(above) < 2 or above[0].head == "op":
            return factors
        rest = [f for f in above if f is not numerals[0]]
        return [E.op("/", chained(rest), first.args[1]), *numerals, *factors[1:]]

    def _with_source(self, e: Expr, at: int) -> Expr:
        """`e` with the argument that only lends its shape replaced by what it has that shape from."""
        like = self.likes.source(e.args[at])
        if E.hashable_callee(e) in _FITTING and not self.claims.has_field_of(e.args[at], like):
            return e
        if like.head != "var" and E.hashable_callee(e) in _COUNTING:
            like = self.likes.bare(like)
        return e if like is e.args[at] else E.rebuild(e, (*e.args[:at], like, *e.args[at + 1:]))


_BINARY: dict[str, Callable[[Algebra, Expr, Expr], Expr]] = {
    "+": Algebra.plus, "-": Algebra.minus, "*": Algebra.times, "/": Algebra.over, "**": Algebra.power,
}
_CONJUGATE = lib.numpy("conj")
_MODULI = (abs, np.abs)
_SIGNS = (runtime.sign, np.sign)
#: Those of them that ask for nothing but the shape, whatever the element type is.
_FITTING = (runtime.unbroadcast, runtime.fitted)  # they take the real part for what is real
#: Operands that may be brought to a shape that they need not have.
_BROUGHT = frozenset(("call", "index"))
_OPPOSITE = {"+": "-", "-": "+"}
_SUMS = (runtime.unbroadcast, runtime.fitted, np.sum)
_COUNTING: frozenset[Any] = frozenset((np.size, np.ndim, np.shape))
#: Functions that are linear in their first argument and make a new array of it: signs are pulled out of them.
LINEAR: frozenset[Any] = frozenset((
    np.sum, runtime.unbroadcast, runtime.fitted, runtime.matmul_adjoint_left, runtime.matmul_adjoint_right,
    runtime.matmul_adjoint_both, runtime.dot_adjoint_both, runtime.outer_adjoint_left, runtime.outer_adjoint_right))
