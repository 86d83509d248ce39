"""Builtins that take functions or iterables, written as the loops that they perform."""
from __future__ import annotations

import bisect
import builtins
import collections
import copy
import dataclasses
import functools
import heapq
import itertools
import math
import operator
from collections.abc import Callable
from typing import Any

from s2sgrad import runtime
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower import getters, iterators, mappings, sequences
from s2sgrad.lower.choosing import unrolled
from s2sgrad.lower.comprehensions import iterate
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of
from s2sgrad.lower.iteration import elements, is_view, keys_of, loop, positions_of
from s2sgrad.lower.operands import atom, value
from s2sgrad.lower.operators import iterated_object, looks_like_object
from s2sgrad.lower.purity import repeatable
from s2sgrad.rules.registry import rule_for
from s2sgrad.runtime import heaps
from s2sgrad.runtime.objects import BINARY, written_method

Rewrite = Callable[[Expr, Context], Any]


def _positional(e: Expr) -> list[Expr]:
    return [a for mark, a in E.arguments(e) if mark == ""]


def _fresh_comprehension(element: Callable[..., Expr], iterables: list[Expr], cx: Context, test: Any = None) -> Expr:
    """``[element(v, ...) for v, ... in zip(*iterables) if test(v)]`` with targets of its own."""
    targets = [E.var(cx.names.fresh("v")) for _ in iterables]
    if len(iterables) == 1:
        target, iterable = targets[0], iterables[0]
    else:
        target, iterable = E.tuple_(*targets), E.call(E.ref("zip", zip), *iterables)
    tests = () if test is None else (test(*targets),)
    how = E.Comprehension("list", ((target, len(tests)),))
    return Expr("comp", (element(*targets), iterable, *tests), how)


def _map(e: Expr, cx: Context) -> Expr:
    fn, *iterables = _positional(e)
    return value(_fresh_comprehension(lambda *v: E.call(fn, *v), iterables, cx), cx)


def _filter(e: Expr, cx: Context) -> Expr:
    fn, iterable = _positional(e)
    test = (lambda v: v) if E.is_const(fn, None) else (lambda v: E.call(fn, v))
    return value(_fresh_comprehension(lambda v: v, [iterable], cx, test), cx)


def _reduce(e: Expr, cx: Context) -> Expr:
    fn, iterable, *initial = _positional(e)
    total = E.var(cx.names.fresh("total"))
    cx.varied.add(total.data)
    v = E.var(cx.names.fresh("v"))
    if initial:
        cx.statements((S.Assign(total, initial[0], cx.loc),))
        rest = iterable
    else:
        sequence = atom(E.call(E.ref("list", list), iterable) if iterable.head != "var" else iterable, cx)
        cx.statements((S.Assign(total, E.index(sequence, E.const(0)), cx.loc),))
        rest = E.index(sequence, E.slice_(E.const(1)))
    cx.varied.elements.add(v.data)
    cx.varied.bind(v, rest)
    if _holds_objects(iterable, cx):
        cx.object_like |= {total.data, v.data}

    def step() -> None:
        cx.statements((S.Assign(total, E.call(fn, total, v), cx.loc),))

    if not unrolled(v, rest, step, cx):
        loop(v, rest, step, cx)
    return total


def _holds_objects(e: Expr, cx: Context) -> bool:
    """Is this a display of objects of the program, maybe repeated?"""
    if e.head == "op" and e.data == "*":
        return any(_holds_objects(a, cx) for a in e.args)
    e = cx.display(e) or e
    return e.head in ("list", "tuple") and any(_is_object(a, cx) for a in e.args)


def _is_object(e: Expr, cx: Context) -> bool:
    """Is this likely an object of the program?"""
    return cx.class_of(e) is not None or looks_like_object(e, cx) or e.head == "call" and E.hashable_callee(e) in cx.visible


