"""Terms of a sum that are brought to one shape are brought there together.

    unbroadcast(expand(by, y * z), z) * np.exp(z) - fitted(by * y, z)    --->    unbroadcast(by * (np.exp(z) - y), z)

What a factor in the shape of `z` multiplies after a sum over other axes it may multiply before.
"""
from __future__ import annotations

from typing import TYPE_CHECKING

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass

if TYPE_CHECKING:
    from s2sgrad.optimize.algebra import Algebra

_FITTING = (runtime.unbroadcast, runtime.fitted)
_FITTED = lib.support("fitted")


@dataclass(frozen=True)
class _Term:
    """A term that is a multiple of `inner`, brought to the shape of `like`: `before` is the same multiple of `inner` itself,
    and `plain` that of the number that `inner` is a multiple of, where it is this number broadcast."""

    like: Expr
    inner: Expr
    before: Expr
    plain: Expr


def together(to: Algebra, a: Expr, b: Expr, symbol: str) -> Expr | None:
    """The sum or the difference of two terms that are brought to one shape, as one that is brought there."""
    if a.head == "op" and a.data in ("+", "-") and len(a.args) == 2:  # the last one of several terms
        inner = together(to, a.args[1], b, symbol if a.data == "+" else "-" if symbol == "+" else "+")
        return None if inner is None else E.op(a.data, a.args[0], inner)
    first = _term(to, a)
    second = _term(to, b) if first is not None else None
    if first is None or second is None or first.like != second.like:
        return None
    claims, like = to.claims, to.claims.shape(first.like)
    shapes = [claims.shape(t.inner) for t in (first, second)]
    if like is None or None in shapes:
        return None
    wholes = [T.broadcast((shape, like)) for shape in shapes]
    if wholes[0] != wholes[1] or wholes[0] is None:
        return None
    for p, q in ((first.plain, second.plain), (first.before, second.before)):
        total = _total(to, p, q, symbol)
        shape = claims.shape(total)
        if shape is not None and T.broadcast((shape, like)) == wholes[0]:
            helper = lib.UNBROADCAST if shape == wholes[0] else _FITTED
            return to.simplify(E.call(helper, total, first.like))
    return None


def _total(to: Algebra, p: Expr, q: Expr, symbol: str) -> Expr:
    """``n * (a - b)`` for ``n * a - n * b``, of a number."""
    n, a = _multiple(to, p)
    m, b = _multiple(to, q)
    if n is not None and n == m and a is not None and b is not None:
        return E.op("*", n, to.minus(a, b) if symbol == "-" else to.plus(a, b))
    return to.minus(p, q) if symbol == "-" else to.plus(p, q)


def _multiple(to: Algebra, e: Expr) -> tuple[Expr | None, Expr | None]:
    """The number that a product begins with, and what it multiplies."""
    factors: list[Expr] = []
    divided: list[Expr] = []
    while e.head == "op" and e.data in ("*", "/") and len(e.args) == 2:
        if e.data == "/" and factors:
            return None, None
        (factors if e.data == "*" else divided).append(e.args[1])
        e = e.args[0]
    if e.head != "var" or not to.claims.is_number(e) or not factors:
        return None, None
    factors.reverse()
    rest = factors[0]
    for f in factors[1:]:
        rest = E.op("*", rest, f)
    for d in reversed(divided):
        rest = E.op("/", rest, d)
    return e, rest


def _term(to: Algebra, e: Expr) -> _Term | None:
    if not e.heads & E.CALL:
        return None
    if e.head == "call":
        return _brought(to, e)
    if e.head != "op" or e.data not in ("*", "/") or len(e.args) != 2:
        return None
    for n, a in enumerate(e.args[:1] if e.data == "/" else e.args):
        found = _term(to, a)
        if found is not None:
            other = e.args[1 - n]
            like, shape = to.claims.shape(found.like), to.claims.shape(other)
            if like is None or shape is None or T.broadcast((like, shape)) != like or not to.claims.is_real(other):
                return None
            before, plain = (E.rebuild(e, (x, other) if n == 0 else (other, x)) for x in (found.before, found.plain))
            return _Term(found.like, found.inner, before, plain)
    return None


def _brought(to: Algebra, e: Expr) -> _Term | None:
    """A call that brings something to the shape of a variable, both of which are real."""
    if E.hashable_callee(e) not in _FITTING or e.args[2].head != "var":
        return None
    _, inner, like = e.args
    if not to.claims.is_real(inner) or not to.claims.is_real(like):
        return None
    found = spread_factor(to, inner)
    return _Term(like, inner, inner, inner if found is None else found[0])


def spread_factor(to: Algebra, e: Expr) -> tuple[Expr, Expr] | None:
    """A product with a number in the place of its factor that is this number broadcast, and to whose shape."""
    if e.head == "var":
        spread = to.spread(e.data)
        return None if spread is None else (spread.args[1], spread.args[2])
    if E.hashable_callee(e) is runtime.expand:
        return (e.args[1], e.args[2]) if to.claims.is_number(e.args[1]) else None
    if e.head != "op" or e.data not in ("*", "/", "-") or e.data == "-" and len(e.args) > 1:
        return None
    for n, a in enumerate(e.args[:1] if e.data == "/" else e.args):
        found = spread_factor(to, a)
        if found is not None:
            return E.rebuild(e, (*e.args[:n], found[0], *e.args[n + 1:])), found[1]
    return None
