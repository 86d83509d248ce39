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

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.names import Names

_EXITS = (S.Break, S.Continue, S.Return)
TRUE, FALSE = E.const(True), E.const(False)


def single_exit(fn: S.Function, keep: Callable[[S.Stmt], bool], names: Names) -> S.Function:
    """`fn` with one `return`, at its end. Statements for which `keep` holds and that nothing leaves stay as they are."""
    returns = [s for s in S.walk_stmts(fn.body) if isinstance(s, S.Return)]
    if len(returns) == 1 and fn.body and fn.body[-1] is returns[0]:
        pass_ = _Pass(None, keep, names)
        return dataclasses.replace(fn, body=(*pass_.block(fn.body[:-1]), returns[0]))
    if not returns:
        return dataclasses.replace(fn, body=(*_Pass(None, keep, names).block(fn.body), S.Return(E.NONE)))
    variables = {s.value for s in returns}
    (only,) = variables if len(variables) == 1 else (None,)
    result = only if only is not None and only.head == "var" else E.var(names.fresh("y"))
    body = _Pass(result, keep, names).block(fn.body)
    if falls_through(fn.body):
        body = (S.Assign(result, E.NONE), *body)
    return dataclasses.replace(fn, body=(*body, S.Return(result, returns[-1].loc)))


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
        if isinstance(s, S.Try) and not falls_through(s.body + s.orelse) and \
                all(not falls_through(h.body) for h in s.handlers):
            return False
    return True


def _leaves(body: S.Block, kinds: tuple[type, ...]) -> bool:
    """Does the block contain an exit of one of the kinds that is not caught inside it?"""
    for s in body:
        if isinstance(s, kinds):
            return True
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
            if not _leaves((s,), _EXITS):
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
        if isinstance(s, (S.For, S.While)):
            return self._loop(s)
        return (S.map_blocks(self.block, s),)

    def _loop(self, s: S.For | S.While) -> S.Block:
        body, orelse = self.block(s.body), s.orelse
        if not orelse:
            return (dataclasses.replace(s, body=body),)
        if not _leaves(s.body, (S.Break,)):
            return (dataclasses.replace(s, body=body, orelse=()), *self.block(orelse))
        broke = E.var(self.names.fresh("broke"))
        loop = dataclasses.replace(s, body=_before_breaks(body, S.Assign(broke, TRUE)), orelse=())
        return (S.Assign(broke, FALSE), loop, S.If(E.op("not", broke), self.block(orelse), (), s.loc))

    def _split(self, s: S.Stmt, rest: S.Block) -> S.Block:
        """A statement that may leave the block, and what follows it."""
        if isinstance(s, S.If):
            body_falls, orelse_falls = falls_through(s.body), falls_through(s.orelse)
            if not (body_falls and orelse_falls) or not rest:
                body = self.block(s.body + rest if body_falls else s.body)
                orelse = self.block(s.orelse + rest if orelse_falls else s.orelse)
                return (dataclasses.replace(s, body=body, orelse=orelse),)
        return self._flagged(s, rest)

    def _flagged(self, s: S.Stmt, rest: S.Block) -> S.Block:
        """Remember in a flag how the statement was left, and act on it after the statement."""
        in_loop = isinstance(s, (S.For, S.While))
        kinds = (S.Return,) if in_loop else tuple(k for k in _EXITS if _leaves((s,), (k,)))
        flags = {k: E.var(self.names.fresh({S.Return: "returned", S.Break: "broke", S.Continue: "skipped"}[k]))
                 for k in kinds}
        inner = self._marked(s, flags)
        out: S.Block = tuple(S.Assign(f, FALSE) for f in flags.values()) + self.block((inner,))
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
            for t in body:
                if type(t) in active:
                    if isinstance(t, S.Return):
                        out += self._returned(t)
                    out.append(S.Assign(active[type(t)], TRUE))
                    out.append(S.Break() if in_loop else S.Continue())
                    return tuple(out)
                if isinstance(t, (S.For, S.While)):
                    own = {k: f for k, f in active.items() if k is S.Return}
                    if own and _leaves(t.body, (S.Return,)):
                        t = dataclasses.replace(t, body=mark(t.body, True, own), orelse=mark(t.orelse, in_loop, active))
                        out.append(t)
                        out.append(S.If(own[S.Return], (S.Break() if in_loop else S.Continue(),)))
                        continue
                else:
                    t = S.map_blocks(lambda b: mark(b, in_loop, active), t)
                out.append(t)
            return tuple(out)

        if isinstance(s, (S.For, S.While)):
            return dataclasses.replace(s, body=mark(s.body, True, flags), orelse=mark(s.orelse, False, flags))
        return S.map_blocks(lambda b: mark(b, False, flags), s)


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
