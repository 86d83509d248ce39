"""Copies of variables that other passes of lowering leave behind."""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_temporary

#: What reads a copy is looked for among this many statements after it.
_NEAR = 60


def one_by_one(body: S.Block) -> S.Block:
    """Copies of several variables at once that do not depend on each other, one after the other."""
    out: list[S.Stmt] = []
    for s in body:
        if type(s) in S.COMPOUND:
            s = S.map_blocks(one_by_one, s)
        if isinstance(s, S.Assign) and _is_parallel(s):
            out += [S.Assign(t, a, s.loc) for t, a in zip(s.target.args, s.value.args)]
        else:
            out.append(s)
    return S.block_of(out, body)


def _is_parallel(s: S.Assign) -> bool:
    targets, values = s.target.args, s.value.args
    return s.target.head == "tuple" == s.value.head and len(targets) == len(values) and bool(s.value.names) \
        and all(t.head == "var" for t in targets) and all(a.head in ("var", "const") for a in values) \
        and len(s.target.names) == len(targets) and s.target.names.isdisjoint(s.value.names)


def without_copies(body: S.Block, fields: frozenset[str]) -> S.Block:
    """Without ``t = vec_x`` for `fields` ``vec_x``, where all that reads `t` comes before ``vec_x`` is bound again."""
    return _without_copies(body, fields, S.count_uses(body))


def _without_copies(body: S.Block, fields: frozenset[str], uses: dict[str, int]) -> S.Block:
    out = [S.map_blocks(lambda b: _without_copies(b, fields, uses), s) if type(s) in S.COMPOUND else s for s in body]
    n = 0
    while n < len(out):
        s = out[n]
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "var" and s.value.data in fields \
                and is_temporary(s.target.data) and _put_in(out, n, s.target.data, s.value, uses):
            del out[n]
        else:
            n += 1
    return tuple(out)


def _put_in(body: list[S.Stmt], at: int, name: str, value: Expr, uses: dict[str, int]) -> bool:
    """Replace all reads of a temporary by `value` in the statements that follow its definition; False where that cannot be."""
    left = uses.get(name, 0)
    end = at + 1
    while left and end < min(len(body), at + _NEAR):
        s = body[end]
        inside = list(S.walk_stmts((s,)))
        found = sum(E.count(e, name) for t in inside for e in S.expressions(t))
        written = any(value.data in S.writes(t) for t in inside)
        if written and (found and len(inside) > 1 or found < left) or any(name in S.writes(t) for t in inside):
            return False
        left -= found
        end += 1
    if left:
        return False
    for n in range(at + 1, end):
        body[n] = S.substitute(body[n], {name: value})
    return True
