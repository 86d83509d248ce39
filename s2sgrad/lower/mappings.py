"""Methods of dicts and lists in terms of subscripts, membership tests and deletions."""
from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import atom, operands, plain, reference, value
from s2sgrad.lower.purity import repeatable
from s2sgrad.rules.records import plain_fields, record_fields


def _key(e: Expr, cx: Context) -> Expr:
    key = plain(e, cx)
    return key if E.is_atom(key) else cx.temporary(key, "key")


def _key_and_default(e: Expr, cx: Context) -> list[Expr]:
    """The arguments of ``d.get(k, default)``. The default is evaluated in any case, which shows where that does something."""
    return operands(e.args[1:], cx, lambda a, c: _key(a, c) if a is e.args[1] else a if repeatable(a) else _put_aside(a, c))


def _put_aside(e: Expr, cx: Context) -> Expr:
    e = atom(e, cx)
    return e if E.is_atom(e) else cx.temporary(e)


def _get(e: Expr, cx: Context) -> Expr | None:
    """``d.get(k, default)`` is ``d[k] if k in d else default``; ``sensor.get()`` is none of a dict."""
    if not 1 <= len(e.args[1:]) <= 2:
        return None
    table = reference(e.args[0].args[0], cx)
    key, *default = _key_and_default(e, cx)
    found = E.ifexp(E.compare(key, ("in", table)), E.index(table, key), default[0] if default else E.NONE)
    return atom(found, cx)


def _setdefault(e: Expr, cx: Context) -> Expr | None:
    if not 1 <= len(e.args[1:]) <= 2:
        return None
    table = reference(e.args[0].args[0], cx)
    key, *default = _key_and_default(e, cx)
    missing = E.compare(key, ("not in", table))
    store = S.Assign(E.index(table, key), default[0] if default else E.NONE, cx.loc)
    cx.statements((S.If(missing, (store,), (), cx.loc),))
    return E.index(table, key)


def _update(e: Expr, cx: Context) -> Expr | None:
    """``d.update(other, k=v)`` stores one entry after the other, when all of them have been evaluated; that of a
    counter adds."""
    table = reference(e.args[0].args[0], cx)
    entries = [entry for mark, a in E.arguments(e) for entry in _entries(mark, a, cx)]
    if len(entries) > 1:
        values = operands([v for _, v in entries], cx, lambda v, c: v if is_pairs(v, c) else _apart(v, table, c))
        entries = [(k, v) for (k, _), v in zip(entries, values)]
    adds = e.args[0].args[0] in cx.counters
    if adds and any(k is None and is_pairs(v, cx) for k, v in entries):
        return None  # it counts the elements

    def entry(key: Expr, v: Expr) -> Expr:
        return E.op("+", E.call(E.attr(table, "get"), key, E.const(0)), v) if adds else v

    for k, v in entries:
        if k is not None:
            cx.statements((S.Assign(E.index(table, k), entry(k, v), cx.loc),))
        elif is_pairs(v, cx):
            _store_pairs(table, v, cx)
        else:
            other = atom(v, cx)
            key = E.var(cx.names.fresh("key"))
            body = S.Assign(E.index(table, key), entry(key, E.index(other, key)), cx.loc)
            cx.statements((S.For(key, E.call(E.ref("list", list), E.call(E.attr(other, "keys"))), (body,), (), cx.loc),))
    return E.NONE


def _entries(mark: str, a: Expr, cx: Context) -> list[tuple[Expr | None, Expr]]:
    """The keys and values of an argument of ``update``; None for the key where the value is a dict, or an iterable of pairs."""
    if mark == "*":
        raise cx.refuse("update with unpacked arguments cannot be differentiated", "assign the entries one by one")
    if mark not in ("", "**"):
        return [(E.const(mark), a)]
    if a.head == "dict" and all(k.head != "star" for k, _ in E.items(a)):
        return list(E.items(a))
    return [(None, a)]


def _apart(e: Expr, table: Expr, cx: Context) -> Expr:
    """An entry, evaluated before the dict changes."""
    e = atom(e, cx)
    return e if E.is_atom(e) or e.names.isdisjoint(E.root(table).names) else cx.temporary(e)


def is_pairs(e: Expr, cx: Context) -> bool:
    """Is this surely an iterable of pairs of keys and values?"""
    if e.head in ("list", "tuple", "comp"):
        return e.head != "comp" or e.data.kind != "dict"
    return any(E.callee(e) is f for f in (zip, enumerate, map, filter, sorted, list, reversed)) or cx.is_list(e) \
        or e.head == "call" and e.args[0].head == "attr" and e.args[0].data == "items"


def _store_pairs(table: Expr, pairs: Expr, cx: Context) -> None:
    key, v = E.var(cx.names.fresh("key")), E.var(cx.names.fresh("v"))
    loop = S.For(E.tuple_(key, v), pairs, (S.Assign(E.index(table, key), v, cx.loc),), (), cx.loc)
    cx.varied.bind(loop.target, pairs)
    if pairs.head == "comp":
        cx.varied.settle((S.Assign(v, pairs.args[0]),))
    cx.varied.set_aside(key.data)
    cx.statements((loop,))


def new_dict(e: Expr, cx: Context) -> Expr | None:
    """``dict(...)`` and its kin: an empty one, which is filled."""
    first = 1 + (E.callee(e) is collections.defaultdict)
    if len(e.args) <= first:
        return None
    made = E.var(cx.names.fresh("values"))
    cx.varied.add(made.data)
    empty = E.dict_() if E.callee(e) is dict else E.call(*e.args[:first])
    cx.note_kind(made.data, empty)
    cx.emit(S.Assign(made, empty, cx.loc))
    given = E.arguments(e)[first - 1:]
    _update(E.call_with(E.attr(made, "update"), given), cx)
    if E.callee(e) is collections.Counter:
        cx.counters.add(made)
    return made


