"""Shifts that a result does not depend on.

    m = np.max(z, axis=1, keepdims=True)
    e = np.exp(z - m)
    p = e / np.sum(e, axis=1, keepdims=True)

What is subtracted before an exponential, so that nothing overflows, has no influence: were `m` greater by `d`, every
element of `e` would be smaller by the factor ``exp(d)``, and so would their sums. The derivative through `m` is a sum of
terms that cancel, and need not be computed. A walk over the statements after the extremum knows of every value by how
much it would move, or by what power of ``exp(d)`` it would grow; where all that is used elsewhere would stay as it is,
the extremum is a constant to the derivative.

In the shape of ``m`` the shift may differ from row to row; so it matters along which axis sums are taken, and whether
that axis is still there (`kept`).
"""
from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.flows import sources
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.rules.bind import Application, BindError, application
from s2sgrad.rules.fold import constant
from s2sgrad.rules.methods_table import canonical
from s2sgrad.runtime import expand, restore_axes, unbroadcast

_EXTREMA = (np.max, np.min, np.amax, np.amin)
_SUMS = (np.sum, np.mean)
#: What an option of a reduction is where it changes nothing.
_PLAIN: dict[str, tuple[Any, ...]] = {"dtype": (None,), "out": (None,), "where": (True,), "initial": (0.0, None, np._NoValue)}


@dataclass(frozen=True)
class _Moved:
    """How a value follows the shift `d`: it grows by ``degree * d``, or by the factor ``exp(degree * d)``.

    `kept`: does it have the axis along which `d` is one number? `exact`: does it have the rank of what the extremum was
    taken of (less that axis, where it is not kept)? `degree` 0 is what does not follow.
    """

    degree: float
    factor: bool = False
    kept: bool = True
    exact: bool = True


class _CannotTell(Exception):
    """The value follows the shift in some other way."""


def shifts(fn: S.Function, aliasing: Aliasing) -> frozenset[S.Stmt]:
    """The statements that compute an extremum on which nothing depends but as on a shift that cancels."""
    found: list[S.Stmt] = []
    blocks = [fn.body]
    while blocks:
        body = blocks.pop()
        for n, s in enumerate(body):
            blocks += S.blocks(s)
            extremum = _extremum(s)
            if extremum is not None and isinstance(s, S.Assign) and _cancels(extremum, s, body[n + 1:], fn, aliasing):
                found.append(s)
    return frozenset(found)


def _applied(e: Expr) -> Application | None:
    try:
        return application(canonical(e)) if e.head in ("call", "op") else None
    except BindError:
        return None


def _extremum(s: S.Stmt) -> Application | None:
    if not isinstance(s, S.Assign) or s.target.head != "var" or s.value.head != "call":
        return None
    found = _applied(s.value)
    return found if found is not None and found.fn in _EXTREMA and _is_plain(found) else None


def _is_plain(found: Application) -> bool:
    return found.where is None and all(any(E.is_const(found.bound[n], v) for v in values)
                                       for n, values in _PLAIN.items() if n in found.bound)


def _cancels(extremum: Application, s: S.Assign, rest: S.Block, fn: S.Function, aliasing: Aliasing) -> bool:
    """Is everything that is computed from an extremum, but what only serves to compute more, as without the shift?"""
    shift = _Shift(extremum)
    name = s.target.data
    shift.moved[name] = shift.of_extremum()
    ever = {name}
    try:
        for t in rest:
            shift.statement(t, aliasing)
            ever |= shift.moved.keys()
    except _CannotTell:
        return False
    if any(map(aliasing.written, ever)):
        return False
    inside = {s, *rest}
    moving = ever if any(isinstance(t, (S.For, S.While, S.Try)) for t in _around(s, fn.body)) else shift.moved.keys()
    return not any(not moving.isdisjoint(S.reads(t)) for t in S.walk_stmts(fn.body) if t not in inside)


