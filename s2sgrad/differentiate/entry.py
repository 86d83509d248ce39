"""What a derivative does first: take copies of the parameters that the primal changes in place."""
from __future__ import annotations

from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S


def own_copies(facts: Facts) -> S.Block:
    """Copies of the parameters whose memory the function may change: a derivative never modifies its arguments."""
    updated = {s.target.data for s in S.walk_stmts(facts.function.body)
               if isinstance(s, S.Aug) and s.target.head == "var"
               and facts.type_at(s, s.target).kind not in ("number", "str", "tuple")}
    return tuple(S.Assign(E.var(p.name), E.call(lib.COPY, E.var(p.name))) for p in facts.function.params
                 if p.name in updated or facts.aliasing.contents(p.name))
