"""``out=None`` is another program than ``out=`` with an array: the derivative is that of one of them, and refuses the other."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad

X = np.array([[0.3, -0.7, 1.1], [1.2, 0.6, -0.5]])
W = np.array([0.7, -1.2, 0.4])


def by_keyword(x, out=None):
    return np.sum(W * np.sum(x * x, axis=0, out=out))


def by_position(x, axis=0, out=None):
    return np.sum(W * np.sum(x, axis, None, out))


def of_a_method(x, out=None):
    return np.sum(W * x.cumsum(axis=0, out=out)[1])


def _scaled(x, k, out=None):
    return np.multiply(x, k, out=out)


def handed_on(x, out=None):
    return np.sum(W * _scaled(x, x, out=out))


def given(x, buffer):
    return np.sum(W * np.sum(x * x, axis=0, out=buffer))


def annotated(x, buffer: np.ndarray = None):
    return np.sum(W * np.sum(x * x, axis=0, out=buffer))


@pytest.mark.parametrize("f", [by_keyword, by_position, of_a_method, handed_on], ids=lambda f: f.__name__)
def test_without(f: Callable[..., Any]) -> None:
    s2sgrad.check_grads(f, (X,), wrt=0, order=2)
    for derivative in (s2sgrad.grad(f), lambda *args, **kwargs: s2sgrad.jvp(f)(*args, X, **kwargs)):
        with pytest.raises(TypeError, match="out is passed as out="):
            derivative(X, out=np.zeros(3))


@pytest.mark.parametrize("f", [given, annotated], ids=lambda f: f.__name__)
def test_with(f: Callable[..., Any]) -> None:
    s2sgrad.check_grads(f, (X, np.zeros(3)), wrt=0, order=2)
    with pytest.raises(TypeError, match="buffer is passed as out="):
        s2sgrad.grad(f)(X, None)


def test_left_to_a_helper() -> None:
    def f(x):
        return np.sum(_scaled(x, x)) + np.sum(W * _scaled(x, 2.0, np.zeros_like(x)))
    s2sgrad.check_grads(f, (X,), order=2)
