"""Calls of functions that are known only when the program runs, in programs that make functions with effects.

    hooks.append(account.deposit)
    for h in hooks:
        h(x * y)                     # of what this does to `account` there is no derivative
"""
from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Sequence

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.hoisting import Finder
from s2sgrad.lower.writing import MUTATORS

_UNKNOWN = (
    "what is called here is known only when the program runs, and may be a function or a method of this program that changes "
    "differentiated values, which cannot be differentiated",
    "call it by its name; in place of a method, keep the object and call the method")
_ASKED = (
    "a function that changes differentiated values is called here for a value that has no derivative, which cannot be "
    "differentiated",
    "call it in a statement of its own, and use what it returns")
_GIVEN = (
    "a function that changes differentiated values is given to one that is not written out here (it calls itself, or is of a "
    "library), which cannot be differentiated",
    "let the function return what it computes, and make the changes of what is returned")


def refuse_unresolved(body: S.Block, calls: Sequence[tuple[S.Stmt, Expr]], cx: Context) -> None:
    """Raise where a function is called that is known only when the program runs, and may change what is differentiated, and
    where one that does is given to a function that is not taken apart; `calls` are those of the `body`."""
    made = bool(cx.callables) or any(True for _ in S.having(body, E.FUNCTION))
    judge = _Judge(body, cx)
    for s, call in calls:
        fn = call.args[0]
        if (fn.head == "ref" or fn.head == "attr" and cx.class_of(fn.args[0]) is None) \
                and not (made and any(a.head in ("var", "function") for a in call.args)):
            continue
        error = judge.error(call)
        if error is not None:
            cx.loc = s.loc or cx.loc
            raise cx.refuse(*error)


class _Judge:
    """What is asked of the calls of one body; most bodies have none that anything is asked of."""

    def __init__(self, body: S.Block, cx: Context) -> None:
        self._body = body
        self._cx = cx

    @functools.cached_property
    def _finder(self) -> Finder:
        return Finder(self._body, self._cx, self._cx.varied.surely())

    @functools.cached_property
    def _may_be_changing(self) -> bool:
        """May what is called somewhere be a function or a method that changes what is differentiated?"""
        return any(self._finder.changes_as(f, ()) for f in (*_values(self._finder), *self._finder.methods))

    def error(self, call: Expr) -> tuple[str, str] | None:
        """What is wrong with a call, and the way out."""
        if _is_unresolved(call, self._finder) and self._may_be_changing:
            return _UNKNOWN
        if _changes(call.args[0], self._finder):
            return _ASKED
        return _GIVEN if any(_changes(a, self._finder) for a in call.args[1:]) and not _is_kept(call) else None


def _values(finder: Finder) -> Iterator[Expr]:
    """The functions that are used as values: those that are called and nothing else are known wherever they are called."""
    for s in S.walk_stmts(finder.body):
        defined = isinstance(s, S.Define) or isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "function"
        for e in () if defined else S.expressions(s):
            yield from _values_in(e, finder)


def _values_in(e: Expr, finder: Finder) -> Iterator[Expr]:
    if e.head == "function":
        yield e
    elif e.head == "var":
        yield from finder.functions.get(e.data, ())
    for n, a in enumerate(e.args):
        if n or e.head != "call" or a.head not in ("var", "function"):
            yield from _values_in(a, finder)


def _is_unresolved(e: Expr, finder: Finder) -> bool:
    """Is what is called neither written there nor a method that is known?"""
    fn = e.args[0]
    if fn.head == "attr":
        cls = finder.cx.class_of(fn.args[0])
        return cls is not None and inspect.getattr_static(cls, str(fn.data), None) is None
    return fn.head in ("index", "call") or fn.head == "var" and fn.data not in finder.functions


def _changes(e: Expr, finder: Finder) -> bool:
    """Is this a function that changes what is differentiated when it is called?"""
    found = finder.functions.get(e.data, ()) if e.head == "var" else (e,) if e.head == "function" else ()
    return any(finder.changes_as(f, ()) for f in found)


def _is_kept(e: Expr) -> bool:
    """Is what a call is given put into a container, or bound with arguments, and not called yet?"""
    return e.args[0].head == "attr" and e.args[0].data in MUTATORS or E.callee(e) is functools.partial
