"""Exceptions that are raised where they are caught, as the jumps that they are.

    try:                                            caught = False
        for k in range(n):                          for k in range(n):
            y = y - f(y) / slope(y)                     y = y - f(y) / slope(y)
            if abs(f(y)) < tol:         --->            if abs(f(y)) < tol:
                raise Converged(y * y)                      value = y * y
                                                            caught = True
    except Converged as e:                                  break
        y = e.value                                 if caught:
                                                        y = value

So what the block did before is reversed like everything else, and the handler may use it, and what the exception carries. An
exception that may come from elsewhere keeps its ``try``.
"""
from __future__ import annotations

import dataclasses
import logging
import warnings
from collections.abc import Iterator

from s2sgrad.frontend.resolve import is_of_library
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.carried import carried, class_of_raised, handled_by, handler_of
from s2sgrad.lower.context import Context
from s2sgrad.lower.control import falls_through
from s2sgrad.lower.managers import lets_exceptions_pass
from s2sgrad.lower.places import has_operators
from s2sgrad.lower.renaming import copied
from s2sgrad.markers import stop_gradient
from s2sgrad.rules.registry import rule_for

_TRUE, _FALSE = E.const(True), E.const(False)
_CONSTANT = E.ref("s2sgrad.stop_gradient", stop_gradient, library=True)
_ELSEWHERE = "{} was raised where the derivative does not see what it carries; assign that to a variable before it is raised"


def as_jumps(body: S.Block, cx: Context) -> S.Block:
    """The statements with jumps in the place of exceptions that do not leave them, where something varies."""
    if cx.generated or not any(isinstance(s, S.Raise) for s in S.walk_stmts(body)) or not any(
            isinstance(s, S.Try) and s.handlers for s in S.walk_stmts(body)):
        return body
    out: list[S.Stmt] = []
    for s in body:
        if S.blocks(s) and (not cx.keeps(s) or any(isinstance(t, S.Raise) and any(map(cx.varied.of, S.expressions(t)))
                                                   for t in S.walk_stmts((s,)))):
            s = S.map_blocks(lambda b: as_jumps(b, cx), s)
            if isinstance(s, S.Try) and s.handlers:
                out += _attempt(s, cx)
                continue
        out.append(s)
    return tuple(out)


def _attempt(s: S.Try, cx: Context) -> S.Block:
    kinds = [handled_by(h) for h in s.handlers]
    raises = list(_raises(s.body))
    targets = {t: n for t in raises if (cls := class_of_raised(t)) is not None and (n := handler_of(cls, kinds)) is not None}
    if not targets or None in kinds or any(_raises_again(s.handlers[n].body) for n in targets.values()):
        return (s,)
    jumps = _Jumps(s, targets, cx)
    if not all(map(jumps.understood, targets)) or not (cx.reverse or jumps.values):
        return (s,)
    return jumps.made()


def _raises(body: S.Block) -> Iterator[S.Raise]:
    """The exceptions that a block raises and does not catch, in places that a jump may leave."""
    for s in body:
        if isinstance(s, S.Raise):
            yield s
        elif isinstance(s, S.Try) and s.handlers:
            kinds = [handled_by(h) for h in s.handlers]
            for t in _raises(s.body):
                cls = class_of_raised(t)
                if None not in kinds and cls is not None and handler_of(cls, kinds) is None:
                    yield t
            for b in (*(h.body for h in s.handlers), s.orelse):
                yield from _raises(b)
        elif not isinstance(s, S.With) or all(lets_exceptions_pass(e) for e, _ in s.items):
            for b in S.blocks(s)[:1] if isinstance(s, S.Try) else S.blocks(s):
                yield from _raises(b)


def _raises_again(body: S.Block) -> bool:
    """Does a handler raise the exception that it has caught?"""
    return any(isinstance(s, S.Raise) and s.value is None for s in S.walk_stmts(body))


