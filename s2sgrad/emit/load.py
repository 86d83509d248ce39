"""From text to functions that run, with the text behind them: tracebacks, pdb and inspect show generated lines."""
from __future__ import annotations

import ast
import itertools
import linecache
import types
from collections.abc import Iterable, Mapping
from typing import Any

_counter = itertools.count(1)


def filename_for(name: str) -> str:
    return f"<s2sgrad {name} {next(_counter)}>"


def register(filename: str, text: str) -> None:
    """Make the text of a generated file known to everything that shows source lines."""
    lines = text.splitlines(keepends=True)
    # The form (size, mtime, lines, name) with no mtime is kept by `linecache.checkcache`.
    linecache.cache[filename] = (len(text), None, lines, filename)


def load(text: str, filename: str, modules: Mapping[str, dict[str, Any]], cells: dict[str, types.CellType],
         defaults: Mapping[str, tuple[Any, dict[str, Any]]]) -> dict[str, types.FunctionType]:
    """The functions that `text` defines.

    Each runs in the globals that `modules` gives for it; its free names are bound to `cells`, to which the functions
    themselves are added, so that they find each other. `defaults` are default values, positional and by keyword.
    """
    tree = ast.parse(text, filename)
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    for node in functions:
        cells.setdefault(node.name, types.CellType())
    out = {}
    for node in functions:
        code = _function_code(node, cells, filename)
        closure = tuple(cells[name] for name in code.co_freevars)
        made = types.FunctionType(code, modules[node.name], node.name, None, closure)
        made.__defaults__, made.__kwdefaults__ = defaults.get(node.name, (None, None))
        made.__doc__ = ast.get_docstring(node)
        cells[node.name].cell_contents = made
        out[node.name] = made
    return out


def _function_code(node: ast.FunctionDef, names: Iterable[str], filename: str) -> types.CodeType:
    """The code of a definition in whose enclosing scope `names` are bound."""
    enclosing = ast.parse("def enclosing(): pass").body[0]
    assert isinstance(enclosing, ast.FunctionDef)
    own = {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
    enclosing.args.args = [ast.arg(n) for n in sorted(names) if n not in own]
    enclosing.body = [node]
    module = ast.fix_missing_locations(ast.Module([enclosing], []))
    code: Any = compile(module, filename, "exec")
    for name in ("enclosing", node.name):
        code = next(c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name)
    return code  # type: ignore[no-any-return]
