"""Two places of a container that exchange what they hold: ``xs[i], xs[j] = xs[j], xs[i]``.

Taken apart into assignments each place would get something else while a variable stands for what it held, and what
it held would have to be saved. Together they are one change, which is undone by itself, as its adjoint is.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import reference, settled
from s2sgrad.lower.purity import repeatable
from s2sgrad.lower.writing import EXCHANGE


def exchange(parts: tuple[Expr, ...], e: Expr, cx: Context) -> bool:
    """Lower ``x[i], x[j] = x[j], x[i]``; false where the assignment is something else."""
    if len(parts) != 2 or parts != e.args[::-1] or not all(map(_is_element, parts)) or parts[0].args[0] != parts[1].args[0]:
        return False
    owner = parts[0].args[0]
    if not cx.varied.of(owner) or cx.class_of(owner) is not None:
        return False
    holder = reference(owner, cx)
    keys = [settled(p.args[1], cx) for p in parts]
    cx.emit(S.Do(E.call(E.attr(holder, EXCHANGE), *keys), cx.loc))
    return True


def _is_element(place: Expr) -> bool:
    """Is this a part that is selected by positions or names, as far as can be seen, wherever these are read?"""
    if place.head != "index":
        return False
    owner, key = place.args
    return key.names.isdisjoint(owner.names) and repeatable(key) and all(
        k.head in ("var", "const", "op", "attr", "index") and not E.is_const(k, ...) and not E.is_const(k, None)
        for k in (key.args if key.head == "tuple" else (key,)))


def in_one(body: S.Block) -> S.Block:
    """`body` with ``t = x[i]; x[i] = x[j]; x[j] = t``, or ``t = x; x = y; y = t``, written as one assignment, where `t` is used
    for nothing else."""
    found = Counter(name for block in _all_blocks(body) for n in range(len(block)) if (name := _aside(block[n:n + 3])))
    if not found:
        return body
    within = [e for s in S.walk_stmts(body) for e in S.expressions(s) if not e.names.isdisjoint(found)]
    used = Counter(part.data for e in within for part in E.walk(e) if part.head == "var")
    captured = captured_names(body)
    only = frozenset(n for n in found if used[n] == 2 * found[n] and n not in captured)
    return _joined(body, only) if only else body


def _all_blocks(body: S.Block) -> Iterator[S.Block]:
    yield body
    for s in body:
        for block in S.blocks(s):
            yield from _all_blocks(block)


def _aside(three: S.Block) -> str | None:
    """The variable in which three statements that exchange the contents of two places put those of one aside."""
    if len(three) < 3 or not all(isinstance(s, S.Assign) for s in three):
        return None
    (t, a), (b, c), (d, e) = ((s.target, s.value) for s in three if isinstance(s, S.Assign))
    if t.head != "var" or e != t or a != b or c != d or t.data in a.names | c.names:
        return None
    elements = _is_element(a) and _is_element(c) and a.args[0] == c.args[0]
    return str(t.data) if elements or a.head == c.head == "var" and a != c else None


def _joined(body: S.Block, asides: frozenset[str]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        out.append(S.map_blocks(lambda b: _joined(b, asides), s))
        if len(out) > 2 and _aside(tuple(out[-3:])) in asides:
            made = out[-2]
            assert isinstance(made, S.Assign)
            out[-3:] = [S.Assign(E.tuple_(made.target, made.value), E.tuple_(made.value, made.target), made.loc)]
    return tuple(out) if len(out) != len(body) or any(a is not b for a, b in zip(out, body)) else body
