"""Which adjoints of parameters a subroutine adds to where the caller has them.

Of an array or a container from which a subroutine takes elements, the backward function would make a zero of the whole size in
each call, to return one that is zero nearly everywhere. It gets the caller's adjoint instead, and adds to its elements.
"""
from __future__ import annotations

from typing import Any

from s2sgrad.analysis.arguments import bind_by_name
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate.access import changed_adjoints, statements_of
from s2sgrad.differentiate.naming import adjoint
from s2sgrad.differentiate.tree import Node
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr


def added_in_place(nodes: list[Node], facts: Facts) -> frozenset[str]:
    """The inputs to whose adjoints a backward sweep does nothing but add to elements.

    A gradient that consists of a few positions, ``x[0]`` and ``x[1]``, is shown at once where the function returns.
    """
    candidates = {adjoint(n): n for n in _candidates(facts)}
    added: set[str] = set()
    for s in statements_of(nodes) if candidates else ():
        if isinstance(s, S.Clear):
            candidates.pop(s.name, None)
            continue
        touched = changed_adjoints(s)
        if not _is_position(s):
            added.update(touched)
        for name in candidates.keys() & (S.reads(s) | S.writes(s)):
            if name not in touched or isinstance(s, S.Accumulate) or name in S.bound(getattr(s, "target", E.NONE)):
                del candidates[name]
    return frozenset(n for b, n in candidates.items() if b in added)


def _is_position(s: S.Stmt) -> bool:
    """Does a statement add to an element at a position that is written out?"""
    place = s.target if isinstance(s, (S.Assign, S.Aug)) else E.NONE
    while place.head == "index" and place.args[1].head == "const" and type(place.args[1].data) is int:
        place = place.args[0]
    return place.head == "var"


def added_where_it_calls_itself(facts: Facts, function: Any) -> frozenset[str]:
    """The inputs of a function of which its statements tell that: it takes elements of them, or passes them on to itself."""
    left = _candidates(facts)
    taken: set[str] = set()
    for s in S.walk_stmts(facts.function.body) if left else ():
        for e in S.expressions(s):
            left -= _other_reads(e, s, function, facts, taken)
    return frozenset(left & taken)


def _candidates(facts: Facts) -> set[str]:
    shared = facts.links.variables | facts.by_turns
    found = {n for n in facts.inputs if n not in facts.definitions and n not in shared and not facts.aliasing.contents(n)
             and facts.type_of_name(n).kind != "number"}
    return found - _walked_flat(facts) if found else found


def _walked_flat(facts: Facts) -> set[str]:
    """The variables of which ``x.flat`` is taken: numbers have it as well, and an adjoint of one cannot be added to in place."""
    return {part.args[0].data for s in S.having(facts.function.body, E.ATTR) for e in S.expressions(s) if e.heads & E.ATTR
            for part in E.walk(e) if part.head == "attr" and part.data == "flat" and part.args[0].head == "var"}


def _other_reads(e: Expr, s: S.Stmt, function: Any, facts: Facts, taken: set[str]) -> set[str]:
    """The variables of which `e` reads more than elements; those of which it takes some are entered into `taken`."""
    if e.head == "var":
        return {e.data}
    parts = e.args
    if e.head == "index" and e.args[0].head == "var":
        taken.add(e.args[0].data)
        parts = e.args[1:]
    elif e.head == "call" and E.callee(e) is function:
        same = {a for n, a in bind_by_name(function, e).items() if a.head == "var" and a.data == n}
        parts = tuple(a for a in e.args[1:] if a not in same)
    return set().union(*(_other_reads(a, s, function, facts, taken) for a in parts if a.names))
