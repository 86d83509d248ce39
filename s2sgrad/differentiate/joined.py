"""Sums and products that join or repeat lists and tuples, ``xs + ys`` and ``xs * n``, or may do so."""
from __future__ import annotations

from collections.abc import Sequence

from s2sgrad.analysis.facts import Facts
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import repeated
from s2sgrad.ir.types import Type


def how(e: Expr, types: Sequence[Type], result: Expr, facts: Facts) -> str:
    """Does a sum or product of operands of some types join or repeat sequences: "surely", "maybe", or not at all ("")?"""
    kinds = [t.kind for t in types]
    if "list" in kinds or "tuple" in kinds:
        return "surely" if _makes_sequence(e, kinds, facts) else ""
    if "any" not in kinds or len(kinds) != 2:
        return ""
    if e.data == "+":
        return "maybe" if kinds[0] == kinds[1] else ""
    return "maybe" if _may_repeat(e, types, result, facts) else ""


def _makes_sequence(e: Expr, kinds: list[str], facts: Facts) -> bool:
    if e.data == "*" and repeated(e) is None and any(
            k not in ("list", "tuple") and facts.is_active(a) for k, a in zip(kinds, e.args)):
        return False  # a factor that is differentiated counts nothing
    return "array" not in kinds and (e.data == "*" or "numeric" not in kinds)


def _may_repeat(e: Expr, types: Sequence[Type], result: Expr, facts: Facts) -> bool:
    """Is this the product of a variable, of which nothing is known, and a whole number?"""
    at = 0 if types[0].kind == "any" else 1
    xs, n, other = e.args[at], e.args[1 - at], types[1 - at]
    counts = other.kind == "number" and other.dtype == "int" and not facts.is_active(n)
    return counts and xs.head == "var" and result.head == "var"