def new_counter(e: Expr, cx: Context) -> Expr | None:
    """``Counter({...})`` has the entries of a dict; of anything else it counts the elements."""
    counted = next((a for mark, a in E.arguments(e) if not mark), None)
    has_entries = counted is None or cx.is_dict(counted) or counted.head == "dict" \
        or counted.head == "comp" and counted.data.kind == "dict"
    return new_dict(e, cx) if has_entries else None


def from_keys(e: Expr, cx: Context) -> Expr:
    """``dict.fromkeys(keys, v)``."""
    keys, *v = e.args[1:]
    key = E.var(cx.names.fresh("key"))
    how = E.Comprehension("dict", ((key, 0),))
    return value(Expr("comp", (key, v[0] if v else E.NONE, keys), how), cx)


def merge(a: Expr, b: Expr, cx: Context) -> Expr:
    """``a | b`` of dicts."""
    return value(E.dict_(((E.star(a), E.NONE), (E.star(b), E.NONE))), cx)


def _popitem(e: Expr, cx: Context) -> Expr:
    """``d.popitem()`` takes out the entry that came last, or first where it is told so."""
    table = reference(e.args[0].args[0], cx)
    last = e.args[1] if len(e.args) > 1 else E.const(True)
    if last.head != "const":
        raise cx.refuse("popitem with an end that is not constant cannot be differentiated", "write an if statement")
    keys = E.call(E.ref("list", list), E.call(E.attr(table, "keys")))
    key = cx.temporary(E.index(keys, E.const(-1 if last.data else 0)), "key")
    cx.varied.names.discard(key.data)
    return E.tuple_(key, cx.temporary(E.call(E.attr(table, "pop"), key)))


def _listed(e: Expr, cx: Context) -> Expr:
    """The values or items of a dict where they are not looped over."""
    return E.call(E.ref("list", list), e)


def _pop_entry(e: Expr, cx: Context) -> Expr | None:
    """``d.pop(k, default)`` takes an entry out if there is one."""
    if len(e.args) < 3:
        return None
    table = reference(e.args[0].args[0], cx)
    key, default = _key_and_default(e, cx)
    found = E.var(cx.names.fresh("t"))
    cx.varied.add(found.data)
    taken = (S.Assign(found, E.call(E.attr(table, "pop"), key), cx.loc),)
    cx.statements((S.If(E.compare(key, ("in", table)), taken, (S.Assign(found, default, cx.loc),), cx.loc),))
    return found


def _replace(e: Expr, cx: Context) -> Expr:
    """``p._replace(x=v)`` of a named tuple: a new one, where its class is known."""
    cls = cx.class_of(e.args[0].args[0])
    fields = record_fields(cls) or plain_fields(cls)
    if fields is not None and all(mark in fields for mark, _ in E.arguments(e)):
        p = reference(e.args[0].args[0], cx)
        changes = {mark: atom(a, cx) for mark, a in E.arguments(e)}
        others = {f: atom(E.attr(p, f), cx) for f in fields if f not in changes}
        return E.call(E.ref(cls.__name__, cls), *((changes | others)[f] for f in fields))  # type: ignore[union-attr]
    helper = E.ref("s2sgrad.runtime.replaced", _replaced(), library=True)
    given = [(m, atom(a, cx)) for m, a in E.arguments(e)]
    names = E.tuple_(*(E.const(m) for m, _ in given))
    return E.call(helper, reference(e.args[0].args[0], cx), names, E.tuple_(*(a for _, a in given)))


def replace_fields(e: Expr, cx: Context) -> Expr:
    """``dataclasses.replace(p, x=v)``."""
    (_, p), *changes = E.arguments(e)
    if any(mark in ("", "*", "**") for mark, _ in changes):
        raise cx.refuse("dataclasses.replace with unpacked arguments cannot be differentiated", "name the fields")
    cls = cx.class_of_made(p)
    if cls is not None and hasattr(cls, "__post_init__") and dataclasses.is_dataclass(cls):
        return _made_again(cls, p, dict(changes), cx)
    return value(_replace(E.call_with(E.attr(p, "_replace"), tuple(changes)), cx), cx)


def _made_again(cls: type, p: Expr, changes: dict[str, Expr], cx: Context) -> Expr:
    """A new object of a class that computes something when it is made: `dataclasses.replace` calls the class."""
    p = reference(p, cx)
    fields = [f.name for f in dataclasses.fields(cls) if f.init]
    given = tuple((n, changes[n] if n in changes else E.attr(p, n)) for n in (*fields, *(n for n in changes if n not in fields)))
    return value(E.call_with(E.ref(cls.__name__, cls), given), cx)


def _replaced() -> object:
    from s2sgrad import runtime
    return runtime.replaced


def _copied(e: Expr, cx: Context) -> Expr | None:
    """A copy of a list or dict has the elements of that, as ``list(xs)`` has; what is not known is an array."""
    owner = e.args[0].args[0]
    made = list if cx.is_list(owner) else dict if cx.is_dict(owner) else None
    return None if made is None or len(e.args) > 1 else E.call(E.ref(made.__name__, made), reference(owner, cx))


METHODS: dict[str, Callable[[Expr, Context], Expr | None]] = {
    "get": _get, "setdefault": _setdefault, "update": _update, "pop": _pop_entry, "popitem": _popitem,
    "values": _listed, "items": _listed, "_replace": _replace, "copy": _copied,
}
