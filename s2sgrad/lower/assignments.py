"""Assignments in normal form: unpacking, updates, places that are written, and what is known of what is bound."""
from __future__ import annotations

from functools import partial

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import with_places
from s2sgrad.lower import inplace, operators, results, sequences
from s2sgrad.lower.applying import coefficients_of
from s2sgrad.lower.choosing import (
    current,
    frozen,
    frozen_method,
    held,
    is_callable_display,
    is_known_function,
    is_method,
    note_choice,
    with_defaults,
)
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.exchanges import exchange
from s2sgrad.lower.flags import is_integer
from s2sgrad.lower.generators import unpacked
from s2sgrad.lower.getters import kept as kept_getter
from s2sgrad.lower.getters import makes_getter
from s2sgrad.lower.inline import is_function_value
from s2sgrad.lower.iteration import keys_of
from s2sgrad.lower.library_objects import note_frozen, note_object
from s2sgrad.lower.objects import construct, makes_object, new_object
from s2sgrad.lower.operands import atom, operands, plain, reference, settled, value
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for
from s2sgrad.runtime.objects import BINARY

_JOINED = E.ref("s2sgrad.runtime.require_joined", runtime.require_joined, library=True)


def assign(s: S.Assign, cx: Context) -> None:
    target = s.target
    if target.head in ("tuple", "list"):
        _unpack(target, s.value, cx)
        return
    if target.head == "var":
        bind(target, s.value, cx)
        return
    if not cx.varied.of(s.value) and not cx.varied.of(target):
        cx.emit(S.Assign(plain(target, cx), plain(s.value, cx), cx.loc))
        return
    if target.head == "attr" and target.data in inplace.ATTRIBUTES \
            and not isinstance(operators.member(target.args[0], target.data, cx), E.Member):
        inplace.ATTRIBUTES[target.data](target, s.value, cx)
        return
    if target.head == "index" and sequences.is_list_slice(target, cx):
        sequences.assign_slice(target, s.value, cx)
        return
    x = atom(s.value, cx)
    place = _place(target, cx)
    if _sets_object(place, x, cx):
        return
    cx.emit(S.Assign(place, x, cx.loc))


def _sets_object(place: Expr, x: Expr, cx: Context) -> bool:
    """Is this the business of a method of an object: the setter of a property, ``__setitem__``?"""
    if place.head == "attr":
        return operators.set_attribute(place.args[0], place.data, x, cx)
    return operators.set_item(place.args[0], place.args[1], x, cx)


def bind(target: Expr, e: Expr, cx: Context) -> None:
    name = target.data
    if name in cx.stable - cx.chosen and is_method(e) and (name in cx.called or is_known_function(e, cx)):
        cx.callables[name] = e = frozen_method(e, cx)
        cx.emit(S.Assign(target, e, cx.loc))
        return
    if (e.head == "op" or e.head == "call" and e.args[0].head == "attr") and (coefficients := coefficients_of(e, cx)) is not None:
        e = E.call(E.ref("numpy.poly1d", np.poly1d, library=True), coefficients)  # ``p.deriv()``
    if name in cx.stable and name not in cx.chosen and (
            is_function_value(e, cx) or any(E.callee(e) is m for m in _MAKERS) or makes_getter(e)):
        cx.callables[name] = e = _frozen_partial(current(e, cx), cx)
        if makes_getter(e) and name in cx.called:  # what it gives is written where it is called
            return
        if cx.varied.of(e):
            cx.emit(S.Assign(target, e, cx.loc))
            return
    if name in cx.stable and e.head in ("fstring", "op", "index") and not cx.varied.of(e):
        cx.texts[name] = e
    if name in cx.stable & cx.called and E.callee(e) is getattr and (method := kept_getter(e, cx)) is not None:
        cx.callables[name] = method
        return
    if name in cx.chosen and e.head == "ifexp":
        test, body, orelse = e.args
        cx.statements((S.If(test, (S.Assign(target, body, cx.loc),), (S.Assign(target, orelse, cx.loc),), cx.loc),))
        return
    if name in cx.chosen:
        e = frozen_method(e, cx) if is_method(e) else frozen(e, cx)
        note_choice(name, e, cx)
        cx.emit(S.Assign(target, e, cx.loc))
        return
    if is_callable_display(e, cx):
        e = frozen(e, cx)
        if name in cx.stable:
            cx.displays[name] = e
        cx.emit(S.Assign(target, e, cx.loc))
        return
    made = _new_object(e, cx) if cx.varied.of(target) and makes_object(e) else value(_with_new_objects(target, e, cx), cx)
    cx.note_kind(name, made)
    note_object(name, made, cx, e)
    if note_frozen(name, made, cx):
        return
    if name in cx.stable and made.head != "ref" and is_function_value(made, cx):
        cx.callables[name] = made = current(made, cx)
        if cx.varied.of(made):
            cx.emit(S.Assign(target, made, cx.loc))
            return
    shown = _written_as_display(made)
    if name in cx.stable and shown.head in ("list", "dict") or shown.head == "tuple" and name in cx.once:
        cx.displays[name] = shown
    if made.head == "var" and made.data in cx.object_like:
        cx.object_like.add(name)
    if made != target:
        cx.emit(S.Assign(target, made, cx.loc))
        if makes_object(made):
            cx.classes[name] = E.callee(made)
        if cx.varied.of(made):
            cx.varied.add(name)


