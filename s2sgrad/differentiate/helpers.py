"""The reverse of the run-time helpers that read and change structures, so that derivatives are differentiated again.

    add_to(a, v)              bv += ba
    restore_part(x, k, v)     bv += what is taken out of bx[k]
    v = saved(x, k)           bx[k] += bv
    m = mirror(x, mirrors)    nothing: it starts from zero
"""
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2sgrad import runtime as rt
from s2sgrad.analysis.borrowing import shared_root
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import adjoint, adjoint_var, primal_of
from s2sgrad.differentiate.storage import mirrored
from s2sgrad.differentiate.tree import Node, Step
from s2sgrad.differentiate.views import mirror as view_of
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments

if TYPE_CHECKING:
    from s2sgrad.differentiate.backward import Backward

Arguments = tuple[Expr, ...]


def effect(s: S.Do, b: Backward) -> list[Node]:
    """The reverse of a call whose result is not used and which nothing else reverses."""
    e = s.value
    rule = _WRITING.get(E.hashable_callee(e))
    active = b.facts.active
    if rule is not None and shared_root(e.args[1]) is not None:
        return rule(s, e.args[1:], b) if shared_root(e.args[1]) in active else []
    for a in written_arguments(e):
        if not active.isdisjoint(a.names) and E.callee(e) is not rt.link:
            raise unsupported(s.loc, "what this call writes cannot be differentiated", "assign its result")
    return []


def assign(s: S.Assign, b: Backward) -> list[Node] | None:
    """The reverse of ``v = saved(x, k)`` and its like; None for any other statement."""
    fn = E.hashable_callee(s.value)
    if fn in _NOTHING:
        return []
    rule = _READING.get(fn)
    if rule is None or s.target.head != "var":
        return None
    x, name = s.value.args[1], s.target.data
    if not b.facts.is_active(E.root(x)) or name not in b.facts.active:
        return []
    if name in b.facts.links.variables:
        return []
    code = E.call(lib.support(rule), mirrored(x), s.value.args[2], adjoint_var(name))
    return [Step(s, [S.Do(code, s.loc), S.Clear(adjoint(name), s.loc)])]


#: Adjoints that start from zero.
_NOTHING = (rt.mirror, rt.mirror_field, rt.mirror_part)
_READING: dict[Any, str] = {rt.saved: "add_saved", rt.entry: "add_saved", rt.saved_attribute: "add_field",
                            rt.held_attribute: "add_field"}


def _adjoint_of(x: Expr) -> Expr:
    """The adjoint of what a helper is given to change, ``list(xs)`` of the elements of a list among it."""
    return mirrored(x) if E.root(x).head == "var" else view_of(x)


def _give(s: S.Stmt, v: Expr, value: Expr, b: Backward) -> list[S.Stmt]:
    """Add what a place of an adjoint holds to the adjoint of `v`."""
    if not b.facts.is_active(v):
        if not b.facts.active.isdisjoint(v.names):
            whole = E.var(b.fresh("bt"))
            if not _is_linked(value, b):
                value = E.call(lib.support("own_copy"), value)
            return [S.Assign(whole, value, s.loc), *b.rules.of(s, v, v, whole)]
        return []
    if v.data in b.facts.links.variables:  # it may be one with what is added
        return [S.Do(E.call(lib.support("add_to"), adjoint_var(v.data), value), s.loc)]
    return [b.rules.add(s, v, E.call(lib.support("own_copy"), value))]


def _is_linked(value: Expr, b: Backward) -> bool:
    """Is this the adjoint, or a part of one, of what is held in several places?

    What was added to it, ``add_to(bxs, from_elements(bys, xs))``, may hold the same elements. Their adjoints are one, and
    stay what they are: a copy of them would be added to them.
    """
    root = E.root(value)
    return root.head == "var" and primal_of(root.data) in b.facts.links.variables


def _added(place: Callable[[Arguments], Expr]) -> Callable[..., list[Node]]:
    """Additions to a place: its adjoint stays, and is that of what was added."""
    def rule(s: S.Stmt, args: Arguments, b: Backward) -> list[Node]:
        code = _give(s, args[-1], place((_adjoint_of(args[0]), *args[1:])), b)
        return [Step(s, code)] if code else []
    return rule


def _taken(helper: str, count: int) -> Callable[..., list[Node]]:
    """What was put into a place: the adjoint is taken out of there."""
    def rule(s: S.Stmt, args: Arguments, b: Backward) -> list[Node]:
        taken = E.call(lib.support(helper), _adjoint_of(args[0]), *args[1:count])
        v = args[-1]
        if not b.facts.is_active(v) or v.data in b.facts.links.variables:
            return [Step(s, [S.Do(taken, s.loc)])]
        return [Step(s, [b.rules.add(s, v, taken)])]
    return rule


def _replaced(place: Callable[[Arguments], Expr], zero: str, held: str) -> Callable[..., list[Node]]:
    """``restore(x, k, v)`` is ``x[k] = v``."""
    def rule(s: S.Stmt, args: Arguments, b: Backward) -> list[Node]:
        target = place((mirrored(args[0]), *args[1:]))
        v = args[-1]
        linked = E.root(args[0]).data in b.facts.links.variables
        left = E.call(lib.support(held), *args[:2], lib.MIRRORS) if linked else E.call(lib.support(zero), *args[:2])
        code: list[S.Stmt] = []
        if b.facts.is_active(v) and v.data not in b.facts.links.variables:
            entry = target if target.head == "attr" else E.call(lib.support("entry"), *target.args)  # it may not be there
            code.append(b.rules.add(s, v, entry))
        return [Step(s, [*code, S.Assign(target, left, s.loc)])]
    return rule


def _attribute(args: Arguments) -> Expr:
    return E.attr(args[0], args[1].data)


def _element(args: Arguments) -> Expr:
    return E.index(args[0], args[1])


_WRITING: dict[Any, Callable[..., list[Node]]] = {
    rt.add_to: _added(lambda args: args[0]),
    rt.add_part: _added(_element),
    rt.add_field: _added(_attribute),
    rt.restore_part: _taken("take_part", 2),
    rt.restore_field: _taken("take_field", 2),
    rt.restore_contents: _taken("take_contents", 1),
    rt.restore: _replaced(_element, "zero_part", "mirror_part"),
    rt.restore_attribute: _replaced(_attribute, "zero_field", "mirror_field"),
}
