"""Un-broadcasting is dropped where numbers become elements of arrays, and only there."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad


def products(a, x, n):
    y = np.zeros(n)
    for i in range(n):
        for j in range(n):
            y[i] += a[i, j] * x[j]
    return np.sum(y ** 2)


def running_sum(a, x, n):
    y = np.zeros(n)
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += a[i, j] * np.sin(x[j])
        y[i] = s / (1.0 + x[i] ** 2)
    return np.sum(y ** 2)


def rows(a, x, n):
    y = np.zeros((n, n))
    for i in range(n):
        y[i] = a[i] * x[i]
    return np.sum(y ** 2)


def maybe_rows(a, x, n):
    y = np.zeros(n)
    for i in range(len(a)):
        y[i] = a[i] * x[i]
    return np.sum(y ** 2)


def complex_elements(a, x, n):
    y = np.zeros(n, dtype=complex)
    for i in range(n):
        y[i] = a[i, 0] * x[i] * (1 + 2j)
    return np.sum(np.abs(y) ** 2)


A, X = np.array([[0.3, 1.4, -0.7], [0.9, 0.2, 1.1], [-0.4, 0.6, 0.8]]), np.array([0.5, -1.2, 0.7])


def differences(f: Callable[..., Any], *args: Any) -> np.ndarray:
    out = np.zeros_like(args[0])
    for k in np.ndindex(out.shape):
        step = np.zeros_like(out)
        step[k] = 1e-6
        out[k] = (f(args[0] + step, *args[1:]) - f(args[0] - step, *args[1:])) / 2e-6
    return out


@pytest.mark.parametrize("f", [products, running_sum])
def test_numbers_are_not_summed(f: Callable[..., Any]) -> None:
    assert "unbroadcast" not in s2sgrad.grad(f).source
    assert np.allclose(s2sgrad.grad(f)(A, X, 3), differences(f, A, X, 3), atol=1e-6)


@pytest.mark.parametrize("f", [rows, complex_elements])
def test_others_are(f: Callable[..., Any]) -> None:
    assert "unbroadcast" in s2sgrad.grad(f).source or "fitted" in s2sgrad.grad(f).source
    assert np.allclose(s2sgrad.grad(f)(A, X, 3), differences(f, A, X, 3), atol=1e-6)


def test_of_a_length_that_may_be_a_shape() -> None:
    """With ``n = (3, 3)``, what is stored are rows."""
    assert np.allclose(s2sgrad.grad(maybe_rows)(A, X, (3, 3)), differences(maybe_rows, A, X, (3, 3)), atol=1e-6)
    assert np.allclose(s2sgrad.grad(maybe_rows)(A[:, 0].copy(), X, 3), differences(maybe_rows, A[:, 0].copy(), X, 3), atol=1e-6)


def test_arrays_of_one_element_are_no_numbers() -> None:
    """NumPy does not put them into elements, neither in the program nor in its derivative."""
    column = X[:, None].copy()
    with pytest.raises((ValueError, DeprecationWarning)):
        products(A, column, 3)
    with pytest.raises((ValueError, DeprecationWarning)):
        s2sgrad.grad(products)(A, column, 3)
