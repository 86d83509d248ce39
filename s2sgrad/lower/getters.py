"""Calls of what `operator.itemgetter`, `attrgetter` and `methodcaller` make: subscripts, attributes and calls of methods.

An attribute that is asked for by a name which the program computes is looked up when the derivative runs. Of a method it must
be told which ones it may be:

    v = getattr(self, f"visit_{kind}")(x)      --->      if f"visit_{kind}" == "visit_sum": v = self.visit_sum(x)
                                                         elif ...
"""
from __future__ import annotations

import inspect
import operator
import types
from collections.abc import Iterable
from typing import Any

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.choosing import frozen, frozen_method, held, is_known_function, is_method
from s2sgrad.lower.context import Context
from s2sgrad.lower.methods import methods_of
from s2sgrad.lower.operands import operands, plain, reference, value

GETTERS = (operator.itemgetter, operator.attrgetter, operator.methodcaller)


def makes_getter(e: Expr) -> bool:
    """Is this a call that makes one of them, for what is written out in it?"""
    return _is_plain(e) and all(a.head == "const" for _, a in E.arguments(e))


def _is_plain(e: Expr) -> bool:
    """Is this such a call, with a name written out where it takes one?"""
    fn = E.hashable_callee(e) if e.head == "call" else None
    if fn not in GETTERS:
        return False
    given = E.arguments(e)
    if not given or any(mark in ("*", "**") for mark, _ in given):
        return False
    return all(E.is_text(a) for _, a in (given if fn is operator.attrgetter else given[:1])) or fn is operator.itemgetter


def applied(e: Expr, cx: Context) -> Expr | None:
    """What a call of one gives; None where something else is called, or it is not called with one argument."""
    if E.callee(e.args[0]) is getattr:  # of what does not vary it is a function that is known when it runs
        return _method_by_name(e, cx) if cx.varied.of(e.args[0].args[1]) else None
    made = _made(e.args[0])
    if made is None or len(e.args) != 2 or any(e.data.marks):
        return None
    kind, given = made
    x = reference(e.args[1], cx)
    x = x if E.root(x).head in ("var", "ref") else cx.temporary(x)
    if kind is operator.methodcaller:
        return value(E.call_with(E.attr(x, str(given[0][1].data)), given[1:]), cx)
    parts = [_attribute(x, str(a.data)) if kind is operator.attrgetter else E.index(x, a) for _, a in given]
    return value(parts[0] if len(parts) == 1 else E.tuple_(*parts), cx)


def _made(fn: Expr) -> tuple[object, tuple[tuple[str, Expr], ...]] | None:
    """Which of them a function is, and what it was made of."""
    if _is_plain(fn):
        return E.callee(fn), E.arguments(fn)
    if fn.head == "ref" and isinstance(fn.data.value, GETTERS):
        made = fn.data.value.__reduce__()
        if isinstance(made, tuple) and made[0] in GETTERS and all(isinstance(a, (str, int, float)) for a in made[1]):
            return made[0], tuple(("", E.const(a)) for a in made[1])
    return None


def _attribute(x: Expr, path: str) -> Expr:
    for name in path.split("."):
        x = E.attr(x, name)
    return x


def attribute_by_name(e: Expr, cx: Context) -> Expr:
    """``getattr(x, name)`` with a name that is computed."""
    if any(e.data.marks) or len(e.args) not in (3, 4):
        raise cx.refuse("this call of getattr cannot be differentiated", "write the attribute itself")
    x, name = reference(e.args[1], cx), _text(e.args[2], cx)
    x = x if x.head == "var" else cx.temporary(x)
    found = E.call(E.ref("s2sgrad.runtime.named_attribute", runtime.named_attribute, library=True), x, name)
    if len(e.args) == 3:
        return found
    return value(E.ifexp(E.call(E.ref("hasattr", hasattr), x, name), found, e.args[3]), cx)


def _text(e: Expr, cx: Context) -> Expr:
    name = plain(e, cx)
    if E.is_atom(name):
        return name
    made = cx.temporary(name, "name")
    cx.varied.names.discard(made.data)
    return made


#: More methods than this are not told apart by their names.
_MANY = 12


