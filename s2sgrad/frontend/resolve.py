"""What a free name of a function stands for, and a record of every answer.

A derivative is valid as long as each name that was resolved while it was made still stands for the same object;
`Namespace.resolved` is that record, and `still_valid` holds it against the present.
"""
from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from s2sgrad.ir.expr import Ref
from s2sgrad.ir.remember import remembered
from s2sgrad.ir.source import Source
from s2sgrad.runtime.objects import READERS

_MISSING = object()
_BUILTINS: Mapping[str, Any] = vars(builtins)

Resolved = list[tuple[Any, str, Any]]


class Namespace:
    """The free names of one function."""

    def __init__(self, source: Source, resolved: Resolved, function: types.FunctionType | None = None) -> None:
        self.source = source
        self.function = function
        self.resolved = resolved
        #: The classes that the function defines.
        self.local_classes: list[type] = []
        self._seen: dict[str, Ref | None] = {}

    def classes(self) -> tuple[type, ...]:
        """The classes with methods in Python that the module of the function has names for, and those of the modules that
        what it has names for comes from."""
        return _classes_in_sight(self)

    def _classes(self) -> tuple[type, ...]:
        named, modules = _named(self.source.module)
        if self.source.module.get("__name__") == READERS:  # that other classes compute the attribute is of no account
            return tuple(named)
        values = [_content(self.source.cells, n) for n in self.source.cells]
        found = {id(c): c for c in (*named, *self.local_classes, *_users(values))}
        others = dict.fromkeys((*modules, *_modules(values)))
        others.pop(self.source.module.get("__name__", ""), None)
        for name in others:
            found |= {id(c): c for c in _classes_of(name)}
        return tuple(found.values())

    def lookup(self, name: str) -> Ref | None:
        """The object that `name` stands for outside the function; None where there is none (yet)."""
        if name not in self._seen:
            self._seen[name] = self._lookup(name)
        return self._seen[name]

    def _lookup(self, name: str) -> Ref | None:
        for scope in (self.source.cells, self.source.module, _BUILTINS):
            if name in scope:
                value = _content(scope, name)
                if self._is_itself(name, value):
                    return Ref(name, self.function)
                self.resolved.append((scope, name, value))
                return None if value is _MISSING else Ref(name, value)
        if self._is_itself(name, _MISSING):
            return Ref(name, self.function)
        self.resolved.append((self.source.module, name, _MISSING))
        return None

    def _is_itself(self, name: str, value: Any) -> bool:
        """Does a function speak of itself, by a name that is not bound yet, or to its decorated derivative by now?"""
        f = self.function
        return f is not None and name == f.__name__ and (value is _MISSING or getattr(value, "primal", None) is f)

    def member(self, owner: Ref, name: str) -> Ref | None:
        """The object behind ``owner.name`` where that is settled at compile time: of a module, class or ufunc."""
        if not isinstance(owner.value, (types.ModuleType, type, np.ufunc)):
            return None
        value = getattr(owner.value, name, _MISSING)
        if value is _MISSING:
            return None
        if isinstance(owner.value, np.ufunc):
            return Ref(f"{owner.text}.{name}", value)
        if owner.value.__name__.partition(".")[0] not in ("numpy", "math", "scipy", "builtins"):
            self.resolved.append((owner.value, name, value))
        return Ref(f"{owner.text}.{name}", value)


@remembered
def _classes_in_sight(names: Namespace) -> tuple[type, ...]:
    return names._classes()


@remembered
def _named(module: Mapping[str, Any]) -> tuple[list[type], list[str]]:
    """The classes that a module has names for, and the modules that what it has names for comes from."""
    values = list(module.values())
    return _users(values), list(dict.fromkeys(_modules(values)))


def _users(values: Iterable[Any]) -> list[type]:
    return [c for c in values if isinstance(c, type) and _is_users(c)]


def _modules(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, types.ModuleType):
            yield value.__name__
        elif isinstance(value, (type, types.FunctionType)):
            yield value.__module__ or ""


def _classes_of(name: str) -> list[type]:
    """The classes of a module, where that is the user's."""
    module = sys.modules.get(name)
    if module is None or name.partition(".")[0] in _LIBRARIES or "-packages" in (getattr(module, "__file__", None) or ""):
        return []
    return [c for c in vars(module).values() if isinstance(c, type) and c.__module__ == name]


_LIBRARIES = sys.stdlib_module_names | {"numpy", "scipy", "s2sgrad"}


def is_of_library(module: str) -> bool:
    """Is a module one of Python's, NumPy's, SciPy's or of this package?"""
    return module.partition(".")[0] in _LIBRARIES


def _is_users(cls: type) -> bool:
    return cls.__module__.partition(".")[0] not in sys.stdlib_module_names | {"numpy", "scipy"}


def _content(scope: Any, name: str) -> Any:
    if isinstance(scope, (types.ModuleType, type)):
        return getattr(scope, name, _MISSING)
    value = scope.get(name, _MISSING)
    if isinstance(value, types.CellType):
        try:
            return value.cell_contents
        except ValueError:
            return _MISSING
    return value


def still_valid(resolved: Resolved) -> bool:
    """Does every name still stand for the object it stood for?"""
    for scope, name, value in resolved:
        if type(scope) is dict and scope.get(name, _MISSING) is value:  # most of them
            continue
        if _content(scope, name) is not value:
            return False
    return True
