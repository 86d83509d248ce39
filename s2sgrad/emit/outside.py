"""What a saved derivative needs from outside its functions: imports, constants, and the text of local functions.

A derivative that runs finds the user's objects where they are. Its text, as a module of its own, imports what can be
imported, and writes out numbers, containers, arrays and functions that live in a script or in a closure.
"""
from __future__ import annotations

import ast
import builtins
import dataclasses
import inspect
import sys
import textwrap
import types
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from s2sgrad.emit.printer import show_function
from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.source import closure_values, read
from s2sgrad.frontend.unit import adopted
from s2sgrad.markers import Checkpoint

ELEMENTS = 4096  # of the largest array that is written out
_SIMPLE = (bool, int, float, complex, str, bytes, type(None), type(...))


class Outside:
    """The head of a module: `imports`, and `definitions` in an order in which they can run."""

    def __init__(self) -> None:
        self.imports: dict[str, None] = {}
        self.definitions: dict[str, None] = {}
        self.numpy = "numpy"
        self._known: dict[str, Any] = {}

    def line(self, text: str) -> None:
        """An import that somebody else has chosen."""
        self.imports[text] = None

    def bind(self, name: str, value: Any, home: Mapping[str, Any]) -> None:
        """Make `name` stand for `value` in the saved module; `home` are the globals where it does so now."""
        if name in self._known:
            return
        self._known[name] = value
        if isinstance(value, types.ModuleType):
            self.line(f"import {value.__name__}" if name == value.__name__ else f"import {value.__name__} as {name}")
            self.numpy = name if value is np else self.numpy
            return
        found = importable(value)
        if found is not None:
            self._imported(name, *found)
        elif isinstance(value, _SIMPLE) and literal(value) is not None:
            self.definitions[f"{name} = {literal(value)}"] = None
        elif _module_of(home) not in (None, "__main__") and home.get(name) is value:
            self._imported(name, str(_module_of(home)), name)
        else:
            self._written(name, value, home)

    def _imported(self, name: str, module: str, original: str) -> None:
        if module == "builtins":
            if name != original:
                self.definitions[f"{name} = {original}"] = None
        else:
            self.line(f"from {module} import {original}" + f" as {name}" * (name != original))

    def _written(self, name: str, value: Any, home: Mapping[str, Any]) -> None:
        """An object of a script or of a closure."""
        if isinstance(value, Checkpoint):
            self._written(name, value.function, home)
            return
        if isinstance(value, (types.FunctionType, type)) and self._defined(name, value):
            return
        text = literal(value, self.numpy)
        if text is not None:
            if isinstance(value, (np.ndarray, np.generic)) and self.numpy == "numpy":
                self.line("import numpy")
            self.definitions[f"{name} = {text}"] = None
        elif home.get(name) is value and _module_of(home) is not None:
            self.line(f"from {_module_of(home)} import {name}")
        else:
            self.definitions[f"# {name}: the {type(value).__name__} that the function captured; bind it here"] = None

    def _defined(self, name: str, value: Any) -> bool:
        """Write the definition of a function or class, after what it needs itself."""
        if value.__name__ != name and value.__name__.isidentifier() and self._known.get(value.__name__, value) is value:
            self.bind(value.__name__, value, getattr(value, "__globals__", {}))
            self.definitions[f"{name} = {value.__name__}"] = None
            return True
        try:
            text = _text(name, value)
        except (DerivativeError, OSError, TypeError, SyntaxError):
            return False
        if is_local_record(value):
            self.line("import collections")
        scope: Mapping[str, Any] = vars(sys.modules.get(value.__module__, builtins))
        cells: Mapping[str, types.CellType] = {}
        if isinstance(value, types.FunctionType):
            scope, cells = value.__globals__, closure_values(value)
        unit = adopted(value)
        if unit is not None:
            scope = unit.source.module
        for used in _names_read(text):
            if used in cells:
                if _has_content(cells[used]):
                    self.bind(used, cells[used].cell_contents, {})
            elif used in scope and used != name:
                self.bind(used, scope[used], scope)
        self.definitions[text] = None
        return True


# ---- values ---------------------------------------------------------------------------------------------------------

