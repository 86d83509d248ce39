"""From a request to functions that Numba compiles: the stages of the pipeline, lowered to what Numba has."""
from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from typing import Any

import numba

from s2sgrad.emit.load import Scope, filename_for, register
from s2sgrad.emit.module import Text, render
from s2sgrad.jit.lowering import for_numba
from s2sgrad.pipeline import Request, analysis, differentiate, lower, read

Options = tuple[tuple[str, Any], ...]

#: The options that belong to the function which callers see, not to those that it calls.
_OUTER = frozenset(("cache", "nogil", "inline", "debug"))


def own_options(options: Options) -> dict[str, Any]:
    """The options that the functions inside are compiled with."""
    return {n: v for n, v in options if n not in _OUTER}


def derivative(request: Request, options: Options) -> Any:
    """A dispatcher for the derivative that `request` asks for, whose types are given."""
    value: Any = request
    for stage in (read, lower, analysis, differentiate):
        value = stage(value)
    generated = tuple(dataclasses.replace(g, function=for_numba(g.function)) for g in value.generated)
    text = render(generated)
    last = generated[-1].function.name
    return compiled_functions(text, last, options)[last]


def compiled_functions(text: Text, last: str, options: Options) -> dict[str, Any]:
    """Dispatchers for the functions of a text; they find each other, and what they call is compiled as well."""
    filename = filename_for(last)
    register(filename, text.module)
    scopes = {name: _compiled_scope(scope, options) for name, scope in text.scopes.items()}
    functions = text.load(filename, scopes)
    made = {name: numba.njit(**own_options(options))(fn) for name, fn in functions.items()}
    for fn in functions.values():
        for name, cell in zip(fn.__code__.co_freevars, fn.__closure__ or ()):
            if name in made:
                cell.cell_contents = made[name]
    return made


def _compiled_scope(scope: Scope, options: Options) -> Scope:
    cells = {n: _usable_cell(c, options) for n, c in scope.cells.items()}
    return Scope(_Globals(scope.module, options), cells, scope.defaults)


def _usable_cell(cell: types.CellType, options: Options) -> types.CellType:
    try:
        return types.CellType(_usable(cell.cell_contents, options))
    except ValueError:  # nothing is bound yet
        return cell


def _usable(value: Any, options: Options) -> Any:
    """What stands for a global value in compiled code."""
    return jitted(value, options) if isinstance(value, types.FunctionType) else value


_jitted: dict[tuple[types.FunctionType, Options], Any] = {}
_LIBRARIES = ("numpy", "scipy", "math", "s2sgrad", "numba")


def jitted(function: types.FunctionType, options: Options) -> Any:
    """A dispatcher for a plain function that generated code calls, and for what it calls in turn.

    Numba takes globals for constants and knows no plain functions; so the function runs in globals of its own.
    """
    if (function.__module__ or "").partition(".")[0] in _LIBRARIES:
        return function
    key = function, options
    if key not in _jitted:
        cells = tuple(_usable_cell(c, options) for c in function.__closure__ or ())
        copy = types.FunctionType(function.__code__, _Globals(function.__globals__, options), function.__name__,
                                  function.__defaults__, cells or None)
        copy.__kwdefaults__ = function.__kwdefaults__
        copy.__module__ = function.__module__
        copy.__qualname__ = function.__qualname__
        _jitted[key] = numba.njit(**own_options(options))(copy)
    return _jitted[key]


class _Globals(dict):  # type: ignore[type-arg]
    """The globals of a module; functions are compiled when they are asked for."""

    def __init__(self, module: Mapping[str, Any], options: Options) -> None:
        super().__init__(module)
        self.options = options

    def __getitem__(self, name: str) -> Any:
        return _usable(super().__getitem__(name), self.options)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default