def _written_as_display(e: Expr) -> Expr:
    """``{"a": x}`` for ``dict(a=x)``."""
    if E.callee(e) is dict and len(e.args) > 1 and all(mark not in ("", "*", "**") for mark, _ in E.arguments(e)):
        return E.dict_(tuple((E.const(mark), a) for mark, a in E.arguments(e)))
    return e


def _new_object(e: Expr, cx: Context) -> Expr:
    """An object that takes differentiated values later is built where its parts can be seen."""
    return construct(e, E.callee(e), cx)


def _with_new_objects(target: Expr, e: Expr, cx: Context) -> Expr:
    """A display with the objects in it built before, where what it is assigned to takes differentiated values later."""
    if e.head not in ("list", "tuple") or cx.varied.of(e) or not cx.varied.of(target):
        return e
    return E.rebuild(e, tuple(new_object(a, cx) if a.names and makes_object(a) else _with_new_objects(target, a, cx)
                              for a in e.args))


_MAKERS = (partial, np.vectorize, np.frompyfunc, np.poly1d)


def _frozen_partial(e: Expr, cx: Context) -> Expr:
    """The arguments of a partial application, the defaults of a lambda, and the coefficients of a polynomial are evaluated where
    it is made."""
    if e.head == "function":
        return with_defaults(e, cx)
    if E.callee(e) is np.poly1d:
        return E.rebuild(e, (e.args[0], *operands(e.args[1:], cx, held)))
    if E.callee(e) is not partial:
        return e
    return E.rebuild(e, (*e.args[:2], *operands(e.args[2:], cx, held)))


def _place(target: Expr, cx: Context) -> Expr:
    """The place that an assignment writes: an object and a key or attribute of it."""
    _refuse_copies(target, cx)
    obj = reference(target.args[0], cx)
    if target.head == "attr":
        return E.attr(obj, operators.member(obj, target.data, cx))
    return E.rebuild(target, (obj, *(_key(a, cx) for a in target.args[1:])))


def _refuse_copies(e: Expr, cx: Context) -> None:
    """Refuse to write into what may be no view, or one that no rule knows: ``np.einsum("ii->i", a)[:] = v``."""
    while e.head in ("index", "attr"):
        if e.head == "attr" and e.data == "imag" and not isinstance(operators.member(e.args[0], e.data, cx), E.Member):
            raise cx.refuse("an assignment to the imaginary part of an array cannot be differentiated",
                            "assign x.real + 1j * v to the array")
        e = e.args[0]
    made = canonical(e)
    rule = rule_for(E.callee(made)) if made.head == "call" and made.args[0].head == "ref" else None
    # The adjoint of an object or array is found, not made.
    given = (runtime.mirror, runtime.mirror_array, runtime.mirror_field, runtime.mirror_part)
    if rule is not None and not rule.view and not isinstance(E.callee(made), type) and E.callee(made) not in given:
        raise cx.refuse(f"the result of {made.args[0].data.text} is changed in place where it is made, which cannot be "
                        "differentiated", "give it a name if it is a copy, or write into the array by its index")


