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
from dataclasses import dataclass
from typing import Any

_counter = itertools.count(1)


@dataclass(frozen=True, eq=False)
class Scope:
    """Where a generated function finds its names: the globals it runs in, and the cells of the scope around it."""

    module: dict[str, Any]
    cells: Mapping[str, types.CellType]
    defaults: tuple[tuple[Any, ...] | None, dict[str, Any] | None] = (None, None)


def filename_for(name: str) -> str:
    return f"<s2sgrad {name} {next(_counter)}>"


_WORD = re.compile(r"\w+")


def register(filename: str, text: str) -> None:
    """Make the text of a generated file known to everything that shows source lines."""
    lines = text.splitlines(keepends=True)
    # The form (size, mtime, lines, name) with no mtime is kept by `linecache.checkcache`.
    linecache.cache[filename] = (len(text), None, lines, filename)


def load(text: str, filename: str, scopes: Mapping[str, Scope]) -> dict[str, types.FunctionType]:
    """The functions that `text` defines, each in its scope; they find each other through cells as well."""
    with warnings.catch_warnings():  # what Python has to say of the user's code it has said of that
        warnings.simplefilter("ignore", SyntaxWarning)
        codes = {c.co_name: c for c in compile(text, filename, "exec").co_consts if isinstance(c, types.CodeType)}
    siblings = {name: types.CellType() for name in codes}
    nodes: dict[str, ast.FunctionDef] = {}
    out = {}
    for name, code in codes.items():
        scope = scopes[name]
        cells = {**scope.cells, **siblings}
        if not cells.keys().isdisjoint(_names_in(code)):
            nodes = nodes or {n.name: n for n in ast.parse(text, filename).body if isinstance(n, ast.FunctionDef)}
            words = _WORD.findall("\n".join(text.split("\n")[nodes[name].lineno - 1:nodes[name].end_lineno]))
            code = _function_code(nodes[name], cells.keys() & words, filename)
        closure = tuple(cells[n] for n in code.co_freevars)
        made = types.FunctionType(code, scope.module, name, None, closure)
        made.__defaults__, made.__kwdefaults__ = scope.defaults
        made.__qualname__ = name
        made.__doc__ = inspect.cleandoc(made.__doc__) if made.__doc__ else None
        siblings[name].cell_contents = made
        out[name] = made
    return out


def _names_in(code: types.CodeType) -> set[str]:
    """The names that a function, or one inside it, does not bind itself; those of attributes are among them."""
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    return set(code.co_names).union(*map(_names_in, inner))


def _function_code(node: ast.FunctionDef, names: Iterable[str], filename: str) -> types.CodeType:
    """The code of a definition in whose enclosing scope `names` are bound."""
    module = ast.parse(f"def enclosing({', '.join(sorted(names))}): pass")
    (enclosing,) = module.body
    assert isinstance(enclosing, ast.FunctionDef)
    bare = ast.FunctionDef(**{**dict(ast.iter_fields(node)), "args": _without_defaults(node.args)})
    enclosing.body = [ast.copy_location(bare, node)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        code: Any = compile(module, filename, "exec")
    for name in ("enclosing", node.name):
        code = next(c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name)
    return code


def _without_defaults(args: ast.arguments) -> ast.arguments:
    """Defaults and annotations are evaluated where a function is defined; these are given as objects instead."""
    fields = dict(ast.iter_fields(args))
    return ast.arguments(**{**fields, "defaults": [], "kw_defaults": [None] * len(args.kwonlyargs)})