def _sum(e: Expr, cx: Context) -> Expr | None:
    """The sum of a generator is accumulated without making a list."""
    given, *start = [a for _, a in E.arguments(e)]
    iterable = _contents(given, cx)
    if cx.likely is not None and iterable.head != "comp" and cx.likely.holds_elements(iterable):
        v = E.var(cx.names.fresh("v"))
        iterable = Expr("comp", (v, iterable), E.Comprehension("generator", ((v, 0),)))
        cx.varied.of(iterable)
        cx.likely.note_element(v.data, iterable.args[1])
        cx.object_like.add(v.data)
    if is_view(iterable, cx) or any(E.callee(iterable) is f for f in _LAZY) or positions_of(iterable) is not None:
        v = E.var(cx.names.fresh("v"))
        iterable = Expr("comp", (v, iterable), E.Comprehension("generator", ((v, 0),)))
        cx.varied.of(iterable)
    if iterable is not given and iterable.head != "comp":
        return value(E.call(e.args[0], iterable, *start), cx)
    if iterable.head != "comp" or iterable.data.kind not in ("generator", "list"):
        return None
    total = E.var(cx.names.fresh("total"))
    cx.varied.add(total.data)
    cx.statements((S.Assign(total, start[0] if start else E.const(0), cx.loc),))
    iterate(iterable, lambda v: cx.statements((S.Assign(total, E.op("+", total, v), cx.loc),)), cx)
    return total


def _contents(iterable: Expr, cx: Context) -> Expr:
    """What is iterated over, in the place of an object of a known class that says so itself."""
    if iterable.head == "op" and cx.varied.of(iterable) and any(written_method(cls, "__iter__") for cls in cx.visible):
        iterable = atom(iterable, cx)
    own = iterated_object(iterable, cx) if iterable.head == "var" and cx.class_of(iterable) is not None else None
    return iterable if own is None else cx.temporary(own, "items")


_LAZY = (map, filter, reversed, itertools.chain)


def _listed(e: Expr, cx: Context) -> Expr | None:
    """``list(...)`` or ``tuple(...)`` of something that is made into a list anyway."""
    if len(e.args) != 2:
        return None
    (inner,) = _positional(e)
    if (own := _contents(inner, cx)) is not inner:
        return value(E.call(e.args[0], own), cx)
    fn = E.callee(inner)
    if inner.head == "comp" and inner.data.kind in ("generator", "list"):
        made = value(inner, cx)
    elif any(fn is f for f in (map, filter, *iterators.REWRITES)):
        made = value(inner, cx)
    elif positions_of(inner) is not None or is_view(inner, cx):
        sequence = elements(inner, cx)
        k = E.var(cx.names.fresh("i"))
        how = E.Comprehension("list", ((k, 0),))
        made = value(Expr("comp", (sequence.element(k), sequence.all_indices), how), cx)
    else:
        return None
    return made if E.callee(e) is list else E.call(e.args[0], made)


def _sorted(e: Expr, cx: Context) -> Expr:
    """Sorting chooses an order, which has no derivative, and then picks the elements in that order."""
    options = {mark: a for mark, a in E.arguments(e) if mark != ""}
    sequence = atom(E.call(E.ref("list", list), keys_of(_positional(e)[0], cx)), cx)
    key = options.get("key")
    positions = E.call(E.ref("range", range), E.call(E.ref("len", len), sequence))
    keys = sequence if key is None or E.is_const(key, None) else _keys(sequence, positions, key, cx)
    order = E.call_with(E.ref("sorted", sorted), (("", positions), ("key", E.attr(keys, "__getitem__")),
                                                  *((m, a) for m, a in options.items() if m == "reverse")))
    k = E.var(cx.names.fresh("i"))
    return value(Expr("comp", (E.index(sequence, k), order), E.Comprehension("list", ((k, 0),))), cx)