class _Jumps:
    """One ``try`` statement, of which the handlers are reached by jumps."""

    def __init__(self, s: S.Try, targets: dict[S.Raise, int], cx: Context) -> None:
        self.stmt = s
        self.targets = targets
        self.cx = cx
        reached = sorted(set(targets.values()))
        self.caught = {n: E.var(cx.names.fresh("caught")) for n in reached}
        self.flag = next(iter(self.caught.values()))
        #: What the handlers read of their exceptions, and the variables for that.
        self.values: dict[int, dict[Expr, Expr]] = {}
        #: The handlers that read the exception itself, and whether they only tell somebody of it.
        self.whole: dict[int, bool] = {}
        for n in reached:
            self._read(n)

    def _read(self, n: int) -> None:
        h = self.stmt.handlers[n]
        if h.name is None:
            return
        error = E.var(h.name)
        found: dict[Expr, Expr] = {}
        for s in S.walk_stmts(h.body):
            for e in (*S.expressions(s), *S.stored_roots(s)):
                for part in _uses(e, error):
                    if part == error:
                        self.whole.setdefault(n, True)
                        self.whole[n] &= _only_tells(s)
                    else:
                        found.setdefault(part, E.var(self.cx.names.fresh(_name(part))))
        if found:
            self.values[n] = found

    def understood(self, s: S.Raise) -> bool:
        """Is it known what a handler reads of this exception?"""
        n = self.targets[s]
        if s.value is not None and any(map(self.cx.varied.of, s.value.args[1:])) and not self.whole.get(n, True):
            return False
        return all(carried(s.value, part) is not None for part in self.values.get(n, ()))

    def made(self) -> S.Block:
        s = self.stmt
        body, _ = self._block(s.body, False)
        own = self._left(body)
        after: S.Block = s.orelse
        for n in reversed(self.caught):
            h = s.handlers[n]
            handler = tuple(_substituted(t, self.values.get(n, {})) for t in h.body)
            after = (S.If(self.caught[n], handler, after, h.loc),)
        start = tuple(S.Assign(f, _FALSE, s.loc) for f in self.caught.values())
        if own:
            rest = dataclasses.replace(s, body=body, handlers=own, orelse=after, final=())
            out: S.Block = (*start, rest)
        else:
            out = (*start, *body, *after)
        return (S.Try(out, (), (), s.final, s.loc),) if s.final else out

    def _left(self, body: S.Block) -> tuple[S.Handler, ...]:
        """The handlers for what may come from elsewhere."""
        kinds = [k for h in self.stmt.handlers for k in (handled_by(h) or ())]
        if not any(map(is_of_library, (k.__module__ for k in kinds))) and not any(map(_may_raise, S.walk_stmts(body))) \
                and not any(map(has_operators, self.cx.visible)):
            return ()
        return tuple(self._refusing(h) if n in self.values else dataclasses.replace(h, body=copied(h.body))
                     for n, h in enumerate(self.stmt.handlers))

    def _refusing(self, h: S.Handler) -> S.Handler:
        name = h.type.data.text if h.type is not None and h.type.head == "ref" else "an exception"
        error = E.call(E.ref("builtins.TypeError", TypeError, library=True), E.const(_ELSEWHERE.format(name)))
        return dataclasses.replace(h, name=None, body=(S.Raise(error, None, h.loc),))

    # ---- the block --------------------------------------------------------------------------------------------------

    def _block(self, body: S.Block, in_loop: bool) -> tuple[S.Block, bool]:
        """The statements with jumps, and whether control may come to their end in spite of one."""
        for n, s in enumerate(body):
            if s in self.targets:
                assert isinstance(s, S.Raise)
                return (*body[:n], *self._jump(s), *((S.Break(s.loc),) if in_loop else ())), not in_loop
            if not any(t in self.targets for t in _raises((s,))):
                continue
            made, on = self._statement(s, in_loop)
            rest, _ = self._block(body[n + 1:], in_loop)
            if not on:
                return (*body[:n], made, *rest), False
            if isinstance(made, S.If) and not in_loop and rest and (split := self._split(made, s, rest)) is not None:
                return (*body[:n], split), True
            if in_loop:
                return (*body[:n], made, S.If(self._any(), (S.Break(s.loc),), (), s.loc), *rest), False
            guarded = (S.If(E.op("not", self._any()), rest, (), s.loc),) if rest else ()
            return (*body[:n], made, *guarded), True
        return body, False

    def _split(self, made: S.If, s: S.Stmt, rest: S.Block) -> S.If | None:
        """A condition of which one branch always jumps: what follows is for the other one."""
        assert isinstance(s, S.If)
        if not falls_through(s.body) and isinstance(s.body[-1], S.Raise) and s.body[-1] in self.targets:
            if not any(t in self.targets for t in _raises(s.orelse)):
                return dataclasses.replace(made, orelse=made.orelse + rest)
        elif s.orelse and not falls_through(s.orelse) and isinstance(s.orelse[-1], S.Raise) and s.orelse[-1] in self.targets:
            if not any(t in self.targets for t in _raises(s.body)):
                return dataclasses.replace(made, body=made.body + rest)
        return None

    def _statement(self, s: S.Stmt, in_loop: bool) -> tuple[S.Stmt, bool]:
        """A statement with jumps inside, and whether control may come to what follows it in spite of one."""
        if isinstance(s, (S.For, S.While)):
            body, _ = self._block(s.body, True)
            orelse, on = self._block(s.orelse, in_loop)
            return dataclasses.replace(s, body=body, orelse=orelse), on or any(t in self.targets for t in _raises(s.body))
        blocks: list[bool] = []

        def inner(b: S.Block) -> S.Block:
            made, on = self._block(b, in_loop)
            blocks.append(on)
            return made

        made = S.map_blocks(inner, s)
        if isinstance(made, S.Try) and made.orelse and isinstance(s, S.Try) and any(t in self.targets for t in _raises(s.body)):
            made = dataclasses.replace(made, orelse=(S.If(E.op("not", self._any()), made.orelse, (), s.loc),))
        return made, any(blocks)

    def _any(self) -> Expr:
        flags = tuple(self.caught.values())
        return flags[0] if len(flags) == 1 else E.boolean("or", *flags)

    def _jump(self, s: S.Raise) -> S.Block:
        n = self.targets[s]
        out: list[S.Stmt] = []
        for part, v in self.values.get(n, {}).items():
            value = carried(s.value, part)
            assert value is not None
            out.append(S.Assign(v, value, s.loc))
        if n in self.whole and s.value is not None:
            made = s.value if s.value.head == "call" else E.call(s.value)
            made = E.rebuild(made, (made.args[0], *(E.call(_CONSTANT, a) if self.cx.varied.of(a) else a for a in made.args[1:])))
            out.append(S.Assign(E.var(self.stmt.handlers[n].name or ""), made, s.loc))
        return (*out, S.Assign(self.caught[n], _TRUE, s.loc))


