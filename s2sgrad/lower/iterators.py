"""What `itertools` makes of sequences: as index sets and elements, as comprehensions, or as the loops they perform."""
from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.iteration import Elements, elements, length, materialized
from s2sgrad.lower.operands import plain, value

_MAX, _MIN = E.ref("max", max), E.ref("min", min)
_ZERO, _ONE = E.const(0), E.const(1)


def _given(e: Expr, *names: str) -> dict[str, Expr]:
    """The arguments of a call by parameter."""
    return {**dict(zip(names, (a for mark, a in E.arguments(e) if mark == ""))),
            **{mark: a for mark, a in E.arguments(e) if mark not in ("", "*", "**")}}


def _indexed(e: Expr, cx: Context) -> Elements:
    """The elements by position."""
    found = elements(e, cx)
    return found if found.indices is None else materialized(e, cx)


def _atom(e: Expr, cx: Context) -> Expr:
    e = plain(e, cx)
    return e if E.is_atom(e) else cx.temporary(e, "n")


# ---- positions ------------------------------------------------------------------------------------------------------

def _islice(e: Expr, cx: Context) -> Elements | None:
    """``islice(xs, start, stop, step)`` of what has positions."""
    _, *limits = [a for mark, a in E.arguments(e) if mark == ""]
    start, stop, step = (_ZERO, *limits, _ONE) if len(limits) == 1 else (*limits, _ONE)[:3]
    start, stop, step = (_ZERO if E.is_const(a, None) else _atom(a, cx) for a in (start, stop, step))
    inner = _indexed(e.args[1], cx)
    end = inner.count if stop == _ZERO and E.is_const(limits[min(1, len(limits) - 1)], None) else \
        stop if inner.count == E.NONE else E.call(_MIN, stop, inner.count)
    if E.is_const(start, 0) and E.is_const(step, 1):
        return Elements(end, inner.element)
    positions = _atom(E.call(E.ref("range", range), start, end, step), cx)
    return Elements(length(positions), lambda k: inner.element(E.index(positions, k)))


def _cycle(e: Expr, cx: Context) -> Elements:
    inner = _indexed(e.args[1], cx)
    return Elements(E.NONE, lambda k: inner.element(E.op("%", k, inner.count)))


def _repeat(e: Expr, cx: Context) -> Elements:
    given = _given(e, "object", "times")
    shown = given["object"]
    x = shown if E.is_atom(shown) else cx.temporary(value(shown, cx))
    return Elements(_atom(given["times"], cx) if "times" in given else E.NONE, lambda k: x)


def _zip_longest(e: Expr, cx: Context) -> Elements:
    fill = _given(e).get("fillvalue", E.NONE)
    fill = fill if E.is_atom(fill) else cx.temporary(value(fill, cx))
    parts = [_indexed(a, cx) for mark, a in E.arguments(e) if mark == ""]

    def part(p: Elements, k: Expr) -> Expr:
        return E.ifexp(E.compare(k, ("<", p.count)), p.element(k), fill)

    return Elements(E.call(_MAX, *(p.count for p in parts)), lambda k: E.tuple_(*(part(p, k) for p in parts)))


def _groupby(e: Expr, cx: Context) -> Elements:
    """Runs of elements with equal keys, which have no derivative."""
    given = _given(e, "iterable", "key")
    inner = materialized(given["iterable"], cx)
    i = E.var(cx.names.fresh("i"))
    key = given.get("key", E.NONE)
    picked = inner.element(i)
    keys = Expr("comp", (picked if E.is_const(key, None) else E.call(key, picked), E.call(E.ref("range", range), inner.count)),
                E.Comprehension("list", ((i, 0),)))
    runs = cx.temporary(E.call(E.ref("s2sgrad.runtime.runs", runtime.runs, library=True), keys), "runs")
    cx.varied.names.discard(runs.data)
    xs = inner.element(_ZERO).args[0]

    def group(k: Expr) -> Expr:
        run = E.index(runs, k)
        return E.tuple_(E.index(run, _ZERO), E.index(xs, E.slice_(E.index(run, _ONE), E.index(run, E.const(2)))))

    return Elements(length(runs), group)


def _batched(e: Expr, cx: Context) -> Elements:
    given = _given(e, "iterable", "n")
    xs, n = materialized(given["iterable"], cx), _atom(given["n"], cx)
    starts = _atom(E.call(E.ref("range", range), _ZERO, xs.count, n), cx)
    whole = xs.element(_ZERO).args[0]

    def batch(k: Expr) -> Expr:
        at = E.index(starts, k)
        return E.index(whole, E.slice_(at, E.op("+", at, n)))

    return Elements(length(starts), batch)


POSITIONS: dict[object, Callable[[Expr, Context], Elements | None]] = {
    itertools.islice: _islice, itertools.cycle: _cycle, itertools.repeat: _repeat,
    itertools.zip_longest: _zip_longest, itertools.groupby: _groupby,
    **({itertools.batched: _batched} if hasattr(itertools, "batched") else {}),
}


# ---- comprehensions and loops ---------------------------------------------------------------------------------------