def _extremum(e: Expr, cx: Context) -> Expr | None:
    """``max`` and ``min``: of two arguments as they are, of more two by two, and of an iterable by position."""
    fn = e.args[0]
    given = [(mark, a) for mark, a in E.arguments(e) if mark in ("", "*")]
    options = {mark: a for mark, a in E.arguments(e) if mark not in ("", "*")}
    if not options.keys() <= {"key", "default"}:
        raise cx.refuse(f"{E.callee(e).__name__} with {', '.join(options)} cannot be differentiated")
    keyed = "key" in options and not E.is_const(options["key"], None)
    if len(given) > 1 and (keyed or any(mark == "*" or _is_object(a, cx) for mark, a in given)) or given[0][0] == "*":
        given = [("", E.list_(*(E.star(a) if mark == "*" else a for mark, a in given)))]
    shown = given[0][1]
    if len(given) == 1 and shown.head in ("list", "tuple") and shown.args and not keyed \
            and not any(a.head == "star" or _is_object(a, cx) for a in shown.args):
        given = [("", a) for a in shown.args]
        if len(given) == 1:
            return value(shown.args[0], cx)
    if len(given) > 1:
        folded = given[0][1]
        for _, a in given[1:]:
            folded = E.call(fn, folded, a)
        return None if len(given) == 2 and e.args[1:] == folded.args[1:] else value(folded, cx)
    if "default" in options:
        sequence = _sequence(shown, cx)
        rest = tuple((mark, a) for mark, a in options.items() if mark != "default")
        found = E.call_with(fn, (("", sequence), *rest))
        return value(E.ifexp(E.compare(E.call(E.ref("len", len), sequence), (">", E.const(0))), found, options["default"]), cx)
    return value(_largest(fn, shown, options["key"] if keyed else None, cx), cx)


def _sequence(iterable: Expr, cx: Context) -> Expr:
    """The elements of an iterable as a variable that can be indexed."""
    iterable = _contents(keys_of(iterable, cx), cx)
    if iterable.head == "comp" and iterable.data.kind == "generator":  # what does not vary stays as it is written
        iterable = Expr("comp", iterable.args, E.Comprehension("list", iterable.data.clauses))
    if iterable.head not in ("var", "comp"):
        iterable = E.call(E.ref("list", list), iterable)
    made = atom(iterable, cx)
    return made if made.head == "var" else cx.temporary(made, "items")


def _largest(fn: Expr, iterable: Expr, key: Expr | None, cx: Context) -> Expr:
    """The first of the largest (or smallest) elements of a sequence: choosing it has no derivative, picking it has."""
    if key is not None and key.head == "attr" and key.data in ("get", "__getitem__") and key.args[0] == iterable:
        iterable = E.call(E.attr(iterable, "keys"))  # the keys of a dict
    sequence = _sequence(iterable, cx)
    positions = E.call(E.ref("range", range), E.call(E.ref("len", len), sequence))
    keys = sequence if key is None else _keys(sequence, positions, key, cx)
    place = cx.temporary(E.call_with(fn, (("", positions), ("key", E.attr(keys, "__getitem__")))), "k")
    cx.varied.names.discard(place.data)
    return E.index(sequence, place)


def _keys(sequence: Expr, positions: Expr, key: Expr, cx: Context) -> Expr:
    """What the elements of a sequence are ordered by: numbers without a derivative."""
    i = E.var(cx.names.fresh("i"))
    how = E.Comprehension("list", ((i, 0),))
    keys = cx.temporary(Expr("comp", (E.call(key, E.index(sequence, i)), positions), how), "keys")
    cx.varied.names.discard(keys.data)
    return keys


def _hypot(e: Expr, cx: Context) -> Expr | None:
    """The length of a vector of unknown length: ``math.hypot(*v)``."""
    if all(mark != "*" for mark, _ in E.arguments(e)):
        return None
    listed = E.list_(*(E.star(a) if mark == "*" else a for mark, a in E.arguments(e)))
    squares = _fresh_comprehension(lambda v: E.op("*", v, v), [listed], cx)
    return value(E.call(E.ref("math.sqrt", math.sqrt, library=True), E.call(E.ref("sum", sum), squares)), cx)


def _chain(e: Expr, cx: Context) -> Expr:
    total: Expr = E.list_()
    for a in _positional(e):
        total = E.op("+", total, E.call(E.ref("list", list), a))
    return value(total, cx)


