"""From text to functions that run, with the text behind them: tracebacks, pdb and inspect show generated lines."""
from __future__ import annotations

import inspect
import itertools
import linecache
import re
import types
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from s2sgrad.ir.node import dataclass

_counter = itertools.count(1)
#: Of so many names those that a text mentions are found first.
_MANY = 50


@dataclass(frozen=True, eq=False)
class Scope:
    """Where a generated function finds its names: the globals it runs in, and the cells of the scope around it."""

    module: dict[str, Any]
    cells: Mapping[str, types.CellType]
    defaults: tuple[tuple[Any, ...] | None, dict[str, Any] | None] = (None, None)


def filename_for(name: str, unchecked: bool = False) -> str:
    """A name for a generated file; `unchecked`: it may keep arrays in containers, and change them, as the user's program does."""
    return f"<s2sgrad {'tangent ' * unchecked}{name} {next(_counter)}>"


def register(filename: str, text: str) -> None:
    """Make the text of a generated file known to everything that shows source lines."""
    lines = text.splitlines(keepends=True)
    # The form (size, mtime, lines, name) with no mtime is kept by `linecache.checkcache`.
    linecache.cache[filename] = (len(text), None, lines, filename)


def load(texts: Iterable[str], filename: str, scopes: Mapping[str, Scope], line: int = 1) -> dict[str, types.FunctionType]:
    """The functions that `texts` define, one each, from a `line` of the file on and two lines apart, each in its scope.

    They find each other through cells as well.
    """
    siblings = {name: types.CellType() for name in scopes}
    out = {}
    for (name, scope), text in zip(scopes.items(), texts, strict=True):
        cells = {**scope.cells, **siblings}
        code = _code(text, name, filename, cells, line)
        line += text.count("\n") + 2
        made = types.FunctionType(code, scope.module, name, None, tuple(cells[n] for n in code.co_freevars))
        made.__defaults__, made.__kwdefaults__ = scope.defaults
        made.__qualname__ = name
        made.__doc__ = inspect.cleandoc(made.__doc__) if made.__doc__ else None
        siblings[name].cell_contents = made
        out[name] = made
    return out


def _code(text: str, name: str, filename: str, around: Mapping[str, object], line: int) -> types.CodeType:
    """The code of the function that `text` defines, which is at a `line` of the file, inside one that binds the names `around`.

    The text stands as it is below a line of its own: what follows its first line is indented by more than that is now.
    Defaults and annotations are code of the function around, which nobody calls.
    """
    words = around if len(around) < _MANY else set(re.findall(r"\w+", text))  # of many most are names of other functions
    bound = ", ".join(n for n in around if n in words)
    with warnings.catch_warnings():  # what Python has to say of the user's code it has said of that
        warnings.simplefilter("ignore", SyntaxWarning)
        (enclosing,) = _inside(compile(f"def enclosing({bound}):\n {text}", filename, "exec"), "enclosing")
    (code,) = _inside(enclosing, name)
    return _moved(code, line - 2)


def _inside(code: types.CodeType, name: str) -> list[types.CodeType]:
    return [c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name]


def _moved(code: types.CodeType, lines: int) -> types.CodeType:
    """Code that stands some lines further down, with the functions in it."""
    consts = tuple([_moved(c, lines) if isinstance(c, types.CodeType) else c for c in code.co_consts])
    return code.replace(co_firstlineno=code.co_firstlineno + lines, co_consts=consts)
