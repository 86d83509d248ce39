"""From text to functions that run, with the text behind them: tracebacks, pdb and inspect show generated lines."""
from __future__ import annotations

import ast
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


def load(text: str, filename: str, scopes: Mapping[str, Scope]) -> dict[str, types.FunctionType]:
    """The functions that `text` defines, each in its scope; they find each other through cells as well."""
    siblings = {name: types.CellType() for name in scopes}
    cells = {name: {**scope.cells, **siblings} for name, scope in scopes.items()}
    out = {}
    for name, code in _codes(text, filename, cells).items():
        made = types.FunctionType(code, scopes[name].module, name, None, tuple(cells[name][n] for n in code.co_freevars))
        made.__defaults__, made.__kwdefaults__ = scopes[name].defaults
        made.__qualname__ = name
        made.__doc__ = inspect.cleandoc(made.__doc__) if made.__doc__ else None
        siblings[name].cell_contents = made
        out[name] = made
    return out


def _codes(text: str, filename: str, around: Mapping[str, Iterable[str]]) -> dict[str, types.CodeType]:
    """The code of each function that `text` defines, inside a function that binds the names `around` it."""
    with warnings.catch_warnings():  # what Python has to say of the user's code it has said of that
        warnings.simplefilter("ignore", SyntaxWarning)
        if not any(len(re.findall(rf"\b{n}\b", text)) > (n in around) for n in {n for names in around.values() for n in names}):
            return {code.co_name: code for code in _inside(compile(text, filename, "exec")) if code.co_name in around}
        module = ast.parse(text, filename)
        lines = text.splitlines()
        module.body = [_enclosed(node, [n for n in around[node.name] if n in words]) for node in module.body
                       if isinstance(node, ast.FunctionDef) and (words := _words(lines[node.lineno - 1:node.end_lineno]))]
        codes = _inside(compile(module, filename, "exec"))
    return {code.co_name: code for enclosing in codes for code in _inside(enclosing) if code.co_name in around}


def _words(lines: Iterable[str]) -> set[str]:
    """All that may be a name in some lines of code: of the names around a function most are those of others."""
    return set(re.findall(r"\w+", "\n".join(lines)))


def _inside(code: types.CodeType) -> list[types.CodeType]:
    return [c for c in code.co_consts if isinstance(c, types.CodeType)]


def _enclosed(node: ast.FunctionDef, names: Iterable[str]) -> ast.FunctionDef:
    """A function in which `names` are bound, with a definition inside."""
    bare = _with(node, args=_without_defaults(node.args))
    bound = [ast.arg(n, lineno=node.lineno, col_offset=node.col_offset) for n in names]
    args = ast.arguments([], bound, None, [], [], None, [])
    return _with(node, name="enclosing", args=args, body=[bare])


def _with(node: ast.FunctionDef, **fields: Any) -> ast.FunctionDef:
    return ast.copy_location(ast.FunctionDef(**{**dict(ast.iter_fields(node)), **fields}), node)


def _without_defaults(args: ast.arguments) -> ast.arguments:
    """Defaults and annotations are evaluated where a function is defined; these are given as objects instead."""
    fields = dict(ast.iter_fields(args))
    return ast.arguments(**{**fields, "defaults": [], "kw_defaults": [None] * len(args.kwonlyargs)})
