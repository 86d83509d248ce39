"""What a forward function hands over to its backward function.

    return y, (a, t, t)                              return y, (a, t)
    ...                                              ...
    a, t, t2 = saved               --->              a, t = saved

Values that have become one while the forward function was optimized are handed over once.
"""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.renaming import rename


def handed_over(fn: S.Function) -> tuple[Expr, ...]:
    """What a forward function saves for its backward function."""
    last = fn.body[-1] if fn.body else None
    if not isinstance(last, S.Return) or last.value.head != "tuple" or not last.value.args:
        return ()
    saved = last.value.args[-1]
    return saved.args if saved.head == "tuple" else ()


def unpacked(fn: S.Function) -> list[str]:
    """The variables that a backward function takes what was saved apart into: they are called there as they were here."""
    first = fn.body[0] if fn.body else None
    if isinstance(first, S.Assign) and first.target.head == "tuple" and fn.params and first.value.names == {fn.params[0].name}:
        return [t.data for t in first.target.args if t.head == "var"]
    return []


def once(forward: S.Function, backward: S.Function) -> tuple[S.Function, S.Function]:
    """The pair with each variable handed over once."""
    values, names = handed_over(forward), unpacked(backward)
    if len(set(values)) in (0, 1, len(values)) or len(values) != len(names):
        return forward, backward
    bound = {n for s in S.walk_stmts(backward.body[1:]) for n in S.writes(s)}
    first: dict[Expr, str] = {}
    same: dict[str, Expr] = {}
    for name, value in zip(names, values):
        if value.head != "var" or name in bound:
            continue
        if value in first:
            same[name] = E.var(first[value])
        first.setdefault(value, name)
    kept = [n for n, name in enumerate(names) if name not in same]
    if not same or len(kept) < 2:
        return forward, backward
    unpack, *rest = backward.body
    assert isinstance(unpack, S.Assign)
    back = forward.body[-1]
    assert isinstance(back, S.Return)
    saved = E.tuple_(*(values[n] for n in kept))
    returned = S.Return(E.tuple_(*back.value.args[:-1], saved), back.loc)
    taken = S.Assign(E.tuple_(*(E.var(names[n]) for n in kept)), unpack.value, unpack.loc)
    return (S.with_body(forward, (*forward.body[:-1], returned)),
            S.with_body(backward, (taken, *(rename(s, same) for s in rest))))
