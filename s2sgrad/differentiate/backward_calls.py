"""The call of the backward function of a subroutine."""
from __future__ import annotations

from typing import TYPE_CHECKING

from s2sgrad.differentiate.access import Backward as BackwardName
from s2sgrad.differentiate.naming import adjoint_var
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

if TYPE_CHECKING:
    from s2sgrad.differentiate.backward import Backward
    from s2sgrad.differentiate.calls import Pair


def backward_call(s: S.Stmt, pair: Pair, bound: dict[str, Expr], saved: list[Expr], seeds: list[Expr], restores: bool,
                  b: Backward) -> list[S.Stmt]:
    """The call of a backward function for the arguments `bound`, and what is added to the adjoints of those."""
    taken = [E.var(b.fresh("b" + n)) for n in pair.active]
    changed = [adjoint_var(bound[n].data) for n in pair.changed]
    args = (*saved, *seeds, *changed)
    writes = tuple(range(len(args) - len(changed), len(args)))
    call = E.call(E.ref(pair.backward, BackwardName(pair.backward, (0, *writes) if saved and restores else writes)), *args)
    first = S.Assign(taken[0] if len(taken) == 1 else E.tuple_(*taken), call, s.loc) if taken else S.Do(call, s.loc)
    return [first, *(b.rules.add(s, bound[n], v) for n, v in zip(pair.active, taken))]
