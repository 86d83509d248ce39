"""Structured arguments from Python: dicts, lists, tuples and objects of arrays of different ranks.

Numba has no such values. At the boundary they are taken apart: for each structure that is met, a primal is written
in which ``params["w1"]`` is a parameter ``params_w1`` (`s2sgrad.jit.flatten`), its derivative is compiled, and the
gradient is put together again.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.ir.node import dataclass
from s2sgrad.pipeline import Derivative

#: What Numba takes as it is.
PLAIN = frozenset((float, int, bool, complex, np.ndarray, str, type(None), np.float64, np.float32, np.int64, np.int32,
                   np.bool_, np.complex128))


@dataclass(frozen=True)
class Leaf:
    """A number or an array, which is one parameter."""


@dataclass(frozen=True)
class Node:
    """A structure: `cls` is its class, `keys` those of a dict, the positions in a sequence, or the names of fields."""

    cls: type
    keys: tuple[Any, ...]
    parts: tuple[Tree, ...]


Tree = Leaf | Node

LEAF = Leaf()


def tree_of(x: Any) -> Tree:
    """The structure of an argument. Lists of numbers stay whole: Numba has them."""
    if type(x) in PLAIN:
        return LEAF
    if isinstance(x, dict):
        return Node(type(x), tuple(x), tuple(map(tree_of, x.values())))
    if isinstance(x, list):
        if all(isinstance(v, (float, int)) for v in x):
            return LEAF
        return Node(list, tuple(range(len(x))), tuple(map(tree_of, x)))
    if isinstance(x, tuple):
        return Node(type(x), getattr(x, "_fields", tuple(range(len(x)))), tuple(map(tree_of, x)))
    if dataclasses.is_dataclass(x) and not isinstance(x, type):
        names = tuple(f.name for f in dataclasses.fields(x))
        return Node(type(x), names, tuple(tree_of(getattr(x, n)) for n in names))
    return LEAF


def leaf_names(name: str, tree: Tree) -> list[str]:
    """The parameters that a structured parameter becomes."""
    if isinstance(tree, Leaf):
        return [name]
    return [n for k, part in zip(tree.keys, tree.parts) for n in leaf_names(part_name(name, k), part)]


def part_name(name: str, key: Any) -> str:
    text = "".join(c if c.isalnum() or c == "_" else "_" for c in str(key))
    return f"{name}_{text}"


def taken_apart(source: str, tree: Tree) -> list[str]:
    """Expressions for the numbers and arrays in a structure."""
    if isinstance(tree, Leaf):
        return [source]
    by_name = not issubclass(tree.cls, (dict, list, tuple)) or hasattr(tree.cls, "_fields")
    return [e for k, part in zip(tree.keys, tree.parts)
            for e in taken_apart(f"{source}.{k}" if by_name else f"{source}[{k!r}]", part)]


def put_together(tree: Tree, parts: list[str], classes: dict[str, type]) -> str:
    """An expression for a structure of the values of these expressions, which are used up."""
    if isinstance(tree, Leaf):
        return parts.pop(0)
    inner = [put_together(p, parts, classes) for p in tree.parts]
    if tree.cls is list:
        return f"[{', '.join(inner)}]"
    if tree.cls is tuple:
        return f"({''.join(f'{e}, ' for e in inner)})"
    if tree.cls is dict:
        return f"{{{', '.join(f'{k!r}: {e}' for k, e in zip(tree.keys, inner))}}}"
    name = next((n for n, c in classes.items() if c is tree.cls), f"class_{len(classes)}")
    classes[name] = tree.cls
    if issubclass(tree.cls, dict):
        return f"{name}({{{', '.join(f'{k!r}: {e}' for k, e in zip(tree.keys, inner))}}})"
    return f"{name}({', '.join(f'{k}={e}' for k, e in zip(tree.keys, inner))})"


class Structured:
    """The derivatives compiled for the structures that a derivative was called with."""

    def __init__(self, made: Derivative, options: tuple[tuple[str, Any], ...]) -> None:
        self.made = made
        self.options = options
        self._by_structure: dict[tuple[tuple[str, Tree], ...], Callable[..., Any]] = {}
        self._last: tuple[Any, Any] | None = None

    def __call__(self, dispatcher: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        last = self._last
        if last is not None and not options:
            try:
                return last[1](*args)
            except Changed:
                pass
        function = self.made.functions[-1]
        names = function.__code__.co_varnames[:function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
        given = dict(zip(names, args)) | options
        trees = tuple((n, tree_of(given[n])) for n in names if n in given)
        if all(isinstance(t, Leaf) for _, t in trees):
            from s2sgrad.jit.compiled import call
            return call(dispatcher, *args, **options)
        run = self._by_structure.get(trees)
        if run is None:
            from s2sgrad.jit.boundary import boundary
            run = self._by_structure[trees] = boundary(self.made, dict(trees), self.options)
        self._last = trees, run
        return run(**given) if options else run(*args)


class Changed(Exception):
    """The arguments do not have the structure that code was written for."""
