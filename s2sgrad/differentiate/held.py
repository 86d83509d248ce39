"""Variables for what a container holds in a place, ``row = rows[i]``, and what becomes of that place.

The mirror of such a variable is taken of the adjoint of the place, at the variable's last use. By then the container
must not have got something else there.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from s2sgrad.analysis.borrowing import contents_read
from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.list_copies import containers_changed, gets_others, holds_elements
from s2sgrad.analysis.parts import assigned_to, keys_of
from s2sgrad.differentiate.reached import is_place, may_be_one
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.writing import EXCHANGE, EXCHANGE_ATTRIBUTES

_CONTAINERS = ("list", "tuple", "dict", "object")
_MOVING = frozenset(("insert", "appendleft", "extendleft", "remove", "reverse", "rotate", "sort", "clear", "popleft",
                     "popitem", "update", EXCHANGE))


def places_of(views: Mapping[str, tuple[S.Assign, str]], facts: Facts) -> list[tuple[str, S.Assign, Expr]]:
    """For every view, the places of containers that it is taken from."""
    return [(name, made, e) for name, (made, _) in views.items() for e in E.walk(made.value)
            if is_place(e) and E.root(e).head == "var" and not facts.type_at(made, e.args[0]).is_array]


def check(views: Mapping[str, tuple[S.Assign, str]], facts: Facts) -> None:
    """Raise where a place gets other contents while a variable for what it held is in use."""
    for name, (made, _) in views.items():
        _check_keys(name, made, facts)
        if holds_elements(made.value, made, facts.aliasing):
            _check_copy(name, made, facts)
    for s, name, made, place in _replaced(views, facts):
        if not _may_be_array(s, made, place, facts):
            shown, holder = name.partition(".")[0], E.root(place).data.partition(".")[0]
            raise unsupported(s.loc, f"{holder} gets something else in the place of {shown}, which is changed in place "
                                     "and still in use", f"take a copy of {shown}, or let it go first")


def may_be_replaced(views: Iterable[str], facts: Facts) -> dict[S.Assign, tuple[str, ...]]:
    """Statements that write into what may be an array, of which variables show parts, or a list that held those.

    Each with the variables that it is to leave in their places if it is a list.
    """
    found: dict[S.Assign, tuple[str, ...]] = {}
    taken = {n: facts.roles.views[n] for n in views}
    replaced = [(s, name) for s, name, made, place in _replaced(taken, facts) if _may_be_array(s, made, place, facts)]
    places = places_of(taken, facts)
    replaced += [(s, name) for s in S.walk_stmts(facts.function.body) if isinstance(s, S.Assign) and s.target.head == "index"
                 and s.value.head == "var" for name, made, place in places
                 if s.value.data == name and _replaces(s, made, place, facts)]  # put back, maybe where it was
    for s, name in replaced:
        assert isinstance(s, S.Assign)
        found[s] = (*(n for n in found.get(s, ()) if n != name), name)
    return found


def may_be_copies(views: Iterable[str], facts: Facts) -> Iterator[tuple[S.Stmt, Expr, str, str]]:
    """Statements that put something into, or take it out of, what may be an array or a list, of which a slice is in use.

    Each with the container, the variable for the slice, and the one that it was taken from.
    """
    taken = [n for n in views if facts.aliasing.guards.get(facts.roles.views[n][0]) == "slice"]
    copies = _copies(facts) if taken else {}
    slices = {n: _others(n, copies) for n in taken}
    for s in S.walk_stmts(facts.function.body) if slices else ():
        for owner in containers_changed(s):
            root = E.root(owner)
            for name, others in slices.items() if root.head == "var" else ():
                made, source = facts.roles.views[name]
                concerned = any(facts.aliasing.same_group(root.data, n) for n in (name, source))
                if s is not made and concerned and not others.isdisjoint((root.data, *facts.aliasing.live_after.get(s, ()))):
                    yield s, owner, name, source


def _replaced(views: Mapping[str, tuple[S.Assign, str]], facts: Facts) -> Iterator[tuple[S.Stmt, str, S.Assign, Expr]]:
    """Statements that may put something else into places of containers, each with a variable for what was there, which is in
    use, the statement that took it from there, and the place."""
    found = places_of(views, facts)
    if not found:
        return
    copies = _copies(facts)
    users = facts.roles.users
    others = {name: users[name] if facts.type_at(made, place.args[0]).kind in _CONTAINERS else _others(name, copies) | users[name]
              for name, made, place in found}
    for s in filter(_may_replace, S.walk_stmts(facts.function.body)):
        live = facts.aliasing.live_after.get(s, E.NO_NAMES)
        for name, made, place in found:
            if s is not made and not live.isdisjoint(others[name]) and _replaces(s, made, place, facts):
                yield s, name, made, place


def _may_be_array(s: S.Stmt, made: S.Assign, place: Expr, facts: Facts) -> bool:
    """May what `s` puts something into be an array, so that the view of it changes with it?"""
    if not isinstance(s, S.Assign) or place.head != "index" or s.target.head != "index":
        return False
    return all(facts.type_at(t, e.args[0]).kind not in _CONTAINERS
               and not (E.is_const(e.args[1]) and isinstance(e.args[1].data, str)) for t, e in ((made, place), (s, s.target)))


def _copies(facts: Facts) -> dict[str, list[str]]:
    """By variable, those that it is assigned to."""
    out: dict[str, list[str]] = {}
    for s in S.walk_stmts(facts.function.body):
        if isinstance(s, S.Assign) and s.target.head == s.value.head == "var":
            out.setdefault(s.value.data, []).append(s.target.data)
    return out


def _others(name: str, copies: Mapping[str, list[str]]) -> frozenset[str]:
    """A variable, and those that stand for what it stands for."""
    found, todo = {name}, [name]
    while todo:
        new = set(copies.get(todo.pop(), ())) - found
        found |= new
        todo += new
    return frozenset(found)


def _check_copy(name: str, made: S.Assign, facts: Facts) -> None:
    """Raise where a list and its copy share elements that are changed in place, and do not have the same ones later."""
    for s in S.walk_stmts(facts.function.body):
        if gets_others(s, made, name, facts.aliasing):
            shown = name.partition(".")[0]
            raise unsupported(made.loc, f"{shown} shares its elements, which are changed in place, with another list, and one "
                                        "of the two gets other elements", "copy the elements as well")


def _check_keys(name: str, made: S.Assign, facts: Facts) -> None:
    """Raise where a position is read from memory that changes while the view is in use, ``row = a[at[0]]``."""
    aliasing = facts.aliasing
    contents = frozenset().union(*(aliasing.contents(n) if n in contents_read(k) else aliasing.itself(n)
                                   for k in keys_of(assigned_to(made, name)) for n in k.names))
    for s in S.walk_after(facts.function.body, made) if contents else ():
        if s is not made and not facts.roles.users[name].isdisjoint(facts.aliasing.live_after.get(s, E.NO_NAMES)) and any(
                contents & facts.aliasing.contents(n) for n in _written(s)):
            raise unsupported(s.loc, f"this changes where {name.partition('.')[0]} was taken from, which is in use",
                              "put the position into a variable first")


def _written(s: S.Stmt) -> set[str]:
    """The variables of what a statement changes in place."""
    places = [a for e in S.expressions(s) for part in E.walk(e) for a in written_arguments(part)]
    if isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("index", "attr") or isinstance(s, S.Aug):
        places.append(s.target)
    return {E.root(p).data for p in places if E.root(p).head == "var"}


def _may_replace(s: S.Stmt) -> bool:
    """Is this a statement as `_replaces` asks about?"""
    return isinstance(s, S.Delete) or isinstance(s, S.Assign) and s.target.head in ("index", "attr") \
        or any(e.heads & E.CALL and e.heads & E.ATTR for e in S.expressions(s))


def _replaces(s: S.Stmt, made: S.Assign, place: Expr, facts: Facts) -> bool:
    """May a statement put something else where a place was, or move it?"""
    if isinstance(s, S.Assign) and s.target.head in ("index", "attr"):
        return _same(s, s.target, made, place, facts)
    if isinstance(s, S.Delete):
        return any(t.head in ("index", "attr") and _same_holder(s, t.args[0], made, place, facts) for t in s.targets)
    for whole in S.expressions(s):
        for e in E.walk(whole):
            if e.head == "call" and e.args[0].head == "attr" and _moves(e, place) \
                    and _same_holder(s, e.args[0].args[0], made, place, facts):
                return True
    return False


def _moves(e: Expr, place: Expr) -> bool:
    """Does a call of a method of a list, a dict or an object change what is in a place?"""
    method = e.args[0].data
    if place.head == "attr":
        return method == EXCHANGE_ATTRIBUTES and any(k.data == place.data for k in e.args[1:])
    key = place.args[1]
    if method == "pop":
        return not (E.is_const(key) and _counts_from_start(key)) if len(e.args) == 1 else e.args[1:2] == (key,) or not (
            E.is_const(key) and isinstance(key.data, str))
    if method in ("append", "extend"):
        return E.is_const(key) and isinstance(key.data, int) and not _counts_from_start(key) or key.head == "op" \
            and key.data == "-" and len(key.args) == 1
    return method in _MOVING


def _counts_from_start(key: Expr) -> bool:
    return isinstance(key.data, str) or isinstance(key.data, int) and key.data >= 0


def _same(s: S.Stmt, target: Expr, made: S.Assign, place: Expr, facts: Facts) -> bool:
    if target.head != place.head or target.head == "attr" and target.data != place.data:
        return False
    return not facts.type_at(s, target.args[0]).is_array and may_be_one(s, target, made, place, facts) \
        and _same_holder(s, target.args[0], made, place, facts)


def _same_holder(s: S.Stmt, holder: Expr, made: S.Assign, place: Expr, facts: Facts) -> bool:
    """May `holder` be the container that a place is in?"""
    if holder == place.args[0]:
        return True
    a, b = facts.aliasing.value(holder, s), facts.aliasing.value(place.args[0], made)
    return a is not None and b is not None and a.find() is b.find()
