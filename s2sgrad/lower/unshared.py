"""Updates of what the function has just made, before anything else can stand for it.

    q = q + dq * dt
    q /= np.linalg.norm(q)        nobody sees that this happens in place, whatever `q` is later
    return q
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeGuard

from s2sgrad import runtime
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.mentions import all_mentions
from s2sgrad.lower.effects import written_arguments
from s2sgrad.rules.bind import CHOOSING, BindError, application, gives_parts
from s2sgrad.rules.methods_table import canonical


def unshared_updates(body: S.Block) -> frozenset[S.Aug]:
    """The augmented assignments to what is new, variables or attributes of variables, and which nothing since has handed on."""
    if not any(isinstance(s, S.Aug) and s.target.head in ("var", "attr") for s in S.walk_stmts(body)):
        return frozenset()
    mentioned = all_mentions(e for s in S.walk_stmts(body) for e in S.expressions(s))
    return frozenset(_found(body, {}, Counter(mentioned)))


#: Variables, and attributes of variables, that nothing else stands for; by the variable.
Fresh = dict[str, frozenset[Expr]]


def _found(body: S.Block, known: Fresh, read: Counter[str]) -> Iterator[S.Aug]:
    fresh = dict(known)
    for s in body:
        if isinstance(s, S.Aug) and _has(fresh, s.target):
            yield s
        if S.blocks(s):
            inside: Fresh = {}
            if isinstance(s, S.If):
                inside = dict(fresh)
                _leave(inside, S.If(s.test, ()))
            for inner in S.blocks(s):
                yield from _found(inner, inside, read)
        moved = isinstance(s, S.Assign) and s.value.head == "var" and _has(fresh, s.value) and read[s.value.data] == 2
        _leave(fresh, s)
        if isinstance(s, S.Assign) and (moved or is_new(s.value)) and (
                s.target.head == "var" or s.target.head == "attr" and s.target.args[0].head == "var"):
            (name,) = s.target.names
            fresh[name] = fresh.get(name, frozenset()) | {s.target}


def _has(fresh: Fresh, place: Expr) -> bool:
    return any(place in fresh.get(n, ()) for n in place.names)


def _leave(fresh: Fresh, s: S.Stmt) -> None:
    """Take away what something else may stand for after a statement. What it does not mention, it leaves alone: of the
    attributes those of the name, too, that it stores in any object."""
    if not fresh:
        return
    if _calculates(s, fresh):
        if s.target.data in fresh:
            fresh[s.target.data] = frozenset()
        return
    inside = list(S.walk_stmts((s,)))
    places = {p for t in inside for n in S.reads(t) | S.writes(t) for p in fresh.get(n, ())}
    stored = {e.data for t in inside if isinstance(t, (S.Assign, S.Aug)) for e in S.parts(t.target) if e.head == "attr"}
    if stored:
        places.update(p for kept in fresh.values() for p in kept if p.head == "attr" and p.data in stored)
    for p in places - _left(places, inside):
        (name,) = p.names
        fresh[name] -= {p}


def _calculates(s: S.Stmt, fresh: Fresh) -> TypeGuard[S.Assign]:
    """Does `s` bind a variable to what an operator makes of variables and constants, of none of which attributes are known?"""
    return type(s) is S.Assign and s.target.head == "var" and s.value.head == "op" and not [a for a in s.value.args if a.args] \
        and not [p for n in s.read for p in fresh.get(n, ()) if p.head == "attr"]


def _left(places: set[Expr], inside: list[S.Stmt]) -> set[Expr]:
    """Those of some places that nothing else stands for after statements, nor may hold something else."""
    left = {p for p in places if all(_only_computes(e, p) for t in inside for e in _evaluated(t, p))}
    for t in inside if left else ():
        if not (isinstance(t, S.Aug) and t.target in places):
            bound = S.writes(t)
            stored = {e for e in S.parts(t.target) if e.head == "attr"} if isinstance(t, (S.Assign, S.Aug)) else set()
            names = {e.data for e in stored}
            left = {p for p in left if p.names.isdisjoint(bound) and (p.head == "var" or p.data not in names)}
    return left


def _evaluated(s: S.Stmt, place: Expr) -> tuple[Expr, ...]:
    if isinstance(s, (S.Assign, S.Aug)) and (s.target.head == "var" or s.target == place):
        return (s.value,)
    return S.expressions(s)


def _only_computes(e: Expr, place: Expr) -> bool:
    """Does an expression use a place for arithmetic alone?"""
    if place.names.isdisjoint(e.names):
        return True
    if e.head == "var" or e == place:
        return False
    if e.head == "attr" and place.head == "attr" and e.args[0].head == "var":
        return e.data != place.data
    if e.head in ("op", "compare", "bool"):
        return all(_is_read(a, place) or _only_computes(a, place) for a in e.args)
    return is_new(e) and all(_is_read(a, place) or _only_computes(a, place) for a in e.args[1:])


def _is_read(e: Expr, place: Expr) -> bool:
    """Is this the place, or another part of the object that it belongs to?"""
    return e == place or place.head == "attr" and e.head == "attr" and e.args[0] == place.args[0] and e.data != place.data


def is_new(e: Expr) -> bool:
    """Is this surely a number, or an array that nothing else refers to?"""
    if e.head == "op":
        return True
    try:
        found = application(canonical(e)) if e.head == "call" and e.args[0].head == "ref" else None
    except BindError:
        return False
    return found is not None and not found.rule.view and not written_arguments(e) and not (
        found.fn is runtime.mirror_array or found.fn in CHOOSING and gives_parts(e))
