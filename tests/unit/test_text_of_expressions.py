"""What is printed without a tree reads as the tree of it does."""
from __future__ import annotations

import ast
import random
from collections.abc import Callable

import numpy as np
import pytest

from s2sgrad.emit.printer import text
from s2sgrad.emit.syntax import BINARY, COMPARISON, PLAIN, Whole, expression
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr

ATOMS = [E.var("x"), E.var("yy"), E.ref("np.pi", np.pi), *map(E.const, (
    1, 2.5, -1, -0.0, -2.5, 1e-30, 10 ** 20, float("inf"), float("nan"), None, ..., True, "key", 2j))]
SIN = E.ref("np.sin", np.sin)
RETURN: Callable[[ast.expr], ast.stmt] = ast.Return
STATEMENTS: list[Callable[[ast.expr], ast.stmt]] = [
    lambda e: ast.Assign([ast.Name("t", ast.Store())], e, None),
    lambda e: ast.AugAssign(ast.Name("t", ast.Store()), ast.Add(), e),
    RETURN,
]


def made(choose: random.Random, depth: int) -> Expr:
    """An expression of at most this depth, of what is printed at once and of what is not."""
    def part() -> Expr:
        return made(choose, depth - 1)

    if depth == 0 or choose.random() < 0.15:
        return choose.choice(ATOMS)
    kind = choose.randrange(12)
    if kind < 4:
        return E.op(choose.choice(list(BINARY)), part(), part())
    if kind == 4:
        return E.op(choose.choice(("-", "not", "+", "~")), part())
    if kind == 5:
        return E.compare(part(), *((choose.choice(list(COMPARISON)), part()) for _ in range(choose.choice((1, 1, 2)))))
    if kind == 6:
        names = choose.sample(("axis", "k"), choose.randrange(3))
        return E.call(choose.choice((SIN, part())), *(part() for _ in range(choose.randrange(3))), **{n: part() for n in names})
    if kind == 7:
        return E.attr(part(), "T")
    if kind == 8:
        return E.index(part(), part())
    if kind == 9:
        return E.index(part(), E.slice_(*(choose.choice((None, part())) for _ in range(3))))
    if kind == 10:
        return E.index(part(), E.tuple_(*(choose.choice((part(), E.slice_(part()))) for _ in range(choose.randrange(4)))))
    return choose.choice((E.tuple_(part(), part()), E.boolean("and", part(), part()), E.ifexp(part(), part(), part())))


def shown(e: ast.expr, statement: Callable[[ast.expr], ast.stmt]) -> str:
    return text(ast.Module([statement(e)], []))


@pytest.mark.parametrize("statement", STATEMENTS)
def test_expressions_are_printed_as_their_trees_are(statement: Callable[[ast.expr], ast.stmt]) -> None:
    choose = random.Random(1)
    some = [made(choose, 1 + n % 4) for n in range(1000)]
    for e in [e for e in some if e.head == "op"] if statement is RETURN else some:  # other results may have lines of their own
        assert shown(Whole(e, PLAIN), statement) == shown(expression(e, PLAIN), statement), e


@pytest.mark.parametrize("e, written", [
    (E.op("**", E.op("-", E.var("x")), E.const(2)), "(-x) ** 2"),
    (E.op("-", E.op("**", E.var("x"), E.const(2))), "-x ** 2"),
    (E.op("**", E.var("x"), E.op("-", E.var("y"))), "x ** -y"),
    (E.op("-", E.var("x"), E.op("-", E.var("y"), E.var("z"))), "x - (y - z)"),
    (E.index(E.op("+", E.var("x"), E.var("y")), E.tuple_(E.slice_(None, E.const(-1)), E.ELLIPSIS)), "(x + y)[:-1, ...]"),
    (E.call(SIN, E.op("*", E.var("x"), E.const(-0.5)), axis=E.NONE), "np.sin(x * -0.5, axis=None)"),
])
def test_brackets_are_where_they_are_needed(e: Expr, written: str) -> None:
    assert shown(Whole(e, PLAIN), STATEMENTS[0]).strip() == f"t = {written}"