def _shallow_copy(e: Expr, cx: Context) -> Expr:
    x = atom(e.args[1], cx)
    made = cx.temporary(E.call(E.ref("s2sgrad.runtime.shallow_copy", runtime.shallow_copy, library=True), x))
    cls = cx.class_of(x)
    if cls is not None:
        cx.classes[made.data] = cls
    return made


def _iter(e: Expr, cx: Context) -> Expr:
    return value(e.args[1], cx) if cx.iterating and len(e.args) == 2 else _deferred(e, cx)


def _deferred(e: Expr, cx: Context) -> Expr:
    raise cx.refuse(f"an iterator made by {E.callee(e).__name__} and kept cannot be differentiated",
                    "consume it where it is made: in a for loop, or with list(...)")


def _item(e: Expr, cx: Context) -> Expr:
    return value(E.index(*_positional(e)), cx)


def _around_syntax(e: Expr, cx: Context) -> Expr:
    raise cx.refuse(f"{E.callee(e).__name__} of differentiated values cannot be differentiated",
                    "write the assignment, the subscript or the attribute itself")


def _operator(e: Expr, cx: Context) -> Expr | None:
    """``operator.add(a, b)``, of what may be objects."""
    given = _positional(e)
    symbol = next(symbol for symbol, (_, _, fn) in BINARY.items() if fn is E.callee(e))
    return value(E.op(symbol, *given), cx) if cx.likely is not None and len(given) == 2 else None


def _dict(e: Expr, cx: Context) -> Expr | None:
    """``dict(a=x)``, and ``dict`` of pairs that are made where it is called."""
    given = _positional(e)
    named = [(mark, a) for mark, a in E.arguments(e) if mark not in ("", "*")]
    pairs = tuple((E.star(a), E.NONE) if mark == "**" else (E.const(mark), a) for mark, a in named)
    if not given:
        return value(E.dict_(pairs), cx) if pairs else None
    (first,) = given
    if E.callee(first) is zip and len(first.args) == 3:
        key, item = E.var(cx.names.fresh("k")), E.var(cx.names.fresh("v"))
        how = E.Comprehension("dict", ((E.tuple_(key, item), 0),))
        made = value(Expr("comp", (key, item, first), how), cx)
    elif first.head in ("list", "tuple") and all(a.head == "tuple" and len(a.args) == 2 for a in first.args):
        made = value(E.dict_(tuple((a.args[0], a.args[1]) for a in first.args)), cx)
    elif first.head == "comp" and first.args[0].head == "tuple" and len(first.args[0].args) == 2:
        how = E.Comprehension("dict", first.data.clauses)
        made = value(Expr("comp", (*first.args[0].args, *first.args[1:]), how), cx)
    else:
        return mappings.new_dict(e, cx)
    return value(E.dict_(((E.star(made), E.NONE), *pairs)), cx) if pairs else made


def _heap(e: Expr, cx: Context) -> Expr:
    """A function of `heapq`, or one of `bisect` that inserts, is its own source."""
    name = E.callee(e).__name__
    made = getattr(heaps, name)
    return value(E.rebuild(e, (E.ref(f"s2sgrad.runtime.heaps.{name}", made, library=True), *e.args[1:])), cx)


def _bounds(e: Expr, cx: Context) -> Expr | None:
    """``heapq.nsmallest(n, xs)`` and ``nlargest`` are the first of what is put in order."""
    given = dict(E.arguments(e)[2:])
    if "" in given:
        return None
    n, xs = _positional(e)
    order = (("reverse", E.const(True)),) if E.callee(e) is heapq.nlargest else ()
    ordered = E.call_with(E.ref("sorted", sorted), (("", xs), *given.items(), *order))
    return value(E.index(ordered, E.slice_(E.NONE, n)), cx)


