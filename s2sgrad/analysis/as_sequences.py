"""Which variables are used as lists and tuples are, so that an elementwise function of NumPy does not prove them arrays."""
from __future__ import annotations

from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.rules.registry import rule_for

_OF_SEQUENCES = (sum, max, min, sorted, reversed, enumerate, zip, map, filter, list, tuple)


def used_as_sequences(body: S.Block) -> frozenset[str]:
    """The variables that are sliced, or handed to functions of sequences or of the user's."""
    found: set[str] = set()
    for part in (p for s in S.having(body, E.CALL | E.INDEX) for e in S.expressions(s) if e.heads & (E.CALL | E.INDEX)
                 for p in E.walk(e)):
        fn = E.callee(part)
        if fn is not None and (fn in _OF_SEQUENCES or python_function(fn) is not None and rule_for(fn) is None):
            found.update(a.data for a in part.args[1:] if a.head == "var")
        elif part.head == "index" and part.args[0].head == "var" and part.args[1].head == "slice":
            found.add(part.args[0].data)
    return frozenset(found)