def _around(s: S.Stmt, body: S.Block) -> list[S.Stmt]:
    """The statements that `s` is inside of."""
    return [t for t in S.walk_stmts(body) if S.blocks(t) and any(u is s for u in S.walk_stmts((t,))) and t is not s]


class _Shift:
    """The walk over the statements after an extremum; `moved` are the variables that follow the shift."""

    def __init__(self, extremum: Application) -> None:
        arguments = extremum.bound
        #: What has no more axes than what the extremum was taken of.
        self.tame = {next(iter(arguments.values()))}
        self.axis, self.keepdims = arguments["axis"], arguments["keepdims"]
        axis = constant(self.axis)
        #: The axis along which the shift is one number, as an integer where it is known; None where it is one everywhere.
        self.everywhere = axis == (None,)
        self.number = axis[0] if axis is not None and type(axis[0]) is int else None
        self.moved: dict[str, _Moved] = {}

    def of_extremum(self) -> _Moved:
        return _Moved(1.0, kept=self.everywhere or constant(self.keepdims) == (True,))

    def statement(self, s: S.Stmt, aliasing: Aliasing) -> None:
        if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "var" and s not in aliasing.in_place:
            target = s.target
            name, moved = target.data, self.of(s.value if isinstance(s, S.Assign) else E.op(s.symbol, target, s.value))
            if name in self.axis.names:
                raise _CannotTell
            self.moved.pop(name, None)
            self.tame.discard(target)
            if moved.degree:
                self.moved[name] = moved
            elif moved.exact and moved.kept:
                self.tame.add(target)
            return
        for t in S.walk_stmts((s,)):
            if not self.moved.keys().isdisjoint(S.writes(t)) or any(map(self._follows, S.expressions(t))):
                raise _CannotTell

    def _follows(self, e: Expr) -> bool:
        return not self.moved.keys().isdisjoint(sources(e)) if self.moved.keys() & e.names else False

    # ---- expressions ------------------------------------------------------------------------------------------------

    def of(self, e: Expr) -> _Moved:
        if not self._follows(e):
            return _Moved(0.0, exact=self._is_tame(e))
        if e.head == "var":
            return self.moved[e.data]
        if e.head == "index":
            return self._index(e)
        found = _applied(e)
        if found is None or not _is_plain(found):
            raise _CannotTell
        rule = _RULES.get(found.fn)
        if rule is None:
            raise _CannotTell
        return rule(self, found)

    def _is_tame(self, e: Expr) -> bool:
        """Does it have no more axes than what the extremum was taken of, as far as is seen?"""
        return e.head == "const" or e in self.tame

    def _together(self, a: _Moved, b: _Moved) -> tuple[bool, bool]:
        """Whether the result of arithmetic has the axis, and its rank is known."""
        exact = a.exact and b.exact or self.everywhere or self.number is not None and self.number < 0 and (
            not a.degree or a.kept) and (not b.degree or b.kept)
        if a.degree and b.degree:
            if a.kept != b.kept and not (self.number == 0 and a.exact and b.exact):
                raise _CannotTell
            return a.kept or b.kept, exact
        moved, other = (a, b) if a.degree else (b, a)
        if not moved.kept and self.number == 0 and other.exact and moved.exact:
            return True, exact
        return moved.kept, exact

    def plus(self, found: Application, sign: float = 1.0) -> _Moved:
        a, b = map(self.of, found.args())
        if a.degree and a.factor or b.degree and b.factor:
            raise _CannotTell
        kept, exact = self._together(a, b)
        return _Moved(a.degree + sign * b.degree, False, kept, exact)

    def minus(self, found: Application) -> _Moved:
        return self.plus(found, -1.0)

    def negative(self, found: Application) -> _Moved:
        (a,) = map(self.of, found.args())
        return a if a.factor else replace(a, degree=-a.degree)

    def times(self, found: Application, sign: float = 1.0) -> _Moved:
        a, b = map(self.of, found.args())
        kept, exact = self._together(a, b)
        if all(m.factor or not m.degree for m in (a, b)):
            return _Moved(a.degree + sign * b.degree, True, kept, exact)
        left, right = found.args()
        number = constant(right) if a.degree else constant(left) if sign > 0 else None
        if number is None or type(number[0]) not in (int, float) or not number[0]:
            raise _CannotTell
        moved = a if a.degree else b
        return replace(moved, degree=moved.degree * number[0] ** sign)

    def over(self, found: Application) -> _Moved:
        return self.times(found, -1.0)

    def exp(self, found: Application) -> _Moved:
        return self._converted(found, False)

    def log(self, found: Application) -> _Moved:
        return self._converted(found, True)

    def _converted(self, found: Application, factor: bool) -> _Moved:
        (a,) = map(self.of, found.args())
        if a.factor is not factor:
            raise _CannotTell
        return replace(a, factor=not factor)

    def product(self, found: Application) -> _Moved:
        """A matrix product: where the shift is the same everywhere, it is linear in what follows it."""
        if not self.everywhere:
            raise _CannotTell
        return self.times(found)

    def reduction(self, found: Application) -> _Moved:
        a = self.of(next(iter(found.bound.values())))
        if found.fn in _SUMS and not a.factor:
            raise _CannotTell
        if self.everywhere:
            return a
        if not a.kept or not a.exact or found.bound["axis"] != self.axis:
            raise _CannotTell
        keep = constant(found.bound["keepdims"])
        if keep is None:
            raise _CannotTell
        return replace(a, kept=keep == (True,))

    # ---- axes -------------------------------------------------------------------------------------------------------

    def _index(self, e: Expr) -> _Moved:
        """``v[:, None]`` has the axis again, ``v[:, 0]`` does without it."""
        if not self.moved.keys().isdisjoint(e.args[1].names):
            raise _CannotTell
        a = self.of(e.args[0])
        if self.everywhere:
            return a
        key = e.args[1].args if e.args[1].head == "tuple" else (e.args[1],)
        n, full = self.number, E.slice_()
        if n is None or not a.exact:
            raise _CannotTell
        before = key[:-1]
        if n >= 0:
            at_axis = before == (full,) * n
        else:
            at_axis = n == -1 and len(before) == 1 and E.is_const(before[0], ...)
        if at_axis and E.is_const(key[-1], None) and not a.kept:
            return replace(a, kept=True)
        if at_axis and E.is_const(key[-1], 0) and a.kept:
            return replace(a, kept=False)
        raise _CannotTell

    def squeeze(self, found: Application) -> _Moved:
        return self._axis(found, True)

    def expand_dims(self, found: Application) -> _Moved:
        return self._axis(found, False)

    def _axis(self, found: Application, kept: bool) -> _Moved:
        a = self.of(next(iter(found.bound.values())))
        if self.everywhere:
            return a
        if not a.exact or a.kept is not kept or found.bound["axis"] != self.axis:
            raise _CannotTell
        return replace(a, kept=not kept)

    def fitted(self, found: Application) -> _Moved:
        """Summed to, or spread over, the shape of something else, along the axis at most."""
        a = self.of(found.args()[0])
        if not self.everywhere and a.degree:
            raise _CannotTell
        return a


_Rule = Callable[[_Shift, Application], _Moved]


def _rules() -> dict[Any, _Rule]:
    return {
        operator.add: _Shift.plus, np.add: _Shift.plus, operator.sub: _Shift.minus, np.subtract: _Shift.minus,
        operator.mul: _Shift.times, np.multiply: _Shift.times, operator.truediv: _Shift.over, np.divide: _Shift.over,
        operator.neg: _Shift.negative, np.negative: _Shift.negative, np.exp: _Shift.exp, np.log: _Shift.log,
        operator.matmul: _Shift.product, np.dot: _Shift.product,
        np.squeeze: _Shift.squeeze, np.expand_dims: _Shift.expand_dims,
        unbroadcast: _Shift.fitted, expand: _Shift.fitted, restore_axes: _Shift.fitted,
        **dict.fromkeys((*_EXTREMA, *_SUMS), _Shift.reduction),
    }


_RULES = _rules()
