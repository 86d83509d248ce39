"""Adjoints of structured values: zeros of any structure, copies, sums, and additions to a part."""
from __future__ import annotations

import copy as _copy
from typing import Any

import numpy as np


def zeros_like(x: Any) -> Any:
    """The zero of the space that adjoints of `x` live in: same structure, shapes and precision, floating point."""
    if type(x) is float:
        return 0.0
    if isinstance(x, np.ndarray):
        return np.zeros_like(x) if x.dtype.kind in "fc" else np.zeros_like(x, dtype=_inexact(x))
    if isinstance(x, np.generic):
        return x.dtype.type(0) if x.dtype.kind in "fc" else 0.0
    if isinstance(x, complex):
        return 0j
    if isinstance(x, dict):
        return {k: zeros_like(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [zeros_like(v) for v in x]
    if hasattr(x, "__dict__") and not callable(x):
        new = _copy.copy(x)
        for k, v in vars(x).items():
            setattr(new, k, zeros_like(v))
        return new
    return 0.0


def _inexact(x: np.ndarray) -> Any:
    return object if x.dtype == object else float


def copy(x: Any) -> Any:
    """A copy of `x` that shares no memory with it."""
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, (list, tuple, dict)):
        return _copy.deepcopy(x)
    return x


def add_at(b: Any, key: Any, value: Any) -> None:
    """``b[key] += value`` where positions that `key` names twice count twice."""
    if isinstance(key, (int, slice)) or not isinstance(b, np.ndarray):
        b[key] += value
    else:
        np.add.at(b, key, value)


def take_at(b: Any, key: Any) -> Any:
    """The adjoint of what ``a[key] = v`` wrote, which leaves zero behind in `b`.

    Where `key` names a position twice the last value written there is the one that stays, so it gets all.
    """
    if isinstance(key, (int, slice)) or not isinstance(b, np.ndarray):
        value = copy(b[key])
        b[key] = 0.0
        return value
    value = b[key]
    if not np.ndim(value):
        b[key] = 0.0
        return value
    order = np.zeros(b.shape, dtype=np.intp)
    order[key] = np.arange(1, value.size + 1).reshape(value.shape)
    value = np.where(order[key] == np.arange(1, value.size + 1).reshape(value.shape), value, 0.0)
    b[key] = 0.0
    return value


def split_tail(b: list[Any], count: int) -> list[Any]:
    """Remove the last `count` elements of a list and return them."""
    at = len(b) - count
    tail = b[at:]
    del b[at:]
    return tail


def take_out(b: Any, position: int) -> Any:
    """Undo ``insert(position, ...)``: remove the element that it put in."""
    if position < 0:
        position = max(0, len(b) - 1 + position)
    position = min(position, len(b) - 1)
    value = b[position]
    del b[position]
    return value


def put_back(b: Any, position: int, value: Any) -> None:
    """Undo ``pop(position)`` or ``del b[position]``."""
    b.insert(position if position >= 0 else len(b) + 1 + position, value)


def spread(b: Any, xs: Any) -> Any:
    """The adjoint of the elements of `xs` in their sum."""
    return [b] * len(xs) if not isinstance(xs, np.ndarray) else np.broadcast_to(b, xs.shape)


def add(a: Any, b: Any) -> Any:
    """The sum of two adjoints of the same structure."""
    if isinstance(a, (float, np.ndarray, np.generic, complex, int)):
        return a + b
    if isinstance(a, dict):
        return {k: add(v, b[k]) if k in b else v for k, v in a.items()}
    if isinstance(a, (list, tuple)):
        return [add(x, y) for x, y in zip(a, b)]
    if isinstance(b, (float, int)) and not b:
        return a
    new = _copy.copy(a)
    for k, v in vars(a).items():
        setattr(new, k, add(v, getattr(b, k)))
    return new


def add_to(a: Any, b: Any) -> None:
    """Add the adjoint `b` to `a`, a structure that is changed in place."""
    if isinstance(a, np.ndarray):
        a += b
    elif isinstance(a, dict):
        for k in a:
            a[k] = add(a[k], b[k])
    elif isinstance(a, list):
        a[:] = [add(x, y) for x, y in zip(a, b)]
    else:
        for k, v in vars(a).items():
            setattr(a, k, add(v, getattr(b, k)))


class _Missing:
    """Stands for a key that a dict did not have."""


MISSING = _Missing()


def saved(table: Any, key: Any) -> Any:
    """What ``table[key] = ...`` is about to replace."""
    if isinstance(table, dict):
        return table.get(key, MISSING)
    return copy(table[key])


def restore(table: Any, key: Any, value: Any) -> None:
    """Put back what `saved` found."""
    if value is MISSING:
        del table[key]
    else:
        table[key] = value
