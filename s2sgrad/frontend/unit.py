"""A function, read, parsed and resolved."""
from __future__ import annotations

import functools
import sys
import types
from typing import Any

from s2sgrad.frontend.functions import function
from s2sgrad.frontend.resolve import Namespace, Resolved, still_valid
from s2sgrad.frontend.source import read
from s2sgrad.frontend.yields import gives, refused
from s2sgrad.ir import stmt as S
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.remember import remembered
from s2sgrad.ir.source import Source
from s2sgrad.markers import Checkpoint


@dataclass(frozen=True, eq=False)
class Unit:
    """One Python function in core form, still as its author wrote it."""

    object: types.FunctionType
    source: Source
    function: S.Function
    names: Namespace

    @property
    def resolved(self) -> Resolved:
        return self.names.resolved


_units: dict[types.FunctionType, Unit] = {}
_LIMIT = 512


def load(f: types.FunctionType, consumed: bool = False) -> Unit:
    """The unit of a function, from the last time where nothing that it refers to has changed.

    A generator function has one only for those who know what it is: where it is `consumed`.
    """
    unit = _load(f)
    error = None if consumed or not gives(f) else refused(unit.function.body)
    if error is not None:
        raise error
    return unit


def _load(f: types.FunctionType) -> Unit:
    adopted = getattr(f, "__unit__", None)
    return adopted[0] if adopted is not None else _valid(f)


@remembered
def _valid(f: types.FunctionType) -> Unit:
    """The unit of a function with source; whether it still says what it said is looked at once for each derivative."""
    unit = _units.get(f)
    if unit is None or not still_valid(unit.resolved):
        source, tree = read(f)
        names = Namespace(source, [], f)
        unit = Unit(f, source, function(tree, names), names)
        if len(_units) >= _LIMIT:
            _units.clear()
        _units[f] = unit
    return unit


def adopt(unit: Unit, code: types.CodeType) -> None:
    """Make `unit` the unit of its object, a function without source of its own; `code` is what its body came from."""
    unit.object.__unit__ = unit, code  # type: ignore[attr-defined]


def adopted(f: Any) -> Unit | None:
    """The unit of a function without source of its own, None for others."""
    found: tuple[Unit, types.CodeType] | None = getattr(f, "__unit__", None)
    return None if found is None else found[0]


def defining_code(f: types.FunctionType) -> types.CodeType:
    """The code that holds the code of the functions that are nested in `f`."""
    adopted: tuple[Unit, types.CodeType] | None = getattr(f, "__unit__", None)
    return f.__code__ if adopted is None else adopted[1]


def identity(f: types.FunctionType) -> tuple[object, ...]:
    """What two functions have in common only if they are one: functions that one decorator made have the same code."""
    return f.__code__, *(map(id, f.__closure__ or ()) if adopted(f) is None else ())


def is_generated(function: types.FunctionType) -> bool:
    """Is this (a part of) a derivative, of which `__module__` is that of the primal?"""
    return function.__code__.co_filename.startswith("<s2sgrad")


def is_checked(filename: str) -> bool:
    """Is this the file of a derivative that reverse mode has a part in?

    What such a derivative puts aside is as it was when it takes it back, and what the program keeps in containers was found to
    be left alone there. Tangents of a program keep what the program keeps, and change what it changes: nothing is known of them.
    """
    return filename.startswith("<s2sgrad ") and not filename.startswith("<s2sgrad tangent ")


def python_function(obj: Any) -> types.FunctionType | None:
    """The function with source behind a callable that only caches, renames or compiles it, else None.

    SciPy's functions are primitives whatever they are written in: they have rules, or are refused where they are called.
    """
    if isinstance(obj, types.FunctionType):
        return obj if is_generated(obj) or not (obj.__module__ or "").startswith("scipy.") else None
    if isinstance(obj, staticmethod):
        return python_function(obj.__func__)
    if isinstance(obj, Checkpoint):
        return python_function(obj.function)
    if isinstance(obj, functools._lru_cache_wrapper):
        return python_function(obj.__wrapped__)
    if type(obj).__module__ == "numba.core.registry":  # a function that Numba compiles
        return python_function(getattr(obj, "py_func", None))
    return None


def is_installed(function: types.FunctionType) -> bool:
    """Does a function come from a library? Those are large, and seldom called for numbers alone."""
    root = (function.__module__ or "").partition(".")[0]
    return root != "s2sgrad" and (root in sys.stdlib_module_names or "-packages" in function.__code__.co_filename)