def _key(e: Expr, cx: Context) -> Expr:
    """The subscript of a place that is written. A mask computed from what the write may change is put aside."""
    key = settled(e, cx)
    parts = key.args if key.head == "tuple" else (key,)
    if any(not E.is_atom(p) and p.head != "slice" and cx.varied.of_any(p) for p in parts):
        return E.rebuild(key, tuple(_aside(p, cx) for p in parts)) if key.head == "tuple" else _aside(key, cx)
    return key


def _aside(key: Expr, cx: Context) -> Expr:
    if E.is_atom(key) or key.head == "slice":
        return key
    kept = cx.temporary(key, "mask" if key.head == "compare" else "key")
    cx.varied.names.discard(kept.data)
    return kept


def _unpack(target: Expr, e: Expr, cx: Context) -> None:
    parts = target.args
    if e.head == "call" and any(E.callee(e) is f for f in (zip, map, filter, enumerate, reversed)):
        e = E.call(E.ref("list", list), e)
    e = unpacked(keys_of(e, cx), cx)
    starred = [n for n, t in enumerate(parts) if t.head == "star"]
    if e.head in ("tuple", "list") and not any(a.head == "star" for a in e.args) \
            and (len(e.args) == len(parts) and not starred):
        _unpack_display(parts, e, cx)
        return
    if not cx.varied.of(e):
        _unpack_constant(target, plain(e, cx), cx)
        return
    made = value(e, cx)
    own = operators.iterated_object(made, cx) if made.head == "var" else None
    if own is not None:
        _unpack(target, own, cx)
        return
    if made.head == "tuple" and len(made.args) == len(parts) and not starred and all(a.head != "star" for a in made.args):
        _unpack_display(parts, made, cx)  # what a function that was put in place returns
        return
    takes_out = made.head == "call" and made.args[0].head == "attr" and made.args[0].data in MUTATORS
    if made.head == "call" and not starred and not takes_out and not results.is_one(made):
        _unpack_call(parts, made, cx)
        return
    _unpack_variable(parts, made if made.head == "var" else cx.temporary(made), made.head == "var", cx)


def _unpack_variable(parts: tuple[Expr, ...], source: Expr, others_see: bool, cx: Context) -> None:
    """``a, b[i], *c = x``. Where a target is, or may be a part of, what is unpacked, all is taken before a target is written."""
    starred = next((n for n, t in enumerate(parts) if t.head == "star"), len(parts))
    targets = [t.args[0] if t.head == "star" else t for t in parts]
    aside = any(source.data in t.names or others_see and t.head == "index" for t in targets[:-1])
    kept: list[tuple[Expr, Expr]] = []
    for n, t in enumerate(targets):
        after = len(parts) - 1 - n
        if n == starred:
            cut = E.slice_(E.const(n), E.const(-after) if after else None)
            piece = E.call(E.ref("list", list), E.index(source, cut))
        else:
            piece = E.index(source, E.const(n if n < starred else n - len(parts)))
        if aside:
            kept.append((t, E.var(cx.names.fresh("t"))))
            cx.varied.add(kept[-1][1].data)
        cx.statements((S.Assign(kept[-1][1] if aside else t, piece, cx.loc),))
    for t, x in kept:
        cx.statements((S.Assign(t, x, cx.loc),))


def _unpack_call(parts: tuple[Expr, ...], made: Expr, cx: Context) -> None:
    """``a, x[i] = f(y)``: every result gets a name, then the places are written from left to right.

    So does a result that is bound to what the call reads, ``x, r = np.linalg.qr(x)``: rules ask for both.
    """
    read = frozenset(made.names) if rule_for(E.callee(made)) is not None else frozenset()
    aside = read.union(*(t.names for t in parts if t.head != "var"))
    kept = [t if t.head == "var" and t.data not in aside else E.var(cx.names.fresh(t.data if t.head == "var" else "t"))
            for t in parts]
    cx.emit(S.Assign(E.tuple_(*kept), made, cx.loc))
    for t, x in zip(parts, kept):
        if t is not x:
            if cx.varied.of(made):
                cx.varied.add(x.data)
            cx.statements((S.Assign(t, x, cx.loc),))


