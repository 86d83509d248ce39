"""The statements of a function in normal form; the front door of lowering."""
from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from s2sgrad.frontend.resolve import Resolved
from s2sgrad.frontend.unit import Unit, defining_code, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower import operators, sequences
from s2sgrad.lower import inplace
from s2sgrad.lower.choosing import (
    copied,
    frozen,
    frozen_method,
    is_callable_display,
    is_known_function,
    is_method,
    note_choice,
    unrolled,
    without_unused,
)
from s2sgrad.lower.context import Context
from s2sgrad.lower.control import cannot_raise, falls_through, single_exit
from s2sgrad.lower.inline import is_function_value
from s2sgrad.lower.iteration import loop
from s2sgrad.lower.names import Names
from s2sgrad.lower.objects import construct, is_library_class
from s2sgrad.lower.library_objects import note_frozen, note_object, refuse_other_uses
from s2sgrad.lower.operands import atom, operands, plain, reference, settled, value
from s2sgrad.lower.effects import MUTATORS
from s2sgrad.lower.sequences import bound_of
from s2sgrad.lower.stability import bound_once, called_names, chosen_names, names_of_one_class, shared_names, stable_names
from s2sgrad.lower.varied import Varied
from s2sgrad.lower.webs import split_webs
from s2sgrad.runtime.objects import BINARY
from s2sgrad.rules.registry import rule_for


@dataclasses.dataclass(frozen=True)
class Lowered:
    """A function in normal form: `function.body` ends in its only ``return``."""

    function: S.Function
    names: Names
    resolved: Resolved
    varied: frozenset[str]


def normalize(unit: Unit, active: Iterable[str]) -> Lowered:
    """The normal form of a function of which the parameters `active` are differentiated."""
    names = Names()
    varied = Varied(active).settle(unit.function.body)
    cx = Context(varied, names, list(unit.resolved))
    cx.statements = lambda body: _statements(body, cx)
    cx.stable = stable_names((*(S.Assign(E.var(p.name), E.NONE) for p in unit.function.params), *unit.function.body))
    cx.once = bound_once((*(S.Assign(E.var(p.name), E.NONE) for p in unit.function.params), *unit.function.body))
    cx.shared = shared_names(unit.function.body)
    cx.chosen = chosen_names(unit.function.body)
    cx.visible = unit.names.classes()
    cx.object_like |= operators.objects_in(unit.function.body, unit.function.params, unit.object, cx)
    cx.called = called_names(unit.function.body)
    cx.of_one_class = names_of_one_class(unit.function.body)
    cx.inlining += dict.fromkeys((unit.object.__code__, defining_code(unit.object)))
    for p in unit.function.params:
        operators.guard(p.name, cx)
    flat = single_exit(unit.function, cx.keeps, names)
    varied.settle(flat.body)
    *body, last = flat.body
    assert isinstance(last, S.Return)
    _statements(body, cx)
    cx.loc = last.loc
    result = _result(last.value, cx)
    made = dataclasses.replace(flat, body=without_unused((*cx.out, S.Return(result, last.loc))))
    refuse_other_uses(made.body, cx)
    return Lowered(split_webs(made, names), names, cx.resolved, frozenset(varied.names))


def _result(e: Expr, cx: Context) -> Expr:
    """What the function returns: a variable, or a display of variables."""
    if e.head in ("tuple", "list") and cx.varied.of(e) and all(a.head != "star" for a in e.args):
        return E.rebuild(e, tuple(operands(e.args, cx, _result)))
    if cx.varied.of(e) and e.head != "var":
        e = value(e, cx)
        return e if e.head == "var" else cx.temporary(e, "y")
    return atom(e, cx)


def _statements(body: Sequence[S.Stmt], cx: Context) -> None:
    outer = cx.loc
    for s in body:
        cx.loc = s.loc or outer
        if S.blocks(s) and cx.keeps(s) and not isinstance(s, (S.With, S.Try)):
            cx.forget_classes(_rebound((s,), cx))
            cx.emit(S.map_expressions(lambda e: plain(e, cx), s))
        else:
            _STATEMENTS[type(s)](s, cx)
    cx.loc = outer


def _block(body: S.Block, cx: Context) -> S.Block:
    with cx.nested() as inner:
        _statements(body, cx)
    return inner.body


