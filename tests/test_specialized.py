"""Derivatives for arguments of given types: the same numbers as those of the general one, other arguments are refused."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import s2sgrad

X = np.arange(12.0).reshape(3, 4) * 0.1
W = np.array([0.3, -0.7, 1.1, 0.2])


def weighted(x: Any, w: Any) -> Any:
    return np.sum((x * w) ** 2)


def moved(x: Any, w: Any) -> Any:
    return np.sin(x) * w + x


def mixed(d: Any, xs: Any, pair: Any) -> Any:
    return np.sum(d["a"] * xs[0]) * pair[0] + pair[1]


@pytest.mark.parametrize("x, w", [(X, W), (X * 1j, W), (np.ones((4, 4)), W), (X.astype(np.float32), W)], ids=str)
def test_the_same_numbers(x: Any, w: Any) -> None:
    general = s2sgrad.vjp(weighted, wrt=(0, 1))
    for got, want in zip(general.specialize(x, w)(x, w, 1.0), general(x, w, 1.0)):
        np.testing.assert_allclose(got, want, rtol=1e-6)


def test_what_has_been_accepted_says_nothing_of_others() -> None:
    special = s2sgrad.grad(weighted, wrt=(0, 1)).specialize(X, W)
    for _ in range(2):
        special(X, W)
        special(x=X, w=W)
        special(X, w=W)
        for x, w in ((X, W[:1]), (X, W.astype(int)), (X, list(W)), (X, 2.0), (W, X)):
            with pytest.raises(TypeError, match="specialized for other arguments"):
                special(x, w)
            with pytest.raises(TypeError, match="specialized for other arguments"):
                special(x, w=w)


def test_lengths_that_broadcast_alike() -> None:
    general = s2sgrad.grad(weighted, wrt=(0, 1))
    special = general.specialize(X, W)
    for got, want in zip(special(X.T[:2, :2], W[:2]), general(X.T[:2, :2], W[:2])):
        np.testing.assert_allclose(got, want)

@pytest.mark.parametrize("x, w", [(X, 2.0), (X, W[:1]), (X[:1], W), (X, X), (W, W), (X.astype(int), W), (X, np.array(2.0)),
                                  (X, 1j * W), (X.tolist(), W)], ids=str)
def test_other_arguments_are_refused(x: Any, w: Any) -> None:
    with pytest.raises(TypeError, match="was specialized for other arguments"):
        s2sgrad.grad(weighted, wrt=(0, 1)).specialize(X, W)(x, w)
    with pytest.raises(TypeError, match="was specialized for other arguments"):
        s2sgrad.pullback(weighted, wrt=(0, 1)).specialize(X, W)(x, w)


@pytest.mark.parametrize("others", [({"a": 2.0}, [W], (1.0, 2.0)), ({"b": W}, [W], (1.0, 2.0)), ({"a": W}, (W,), (1.0, 2.0)),
                                    ({"a": W}, [2.0], (1.0, 2.0)), ({"a": W}, [W], (1.0, 2.0, 3.0))], ids=str)
def test_other_structures_are_refused(others: Any) -> None:
    special = s2sgrad.grad(mixed).specialize({"a": W}, [W], (1.0, 2.0))
    np.testing.assert_allclose(special({"a": W}, [W], (1, 2.0))["a"], W)
    with pytest.raises(TypeError, match="was specialized for other arguments"):
        special(*others)


def test_every_kind_of_derivative() -> None:
    seed, row = np.ones_like(W), X[0]
    want = s2sgrad.vjp(moved, (0, 1))(row, W, seed)
    value, pull = s2sgrad.pullback(moved, (0, 1)).specialize(row, W)(row, W)
    there, back = s2sgrad.autodiff(moved, (0, 1), motion="split")
    for got in (pull(seed), back.specialize(row, W)(there.specialize(row, W)(row, W)[1], seed)):
        np.testing.assert_allclose(got, want)
    pushed, push = s2sgrad.pushforward(moved, (0, 1)).specialize(row, W)(row, W)
    np.testing.assert_allclose(value, pushed)
    np.testing.assert_allclose(push(seed, seed), np.sum(want, axis=0))
    cubic = s2sgrad.grad(lambda x: x ** 3).specialize(2.0)
    assert s2sgrad.grad(cubic)(2.0) == 12.0
