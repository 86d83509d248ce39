"""What a variable holds is not computed again, and one variable is saved once."""
from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad, value_and_grad


def pendulum(a: Any, w: Any, g: Any, n: Any) -> Any:
    for _ in range(n):
        f = np.sin(a) * w * np.cos(a) - g * np.sin(a) / (2 + np.cos(a))
        w = w + 0.1 * f
        a = a + 0.1 * w
    return a * w


def elements(x: Any, n: Any) -> Any:
    total = 0.5
    for i in range(n):
        total = total * x[i] + np.sin(x[i] * total)
    return total


def bound_again(x: Any, y: Any) -> Any:
    a = np.sin(x * y) * (x * y)
    x = x + a
    return a * np.sin(x * y) * (x * y) + np.cos(x * y)


def changed_memory(v: Any, s: Any) -> Any:
    a = v[0] * s + np.sin(v[0] * s)
    v[0] = v[0] * a
    b = v[0] * s + np.sin(v[0] * s)
    v[1] = b * v[1]
    return a * b + np.sin(v[0] * s) * v[1]


def in_branches(x: Any, y: Any) -> Any:
    if x > y:
        a = np.exp(x * y) * x
    else:
        a = np.exp(x * y) * y
    return a * np.exp(x * y)


def moved_on(x: Any, n: Any) -> Any:
    y = x
    for k in range(n):
        z = np.sin(y * x)
        y = y * z + np.sin(y * x) * k
        x = x + 0.1
        y = y + np.sin(y * x) * z
    return y


def left_in_between(x: Any, y: Any, n: Any) -> Any:
    for _ in range(n):
        a = np.sin(x) * y
        x = x * 1.5 + a
        if x > 3.0:
            break
        y = y * np.sin(x) * np.sin(x) + a * a
    return x * y


def two_results(x: Any, y: Any) -> Any:
    return np.sum(x * y * (x * y)) + np.sum(x) * np.sum(y)


def swapped(u: Any, n: Any) -> Any:
    new = np.zeros(len(u))
    for _ in range(n):
        for i in range(1, len(u) - 1):
            new[i] = u[i] * u[i + 1] - np.tanh(u[i] * u[i - 1]) * u[i]
        u, new = new, u
    return np.sum(u * u)


def rows(m: Any, n: Any) -> Any:
    for i in range(1, n):
        m[i] = m[i] * m[i - 1] + np.sin(m[i])
        m[0] += m[i] * m[i - 1]
    return np.sum(m[0] * m[n - 1])


@pytest.mark.parametrize("f, args, wrt", [
    (pendulum, (0.7, 0.4, 1.2, 4), (0, 1, 2)), (pendulum, (np.array([0.7, 0.3]), 0.4, np.array([1.2, 0.1]), 3), (0, 1, 2)),
    (elements, (np.array([0.6, 0.8, 1.1]), 3), (0,)), (elements, ([0.6, 0.8, 1.1], 3), (0,)),
    (bound_again, (0.6, 0.8), (0, 1)), (bound_again, (np.array([0.6, 0.7]), 0.8), (0, 1)),
    (changed_memory, (np.array([0.6, 0.8]), 0.7), (0, 1)), (in_branches, (0.6, 0.8), (0, 1)), (in_branches, (0.9, 0.8), (0, 1)),
    (moved_on, (0.6, 3), (0,)), (left_in_between, (1.1, 0.8, 9), (0, 1)), (two_results, (np.array([0.6, 0.7]),) * 2, (0, 1)),
    (swapped, (np.linspace(0.2, 0.9, 6), 3), (0,)), (rows, (np.linspace(0.2, 0.9, 8).reshape(4, 2), 4), (0,)),
])
def test_derivatives(f: Any, args: Any, wrt: Any) -> None:
    shaped = any(np.ndim(a) for a in args if not isinstance(a, (list, int))) and f in (pendulum, bound_again)

    def summed(*given: Any) -> Any:
        return np.sum(f(*given))

    check_grads(summed if shaped else f, args, wrt=wrt, order=1 if shaped or f is swapped else 2)
    got = grad(summed if shaped else f, wrt=wrt)(*args)
    plain = grad(summed if shaped else f, wrt=wrt, optimized=False)(*args)
    for a, b in zip(got if isinstance(got, tuple) else (got,), plain if isinstance(plain, tuple) else (plain,)):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_a_sine_is_computed_once_in_an_iteration() -> None:
    source = re.sub("#.*", "", grad(pendulum, wrt=(0, 1, 2)).source)
    assert source.count("np.sin(") == 1 and source.count("np.cos(") == 1
    pushed = re.search(r"append\(\((.*)\)\)", source)
    assert pushed is not None
    saved = pushed[1].split(", ")
    assert len(saved) == len(set(saved))


def test_an_element_is_read_once() -> None:
    backward = grad(elements).source.partition("reversed")[2]
    assert backward.count("= x[i]") == 1


def test_gradients_share_no_memory() -> None:
    x, y = np.array([0.6, 0.7]), np.array([0.2, 0.3])
    value, (bx, by) = value_and_grad(two_results, wrt=(0, 1))(x, y)
    assert not np.may_share_memory(bx, by)
    bx[:] = 0.0
    np.testing.assert_array_equal(x, [0.6, 0.7])
    assert by.any() and value > 0.0
