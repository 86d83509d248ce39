"""Choose what every variable is called in the output.

A variable gets the name it had in the source, its adjoint that name with a ``b`` in front, and two variables may
share a name where they are never alive together; where they are, the later one gets a number. Nothing is called
what the function refers to otherwise: a module, a constant, a function.
"""
from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping

from s2sgrad.differentiate.naming import preferred
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.liveness import Liveness


def choose_names(fn: S.Function, reserved: Iterable[str]) -> dict[str, str]:
    """Printed names for the variables of a function; `reserved` are taken already."""
    taken = frozenset(reserved) | frozenset(keyword.kwlist)
    conflicts = interference(fn)
    out: dict[str, str] = {}
    for p in fn.params:
        out[p.name] = _free(preferred(p.name), taken, {out[n] for n in out})
    for name in _in_order(fn):
        if name not in out:
            used = {out[n] for n in conflicts.get(name, ()) if n in out}
            out[name] = _free(preferred(name), taken, used)
    return out


def _free(name: str, taken: frozenset[str], used: set[str]) -> str:
    if name not in taken and name not in used:
        return name
    stem = name + "_" if name[-1:].isdigit() else name
    number = 2
    while f"{stem}{number}" in taken or f"{stem}{number}" in used:
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


def interference(fn: S.Function) -> Mapping[str, set[str]]:
    """For every variable, those that hold a value of their own at some time when it is bound or alive."""
    live = Liveness(fn.body)
    out: dict[str, set[str]] = {}

    def conflict(a: str, others: Iterable[str]) -> None:
        for b in others:
            if a != b:
                out.setdefault(a, set()).add(b)
                out.setdefault(b, set()).add(a)

    for name in live.entry:
        conflict(name, live.entry)
    for s in S.walk_stmts(fn.body):
        around = live.head[s] | live.after[s] if isinstance(s, (S.For, S.While)) else live.after[s]
        source = s.value.data if isinstance(s, S.Assign) and s.value.head == "var" and s.target.head == "var" else None
        for name in S.writes(s):
            conflict(name, (n for n in around if n != source))
            conflict(name, S.writes(s))
        for e in S.expressions(s):
            for part in E.walk(e):
                if part.head == "comp":
                    for name in part.data.bound:
                        conflict(name, live.after[s] | S.reads(s) | E.Expr("tuple", part.args).names)
    for name in live.pinned:
        conflict(name, S.all_names(fn.body))
    return out
