"""The reverse of binding variables that stand for several arrays by turns (see `analysis.by_turns`).

Their adjoints are looked up by the memory of what they stand for, `mirror_array(x, mirrors)`. Another name for an array, or a
view of it, moves nothing; what is made anew passes its adjoint on as elsewhere, and nobody looks that up any more.
"""
from __future__ import annotations

from collections.abc import Mapping

from s2sgrad import runtime
from s2sgrad.analysis.by_turns import is_another_name, is_exchange, is_put
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import adjoint_var
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr


def moves_nothing(s: S.Assign, name: str, e: Expr, facts: Facts) -> bool:
    """Does a statement bind a variable of several arrays to one that has a name, or to nothing, or put some together?"""
    carriers = facts.turns.carriers
    return name in carriers or name in facts.by_turns and (
        e.head == "const" or bool(is_another_name(e, s, facts.aliasing, carriers)))


def is_carried(s: S.Do, facts: Facts) -> bool:
    """Does a statement put an array into a list that needs no adjoint?"""
    return any(is_put(s, name) for name in facts.turns.carriers)


def check(facts: Facts) -> None:
    """Raise where a statement binds a variable and reads what it stood for, whose adjoints its reverse would take for one, and
    where a derivative that looks adjoints up is reversed: which array is which says the program that it was made of."""
    known = facts.by_turns
    for s in S.walk_stmts(facts.function.body):
        for e in S.expressions(s) if s.heads & E.CALL else ():
            if e.heads & E.CALL and [c for c in E.calls(e) if E.callee(c) is runtime.mirror_array]:
                raise unsupported(s.loc, "adjoints of arrays that variables stand for by turns, one of which is changed in "
                                  "place, are found by memory, and have no adjoints themselves",
                                  "take the second derivative in forward mode: hvp(f), jacobian(grad(f), mode='forward')")
        if known and isinstance(s, S.Assign) and not known.isdisjoint(S.writes(s)) and s not in facts.aliasing.in_place \
                and not S.writes(s).isdisjoint(s.value.names) and not is_exchange(s):
            name = min(S.writes(s) & s.value.names).partition(".")[0]
            raise unsupported(s.loc, f"{name} may stand for different arrays, one of which is changed in place",
                              "copy the array, or use a name of its own for each")


_LINK = lib.support("link_array")


def borrowed(lent: Mapping[str, str]) -> list[S.Stmt]:
    """Take over the adjoints of parameters from the caller, under the names in `lent`: others are names for those arrays, too."""
    return [t for name, caller in lent.items() for t in (
        S.Assign(E.var(caller), adjoint_var(name)), S.Do(E.call(_LINK, lib.MIRRORS, E.var(name), E.var(caller))))]


def given_back(lent: Mapping[str, str]) -> list[S.Stmt]:
    """The caller's arrays get what has become of these adjoints."""
    return [S.Assign(E.index(E.var(caller), E.ELLIPSIS), lib.mirror_array(E.var(name))) for name, caller in lent.items()]