def _next(e: Expr, cx: Context) -> Expr | None:
    """``next`` of what is made on the spot and ends is the first element, or what is given in its place."""
    made, *default = _positional(e)
    generator = made.head == "comp" and made.data.kind == "generator"
    if not generator and (made.head != "call" or E.hashable_callee(made) not in _MADE_HERE):
        return None
    if not _ends(made) or not _only_computes(made):
        return None
    other = [a if E.is_atom(a) else cx.temporary(a) for a in (atom(d, cx) for d in default)]
    xs = atom(E.call(E.ref("list", list), made), cx)
    xs = xs if xs.head == "var" else cx.temporary(xs, "values")
    first = E.index(xs, E.const(0))
    return value(E.ifexp(E.compare(E.call(E.ref("len", len), xs), (">", E.const(0))), first, other[0]) if other else first, cx)


_MADE_HERE = frozenset((iter, reversed, zip, enumerate, map, filter))
_ENDING = _MADE_HERE | {range, list, tuple, sorted, dict}


def _ends(e: Expr) -> bool:
    """Has what is walked along an end, as containers have and `itertools.count` has not?"""
    if e.head == "comp":
        return all(_ends(iterable) for _, iterable in e.data.loops(e))
    if e.head != "call" or e.args[0].head == "attr" and e.args[0].data in ("items", "values", "keys"):
        return True
    fn = E.hashable_callee(e)
    return fn in _ENDING and (fn is not iter or len(e.args) == 2) and all(_ends(a) for a in e.args[1:])


def _only_computes(e: Expr) -> bool:
    """May elements that nobody asks for be computed as well? Not where that does something."""
    calls = [c for part in E.walk(e) for c in ([part] if part.head == "call" else [])]
    functions = [a for c in calls if E.hashable_callee(c) in (map, filter) for a in c.args[1:2]]
    called = [c.args[0] for c in calls if E.hashable_callee(c) not in _ENDING and not repeatable(c)]
    return all(f.head == "ref" and (rule_for(f.data.value) is not None or _changes_nothing(f.data.value)) or E.is_const(f, None)
               or f.head == "function" and all(map(repeatable, (x for t in S.walk_stmts(f.data.function.body)
                                                               for x in S.expressions(t)))) for f in (*functions, *called))


def _changes_nothing(fn: object) -> bool:
    function = python_function(fn)
    return function is not None and function.__closure__ is None and not effects_of(function).written


_HEAPS = (heapq.heappush, heapq.heappop, heapq.heapify, heapq.heapreplace, heapq.heappushpop, bisect.insort_right,
          bisect.insort_left)
_AROUND = (setattr, delattr, operator.setitem, operator.delitem, operator.iadd, operator.isub, operator.imul,
           operator.itruediv, operator.ifloordiv, operator.imod, operator.ipow, operator.imatmul, operator.iconcat)

REWRITES: dict[object, Rewrite] = {
    **iterators.REWRITES, **dict.fromkeys(iterators.POSITIONS, _deferred),
    copy.copy: _shallow_copy, collections.OrderedDict: mappings.new_dict, collections.defaultdict: mappings.new_dict,
    collections.Counter: mappings.new_counter,
    dict.fromkeys: mappings.from_keys, dataclasses.replace: mappings.replace_fields, collections.deque: sequences.deque,
    **dict.fromkeys(_AROUND, _around_syntax), getattr: getters.attribute_by_name, dict: _dict, **dict.fromkeys(_HEAPS, _heap),
    heapq.nsmallest: _bounds, heapq.nlargest: _bounds,
    operator.getitem: _item, **{fn: _operator for symbol, (_, _, fn) in BINARY.items() if symbol != "[]"},
    map: _map, filter: _filter, functools.reduce: _reduce, builtins.sum: _sum,
    builtins.list: _listed, builtins.tuple: _listed, builtins.sorted: _sorted, builtins.max: _extremum,
    builtins.min: _extremum, math.hypot: _hypot, itertools.chain: _chain, zip: _deferred, enumerate: _deferred, iter: _iter,
    next: _next, reversed: lambda e, cx: _listed(E.call(E.ref("list", list), e), cx),
}