def _uses(e: Expr, error: Expr) -> Iterator[Expr]:
    """How an expression uses an exception: ``error.name``, ``error.args[0]``, or the exception itself."""
    if error.data not in e.names:
        return
    if e == error:
        yield e
    elif e.head == "attr" and e.args[0] == error:
        yield e
    elif e.head == "index" and e.args[0] == E.attr(error, "args") and e.args[1].head == "const":
        yield e
    else:
        for a in e.args:
            yield from _uses(a, error)


def _only_tells(s: S.Stmt) -> bool:
    """Is this a message to the user, or another exception?"""
    if isinstance(s, S.Raise):
        return True
    fn = s.value.args[0] if isinstance(s, S.Do) and s.value.head == "call" else E.NONE
    root = E.root(fn)
    told = root.data.value if root.head == "ref" else None
    return told is print or told is logging or told is warnings or isinstance(told, logging.Logger) \
        or getattr(told, "__module__", None) in ("logging", "warnings")


def _name(part: Expr) -> str:
    return str(part.data) if part.head == "attr" else "value"


def _substituted(s: S.Stmt, values: dict[Expr, Expr]) -> S.Stmt:
    """A statement of a handler that reads variables in the place of what its exception carries."""
    if not values:
        return s

    def replaced(e: Expr) -> Expr:
        return values[e] if e in values else E.map_args(replaced, e) if e.args else e

    return S.map_blocks(lambda b: tuple(_substituted(t, values) for t in b), S.map_expressions(replaced, s))


def _may_raise(s: S.Stmt) -> bool:
    """May a statement raise an exception of the program's own classes?"""
    if isinstance(s, (S.With, S.Raise, S.Define)):
        return True
    return any(not _is_primitive(e) for whole in S.expressions(s) for e in E.calls(whole))


def _is_primitive(e: Expr) -> bool:
    fn = e.args[0]
    if fn.head == "ref":
        return rule_for(fn.data.value) is not None or python_function(fn.data.value) is None and is_of_library(
            getattr(fn.data.value, "__module__", None) or "")
    return False
