"""Loops over varied sequences as loops over their indices.

    for i, v in enumerate(x):          for k in range(len(x)):
        body                  --->         i = k
                                           v = x[k]
                                           body

The backward sweep needs the index to add to the adjoint of the element; the emitter gives the forward sweep its
original form back.
"""
from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.lower.context import MAPPINGS, Context
from s2sgrad.lower.names import Names
from s2sgrad.lower.operands import atom, plain

_LEN = E.ref("len", len)
_RANGE = E.ref("range", range)
_MIN = E.ref("min", min)
_LIST = E.ref("list", list)
_REQUIRE_SEQUENCE = E.ref("s2sgrad.runtime.require_sequence", runtime.require_sequence, library=True)
_COUNT = E.ref("itertools.count", itertools.count, library=True)


def length(e: Expr) -> Expr:
    return E.call(_LEN, e)


@dataclass(frozen=True)
class Elements:
    """A sequence as its index set and the expression of an element; `indices` is None for ``range(count)``."""

    count: Expr
    element: Callable[[Expr], Expr]
    indices: Expr | None = None

    @property
    def all_indices(self) -> Expr:
        """What a loop runs over; a `count` of None has no end."""
        if self.indices is not None:
            return self.indices
        return E.call(_COUNT) if self.count == E.NONE else E.call(_RANGE, self.count)


def loop(target: Expr, iterable: Expr, body: Callable[[], None], cx: Context) -> None:
    """Emit a loop; `body` emits what it repeats."""
    iterable = keys_of(iterable, cx)
    if not cx.varied.of(iterable):
        iterable = plain(with_lists(iterable, cx.names), cx)
        with cx.nested() as inner:
            body()
        cx.emit(S.For(target, iterable, inner.body, (), cx.loc))
        return
    sequence = elements(iterable, cx)
    counter = E.var(cx.names.counter())
    with cx.nested() as inner:
        bind(target, sequence.element(counter), cx)
        first = len(cx.out)
        body()
    made = inner.body
    rebound = _rebound(made) & sequence.element(counter).names
    if rebound:  # the loop goes on over the sequence that it began with
        kept = {name: cx.temporary(E.var(name), "items") for name in sorted(rebound)}
        made = (*(_reading(s, kept) for s in made[:first]), *made[first:])
    indices = sequence.all_indices
    if _may_be_keys(target, iterable, made, cx):
        cx.emit(S.Do(E.call(_REQUIRE_SEQUENCE, iterable, E.const(iterable.data)), cx.loc))
    cx.emit(S.For(counter, indices, made, (), cx.loc))


def _may_be_keys(target: Expr, iterable: Expr, body: S.Block, cx: Context) -> bool:
    """May a loop run over a dict, whose keys it computes with, as with elements, or looks up elsewhere?

    Parts and attributes are taken of elements alone, and functions of arrays called.
    """
    from s2sgrad.lower.operators import likely_iterates
    if target.head != "var" or iterable.head != "var" or iterable.data in cx.kinds or cx.generated \
            or cx.class_of(iterable) is not None or likely_iterates(iterable, cx):
        return False
    uses = [e for s in S.walk_stmts(body) for e in S.expressions(s) if target.data in e.names]
    parts = [part for e in uses for part in E.walk(e) if part.head in ("index", "attr")]
    return (any(e.head in ("op", "compare") for e in uses) or any(part.args[1:] == (target,) for part in parts)) and not any(
        part.args[:1] == (target,) for part in parts)


def with_lists(e: Expr, names: Names) -> Expr:
    """What `itertools.groupby` gives, with lists for the groups, which are gone when the next one is asked for."""
    fn = E.hashable_callee(e)
    if fn in (enumerate, zip, list, tuple):
        return E.rebuild(e, (e.args[0], *(with_lists(a, names) for a in e.args[1:])))
    if fn is not itertools.groupby:
        return e
    key, group = E.var(names.fresh("key")), E.var(names.fresh("group"))
    pair = E.tuple_(key, E.call(_LIST, group))
    return Expr("comp", (pair, e), E.Comprehension("list", ((E.tuple_(key, group), 0),)))


def _rebound(body: S.Block) -> frozenset[str]:
    """The variables that a block binds to something else; augmented assignments change arrays and lists in place."""
    return frozenset().union(*(S.writes(s) for s in S.walk_stmts(body) if not isinstance(s, S.Aug)))


def _reading(s: S.Stmt, names: Mapping[str, Expr]) -> S.Stmt:
    """A statement that reads other variables; what it binds stays."""
    return S.Assign(s.target, E.substitute(s.value, names), s.loc) if isinstance(s, S.Assign) else s


def keys_of(e: Expr, cx: Context) -> Expr:
    """Iterating over a dict is iterating over its keys, which do not vary."""
    shown = e.head == "dict" or e.head == "comp" and e.data.kind == "dict" or e.head == "call" and any(
        E.callee(e) is made for made in MAPPINGS)
    return E.call(_LIST, E.call(E.attr(e, "keys"))) if shown or cx.is_dict(e) else e


