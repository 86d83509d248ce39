"""The variables of a function: which names are its own, and what a name refers to."""
from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import gast

from s2sgrad.errors import UnsupportedSyntaxError, unsupported
from s2sgrad.frontend.resolve import Namespace
from s2sgrad.ir import expr as E
from s2sgrad.ir.source import Location, Source


class Scope:
    """Names inside one function (or comprehension) and the scopes around it."""

    def __init__(self, names: Namespace, local: dict[str, str], parent: Scope | None = None,
                 counter: Iterator[int] | None = None) -> None:
        self.names = names
        self.local = local
        self.parent = parent
        self.counter: Iterator[int] = counter or (parent.counter if parent else itertools.count(1))
        self.imports: dict[str, E.Ref] = parent.imports if parent else {}
        #: Every name that the function binds, also where it says that the name is not its own.
        self.binds: frozenset[str] = parent.binds if parent else frozenset()

    @property
    def source(self) -> Source:
        return self.names.source

    def find(self, name: str) -> E.Expr:
        """What a read of `name` means here: a variable, a reference to something outside, or an unbound name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.local:
                return E.var(scope.local[name])
            scope = scope.parent
        found = self.imports.get(name) or self.names.lookup(name)
        return E.Expr("ref", (), found, found.key) if found is not None else E.var(name)

    def inner(self, bound: tuple[str, ...]) -> Scope:
        """The scope of a comprehension: its targets get names that nothing else in the function has."""
        number = next(self.counter)
        return Scope(self.names, {n: f"{n}.c{number}" for n in bound}, self)

    def nested(self, node: gast.FunctionDef | gast.Lambda) -> Scope:
        return Scope(self.names, {}, self).of_function(node)

    def of_function(self, node: gast.FunctionDef | gast.Lambda) -> Scope:
        """This scope, with the names that a function binds."""
        bound, declared = _bound(node, ":=" in self.source.text)
        self.local = {n: n for n in (*(p.id for p in parameters(node)), *bound) if n not in declared}
        self.binds = frozenset(bound)
        return self

    def location(self, node: gast.AST) -> Location | None:
        line = getattr(node, "lineno", None)
        if line is None:
            return None
        return Location(self.source, line, node.col_offset, node.end_lineno or line, node.end_col_offset or 0)


def parameters(node: gast.FunctionDef | gast.Lambda) -> list[gast.Name]:
    a = node.args
    return [p for p in (*a.posonlyargs, *a.args, a.vararg, *a.kwonlyargs, a.kwarg) if p is not None]


def local_names(node: gast.FunctionDef | gast.Lambda) -> tuple[str, ...]:
    """The names that a function binds, in the order of the text."""
    bound, declared = _bound(node)
    return tuple(dict.fromkeys(n for n in (*(p.id for p in parameters(node)), *bound) if n not in declared))


def bindings(body: Iterable[gast.AST]) -> tuple[str, ...]:
    """The names that a list of statements binds in the function around it."""
    names: dict[str, None] = {}
    for child in body:
        _bindings(child, names, set())
    return tuple(names)


def _bound(node: gast.FunctionDef | gast.Lambda, walrus: bool = True) -> tuple[dict[str, None], set[str]]:
    """The names that the body of a function binds, and those that it declares to be somebody else's.

    `walrus`: there may be a ``:=`` in it.
    """
    names: dict[str, None] = {}
    declared: set[str] = set()
    for child in (node.body if isinstance(node.body, list) else [node.body]):
        _bindings(child, names, declared, walrus)
    return names, declared


def nonlocal_names(node: gast.AST) -> frozenset[str]:
    """The names of enclosing functions that a function declares it assigns."""
    found: set[str] = set()
    todo = list(gast.iter_child_nodes(node))
    while todo:
        n = todo.pop()
        if isinstance(n, gast.Nonlocal):
            found.update(n.names)
        elif isinstance(n, (gast.FunctionDef, gast.Lambda)):
            found |= nonlocal_names(n) - set(local_names(node))
        else:
            todo += gast.iter_child_nodes(n)
    return frozenset(found)


def _bindings(node: gast.AST, names: dict[str, None], declared: set[str], walrus: bool = True) -> None:
    kind = type(node)
    if kind is gast.Name:
        if not isinstance(node.ctx, gast.Load):
            names[node.id] = None
        return
    if kind is gast.Assign and not (walrus and _has_walrus(node.value)):
        for t in node.targets:
            _bindings(t, names, declared)
        return
    if kind in (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef):
        names[node.name] = None
        return
    if kind is gast.Lambda:
        return
    if kind in (gast.Global, gast.Nonlocal):
        declared.update(node.names)
        return
    if kind in (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp):
        for inner in gast.walk(node):  # only a walrus binds a name outside a comprehension
            if isinstance(inner, gast.NamedExpr):
                names[inner.target.id] = None
        return
    if kind in (gast.Import, gast.ImportFrom):
        for alias in node.names:
            names[alias.asname or alias.name.partition(".")[0]] = None
        return
    if kind is gast.ExceptHandler and node.name is not None:
        names[node.name if isinstance(node.name, str) else node.name.id] = None
    if kind in (gast.MatchAs, gast.MatchStar) and node.name:
        names[node.name] = None
    if kind is gast.MatchMapping and node.rest:
        names[node.rest] = None
    for child in gast.iter_child_nodes(node):
        _bindings(child, names, declared, walrus)


def _has_walrus(node: gast.AST) -> bool:
    """Is there a ``:=`` in an expression?"""
    todo = [node]
    while todo:
        node = todo.pop()
        if type(node) is gast.NamedExpr:
            return True
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, gast.AST):
                todo.append(value)
            elif type(value) is list:
                todo += [v for v in value if isinstance(v, gast.AST)]
    return False


def refuse(scope: Scope, node: gast.AST, message: str, help: str = "") -> UnsupportedSyntaxError:
    return unsupported(scope.location(node), message, help)
