"""Variables that stand for several arrays by turns, one of which is changed in place.

    new = v if old is u else u
    new[1:-1] = 0.5 * (old[2:] + old[:-2])
    old = new

Which array a variable stands for is known when the program runs. So the adjoint of such a variable is looked up by the memory of
what it stands for (`runtime.mirror_array`), wherever it is used: all names of an array, and all views of it, have one adjoint,
and binding a variable to an array that has a name moves nothing.

This is right as long as the backward sweep has the array itself again in every variable that it looks something up for. So
none of these variables is computed again, unless as another name for one that is there (`record`); what is saved of them is no
copy, and contents are put back in place. Arrays that the backward sweep knows live until it ends, each at its own address. What
is no array raises an error where its adjoint is looked up.
"""
from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.borrowing import has_slice, is_generated, shared_root
from s2sgrad.analysis.links import held_arrays
from s2sgrad.analysis.memory import Node
from s2sgrad.analysis.roles import Roles
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.targets import given
from s2sgrad.lower.effects import written_arguments
from s2sgrad.rules.methods_table import canonical


@dataclass(frozen=True, eq=False)
class ByTurns:
    """`variables` stand for arrays by turns, or for those that others stand for by turns. `carriers` are lists and tuples of such
    arrays, from which variables take them: what they hold is held by memory, so that they need no adjoints."""

    variables: frozenset[str] = E.NO_NAMES
    carriers: frozenset[str] = E.NO_NAMES


def by_turns(fn: S.Function, aliasing: Aliasing, roles: Roles, active: frozenset[str]) -> ByTurns:
    """The variables in `active` of all memory of which one of them stands for several arrays by turns.

    Only memory that nothing but variables for arrays, and what carries arrays, stands for: the rest is refused elsewhere.
    """
    nodes = _asked(fn, aliasing, roles, active)
    if not nodes or S.of_kinds(fn.body, S.Try):
        return ByTurns()
    bound = bindings(fn, aliasing)
    params = {p.name for p in fn.params}
    hidden = captured_names(fn.body) | fn.nonlocals | roles.several.keys() | _with_entries(fn)
    shared = _shared(fn, aliasing)
    found: set[str] = set()
    carriers: set[str] = set()
    for node in nodes:
        names = [n for n in node.names if not aliasing.transient.issuperset(bound.get(n, (E.NONE,))) and (
            n in shared or any(is_another_name(e, s, aliasing, E.NO_NAMES) is not False for s in bound.get(n, ())
                               for t, e in given(s) if t.data == n))]
        holders = frozenset(aliasing.holders(node.names[0])).difference(node.names)
        names += sorted(_taken_for_now(holders, fn, aliasing).difference(names))
        if _is_of_arrays(node, roles) and hidden.isdisjoint((*names, *holders)) and params.isdisjoint(holders) \
                and all(_carries(h, node, fn, aliasing) for h in holders) and all(_is_array(n, aliasing) for n in names) \
                and all(_is_told(n, s, aliasing, holders) for n in names for s in bound.get(n, ())):
            found.update(names)
            carriers |= holders
    _look_up_instead(active.intersection(found), aliasing)
    return ByTurns(active.intersection(found), frozenset(carriers))


def _look_up_instead(names: frozenset[str], aliasing: Aliasing) -> None:
    """Drop checks that another name stands for no number, for which no adjoint could be looked up either."""
    for s in [s for s, kind in aliasing.guards.items() if kind == "part" and S.writes(s) <= names]:
        if isinstance(s, S.Assign) and s.value.head == "var":
            del aliasing.guards[s]


