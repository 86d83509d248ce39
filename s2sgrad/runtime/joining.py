"""Adjoints of what is joined and repeated: sums of sequences and their multiples, or of what may be arrays as well."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.fields import require_no_operator
from s2sgrad.runtime.shapes import unbroadcast
from s2sgrad.runtime.structures import add, own_copy

_FLOATS = frozenset((float, np.float64))


def fold_repeats(b: Any, count: int) -> Any:
    """The adjoint of `count` elements that were repeated: the sum of those of the copies."""
    total = list(b[:count])
    for start in range(count, len(b), count or 1):
        total = [add(x, y) for x, y in zip(total, b[start:start + count])]
    return total


def repeated_like(b: Any, like: Any) -> list[Any]:
    """The elements of `b` over and over, as many as `like` has; each is a copy."""
    return [own_copy(b[k % len(b)]) for k in range(len(like))]


def times_like(b: Any, like: Any, n: Any) -> Any:
    """``b * n`` for the adjoint `b` of `xs` in ``xs * n``: in the structure of `like`, that of the product."""
    if not isinstance(like, (list, tuple)):
        return b * n if isinstance(b, np.ndarray) or not isinstance(n, np.ndarray) else np.array(b) * n
    return repeated_like(b, like)


def times_adjoint(b: Any, xs: Any, n: Any) -> Any:
    """The adjoint of `xs` in ``xs * n``: of a list or tuple there are `n` copies, or `n` is an array that it multiplies."""
    if not isinstance(xs, (list, tuple)):
        return b * n
    if isinstance(n, (int, np.integer)):
        if len(b) != len(xs) * max(n, 0):
            raise TypeError("a list that is repeated more than once was taken for an array when the derivative was made; write "
                            "xs + xs, or annotate the parameter that it comes from with list")
        return fold_repeats(b, len(xs))
    return list(unbroadcast(b * n, np.array(xs)))


def left_part(b: Any, x: Any, y: Any) -> Any:
    """The adjoint of `x` in ``x + y``, of numbers and arrays or of sequences."""
    if type(x) in _FLOATS and type(b) in _FLOATS:  # in loops over elements
        return b
    return b[:len(x)] if _are_sequences(b, x, y) else unbroadcast(b, x)


def right_part(b: Any, x: Any, y: Any) -> Any:
    """The adjoint of `y` in ``x + y``, of numbers and arrays or of sequences."""
    if type(y) in _FLOATS and type(b) in _FLOATS:
        return b
    return b[len(x):] if _are_sequences(b, x, y) else unbroadcast(b, y)


def _are_sequences(b: Any, x: Any, y: Any) -> bool:
    if not isinstance(x, (list, tuple)) or not isinstance(y, (list, tuple)):
        return False
    for v, name in ((x, "__add__"), (y, "__radd__")):
        if type(v) is not list and type(v) is not tuple:
            require_no_operator(v, b, name)
    return True
