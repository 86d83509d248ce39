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
    if e.data.kind == "set":
        raise cx.refuse("a set of differentiated values has no order and cannot be differentiated", "use a list")
    if generators.over_generator(e, cx):
        return generators.comprehension(e, cx)
    out = E.var(cx.names.fresh("values"))
    cx.varied.add(out.data)
    return _filled(e, out, atom, cx)


def not_differentiated(e: Expr, cx: Context) -> Expr:
    """The same of elements that have no derivative, and whose computation changes what has one."""
    if e.data.kind == "set":
        raise cx.refuse("a set whose elements are computed by what changes differentiated values cannot be differentiated",
                        "fill the set in a loop")
    return _filled(e, E.var(cx.names.fresh("values")), plain, cx)


def _filled(e: Expr, out: Expr, value: Callable[[Expr, Context], Expr], cx: Context) -> Expr:
    kind = e.data.kind
    empty = E.dict_() if kind == "dict" else E.list_()
    cx.note_kind(out.data, empty)
    cx.emit(S.Assign(out, empty, cx.loc))

    def element(*parts: Expr) -> None:
        if kind == "dict":
            key = plain(parts[0], cx)
            cx.emit(S.Assign(E.index(out, key), value(parts[1], cx), cx.loc))
        else:
            cx.emit(S.Do(E.call(E.attr(out, "append"), value(parts[0], cx)), cx.loc))

    iterate(e, element, cx)
    return out


def decided(e: Expr, whole: bool, cx: Context) -> Expr:
    """``any(...)``, or ``all(...)`` if `whole`, of a generator: what comes after the element that decides is not computed."""
    found = E.var(cx.names.fresh("found"))
    open_ = E.op("not", found)
    cx.emit(S.Assign(found, E.const(False), cx.loc))

    def element(part: Expr) -> None:
        with cx.nested() as inner:
            test = plain(part, cx)
            cx.emit(S.If(E.op("not", test) if whole else test, (S.Assign(found, E.const(True), cx.loc),), (), cx.loc))
        cx.emit(S.If(open_, inner.body, (), cx.loc))

    iterate(_conditional(e, open_), element, cx)
    return open_ if whole else found


def _conditional(e: Expr, test: Expr) -> Expr:
    """A comprehension with conditions that are computed only where `test` holds."""
    args, rest = [e.args[0]], e.args[1:]
    for _, conditions in e.data.clauses:
        args += [rest[0], *(E.boolean("and", test, c) for c in rest[1:1 + conditions])]
        rest = rest[1 + conditions:]
    return E.rebuild(e, tuple(args))


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
