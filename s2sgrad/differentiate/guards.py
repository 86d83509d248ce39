"""Run-time checks of what the alias analysis took for granted."""
from __future__ import annotations

from s2sgrad.analysis.borrowing import is_generated, shared_root
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.entry import may_be
from s2sgrad.differentiate.held import may_be_copies, may_be_replaced
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.names import base

#: Checks of what is copied, rather than of the copy.
_COPIES = ("elements", "deep_copy")


def guarded(s: S.Stmt, facts: Facts) -> S.Block:
    """A statement of the primal with the checks that belong to it, if there are some."""
    kinds = facts.aliasing.guards.get(s)
    out: S.Block = (s,)
    for kind in kinds.split("+") if kinds is not None and isinstance(s, (S.Assign, S.Aug)) else ():
        made = _guarded(s, kind, facts)  # type: ignore[arg-type]
        at = made.index(s)
        out = (*made[:at], *out, *made[at + 1:])
    return out


def _guarded(s: S.Assign | S.Aug, kind: str, facts: Facts) -> S.Block:
    owner = E.root(s.target)
    source = shared_root(s.value) or "" if kind in ("part", "copy", "slice", "view") else ""
    concerned = {owner.data, *facts.aliasing.group(owner.data)} if owner.head == "var" else set[str]()
    if owner.head == "var" and isinstance(s, S.Aug):  # if it is an array, what holds it changes with it
        concerned |= may_be(owner.data, facts) | facts.aliasing.sharers(s.target, s)
    if kind in ("copy", "list", *_COPIES) or kind == "number" and isinstance(s, S.Assign):
        # if it is a view, what happens to it happens to the array
        concerned.add(shared_root(s.value) or "")
    operand = next((copied for t, copied, _ in facts.aliasing.copies if t is s), None) if kind in _COPIES else None
    if operand is not None:
        concerned |= _keepers(operand, facts)
    # What does not vary is a factor of what does, and must not change unseen; a derivative puts back what it reads.
    matters = facts.active if is_generated(s) else facts.useful
    if owner.head != "var" or matters.isdisjoint(concerned):
        return (s,)
    if kind == "slice" and owner.data in facts.links.variables:  # a list, whose elements get their adjoints from it
        return (s,)
    if operand is not None:
        return (S.Do(E.call(lib.support(f"require_{kind}"), operand, E.const(base(owner.data))), s.loc), s)
    of: tuple[E.Expr, ...] = (E.var(source),) if source else ()
    if kind == "copy" and s.value.head == "index" and owner.data not in s.value.args[0].names:
        of = s.value.args[:1]
    name = base(owner.data) if s.target.head == "var" else f"part of {base(owner.data)}"
    if owner.data in frozenset().union(*(e.names for e in of)):  # ``x = x[k]``: afterwards, the array has no name
        return (S.Do(E.call(lib.support(f"require_{kind}"), s.value, *of, E.const(name)), s.loc), s)
    check = S.Do(E.call(lib.support(f"require_{kind}"), s.target, *of, E.const(name)), s.loc)
    return (check, s) if isinstance(s, S.Aug) else (s, check)


def _keepers(copied: E.Expr, facts: Facts) -> frozenset[str]:
    """The variables from which that is reached which a statement copies: its elements are theirs as well."""
    lenders = [facts.aliasing.node(n) for name in copied.names for n in facts.aliasing.lenders(name)]
    return copied.names.union(*map(facts.aliasing.keepers, lenders))


def exchanging(s: S.Do, facts: Facts) -> S.Block:
    """The exchange of two parts, with a check that these are numbers, or what a list or dict holds.

    Views of an array do not exchange their contents: both parts get those of one.
    """
    owner, key = s.value.args[0].args[0], s.value.args[1]
    t = facts.type_at(s, owner)
    part = facts.type_at(s, E.index(owner, key)) if t.is_array else t
    if part.is_array and part.rank:
        raise unsupported(s.loc, "parts of an array that are exchanged are views, of which both get the same contents",
                          "copy them: x[i], x[j] = x[j].copy(), x[i].copy()")
    if t.kind in ("list", "tuple", "dict") or t.is_array and part.kind == "number":
        return (s,)
    check = E.call(lib.support("require_exchangeable"), owner, lib.subscript(key), E.const(base(E.root(owner).data)))
    return (S.Do(check, s.loc), s)


def changeable(names: tuple[str, ...], facts: Facts) -> S.Block:
    """Checks that what a subroutine seems to change for its caller is no number, whose adjoint would be lost to the caller.

    What elements or attributes are written of is none.
    """
    unknown = [n for n in names if facts.types.params[n].kind in ("any", "numeric")]
    stores = map(S.stored_root, S.walk_stmts(facts.function.body)) if unknown else ()
    stored = {root.data for root in stores if root is not None}
    return tuple(S.Do(E.call(lib.support("require_changeable"), E.var(n), E.const(base(n)))) for n in unknown
                 if stored.isdisjoint({n, *facts.aliasing.group(n)}) and not facts.types.has_parts(E.var(n)))


def check_lengths(facts: Facts, forward: dict[S.Stmt, S.Block]) -> None:
    """Let the forward sweep check that assignments to slices of what may be lists leave their lengths as they are."""
    for s in S.of_kinds(facts.function.body, S.Assign):
        if s.target.head == "index" and s.target.args[1].head == "slice" and not is_generated(s) \
                and E.root(s.target).names <= facts.active:
            owner, key = s.target.args
            if facts.type_at(s, owner).kind in ("any", "list") and facts.type_at(s, s.value).kind in ("any", "list"):
                check = E.call(lib.support("require_places"), owner, lib.subscript(key), s.value)
                forward[s] = (S.Do(check, s.loc), *forward.get(s, (s,)))


def check_parts(facts: Facts, forward: dict[S.Stmt, S.Block]) -> None:
    """Let the forward sweep check that what is written lies beside the parts that are read afterwards."""
    views = [n for n in facts.roles.views if n in facts.active and n not in facts.links.variables]
    for store, kept in may_be_replaced(views, facts).items():
        owner, key = store.target.args
        stays = tuple(S.Do(E.call(lib.support("require_in_place"), E.var(n), owner, lib.subscript(key), E.const(base(n))),
                           store.loc) for n in kept)
        forward[store] = (*stays, *forward.get(store, (store,)))
    for s, owner, name, source in may_be_copies(views, facts):
        other = S.Do(E.call(lib.support("require_other"), owner, E.var(name), E.var(source), E.const(base(name))), s.loc)
        forward[s] = (other, *forward.get(s, (s,)))
    for s, names in facts.aliasing.apart.items():
        assert isinstance(s, (S.Assign, S.Aug))
        owner, key = s.target.args
        changed = (E.const(True),) if isinstance(s, S.Aug) else ()  # not replaced, if it is an array in a list
        checks = tuple(S.Do(E.call(lib.support("require_apart"), E.var(n), owner, lib.subscript(key), E.const(base(n)), *changed),
                            s.loc) for n in names if n in facts.active)
        forward[s] = (*checks, *forward.get(s, (s,)))
