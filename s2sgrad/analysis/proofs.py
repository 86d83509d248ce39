"""Statements that prove what a variable is, in the runs that execute them.

    if scalar:
        y = math.exp(a) * b        proves that `a` is a number, but only where `scalar` is true
    else:
        y = np.sum(np.exp(a) * b)

A proof is good for all runs if every part of the program that reads the variable is executed together with it: then
the variable matters to nobody in a run without the proof.
"""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

#: The blocks that a statement is in, from the outermost to its own, by number.
_Place = tuple[int, ...]
#: What is raised ends the function, and nobody asks for the derivative.
_LEAVING = (S.Break, S.Continue, S.Return)


class Proofs:
    """The places where variables are read, are bound, and are proved to be numbers."""

    def __init__(self, body: S.Block) -> None:
        self._body = body
        self._places: dict[S.Stmt, _Place] = {}
        self._reads: dict[str, set[_Place]] = {}
        #: The variables that are computed from a variable, and the places where they are; all other reads are in `_reads`.
        self._made: dict[str, dict[str, set[_Place]]] = {}
        self._bound: dict[str, set[_Place]] = {}
        self._proved: dict[str, set[_Place]] = {}
        self._sure: set[tuple[str, bool]] = set()
        self._blocks = 0

    def __len__(self) -> int:
        return sum(map(len, self._proved.values()))

    def _enter(self, body: S.Block, outer: _Place) -> None:
        place = (*outer, self._blocks)
        self._blocks += 1
        for s in body:
            self._places[s] = place
            for e in S.expressions(s):
                for name in _used(e) if isinstance(s, (S.If, S.While)) else e.names:
                    if type(s) is S.Assign and s.target.head == "var":
                        self._made.setdefault(name, {}).setdefault(s.target.data, set()).add(place)
                    else:
                        self._reads.setdefault(name, set()).add(place)
            for name in S.writes(s):
                self._bound.setdefault(name, set()).add(place)
            for inner in S.blocks(s):
                self._enter(inner, place)
            if type(s) in S.COMPOUND and any(isinstance(t, _LEAVING) for t in S.walk_stmts((s,))):
                place = (*place, self._blocks)  # what follows may not be reached
                self._blocks += 1

    def prove(self, name: str, s: S.Stmt, same: str | None = None, counts: bool = False) -> bool:
        """Enter that `s` proves what `name` is, by what is proved of the variable `same` if one is given.

        Is it proved now wherever it matters? What `counts` is not differentiated, and matters only where it does to others than
        the variables that are computed from it.
        """
        if not self._places:
            self._enter(self._body, ())
        here = self._places[s]
        new = {here} if same is None else {p for q in self._proved.get(same, ()) if (p := _both(here, q))}
        proved = self._proved.setdefault(name, set())
        proved |= new
        if (name, counts) in self._sure:
            return True
        bound = self._bound.get(name, ())
        matters = bound if len(bound) == 1 else self._counted(name) if counts else self._read(name)
        if not all(any(place[:len(p)] == p for p in proved) for place in matters):
            return False
        self._sure.add((name, counts))
        return True

    def _counted(self, name: str) -> set[_Place]:
        """Where a variable matters that others are computed from."""
        out: set[_Place] = set()
        seen, todo = {name}, [name]
        while todo:  # one may be computed from another in a chain as long as the program
            name = todo.pop()
            out |= self._reads.get(name, set())
            new = self._made.get(name, {}).keys() - seen
            seen |= new
            todo += new
        return out

    def _read(self, name: str) -> set[_Place]:
        return self._reads.get(name, set()).union(*self._made.get(name, {}).values())


def _both(a: _Place, b: _Place) -> _Place:
    """The inner one of two places, if it is inside the other."""
    inner, outer = (a, b) if len(a) >= len(b) else (b, a)
    return inner if inner[:len(outer)] == outer else ()


def _used(test: Expr) -> frozenset[str]:
    """The variables of a condition but for those that it merely compares, which needs no derivative."""
    while test.head == "op" and test.data == "not":
        test = test.args[0]
    if test.head == "bool":
        return frozenset().union(*map(_used, test.args))
    return E.NO_NAMES if test.head == "compare" and all(a.head in ("var", "const") for a in test.args) else test.names


def asked_for_type(fn: S.Function) -> frozenset[str]:
    """The variables whose type the function tests."""
    out: set[str] = set()
    for s in S.having(fn.body, E.CALL):
        for e in S.expressions(s):
            for call in E.calls(e):
                if E.callee(call) in (isinstance, type, hasattr, callable):
                    out |= call.names
    for s in S.of_kinds(fn.body, S.Try):
        out |= {n for t in S.walk_stmts(s.body) for n in S.reads(t)}
    return frozenset(out)
