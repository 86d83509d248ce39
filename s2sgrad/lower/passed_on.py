"""Values that a helper of a derivative passes on as they are, where the array that they are part of is changed.

    t = bw[1:]                                t = bw[1:]
    bt = unbroadcast(t, x)                    t2 = copy(t)
    bw[:-1] += bt * 0.1           --->        bt = unbroadcast(t2, x)
                                              bw[:-1] += bt * 0.1

So may ``bt = unbroadcast(bw, x)`` be `bw` itself. A derivative uses such a value before the array changes; one that is
differentiated again needs it afterwards.
"""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.groups import Groups
from s2sgrad.lower.names import Names

#: What gives back its first argument, or a view of it, where shapes agree; of arrays, which have no adjoint by identity.
_HELPERS = frozenset((runtime.unbroadcast, runtime.fitted, runtime.expand))
_COPY = E.ref("s2sgrad.runtime.copy", runtime.copy, library=True)


def copied_where_changed(fn: S.Function, names: Names) -> S.Function:
    """`fn`, a derivative, with copies of what its helpers pass on of memory that it changes in place."""
    bound: dict[str, list[E.Expr]] = {}
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var":
            bound.setdefault(s.target.data, []).append(s.value)
    parts = {name for name, values in bound.items() if any(map(_is_part, values)) or all(v.head == "op" for v in values)}
    calls = {s for s in S.walk_stmts(fn.body) if _passes_on(s, parts)}
    if not calls:
        return fn
    same, several = Groups(), set()
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head in ("var", "index", "attr"):
            for name in E.root(s.value).names:
                same.merge(s.target.data, name)
                several |= {s.target.data, name}
    changing = _Changes(fn.body, several, same)

    def block(body: S.Block) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            if s in calls and isinstance(s, S.Assign) and changing.later(s, s.value.args[1].data):
                helper, first, *rest = s.value.args
                part = E.var(names.fresh("t"))
                out.append(S.Assign(part, E.call(_COPY, first), s.loc))
                s = S.with_value(s, E.rebuild(s.value, (helper, part, *rest)))
            out.append(S.map_blocks(block, s))
        return S.block_of(out, body)

    return S.with_body(fn, block(fn.body))


class _Changes:
    """Where memory is changed in place, by the group of variables that may stand for it."""

    def __init__(self, body: S.Block, several: set[str], same: Groups) -> None:
        self.same = same
        self._place: dict[S.Stmt, tuple[int, tuple[S.Stmt, ...]]] = {}
        self._changed: dict[str, list[S.Stmt]] = {}
        self._enter(body, (), several)

    def _enter(self, body: S.Block, loops: tuple[S.Stmt, ...], several: set[str]) -> None:
        for s in body:
            self._place[s] = len(self._place), loops
            for name in _changed(s, several):
                self._changed.setdefault(self.same.find(name), []).append(s)
            inside = (*loops, s) if isinstance(s, (S.For, S.While)) else loops
            for inner in S.blocks(s):
                self._enter(inner, inside, several)

    def later(self, s: S.Stmt, name: str) -> bool:
        """Is what a variable stands for changed after `s`, maybe in another iteration of a loop around it?"""
        at, loops = self._place[s]
        places = [self._place[u] for u in self._changed.get(self.same.find(name), ()) if u is not s]
        return any(place > at or loops[:1] and around[:1] == loops[:1] for place, around in places)


def _passes_on(s: S.Stmt, parts: set[str]) -> bool:
    """Does a statement pass on a slice or what arithmetic gave, under one of the names `parts`? What else there is may be an
    object."""
    if not isinstance(s, S.Assign) or s.value.head != "call" or E.hashable_callee(s.value) not in _HELPERS:
        return False
    return s.value.args[1].head == "var" and s.value.args[1].data in parts


def _is_part(e: E.Expr) -> bool:
    """Is this a slice of an array, or of a list?"""
    return e.head == "index" and any(k.head == "slice" for k in (e.args[1], *e.args[1].args))


def _changed(s: S.Stmt, several: set[str]) -> frozenset[str]:
    """The variables through which a statement may change memory in place; of `several`, which others stand for, by updates."""
    root = S.stored_root(s)
    names = frozenset() if root is None else root.names
    if isinstance(s, S.Aug) and s.target.head == "var" and s.target.data in several:
        names |= s.target.names
    return names.union(*(E.root(a).names for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call)))
