"""The form in which the passes work: every value under a name of its own, adjoints by value.

The differentiator adds to an adjoint in place (``bx += e``) where the array belongs to that adjoint alone. Here that
is ``bx = bx + e``, unless another variable sees the change, and then every web of a variable gets its own name. A name
with one definition therefore always means the same value. `updates` turns additions into updates in place again.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container

from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.names import Names
from s2sgrad.lower.webs import split_webs


class FreshNames(Names):
    """Names that a function does not use yet; remembers for which variable each was made."""

    def __init__(self, fn: S.Function) -> None:
        super().__init__()
        self.taken = set(S.all_names(fn.body)) | {p.name for p in fn.params}
        self.origin: dict[str, str] = {}
        self._next: dict[str, int] = {}

    def fresh(self, base: str) -> str:
        base = self.origin.get(base, base)
        stem, number = base + ".s", self._next.get(base, 2)
        while f"{stem}{number}" in self.taken:
            number += 1
        name = f"{stem}{number}"
        self._next[base] = number + 1
        self.taken.add(name)
        self.origin[name] = base
        return name

    def again(self, name: str) -> str:
        return self.fresh(name)


def by_value(fn: S.Function, is_number: Callable[[str], bool], storage: Container[str]) -> tuple[S.Function, frozenset[str]]:
    """`fn` with updates of whole variables as assignments where no other variable can tell the difference.

    The variables that were updated so are the second result. Every statement of the first is an object of its own.
    """
    updated: set[str] = set()

    def goes(name: str) -> bool:
        return is_derivative(name) and name not in storage or is_number(name)

    return S.with_body(fn, _assigned(fn.body, goes, set(), updated)), frozenset(updated)


def _assigned(body: S.Block, goes: Callable[[str], bool], seen: set[S.Stmt], updated: set[str]) -> S.Block:
    """`body` with assignments for the updates of variables of which a predicate says so; those are entered in `updated`."""
    out: list[S.Stmt] = []
    for s in body:
        if type(s) in S.COMPOUND:
            s = S.map_blocks(lambda b: _assigned(b, goes, seen, updated), s)
        if s in seen:
            s = dataclasses.replace(s)
        seen.add(s)
        if type(s) is S.Aug and s.target.head == "var" and goes(s.target.data):
            updated.add(s.target.data)
            s = S.Assign(s.target, E.op(s.symbol, s.target, s.value), s.loc)
        out.append(s)
    return S.block_of(out, body)


def separate(fn: S.Function, names: FreshNames) -> S.Function:
    """Give every web a name of its own."""
    return split_webs(fn, names)
