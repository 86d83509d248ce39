"""The targets of assignments, taken apart and put together; what lists are made of by repeating."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr


def pairs(target: Expr, value: Expr) -> Iterator[tuple[Expr, Expr]]:
    """What an assignment assigns, with what to, one by one: ``a, (b, c) = x, (y, z)`` are three."""
    if target.head in ("tuple", "list") and value.head in ("tuple", "list") and len(target.args) == len(value.args) \
            and all(a.head != "star" for a in (*target.args, *value.args)):
        for t, a in zip(target.args, value.args):
            yield from pairs(t, a)
    else:
        yield target, value


def assigned(s: S.Stmt) -> list[tuple[Expr, Expr]]:
    """The `pairs` of an assignment; none for other statements."""
    if type(s) is not S.Assign:
        return []
    return [(s.target, s.value)] if s.target.head == "var" else list(pairs(s.target, s.value))


def given(s: S.Stmt) -> list[tuple[Expr, Expr]]:
    """What is `assigned` once the statement is done: what is given twice, ``a, a = x, y``, has the last value."""
    found = assigned(s)
    return found if len(found) < 2 else list(dict(found).items())


def with_places(target: Expr, place: Callable[[Expr], Expr]) -> Expr:
    """A target with another place for each of its own."""
    if target.head in ("tuple", "list", "star"):
        return E.rebuild(target, tuple([with_places(t, place) for t in target.args]))
    return place(target)


def makes_text(e: Expr) -> bool:
    """Is this operation on a text that is written out, ``"%.3f" % x`` or ``name + "_old"``, whose result is text?"""
    for a in e.args[:1] if e.data == "%" else e.args if e.data == "+" else ():
        if a.head == "fstring" or a.head == "const" and type(a.data) is str:
            return True
    return False


def repeated(e: Expr) -> Expr | None:
    """The display that ``[None] * n`` repeats: one of what cannot be multiplied, or of zeros, of which all products are zero."""
    if e.head != "op" or e.data != "*":
        return None
    for a in e.args:
        if a.head in ("list", "tuple") and a.args and (
                all(x.head == "const" and x.data == 0 for x in a.args) or any(
                    x.head == "const" and not isinstance(x.data, (int, float, complex)) for x in a.args)):
            return a
    return None