def importable(value: Any) -> tuple[str, str] | None:
    """The module and the name under which an object can be imported anywhere; the shortest public way there is."""
    if isinstance(value, np.ufunc):
        plain = value.__name__
        return ("numpy", plain) if getattr(np, plain, None) is value else None
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    owner = getattr(value, "__self__", None)
    if isinstance(value, types.BuiltinFunctionType) and isinstance(owner, types.ModuleType):
        module = owner.__name__
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__" or "." in name:
        return None
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        path = ".".join(parts[:count])
        if getattr(sys.modules.get(path), name, None) is value:
            return path, name
    return None


def literal(value: Any, numpy: str = "numpy") -> str | None:
    """An expression that gives an equal value, for numbers, text, arrays and containers of them.

    `numpy` is what NumPy is called where the expression stands.
    """
    if isinstance(value, np.ndarray):
        if value.size > ELEMENTS or value.dtype.kind not in "fciubU" or type(value) is not np.ndarray:
            return None
        shaped = f".reshape({value.shape!r})" if value.ndim != 1 or not value.size else ""
        return f"{numpy}.array({literal(value.ravel().tolist())}, dtype={value.dtype.str!r}){shaped}"
    if isinstance(value, np.generic):
        inner = literal(value.item())
        return None if inner is None else f"{numpy}.{type(value).__name__}({inner})"
    if type(value) in (list, tuple, set, frozenset):
        parts = [literal(v, numpy) for v in value]
        if any(p is None for p in parts) or isinstance(value, (set, frozenset)) and not parts:
            return None
        inner = ", ".join(map(str, parts))
        shapes: dict[type, str] = {list: "[{}]", tuple: "({})", set: "{{{}}}", frozenset: "frozenset(({},))"}
        shape = shapes[type(value)]
        return shape.format(f"{inner}," if type(value) is tuple and len(parts) == 1 else inner)
    if type(value) is dict:
        pairs = [(literal(k, numpy), literal(v, numpy)) for k, v in value.items()]
        return None if any(None in p for p in pairs) else "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"
    if not isinstance(value, _SIMPLE) or type(value) not in _SIMPLE:
        return None
    if isinstance(value, float):
        return repr(value) if np.isfinite(value) else f'float("{value}")'
    return repr(value) if not isinstance(value, complex) or np.isfinite(value) else f'complex("{value}")'


def _text(name: str, value: Any) -> str:
    """The source of a function or class that makes `name` stand for it."""
    unit = adopted(value)
    if unit is not None:  # a nested function that was made one of its own
        return show_function(dataclasses.replace(unit.function, name=name)).rstrip()
    if is_local_record(value):
        defaults = f", defaults={tuple(value._field_defaults.values())!r}" if value._field_defaults else ""
        return f"{name} = collections.namedtuple({value.__name__!r}, {' '.join(value._fields)!r}{defaults})"
    if isinstance(value, type):
        text = textwrap.dedent(inspect.getsource(value))
    else:
        source, _ = read(value)
        if value.__name__ == "<lambda>":
            return f"{name} = {_lambda_text(source.text, value)}"
        text = textwrap.dedent(source.text)
    tree: Any = ast.parse(text).body[0]
    first = min(n.lineno for n in (tree, *(tree.decorator_list if isinstance(value, type) else ())))
    text = "\n".join(text.splitlines()[first - 1:tree.end_lineno])
    return text + f"\n\n\n{name} = {tree.name}" * (tree.name != name)


def is_local_record(value: Any) -> bool:
    """Is this a class that a function has made by a call of `collections.namedtuple`?"""
    made = isinstance(value, type) and value.__bases__ == (tuple,) and hasattr(value, "_fields")
    return made and "<locals>" in value.__qualname__


def _lambda_text(text: str, f: types.FunctionType) -> str:
    """The text of a lambda among the lines it stands in."""
    tree = ast.parse(textwrap.dedent(text).strip().rstrip(","))
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Lambda)
             and tuple(a.arg for a in n.args.args) == f.__code__.co_varnames[:f.__code__.co_argcount]]
    if len(found) != 1:
        raise OSError("the lambda cannot be told from others")
    return ast.unparse(found[0])


def _names_read(text: str) -> Iterator[str]:
    """The names that a definition mentions, in order."""
    yield from dict.fromkeys(n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name))


def _has_content(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _module_of(home: Mapping[str, Any]) -> str | None:
    name = home.get("__name__")
    return name if isinstance(name, str) and getattr(sys.modules.get(name), "__dict__", None) is home else None
