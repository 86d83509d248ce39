"""The text of a derivative: the functions, and a complete module around them that runs when saved to a file."""
from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from s2sgrad.emit.load import Scope, load
from s2sgrad.emit.names import choose_names
from s2sgrad.emit.outside import Outside
from s2sgrad.emit.printer import show_function
from s2sgrad.emit.references import References, references
from s2sgrad.emit.syntax import Spelling
from s2sgrad.frontend.resolve import Namespace
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.node import dataclass
from s2sgrad.optimize.handed_over import handed_over, unpacked


@dataclass(frozen=True, eq=False)
class Generated:
    """A function of the derivative, and the namespace and default values of the function that it came from.

    `partner`, of a backward function, is the forward function that saves what it reads.
    """

    function: S.Function
    names: Namespace
    defaults: tuple[tuple[Any, ...] | None, dict[str, Any] | None] = (None, None)
    partner: str | None = None


@dataclass(frozen=True, eq=False)
class Text:
    """The printed functions, the imports that make a module of them, and where each finds its names."""

    functions: tuple[str, ...]
    header: str
    scopes: Mapping[str, Scope]

    @cached_property
    def module(self) -> str:
        return "\n\n".join((self.header, *self.functions) if self.header else self.functions)

    def load(self, filename: str, scopes: Mapping[str, Scope]) -> dict[str, types.FunctionType]:
        """The functions, each in its scope, which show the lines of the module."""
        return load(self.functions, filename, scopes, self.header.count("\n") + 3 if self.header else 1)


def render(generated: Iterable[Generated]) -> Text:
    """Print functions, callees first."""
    generated = [replace(g, function=_with_defaults(g.function, g.defaults)) for g in generated]
    functions = frozenset(g.function.name for g in generated)
    spellings = _spellings(generated, functions)
    parts: list[str] = []
    scopes: dict[str, Scope] = {}
    saved: dict[str | None, list[str]] = {None: []}
    for g in generated:
        spell = spellings[id(g.names)]
        names = choose_names(g.function, spell.roots | functions, dict(zip(unpacked(g.function), saved[g.partner])))
        saved[g.function.name] = [names[e.data] if e.head == "var" else "" for e in handed_over(g.function)]
        to = Spelling(lambda n, names=names: names.get(n, n), spell.spell)  # type: ignore[misc]
        parts.append(show_function(_named(g.function, names), to))
        source = g.names.source
        positional, named = g.defaults
        named = named and {names.get(n, n): v for n, v in named.items()}
        scopes[g.function.name] = Scope(source.module, {**source.cells, **spell.cells}, (positional, named))  # type: ignore[arg-type]
    return Text(tuple(parts), _header(generated, list(spellings.values())), scopes)


def _spellings(generated: list[Generated], functions: frozenset[str]) -> dict[int, References]:
    """How the functions of each module spell what they refer to; the function asked for, which is last, goes first."""
    foreign: dict[str, Any] = {}
    out: dict[int, References] = {}
    by_names: dict[int, list[S.Function]] = {}
    for g in generated:
        by_names.setdefault(id(g.names), []).append(g.function)
    for g in reversed(generated):
        if id(g.names) in out:
            continue
        spell = out[id(g.names)] = References(g.names, dict(foreign))
        own = by_names[id(g.names)]
        variables = frozenset(n.partition(".")[0].lstrip("~^:") for fn in own for n in S.all_names(fn.body))
        spell.prepare(own, variables | functions, functions)
        foreign = {**spell.stands_for(), **foreign}
    return out


def _with_defaults(fn: S.Function, defaults: tuple[tuple[Any, ...] | None, dict[str, Any] | None]) -> S.Function:
    """`fn` with the default values that its parameters have, which an expression may not give any more."""
    positional, named = defaults
    optional = [p.name for p in fn.params if p.kind in ("positional", "plain") and p.default is not None]
    values = {**dict(zip(reversed(optional), reversed(positional or ()))), **(named or {})}
    params = tuple(replace(p, default=_default(p, values[p.name])) if p.name in values else p for p in fn.params)
    return replace(fn, params=params)


def _default(p: S.Param, value: Any) -> E.Expr:
    if value is None or type(value) in (bool, int, float, complex, str):
        return E.const(value)
    if p.default is not None and p.default.head == "ref" and p.default.data.value is value:
        return p.default
    return E.ref(f"defaults.{p.name}_default", value)


def _named(fn: S.Function, names: dict[str, str]) -> S.Function:
    imports = tuple(dict.fromkeys(r.origin for r in references(fn) if r.origin is not None))
    return S.Function(fn.name, fn.params, (*(S.Import(i) for i in imports), *fn.body), fn.doc, fn.loc)


def _header(generated: list[Generated], refs: list[References]) -> str:
    """Imports and definitions for everything that the functions take from outside."""
    head = Outside()
    defined = {g.function.name for g in generated}
    for r in refs:
        for name, line in r.sources.items():
            if line:
                head.line(line)
            else:
                head.bind(name, r.added[name], {})
    for r in refs:
        found = {root: r.names.lookup(root) for root in sorted(r.roots - r.added.keys() - defined)}
        known = [(root, ref.value) for root, ref in found.items() if ref is not None]
        for root, value in sorted(known, key=lambda pair: not isinstance(pair[1], types.ModuleType)):
            head.bind(root, value, r.names.source.module)
    ordered = _grouped(sorted(head.imports, key=lambda n: (n.startswith("from"), n)))
    return _spaced("\n".join(ordered), list(head.definitions))


def _spaced(imports: str, definitions: list[str]) -> str:
    """The head of a module with blank lines where they belong."""
    text = imports
    functions = False
    for d in definitions:
        block = "\n" in d or d.startswith(("def ", "class ", "@"))
        gap = "\n\n\n" if block or functions else "\n" if text and text != imports else "\n\n"
        text = f"{text}{gap}{d}" if text else d
        functions = block
    return f"{text}\n" if text else ""


def _grouped(lines: list[str]) -> list[str]:
    """One ``from`` line for each module."""
    out: dict[str, list[str]] = {}
    for line in lines:
        module, _, name = line.partition(" import ") if line.startswith("from ") else (line, "", "")
        out.setdefault(module, []).append(name)
    return [f"{module} import {', '.join(names)}" if names[0] else module for module, names in out.items()]
