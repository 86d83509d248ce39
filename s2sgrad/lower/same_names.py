"""Nested functions that share a name have names of their own where each is used after its own ``def`` alone.

    if kind == "a":                                     if kind == "a":
        def error(n): ...                                   def error(n): ...
        return solve(error, 1.0)           --->             return solve(error, 1.0)
    def error(n, k): ...                                def error_2(n, k): ...
    return solve(error, 2.0)                            return solve(error_2, 2.0)

Then it is known which function is called, and how many arguments it takes.
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.names import Names
from s2sgrad.lower.renaming import rename

#: A definition, and how many of the statements after it in its block it is the last one for.
_Span = tuple[S.Stmt, int]


def functions_apart(fn: S.Function, names: Names) -> S.Function:
    """`fn` with such functions renamed."""
    made: dict[str, list[S.Stmt]] = {}
    for s in S.walk_stmts(fn.body):
        name = _function_bound(s)
        if name is not None and name not in fn.nonlocals:
            made.setdefault(name, []).append(s)
    body = fn.body
    for name, definitions in made.items():
        if len(definitions) > 1:
            spans = _spans(name, body)
            if spans is not None:
                new = {id(s): names.again(name) for s, _ in spans[1:]}
                body = _renamed(name, body, {id(s): count for s, count in spans}, new)
    return S.with_body(fn, body)


def _function_bound(s: S.Stmt) -> str | None:
    if isinstance(s, S.Define):
        return s.name
    return s.target.data if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "function" else None


def _spans(name: str, body: S.Block) -> list[_Span] | None:
    """The definitions of `name` and how far each goes; None where something else binds it, reads it before or captures it."""
    if any(name in S.writes(s) and _function_bound(s) != name or _captures(s, name) for s in S.walk_stmts(body)):
        return None
    spans = list(_spans_in(name, body))
    inside = sum(name in S.reads(t) for s, block, n, count in spans for t in S.walk_stmts(block[n + 1:n + 1 + count]))
    nested = any(name in S.writes(t) for s, block, n, count in spans for t in S.walk_stmts(block[n + 1:n + 1 + count]))
    everywhere = sum(name in S.reads(t) for t in S.walk_stmts(body))
    return None if nested or inside < everywhere else [(s, count) for s, _, _, count in spans]


def _captures(s: S.Stmt, name: str) -> bool:
    """Does a function that is made here see the variable, and whatever it is bound to later?"""
    return any(part.head == "function" and name in part.names for e in S.expressions(s) if e.heads & E.FUNCTION
               for part in E.walk(e))


def _spans_in(name: str, block: S.Block) -> Iterator[tuple[S.Stmt, S.Block, int, int]]:
    at = [n for n, s in enumerate(block) if _function_bound(s) == name]
    for n, end in zip(at, (*at[1:], len(block))):
        yield block[n], block, n, end - n - 1
    for s in block:
        for inner in S.blocks(s):
            yield from _spans_in(name, inner)


def _renamed(name: str, block: S.Block, counts: dict[int, int], new: dict[int, str]) -> S.Block:
    out: list[S.Stmt] = []
    left, other = 0, name
    for s in block:
        if id(s) in counts:
            left, other = counts[id(s)], new.get(id(s), name)
            out.append(s if other == name else rename(s, {name: E.var(other)}))
        elif left:
            left -= 1
            out.append(s if other == name else rename(s, {name: E.var(other)}))
        else:
            out.append(S.map_blocks(lambda b: _renamed(name, b, counts, new), s))
    return tuple(out)
