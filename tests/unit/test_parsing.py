"""Short ways between text, Python's trees and gast's give what the long ways give."""
from __future__ import annotations

import ast
import dataclasses
import inspect

import gast
import pytest
from astor.code_gen import SourceGenerator
from astor.string_repr import pretty_string

from s2sgrad.emit import printer
from s2sgrad.emit.load import Scope, load
from s2sgrad.frontend import expressions, match, source, statements
from s2sgrad.frontend.parsing import to_gast
from s2sgrad.ir import expr as E
from s2sgrad.ir.node import dataclass

PROGRAM = '''
async def f(a, /, b: int = 1, *args: float, c=-2.0, d, **options) -> "text":
    x, *y = a[1:, ..., ::2], [i for j in b if j for i in j if i is not None]
    x.part[0] += -x ** 2 ** -y if x < y <= 3 and not (a or b) else (lambda z=1, *w: z @ w)(a, *args, k=1, **options)
    while (n := len(x)) > 1j:
        try:
            del x[0], y.part
        except (ValueError, TypeError) as error:
            raise error from None
        else:
            continue
        finally:
            print(f"{x!r:>{n}} and {{}}", {**options, "a": {1, 2}}, sep="\\n")
    async with a as (b, c), d:
        yield {k: v for k, v in x.items()}
    for i, (j, k) in enumerate(x):
        assert i, "why"
        break
    match x:
        case [1, *rest] | {"k": rest, **more}:
            from a.b import c as d
            global g
            return await x
    class Inner(a, metaclass=b):
        z: int = 0
'''


@pytest.mark.parametrize("text", [PROGRAM, *map(inspect.getsource, (expressions, statements, match, source, E))])
def test_gast_trees_are_those_of_gast(text: str) -> None:
    tree = ast.parse(text)
    expected = gast.dump(gast.ast_to_gast(tree), include_attributes=True)
    assert gast.dump(to_gast(ast.parse(text)), include_attributes=True) == expected


LINES = ("y = x", "a = b = c.d[e] = 1.5", "x[i, j:k, ::2] = -x ** -y ** 2 + (a - (b - c)) * d / (e * f)", "x = (a + b).T",
         "f(x, *y, key=(1, 2), **z)(g(a if b else c))[h[0]].i(-1.0, 1e400)", "x = f((a, b))", "x = [f(), 'text', None, ...]",
         "y = (x := 2) + 3", "x = (a < b) @ (lambda v: v * 2)(c)", "z = 2 .real + (3).imag + 1j * -2", "x = f((n for n in m))")


@pytest.mark.parametrize("line", LINES)
def test_lines_are_those_of_astor(line: str) -> None:
    plain = SourceGenerator(" " * 4, False, pretty_string)
    plain.visit(ast.parse(line))
    assert printer.text(ast.parse(line)).strip() == "".join(map(str, plain.result)).strip()


def test_functions_find_what_is_around_them_and_each_other() -> None:
    import types
    texts = ("def even(n, more=[k for k in ()]):\n    return n == zero or odd(n - 1)\n",
             "def odd(n):\n    less = lambda: (\n  n - 1)\n    return n > 0 and even(less())\n")
    scopes = {"even": Scope({}, {"zero": types.CellType(0)}, ((7, []), None)), "odd": Scope({}, {})}
    made = load(texts, "<two functions>", scopes, 3)
    assert list(made) == ["even", "odd"] and made["even"](4) and not made["even"]()
    assert made["even"].__code__.co_firstlineno == 3 and made["odd"].__qualname__ == "odd"
    less = next(c for c in made["odd"].__code__.co_consts if isinstance(c, types.CodeType))
    assert (made["odd"].__code__.co_firstlineno, less.co_firstlineno) == (7, 8)


def test_values_are_compared_and_shown_as_dataclasses_are() -> None:
    def classes(decorator):  # type: ignore[no-untyped-def]
        @decorator(frozen=True)
        class Point:
            x: int
            y: tuple[int, ...] = ()
            hidden: int = dataclasses.field(default=0, repr=False)

        return Point

    ours, plain = classes(dataclass), classes(dataclasses.dataclass)
    assert repr(ours(1, (2,))) == repr(plain(1, (2,)))
    assert ours(1) == ours(1) != ours(2) and hash(ours(1)) == hash(ours(1)) == hash(plain(1))
    assert dataclasses.replace(ours(1), y=(3,)) == ours(1, (3,))
