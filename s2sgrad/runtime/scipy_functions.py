"""What the derivatives of integrals, differential equations and roots need: derivatives of a function at run time.

A function with `captured` values before its own arguments is written f(captured, x, args) below.
"""
from __future__ import annotations

import functools
import inspect
import types
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


@functools.lru_cache(maxsize=64)
def value_alone(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The value that a function gives, without the gradient that it gives as well."""
    def value(*args: Any) -> Any:
        return fn(*args)[0]
    return value


class Within:
    """A function that is made small within bounds: pairs for the variables, one pair for all, or a `scipy.optimize.Bounds`."""

    def __init__(self, fn: Callable[..., Any], bounds: Any) -> None:
        self.fn = fn
        self.bounds = bounds

    def leaves(self, x: np.ndarray, step: np.ndarray) -> np.ndarray:
        """Which variables a step would take out of the bounds: they stay there, whatever the parameters are."""
        if hasattr(self.bounds, "lb"):
            low, high = self.bounds.lb, self.bounds.ub
        else:
            pairs = self.bounds if np.ndim(self.bounds[0]) else [self.bounds]
            low = [-np.inf if a is None else a for a, _ in pairs]
            high = [np.inf if b is None else b for _, b in pairs]
        small = 1e-9 * (1.0 + np.abs(x))
        return (x + step < np.ravel(low) - small) | (x + step > np.ravel(high) + small)


within = Within


def between(fn: Callable[..., Any], bounds: Any) -> Within:
    """The same for bounds as `scipy.optimize.least_squares` takes them: those below and those above."""
    return Within(fn, bounds if hasattr(bounds, "lb") else types.SimpleNamespace(lb=bounds[0], ub=bounds[1]))


def generated(f: Callable[..., Any]) -> Callable[..., Any]:
    """The derivative that `f` hands its arguments to, where it does no more than that."""
    found = getattr(f, "__target__", None)
    plain = found is not None and not callable(found) and not found.first and not found.named
    return found.function if plain else f  # type: ignore[union-attr]


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