def _assign(s: S.Assign, cx: Context) -> None:
    target = s.target
    if target.head in ("tuple", "list"):
        _unpack(target, s.value, cx)
        return
    if target.head == "var":
        _bind(target, s.value, cx)
        return
    if not cx.varied.of(s.value) and not cx.varied.of(target):
        cx.emit(S.Assign(plain(target, cx), plain(s.value, cx), cx.loc))
        return
    if target.head == "attr" and target.data in inplace.ATTRIBUTES and cx.class_of(target.args[0]) is None:
        inplace.ATTRIBUTES[target.data](target, s.value, cx)
        return
    if target.head == "index" and sequences.is_list_slice(target, cx):
        sequences.assign_slice(target, s.value, cx)
        return
    x = atom(s.value, cx)
    place = _place(target, cx)
    if _sets_object(place, x, cx):
        return
    if bound_of(s.value):
        cx.bounded.add(place)
    cx.emit(S.Assign(place, x, cx.loc))


def _sets_object(place: Expr, x: Expr, cx: Context) -> bool:
    """Is this the business of a method of an object: the setter of a property, ``__setitem__``?"""
    if place.head == "attr":
        return operators.set_attribute(place.args[0], place.data, x, cx)
    return operators.call_method(place.args[0], "__setitem__", (place.args[1], x), cx) is not None


def _bind(target: Expr, e: Expr, cx: Context) -> None:
    name = target.data
    if name in cx.stable and is_method(e) and (name in cx.called or is_known_function(e, cx)):
        cx.callables[name] = e = frozen_method(e, cx)
        cx.emit(S.Assign(target, e, cx.loc))
        return
    if name in cx.stable - cx.chosen and (is_function_value(e, cx) or E.callee(e) in (partial, np.vectorize)):
        cx.callables[name] = e = _frozen_partial(e, cx)
        if cx.varied.of(e):
            cx.emit(S.Assign(target, e, cx.loc))
            return
    if name in cx.chosen and e.head == "ifexp":
        test, body, orelse = e.args
        _statements((S.If(test, (S.Assign(target, body, cx.loc),), (S.Assign(target, orelse, cx.loc),), cx.loc),), cx)
        return
    if name in cx.chosen:
        e = frozen(e, cx)
        note_choice(name, e, cx)
        cx.emit(S.Assign(target, e, cx.loc))
        return
    if is_callable_display(e, cx):
        e = frozen(e, cx)
        if name in cx.stable:
            cx.displays[name] = e
        cx.emit(S.Assign(target, e, cx.loc))
        return
    made = _new_object(e, cx) if cx.varied.of(target) and _makes_object(e) else value(e, cx)
    cx.note_kind(name, made)
    if bound_of(made) or made in cx.bounded:
        cx.bounded.add(target)
    note_object(name, made, cx)
    if note_frozen(name, made, cx):
        return
    if name in cx.stable and made.head != "ref" and is_function_value(made, cx):
        cx.callables[name] = made
        if cx.varied.of(made):
            cx.emit(S.Assign(target, made, cx.loc))
            return
    if name in cx.stable and made.head in ("tuple", "list", "dict"):
        cx.displays[name] = made
    if made.head == "var" and made.data in cx.object_like:
        cx.object_like.add(name)
    if made != target:
        cx.emit(S.Assign(target, made, cx.loc))
        if _makes_object(made):
            cx.classes[name] = E.callee(made)
        if cx.class_of(target) is None:
            operators.guard(name, cx)
        if cx.varied.of(made):
            cx.varied.add(name)


def _makes_object(e: Expr) -> bool:
    """Is this a call of a class of the user's?"""
    cls = E.callee(e)
    if not isinstance(cls, type) or rule_for(cls) is not None or is_library_class(cls):
        return False
    init = inspect.getattr_static(cls, "__init__")
    return python_function(init) is not None or init is object.__init__ and cls is not object


def _new_object(e: Expr, cx: Context) -> Expr:
    """An object that takes differentiated values later is built where its parts can be seen."""
    return construct(e, E.callee(e), cx)


def _frozen_partial(e: Expr, cx: Context) -> Expr:
    """The arguments of a partial application are evaluated where it is made."""
    if E.callee(e) is not partial:
        return e
    return E.rebuild(e, (*e.args[:2], *operands(e.args[2:], cx, lambda a, c: a if is_function_value(a, c) else atom(a, c))))


