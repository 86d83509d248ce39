"""Numerals and factors: what the algebra of expressions asks of them."""
from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable
from typing import Any

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr

FOLDED: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
}
NUMBERS = (int, float)


def is_numeral(e: Expr) -> bool:
    return e.head == "const" and type(e.data) in NUMBERS


def is_negation(e: Expr) -> bool:
    return e.head == "op" and e.data == "-" and len(e.args) == 1


def is_binary(e: Expr, symbol: str) -> bool:
    return e.head == "op" and e.data == symbol and len(e.args) == 2


def folded(symbol: str, a: Expr, b: Expr) -> Expr | None:
    """The value of an operation on two numerals, as Python computes it; None where it raises or is no plain number."""
    try:
        value = FOLDED[symbol](a.data, b.data)
    except (ArithmeticError, ValueError):
        return None
    return E.const(value) if type(value) in NUMBERS and is_plain(value) else None


def is_plain(value: float) -> bool:
    """Is this a number that reads as one: finite, and no huge integer?"""
    return -math.inf < value < math.inf and (type(value) is float or abs(value) <= 1 << 31)


def are_the_same(one: list[Expr], other: list[Expr]) -> bool:
    """Are these the same factors, in whatever order?"""
    return len(one) == len(other) and (one == other or len(one) > 1 and Counter(one) == Counter(other))


def factors_of(es: list[Expr]) -> list[Expr]:
    """The factors of a product, those of products among them as well."""
    return [f for e in es for f in (factors_of(list(e.args)) if is_binary(e, "*") else (e,))]


def chained(factors: list[Expr]) -> Expr:
    out = factors[0]
    for f in factors[1:]:
        out = E.op("*", out, f)
    return out


_BOTH = (({runtime.matmul_adjoint_left, runtime.matmul_adjoint_right}, lib.support("matmul_adjoint_both")),
         ({runtime.dot_adjoint_left, runtime.dot_adjoint_right}, lib.support("dot_adjoint_both")))


def of_both(one: list[Expr], other: list[Expr]) -> Expr | None:
    """The helper for the adjoint of `a` in ``a @ a``, where these are those of its two operands."""
    first, second = one[0], other[0]
    if not len(one) == len(other) == 1 or first.head != "call" or first.args[1:] != second.args[1:]:
        return None
    fns = {E.hashable_callee(first), E.hashable_callee(second)}
    both = next((helper for operands, helper in _BOTH if fns == operands), None)
    return both if both is not None and first.args[2] == first.args[3] else None