def bind(target: Expr, element: Expr, cx: Context) -> None:
    """Assign an element to the target of a loop; tuples are matched part by part."""
    if target.head == "tuple" and element.head == "tuple" and len(target.args) == len(element.args) \
            and all(t.head != "star" for t in target.args):
        for t, x in zip(target.args, element.args):
            bind(t, x, cx)
    else:
        cx.statements((S.Assign(target, element, cx.loc),))


def elements(e: Expr, cx: Context, of_object: bool = False) -> Elements:
    """How to iterate over `e` by index; `of_object`: it is what an object, which may be of any class, iterates over."""
    rule = positions_of(e)
    if rule is not None:
        found = rule(e, cx)
        if found is not None:
            return found
    if is_view(e, cx):
        return _dictionary(e, cx)
    if e.head == "attr" and e.data == "flat":
        e = E.call(E.attr(e.args[0], "reshape"), E.const(-1))
    e = keys_of(e, cx)
    if not cx.varied.of(e):
        return _inactive(e, cx)
    sequence = atom(e, cx)
    from s2sgrad.lower import operators
    if of_object and operators.likely_iterates(sequence, cx):  # what an object holds is a container in the end
        operators.require_container(sequence, cx)
        return Elements(length(sequence), lambda k: E.index(sequence, k))
    unknown = cx.class_of(sequence) is None
    own = operators.iterated(sequence, cx)
    if own is not None:
        return elements(own, cx, of_object=unknown)
    return Elements(length(sequence), lambda k: E.index(sequence, k))


def is_view(e: Expr, cx: Context) -> bool:
    """Is this a view of the values or items of a dict, and no method of that name of an object?"""
    if e.head != "call" or len(e.args) != 1 or e.args[0].head != "attr" or e.args[0].data not in ("items", "values"):
        return False
    from s2sgrad.lower.operators import member
    owner = e.args[0].args[0]
    cls = cx.class_of(owner)
    return not isinstance(e.args[0].data, E.Member) and (cls is None or issubclass(cls, dict)) and not isinstance(
        member(owner, e.args[0].data, cx), E.Member)


def positions_of(e: Expr) -> Callable[[Expr, Context], Elements | None] | None:
    """How the positions of what a call gives are told without making a list of it."""
    from s2sgrad.lower.iterators import POSITIONS  # they are told by those of their arguments
    if e.head != "call" or not E.is_hashable(E.callee(e)):
        return None
    return _BY_FUNCTION.get(E.callee(e)) or POSITIONS.get(E.callee(e))


def _inactive(e: Expr, cx: Context) -> Elements:
    """A sequence that does not vary, beside one that does; what cannot be indexed becomes a list."""
    if E.callee(e) is range and len(e.args) == 2:
        return Elements(e.args[1], lambda k: k)
    if E.callee(e) is itertools.count:
        start = e.args[1] if len(e.args) > 1 else E.const(0)
        return Elements(E.NONE, lambda k: _plus(k, start))
    e = plain(with_lists(e, cx.names), cx)
    if e.head == "var" and e.data not in cx.kinds:
        cx.emit(S.Do(E.call(_REQUIRE_SEQUENCE, e, E.const(e.data)), cx.loc))
    sequence = e if e.head == "var" else cx.temporary(e if _indexable(e) else E.call(_LIST, e), "items")
    return Elements(length(sequence), lambda k: E.index(sequence, k))


def _indexable(e: Expr) -> bool:
    shown = e.head in ("tuple", "list", "ref", "index", "attr") or e.head == "comp" and e.data.kind == "list"
    return shown or E.callee(e) in (range, list, tuple, sorted)


def _plus(k: Expr, n: Expr) -> Expr:
    return k if E.is_const(n, 0) else E.op("+", k, n)


def _enumerate(e: Expr, cx: Context) -> Elements:
    given = dict(E.arguments(e)[1:])
    start = given.get("start", given.get("", E.const(0)))
    inner = _by_count(e.args[1], cx)
    start = plain(start, cx)
    return Elements(inner.count, lambda k: E.tuple_(_plus(k, start), inner.element(k)))


def _by_count(e: Expr, cx: Context) -> Elements:
    """A sequence whose elements are at the positions 0, 1, ..."""
    found = elements(e, cx)
    return found if found.indices is None else materialized(e, cx)


def materialized(e: Expr, cx: Context) -> Elements:
    """The elements of a list that is made of them first."""
    sequence = atom(e if E.callee(e) in (list, sorted) else E.call(_LIST, e), cx)
    sequence = sequence if E.is_atom(sequence) else cx.temporary(sequence, "items")
    return Elements(length(sequence), lambda k: E.index(sequence, k))