def _place(target: Expr, cx: Context) -> Expr:
    """The place that an assignment writes: an object and a key or attribute of it."""
    obj = reference(target.args[0], cx)
    if target.head == "attr":
        return E.attr(obj, operators.member(obj, target.data, cx))
    return E.rebuild(target, (obj, *(_key(a, cx) for a in target.args[1:])))


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
    starred = [n for n, t in enumerate(parts) if t.head == "star"]
    if e.head in ("tuple", "list") and not any(a.head == "star" for a in e.args) \
            and (len(e.args) == len(parts) and not starred):
        _unpack_display(parts, e, cx)
        return
    if not cx.varied.of(e):
        cx.emit(S.Assign(_plain_target(target, cx), plain(e, cx), cx.loc))
        return
    made = value(e, cx)
    if made.head == "tuple" and len(made.args) == len(parts) and not starred and all(a.head != "star" for a in made.args):
        _unpack_display(parts, made, cx)  # what a function that was put in place returns
        return
    takes_out = made.head == "call" and made.args[0].head == "attr" and made.args[0].data in MUTATORS
    if made.head == "call" and not starred and not takes_out and all(t.head == "var" for t in parts):
        cx.emit(S.Assign(target, made, cx.loc))
        return
    source = made if made.head == "var" else cx.temporary(made)
    for n, t in enumerate(parts):
        after = len(parts) - 1 - n
        if t.head == "star":
            cut = E.slice_(E.const(n), E.const(-after) if after else None)
            piece = E.call(E.ref("list", list), E.index(source, cut))
            _statements((S.Assign(t.args[0], piece, cx.loc),), cx)
        else:
            at = n if not starred or n < starred[0] else n - len(parts)
            _statements((S.Assign(t, E.index(source, E.const(at)), cx.loc),), cx)


def _plain_target(target: Expr, cx: Context) -> Expr:
    if target.head == "var":
        return target
    return E.rebuild(target, tuple(_plain_target(a, cx) if target.head in ("tuple", "star") else plain(a, cx)
                                   for a in target.args))


def _unpack_display(parts: tuple[Expr, ...], e: Expr, cx: Context) -> None:
    """``a, b = x, y``: all values first, then the places from left to right."""
    if not cx.varied.of(e) and not any(cx.varied.of(t) for t in parts):
        cx.emit(S.Assign(_plain_target(E.tuple_(*parts), cx), plain(E.tuple_(*e.args), cx), cx.loc))
        return
    if any(t.head in ("tuple", "list", "star") for t in parts):
        values = [cx.temporary(value(a, cx)) for a in e.args]
        for t, x in zip(parts, values):
            _statements((S.Assign(t, x, cx.loc),), cx)
        return
    values = operands(e.args, cx, _moved)
    for t, x in zip(parts, values):
        if t.head == "var":
            cx.note_kind(t.data, x)
        if t.head == "var" and t.data in cx.stable and x.head != "ref" and is_known_function(x, cx):
            cx.callables[t.data] = x
    if all(t.head == "var" for t in parts):
        cx.emit(S.Assign(E.tuple_(*parts), E.tuple_(*values), cx.loc))
        return
    kept = [x if x.head == "const" else cx.temporary(x) for x in values]
    for t, x in zip(parts, kept):
        _statements((S.Assign(t, x, cx.loc),), cx)


def _moved(e: Expr, cx: Context) -> Expr:
    e = value(e, cx)
    if is_known_function(e, cx):
        return e
    e = atom(e, cx)
    return e if E.is_atom(e) else cx.temporary(e)


def _aug(s: S.Aug, cx: Context) -> None:
    if not cx.varied.of(s.value) and not cx.varied.of(s.target):
        cx.emit(S.Aug(_plain_target(s.target, cx), s.symbol, plain(s.value, cx), cx.loc))
        return
    if s.symbol == "|":  # of what varies: dicts
        cx.statements((S.Do(E.call(E.attr(s.target, "update"), s.value), cx.loc),))
        return
    if s.symbol == "+" and s.target.head == "var" and _is_sequence(s.target, s.value, cx):
        cx.emit(S.Do(E.call(E.attr(s.target, "extend"), atom(s.value, cx)), cx.loc))
        return
    target = s.target if s.target.head == "var" else _place(s.target, cx)
    if _updates_object(target, s, cx):
        return
    start = len(cx.out)
    x = atom(s.value, cx)
    changed = frozenset().union(*(S.writes(t) for t in S.walk_stmts(cx.out[start:])))
    if target.head == "var" and target.data in changed:
        with cx.nested() as before:
            old = cx.temporary(target)
        cx.out[start:start] = before.body
        cx.emit(S.Assign(target, E.op(s.symbol, old, x), cx.loc))
    else:
        cx.emit(S.Aug(target, s.symbol, x, cx.loc))


