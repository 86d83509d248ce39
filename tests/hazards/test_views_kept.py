"""What the backward sweep keeps of a view is what it was, while the array that it is of is changed in place and does not vary."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads

RNG = np.random.default_rng(0)


def whole_array_scaled(c: Any, A: Any) -> Any:
    buf, s = A.copy(), 0.0
    for _ in range(3):
        r = buf[1:]
        s += np.sum((r * c) ** 3)
        buf *= 1.5
    return s


def whole_array_added_to(c: Any, A: Any) -> Any:
    buf, s = np.zeros(3), 0.0
    for _ in range(3):
        r = buf[1:]
        s += np.sum((r * c + c) ** 3)
        buf += A[0]
    return s


def after_its_use(c: Any, A: Any) -> Any:
    buf = A[0].copy()
    r = buf[1:]
    s = np.sum(np.sin(r * c) * c)
    buf *= 1.5
    return s + buf[0]


def scaled(c: Any, A: Any, k: int) -> Any:
    out = np.zeros_like(A)
    r = A[k:]
    out[k:] = r * c * c
    out[0] += np.sum(out[k:]) * c
    return out


def views_in_a_function(c: Any, A: Any) -> Any:
    buf, s = np.zeros(A.shape[1:]), 0.0
    for i in range(3):
        buf[:] = A[i]
        s += np.sum(scaled(c, buf, 1) ** 2)
    return s


def views_given_to_a_function(c: Any, A: Any) -> Any:
    buf, s = A[0].copy(), 0.0
    for _ in range(3):
        s += np.sum(scaled(c, buf.T, 1) ** 2)
        buf *= 1.5
    return s


def flux(k: int, state: Any) -> Any:
    out = np.zeros_like(state)
    speed = state[k:]
    out[k:] = speed * speed
    return out


def views_of_what_varies(c: Any, A: Any) -> Any:
    out, state = np.zeros(A.shape), np.zeros(A.shape[1:])
    for i in range(A.shape[0]):
        state[:] = A[i] * c
        out[i] = flux(1, state)
    return np.sum(out * out)


@pytest.mark.parametrize("f", [whole_array_scaled, whole_array_added_to, after_its_use, views_in_a_function,
                               views_given_to_a_function, views_of_what_varies])
@pytest.mark.parametrize("wrt", [0, 1, (0, 1)])
def test_a_view_that_is_kept(f: Callable[..., Any], wrt: Any) -> None:
    check_grads(f, (0.7, RNG.normal(size=(3, 3))), wrt=wrt)