def _method_by_name(e: Expr, cx: Context) -> Expr:
    """``getattr(x, name)(...)``: the method that has the name, of those that it may be."""
    fn = e.args[0]
    x = reference(fn.args[1], cx)
    cls = cx.class_of(x)
    names = _methods_named(fn, cls, cx)
    if not 0 < len(names) <= _MANY:
        raise cx.refuse("a method that is looked up by a name which is computed cannot be differentiated",
                        "write a table of the methods: {'name': x.name, ...}[name](...)")
    x = x if x.head == "var" else cx.temporary(x)
    name = _text(fn.args[2], cx)
    values = operands(e.args[1:], cx)
    given = tuple((mark, v if E.is_atom(v) else cx.temporary(v)) for mark, v in zip(e.data.marks, values))
    out = E.var(cx.names.fresh("t"))
    cx.varied.add(out.data)
    code: S.Stmt = S.Raise(E.call(E.ref("AttributeError", AttributeError), name), None, cx.loc)
    if len(fn.args) > 3:
        code = S.Assign(out, E.call_with(fn.args[3], given), cx.loc)
    for n in reversed(names):
        made = S.Assign(out, E.call_with(E.attr(x, n), given), cx.loc)
        code = S.If(E.compare(name, ("==", E.const(n))), (made,), (code,), cx.loc)
    cx.statements((code,))
    return out


def kept(e: Expr, cx: Context) -> Expr | None:
    """``getattr(x, name)``, which a variable that is only called is bound to, with what it is asked now; None where it may be
    no method."""
    if len(e.args) not in (3, 4) or any(e.data.marks) or not cx.varied.of(e.args[1]):
        return None
    x = reference(e.args[1], cx)
    default = e.args[3] if len(e.args) > 3 else None
    method = default is not None and is_method(default) and bool(methods_of(cx.visible, str(default.data)))
    if not _methods_named(e, cx.class_of(x), cx) or default is not None and not method and not is_known_function(default, cx):
        return None
    x, name = held(x, cx), held(_text(e.args[2], cx), cx)
    if name.head == "var":
        cx.texts.setdefault(name.data, e.args[2])
    if default is None:
        return E.rebuild(e, (e.args[0], x, name))
    return E.rebuild(e, (e.args[0], x, name, frozen_method(default, cx) if method else frozen(default, cx)))


def _methods_named(e: Expr, cls: type | None, cx: Context) -> list[str]:
    """The methods that ``getattr(x, name)`` may give."""
    if len(e.args) not in (3, 4) or any(e.data.marks):
        return []
    name = e.args[2]
    while name.head == "var" and name.data in cx.texts:
        name = cx.texts[name.data]
    return _names(name, [cls] if cls is not None else cx.visible)


def _names(name: Expr, classes: Iterable[type]) -> list[str]:
    """The methods that a computed name may be that of: what a constant table holds, or what begins and ends like a text."""
    if name.head == "index":
        held = [n for table in _tables(name.args[0], classes) for n in (table.values() if isinstance(table, dict) else table)]
        return list(dict.fromkeys(held)) if all(isinstance(n, str) and n.isidentifier() for n in held) else []
    first, last = _ends_of(name)
    if not first and not last:
        return []
    methods = {n for cls in classes for base in cls.__mro__ for n, f in vars(base).items() if isinstance(f, types.FunctionType)}
    return sorted(n for n in methods if n.startswith(first) and n.endswith(last) and len(n) >= len(first) + len(last))


def _tables(e: Expr, classes: Iterable[type]) -> list[dict[Any, Any] | list[Any] | tuple[Any, ...]]:
    """The constant tables that an expression may stand for: a global one, or one that a class has."""
    found = [e.data.value] if e.head == "ref" else [
        inspect.getattr_static(cls, str(e.data), None) for cls in classes] if e.head == "attr" else []
    return [table for table in found if isinstance(table, (dict, list, tuple))]


def _ends_of(e: Expr) -> tuple[str, str]:
    """The constant texts that a text which is put together begins and ends with."""
    if e.head not in ("fstring", "op") or e.head == "op" and e.data != "+":
        return ("", "")
    first, last = e.args[0], e.args[-1]
    return tuple(a.data if a.head == "const" and isinstance(a.data, str) else "" for a in (first, last))  # type: ignore[return-value]
