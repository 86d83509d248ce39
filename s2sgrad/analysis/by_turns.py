"""Variables that stand for several arrays by turns, one of which is changed in place.

    new = v if old is u else u
    new[1:-1] = 0.5 * (old[2:] + old[:-2])
    old = new

Which array a variable stands for is known when the program runs. So the adjoint of such a variable is looked up by the memory of
what it stands for (`runtime.mirror_array`), wherever it is used: all names of an array, and all views of it, have one adjoint,
and binding a variable to an array that has a name moves nothing.

This is right as long as the backward sweep has the array itself again in every variable that it looks something up for. So none of
these variables is computed again, unless as another name for one that is there (`record`); saved are references, and contents are
put back in place. Two arrays that the backward sweep knows live as long as it, and have addresses of their own.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.borrowing import has_slice, shared_root
from s2sgrad.analysis.memory import Node
from s2sgrad.analysis.roles import Roles, pairs
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.rules.methods_table import canonical


def by_turns(fn: S.Function, aliasing: Aliasing, roles: Roles, active: frozenset[str]) -> frozenset[str]:
    """The variables in `active` of all memory of which one of them stands for several arrays by turns.

    Only memory that nothing but variables for arrays stands for: the rest is refused where its views are bound.
    """
    bound = bindings(fn, aliasing)
    params = {p.name for p in fn.params}
    nodes = [aliasing.node(n) for n, (s, source) in roles.views.items() if n in active and n not in roles.together and (
        len(bound[n]) > 1 or n in params or source != n and source in S.writes(s))]
    if not nodes or any(isinstance(s, S.Try) for s in S.walk_stmts(fn.body)):
        return E.NO_NAMES
    hidden = captured_names(fn.body) | fn.nonlocals | roles.several.keys() | roles.together.keys()
    found: set[str] = set()
    for node in {id(n.find()): n.find() for n in nodes}.values():
        names = [n for n in node.names if n in params or not bound.get(n) or not aliasing.transient.issuperset(bound[n])]
        if _is_alone(node, aliasing, roles) and hidden.isdisjoint(names) and all(_is_array(n, aliasing) for n in names) and all(
                _is_told(n, s, aliasing) for n in names for s in bound.get(n, ())):
            found.update(names)
    return active.intersection(found)


def bindings(fn: S.Function, aliasing: Aliasing) -> Mapping[str, list[S.Stmt]]:
    """By variable, the statements that bind it."""
    out: dict[str, list[S.Stmt]] = {}
    for s in S.walk_stmts(fn.body):
        for name in S.writes(s) if s not in aliasing.in_place else ():
            out.setdefault(name, []).append(s)
    return out


def _is_alone(node: Node, aliasing: Aliasing, roles: Roles) -> bool:
    """Is this memory that no container and no object holds?

    What it holds, in turn, are numbers: a list in the place of an array is met with where an adjoint is looked up.
    """
    node = node.find()
    held = [part.find() for part in node.parts() if part.find() is not node]
    holders = frozenset(aliasing.holders(node.names[0])).difference(node.names)
    return not node.container and not holders and not (node.fields.keys() - _OF_ARRAYS) and not any(
        part.written or not roles.views.keys().isdisjoint(part.names) for part in held)


_OF_ARRAYS = frozenset(("shape", "ndim", "size", "dtype", "T"))


def _is_array(name: str, aliasing: Aliasing) -> bool:
    """May a variable stand for an array? That it does is found out where its adjoint is looked up."""
    return aliasing.types.end.get(name, T.ANY).kind in ("array", "any", "numeric")


def _is_told(name: str, s: S.Stmt, aliasing: Aliasing) -> bool:
    """Does a statement bind a variable to something new, or to (a view of) what another one stands for, and is it known to which?"""
    if not isinstance(s, S.Assign) or name not in dict((t.data, e) for t, e in pairs(s) if t.head == "var"):
        return False
    return all(is_another_name(e, s, aliasing) is not None for t, e in pairs(s) if t.data == name)


def is_another_name(e: Expr, s: S.Stmt, aliasing: Aliasing) -> bool | None:
    """Is the value of `e` an array that has a name, or a view of one? None where it may be, and may be not."""
    node = aliasing.value(e, s)
    if e.head == "const" or node is None:
        return False
    if s in aliasing.transient or not all(node.find() is aliasing.node(n) for t, x in pairs(s) if x == e for n in S.bound(t)):
        return None  # for the analysis, the variable gets a copy
    if e.head == "var":
        return True
    source = shared_root(e)
    if e.head == "index":
        view = has_slice(e.args[1]) and _is_of_numbers(e.args[0], s, aliasing) or _is_row(e, s, aliasing)
    else:
        view = E.hashable_callee(canonical(e)) in _VIEWS and _is_of_numbers(E.var(source), s, aliasing)
    return True if source is not None and (view or s in aliasing.guards) else None


def _is_of_numbers(e: Expr, s: S.Stmt, aliasing: Aliasing) -> bool:
    """Is this an array, if it is no number, of which there are no parts?"""
    return aliasing.type_of(e, s).kind in ("array", "numeric")


def _is_row(e: Expr, s: S.Stmt, aliasing: Aliasing) -> bool:
    """Is this ``A[i]`` of an array with more than one axis?"""
    rank = aliasing.type_of(e.args[0], s).rank
    return rank is not None and rank > 1 and aliasing.type_of(e.args[1], s).dtype == "int" \
        and aliasing.type_of(e.args[1], s).kind == "number"


#: Functions that give views, and never copies.
_VIEWS = (np.transpose, np.swapaxes, np.moveaxis, np.flip, np.fliplr, np.flipud, np.rot90, np.squeeze, np.expand_dims, np.diagonal)


def apart(fn: S.Function, turning: frozenset[str]) -> S.Function:
    """`fn` where the array that a variable stands for before a statement and the one after it have two names.

        x = x * y               x.by.turns.0 = x * y; x = x.by.turns.0

    What reverses a statement then looks up the adjoint of one of them.
    """
    found = {s: n for n, s in enumerate(S.walk_stmts(fn.body)) if isinstance(s, S.Assign) and s.target.head in ("var", "tuple")
             and not turning.isdisjoint(S.writes(s)) and not S.writes(s).isdisjoint(s.value.names) and not is_exchange(s)}
    return dataclasses.replace(fn, body=_apart(fn.body, found)) if found else fn


def is_exchange(s: S.Assign) -> bool:
    """Does a statement do no more than to give variables to others?"""
    return s.value.head == "var" or s.value.head == "tuple" and all(a.head in ("var", "const") for a in s.value.args)


def _apart(body: S.Block, found: Mapping[S.Assign, int]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        if isinstance(s, S.Assign) and s in found:
            new = {n: E.var(f"{n}.by.turns.{found[s]}") for n in sorted(S.writes(s) & s.value.names)}
            out.append(S.Assign(E.substitute(s.target, new), s.value, s.loc))
            out += [S.Assign(E.var(n), made, s.loc) for n, made in new.items()]
        else:
            out.append(S.map_blocks(lambda b: _apart(b, found), s))
    return S.block_of(out, body)
