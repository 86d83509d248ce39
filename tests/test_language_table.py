"""`docs/language.md`, row by row, against the compiler."""
from __future__ import annotations

import ast
import contextlib
import io
import linecache
import re
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2sgrad import DerivativeError, grad, jvp

DOCUMENT = Path(__file__).parents[1] / "docs" / "language.md"
_ROW = re.compile(r"^\| (?P<construct>.+?) \| (?P<status>\w+) \| (?P<ticks>`+)(?P<code>.+?)(?P=ticks) \|$")
_DEFINITIONS = re.compile(r"^```python\n(.*?)^```", re.M | re.S)
X = 1.5


@dataclass(frozen=True)
class Row:
    construct: str
    status: str
    code: str


def rows() -> list[Row]:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines()
             if line.startswith("| ") and not line.startswith("| construct |")]
    found = [_ROW.match(line) for line in lines]
    assert all(found), [line for line, m in zip(lines, found) if m is None]
    return [Row(m["construct"].replace(r"\|", "|"), m["status"], m["code"].replace("⏎", "\n").replace(r"\|", "|"))
            for m in found if m]


ROWS = rows()


@pytest.fixture(scope="module")
def definitions() -> dict[str, Any]:
    """The module that the examples are functions of."""
    match = _DEFINITIONS.search(DOCUMENT.read_text(encoding="utf-8"))
    assert match is not None
    module = types.ModuleType("definitions_of_the_language_table")
    sys.modules[module.__name__] = module
    _run(match[1], "<definitions of the language table>", vars(module))
    return vars(module)


def _run(text: str, filename: str, scope: dict[str, Any]) -> None:
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), scope)


def function(row: Row, definitions: dict[str, Any], number: int) -> Any:
    text = "def f(x):\n" + "".join(f"    {line}\n" for line in row.code.splitlines())
    try:
        _run(text, f"<row {number} of the language table>", definitions)
    except SyntaxError:
        if sys.version_info >= (3, 12):
            raise
        pytest.skip("syntax of a later Python")
    return definitions["f"]


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda n: re.sub(r"[^\w]+", "_", ROWS[n].construct).strip("_"))
def test_row(number: int, definitions: dict[str, Any]) -> None:
    row = ROWS[number]
    f = function(row, definitions, number)
    if row.status == "refused":
        for derive in (grad, jvp):
            with pytest.raises(DerivativeError):
                derive(f)
        return
    assert row.status == "supported"
    with contextlib.redirect_stdout(io.StringIO()):
        step = 1e-6
        expected = (f(X + step) - f(X - step)) / (2 * step)
        np.testing.assert_allclose([grad(f)(X), grad(f, optimized=False)(X), jvp(f)(X, 1.0)], np.full(3, expected),
                                   rtol=1e-6, atol=1e-8)


def test_every_construct_of_the_language_has_a_row() -> None:
    """Every kind of node that Python's own grammar knows appears in an example."""
    seen = set()
    for row in ROWS:
        text = "def f(x):\n" + "".join(f"    {line}\n" for line in row.code.splitlines())
        with contextlib.suppress(SyntaxError):
            seen |= {type(n).__name__ for n in ast.walk(ast.parse(text))}
    bases = (ast.stmt, ast.expr, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.pattern)
    kinds = {name for name, kind in vars(ast).items() if isinstance(kind, type) and issubclass(kind, bases)
             and kind not in bases and not name.startswith("_")}
    old = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice", "TemplateStr", "Interpolation"}
    later = {"TryStar"} if sys.version_info < (3, 11) else set()
    later |= {"TypeAlias"} if sys.version_info < (3, 12) else set()
    assert kinds - seen - old - later == set()


def test_both_kinds_of_rows_are_there() -> None:
    statuses = [row.status for row in ROWS]
    assert statuses.count("supported") > 80 and statuses.count("refused") > 20
