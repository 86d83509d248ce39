"""Methods of lists and deques in terms of those that the backward sweep can undo, and deques of bounded length."""
from __future__ import annotations

import collections
from collections.abc import Callable, Mapping
from typing import Any

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import remembered
from s2sgrad.lower.context import Context
from s2sgrad.lower.held_containers import is_held_deque, is_held_list, is_held_set, is_no_deque
from s2sgrad.lower.operands import atom, plain, reference

_LEN = E.ref("len", len)
_UNBOUNDED = E.ref("s2sgrad.runtime.require_unbounded", runtime.require_unbounded, library=True)
_KEYS = E.ref("s2sgrad.runtime.keys_from_last", runtime.keys_from_last, library=True)
_REQUIRE_KEY = E.ref("s2sgrad.runtime.require_key", runtime.require_key, library=True)


def _receiver(e: Expr, cx: Context) -> Expr:
    return reference(e.args[0].args[0], cx)


def _remove(e: Expr, cx: Context) -> Expr:
    """``xs.remove(v)`` finds a place, which has no derivative, and deletes what is there."""
    xs = _receiver(e, cx)
    at = cx.temporary(E.call(E.attr(xs, "index"), plain(e.args[1], cx)), "k")
    cx.varied.names.discard(at.data)
    cx.statements((S.Delete((E.index(xs, at),), cx.loc),))
    return E.NONE


def _clear(e: Expr, cx: Context) -> Expr:
    """``xs.clear()`` takes the elements out one by one, also where it is not known whether this is a list or a dict."""
    key = E.var(cx.names.fresh("key"))
    if is_held_set(e.args[0].args[0], cx.visible):
        discarded = S.Do(E.call(E.attr(e.args[0].args[0], "discard"), key), cx.loc)
        cx.statements((S.For(key, E.call(_KEYS, e.args[0].args[0]), (discarded,), (), cx.loc),))
        return E.NONE
    xs = _receiver(e, cx)
    if not cx.is_list(xs):
        keys = E.call(E.ref("list", list) if cx.is_dict(xs) else _KEYS, xs)
        taken = S.Assign(E.var(cx.names.fresh("t")), E.call(E.attr(xs, "pop"), key), cx.loc)
        cx.statements((S.For(key, keys, (taken,), (), cx.loc),))
    else:
        taken = S.Assign(E.var(cx.names.fresh("t")), E.call(E.attr(xs, "pop")), cx.loc)
        cx.statements((S.While(E.compare(E.call(_LEN, xs), (">", E.const(0))), (taken,), (), cx.loc),))
    return E.NONE


def _is_bounded(xs: Expr, cx: Context) -> bool:
    if xs in cx.bounded or xs.head != "attr":
        return xs in cx.bounded
    cls = cx.class_of(xs.args[0])
    return is_held_deque(xs, cx.visible if cls is None else cls.__mro__[:-1])


def _append(e: Expr, cx: Context) -> Expr | None:
    """A deque that is full drops an element on the other side first."""
    xs = _receiver(e, cx)
    if not _is_bounded(xs, cx):
        _check_bound(xs, cx)
        return None
    drop = "popleft" if e.args[0].data == "append" else "pop"
    full = E.compare(E.call(_LEN, xs), ("==", E.attr(xs, "maxlen")))
    taken = S.Assign(E.var(cx.names.fresh("t")), E.call(E.attr(xs, drop)), cx.loc)
    v = atom(e.args[1], cx)
    cx.statements((S.If(full, (taken,), (), cx.loc),))
    cx.emit(S.Do(E.call(E.attr(xs, e.args[0].data), v), cx.loc))
    return E.NONE


@remembered
def knows_deques(module: Mapping[str, Any]) -> bool:
    """Has a module a name for deques, or for where they are?"""
    return any(v is collections or v is collections.deque for v in module.values())


def _check_bound(xs: Expr, cx: Context) -> None:
    """What is given may be a deque that drops elements, where the program knows of deques."""
    if cx.reverse and not cx.generated and cx.varied.knows_deques and xs.head in ("var", "attr", "index") \
            and not is_list(xs, cx) and not (xs.head == "attr" and is_no_deque(xs, cx.class_of(xs.args[0]))):
        cx.emit(S.Do(E.call(_UNBOUNDED, xs), cx.loc))


