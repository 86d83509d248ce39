"""Try statements whose handlers find what the body had bound: one try statement for each part of the body.

    try:                               failed = 0
        y = math.sqrt(x)               try:
        z = math.log(y)                    y = math.sqrt(x)
    except ValueError:      --->       except ValueError:
        z = y                              failed = 1
                                       if failed == 0:
                                           try:
                                               z = math.log(y)
                                           except ValueError:
                                               failed = 1
                                       if failed == 1:
                                           z = y

A part that was left has bound nothing, so that the reverse knows from `failed` what has been done.
"""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.liveness import Liveness
from s2sgrad.lower.context import Context


def split_attempts(fn: S.Function, cx: Context) -> S.Function:
    """`fn` with such statements taken apart, where its derivative will be reversed."""
    if not cx.reverse or not any(isinstance(s, S.Try) and s.handlers for s in S.walk_stmts(fn.body)):
        return fn
    return S.with_body(fn, _block(fn.body, Liveness(fn.body), cx))


def _block(body: S.Block, live: Liveness, cx: Context) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        cuts = _cuts(s, live, cx) if isinstance(s, S.Try) and s.handlers else []
        made = S.map_blocks(lambda b: _block(b, live, cx), s)
        if cuts:
            assert isinstance(made, S.Try) and isinstance(s, S.Try)
            parts = [_block(s.body[i:j], live, cx) for i, j in zip((0, *cuts), (*cuts, len(s.body)))]
            out += _taken_apart(made, parts, cx)
        else:
            out.append(made)
    return tuple(out)


def _cuts(s: S.Try, live: Liveness, cx: Context) -> list[int]:
    """Where to cut the body: after what a handler may find, and before what may raise."""
    if any(h.name or any(isinstance(t, S.Raise) and t.value is None for t in S.walk_stmts(h.body)) for h in s.handlers):
        return []
    found: set[str] = set()
    for h in s.handlers:
        after = Liveness(s.final, live.handled.get(h, live.after[s])).entry
        found |= Liveness(h.body, after).entry
    found &= cx.varied.names
    return [n + 1 for n, t in enumerate(s.body) if isinstance(t, (S.Assign, S.Aug)) and not found.isdisjoint(S.writes(t))
            and not all(map(_is_harmless, s.body[n + 1:]))]


def _is_harmless(s: S.Stmt) -> bool:
    return isinstance(s, (S.Pass, S.Break, S.Continue)) or isinstance(s, S.Assign) and s.value.head == "const" \
        and s.target.head == "var"


def _taken_apart(s: S.Try, parts: list[S.Block], cx: Context) -> S.Block:
    failed = E.var(cx.names.fresh("failed"))
    handlers = tuple(S.Handler(h.type, None, (S.Assign(failed, E.const(n), h.loc),), h.loc)
                     for n, h in enumerate(s.handlers, 1))
    out: list[S.Stmt] = [S.Assign(failed, E.const(0), s.loc)]
    for n, part in enumerate(parts):
        attempt = S.Try(part, handlers, (), (), s.loc)
        out.append(S.If(E.compare(failed, ("==", E.const(0))), (attempt,), (), s.loc) if n else attempt)
    chain = s.orelse
    for n, h in reversed(list(enumerate(s.handlers, 1))):
        chain = (S.If(E.compare(failed, ("==", E.const(n))), h.body, chain, h.loc),)
    out += chain
    return (S.Try(tuple(out), (), (), s.final, s.loc),) if s.final else tuple(out)
