"""Branches that call what cannot be differentiated: the derivative raises the error when it comes there.

    if method == "exact":                   if method == "exact":
        y = exactly(x)          --->            raise NoDerivativeError('exactly, in C, has no derivative ...')
    else:                                   else:
        y = nearly(x)                           y = nearly(x)

Whether a branch is the cause shows when the derivative is made: it is made again, without the branch. Where a handler
of the program would catch the error, nothing is left out.
"""
from __future__ import annotations

import builtins
import contextlib
import dataclasses
import os
from collections.abc import Iterator, Mapping
from contextvars import ContextVar

from s2sgrad.errors import DerivativeError, NoDerivativeError, UnsupportedSyntaxError
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.source import Location

#: A file, and the first and the last line of a branch; what follows ``if ...: return`` is one.
_Span = tuple[str, int, int]
_MOST = 12
_RAISED = (NoDerivativeError, UnsupportedSyntaxError)


class Branches:
    """The branches of all functions that take part in one derivative."""

    def __init__(self) -> None:
        #: The functions, as they were written; most derivatives are made without a look into them.
        self.bodies: list[S.Block] = []
        self.left: dict[_Span, DerivativeError] = {}

    def leave_out(self, error: DerivativeError) -> bool:
        """Leave out the innermost branch that `error` speaks of; is there one, and is it worth another attempt?"""
        if error.where is None or not (error.of_call or isinstance(error, NoDerivativeError)) or len(self.left) >= _MOST \
                or any(isinstance(s, S.Try) and any(_catches(h.type) for h in s.handlers)
                       for body in self.bodies for s in S.walk_stmts(body)):
            return False
        spans = {span for body in self.bodies for span in _spans(body)}.difference(self.left)
        for loc in (error.where[1], *error.callers):
            around = [s for s in spans if s[0] == loc.source.filename and s[1] <= loc.line <= s[2]]
            if around:
                self.left[min(around, key=lambda s: s[2] - s[1])] = error
                return True
        return False


_branches: ContextVar[Branches | None] = ContextVar("_branches", default=None)


@contextlib.contextmanager
def attempts() -> Iterator[Branches]:
    """A block that makes one derivative, from the start again where a branch was left out."""
    branches = Branches()
    token = _branches.set(branches)
    try:
        yield branches
    finally:
        _branches.reset(token)


def is_anything_left_out() -> bool:
    branches = _branches.get()
    return branches is not None and bool(branches.left)


def without_refused(fn: S.Function) -> S.Function:
    """A function, as it was written, without what is left out."""
    branches = _branches.get()
    if branches is None:
        return fn
    branches.bodies.append(fn.body)
    return without_left(fn)


def without_left(fn: S.Function) -> S.Function:
    """A function that is only looked at without what is left out: nothing of it is left out on its own account."""
    branches = _branches.get()
    return S.with_body(fn, _block(fn.body, branches.left)) if branches is not None and branches.left else fn


def _spans(body: S.Block) -> Iterator[_Span]:
    """The branches of a block, and those inside of them."""
    for n, s in enumerate(body):
        if isinstance(s, S.If):
            parts = (s.body, s.orelse, body[n + 1:] if _returns(s) else ())
            yield from (span for part in parts if (span := _span(part)) is not None)
        for block in S.blocks(s):
            yield from _spans(block)


def _returns(s: S.If) -> bool:
    """Is what follows run only if this statement does not return?"""
    return any(side and isinstance(side[-1], S.Return) for side in (s.body, s.orelse))


def _block(body: S.Block, left: Mapping[_Span, DerivativeError]) -> S.Block:
    out: list[S.Stmt] = []
    for n, s in enumerate(body):
        out.append(_statement(s, left) if S.blocks(s) else s)
        rest = _span(body[n + 1:]) if isinstance(s, S.If) and _returns(s) else None
        if rest is not None and rest in left:
            return (*out, _raising(left[rest], body[n + 1].loc))
    return tuple(out)


def _statement(s: S.Stmt, left: Mapping[_Span, DerivativeError]) -> S.Stmt:
    if isinstance(s, S.If):
        return dataclasses.replace(s, body=_side(s.body, left), orelse=_side(s.orelse, left))
    return S.map_blocks(lambda b: _block(b, left), s)


def _side(body: S.Block, left: Mapping[_Span, DerivativeError]) -> S.Block:
    span = _span(body)
    error = None if span is None else left.get(span)
    return _block(body, left) if error is None else (_raising(error, body[0].loc),)


def _span(body: S.Block) -> _Span | None:
    lines = [s.loc for s in S.walk_stmts(body) if s.loc is not None]
    return (lines[0].source.filename, min(loc.line for loc in lines), max(loc.end_line for loc in lines)) if lines else None


def _raising(error: DerivativeError, loc: Location | None) -> S.Stmt:
    assert error.where is not None
    message, place, help = error.where
    text = f"{message} ({os.path.basename(place.source.filename)}:{place.line}){'; ' if help else ''}{help}"
    cls = next(c for c in _RAISED if isinstance(error, c))
    return S.Raise(E.call(E.ref(f"s2sgrad.{cls.__name__}", cls, library=True), E.const(text)), None, loc)


def _catches(kind: Expr | None) -> bool:
    """May a handler for exceptions of this kind catch the errors that are raised?"""
    if kind is None:
        return True
    if kind.head == "tuple":
        return any(map(_catches, kind.args))
    cls = kind.data.value if kind.head == "ref" else getattr(builtins, str(kind.data), None) if kind.head == "var" else None
    return not isinstance(cls, type) or any(issubclass(c, cls) for c in _RAISED)
