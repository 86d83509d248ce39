"""Functions that raise what their caller catches, in the place of their calls: there it is a jump (see `lower.caught`).

    try:                                    try:
        y = step(y)             --->            if y > limit:
    except Escaped as e:                            raise Escaped(y)
        y = e.value                             y = y * y
                                            except Escaped as e: ...
"""
from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Mapping

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.resolve import is_of_library
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.source import Location
from s2sgrad.lower.carried import class_of_raised, handled_by, handler_of
from s2sgrad.lower.context import Context
from s2sgrad.lower.control import single_exit
from s2sgrad.lower.renaming import own_names, placed, rename
from s2sgrad.rules.registry import rule_for
from s2sgrad.runtime.objects import written_method

_DEPTH = 4
_ONCE = frozenset(("op", "call", "index", "attr", "tuple", "list"))  # what evaluates all of its parts


def with_raising_in_place(body: S.Block, classes: Mapping[str, type | None], cx: Context) -> S.Block:
    """The statements with such functions, and methods of variables of these classes, in the place of their calls."""
    if cx.generated or not any(isinstance(s, S.Try) and s.handlers for s in S.walk_stmts(body)):
        return body
    return tuple(_outside(s, classes, cx) for s in body)


def _outside(s: S.Stmt, classes: Mapping[str, type | None], cx: Context) -> S.Stmt:
    if isinstance(s, S.Try) and s.handlers:
        s = dataclasses.replace(s, body=_Inside(s.handlers, cx).block(s.body, classes, ()))
    return S.map_blocks(lambda b: tuple(_outside(t, classes, cx) for t in b), s) if S.blocks(s) else s


class _Inside:
    """A block of which these handlers catch the exceptions."""

    def __init__(self, handlers: tuple[S.Handler, ...], cx: Context) -> None:
        self.handlers = handlers
        self.kinds = [handled_by(h) for h in handlers]
        self.cx = cx

    def block(self, body: S.Block, classes: Mapping[str, type | None], entered: tuple[types.FunctionType, ...]) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            if S.blocks(s):
                out.append(S.map_blocks(lambda b: self.block(b, classes, entered), s))
                continue
            found = _only_call(s.value, classes) if isinstance(s, (S.Assign, S.Aug, S.Do, S.Return)) else None
            made = None
            if found is not None and len(entered) < _DEPTH and found[1] not in entered and self.raises(found[1], _DEPTH):
                made = _placed(*found, s.loc, self.cx)
            if found is None or made is None:
                out.append(s)
                continue
            (call, function), (new, before, last) = found, made
            first = next(iter(new.values())).data if call.args[0].head == "attr" else ""
            own = {**classes, first: classes.get(call.args[0].args[0].data)} if first else classes
            out += self.block(before, own, (*entered, function))
            out.append(S.map_expressions(functools.partial(_replaced, call=call, value=last), s))
        return tuple(out)

    def raises(self, function: types.FunctionType, depth: int) -> bool:
        """Does a function raise an exception of the program's own, or one that its handler takes something from?"""
        if is_of_library(function.__module__ or "") or depth == 0:
            return False
        try:
            body = load(function).function.body
        except DerivativeError:
            return False
        return any(isinstance(s, S.Raise) and self._is_caught(class_of_raised(s)) or any(
            self.raises(f, depth - 1) for e in S.expressions(s) for c in E.calls(e)
            if (f := python_function(E.callee(c))) is not None and f is not function) for s in S.walk_stmts(body))

    def _is_caught(self, cls: type | None) -> bool:
        n = None if cls is None else handler_of(cls, self.kinds)
        return cls is not None and n is not None and (self.handlers[n].name is not None or not is_of_library(cls.__module__))


def _only_call(e: Expr, classes: Mapping[str, type | None]) -> tuple[Expr, types.FunctionType] | None:
    """The only call of a function of the program in an expression that surely calls it."""
    found = [(c, f) for c in E.calls(e) if (f := _called(c, classes)) is not None]
    return found[0] if len(found) == 1 and _evaluates(e, found[0][0]) else None


def _called(e: Expr, classes: Mapping[str, type | None]) -> types.FunctionType | None:
    fn = e.args[0]
    if fn.head == "attr" and fn.args[0].head == "var":
        cls = classes.get(fn.args[0].data)
        return None if cls is None else written_method(cls, str(fn.data))
    function = python_function(E.callee(e))
    return None if function is None or rule_for(E.callee(e)) is not None else function


def _evaluates(e: Expr, call: Expr) -> bool:
    return e is call or e.head in _ONCE and any(_evaluates(a, call) for a in e.args)


def _replaced(e: Expr, call: Expr, value: Expr) -> Expr:
    return value if e is call else E.map_args(lambda a: _replaced(a, call, value), e) if e.args else e


def _placed(call: Expr, function: types.FunctionType, loc: Location | None, cx: Context) -> tuple[
        dict[str, Expr], S.Block, Expr] | None:
    """The variables of a function for a call, its statements and what they leave as its result; None where the call does not
    tell what its parameters are."""
    from s2sgrad.lower.inline import defaults_of, is_function_value, with_constants
    unit = load(function)
    fn = unit.function
    given = E.arguments(call)
    if call.args[0].head == "attr":
        given = (("", call.args[0].args[0]), *given)
    if any(mark in ("*", "**") for mark, _ in given) or any(p.kind in ("*", "**") for p in fn.params) or fn.nonlocals:
        return None
    names = [p.name for p in fn.params if p.kind != "keyword"]
    bound = {**defaults_of(fn, function), **dict(zip(names, (a for mark, a in given if not mark))),
             **{mark: a for mark, a in given if mark}}
    if bound.keys() != {p.name for p in fn.params}:
        return None
    cx.resolved.extend(unit.resolved)
    cx.visible = tuple(dict.fromkeys((*cx.visible, *unit.names.classes())))
    assigned = frozenset().union(*(S.writes(s) for s in S.walk_stmts(fn.body)))
    known = {n: a for n, a in bound.items() if n not in assigned and (a.head == "const" or is_function_value(a, cx))}
    fn = single_exit(with_constants(fn, known), lambda s: False, cx.names)
    own = dict.fromkeys((*(p.name for p in fn.params), *sorted(own_names(fn))))
    new: dict[str, Expr] = {n: E.var(cx.names.again(n)) for n in own}
    if cx.likely is not None:
        cx.object_like |= cx.likely.adopt(function, new)
    *body, last = (placed(rename(s, new), loc) for s in fn.body)
    assert isinstance(last, S.Return)
    return new, (*(S.Assign(new[n], a, loc) for n, a in bound.items() if n not in known), *body), last.value