def _listed(element: Expr, clauses: list[tuple[Expr, Expr, tuple[Expr, ...]]], cx: Context) -> Expr:
    """``[element for target in iterable if test ...]``."""
    how = E.Comprehension("list", tuple((t, len(tests)) for t, _, tests in clauses))
    parts = [p for _, iterable, tests in clauses for p in (iterable, *tests)]
    return value(Expr("comp", (element, *parts), how), cx)


def _from_iterable(e: Expr, cx: Context) -> Expr:
    row, v = E.var(cx.names.fresh("row")), E.var(cx.names.fresh("v"))
    return _listed(v, [(row, e.args[1], ()), (v, row, ())], cx)


def _compress(e: Expr, cx: Context) -> Expr:
    given = _given(e, "data", "selectors")
    v, chosen = E.var(cx.names.fresh("v")), E.var(cx.names.fresh("chosen"))
    pairs = E.call(E.ref("zip", zip), given["data"], given["selectors"])
    return _listed(v, [(E.tuple_(v, chosen), pairs, (chosen,))], cx)


def _filterfalse(e: Expr, cx: Context) -> Expr:
    fn, iterable = e.args[1:]
    v = E.var(cx.names.fresh("v"))
    test = v if E.is_const(fn, None) else E.call(fn, v)
    return _listed(v, [(v, iterable, (E.op("not", test),))], cx)


def _starmap(e: Expr, cx: Context) -> Expr:
    fn, iterable = e.args[1:]
    if E.callee(iterable) is zip and all(mark == "" for mark, _ in E.arguments(iterable)):
        return value(E.call(E.ref("map", map), fn, *iterable.args[1:]), cx)
    v = E.var(cx.names.fresh("v"))
    return _listed(E.call_with(fn, (("*", v),)), [(v, iterable, ())], cx)


def _looped(iterable: Expr, body: Callable[[Expr, Expr], S.Block], cx: Context) -> Expr:
    """A list that a loop over `iterable` fills."""
    out, v = E.var(cx.names.fresh("values")), E.var(cx.names.fresh("v"))
    cx.varied.add(out.data)
    cx.varied.bind(v, iterable)
    cx.note_kind(out.data, E.list_())
    statements = (S.Assign(out, E.list_(), cx.loc), S.For(v, iterable, body(out, v), (), cx.loc))
    cx.statements(statements)
    return out


def _append(out: Expr, v: Expr, cx: Context) -> S.Stmt:
    return S.Do(E.call(E.attr(out, "append"), v), cx.loc)


def _takewhile(e: Expr, cx: Context) -> Expr:
    fn, iterable = e.args[1:]
    return _looped(iterable, lambda out, v: (
        S.If(E.op("not", E.call(fn, v)), (S.Break(),), (_append(out, v, cx),), cx.loc),), cx)


def _dropwhile(e: Expr, cx: Context) -> Expr:
    fn, iterable = e.args[1:]
    dropping = E.var(cx.names.fresh("dropping"))
    cx.emit(S.Assign(dropping, E.const(True), cx.loc))
    return _looped(iterable, lambda out, v: (
        S.If(dropping, (S.Assign(dropping, E.call(E.ref("bool", bool), E.call(fn, v)), cx.loc),), (), cx.loc),
        S.If(E.op("not", dropping), (_append(out, v, cx),), (), cx.loc)), cx)


def _accumulate(e: Expr, cx: Context) -> Expr:
    given = _given(e, "iterable", "func")
    fn = given.get("func", E.NONE)
    total = E.var(cx.names.fresh("total"))
    cx.varied.add(total.data)

    def combined(v: Expr) -> Expr:
        return E.op("+", total, v) if E.is_const(fn, None) or E.callee(E.call(fn)) is operator.add else E.call(fn, total, v)

    xs = materialized(given["iterable"], cx)
    sequence = xs.element(_ZERO).args[0]
    start = given.get("initial", E.NONE)
    if not E.is_const(start, None):
        cx.statements((S.Assign(total, start, cx.loc),))
        out = _looped(sequence, lambda out, v: (S.Assign(total, combined(v), cx.loc), _append(out, total, cx)), cx)
        return value(E.op("+", E.list_(start), out), cx)
    first = E.compare(E.call(E.ref("len", len), sequence), (">", _ZERO))
    cx.statements((S.If(first, (S.Assign(total, E.index(sequence, _ZERO), cx.loc),), (), cx.loc),))
    rest = E.index(sequence, E.slice_(_ONE))
    out = _looped(rest, lambda out, v: (S.Assign(total, combined(v), cx.loc), _append(out, total, cx)), cx)
    return value(E.op("+", E.index(sequence, E.slice_(E.NONE, _ONE)), out), cx)


REWRITES: dict[object, Callable[[Expr, Context], Any]] = {
    itertools.chain.from_iterable: _from_iterable, itertools.compress: _compress, itertools.filterfalse: _filterfalse,
    itertools.starmap: _starmap, itertools.takewhile: _takewhile, itertools.dropwhile: _dropwhile,
    itertools.accumulate: _accumulate,
}
