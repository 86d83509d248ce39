"""A list gets what is put into it when that has been filled.

    rows.append(row)                    for k in range(n):
    for k in range(n):         --->         row[k] = ...
        row[k] = ...                    rows.append(row)

Nothing looks at the list in between. What stands for memory that a container holds as well, and changes it, is much
harder to reverse.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.liveness import captured_names
from s2sgrad.lower.effects import written_arguments, written_through
from s2sgrad.rules.registry import rule_for

Names = frozenset[str]


def put_when_filled(fn: S.Function) -> S.Function:
    """`fn` with ``xs.append(v)`` moved behind the statements that change `v` in place."""
    if S.of_kinds(fn.body, S.Try):
        return fn
    lists = _own_lists(fn)
    return S.with_body(fn, _block(fn.body, lists)) if lists else fn


def _own_lists(fn: S.Function) -> Names:
    """The variables for lists that the function makes and that go by no other name."""
    made = {s.target.data for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign) and s.target.head == "var"
            and s.value.head == "list"} - captured_names(fn.body) - {p.name for p in fn.params}
    if not made:
        return E.NO_NAMES
    bound = Counter(n for s in S.walk_stmts(fn.body) for n in S.writes(s))
    for s in S.walk_stmts(fn.body):
        for whole in S.expressions(s):
            if made.isdisjoint(whole.names) or whole.head == "var" and isinstance(s, (S.Return, S.For)):
                continue
            for e in E.walk(whole):
                if not (e.head in ("attr", "index") or _is_passing(e)):
                    made -= {a.data for a in e.args if a.head == "var"}
            if whole.head == "var" and not (isinstance(s, S.Assign) and s.target is whole):
                made.discard(whole.data)
    return frozenset(n for n in made if bound[n] == 1)


def _is_passing(e: E.Expr) -> bool:
    """Does a call of the library only look at its arguments?"""
    if e.head != "call" or e.args[0].head != "ref":
        return False
    fn = E.callee(e)
    if fn in (len, sum, zip, enumerate, reversed, min, max):
        return True
    rule = rule_for(fn)
    return rule is not None and not rule.view and not written_arguments(e)


def _block(body: S.Block, lists: Names) -> S.Block:
    out = [S.map_blocks(lambda b: _block(b, lists), s) if S.blocks(s) else s for s in body]
    puts = any(isinstance(s, S.Do) for s in out)
    changed = E.NO_NAMES.union(*map(written_through, S.walk_stmts(out))) if puts else E.NO_NAMES
    for n in reversed(range(len(out))) if changed else ():
        last = _last_change(out, n, lists, changed)
        if last > n:
            out.insert(last, out.pop(n))
    return S.block_of(out, body)


def _last_change(body: list[S.Stmt], n: int, lists: Names, changed: Names) -> int:
    """The position of the last statement that changes what statement `n` puts into a list, if the latter may come after it.

    `changed` are the variables through which the block writes.
    """
    put = body[n]
    if not (isinstance(put, S.Do) and put.value.head == "call" and put.value.args[0].head == "attr"
            and put.value.args[0].data == "append" and len(put.value.args) == 2 and put.value.args[1].head == "var"
            and not lists.isdisjoint(put.value.args[0].args[0].names) and put.value.args[0].args[0].head == "var"):
        return n
    xs, v = put.value.args[0].args[0].data, put.value.args[1].data
    last = n
    for k in range(n + 1, len(body)) if v in changed else ():
        inside = list(S.walk_stmts((body[k],)))
        if _leaves(body[k:k + 1]) or any(xs in S.reads(s) or not {xs, v}.isdisjoint(S.writes(s)) for s in inside):
            break
        if any(v in written_through(s) for s in inside):
            last = k
    return last


def _leaves(block: Iterable[S.Stmt]) -> bool:
    """May something else come after a block than what follows it?"""
    return any(isinstance(s, S.LEAVING) or any(map(_leaves, S.blocks(s)[1:] if isinstance(s, (S.For, S.While)) else S.blocks(s)))
               or any(isinstance(t, (S.Return, S.Raise)) for t in S.walk_stmts((s,))) for s in block)
