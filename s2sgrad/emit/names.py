"""Choose what every variable is called in the output.

A variable gets the name it had in the source, its adjoint that name with a ``b`` in front, and two variables may
share a name where they are never alive together; where they are, the later one gets a number. Nothing is called
what the function refers to otherwise: a module, a constant, a function.
"""
from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping

from s2sgrad.differentiate.naming import preferred
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.liveness import Liveness


def choose_names(fn: S.Function, reserved: Iterable[str]) -> dict[str, str]:
    """Printed names for the variables of a function; `reserved` are taken already."""
    taken = frozenset(reserved) | frozenset(keyword.kwlist)
    index, conflicts = interference(fn)
    holders: dict[str, tuple[int, int]] = {}  # who has a name already, and what those conflict with
    out: dict[str, str] = {}

    def give(name: str, free: Callable[[str], bool]) -> None:
        chosen = _free(preferred(name), lambda n: n not in taken and free(n))
        mine, others = holders.get(chosen, (0, 0))
        bit = index.get(name)
        holders[chosen] = (mine, others) if bit is None else (mine | 1 << bit, others | conflicts.get(bit, 0))
        out[name] = chosen

    def apart(name: str) -> Callable[[str], bool]:
        bit = index[name]

        def free(n: str) -> bool:
            mine, others = holders.get(n, (0, 0))
            return not mine & conflicts.get(bit, 0) and not others >> bit & 1
        return free

    for p in fn.params:
        give(p.name, lambda n: n not in holders)
    for name in _in_order(fn):
        if name not in out:
            give(name, apart(name))
    return out


def _free(name: str, free: Callable[[str], bool]) -> str:
    if free(name):
        return name
    stem = name + "_" if name[-1:].isdigit() else name
    number = 2
    while not free(f"{stem}{number}"):
        number += 1
    return f"{stem}{number}"


def _in_order(fn: S.Function) -> Iterable[str]:
    """The variables of a function in the order in which the text binds them."""
    seen: dict[str, None] = {}
    for s in S.walk_stmts(fn.body):
        for e in S.expressions(s):
            _bound_in(e, seen)
        for name in sorted(S.writes(s)):
            seen.setdefault(name)
        for name in sorted(S.reads(s)):
            seen.setdefault(name)
    return seen


def _bound_in(e: E.Expr, seen: dict[str, None]) -> None:
    for part in E.walk(e):
        if part.head == "comp":
            for name in sorted(part.data.bound):
                seen.setdefault(name)


def interference(fn: S.Function) -> tuple[Mapping[str, int], Mapping[int, int]]:
    """For every variable, those that hold a value of their own at some time when it is bound or alive.

    Variables are bits: the first mapping numbers them, the second gives sets. A conflict may stand with one of the two.
    """
    live = Liveness(fn.body)
    index, after, head = live.index, live.after.masks, live.head.masks
    out: dict[int, int] = {}

    def conflict(names: Iterable[str], others: int) -> None:
        for name in names:
            live.mask((name,))
            bit = index[name]
            out[bit] = out.get(bit, 0) | others & ~(1 << bit)

    conflict(live.entry, live.mask(live.entry))
    for s in S.walk_stmts(fn.body):
        around = after[s] | head[s] if isinstance(s, (S.For, S.While)) else after[s]
        written = S.writes(s)
        if isinstance(s, S.Assign) and s.value.head == "var" and s.target.head == "var":
            around &= ~live.mask(s.value.names)
        if isinstance(s, S.For):  # a loop inside a loop has a variable of its own, needed or not
            around |= live.mask(n for t in S.walk_stmts(s.body) if isinstance(t, S.For) for n in S.writes(t))
        if written:
            conflict(written, around | live.mask(written))
        for e in S.expressions(s):
            _conflicts_inside(e, s, live, conflict)
    conflict(live.pinned, live.mask(S.all_names(fn.body)) if live.pinned else 0)
    for name in S.all_names(fn.body):
        live.mask((name,))
    return index, out


def _conflicts_inside(e: E.Expr, s: S.Stmt, live: Liveness, conflict: Callable[[Iterable[str], int], None]) -> None:
    """The variables of comprehensions are alive beside all that the statement reads."""
    if e.head == "comp":
        conflict(sorted(e.data.bound), live.after.masks[s] | live.mask(S.reads(s) | E.Expr("tuple", e.args).names))
    for a in e.args:
        if a.args:
            _conflicts_inside(a, s, live, conflict)
