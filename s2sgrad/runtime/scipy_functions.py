"""What the derivatives of integrals, differential equations and roots need: derivatives of a function at run time.

A function with `captured` values before its own arguments is written f(captured, x, args) below. Those among the values
and arguments that hold floating-point numbers are differentiated.
"""
from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2sgrad.runtime.calls import pullback, pushforward
from s2sgrad.runtime.structures import zeros_like


def as_arguments(args: Any) -> tuple[Any, ...]:
    """The extra arguments that SciPy passes to a function: a tuple, or one value."""
    return args if isinstance(args, tuple) else () if args is None else (args,)


def bound(fn: Callable[..., Any], captured: Sequence[Any]) -> Callable[..., Any]:
    """The function of its own arguments alone."""
    return functools.partial(fn, *captured) if captured else fn


def with_defaults(fn: Callable[..., Any], given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments for all positional parameters of a function: those that are not given have their defaults."""
    if isinstance(fn, np.ufunc):
        return given
    found = inspect.signature(fn).bind(*given)
    found.apply_defaults()
    return found.args


def generated(f: Callable[..., Any]) -> Callable[..., Any]:
    """The derivative that `f` hands its arguments to, where it does no more than that."""
    found = getattr(f, "__target__", None)
    plain = found is not None and not callable(found) and not found.first and not found.named
    return found.function if plain else f  # type: ignore[union-attr]


def is_inexact(a: Any) -> bool:
    """Is `a` a floating-point number or array?"""
    return isinstance(a, (float, np.floating)) or isinstance(a, np.ndarray) and a.dtype.kind == "f"


class Parameters:
    """The inexact values among the captured ones and the further arguments, as one vector."""

    def __init__(self, captured: Sequence[Any], args: Sequence[Any], own: int) -> None:
        """`own` is the number of arguments between them."""
        first = [(n, a) for n, a in enumerate(captured) if is_inexact(a)]
        last = [(len(captured) + own + n, a) for n, a in enumerate(args) if is_inexact(a)]
        self.positions = tuple(n for n, _ in (*first, *last))
        self.values = tuple(a for _, a in (*first, *last))
        self.count = len(captured)
        self.own = own
        self.total = len(args)

    @property
    def size(self) -> int:
        return sum(int(np.size(a)) for a in self.values)

    def vector(self, adjoints: Sequence[Any]) -> np.ndarray:
        """Adjoints of the values, one after the other."""
        if not self.values:
            return np.zeros(0)
        return np.concatenate([np.ravel(np.broadcast_to(b, np.shape(a))) for b, a in zip(adjoints, self.values)])

    def parts(self, vector: np.ndarray) -> tuple[list[Any], list[Any]]:
        """The adjoints of all captured values and of all arguments; 0 for what is not differentiated."""
        captured: list[Any] = [0.0] * self.count
        args: list[Any] = [0.0] * self.total
        at = 0
        for n, a in zip(self.positions, self.values):
            size = int(np.size(a))
            part = vector[at:at + size].reshape(np.shape(a))
            at += size
            if n < self.count:
                captured[n] = part[()]
            else:
                args[n - self.count - self.own] = part[()]
        return captured, args

    def tangents(self, captured: Any, args: Any) -> tuple[Any, ...]:
        """The tangents of the values among those of all captured values and arguments; zeros where there are none."""
        out = []
        further = args if isinstance(args, (list, tuple)) else (args,)
        for n, a in zip(self.positions, self.values):
            moved, k = (captured, n) if n < self.count else (further, n - self.count - self.own)
            given = moved[k] if isinstance(moved, (list, tuple)) and k < len(moved) else 0.0
            out.append(np.zeros(np.shape(a)) + (0.0 if given is None else given))
        return tuple(out)


def like_arguments(parts: list[Any], args: Any) -> Any:
    """Adjoints of further arguments in the form in which these were passed."""
    return tuple(parts) if isinstance(args, tuple) else parts[0] if parts else 0.0


def puller(fn: Any, positions: Sequence[int]) -> Callable[..., tuple[Any, Callable[[Any], tuple[Any, ...]]]]:
    """From arguments to the value of a function and its pullback by the arguments at some positions, as a tuple."""
    made = pullback(fn, tuple(positions))
    if len(positions) != 1:
        return made

    def run(*args: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
        value, pull = made(*args)
        return value, lambda seed: (pull(seed),)

    return run


def pusher(fn: Any, positions: Sequence[int]) -> Callable[..., Any]:
    """From tangents of the arguments at some positions (a tuple) and arguments to the tangent of a function."""
    made = pushforward(fn, tuple(positions))
    return lambda tangents, *args: made(tuple(tangents), *args)[1]


def result_tangent(result: Any, names: Sequence[str], values: Sequence[Any]) -> Any:
    """The tangent of the result of a solver: zeros but for the fields of the given names."""
    out = zeros_like(result)
    for name, value in zip(names, values):
        setattr(out, name, value)
    return out
