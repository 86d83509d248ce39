"""Context managers of the program, put in place: what they change when they are entered and left has derivatives.

    with Scaled(box, k) as b:            m = Scaled(box, k)
        y = b.s ** 2          --->       b = m.__enter__()
                                         y = b.s ** 2
                                         m.__exit__(None, None, None)

One that `contextlib.contextmanager` makes of a generator function is a loop over the one thing that this gives.
"""
from __future__ import annotations

import contextlib
import dataclasses
import types

from s2sgrad.errors import unsupported
from s2sgrad.frontend import yields
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.managers import is_library
from s2sgrad.runtime.objects import written_method

_LEAVING = (S.Return, S.Break, S.Continue)


def in_place(body: S.Block, cx: Context) -> S.Block:
    """The statements with such managers put in place."""
    if not S.of_kinds(body, S.With):
        return body
    made = {s.target.data: E.callee(s.value) for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target.head == "var"}
    return _block(body, made, cx)


def _block(body: S.Block, made: dict[str, object], cx: Context) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        s = S.map_blocks(lambda b: _block(b, made, cx), s)
        out += _with(s, made, cx) if isinstance(s, S.With) else (s,)
    return tuple(out)


def _with(s: S.With, made: dict[str, object], cx: Context) -> S.Block:
    (e, target), *rest = s.items
    inner = _with(dataclasses.replace(s, items=tuple(rest)), made, cx) if rest else s.body
    fn = E.callee(e) if e.head == "call" else made.get(e.data) if e.head == "var" else None
    if fn is contextlib.nullcontext and e.head == "call":
        value = e.args[1] if len(e.args) > 1 else E.NONE
        return *(() if target is None else (S.Assign(target, value, s.loc),)), *inner
    if isinstance(fn, type) and _is_manager(fn) or fn is None and e.head in ("var", "attr") and any(map(_is_manager, cx.visible)):
        return _entered(s, e, target, inner, cx)
    generator = _generator(fn) if e.head == "call" else None
    if generator is not None:
        return _consumed(s, E.rebuild(e, (E.ref(e.args[0].data.text, generator), *e.args[1:])), target, inner, cx)
    return (dataclasses.replace(s, items=((e, target),), body=inner),)


def _is_manager(cls: type) -> bool:
    leave = written_method(cls, "__exit__")
    if is_library(cls) or cls.__module__.startswith("s2sgrad.") or leave is None or written_method(cls, "__enter__") is None:
        return False
    results = [s.value for s in S.of_kinds(load(leave).function.body, S.Return)]
    return not any(e.head != "const" or e.data for e in results)  # it may suppress an exception


def _entered(s: S.With, e: Expr, target: Expr | None, body: S.Block, cx: Context) -> S.Block:
    manager = e
    start: list[S.Stmt] = []
    if e.head != "var":
        manager = E.var(cx.names.fresh("manager"))
        start.append(S.Assign(manager, e, s.loc))
    enter = E.call(E.attr(manager, "__enter__"))
    leave = S.Do(E.call(E.attr(manager, "__exit__"), E.NONE, E.NONE, E.NONE), s.loc)
    start.append(S.Do(enter, s.loc) if target is None else S.Assign(target, enter, s.loc))
    if any(isinstance(t, (*_LEAVING, S.Try)) for t in S.walk_stmts(body)):
        return *start, S.Try(body, (), (), (leave,), s.loc)
    return *start, *body, leave


def _generator(fn: object) -> types.FunctionType | None:
    """The generator function of the program that `contextlib.contextmanager` made a function of."""
    inner = getattr(fn, "__wrapped__", None)
    if not isinstance(fn, types.FunctionType) or fn.__code__.co_filename != contextlib.__file__ or not yields.gives(inner):
        return None
    return None if is_library(inner) else python_function(inner)


def _consumed(s: S.With, e: Expr, target: Expr | None, body: S.Block, cx: Context) -> S.Block:
    """A loop that is run once; what is returned from within is returned after it."""
    given = E.var(cx.names.fresh("given"))
    after: S.Block = ()
    if body and isinstance(body[-1], S.Return):
        result = E.var(cx.names.fresh("y"))
        after = (dataclasses.replace(body[-1], value=result),)
        body = (*body[:-1], S.Assign(result, body[-1].value, body[-1].loc))
    if any(isinstance(t, _LEAVING) for t in S.walk_stmts(body)):
        raise unsupported(s.loc, "a block that is left by 'return', 'break' or 'continue' under a manager that is a generator "
                          "cannot be differentiated", "leave the block at its end")
    return S.For(target or given, E.call(yields.MANAGED, e), body, (), s.loc), *after
