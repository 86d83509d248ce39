"""What one place of a loop saves is kept in one list."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad


def predator(x: Any, y: Any, n: Any) -> Any:
    for _ in range(n):
        u = x + 0.1 * x * y
        y = y - 0.1 * x * y * y
        x = u * u * 0.5
    return x * y


def left_in_between(x: Any, y: Any, n: Any) -> Any:
    for _ in range(n):
        x = x * x
        if x > 3.0:
            break
        y = y * y * x
    return x * y


def rebound(x: Any, y: Any, n: Any) -> Any:
    for _ in range(n):
        x, y = y * x, x * x
        x = x * x + y * y
    return x + y


def changed_in_place(v: Any, n: Any) -> Any:
    s = 0.0
    for _ in range(n):
        v[0] = v[0] * v[1]
        s = s * v[0] + s * s + v[1]
        v[1] = v[1] * s
    return s * v[1]


@pytest.mark.parametrize("f, args", [
    (predator, (0.7, 0.4, 4)), (left_in_between, (1.1, 0.8, 9)), (rebound, (0.9, 0.7, 3)),
    (changed_in_place, (np.array([0.6, 0.8]), 3)),
])
def test_derivatives(f: Any, args: Any) -> None:
    wrt = (0,) if len(args) == 2 else (0, 1)
    check_grads(f, args, wrt=wrt, order=2)
    got = grad(f, wrt=wrt)(*args)
    plain = grad(f, wrt=wrt, optimized=False)(*args)
    for a, b in zip(got if isinstance(got, tuple) else (got,), plain if isinstance(plain, tuple) else (plain,)):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_one_list() -> None:
    source = grad(predator, wrt=(0, 1)).source
    assert source.count(".append(") == 1 and source.count(".pop()") == 1
    assert "saved.append((" in source


def test_a_loop_that_is_left_between_keeps_two() -> None:
    assert "saved" not in grad(left_in_between, wrt=(0, 1)).source