def _updates_object(target: Expr, s: S.Aug, cx: Context) -> bool:
    """``v += x`` of an object, or of a property of one."""
    if cx.class_of(target) is not None:
        x = atom(s.value, cx)
        made = operators.call_method(target, "__i" + BINARY[s.symbol][0][2:], (x,), cx) if s.symbol in BINARY else None
        _statements((S.Assign(target, made or E.op(s.symbol, target, x), cx.loc),), cx)
        return True
    owned = target.head == "attr" and operators.is_property_of(target.args[0], target.data, cx)
    if owned or target.head == "index" and cx.class_of(target.args[0]) is not None:
        _statements((S.Assign(target, E.op(s.symbol, target, s.value), cx.loc),), cx)
        return True
    return False


def _is_sequence(target: Expr, e: Expr, cx: Context) -> bool:
    """Is ``target += e`` the extension of a list? Of a parameter it is if `e` is a list."""
    if cx.is_list(target):
        return True
    return target.data not in cx.kinds and (e.head == "list" or e.head == "comp" or cx.is_list(e))


def _do(s: S.Do, cx: Context) -> None:
    e = s.value
    if e.head == "ifexp":  # a conditional expression for its effect
        _statements((S.If(e.args[0], (S.Do(e.args[1], s.loc),), (S.Do(e.args[2], s.loc),), s.loc),), cx)
    elif e.head == "const" or e.head == "var":
        return
    elif e.head == "call" and e.args[0].head == "attr" and e.args[0].data in ("pop", "popleft") and cx.varied.of(e):
        _bind(E.var(cx.names.fresh("t")), e, cx)  # what is taken out is needed to put it back
    elif any(map(cx.varied.of, e.args)) or e.head == "call" and cx.varied.of(e):
        made = _effect(e, cx)
        if made.head not in ("var", "const"):
            cx.emit(S.Do(made, cx.loc))
    else:
        cx.emit(S.Do(plain(e, cx), cx.loc))


def _effect(e: Expr, cx: Context) -> Expr:
    if e.head == "call" and cx.varied.of(e):
        return value(e, cx)
    return plain(e, cx)


def _if(s: S.If, cx: Context) -> None:
    test = plain(s.test, cx)
    body, orelse = _sides((s.body, s.orelse), cx)
    cx.emit(S.If(test, body, orelse, s.loc))


def _sides(blocks: Sequence[S.Block], cx: Context) -> list[S.Block]:
    """Blocks of which one is run."""
    start = cx.classes
    out, ends = [], []
    for b in blocks:
        cx.classes = dict(start)
        out.append(_block(b, cx))
        if falls_through(b):
            ends.append(cx.classes)
    cx.meet_classes(ends or [start])
    return out


def _repeated(body: S.Block, cx: Context) -> None:
    """The statements of a block that is run any number of times."""
    cx.forget_classes(_rebound(body, cx))
    _statements(body, cx)
    cx.forget_classes(_rebound(body, cx))


def _rebound(body: S.Block, cx: Context) -> frozenset[str]:
    """The variables that may hold an object of another class after a block than before it."""
    bound = frozenset().union(*(S.writes(t) for t in S.walk_stmts(body)))
    return frozenset(n for n in bound if n not in cx.of_one_class)


def _while(s: S.While, cx: Context) -> None:
    with cx.nested() as before:
        test = plain(s.test, cx)
    with cx.nested() as repeated:
        _repeated(s.body, cx)
    body = repeated.body
    if before.body:
        stop = S.If(E.op("not", test), (S.Break(),), body, s.loc)
        cx.emit(S.While(E.const(True), (*before.body, stop), (), s.loc))
    else:
        cx.emit(S.While(test, body, (), s.loc))


def _for(s: S.For, cx: Context) -> None:
    if not _leaves_loop(s.body) and unrolled(s.target, s.iter, lambda: _statements(copied(s.body), cx), cx):
        return
    if s.iter.head in ("var", "attr", "index") and cx.varied.of(s.iter) and _changes_length(s.iter, s.body):
        _growing(s, cx)
        return
    loop(s.target, s.iter, lambda: _repeated(s.body, cx), cx)


