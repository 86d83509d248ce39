"""What a forward sweep has pushed in a ``try`` block that an exception left is taken off the stacks again.

    length = len(t_stack)
    try:
        t_stack.append(t)
        y = math.sqrt(t)
    except ValueError:
        del t_stack[length:]
        ...

The reverse of a block that was left pops nothing. What is pushed with nothing to follow that needs it earlier goes to the
``else`` clause, which runs only where the block was not left.
"""
from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Set

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S


def unwound(fn: S.Function, primal: Set[str]) -> S.Function:
    """A function that contains a forward sweep; `primal` are the variables that are not stacks of it."""
    if not any(isinstance(s, S.Try) and s.handlers for s in S.walk_stmts(fn.body)):
        return fn
    return S.with_body(fn, _Unwinding(primal).block(fn.body))


class _Unwinding:
    def __init__(self, primal: Set[str]) -> None:
        self.primal = primal
        self.made = 0

    def block(self, body: S.Block) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            s = S.map_blocks(self.block, s)
            out += self._attempt(s) if isinstance(s, S.Try) and s.handlers else (s,)
        return tuple(out)

    def _attempt(self, s: S.Try) -> S.Block:
        s = self._later(s)
        made = frozenset().union(*(S.bound(t.target) for t in S.walk_stmts(s.body) if isinstance(t, S.Assign)))
        pushed = dict.fromkeys(n for t in S.walk_stmts(s.body) if (n := self._pushed(t)) is not None and n not in made)
        before, after = [], []
        for name in pushed:
            self.made += 1
            length, stack = E.var(f"length.u{self.made}"), E.var(name)
            before.append(S.Assign(length, E.call(E.ref("len", builtins.len), stack), s.loc))
            after.append(S.Delete((E.index(stack, E.slice_(length)),), s.loc))
        handlers = tuple(dataclasses.replace(h, body=(*after, *h.body)) for h in s.handlers)
        return (*before, dataclasses.replace(s, handlers=handlers))

    def _later(self, s: S.Try) -> S.Try:
        """`s` with what can be pushed after the block in its ``else`` clause."""
        if any(isinstance(t, S.Break | S.Continue | S.Return) for t in S.walk_stmts(s.body)):
            return s
        bound: set[str] = set()
        body: list[S.Stmt] = []
        late: list[S.Stmt] = []
        for t in reversed(s.body):
            if (name := self._pushed(t)) is not None and name not in bound and bound.isdisjoint(S.reads(t)) and _is_plain(t):
                late.append(t)
            else:
                body.append(t)
                for x in S.walk_stmts((t,)):
                    bound |= S.writes(x) | {n for n in (self._pushed(x),) if n is not None}
        if not body:
            return s
        return dataclasses.replace(s, body=tuple(reversed(body)), orelse=(*reversed(late), *s.orelse))

    def _pushed(self, s: S.Stmt) -> str | None:
        """The stack of the sweep that a statement pushes to."""
        e = s.value if isinstance(s, S.Do) else E.NONE
        if e.head == "call" and e.args[0].head == "attr" and e.args[0].data == "append" and e.args[0].args[0].head == "var" \
                and (name := e.args[0].args[0].data) not in self.primal:
            return str(name)
        return None


def _is_plain(s: S.Stmt) -> bool:
    """Are variables pushed, and nothing that may be different later?"""
    assert isinstance(s, S.Do)
    value = s.value.args[1]
    return all(a.head == "var" for a in (value.args if value.head == "tuple" else (value,)))
