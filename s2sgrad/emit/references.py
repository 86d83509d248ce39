"""How references are spelled in generated code, and which of them have to be brought in.

A generated function runs in the globals of the function that it came from. What that module has is used under the
names that it has there; anything else is *added*: bound in an enclosing scope when the function is loaded, imported
at the top when it is saved. Nothing is ever written into the user's module.
"""
from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterable, Mapping, Set
from typing import Any

from s2sgrad.frontend.resolve import Namespace
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Ref
from s2sgrad.ir.remember import remembered
from s2sgrad.markers import Checkpoint

_MISSING = object()
_PREFERRED = {"numpy": "np"}


@remembered
def references(fn: S.Function) -> list[Ref]:
    """Every reference in a function, in the order of the text."""
    out: list[Ref] = []
    for p in fn.params:
        if p.default is not None:
            _collect(p.default, out)
    for s in S.having(fn.body, _REFERRING):
        for e in S.expressions(s):
            if e.heads & _REFERRING:
                _collect(e, out)
    return out


_REFERRING = E.REF | E.FUNCTION


def _collect(e: E.Expr, out: list[Ref]) -> None:
    if e.head == "ref":
        if not e.data.method:
            out.append(e.data)
    elif e.head == "function":
        out += references(e.data.function)
    for a in e.args:
        if a.heads & _REFERRING:
            _collect(a, out)