def _unpack_constant(target: Expr, e: Expr, cx: Context) -> None:
    """Unpack what does not vary. Every place that is written has a statement of its own, which analyses see."""
    leaves = tuple(S.parts(target))
    places = [t for t in leaves if t.head != "var"]
    if not places:
        cx.emit(S.Assign(_plain_target(target, cx), e, cx.loc))
        return
    aside = [t for t in leaves if t.head != "var" or any(t.data in p.names for p in places)]
    kept = {id(t): E.var(cx.names.fresh("t")) for t in aside}
    cx.emit(S.Assign(with_places(target, lambda t: kept.get(id(t), t)), e, cx.loc))
    for t in aside:
        cx.statements((S.Assign(t, kept[id(t)], cx.loc),))


def _plain_target(target: Expr, cx: Context) -> Expr:
    if target.head == "var":
        return target
    return E.rebuild(target, tuple(_plain_target(a, cx) if target.head in ("tuple", "star") else plain(a, cx)
                                   for a in target.args))


def _unpack_display(parts: tuple[Expr, ...], e: Expr, cx: Context) -> None:
    """``a, b = x, y``: all values first, then the places from left to right."""
    if not cx.varied.of(e) and not any(cx.varied.of(t) for t in parts):
        _unpack_constant(E.tuple_(*parts), plain(E.tuple_(*e.args), cx), cx)
        return
    if exchange(parts, e, cx):
        return
    if any(t.head in ("tuple", "list", "star") for t in parts):
        values = [cx.temporary(value(a, cx)) for a in e.args]
        for t, x in zip(parts, values):
            cx.statements((S.Assign(t, x, cx.loc),))
        return
    methods = {id(a): t.data for t, a in zip(parts, e.args) if t.head == "var" and t.data in cx.stable and is_method(a)
            and (t.data in cx.called or is_known_function(a, cx))}
    values = operands(e.args, cx, lambda a, c: frozen_method(a, c) if id(a) in methods else _moved(a, c))
    for n, a in enumerate(e.args):
        if id(a) in methods:
            cx.callables[methods[id(a)]] = values[n]
    for t, x in zip(parts, values):
        if t.head == "var":
            cx.note_kind(t.data, x)
        if t.head == "var" and t.data in cx.stable and x.head != "ref" and is_known_function(x, cx):
            cx.callables[t.data] = current(x, cx)
    if all(t.head == "var" for t in parts):
        last = [n for n, t in enumerate(parts) if t not in parts[n + 1:]]  # of ``a, a = x, y`` the second counts
        if len(last) == 1:
            cx.emit(S.Assign(parts[last[0]], values[last[0]], cx.loc))
            return
        cx.emit(S.Assign(E.tuple_(*(parts[n] for n in last)), E.tuple_(*(values[n] for n in last)), cx.loc))
        return
    bound = frozenset(t.data for t in parts if t.head == "var")
    kept = [x if E.is_atom(x) and x.names.isdisjoint(bound) else cx.temporary(x) for x in values]
    for t, x in zip(parts, kept):
        cx.statements((S.Assign(t, x, cx.loc),))


def _moved(e: Expr, cx: Context) -> Expr:
    e = frozen(e, cx) if E.callee(e) is partial else value(e, cx)
    if is_known_function(e, cx):
        return e
    return e if E.is_atom(e) else cx.temporary(e)


