"""Loops over a few variables that are written out, and of which the loop changes what they hold: one copy of its body for each.

    for p, g in zip([w, b], [dw, db]):          p, g = w, dw
        p -= lr * g                    --->     p -= lr * g
                                                p, g = b, db
                                                p -= lr * g

In a container, arrays that are changed would have two names each.
"""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.renaming import copied

_FEW = 12


def written_out(body: S.Block, cx: Context) -> S.Block:
    """The statements with such loops written out; what is no variable is evaluated before."""
    out: list[S.Stmt] = []
    for s in body:
        s = S.map_blocks(lambda b: written_out(b, cx), s)
        elements = _elements(s.iter) if isinstance(s, S.For) else None
        if not isinstance(s, S.For) or elements is None or _leaves(s.body) or not _changes(s.body, S.bound(s.target)) \
                or any(not S.writes(t).isdisjoint(e.names) for t in S.walk_stmts(s.body) for e in elements):
            out.append(s)
            continue
        for n, e in enumerate(elements):
            parts = [E.var(cx.names.fresh("part")) if a.head != "var" else a for a in (e.args if e.head == "tuple" else (e,))]
            out += [S.Assign(v, a, s.loc) for v, a in zip(parts, e.args if e.head == "tuple" else (e,)) if v is not a]
            elements[n] = E.tuple_(*parts) if e.head == "tuple" else parts[0]
        for e in elements:
            out += (S.Assign(s.target, e, s.loc), *copied(s.body))
        out += s.orelse
    return tuple(out)


def _elements(e: Expr) -> list[Expr] | None:
    """The elements of a display, or of several side by side."""
    if e.head in ("list", "tuple"):
        few = e.args and len(e.args) <= _FEW and all(a.head in ("var", "attr", "op") for a in e.args)
        return list(e.args) if few else None
    if E.hashable_callee(e) is not zip or any(mark != "" for mark, _ in E.arguments(e)):
        return None
    columns = [_elements(a) for a in e.args[1:]]
    known = [c for c in columns if c is not None]
    return [E.tuple_(*row) for row in zip(*known)] if known and len(known) == len(columns) else None


def _leaves(body: S.Block) -> bool:
    return any(isinstance(s, (S.Break, S.Continue)) or not isinstance(s, (S.For, S.While)) and any(map(_leaves, S.blocks(s)))
               for s in body)


def _changes(body: S.Block, names: frozenset[str]) -> bool:
    """Does a loop likely change what one of its variables holds? A number is updated to be read then."""
    statements = list(S.walk_stmts(body))
    for n, s in enumerate(statements):
        if isinstance(s, S.Aug) and s.target.head == "var" and s.target.data in names and not any(
                s.target.data in S.reads(t) for t in statements[n + 1:]):
            return True
        places = [*S.stored_roots(s), *(
            E.root(a) for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call))]
        if any(p.head == "var" and p.data in names for p in places):
            return True
    return False
