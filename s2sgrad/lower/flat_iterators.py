"""Variables for iterators over all elements of an array, as variables for the array itself.

    w = x.flat                    w = x
    a = w[1:3]          --->      a = w.flat[1:3]
    w[0] = 2.0                    w.flat[0] = 2.0

What is read of such an iterator is a copy, and not a view as that of an array would be. A loop leaves it at its end, so
that a second one would find nothing.
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.renaming import own_names
from s2sgrad.rules.out_arguments import is_numpy


def without_iterators(fn: S.Function, cx: Context) -> S.Block:
    """The statements of a function without such variables; those that stand for something else as well stay."""
    made = {name for s in S.walk_stmts(fn.body) if (name := _made(s))}
    if not made:
        return fn.body
    _refuse_second_walks(fn.body, made, cx)
    made -= {p.name for p in fn.params} | _captured(fn)
    for s in S.walk_stmts(fn.body):
        if not _made(s):
            made -= S.writes(s)
    new = {name: E.attr(E.var(name), "flat") for name in made & own_names(fn)}
    return tuple(_replaced(s, new) for s in fn.body)


def _made(s: S.Stmt) -> str:
    """The variable that a statement makes such an iterator for; "" where it makes none."""
    if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "attr" and s.value.data == "flat":
        return str(s.target.data)
    return ""


def _captured(fn: S.Function) -> set[str]:
    """What nested functions see, and what comprehensions bind."""
    names = set(fn.nonlocals)
    for s in S.walk_stmts(fn.body):
        for e in S.expressions(s):
            for part in E.walk(e):
                if part.head == "function":
                    names |= part.names
                elif part.head == "comp":
                    names |= part.data.bound
    return names


def _replaced(s: S.Stmt, new: dict[str, Expr]) -> S.Stmt:
    if isinstance(s, S.Assign) and _made(s) in new:
        return S.Assign(s.target, E.substitute(s.value.args[0], new), s.loc)
    if isinstance(s, S.Delete):
        return s
    return S.map_blocks(lambda b: tuple(_replaced(t, new) for t in b), S.map_expressions(lambda e: _without(e, new), s))


def _without(e: Expr, new: dict[str, Expr]) -> Expr:
    if e.head == "attr" and e.data == "base" and e.args[0].head == "var" and e.args[0].data in new:
        return e.args[0]
    return new.get(e.data, e) if e.head == "var" else E.map_args(lambda a: _without(a, new), e)


def _refuse_second_walks(body: S.Block, made: set[str], cx: Context) -> None:
    """Refuse iterators that may be walked through twice: the elements are those of the array once only."""
    seen: set[str] = set()
    for name, s, again in _walked(body, made, frozenset()):
        if again or name in seen:
            cx.loc = s.loc or cx.loc
            raise cx.refuse(f"{name} is an iterator over the elements of an array, which may be walked through only once",
                            "use np.ravel of the array")
        seen.add(name)


def _walked(body: S.Block, made: set[str], outside: frozenset[str]) -> Iterator[tuple[str, S.Stmt, bool]]:
    """The iterators that statements walk through: name, statement, and whether they do so again and again."""
    for s in body:
        for e in S.expressions(s):
            if e.head != "var" or e.data not in S.writes(s):
                yield from ((name, s, again or name in outside) for name, again in _bare(e) if name in made)
        looped = isinstance(s, (S.For, S.While))
        for block in S.blocks(s):
            inner = outside | made if looped else outside
            yield from _walked(block, made, frozenset(inner - set(map(_made, block))))


def _bare(e: Expr) -> Iterator[tuple[str, bool]]:
    """The variables that an expression reads as a whole, and not by their elements or through functions of arrays.

    With each: does a comprehension read it once for each of its elements?
    """
    if e.head == "var":
        yield e.data, False
    elif e.head in ("index", "attr") and e.args[0].head == "var":
        for a in e.args[1:]:
            yield from _bare(a)
    elif e.head == "comp":
        first = e.data.loops(e)[0][1]
        for a in e.args:
            yield from ((name, again or a is not first) for name, again in _bare(a))
    else:
        fn = E.callee(e)
        arrays = fn is len or fn is not None and is_numpy(fn)
        for a in e.args:
            if not (arrays and a.head == "var"):
                yield from _bare(a)
