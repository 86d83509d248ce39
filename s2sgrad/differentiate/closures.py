"""Functions made inside the function that is differentiated and kept for later."""
from __future__ import annotations

from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate.insertion import is_insertion
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S


def check(facts: Facts) -> None:
    """Raise where a function that captures a differentiated variable is kept, and its results matter.

    Calls of it that are resolved at run time would not know of the variable.
    """
    for s in S.walk_stmts(facts.function.body):
        if is_insertion(s) or not isinstance(s, (S.Assign, S.Aug, S.Do)) or not _reaches(s).intersection(facts.active):
            continue
        for part in E.walk(s.value):
            captured = sorted(n for n in part.names if n in facts.active) if part.head == "function" else []
            if captured:
                name = captured[0].partition(".")[0]
                raise unsupported(s.loc, f"a function that uses the differentiated variable {name} is kept for later",
                                  f"pass {name} to it as an argument, or call it by its name where it is made")


def _reaches(s: S.Assign | S.Aug | S.Do) -> frozenset[str]:
    """The variables that a statement puts something into."""
    if isinstance(s, S.Do):
        return s.value.names
    return S.bound(s.target) | E.root(s.target).names