class References:
    """Spells the references of the functions that come from one module.

    `added` maps the names that were brought in to their objects and `cells` to what holds these for the functions that
    run, `sources` to the import that brings them into a saved module. `foreign` says what names stand for in functions
    of other modules that are saved beside these: a name cannot stand for two things there.
    """

    def __init__(self, names: Namespace, foreign: Mapping[str, Any] | None = None) -> None:
        self.names = names
        self.foreign = foreign or {}
        self.added: dict[str, Any] = {}
        self.cells: dict[str, types.CellType] = {}
        self.sources: dict[str, str] = {}
        self._spelled: dict[tuple[str, bool, Any], str] = {}
        self._aliases: dict[int, str] | None = None

    def prepare(self, fns: Iterable[S.Function], variables: frozenset[str], generated: Set[str] = frozenset()) -> None:
        """Spell all references of some functions, whose variables may be called `variables`.

        `generated` are the functions that are printed beside them.
        """
        self._generated = generated
        found = [r for fn in fns for r in references(fn)]
        own = {r.text.partition(".")[0] for r in found if not r.library}
        libraries = {r.text.partition(".")[0] for r in found if r.library}.intersection(sys.modules)
        own |= {alias for module in libraries if (alias := self._alias(sys.modules[module])) is not None}
        self._reserved = own | self.parameter_names(fns)
        self._variables = variables
        for r in found:
            self.spell(r)

    @staticmethod
    def parameter_names(fns: Iterable[S.Function]) -> set[str]:
        return {p.name.partition(".")[0] for fn in fns for p in fn.params}

    @property
    def roots(self) -> frozenset[str]:
        """The names that no variable of the functions may have."""
        return frozenset(text.partition(".")[0] for text in self._spelled.values())

    def spell(self, r: Ref) -> str:
        key = (r.text, r.library, r.key)
        if key not in self._spelled:
            text = self._choose(r)
            self._spelled[key] = self._apart(r, text) if self._clashes(text) else text
        return self._spelled[key]

    def stands_for(self) -> Mapping[str, Any]:
        """What the names that the functions take from outside stand for."""
        out = dict(self.added)
        for root in self.roots - self.added.keys() - self._generated:
            found = self.names.lookup(root)
            if found is not None:
                out[root] = found.value
        return out

    def _clashes(self, text: str) -> bool:
        root = text.partition(".")[0]
        if root not in self.foreign or root in self.added:
            return False
        found = self.names.lookup(root)
        return found is not None and not _same(found.value, self.foreign[root])

    def _apart(self, r: Ref, text: str) -> str:
        """A name of its own for something whose name stands for another thing in a module beside it."""
        name = text.rpartition(".")[2]
        chosen = self._add(name, r.value, _import_of(r.value))
        cell = self.names.source.cells.get(text)
        if cell is not None:
            self.cells[chosen] = cell
        return chosen

    def _choose(self, r: Ref) -> str:
        if r.text in self._generated and not r.library:
            return r.text
        if r.origin is not None or not r.library and self._stands_for(r.text, r.value):
            return r.text
        if not r.library:
            return self._add(r.text.rpartition(".")[2], r.value, _import_of(r.value))
        module, _, name = r.text.rpartition(".")
        if module == "builtins":
            return self._builtin(name, r)
        if module.startswith("s2sgrad.runtime"):
            if self._evaluate(name) is r.value:  # the function differentiated is itself a derivative
                return name
            shared = getattr(importlib.import_module("s2sgrad.runtime"), name, None) is r.value
            return self._add(name, r.value, f"from {'s2sgrad.runtime' if shared else module} import {name}")
        if not module:  # a module, or a nested function that was made one of its own
            return self._module(r.text) if isinstance(r.value, types.ModuleType) else self._add(r.text, r.value, "")
        return self._member(r, module, name)

    def _builtin(self, name: str, r: Ref) -> str:
        return name if self._evaluate(name) is r.value else self._add(name, r.value, f"from builtins import {name}")

    def _member(self, r: Ref, module: str, name: str) -> str:
        """A function of a library, under the name that the user's module has for the library or for it."""
        try:
            owner = importlib.import_module(module)
        except ImportError:
            module, _, object_ = module.rpartition(".")  # a method of an object of the library
            return self._member(r, module, f"{object_}.{name}") if module else self._add(name, r.value, "")
        alias = self._alias(owner)
        if alias is not None:
            return f"{alias}.{name}"
        for given, value in self.names.source.module.items():
            if value is r.value and callable(value) and given.isidentifier():
                return given
        top, _, rest = module.partition(".")
        if rest and self._alias(importlib.import_module(top)) is not None:
            return f"{self._alias(importlib.import_module(top))}.{rest}.{name}"
        return f"{self._module(module)}.{name}"

    def _module(self, module: str) -> str:
        """Bring in a module that the user's module does not have."""
        if module.startswith("numpy.") and module.count(".") == 1:
            return f"{self._module('numpy')}.{module.partition('.')[2]}"
        owner = importlib.import_module(module)
        known = self._alias(owner)
        if known is not None:
            return known
        package, _, last = module.rpartition(".")
        short = _PREFERRED.get(module, last)
        line = f"from {package} import {last}" if package else f"import {module}"
        if short != last:
            line += f" as {short}"
        return self._add(short, owner, line)

    def _alias(self, module: types.ModuleType) -> str | None:
        """The name under which the user's module (or one of its local imports) has a module."""
        if self._aliases is None:
            self._aliases = {}
            used = [n for n, r in self.names._seen.items() if r is not None]
            source = self.names.source
            for name in [*used, *_names_of_modules(source.module), *(n for n in source.cells if n in source.module)]:
                value = self._evaluate(name)
                if isinstance(value, types.ModuleType):
                    self._aliases.setdefault(id(value), name)
        return self._aliases.get(id(module))

    def _add(self, name: str, value: Any, line: str) -> str:
        for existing, known in self.added.items():
            if known is value:
                return existing
        chosen, number = name, 2
        while chosen in self._reserved or chosen in self.added or chosen in self._variables or (
                chosen in self.foreign and not _same(self.foreign[chosen], value)):
            chosen, number = f"{name}{number}", number + 1
        self.added[chosen] = value
        self.cells[chosen] = types.CellType(value)
        self.sources[chosen] = line if chosen == name or not line else _renamed(line, name, chosen)
        return chosen

    def _stands_for(self, text: str, value: Any) -> bool:
        """Is `value` what the user's module has under a name, or what ``checkpoint(name)`` makes of it?"""
        found = self._evaluate(text)
        if isinstance(value, types.MethodType):  # is made anew whenever it is asked for
            return bool(found == value)
        return _same(found, value) or isinstance(value, Checkpoint) and value.function is found

    def _evaluate(self, text: str) -> Any:
        """The object that a dotted name stands for in the user's module."""
        first, *rest = text.split(".")
        found = self.names.lookup(first)
        if found is None:
            return _MISSING
        value = found.value
        for name in rest:
            value = getattr(value, name, _MISSING)
        return value


def _same(a: Any, b: Any) -> bool:
    """Are two names for one object? A method of a built-in object is made anew each time it is asked for."""
    return a is b or isinstance(a, types.BuiltinMethodType) and isinstance(b, types.BuiltinMethodType) and a == b


@remembered
def _names_of_modules(module: Mapping[str, Any]) -> list[str]:
    """The names that a module has for modules."""
    return [name for name, value in module.items() if isinstance(value, types.ModuleType)]


def _import_of(value: Any) -> str:
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
    return f"from {module} import {name}" if module and name.isidentifier() else ""


def _renamed(line: str, name: str, chosen: str) -> str:
    return f"{line.partition(' as ')[0]} as {chosen}"
