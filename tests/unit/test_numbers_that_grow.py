"""What a function makes of an array without axes is a number, which an update by an array replaces and does not change."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad, vjp


def spread(x: Any, z: Any) -> Any:
    t = np.exp(x)
    for _ in range(2):
        t += x[..., None] * z
    return t


def transposed(x: Any, z: Any) -> Any:
    t = x * 2.0
    u = x.T
    for _ in range(2):
        t += z
    return t * u


def reshaped(x: Any, z: Any) -> Any:
    t = np.sin(x)
    y = x.reshape(1)
    t += z
    return t * 1.0 * y


def raised(x: Any, z: Any) -> Any:
    y = np.abs(np.clip(x, -2.0, 2.0))
    y = np.ravel(x)[0] * y
    y *= z
    y **= 2
    return y


Z = np.array([1.0, 0.3, 2.0, -1.0])


@pytest.mark.parametrize("f", [spread, transposed, reshaped, raised])
@pytest.mark.parametrize("x", [np.array(0.3), np.float64(0.3)])
def test_an_update_adds_axes(f: Callable[..., Any], x: Any) -> None:
    seed = np.array([0.2, -0.7, 1.1, 0.4])
    for wrt in ("x", "z", ("x", "z")):
        check_grads(f, (x, Z), wrt=wrt, order=2)
        want = vjp(f, ("x", "z"), optimized=False)(x, Z, seed)[1]
        np.testing.assert_allclose(vjp(f, "z")(x, Z, seed), want, rtol=1e-12)
    assert np.shape(grad(lambda x: np.sum(f(x, Z)))(x)) == ()


@pytest.mark.parametrize("f", [spread, transposed, raised])
def test_an_array_stays_as_large_as_it_is(f: Callable[..., Any]) -> None:
    x = np.array([[0.3, 0.1, -0.2, 0.5]] * 4)
    if f is not spread:
        check_grads(f, (x, Z), wrt=("x", "z"), order=2)