def _leaves_loop(body: S.Block) -> bool:
    return any(isinstance(s, S.Break) or not isinstance(s, (S.For, S.While)) and any(map(_leaves_loop, S.blocks(s)))
               for s in body)


def _changes_length(e: Expr, body: S.Block) -> bool:
    """Does the body of a loop add elements to what it iterates over, or take some out?"""
    for s in S.walk_stmts(body):
        if isinstance(s, S.Delete) and any(t.head == "index" and t.args[0] == e for t in s.targets):
            return True
        for part in (p for x in S.expressions(s) for p in E.walk(x)):
            if part.head == "call" and part.args[0].head == "attr" and part.args[0].args[0] == e \
                    and part.args[0].data in ("append", "extend", "insert", "pop", "remove", "clear"):
                return True
    return False


def _growing(s: S.For, cx: Context) -> None:
    """A loop over a list that it changes: the next element is looked up when its turn comes."""
    at = E.var(cx.names.fresh("k"))
    step = (S.Assign(s.target, E.index(s.iter, at), s.loc), S.Aug(at, "+", E.const(1), s.loc))
    left = E.compare(at, ("<", E.call(E.ref("len", len), s.iter)))
    _statements((S.Assign(at, E.const(0), s.loc), S.While(left, (*step, *s.body), (), s.loc)), cx)


def _with(s: S.With, cx: Context) -> None:
    items = tuple((plain(e, cx), t) for e, t in s.items)
    cx.emit(S.With(items, _block(s.body, cx), s.loc))


def _try(s: S.Try, cx: Context) -> None:
    """Which handler ran is kept in a variable, which the backward sweep follows."""
    path = E.var(cx.names.fresh("path"))

    def marked(body: S.Block, number: int) -> S.Block:
        return (S.Assign(path, E.const(number), s.loc), *body) if s.handlers else body

    cx.exceptions |= {h.name for h in s.handlers if h.name is not None}
    start = dict(cx.classes)
    body = _block(s.body, cx)
    orelse = marked(_block(s.orelse, cx), 0)
    through, cx.classes = cx.classes, start
    cx.forget_classes(_rebound(s.body, cx))
    blocks = _sides([h.body for h in s.handlers], cx)
    handlers = tuple(dataclasses.replace(h, body=marked(b, n + 1)) for n, (h, b) in enumerate(zip(s.handlers, blocks)))
    cx.meet_classes([through, cx.classes] if s.handlers else [through])
    while body and cannot_raise(body[0], s.handlers):  # what it binds is there whatever the rest raises
        cx.emit(body[0])
        body = body[1:]
    cx.emit(S.Try(body, handlers, orelse, _block(s.final, cx), s.loc))


def _define(s: S.Define, cx: Context) -> None:
    if s.name in cx.stable:
        cx.callables[s.name] = s.value
    elif s.name in cx.chosen:
        note_choice(s.name, s.value, cx)
    cx.emit(s)


def _delete(s: S.Delete, cx: Context) -> None:
    """``del name`` only frees memory; ``del x[i]`` changes `x`."""
    for t in s.targets:
        if t.head == "index" and t.args[1].head != "slice" and cx.varied.of(t):  # what is deleted is taken out
            obj, key = _place(t, cx).args
            cx.emit(S.Assign(E.var(cx.names.fresh("t")), E.call(E.attr(obj, "pop"), key), s.loc))
        elif t.head == "index" and sequences.is_list_slice(t, cx):
            sequences.assign_slice(t, E.list_(), cx)
        elif t.head != "var":
            cx.emit(S.Delete((_place(t, cx),), s.loc))


def _as_is(s: Any, cx: Context) -> None:
    cx.emit(S.map_expressions(lambda e: plain(e, cx), s))



_STATEMENTS: dict[type, Callable[[Any, Context], None]] = {
    S.Assign: _assign, S.Aug: _aug, S.Do: _do, S.If: _if, S.While: _while, S.For: _for, S.With: _with, S.Try: _try,
    S.Define: _define, S.Delete: _delete, S.Assert: _as_is, S.Raise: _as_is, S.Break: _as_is, S.Pass: lambda s, cx: None,
    S.Continue: _as_is,
}
