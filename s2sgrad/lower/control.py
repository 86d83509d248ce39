"""Give every block one exit: no early `return`, no `continue`, no loop `else`, `break` only where a block ends.

The rest of a block moves into the branch that does not leave it, which costs nothing at run time and is undone by the
emitter where it reads better the other way:

    if c:                     if c:
        break        --->         break
    rest                      else:
                                  rest

Only where a branch leaves the block on some of its paths is a flag needed. Statements that nothing varied touches
are left alone.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable

from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.names import Names

_EXITS = (S.Break, S.Continue, S.Return)
TRUE, FALSE = E.const(True), E.const(False)


def single_exit(fn: S.Function, keep: Callable[[S.Stmt], bool], names: Names) -> S.Function:
    """`fn` with one `return`, at its end. Statements for which `keep` holds and that nothing leaves stay as they are."""
    returns = S.of_kinds(fn.body, S.Return)
    if len(returns) == 1 and fn.body and fn.body[-1] is returns[0]:
        pass_ = _Pass(None, keep, names)
        return S.with_body(fn, (*pass_.block(fn.body[:-1]), returns[0]))
    if not returns:
        return S.with_body(fn, (*_Pass(None, keep, names).block(fn.body), S.Return(E.NONE)))
    values, falls = {s.value for s in returns}, falls_through(fn.body)
    (only,) = values if len(values) == 1 and not falls and not _finally_runs(fn.body) else (None,)
    result = only if only is not None and _is_of_variables(only) else E.var(names.fresh("y"))
    body = _Pass(result, keep, names).block(fn.body)
    if falls:
        body = (S.Assign(result, E.NONE), *body)
    return S.with_body(fn, (*body, S.Return(result, returns[-1].loc)))


def _is_of_variables(e: E.Expr) -> bool:
    """Is this a variable or a tuple of variables, which are the same at the end of the function as where it returns them?"""
    return e.head == "var" or e.head == "tuple" and all(a.head == "var" for a in e.args)


def falls_through(body: S.Block) -> bool:
    """May control reach the end of the block?"""
    for s in body:
        if isinstance(s, (*_EXITS, S.Raise)):
            return False
        if isinstance(s, S.If) and not falls_through(s.body) and not falls_through(s.orelse):
            return False
        if isinstance(s, S.While) and E.is_const(s.test) and s.test.data and not _leaves(s.body, (S.Break,)):
            return False
        if isinstance(s, S.With) and not falls_through(s.body):
            return False
        if isinstance(s, S.Try) and (not falls_through(s.final) or not falls_through(s.body + s.orelse)
                                     and not any(falls_through(h.body) for h in s.handlers)):
            return False
    return True


def _finally_runs(body: S.Block) -> bool:
    """Is there code that runs after a return statement, and might bind what it returns?"""
    return any(isinstance(s, S.Try) and s.final for s in S.walk_stmts(body))


def _leaves(body: S.Block, kinds: tuple[type, ...]) -> bool:
    """Does the block contain an exit of one of the kinds that is not caught inside it?"""
    if not S.of_kinds(body, *kinds):
        return False
    for s in body:
        if isinstance(s, kinds):
            return True
        if type(s) not in S.COMPOUND or S.kinds_inside(s).isdisjoint(kinds):
            continue
        inner = tuple(k for k in kinds if k is S.Return) if isinstance(s, (S.For, S.While)) else kinds
        bodies = S.blocks(s)
        if isinstance(s, (S.For, S.While)):
            if _leaves(s.orelse, kinds):
                return True
            bodies = (s.body,)
        if inner and any(_leaves(b, inner) for b in bodies):
            return True
    return False


class _Pass:
    def __init__(self, result: E.Expr | None, keep: Callable[[S.Stmt], bool], names: Names) -> None:
        self.result = result
        self.keep = keep
        self.names = names

    def block(self, body: S.Block) -> S.Block:
        out: list[S.Stmt] = []
        for n, s in enumerate(body):
            if isinstance(s, S.Return):
                return (*out, *self._returned(s))
            if isinstance(s, S.Continue):
                return tuple(out)
            if isinstance(s, S.Break):
                return (*out, s)
            leaves = _leaves((s,), _EXITS)
            if isinstance(s, (S.For, S.While)) and s.orelse and (leaves or not self.keep(s)):
                return (*out, *self.block((*self._without_else(s), *body[n + 1:])))
            if not leaves:
                out += self._inside(s)
                continue
            return (*out, *self._split(s, body[n + 1:]))
        return tuple(out)

    def _returned(self, s: S.Return) -> S.Block:
        if self.result is None or s.value == self.result:
            return ()
        return (S.Assign(self.result, s.value, s.loc),)

    def _inside(self, s: S.Stmt) -> S.Block:
        """A statement that control leaves only at its end."""
        if not S.blocks(s) or self.keep(s):
            return (s,)
        return (S.map_blocks(self.block, s),)

    def _without_else(self, s: S.For | S.While) -> S.Block:
        """A loop, and its ``else`` as a statement after it that asks whether the loop was broken off."""
        loop = dataclasses.replace(s, orelse=())
        if not _leaves(s.body, (S.Break,)):
            return (loop, *s.orelse)
        broke = E.var(self.names.fresh("broke"))
        loop = dataclasses.replace(loop, body=_before_breaks(s.body, S.Assign(broke, TRUE)))
        return (S.Assign(broke, FALSE), loop, S.If(E.op("not", broke), s.orelse, (), s.loc))

    def _split(self, s: S.Stmt, rest: S.Block) -> S.Block:
        """A statement that may leave the block, and what follows it."""
        if isinstance(s, S.If):
            body_falls, orelse_falls = falls_through(s.body), falls_through(s.orelse)
            if not (body_falls and orelse_falls) or not rest:
                body = self.block(s.body + rest if body_falls else s.body)
                orelse = self.block(s.orelse + rest if orelse_falls else s.orelse)
                return (dataclasses.replace(s, body=body, orelse=orelse),)
        if isinstance(s, S.Try):
            if _leaves(s.final, _EXITS):
                raise unsupported(s.loc, "leaving a 'finally' block by return, break or continue cannot be "
                                  "differentiated", "leave after the try statement")
            if _only_handlers_leave(s) and not _leaves(rest, (S.Break,)):
                handlers = tuple(dataclasses.replace(h, body=self.block(h.body)) for h in s.handlers)
                return (dataclasses.replace(s, body=self.block(s.body), handlers=handlers,
                                            orelse=self.block(s.orelse + rest)),)
        return self._flagged(s, rest)

    def _flagged(self, s: S.Stmt, rest: S.Block) -> S.Block:
        """Remember in a flag how the statement was left, and act on it after the statement."""
        kinds = tuple(k for k in _EXITS if _leaves((s,), (k,)))
        if not rest and not isinstance(s, S.Try):  # nothing is left to be skipped
            kinds = tuple(k for k in kinds if k is S.Break or isinstance(s, (S.For, S.While)))
        flags: dict[type, E.Expr] = {
            k: E.var(self.names.fresh({S.Return: "returned", S.Break: "broke", S.Continue: "skipped"}[k])) for k in kinds}
        inner = S.map_blocks(self.block, self._marked(s, flags))
        out: S.Block = (*(S.Assign(f, FALSE) for f in flags.values()), inner)
        tail = self.block(rest)
        if S.Break in flags:
            tail = (S.If(flags[S.Break], (S.Break(),), tail),)
        for kind in (S.Continue, S.Return):
            if kind in flags and tail:
                tail = (S.If(E.op("not", flags[kind]), tail, ()),)
        return out + tail

    def _marked(self, s: S.Stmt, flags: dict[type, E.Expr]) -> S.Stmt:
        """Replace the exits of `s` by assignments to their flags; inside a loop, a return also breaks."""
        def mark(body: S.Block, in_loop: bool, active: dict[type, E.Expr]) -> S.Block:
            out: list[S.Stmt] = []
            leave = S.Break if in_loop else S.Continue
            for t in body:
                if type(t) in active:
                    if isinstance(t, S.Return):
                        out += self._returned(t)
                    return (*out, S.Assign(active[type(t)], TRUE), leave())
                if isinstance(t, (S.For, S.While)):
                    out += loop(t, in_loop, active)
                elif isinstance(t, S.Try) and t.orelse and _leaves(t.body, tuple(active)):
                    left = [f for k, f in active.items() if _leaves(t.body, (k,))]
                    marked_try = S.map_blocks(lambda b: mark(b, in_loop, active), t)
                    assert isinstance(marked_try, S.Try)
                    test = left[0] if len(left) == 1 else E.boolean("or", *left)
                    out.append(dataclasses.replace(marked_try, orelse=(S.If(E.op("not", test), marked_try.orelse),)))
                else:
                    out.append(S.map_blocks(lambda b: mark(b, in_loop, active), t))
            return tuple(out)

        def loop(t: S.For | S.While, in_loop: bool, active: dict[type, E.Expr]) -> S.Block:
            own: dict[type, E.Expr] = {k: f for k, f in active.items() if k is S.Return}
            body = mark(t.body, True, own) if own and _leaves(t.body, (S.Return,)) else t.body
            orelse = mark(t.orelse, in_loop, active)
            if body is t.body:
                return (dataclasses.replace(t, orelse=orelse),)
            return (dataclasses.replace(t, body=body, orelse=orelse),
                    S.If(own[S.Return], (S.Break() if in_loop else S.Continue(),)))

        if isinstance(s, (S.For, S.While)):
            return dataclasses.replace(s, body=mark(s.body, True, flags))
        (marked,) = mark((s,), False, flags)
        return marked


def _only_handlers_leave(s: S.Try) -> bool:
    """Does control reach the end of the statement only where no exception was raised?"""
    return not s.final and not _leaves(s.body + s.orelse, _EXITS) and not any(falls_through(h.body) for h in s.handlers) \
        and not any(_leaves(h.body, (S.Break,)) for h in s.handlers)


def _before_breaks(body: S.Block, mark: S.Stmt) -> S.Block:
    """Put a statement before every `break` that leaves the loop around `body`."""
    out: list[S.Stmt] = []
    for s in body:
        if isinstance(s, S.Break):
            out += [mark, s]
        elif isinstance(s, (S.For, S.While)):
            out.append(s)
        else:
            out.append(S.map_blocks(lambda b: _before_breaks(b, mark), s))
    return tuple(out)


_NOT_ARITHMETIC = (LookupError, AttributeError, OSError, ImportError, StopIteration, AssertionError, UnicodeError)


def cannot_raise(s: S.Stmt, handlers: tuple[S.Handler, ...]) -> bool:
    """Is this arithmetic that is assigned to a variable, and do the handlers catch nothing that arithmetic raises?"""
    if not isinstance(s, (S.Assign, S.Aug)) or s.target.head != "var" or not handlers:
        return False
    kinds = [k for h in handlers for k in (h.type.args if h.type is not None and h.type.head == "tuple" else (h.type,))]
    known = all(k is not None and k.head == "ref" and isinstance(k.data.value, type)
                and issubclass(k.data.value, _NOT_ARITHMETIC) for k in kinds)
    return known and all(e.head in ("op", "var", "const") for e in E.walk(s.value))
