"""Leave un-broadcasting to whoever needs it.

    s = s + e      bs2 = bs                           bs2 = bs
                   bs = unbroadcast(bs2, s)    --->   be = unbroadcast(bs2, e)
                   be = unbroadcast(bs2, e)

Un-broadcasting is linear, and doing it in two steps is the same as doing it in one. An adjoint that is only ever passed
on, to be brought to another shape there, may keep the larger shape; above all, the primal value need not be kept for
the sake of its shape, in every iteration of a loop that sums something up.

Where all values have one element (see `analysis.single`), un-broadcasting does no more than to change the number of
axes, so any arithmetic may come before it.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.single import broadcast_names
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import LOCAL, adjoint, is_adjoint, is_derivative, primal_of
from s2sgrad.differentiate.tree import Init, Node, Step, children
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

_UNBROADCAST = lib.UNBROADCAST.data.value
#: Helpers that bring their first argument to the right shape themselves.
_FITTING = (_UNBROADCAST, *(lib.support(n).data.value for n in (
    "matmul_adjoint_left", "matmul_adjoint_right", "dot_adjoint_left", "dot_adjoint_right")))


def relax(nodes: list[Node], facts: Facts, kept: frozenset[str], single: frozenset[S.Stmt]) -> frozenset[str]:
    """Drop un-broadcasting that is done again later; `kept` are adjoints that must have the shape of their primal.

    `single` are the statements whose operands and results have one element. What is returned are the adjoints there
    that may have more axes than their primal.
    """
    steps = list(_steps(nodes))
    inputs = frozenset(adjoint(n) for n in facts.inputs)
    spread = _candidates(steps, facts) - kept - inputs
    folded = _in_single(steps, facts, single) - kept
    bad = _bad(steps, spread | folded, single)
    spread, folded = spread - bad, folded - bad
    read = frozenset().union(*(e.names for step in steps if step.stmt in single
                               for s in step.code for e in S.expressions(s)))
    changed: set[str] = set()
    apart = spread - read
    everywhere = apart | folded
    for step in steps:
        loose = everywhere if step.stmt in single else apart
        before, step.code = step.code, [_relaxed(s, loose) for s in step.code]
        changed.update(n for s, old in zip(step.code, before) if s is not old and not _of_number(step.stmt, old, facts)
                       for n in S.writes(s))
    return _reached(changed, steps) & folded


def _of_number(stmt: S.Stmt, s: S.Stmt, facts: Facts) -> bool:
    """Is this un-broadcasting for a number of the adjoint of another number? Only that of other shapes does something."""
    assert isinstance(s, (S.Accumulate, S.Assign))
    return all(facts.types.result(stmt, n).kind == "number" for n in S.writes(stmt)) \
        and facts.type_at(stmt, s.value.args[2]).kind == "number"


def _bad(steps: list[Step | Init], loose: frozenset[str], single: frozenset[S.Stmt]) -> set[str]:
    """The adjoints of `loose` that must have the shape of their primal, if need be for the sake of another such one."""
    by_sink: dict[str, list[tuple[S.Stmt, bool]]] = {}
    bad: set[str] = set()
    for step in steps:
        for s in step.code:
            entry = s, step.stmt in single
            for name in S.writes(s) & loose:
                by_sink.setdefault(name, []).append(entry)
            bad |= _needed(*entry, loose)
    todo = list(bad)
    while todo:
        for s, alone in by_sink.get(todo.pop(), ()):
            new = _needed(s, alone, E.NO_NAMES) - bad
            bad |= new
            todo += new
    return bad


def _reached(changed: set[str], steps: list[Step | Init]) -> frozenset[str]:
    """The adjoints that have another shape because those of `changed` have."""
    if not changed:
        return E.NO_NAMES
    readers: dict[str, list[S.Stmt]] = {}
    for step in steps:
        for s in step.code:
            if isinstance(s, (S.Accumulate, S.Assign)) and not any(E.callee(s.value) is f for f in _FITTING):
                for name in s.value.names:
                    readers.setdefault(name, []).append(s)
    todo = list(changed)
    while todo:
        for s in readers.get(todo.pop(), ()):
            new = S.writes(s) - changed
            changed |= new
            todo += new
    return frozenset(changed)


def _steps(nodes: list[Node]) -> Iterator[Step | Init]:
    for node in nodes:
        if isinstance(node, (Step, Init)):
            yield node
        for inner in children(node):
            yield from _steps(inner)


def _candidates(steps: list[Step | Init], facts: Facts) -> frozenset[str]:
    """Adjoints of numbers and arrays that get one contribution, so that shapes never meet in one of them."""
    count: dict[str, int] = {}
    for step in steps:
        for s in step.code:
            if isinstance(s, S.Accumulate):
                count[s.name] = count.get(s.name, 0) + 1 + s.structured
            elif isinstance(s, S.Assign) and s.target.head == "var" and s.target.data.startswith(LOCAL):
                count.setdefault(s.target.data, 1)
    return frozenset(n for n, k in count.items() if k == 1
                     and (not is_adjoint(n) or facts.type_of_name(primal_of(n)).kind in ("number", "numeric", "any")))


def _in_single(steps: list[Step | Init], facts: Facts, single: frozenset[S.Stmt]) -> frozenset[str]:
    """Adjoints to which the reverse of statements contributes whose values have one element.

    Adjoints of arrays may be changed in place, so they keep their shapes.
    """
    found = frozenset().union(*(S.writes(s) for step in steps if step.stmt in single for s in step.code
                                if isinstance(s, (S.Accumulate, S.Assign)) and len(S.writes(s)) == 1))
    return frozenset(n for n in found if n.startswith(LOCAL) or is_adjoint(n) and (
        facts.type_of_name(primal_of(n)).kind in ("number", "numeric", "any")))


def _needed(s: S.Stmt, single: bool, loose: frozenset[str]) -> frozenset[str]:
    """The adjoints whose shape a statement depends on."""
    if isinstance(s, S.Clear):
        return E.NO_NAMES
    if isinstance(s, S.Accumulate):
        sink, e = s.name, s.value
    elif isinstance(s, S.Assign) and s.target.head == "var":
        sink, e = s.target.data, s.value
    else:
        return frozenset(n for e in S.expressions(s) for n in e.names if is_derivative(n))
    used = frozenset(n for n in e.names if is_derivative(n))
    if any(E.callee(e) is f for f in _FITTING):
        return used - (broadcast_names(e.args[1]) if single else _linear(e.args[1]))
    if single and sink in loose:
        return used - broadcast_names(e)
    return used - _linear(e) if sink in loose else used


def _linear(e: Expr) -> frozenset[str]:
    """The adjoints that `e` is a multiple of, by numbers; none where it is anything else."""
    if e.head == "var":
        return e.names if is_derivative(e.data) else E.NO_NAMES
    if e.head == "op" and e.data in ("+", "-"):
        parts = [_linear(a) for a in e.args]
        return frozenset().union(*parts) if all(parts) else E.NO_NAMES
    if e.head == "op" and e.data == "*":
        left, right = e.args
        if E.is_const(right):
            return _linear(left)
        return _linear(right) if E.is_const(left) else E.NO_NAMES
    return E.NO_NAMES


def _relaxed(s: S.Stmt, loose: frozenset[str]) -> S.Stmt:
    if not isinstance(s, (S.Accumulate, S.Assign)):
        return s
    sink = s.name if isinstance(s, S.Accumulate) else s.target.data if s.target.head == "var" else ""
    if sink in loose and E.callee(s.value) is _UNBROADCAST:
        return dataclasses.replace(s, value=s.value.args[1])
    return s
