"""Values that a helper of a derivative passes on as they are, where the array that they are part of is changed.

    t = bw[1:]                                t = bw[1:]
    bt = unbroadcast(t, x)                    t2 = copy(t)
    bw[:-1] += bt * 0.1           --->        bt = unbroadcast(t2, x)
                                              bw[:-1] += bt * 0.1

A derivative uses such a value before the array changes; one that is differentiated again needs it afterwards.
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
    parts = {s.target.data for s in S.walk_stmts(fn.body)
             if isinstance(s, S.Assign) and s.target.head == "var" and _is_part(s.value)}
    calls = {s for s in S.walk_stmts(fn.body) if _passes_on(s, parts)}
    if not calls:
        return fn
    same, several = Groups(), set()
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head in ("var", "index", "attr"):
            for name in E.root(s.value).names:
                same.merge(s.target.data, name)
                several |= {s.target.data, name}
    changed = {same.find(n) for s in S.walk_stmts(fn.body) for n in _changed(s, several)}

    def block(body: S.Block) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            if s in calls and isinstance(s, S.Assign) and same.find(s.value.args[1].data) in changed:
                helper, first, *rest = s.value.args
                part = E.var(names.fresh("t"))
                out.append(S.Assign(part, E.call(_COPY, first), s.loc))
                s = S.with_value(s, E.rebuild(s.value, (helper, part, *rest)))
            out.append(S.map_blocks(block, s))
        return S.block_of(out, body)

    return S.with_body(fn, block(fn.body))


def _passes_on(s: S.Stmt, parts: set[str]) -> bool:
    """Does a statement pass on a slice, which has one of the names `parts`? What else there is may be an object."""
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