def _extend(e: Expr, cx: Context) -> Expr | None:
    """One element after the other, where the deque is bounded or it is its left side that grows."""
    xs = _receiver(e, cx)
    left = e.args[0].data == "extendleft"
    if not left and not _is_bounded(xs, cx):
        _check_bound(xs, cx)
        return None
    v = E.var(cx.names.fresh("v"))
    cx.varied.bind(v, e.args[1])
    put = S.Do(E.call(E.attr(xs, "appendleft" if left else "append"), v), cx.loc)
    cx.statements((S.For(v, e.args[1], (put,), (), cx.loc),))
    return E.NONE


def is_list(xs: Expr, cx: Context) -> bool:
    """Is this a list, as what it was bound to, what its class assigns or what is done with it tells?"""
    return cx.is_list(xs) or xs in cx.lists or xs.head == "attr" and is_held_list(xs, cx.class_of(xs.args[0]))


def is_list_slice(place: Expr, cx: Context) -> bool:
    """Is this ``xs[i:j]`` of a list, whose length an assignment may change?"""
    obj, key = place.args
    return key.head == "slice" and E.is_const(key.args[2], None) and is_list(obj, cx) and cx.varied.of(obj)


def assign_slice(place: Expr, e: Expr, cx: Context) -> None:
    """``xs[i:j] = ys`` takes elements out one by one and puts others in."""
    xs, key = place.args
    bounds = cx.temporary(E.call(E.attr(E.call(E.ref("slice", slice), *(plain(a, cx) for a in key.args[:2])), "indices"),
                                 E.call(_LEN, xs)), "bounds")
    cx.varied.names.discard(bounds.data)
    start, stop = (E.index(bounds, E.const(n)) for n in (0, 1))
    parts = atom(E.call(E.ref("list", list), e), cx) if e != E.list_() else e
    parts = parts if parts.head in ("var", "list") else cx.temporary(parts)
    out, k = E.var(cx.names.fresh("t")), E.var(cx.names.fresh("k"))
    taken = S.Assign(out, E.call(E.attr(xs, "pop"), start), cx.loc)
    count = E.call(E.ref("max", max), E.const(0), E.op("-", stop, start))
    cx.statements((S.For(E.var(cx.names.fresh("_")), E.call(E.ref("range", range), count), (taken,), (), cx.loc),))
    if parts.head == "var":
        put = S.Do(E.call(E.attr(xs, "insert"), E.op("+", start, k), E.index(parts, k)), cx.loc)
        cx.statements((S.For(k, E.call(E.ref("range", range), E.call(_LEN, parts)), (put,), (), cx.loc),))


def deque(e: Expr, cx: Context) -> Expr | None:
    """``deque(xs, maxlen)`` holds the last elements of `xs`."""
    positional = [a for mark, a in E.arguments(e) if mark == ""]
    given = {"iterable": E.NONE, "maxlen": E.NONE, **dict(zip(("iterable", "maxlen"), positional)),
             **{mark: a for mark, a in E.arguments(e) if mark not in ("", "*", "**")}}
    if E.is_const(given["maxlen"], None) or E.is_const(given["iterable"], None):
        return None
    bound = plain(given["maxlen"], cx)
    bound = bound if E.is_atom(bound) else cx.temporary(bound, "maxlen")
    xs = atom(E.call(E.ref("list", list), given["iterable"]), cx)
    first = E.call(E.ref("max", max), E.const(0), E.op("-", E.call(_LEN, xs), bound))
    last = atom(E.index(xs, E.slice_(first)), cx)
    return E.call(e.args[0], last, bound)


def _of_set(e: Expr, cx: Context) -> Expr | None:
    """``xs.add(k)`` and ``xs.discard(k)`` of a set that an object holds: only where that changes it, so that it can be undone."""
    name = e.args[0].data
    if not is_held_set(e.args[0].args[0], cx.visible) or len(e.args) != 2:
        return None
    xs, k = _receiver(e, cx), plain(e.args[1], cx)
    k = k if E.is_atom(k) else cx.temporary(k, "key")
    if cx.varied.of(e.args[1]):
        cx.emit(S.Do(E.call(_REQUIRE_KEY, k), cx.loc))
    method = E.ref(f"set.{name}", set.add if name == "add" else set.discard)
    test = E.compare(k, ("not in" if name == "add" else "in", xs))
    cx.emit(S.If(test, (S.Do(E.call(method, xs, k), cx.loc),), (), cx.loc))
    return E.NONE


METHODS: dict[str, Callable[[Expr, Context], Expr | None]] = {
    "remove": _remove, "clear": _clear, "append": _append, "appendleft": _append, "extend": _extend,
    "extendleft": _extend, "add": _of_set, "discard": _of_set,
}
