"""Reads of parts of arrays and containers: what is a part, what a copy, and which parts might as well be copies.

A part ``t = x[i]`` that is only computed with, before anything is written again, is called transient: it borrows the
memory of `x` for a while.
"""
from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.rules.bind import Application, BindError, application
from s2sgrad.rules.methods_table import canonical


def is_copied(e: Expr) -> bool:
    return e.head == "index" and copies(e.args[1])


def has_slice(key: Expr) -> bool:
    parts = key.args if key.head == "tuple" else (key,)
    return any(p.head == "slice" or E.is_const(p, None) or E.is_const(p, ...) for p in parts)


def copies(key: Expr) -> bool:
    """Does a subscript with this key surely give a copy? Masks and lists of positions do."""
    parts = key.args if key.head == "tuple" else (key,)
    return any(p.head in ("compare", "list") or (p.head == "op" and p.data in ("&", "|", "~", "^", "not")) for p in parts)


def shared_root(e: Expr) -> str | None:
    """The variable that a view, an element or an alias is taken from."""
    while True:
        e = canonical(e)
        if e.head == "var":
            return str(e.data)
        if e.head in ("index", "attr"):
            e = e.args[0]
            continue
        if e.head != "call":
            return None
        try:
            found = application(e)
        except BindError:
            return None
        if found is None or not found.rule.view:
            return None
        e = viewed(found)


def viewed(found: Application) -> Expr:
    """The argument that the result of a call views; the one array of those that take any number (``np.atleast_1d``)."""
    e = found.bound[found.rule.view[0].partition(".")[0] or next(iter(found.bound))]
    return e.args[0] if found.rule.view[0].endswith(".any") and len(e.args) == 1 else e


def transient_reads(body: S.Block) -> frozenset[S.Assign]:
    """Assignments ``t = x[i]`` whose `t` is only computed with, in the same block, before the next write."""
    if not any(map(_takes_part, S.walk_stmts(body))):
        return frozenset()
    out: set[S.Assign] = set()
    uses: dict[str, list[tuple[S.Stmt, bool]]] = {}
    bound: dict[str, int] = {}
    for s in S.walk_stmts(body):
        for name in S.writes(s):
            bound[name] = bound.get(name, 0) + 1
        for name, by_value in _uses(s):
            uses.setdefault(name, []).append((s, by_value))
    _transient_block(body, uses, bound, out)
    return frozenset(out)


def _takes_part(s: S.Stmt) -> TypeGuard[S.Assign]:
    """May `s` bind a variable to a part of something?"""
    return isinstance(s, S.Assign) and s.value.head in ("index", "attr", "call") and s.target.head == "var"


def _transient_block(body: S.Block, uses: dict[str, list[tuple[S.Stmt, bool]]], bound: dict[str, int],
                     out: set[S.Assign]) -> None:
    position = {s: n for n, s in enumerate(body)}
    write_at = [n for n, s in enumerate(body) if (
        any(map(_writes_memory, S.walk_stmts((s,)))) if type(s) in S.COMPOUND else _writes_memory(s))]
    for n, s in enumerate(body):
        if _takes_part(s) and bound[s.target.data] == 1:
            used = uses.get(s.target.data, [])
            if all(by_value and t in position for t, by_value in used):
                last = max((position[t] for t, _ in used), default=n)
                if not any(n < w < last for w in write_at):
                    out.add(s)
        for inner in S.blocks(s):
            _transient_block(inner, uses, bound, out)


def _writes_memory(s: S.Stmt) -> bool:
    if S.stored_root(s) is not None or isinstance(s, (S.Aug, S.Delete)):
        return True
    return any(written_arguments(call) for e in S.expressions(s) for call in E.calls(e))


def _uses(s: S.Stmt) -> Iterable[tuple[str, bool]]:
    """The variables that a statement reads, each with whether it only computes with their value."""
    if isinstance(s, (S.If, S.While, S.Assert)):
        for name in s.test.names:
            yield name, True
        return
    if isinstance(s, (S.Assign, S.Aug)):
        computing = _computes(s.value) or isinstance(s, S.Aug) and s.target.head == "var"
        stored = S.stored_root(s)
        for name in contents_read(s.value):
            yield name, computing or (s.value.head == "var" and stored is not None and _is_slice_store(s))
        for name in S.target_reads(s.target):
            yield name, stored is None or stored.data != name if stored is not None and stored.head == "var" else True
        return
    for name in S.reads(s):
        yield name, isinstance(s, S.Return)  # the function itself does nothing with it any more


def contents_read(e: Expr) -> frozenset[str]:
    """The variables of an expression that are asked for more than their shape."""
    if not e.heads & (E.CALL | E.ATTR):
        return e.names
    if e.head == "attr" and e.data in ("shape", "ndim", "size", "dtype"):
        return E.NO_NAMES
    if e.head in ("comp", "function", "walrus"):
        return e.names
    fn = E.callee(e)
    shaped = 2 if fn is runtime.unbroadcast else 1 if fn in _OF_SHAPE else len(e.args)
    return frozenset().union(*(contents_read(a) for n, a in enumerate(e.args) if n != shaped))


_OF_SHAPE = (len, np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like, runtime.zeros_like)


def _is_slice_store(s: S.Assign | S.Aug) -> bool:
    """``a[1:] = t`` and ``a[i] += t`` copy the contents of `t`."""
    if isinstance(s, S.Aug):
        return True
    key = s.target.args[1] if s.target.head == "index" else E.NONE
    parts = key.args if key.head == "tuple" else (key,)
    return any(p.head == "slice" or E.is_const(p, ...) for p in parts) or key.head == "compare"


def _computes(e: Expr) -> bool:
    """Does the value of `e` share nothing with its operands?"""
    if e.head in ("op", "compare", "fstring"):
        return True
    if e.head == "call":
        try:
            found = application(canonical(e))
        except BindError:
            return False
        return found is not None and not found.rule.view and not written_arguments(e)
    return False
