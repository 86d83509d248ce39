"""Variables that are bound once and whose object nothing changes: what they hold is known wherever they are read."""
from __future__ import annotations

from collections import Counter

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.effects import written_arguments


def stable_names(body: S.Block) -> frozenset[str]:
    """The variables that `body` binds exactly once and never writes into."""
    bindings: Counter[str] = Counter()
    written: set[str] = set()
    for s in S.walk_stmts(body):
        bindings.update(S.writes(s))
        place = S.stored_root(s)
        if place is not None and place.head == "var":
            written.add(place.data)
        for e in S.expressions(s):
            for part in E.walk(e):
                for a in written_arguments(part):
                    base = E.root(a)
                    if base.head == "var":
                        written.add(base.data)
                if part.head == "walrus":
                    bindings.update(part.args[0].names)
    return frozenset(n for n, times in bindings.items() if times == 1 and n not in written)
