"""What a derivative does first: take copies of the parameters that the primal changes in place."""
from __future__ import annotations

import itertools
from collections.abc import Callable, Container

from s2sgrad import runtime
from s2sgrad.analysis.borrowing import shared_root
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.groups import Groups
from s2sgrad.lower.writing import PASSING


def by_value(s: S.Aug) -> S.Assign:
    """``y = y * e`` for ``y *= e``, which changes nothing that somebody else refers to."""
    return S.Assign(s.target, E.op(s.symbol, s.target, s.value), s.loc)


def may_change_argument(s: S.Aug, facts: Facts) -> bool:
    """May ``y *= e``, which nobody in the function sees from elsewhere, change (a part of) an argument?"""
    if s.target.head != "var" or s in facts.aliasing.in_place:
        return False
    t, name = facts.type_at(s, s.target), s.target.data
    params = {p.name for p in facts.function.params}
    if t.kind == "number" or t.immutable or name in params:  # parameters are copied
        return False
    return not params.isdisjoint(may_be(name, facts))


def lent(facts: Facts, needed: Container[str]) -> dict[S.Assign, frozenset[str]]:
    """``bx = unbroadcast(t, x)`` where the backward sweep reads `t` or `bx`, which may be one array: what changes one of them
    must not change the other. With the variables that are one of them, or a part.

    In the derivative that is differentiated nobody else referred to the one, or it was not read any more.
    """
    passed = [s for s in S.walk_stmts(facts.function.body) if isinstance(s, S.Assign) and s.target.head == "var"
              and E.hashable_callee(s.value) in PASSING and s.value.args[1].head == "var"]
    groups = Groups()
    for s in passed:
        for name in (*facts.aliasing.group(s.target.data), s.value.args[1].data, *facts.aliasing.group(s.value.args[1].data)):
            groups.merge(s.target.data, name)
    found = {s: frozenset(groups.members(s.target.data)) for s in passed}
    return {s: names for s, names in found.items() if any(n in needed for n in names)}


def may_be(name: str, facts: Facts) -> set[str]:
    """The variables that may stand for, or hold, what one stands for, also if that was taken for a number."""
    aliasing = facts.aliasing
    sources = [name]
    for source in sources:  # another name for an element, ``r = x[i]; t = r``, comes of `x` as well
        if source in aliasing.assumed:
            found = [r for d in facts.definitions.get(source, ()) if isinstance(d, S.Assign) and (r := shared_root(d.value))]
            sources += [r for r in dict.fromkeys(found) if r not in sources]
    lenders = [n for source in sources for n in aliasing.lenders(source)]
    return {n for lender in lenders for n in (*aliasing.group(lender), *aliasing.holders(lender))}


def may_change_part(s: S.Aug, facts: Facts) -> bool:
    """May ``x.part *= e``, which nobody in the function sees from elsewhere, change an argument that was put there?"""
    if s.target.head == "var" or s in facts.aliasing.in_place or facts.type_at(s, s.target.args[0]).is_array \
            or facts.type_at(s, s.target).kind == "number":
        return False
    held = facts.aliasing.value(s.target, s)
    if held is None or held.find() is facts.aliasing.value(s.target.args[0], s):
        return False
    return any(p.name in held.find().names for p in facts.function.params)


def own_copies(facts: Facts) -> S.Block:
    """Copies of the parameters whose memory the function may change: a derivative never modifies its arguments."""
    updated = {s.target.data for s in S.of_kinds(facts.function.body, S.Aug)
               if s.target.head == "var"
               and facts.type_at(s, s.target).kind not in ("number", "str", "tuple")}
    changed = changed_through(facts)
    copied = [p for p in facts.function.params if p.name in updated or changed(p.name)]
    copies = (S.Assign(E.var(p.name), E.call(lib.COPY, E.var(p.name))) for p in copied)
    return (*_unshared([p.name for p in copied], facts), *copies)


def checked_first(copies: S.Block, body: S.Block) -> S.Block:
    """Copies and the body, of which the checks of arrays for results (`lower.missing_out`) come before the copies of these."""
    checks = itertools.takewhile(lambda s: isinstance(s, S.Do) and E.callee(s.value) is runtime.require_out, body)
    first = tuple(checks)
    return (*first, *copies, *body[len(first):])


def _unshared(changed: list[str], facts: Facts) -> S.Block:
    """A check that arrays which the function changes share no memory with others, or with each other: of copies it would give
    something else. In a derivative that is differentiated it stands already."""
    if not changed or any(isinstance(s, S.Do) and E.callee(s.value) is runtime.require_unshared for s in facts.function.body):
        return ()
    arrays = [p.name for p in facts.function.params if p.kind not in ("*", "**") and _is_likely_array(p.name, facts)]
    written = [E.var(a) for a in arrays if a in changed]
    others = [E.var(a) for a in arrays if a not in changed]
    if not written or len(arrays) == 1:
        return ()
    return (S.Do(E.call(lib.support("require_unshared"), E.tuple_(*written) if len(written) > 1 else written[0], *others)),)


def _is_likely_array(name: str, facts: Facts) -> bool:
    """Is a parameter an array, as far as is known? What is only calculated with is likely a number."""
    kind = facts.types.params[name].kind
    return kind == "array" or kind in ("numeric", "any") and facts.types.is_likely_array(name)


def changed_through(facts: Facts) -> Callable[[str], bool]:
    """May the memory that a parameter brings be changed, through whatever holds it?"""
    updated = facts.aliasing.updated_inside()
    return lambda n: bool(facts.aliasing.contents(n)) or n in updated and facts.type_of_name(n).kind != "number"
