"""Iterators that get a name are lists here, which hold what there is when they are made; an iterator sees what changes later.

    g = (v * k for v in x)
    x[0] = 2.0                 <- refused: the sum would be that of other elements
    return sum(g)
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.groups import Groups
from s2sgrad.rules.methods_table import INACTIVE_METHODS, canonical

_LAZY = frozenset((map, filter, reversed))


def refuse_changed_iterators(body: S.Block) -> None:
    """Raise where something that an iterator with a name reads is changed before the last use of that name."""
    if not any(_is_made(s) for s in S.walk_stmts(body)):
        return
    same = names_alike(body)
    for block in _blocks(body):
        for n, s in enumerate(block):
            if isinstance(s, S.Assign) and _is_made(s):
                rest, name = block[n + 1:], s.target.data
                uses = [k for k, t in enumerate(rest) if any(name in S.reads(u) for u in S.walk_stmts((t,)))]
                _refuse_changes(s, rest[:max(uses, default=-1) + 1], same, _changing(body))


def _changing(body: S.Block) -> frozenset[str]:
    """The nested functions that change something which they do not make."""
    return frozenset(s.name for s in S.of_kinds(body, S.Define) if s.value.head == "function" and (
        s.value.data.function.nonlocals or any(any(True for _ in _changed(t)) for t in S.walk_stmts(s.value.data.function.body))))


def _refuse_changes(made: S.Assign, between: S.Block, same: Groups, changing: frozenset[str]) -> None:
    read = made.value.names - {made.target.data}
    groups = {same.find(n) for n in read}
    for t in S.walk_stmts(between):
        called = {e.args[0].data for whole in S.expressions(t) for e in E.calls(whole) if e.args[0].head == "var"} & changing
        if not read.isdisjoint(S.writes(t)) or any(same.find(n) in groups for n in called) or any(
                same.find(r.data) in groups for r in _changed(t) if r.head == "var"):
            raise unsupported(t.loc, f"what the iterator {made.target.data} reads is changed here before it is used up, which "
                              "cannot be differentiated", "make a list of it, or consume it where it is made")


def _is_made(s: S.Stmt) -> bool:
    """Does a statement give an iterator a name?"""
    return isinstance(s, S.Assign) and s.target.head == "var" and (
        s.value.head == "comp" and s.value.data.kind == "generator" or E.hashable_callee(s.value) in _LAZY)


def _blocks(body: S.Block) -> Iterator[S.Block]:
    yield body
    for s in body:
        for inner in S.blocks(s):
            yield from _blocks(inner)


def names_alike(body: S.Block) -> Groups:
    """The variables that may share memory with others, or see them: functions see what they capture."""
    same = Groups()

    def unite(targets: frozenset[str], e: Expr) -> None:
        names = sorted(targets | e.names)
        for name in names[1:]:
            same.merge(names[0], name)

    for s in S.walk_stmts(body):
        if isinstance(s, S.Assign) and not _is_made(s) and s.value.head not in ("op", "compare", "const"):
            unite(S.bound(s.target) | frozenset(r.data for r in S.stored_roots(s) if r.head == "var"), s.value)
        elif isinstance(s, S.For):
            unite(S.bound(s.target), s.iter)
        elif isinstance(s, S.Define):
            unite(frozenset((s.name,)), s.value)
    return same


def _changed(s: S.Stmt) -> Iterator[Expr]:
    """The objects that a statement changes in place."""
    yield from S.stored_roots(s)
    if isinstance(s, S.Aug):
        yield E.root(s.target)
    if isinstance(s, S.Delete):
        yield from map(E.root, s.targets)
    for whole in S.expressions(s):
        for e in E.calls(whole):
            yield from map(E.root, written_arguments(e))
            fn = e.args[0]
            if fn.head == "attr" and canonical(e) is e and fn.data not in INACTIVE_METHODS and fn.data not in _QUERIES:
                yield E.root(fn)


_QUERIES = frozenset(("get", "keys", "values", "items", "copy", "index", "count", "format", "join"))
