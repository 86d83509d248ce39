"""The reverse of what is done to containers and objects that are held in several places (see `analysis.links`).

Their adjoints are found by what they belong to, `mirror(x, mirrors)`. Putting such an object somewhere, or taking it from
there, moves nothing: its adjoint is the same one in all places.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from s2sgrad import runtime
from s2sgrad.analysis.borrowing import has_slice
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import adjoint, adjoint_var
from s2sgrad.differentiate.tree import Init, Node, Step, children
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import base

if TYPE_CHECKING:
    from s2sgrad.differentiate.backward import Backward

_LINK = lib.support("link")


def start(changed: tuple[str, ...], facts: Facts) -> list[S.Stmt]:
    """The table of adjoints, with those that come from the caller."""
    made: list[S.Stmt] = [S.Assign(lib.MIRRORS, E.dict_())]
    for name in changed:
        if name in facts.links.variables:
            made.append(S.Do(E.call(_LINK, lib.MIRRORS, E.var(name), adjoint_var(name))))
    return made


def check(facts: Facts, forward: dict[S.Stmt, S.Block]) -> None:
    """Let the forward sweep check what was taken for granted of what is put into containers.

    What is taken for a structure is looked up wherever it is held, also where a loop that puts it into a container never runs:
    it is checked where the variable gets its value, if that is bound to happen.
    """
    done: set[tuple[S.Stmt, Expr, str]] = set()
    for s, e, kind in facts.links.guards:
        owner = s.target.args[:1] if kind == "stored" else ()  # type: ignore[union-attr]
        check_ = S.Do(E.call(lib.support(f"require_{kind}"), e, *owner, E.const(base(E.root(e).data))), s.loc)
        at = s if kind == "structures" else None
        if kind == "structure" and e.head == "var":
            at = _given(e.data, s, facts.function.body)
        if (at or s, e, kind) in done:
            continue
        done.add((at or s, e, kind))
        if at is None:
            forward[s] = (check_, *forward.get(s, (s,)))
        else:
            forward[at] = (*forward.get(at, (at,)), check_)


def _given(name: str, s: S.Stmt, body: S.Block) -> S.Stmt | None:
    """The statement that gives `name` the value it has at `s`, if it is the one that does whichever way the program goes."""
    at: S.Stmt | None = None
    for t in body:
        if t is s:
            return at
        within = tuple(S.walk_stmts((t,)))
        if any(name in S.writes(u) for u in within):
            at = None if S.blocks(t) else t
        if any(u is s for u in within):
            return at or next((found for b in S.blocks(t) if (found := _given(name, s, b)) is not None), None)
    return at


def seeded(name: str, seed: Expr) -> S.Stmt:
    """The seed of a result is its adjoint."""
    return S.Do(E.call(_LINK, lib.MIRRORS, E.var(name), seed))


def held_in(s: S.Assign, place: Expr) -> Expr:
    """The adjoint of what a place held before a statement put something else there."""
    if place.head == "attr":
        return E.call(lib.support("mirror_field"), place.args[0], E.const(str(place.data)), lib.MIRRORS)
    return E.call(lib.support("mirror_part"), place.args[0], lib.subscript(place.args[1]), lib.MIRRORS)


def puts_adjoint(s: S.Assign, facts: Facts) -> bool:
    """Does a derivative put back an adjoint, which others hold as well, into the adjoint of a container?"""
    if s.value.head != "var" or facts.links.variables.isdisjoint(E.root(s.target).names):
        return False
    made = facts.aliasing.shown.frozen.bound.get(s.value.data, [])
    return any(isinstance(t, S.Assign) and E.callee(t.value) in (runtime.mirror_part, runtime.mirror_field) for t in made)


def bound(s: S.Assign, b: Backward) -> list[Node] | None:
    """The reverse of binding a variable to such an object, where nothing moves; None where something does."""
    linked = b.facts.links.variables
    name = s.target.data
    if name not in linked:
        return None
    if takes_slice(s.value) and b.facts.is_active(E.root(s.value)):  # a list of its own, of which objects are in both
        if s.value.head != "index":
            raise unsupported(s.loc, f"{name.partition('.')[0]} may be a part of a list, or what is held elsewhere as well and "
                              "is changed in place", "write an if statement")
        held = E.substitute_root(s.value.args[0], adjoint_var(E.root(s.value).data))
        added = E.call(lib.support("add_part"), held, lib.subscript(s.value.args[1]), adjoint_var(name))
        return [Step(s, [S.Do(added, s.loc)])]
    if s.value.head in ("var", "index", "attr", "ifexp") and all(
            e.head in ("var", "const", "index", "attr") for e in s.value.args[1:] if s.value.head == "ifexp"):
        roots = [E.root(e) for e in (s.value.args[1:] if s.value.head == "ifexp" else (s.value,))]
        if all(r.head == "const" or r.head == "var" and (r.data in linked or r.data not in b.facts.active) for r in roots):
            return []
    if name in s.value.names:
        raise unsupported(s.loc, f"{name.partition('.')[0]} holds what is held elsewhere as well and is changed in place, and "
                          "is bound to another container that is made of it", "use a name of its own for each")
    return None


def takes_slice(e: Expr) -> bool:
    """Is this a part of a list, or may it be one?"""
    if e.head == "ifexp":
        return any(map(takes_slice, e.args[1:]))
    return e.head == "index" and has_slice(e.args[1])


def copies(e: Expr) -> bool:
    """Is this ``x.copy()``, which makes a container of its own?"""
    return e.head == "call" and len(e.args) == 1 and e.args[0].head == "attr" and e.args[0].data == "copy"


def droppable(name: str, value: Expr, linked: frozenset[str]) -> S.Do | None | bool:
    """What is left of adding `value` to the adjoint `name` of such an object, where `value` is that adjoint already.

    None where nothing is left, False where `value` is something else. Of a part of a list, which is another list, and of a
    variable, which may stand for a copy, it is what is not itself held in several places.
    """
    if value.head == "var" or takes_slice(value):
        base = E.root(value)
        return S.Do(E.call(lib.support("add_to"), E.var(name), value)) if base.head == "var" and base.data in linked else False
    if value.head in ("index", "attr"):
        base = E.root(value)
        return None if base.head == "var" and base.data in linked else False
    if value.head == "call":
        fn = value.args[0]
        if fn.head == "attr" and fn.data in ("pop", "popleft") and E.root(fn).head == "var" and E.root(fn).data in linked:
            return S.Do(value)
        if E.callee(value) is lib.support("take_out").data.value:
            return S.Do(value)
    return False


def put_by_helper(s: S.Stmt) -> Expr | None:
    """The place that ``restore(x, key, value)`` and its like write."""
    fn = E.callee(s.value) if isinstance(s, S.Do) else None
    if fn is runtime.restore_attribute:
        return E.attr(s.value.args[1], s.value.args[2].data)  # type: ignore[union-attr]
    return E.index(*s.value.args[1:3]) if fn is runtime.restore else None  # type: ignore[union-attr]


# ---- where the adjoints are looked up -------------------------------------------------------------------------------

def insert_everywhere(nodes: list[Node], wanted: Mapping[str, Expr], in_place: frozenset[S.Stmt]) -> None:
    """Look up some adjoints, each by an expression, wherever they are used: what their variables stand for changes.

    Statements that change an array `in_place` bind no variable anew.
    """
    if wanted:
        _block(nodes, wanted, in_place)


def _block(nodes: list[Node], wanted: Mapping[str, Expr], in_place: frozenset[S.Stmt]) -> None:
    known: set[str] = set()
    for node in nodes:
        inner_ = children(node)
        writes = {adjoint(n) for t in S.walk_stmts((node.stmt,)) if t not in in_place for n in S.writes(t)}
        for inner in inner_:
            _block(inner, wanted, in_place)
        code = node.code if isinstance(node, (Step, Init)) else node.before
        used = {n for s in code for n in S.reads(s) | _changed(s) if n in wanted} - known
        own = writes & used
        if own and isinstance(node, Step):
            node.after = True
        code[0:0] = [S.Assign(E.var(n), wanted[n], node.stmt.loc) for n in sorted(used)]
        known |= used
        known -= writes


def _changed(s: S.Stmt) -> frozenset[str]:
    root = S.stored_root(s)
    return root.names if root is not None else E.NO_NAMES