def _asked(fn: S.Function, aliasing: Aliasing, roles: Roles, active: frozenset[str]) -> list[Node]:
    """The memory of which a variable stands for several arrays, or that a list or tuple holds while a variable stands for it."""
    params = {p.name for p in fn.params}
    bound = bindings(fn, aliasing) if roles.views else {}
    nodes = [aliasing.node(n) for n, (s, source) in roles.views.items() if n in active and (
        len(bound[n]) > 1 or n in params or source != n and source in S.writes(s))]
    nodes += [aliasing.node(n) for n in _outliving(fn, aliasing, roles, bound) if n in active]
    nodes += [aliasing.node(E.root(e).data) for s, e in held_arrays(fn, aliasing, roles, active) if not is_generated(s)]
    return list({id(n.find()): n.find() for n in nodes}.values())


def _outliving(fn: S.Function, aliasing: Aliasing, roles: Roles, bound: Mapping[str, list[S.Stmt]]) -> list[str]:
    """The views that are in use when what they are taken from is bound to another array."""
    return [n for n, (made, _) in roles.views.items() for source in roles.sources(n) for s in bound.get(source, ())
            if not (s is made and source == n) and (n in aliasing.live_after[s] or n in S.reads(s) and s is not made)]


def _with_entries(fn: S.Function) -> frozenset[str]:
    """The variables of dicts, of which entries are asked for by name."""
    return frozenset(part.args[0].data for s in S.walk_stmts(fn.body) for e in S.expressions(s) for part in E.walk(e)
                     if part.head == "index" and part.args[0].head == "var" and E.is_text(part.args[1]))


def _shared(fn: S.Function, aliasing: Aliasing) -> frozenset[str]:
    """The variables whose arrays have other names, or are changed. What others are made of, or what is copied into an array that
    has other names, ``x[i] = t``, may be in its group: whether `x` is a list, which would hold it, is unknown."""
    out: set[str] = set()
    for s in S.walk_stmts(fn.body):
        if isinstance(s, (S.Assign, S.Aug)) and s.target.head != "var" or s in aliasing.in_place:
            out |= E.root(s.target).names  # type: ignore[union-attr]
        out.update(source for t, e in given(s) if t.head == "var" and (source := shared_root(e)) is not None)
        for e in (x for both in given(s) for x in both) if given(s) else S.expressions(s):
            for part in E.walk(e) if e.args else ():
                if part.head in ("tuple", "list", "dict", "star", "ifexp", "bool", "function", "comp"):
                    out |= part.names
                elif part.head == "call" and (written_arguments(part) or part.args[0].head == "attr" or isinstance(s, S.Do)):
                    out |= part.names
    return frozenset(out)


def bindings(fn: S.Function, aliasing: Aliasing) -> Mapping[str, list[S.Stmt]]:
    """By variable, the statements that bind it."""
    out: dict[str, list[S.Stmt]] = {}
    for s in S.walk_stmts(fn.body):
        for name in S.writes(s) if s not in aliasing.in_place else ():
            out.setdefault(name, []).append(s)
    return out


def _is_of_arrays(node: Node, roles: Roles) -> bool:
    """Is this memory of what may be arrays, and of nothing that holds arrays in its turn?

    What it holds are numbers: a list in the place of an array is met with where an adjoint is looked up.
    """
    held = [part.find() for part in node.parts() if part.find() is not node.find()]
    return not node.container and not (node.fields.keys() - _OF_ARRAYS) and not any(
        part.written or not roles.views.keys().isdisjoint(part.names) for part in held)


def _carries(name: str, node: Node, fn: S.Function, aliasing: Aliasing) -> bool:
    """Does a list or tuple hold arrays of `node` alone, which are put there by name and taken from there to get one?"""
    def is_one(e: Expr) -> bool:
        return e.head == "var" and aliasing.node(e.data) is node.find()

    for s in S.walk_stmts(fn.body):
        if name not in S.reads(s) | S.writes(s):
            continue
        if isinstance(s, S.Assign) and s.target.head == "var":
            e = s.value
            made = s.target.data == name and e.head in ("list", "tuple") and all(map(is_one, e.args))
            if made or is_taken(e, name) and (is_one(s.target) or s in aliasing.transient):
                continue
        if is_put(s, name) and is_one(s.value.args[1]):  # type: ignore[union-attr]
            continue
        parts = [part for e in S.expressions(s) for part in E.walk(e)]
        asked = sum(E.callee(part) is len and part.args[1:] == (E.var(name),) for part in parts)
        if sum(part == E.var(name) for part in parts) != asked:
            return False
    return True


