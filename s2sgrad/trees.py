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


def rebuild(fn: Callable[[Any], Any], x: Any) -> Any:
    """A structure like `x` with `fn` applied to each number and array; what is neither is shared."""
    if is_leaf(x):
        return fn(x)
    if isinstance(x, dict):
        return {k: rebuild(fn, v) for k, v in x.items()}
    if isinstance(x, tuple):
        parts = [rebuild(fn, v) for v in x]
        return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    if isinstance(x, list):
        return [rebuild(fn, v) for v in x]
    if not children(x):
        return x
    new = copy.copy(x)
    if isinstance(x, np.ndarray):
        for n, v in enumerate(x.flat):
            new.flat[n] = rebuild(fn, v)
    elif hasattr(x, "__dict__"):
        for k, v in vars(x).items():
            object.__setattr__(new, k, rebuild(fn, v))  # frozen dataclasses too
    else:  # a deque
        for n, v in enumerate(x):
            new[n] = rebuild(fn, v)
    return new


def combine(fn: Callable[..., Any], x: Any, *others: Any) -> Any:
    """`rebuild` that hands `fn` the corresponding leaves of further structures as well.

    Raises `ValueError` where a structure has another number of leaves than `x`.
    """
    rest = [leaves(o) for o in others]
    count = len(leaves(x))
    for other in rest:
        if len(other) != count:
            raise ValueError(f"a structure with {count} numbers and arrays is expected, this one has {len(other)}")
    iterators = [iter(r) for r in rest]
    return rebuild(lambda leaf: fn(leaf, *(next(i) for i in iterators)), x)
