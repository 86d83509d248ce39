"""Values that a helper of a derivative passes on as they are, where the array that they are part of is changed.

    t = bw[1:]                                t = bw[1:]
    bt = unbroadcast(t, x)                    bt = unbroadcast(copy(t), x)
    bw[:-1] += bt * 0.1           --->        bw[:-1] += bt * 0.1

A derivative uses such a value before the array changes; one that is differentiated again needs it afterwards.
"""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.groups import Groups

#: What gives back its first argument, or a view of it, where shapes agree.
_HELPERS = frozenset((runtime.unbroadcast, runtime.fitted, runtime.expand, runtime.left_part, runtime.right_part))
_COPY = E.ref("s2sgrad.runtime.copy", runtime.copy, library=True)


def copied_where_changed(fn: S.Function) -> S.Function:
    """`fn`, a derivative, with copies of what its helpers pass on of memory that it changes in place."""
    calls = [s for s in S.walk_stmts(fn.body) if _passes_on(s)]
    if not calls:
        return fn
    same, several = Groups(), set()
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head in ("var", "index", "attr"):
            for name in E.root(s.value).names:
                same.merge(s.target.data, name)
                several |= {s.target.data, name}
    changed = {same.find(n) for s in S.walk_stmts(fn.body) for n in _changed(s, several)}

    def rewrite(s: S.Stmt) -> S.Stmt:
        if not _passes_on(s) or changed.isdisjoint(map(same.find, E.root(s.value.args[1]).names)):  # type: ignore[union-attr]
            return s
        assert isinstance(s, S.Assign)
        fn, first, *rest = s.value.args
        return S.with_value(s, E.rebuild(s.value, (fn, E.call(_COPY, first), *rest)))

    return S.with_body(fn, S.map_stmts(rewrite, fn.body))


def _passes_on(s: S.Stmt) -> bool:
    return isinstance(s, S.Assign) and s.value.head == "call" and E.hashable_callee(s.value) in _HELPERS \
        and s.value.args[1].head in ("var", "index", "attr")


def _changed(s: S.Stmt, several: set[str]) -> frozenset[str]:
    """The variables through which a statement may change memory in place; of `several`, which others stand for, by updates."""
    root = S.stored_root(s)
    names = frozenset() if root is None else root.names
    if isinstance(s, S.Aug) and s.target.head == "var" and s.target.data in several:
        names |= s.target.names
    return names.union(*(E.root(a).names for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call)))