def update(s: S.Aug, cx: Context) -> None:
    if not cx.varied.of(s.value) and not cx.varied.of(s.target):
        cx.emit(S.Aug(_plain_target(s.target, cx), s.symbol, plain(s.value, cx), cx.loc))
        return
    if cx.counters:
        operators.refuse_counters(s.symbol, (s.target, s.value), cx)
    if s.symbol == "|" and not is_integer(s.value) and operators.is_union((s.target, s.value), cx):  # of what varies: dicts
        cx.statements((S.Do(E.call(E.attr(s.target, "update"), s.value), cx.loc),))
        return
    if s.symbol == "+" and _is_sequence(s.target, s.value, cx):
        surely = s.value.head in ("comp", "tuple") or cx.gives_list(s.value)
        x = s.value if surely and s.target.head != "var" else atom(s.value, cx)
        checked = () if surely else (S.Do(E.call(_JOINED, x), cx.loc),)
        cx.statements((*checked, S.Do(E.call(E.attr(s.target, "extend"), x), cx.loc)))
        return
    target = s.target if s.target.head == "var" else _place(s.target, cx)
    if _updates_object(target, s, cx):
        return
    start = len(cx.out)
    x = atom(s.value, cx)
    computed = tuple(cx.out[start:])
    replaced = target.head in ("index", "attr") and _is_replaced(computed, target.args[0])
    if not replaced and not _changes(computed, target):
        operators.require_integers(s.symbol, (target, x), cx)
        cx.emit(S.Aug(target, s.symbol, x, cx.loc))
        return
    with cx.nested() as before:  # what is updated is read before `x` is computed
        if replaced:
            target = E.rebuild(target, (cx.temporary(target.args[0]), *target.args[1:]))
        old = cx.temporary(target)
    cx.out[start:start] = before.body
    if target.head == "var":
        cx.emit(S.Assign(target, E.op(s.symbol, old, x), cx.loc))
    else:
        cx.emit(S.Aug(old, s.symbol, x, cx.loc))
        cx.emit(S.Assign(target, old, cx.loc))


def _is_replaced(body: S.Block, owner: Expr) -> bool:
    """May statements put something else where `owner` is found?"""
    if owner.head not in ("index", "attr"):
        return False
    statements = list(S.walk_stmts(body))
    stored = [t for s in statements if isinstance(s, (S.Assign, S.For)) for t in S.parts(s.target)]
    written = [a for s in statements for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call)]
    return any(owner.head == t.head and (t.head == "index" or t.data == owner.data) for t in stored) \
        or any(E.root(a) == E.root(owner) for a in written) or _is_replaced(body, owner.args[0])


def _changes(body: S.Block, target: Expr) -> bool:
    """May statements change what a variable or a place holds?"""
    statements = list(S.walk_stmts(body))
    if target.head == "var":
        return any(target.data in S.writes(s) for s in statements)
    stored = [t for s in statements if isinstance(s, (S.Assign, S.Aug, S.For)) for t in S.parts(s.target)]
    return any(t.head == target.head and (t.head == "index" or t.data == target.data) for t in stored if t.head != "var") or any(
        written_arguments(call) for s in statements for e in S.expressions(s) for call in E.calls(e))


def _updates_object(target: Expr, s: S.Aug, cx: Context) -> bool:
    """``v += x`` of an object, or of a property of one."""
    if cx.class_of(target) is not None:
        x = atom(s.value, cx)
        made = operators.call_method(target, "__i" + BINARY[s.symbol][0][2:], (x,), cx) if s.symbol in BINARY else None
        cx.statements((S.Assign(target, made or E.op(s.symbol, target, x), cx.loc),))
        return True
    owned = target.head == "attr" and operators.may_be_property_of(target.args[0], target.data, cx)
    if owned or target.head == "index" and cx.class_of(target.args[0]) is not None:
        cx.statements((S.Assign(target, E.op(s.symbol, target, s.value), cx.loc),))
        return True
    if operators.looks_like_object(target, cx):
        made = operators.updated(target, s.symbol, atom(s.value, cx), cx)
        if made is not None:
            cx.statements((S.Assign(target, made, cx.loc),))
            return True
    return False


def _is_sequence(target: Expr, e: Expr, cx: Context) -> bool:
    """Is ``target += e`` the extension of a list? Of a parameter, and in a container, it is if `e` is a list."""
    if cx.is_list(target):
        return True
    return (target.head != "var" or target.data not in cx.kinds) and (e.head == "comp" or cx.gives_list(e))


def delete(s: S.Delete, cx: Context) -> None:
    """``del name`` only frees memory; ``del x[i]`` changes `x`."""
    for t in s.targets:
        if t.head == "index" and t.args[1].head != "slice" and cx.varied.of(t):  # what is deleted is taken out
            obj, key = _place(t, cx).args
            key = key if E.is_atom(key) else cx.temporary(key, "k")
            cx.emit(S.Assign(E.var(cx.names.fresh("t")), E.call(E.attr(obj, "pop"), key), s.loc))
        elif t.head == "index" and sequences.is_list_slice(t, cx):
            sequences.assign_slice(t, E.list_(), cx)
        elif t.head != "var":
            cx.emit(S.Delete((_place(t, cx),), s.loc))
