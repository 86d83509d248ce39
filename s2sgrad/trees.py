"""Structured values taken apart into their numbers and arrays, and put together again."""
from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

#: What a derivative may be taken by: anything else in a structure is constant.
NUMBERS = (float, int, complex, np.number)


def is_leaf(x: Any) -> bool:
    """Is `x` a number or an array of numbers?"""
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "fciub"
    return isinstance(x, NUMBERS) and not isinstance(x, bool)


def leaves(x: Any) -> list[Any]:
    """The numbers and arrays in a list, tuple, dict or object, in order."""
    return list(_leaves(x, set()))


def _leaves(x: Any, inside: set[int]) -> Iterator[Any]:
    if is_leaf(x):
        yield x
        return
    if id(x) in inside:  # an object that leads back to itself
        return
    for part in children(x):
        yield from _leaves(part, inside | {id(x)})


def children(x: Any) -> list[Any]:
    """The parts of a structure that are looked into."""
    if isinstance(x, dict):
        return list(x.values())
    if isinstance(x, np.ndarray):
        return list(x.flat) if x.dtype == object else []
    if isinstance(x, (list, tuple)) or type(x).__name__ == "deque":
        return list(x)
    if hasattr(x, "__dict__") and not callable(x) and not isinstance(x, type):
        return list(vars(x).values())
    return []


def rebuild(fn: Callable[..., Any], x: Any, *others: Any) -> Any:
    """A structure like `x` with `fn` applied to each number and array; what is neither is shared.

    `fn` is given the corresponding parts of further structures as well, which need to have nothing else in common with
    `x`: where `x` holds text, say, they may hold anything. Raises `ValueError` where they lack a part.
    """
    if is_leaf(x):
        return fn(x, *others)
    if isinstance(x, dict):
        return {k: rebuild(fn, v, *(_part(o, k) for o in others)) for k, v in x.items()}
    if isinstance(x, (list, tuple)) or type(x).__name__ == "deque" or isinstance(x, np.ndarray) and x.dtype == object:
        return _sequence(fn, x, others)
    if not children(x):
        return x
    new = copy.copy(x)
    for k, v in vars(x).items():
        object.__setattr__(new, k, rebuild(fn, v, *(_attribute(o, k) for o in others)))  # frozen dataclasses too
    return new


def _sequence(fn: Callable[..., Any], x: Any, others: tuple[Any, ...]) -> Any:
    whole = isinstance(x, np.ndarray)  # beside a list, the elements of an array are its rows
    flat, *rest = (list(o.flat) if whole and isinstance(o, np.ndarray) else list(o) for o in (x, *others))
    if any(len(r) != len(flat) for r in rest):
        raise ValueError(f"a sequence of length {len(flat)} is expected, this one has {max(map(len, rest))}")
    parts = [rebuild(fn, *p) for p in zip(flat, *rest)]
    if isinstance(x, tuple):
        return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    if isinstance(x, list):
        return parts
    new = copy.copy(x)
    for n, v in enumerate(parts):
        (new.flat if isinstance(new, np.ndarray) else new)[n] = v
    return new


def pairs(x: Any, other: Any) -> list[tuple[Any, Any]]:
    """The numbers and arrays of a structure beside the corresponding parts of another."""
    out: list[tuple[Any, Any]] = []
    rebuild(lambda a, b: out.append((a, b)), x, other)
    return out


def _part(x: Any, key: Any) -> Any:
    try:
        return x[key]
    except (KeyError, TypeError, IndexError):
        raise ValueError(f"a structure with the key {key!r} is expected, this {type(x).__name__} has none") from None


def _attribute(x: Any, name: str) -> Any:
    try:
        return getattr(x, name)
    except AttributeError:
        raise ValueError(f"an object with the attribute {name} is expected, this {type(x).__name__} has none") from None
