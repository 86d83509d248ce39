"""The function that takes structures apart, calls a compiled derivative, and puts the gradient together."""
from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from typing import Any

from s2sgrad.emit.load import filename_for, register
from s2sgrad.jit.flatten import flattened
from s2sgrad.jit.lowering import refused
from s2sgrad.jit.structures import Changed, Leaf, Tree, leaf_names, put_together, taken_apart
from s2sgrad.pipeline import Derivative, derive
from s2sgrad.targets import Target


def boundary(made: Derivative, trees: Mapping[str, Tree], options: tuple[tuple[str, Any], ...]) -> Callable[..., Any]:
    """`made`, compiled for arguments of these structures.

    It raises `Changed` where it is called with others.
    """
    from s2sgrad.jit.compiled import compiled
    request = made.request
    function = made.functions[-1]
    primal = flattened(request.function, {n: t for n, t in trees.items() if n in _names(request.function)})
    wrt = tuple(n for w in request.wrt for n in leaf_names(w, trees.get(w, Leaf())))
    inner = derive(dataclasses.replace(request, function=primal, wrt=wrt))
    run = compiled(Target(primal), inner, options)
    names = _names(function)
    seeds = [n for n in names if n not in _names(request.function)]
    if request.mode == "reverse" and any(not isinstance(trees.get(n, Leaf()), Leaf) for n in seeds):
        raise refused("the seed is a structure")
    return _wrapper(function, names, trees, request, run)


def _names(function: types.FunctionType) -> tuple[str, ...]:
    code = function.__code__
    return code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]


def _wrapper(function: types.FunctionType, names: tuple[str, ...], trees: Mapping[str, Tree], request: Any,
             run: Any) -> Callable[..., Any]:
    scope: dict[str, Any] = {"derivative": run, "Changed": Changed}
    classes: dict[str, type] = {}
    checks = [c for n in names for c in _checks(n, trees.get(n, Leaf()), classes)]
    passed = ", ".join(e for n in names for e in taken_apart(n, trees.get(n, Leaf())))
    text = f"def {function.__name__}({', '.join(names)}):\n"
    if checks:
        text += f"    if {' or '.join(checks)}:\n        raise Changed\n"
    text += f"    result = derivative({passed})\n"
    if request.mode == "reverse":
        text += _gradients(request, trees, classes)
    text += "    return result\n"
    filename = filename_for(function.__name__)
    register(filename, text)
    scope.update(classes)
    exec(compile(text, filename, "exec"), scope)
    made: types.FunctionType = scope[function.__name__]
    made.__defaults__ = function.__defaults__
    return made


def _checks(source: str, tree: Tree, classes: dict[str, type]) -> list[str]:
    """Conditions that hold where an argument does not have the structure."""
    if isinstance(tree, Leaf):
        return []
    name = f"is_{len(classes)}"
    name = next((n for n, c in classes.items() if c is tree.cls), name)
    classes[name] = tree.cls
    found = [f"type({source}) is not {name}"]
    if issubclass(tree.cls, dict):
        scope_key = f"tuple({source}) != {tree.keys!r}"
        found.append(scope_key)
    elif issubclass(tree.cls, (list, tuple)):
        found.append(f"len({source}) != {len(tree.keys)}")
    for k, part in zip(tree.keys, tree.parts):
        by_name = not issubclass(tree.cls, (dict, list, tuple)) or hasattr(tree.cls, "_fields")
        found += _checks(f"{source}.{k}" if by_name else f"{source}[{k!r}]", part, classes)
    return found


def _gradients(request: Any, trees: Mapping[str, Tree], classes: dict[str, type]) -> str:
    """The gradient in the structure of the arguments, from that of each number and array."""
    count = sum(len(leaf_names(w, trees.get(w, Leaf()))) for w in request.wrt)
    parts = [f"b{k}" for k in range(count)]
    text = "    value, result = result\n" if request.value else ""
    text += f"    {', '.join(parts)}, = result\n" if count > 1 else "    b0 = result\n"
    left = list(parts)
    built = [put_together(trees.get(w, Leaf()), left, classes) for w in request.wrt]
    whole = f"({', '.join(built)})" if len(built) > 1 else built[0]
    return text + (f"    result = value, {whole}\n" if request.value else f"    result = {whole}\n")
