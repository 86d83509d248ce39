"""The text of a derivative: the functions, and a complete module around them that runs when saved to a file."""
from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from s2sgrad.emit.load import Scope
from s2sgrad.emit.names import choose_names
from s2sgrad.emit.printer import show_function
from s2sgrad.emit.references import References, references
from s2sgrad.emit.syntax import Spelling
from s2sgrad.frontend.resolve import Namespace
from s2sgrad.ir import stmt as S


@dataclass(frozen=True, eq=False)
class Generated:
    """A function of the derivative, and the namespace and default values of the function that it came from."""

    function: S.Function
    names: Namespace
    defaults: tuple[tuple[Any, ...] | None, dict[str, Any] | None] = (None, None)


@dataclass(frozen=True, eq=False)
class Text:
    """The printed functions, the imports that make a module of them, and where each finds its names."""

    functions: str
    header: str
    scopes: Mapping[str, Scope]

    @property
    def module(self) -> str:
        return f"{self.header}\n\n{self.functions}" if self.header else self.functions


def render(generated: Iterable[Generated]) -> Text:
    """Print functions, callees first."""
    generated = list(generated)
    spellings: dict[int, References] = {}
    parts: list[str] = []
    scopes: dict[str, Scope] = {}
    functions = {g.function.name for g in generated}
    for g in generated:
        spell = spellings.setdefault(id(g.names), References(g.names))
        variables = frozenset(n.partition(".")[0].lstrip("~^:") for n in S.all_names(g.function.body))
        spell.prepare([g.function], variables | functions, functions)
        names = choose_names(g.function, spell.roots | functions)
        to = Spelling(lambda n, names=names: names.get(n, n), spell.spell)  # type: ignore[misc]
        parts.append(show_function(_named(g.function, names), to))
        cells = {n: types.CellType(v) for n, v in spell.added.items()}
        source = g.names.source
        positional, named = g.defaults
        named = named and {names.get(n, n): v for n, v in named.items()}
        scopes[g.function.name] = Scope(source.module, {**source.cells, **cells}, (positional, named))  # type: ignore[arg-type]
    return Text("\n\n".join(parts), _header(generated, list(spellings.values())), scopes)


def _named(fn: S.Function, names: dict[str, str]) -> S.Function:
    imports = tuple(dict.fromkeys(r.origin for r in references(fn) if r.origin is not None))
    return S.Function(fn.name, fn.params, (*(S.Import(i) for i in imports), *fn.body), fn.doc, fn.loc)


def _header(generated: list[Generated], refs: list[References]) -> str:
    """Imports and constants for everything that the functions take from outside."""
    lines: dict[str, None] = {}
    constants: dict[str, None] = {}
    defined = {g.function.name for g in generated}
    for r in refs:
        for line in r.sources.values():
            lines[line] = None
    for g in generated:
        for r in references(g.function):
            if r.library or r.origin is not None:
                continue
            name = r.text.partition(".")[0]
            found = g.names.lookup(name)
            if found is not None and name not in defined:
                _bring_in(name, found.value, g.names, lines, constants)
    for r in refs:
        for text in r.roots:
            found = r.names.lookup(text)
            if text not in r.added and found is not None and (isinstance(found.value, types.ModuleType)
                                                              or _is_support(found.value)):
                _bring_in(text, found.value, r.names, lines, constants)
    ordered = _grouped(sorted((n for n in lines if n), key=lambda n: (n.startswith("from"), n)))
    return "\n".join([*ordered, *constants]) + ("\n" if ordered or constants else "")


def _grouped(lines: list[str]) -> list[str]:
    """One ``from`` line for each module."""
    out: dict[str, list[str]] = {}
    for line in lines:
        module, _, name = line.partition(" import ") if line.startswith("from ") else (line, "", "")
        out.setdefault(module, []).append(name)
    return [f"{module} import {', '.join(names)}" if names[0] else module for module, names in out.items()]


def _bring_in(name: str, value: Any, names: Namespace, lines: dict[str, None], constants: dict[str, None]) -> None:
    if isinstance(value, types.ModuleType):
        lines[f"import {value.__name__}" if name == value.__name__ else f"import {value.__name__} as {name}"] = None
    elif getattr(value, "__module__", None) == "builtins" and not isinstance(value, (int, float)):
        return
    elif isinstance(value, (bool, int, float, complex, str)) or value is None:
        constants[f"{name} = {value!r}"] = None
    elif _is_support(value):
        lines[f"from s2sgrad.runtime import {value.__name__}" + f" as {name}" * (name != value.__name__)] = None
    else:
        home = names.source.module.get("__name__", "__main__")
        lines[f"from {home} import {name}"] = None


def _is_support(value: Any) -> bool:
    """Is this a run-time helper, which a derivative that is differentiated again finds in its scope?"""
    return isinstance(value, types.FunctionType) and value.__module__.startswith("s2sgrad.runtime")
