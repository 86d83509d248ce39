"""What a function that a solver calls is differentiated by: captured values and further arguments, as one vector.

Those are numbers, arrays, and the lists, tuples, dicts and objects that hold some. A complex number is two real ones; its
adjoint `b` pairs with a direction as ``Re(b * dx)``, so that the imaginary part of `b` is turned round.
"""
from __future__ import annotations

import collections
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from s2sgrad.runtime.fields import Fields, attributes_of, set_attribute
from s2sgrad.runtime.sparse import is_sparse
from s2sgrad.runtime.structures import zeros_like

_SEQUENCES = (list, tuple, collections.deque)
_FLOATS = (float, np.floating)
_INEXACT = (float, complex, np.inexact)


class Parameters:
    """Those among the captured values and the further arguments that are differentiated, as one vector."""

    def __init__(self, captured: Sequence[Any], args: Sequence[Any], own: int) -> None:
        """`own` is the number of arguments between them."""
        first = [(n, a, _size(a)) for n, a in enumerate(captured)]
        last = [(len(captured) + own + n, a, _size(a)) for n, a in enumerate(args)]
        held = [(n, a, size) for n, a, size in (*first, *last) if size]
        self.positions = tuple(n for n, _, _ in held)
        self.values = tuple(a for _, a, _ in held)
        self.size = sum(size for _, _, size in held)
        self.count = len(captured)
        self.own = own
        self.given = (*captured, *args)
        self._numbers = all(isinstance(a, _FLOATS) for a in self.values)

    def vector(self, adjoints: Sequence[Any]) -> np.ndarray:
        """Adjoints of the values, one after the other."""
        if self._numbers:  # often, and at each point
            return np.array([np.sum(b) if np.ndim(b) else b for b in adjoints], dtype=float)
        pieces = [piece for b, a in zip(adjoints, self.values) for piece in _pieces(b, a, -1.0)]
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def along(self, tangents: Sequence[Any]) -> np.ndarray:
        """Tangents of the values, one after the other."""
        pieces = [piece for b, a in zip(tangents, self.values) for piece in _pieces(b, a, 1.0)]
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def parts(self, vector: np.ndarray) -> tuple[list[Any], list[Any]]:
        """The adjoints of all captured values and of all arguments; 0 for what is not differentiated."""
        place = 0

        def taken(a: Any) -> Any:
            nonlocal place
            size = _size(a)
            place += size
            part = vector[place - size:place]
            part = part[:size // 2] - 1j * part[size // 2:] if np.iscomplexobj(a) else part
            return part.reshape(np.shape(a))[()]

        out: list[Any] = [0.0] * len(self.given)
        for n, a in zip(self.positions, self.values):
            out[n if n < self.count else n - self.own] = _rebuilt(a, taken)
        return out[:self.count], out[self.count:]

    def tangents(self, captured: Any, args: Any) -> tuple[Any, ...]:
        """The tangents of the values among those of all captured values and arguments; zeros where there are none."""
        out = []
        further = args if isinstance(args, (list, tuple)) else (args,)
        for n, a in zip(self.positions, self.values):
            moved, k = (captured, n) if n < self.count else (further, n - self.count - self.own)
            given = moved[k] if isinstance(moved, (list, tuple)) and k < len(moved) else 0.0
            out.append(_tangent(given, a))
        return tuple(out)


def _is_inexact(a: Any) -> bool:
    """Is `a` a floating-point or complex number or array?"""
    return isinstance(a, _INEXACT) or isinstance(a, np.ndarray) and a.dtype.kind in "fc"


def _entries(x: Any) -> dict[Any, Any] | None:
    """What a container or an object holds, by key, position or name; None for what is neither."""
    if isinstance(x, dict):
        return dict(x)
    if isinstance(x, _SEQUENCES):
        return dict(enumerate(x))
    if callable(x) and not getattr(x, "__dict__", None) or isinstance(x, (np.ndarray, np.generic, str)):
        return None
    return attributes_of(x)


def _entry(b: Any, key: Any, x: Any) -> Any:
    """The part of an adjoint of `x`; zero may be plain 0.0 whatever it is of."""
    if b is None or isinstance(b, (float, int)):
        return 0.0
    if isinstance(x, dict):
        return b.get(key, 0.0)
    return b[key] if isinstance(x, _SEQUENCES) else getattr(b, key, 0.0)


def _size(x: Any) -> int:
    """How many floating-point numbers `x` holds."""
    if _is_inexact(x):
        return int(np.size(x)) * (2 if np.iscomplexobj(x) else 1)
    if isinstance(x, (int, str, np.ndarray)) or x is None:
        return 0
    if is_sparse(x):
        raise TypeError("a function that a solver calls depends on a sparse matrix, by which it cannot be differentiated; "
                        "give it the array of the data, and make the matrix in the function")
    entries = _entries(x)
    try:
        return sum(map(_size, entries.values())) if entries else 0
    except RecursionError:
        raise TypeError("a function that a solver calls depends on objects that refer to each other in a circle; pass the "
                        "numbers that they hold as arguments") from None


def _pieces(b: Any, x: Any, turn: float) -> Iterator[np.ndarray]:
    """The numbers of an adjoint or tangent of `x`, imaginary parts times `turn`."""
    if _is_inexact(x):
        whole = np.ravel(b if np.shape(b) == np.shape(x) else np.broadcast_to(0.0 if b is None else b, np.shape(x)))
        yield from (whole.real, turn * whole.imag) if np.iscomplexobj(x) else (whole.real,)
    elif _size(x):
        for k, v in (_entries(x) or {}).items():
            yield from _pieces(_entry(b, k, x), v, turn)


def _rebuilt(x: Any, number: Callable[[Any], Any]) -> Any:
    """The adjoint of `x` with what `number` gives for the numbers and arrays that it holds, in the order of `_pieces`."""
    if _is_inexact(x):
        return number(x)
    out = zeros_like(x)
    for k, v in (_entries(x) or {}).items():
        if not _size(v):
            continue
        if isinstance(out, Fields):
            set_attribute(out, k, _rebuilt(v, number))
        else:
            out[k] = _rebuilt(v, number)
    return out


def _tangent(given: Any, x: Any) -> Any:
    """A tangent in the structure of `x`."""
    if _is_inexact(x):
        return np.zeros(np.shape(x), complex if np.iscomplexobj(x) else float) + (0.0 if given is None else given)
    return zeros_like(x) if given is None or isinstance(given, (float, int)) and not given else given
