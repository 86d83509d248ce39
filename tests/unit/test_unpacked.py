"""What the user takes apart at once, or saves at one place, is so in the derivative."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad, vjp


def rates(theta: Any, n: Any) -> Any:
    a, b, c = np.exp(theta)
    x, y = 1.0, 0.5
    for _ in range(n):
        x = x + 0.1 * (a * x - b * x * y)
        y = y + 0.1 * (x * y - c * y)
    return x * y


def named(theta: Any) -> Any:
    a, b = theta
    return a * b ** 2 + a


def longer(x: Any) -> Any:
    a, b = x[0], x[1]
    return a * b + x[2]


def swapped(theta: Any) -> Any:
    b, a = theta
    a, b = b * a, a
    return a * b * theta[0]


def forgetful(A: Any, scores: Any, n: Any) -> Any:
    p = np.exp(scores)
    total = 0.0
    for _ in range(n):
        p = (p @ A) * scores
        c = p.sum()
        p = p / c
        total = total + np.log(c * c)
    return total + p @ p


def tree(up: Any, down: Any, strike: Any, n: Any) -> Any:
    v = np.array([1.0, 0.3, 0.8, 0.1, 0.4]) * strike
    for _ in range(n):
        v = np.maximum(up * v[:-1] + down * v[1:], strike - v[1:])
    return v[0] * v[0]


def restored(D: Any, x: Any) -> Any:
    D = D.copy()
    for i in range(1, len(x)):
        low = min(D[i - 1], x[i] * D[i - 1])
        D[i] = D[i] * low * low
    return np.sum(D * D)


CASES = [
    (rates, (np.array([0.1, -0.2, 0.3]), 4)), (named, (np.array([0.4, 1.3]),)), (longer, (np.array([0.4, 1.3, 2.0]),)),
    (swapped, (np.array([0.4, 1.3]),)),
    (forgetful, (np.array([[0.5, 0.3], [0.1, 0.9]]), np.array([0.3, 0.6]), 3)), (tree, (0.55, 0.4, 1.1, 3)),
    (restored, (np.array([0.4, 1.2, 0.9, 1.4]), np.array([0.2, 0.7, 1.3, 0.6]))),
]


@pytest.mark.parametrize("f, args", CASES)
def test_derivatives(f: Any, args: Any) -> None:
    wrt = tuple(range(sum(not isinstance(a, int) for a in args)))
    check_grads(f, args, wrt=wrt, order=2)
    got, plain = (grad(f, wrt=wrt, optimized=o)(*args) for o in (True, False))
    for a, b in zip(got if isinstance(got, tuple) else (got,), plain if isinstance(plain, tuple) else (plain,)):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_together() -> None:
    source = grad(rates).source
    assert "a, b, c = t\n" in source and "x, y = 1.0, 0.5\n" in source and "structured_like((ba, bb, bc), t) * t" in source
    assert "entries_like({0:" in grad(longer).source  # there may be more elements
    for f, _ in CASES[-3:]:
        source = grad(f, wrt=tuple(range(2))).source
        assert source.count(".append(") == 1 and source.count(".pop()") == 1


@pytest.mark.parametrize("theta", [[0.4, 1.3], (0.4, 1.3), np.array([0.4, 1.3]), np.array([0.4, 1.3], np.float32)])
def test_structures(theta: Any) -> None:
    got = grad(named)(theta)
    assert type(got) is type(theta) and getattr(got, "dtype", None) == getattr(theta, "dtype", None)
    np.testing.assert_allclose(got, [2.69, 1.04], rtol=1e-6)


def test_rows() -> None:
    rows = np.array([[0.4, 1.3], [0.7, 0.2]])
    seed = np.ones(2)
    expected = [rows[1] ** 2 + 1.0, 2 * rows[0] * rows[1]]
    np.testing.assert_allclose(vjp(named)(rows, seed), expected)
    np.testing.assert_allclose(vjp(named)(list(rows), seed), expected)