def _taken_for_now(carriers: frozenset[str], fn: S.Function, aliasing: Aliasing) -> frozenset[str]:
    """The variables that arrays are taken for from lists and tuples, to be read before anything changes."""
    return frozenset(s.target.data for s in S.walk_stmts(fn.body) if s in aliasing.transient and isinstance(s, S.Assign)
                     and s.target.head == "var" and any(is_taken(s.value, name) for name in carriers))


def is_taken(e: Expr, name: str) -> bool:
    """Is this an element of a list or tuple, which stays there or not?"""
    if e.head == "index":
        return e.args[0] == E.var(name) and name not in e.args[1].names and not has_slice(e.args[1])
    return e.head == "call" and e.args[0] == E.attr(E.var(name), "pop") and all(name not in a.names for a in e.args[1:])


def is_put(s: S.Stmt, name: str) -> bool:
    """Is something appended to a list?"""
    return isinstance(s, S.Do) and s.value.head == "call" and len(s.value.args) == 2 \
        and s.value.args[0] == E.attr(E.var(name), "append")


_OF_ARRAYS = frozenset(("shape", "ndim", "size", "dtype", "T"))


def _is_array(name: str, aliasing: Aliasing) -> bool:
    """May a variable stand for an array? That it does is found out where its adjoint is looked up."""
    return aliasing.types.end.get(name, T.ANY).kind in ("array", "any", "numeric")


def _is_told(name: str, s: S.Stmt, aliasing: Aliasing, carriers: frozenset[str]) -> bool:
    """Is it known whether a statement binds a variable to something new, or to (a view of) what another one stands for?"""
    if not isinstance(s, S.Assign) or name not in {t.data for t, _ in given(s) if t.head == "var"}:
        return False
    return all(is_another_name(e, s, aliasing, carriers) is not None for t, e in given(s) if t.data == name)


def is_another_name(e: Expr, s: S.Stmt, aliasing: Aliasing, carriers: frozenset[str]) -> bool | None:
    """Is the value of `e` an array that has a name, or is carried, or a view of one? None where it may be, and may be not."""
    if any(is_taken(e, name) for name in carriers):
        return True
    node = aliasing.value(e, s)
    if e.head == "const" or node is None:
        return False
    if s in aliasing.transient or not all(node.find() is aliasing.node(n) for t, x in given(s) if x == e for n in S.bound(t)):
        return None  # for the analysis, the variable gets a copy
    if e.head == "var":
        return True
    source = shared_root(e)
    if e.head == "index":
        view = has_slice(e.args[1]) and _is_of_numbers(e.args[0], s, aliasing) or _is_row(e, s, aliasing)
    else:
        view = source is not None and E.hashable_callee(canonical(e)) in _VIEWS and _is_of_numbers(E.var(source), s, aliasing)
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
_VIEWS = (np.transpose, np.swapaxes, np.moveaxis, np.flip, np.fliplr, np.flipud, np.rot90, np.squeeze, np.expand_dims)


def apart(fn: S.Function, turning: frozenset[str]) -> S.Function:
    """`fn` where the array that a variable stands for before a statement and the one after it have two names.

        x = x * y               x.by.turns.0 = x * y; x = x.by.turns.0

    What reverses a statement then looks up the adjoint of one of them.
    """
    found = {s: n for n, s in enumerate(S.walk_stmts(fn.body)) if isinstance(s, S.Assign) and s.target.head in ("var", "tuple")
             and not turning.isdisjoint(S.writes(s)) and not S.writes(s).isdisjoint(s.value.names) and not is_exchange(s)}
    return S.with_body(fn, _apart(fn.body, found)) if found else fn


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