def _zip(e: Expr, cx: Context) -> Elements:
    if any(mark == "*" for mark, _ in E.arguments(e)):
        return _transposed(e, cx)
    parts = [_by_count(a, cx) for mark, a in E.arguments(e) if mark == ""]
    counts = list(dict.fromkeys(p.count for p in parts if p.count != E.NONE))
    count = counts[0] if len(counts) == 1 else E.call(_MIN, *counts)
    return Elements(count, lambda k: E.tuple_(*(p.element(k) for p in parts)))


def _transposed(e: Expr, cx: Context) -> Elements:
    """``zip(*rows)``: the columns of rows, as many as the shortest row has."""
    given = [(mark, a) for mark, a in E.arguments(e) if mark in ("", "*")]
    rows = given[0][1] if len(given) == 1 else E.list_(*(E.star(a) if mark == "*" else a for mark, a in given))
    rows = atom(rows if rows.head == "var" else E.call(_LIST, rows), cx)
    rows = rows if rows.head == "var" else cx.temporary(rows, "rows")
    count = cx.temporary(E.call(E.ref("s2sgrad.runtime.shortest", runtime.shortest, library=True), rows), "count")

    def column(k: Expr) -> Expr:
        v = E.var(cx.names.fresh("row"))
        return E.call(E.ref("tuple", tuple), Expr("comp", (E.index(v, k), rows), E.Comprehension("generator", ((v, 0),))))

    return Elements(count, column)


def _reversed(e: Expr, cx: Context) -> Elements:
    inner = _by_count(e.args[1], cx)
    return Elements(inner.count, lambda k: inner.element(E.op("-", E.op("-", inner.count, E.const(1)), k)))


def _same(e: Expr, cx: Context) -> Elements | None:
    """``iter(x)``, ``list(x)``, ``tuple(x)`` iterate as `x` does, if nothing changes `x` meanwhile."""
    return elements(e.args[1], cx) if E.callee(e) is iter else None


def _dictionary(e: Expr, cx: Context) -> Elements:
    table = atom(e.args[0].args[0], cx)
    keys = cx.temporary(E.call(_LIST, E.call(E.attr(table, "keys"))), "keys")  # which do not vary, whatever they are
    cx.varied.names.discard(keys.data)
    if e.args[0].data == "values":
        return Elements(length(keys), lambda k: E.index(table, E.index(keys, k)))
    return Elements(length(keys), lambda k: E.tuple_(E.index(keys, k), E.index(table, E.index(keys, k))))


def _pairwise(e: Expr, cx: Context) -> Elements:
    inner = _by_count(e.args[1], cx)
    one = E.const(1)
    return Elements(E.op("-", inner.count, one), lambda k: E.tuple_(inner.element(k), inner.element(_plus(k, one))))


def _product(e: Expr, cx: Context) -> Elements:
    """``itertools.product`` chooses positions; the elements follow."""
    repeat = next((a for mark, a in E.arguments(e) if mark == "repeat"), E.const(1))
    if not E.is_const(repeat):
        raise cx.refuse("itertools.product(..., repeat=n) needs a constant n here",
                        "iterate over index tuples: product(range(len(x)), repeat=n)")
    parts = [elements(a, cx) for mark, a in E.arguments(e) if mark == ""] * repeat.data
    chosen = E.call(e.args[0], *(p.all_indices for p in parts))
    return Elements(E.NONE, lambda k: E.tuple_(*(p.element(E.index(k, E.const(n))) for n, p in enumerate(parts))), chosen)


def _combined(e: Expr, cx: Context) -> Elements:
    """``itertools.combinations`` and its kin choose positions; the elements follow."""
    given = dict(zip(("iterable", "r"), (a for mark, a in E.arguments(e) if mark == "")))
    given |= {mark: a for mark, a in E.arguments(e) if mark}
    inner = _by_count(given["iterable"], cx)
    size = given.get("r", inner.count)
    if not E.is_const(size):
        raise cx.refuse(f"itertools.{E.callee(e).__name__} needs a constant length here")
    chosen = E.call(e.args[0], E.call(_RANGE, inner.count), size)
    return Elements(E.NONE, lambda k: E.tuple_(*(inner.element(E.index(k, E.const(n))) for n in range(size.data))), chosen)


def _ndenumerate(e: Expr, cx: Context) -> Elements:
    array = atom(e.args[1], cx)
    indices = E.call(E.ref("numpy.ndindex", np.ndindex, library=True), E.attr(array, "shape"))
    return Elements(E.NONE, lambda k: E.tuple_(k, E.index(array, k)), indices)


_BY_FUNCTION: dict[object, Callable[[Expr, Context], Elements | None]] = {
    enumerate: _enumerate, zip: _zip, reversed: _reversed, iter: _same, itertools.product: _product,
    itertools.combinations: _combined, itertools.permutations: _combined,
    itertools.combinations_with_replacement: _combined, np.ndenumerate: _ndenumerate,
    **({itertools.pairwise: _pairwise} if hasattr(itertools, "pairwise") else {}),
}
