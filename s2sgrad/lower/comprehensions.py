"""Comprehensions over varied values as the loops that they are short for."""
from __future__ import annotations

from collections.abc import Callable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower import generators
from s2sgrad.lower.choosing import unrolled
from s2sgrad.lower.context import Context
from s2sgrad.lower.iteration import loop
from s2sgrad.lower.operands import atom, plain


def comprehension(e: Expr, cx: Context) -> Expr:
    """A variable that holds the list or dict (a generator is consumed at once, so it is a list)."""
    kind = e.data.kind
    if kind == "set":
        raise cx.refuse("a set of differentiated values has no order and cannot be differentiated", "use a list")
    if generators.over_generator(e, cx):
        return generators.comprehension(e, cx)
    out = E.var(cx.names.fresh("values"))
    cx.varied.add(out.data)
    empty = E.dict_() if kind == "dict" else E.list_()
    cx.note_kind(out.data, empty)
    cx.emit(S.Assign(out, empty, cx.loc))

    def element(*parts: Expr) -> None:
        if kind == "dict":
            key = plain(parts[0], cx)
            cx.emit(S.Assign(E.index(out, key), atom(parts[1], cx), cx.loc))
        else:
            cx.emit(S.Do(E.call(E.attr(out, "append"), atom(parts[0], cx)), cx.loc))

    iterate(e, element, cx)
    return out


def iterate(e: Expr, element: Callable[..., None], cx: Context) -> None:
    """Emit the loops and conditions of a comprehension; `element` emits what is done with its element."""
    first = 2 if e.data.kind == "dict" else 1
    elements, rest = e.args[:first], e.args[first:]

    def clause(n: int, rest: tuple[Expr, ...]) -> None:
        if n == len(e.data.clauses):
            element(*elements)
            return
        target, conditions = e.data.clauses[n]
        tests, after = rest[1:1 + conditions], rest[1 + conditions:]
        cx.varied.bind(target, rest[0])
        def inner() -> None:
            guarded(tests, lambda: clause(n + 1, after))

        if not unrolled(target, rest[0], inner, cx):
            loop(target, rest[0], inner, cx)

    def guarded(tests: tuple[Expr, ...], body: Callable[[], None]) -> None:
        if not tests:
            body()
            return
        test = plain(tests[0] if len(tests) == 1 else E.boolean("and", *tests), cx)
        with cx.nested() as inner:
            body()
        cx.emit(S.If(test, inner.body, (), cx.loc))

    clause(0, rest)
