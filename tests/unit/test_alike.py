"""Values without names that are calculated alike, and what the user assigns side by side, stand on one line."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad


def two_losses(u: Any, v: Any) -> Any:
    return np.sum(np.log1p(np.exp(-np.sum(u * v, axis=1))) + np.log1p(np.exp(-np.sum(u + v, axis=1))))


def soft_maximum(a: float, b: float, c: float) -> Any:
    top = max(a, b, c)
    return top + math.log(math.exp(a - top) + math.exp(b - top) + math.exp(c - top))


def oscillator(mu: float, x: float, v: float, n: int) -> Any:
    for _ in range(n):
        a = mu * (1 - x ** 2) * v - x
        x, v = x + 0.1 * v, v + 0.1 * a
    return x ** 2


def turning(x: float, v: float, n: int) -> Any:
    for _ in range(n):
        x, v = x + 0.1 * v, v - 0.1 * x
    return x ** 2


def named(x: Any) -> Any:
    a = np.sin(x[0])
    b = np.sin(x[1])
    return a * b * a


def option(s: float, sigma: float, t: float) -> float:
    d = (math.log(s) + 0.5 * sigma ** 2 * t) / (sigma * math.sqrt(t))
    return d * math.exp(-d * sigma ** 2)


def conditioned(x: float, n: int) -> float:
    for _ in range(n):
        if x > 2.0:
            x = 0.5 * x * x
        x = x + math.sin(x)
    return x


U, V = np.random.default_rng(0).normal(size=(2, 4, 3))


def test_values_without_names() -> None:
    assert "t2, t3, t4 = math.exp(a - top), math.exp(b - top), math.exp(c - top)\n" in grad(soft_maximum, wrt=(0, 1, 2)).source


def test_brief_values_without_names() -> None:
    """Formulas that are short; the lists that the backward sweep takes from are each made in a statement of its own."""
    assert "t2, t3 = sigma ** 2, math.sqrt(t)\n" in grad(option, wrt=(0, 1, 2)).source
    assert "    x_stack = []\n    saved = []\n" in grad(conditioned).source
    check_grads(option, (1.3, 0.4, 0.7), order=2, wrt=(0, 1, 2))
    check_grads(conditioned, (1.3, 4), order=2, wrt=0)


def test_names_of_the_user_stay() -> None:
    source = grad(named).source
    assert "    a = np.sin(x[0])\n    b = np.sin(x[1])\n" in source


def test_what_is_assigned_side_by_side() -> None:
    """The last one may be read by those before, since it is bound after them."""
    assert "x, v = x + 0.1 * v, v + 0.1 * a\n" in grad(oscillator).source


@pytest.mark.parametrize(("f", "args"), [(two_losses, (U, V)), (soft_maximum, (0.3, 0.5, -1.0)), (oscillator, (0.7, 1.0, 0.2, 5)),
                                         (turning, (1.0, 0.2, 5)), (named, (U[0],))])
def test_values(f: Any, args: Any) -> None:
    wrt = tuple(n for n, a in enumerate(args) if not isinstance(a, int))
    check_grads(f, args, order=2, wrt=wrt)
