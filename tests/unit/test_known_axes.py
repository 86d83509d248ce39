"""Axes that reductions took away, where it is known which these are."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad

WEIGHTS = np.linspace(-1.0, 2.0, 9).reshape(3, 3)


def spread(x: Any) -> Any:
    d = np.max(x, axis=1)
    e = np.sum(x * x, axis=0)
    m = np.mean(np.exp(x), axis=-1)
    return np.sum(d * m) + np.sum(e ** 2)


def test_axes_come_back_by_a_subscript() -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    general = grad(spread)
    special = general.specialize(x)
    assert "restore_axes" in general.source
    assert "restore_axes" not in special.source
    np.testing.assert_allclose(special(x), general(x), rtol=1e-14)
    step = 1e-6 * np.eye(12)[5].reshape(3, 4)
    assert special(x)[1, 1] == pytest.approx((spread(x + step) - spread(x - step)) / 2e-6, rel=1e-6)


def added_axes(x: Any) -> Any:
    gaps = x[:, None] - x[None, :]
    cube = x[None, ..., None] * x[:, None, None]
    return np.sum(np.exp(-gaps ** 2)) * np.sum(cube ** 3) + np.sum(x[..., None] * np.ones((2, 1, 3)))


def keyed_by_none(x: Any) -> Any:
    table = {None: x * x, 0: x}
    return table[None] * table[0]


def changed_later(x: Any) -> Any:
    y = x * 1.0
    column = y[:, None]
    y[0] = y[1] * 2.0
    return np.sum(column ** 2 * y[None, :])


def test_added_axes_go_by_a_subscript() -> None:
    x = np.random.default_rng(1).normal(size=4)
    check_grads(added_axes, (x,), order=2)
    check_grads(changed_later, (x,), order=2)
    assert "zeros_like" not in grad(added_axes).source
    assert grad(keyed_by_none)(2.0) == pytest.approx(12.0)


def nearest(c: Any, x: Any) -> Any:
    d = np.sum((x[:, None, :] - c[None, :, :]) ** 2, axis=2)
    return np.sum(np.min(d, axis=1))


def test_a_number_spread_over_reduced_axes_stays_a_number() -> None:
    rng = np.random.default_rng(2)
    check_grads(nearest, (rng.normal(size=(3, 2)), rng.normal(size=(6, 2))), wrt=(0, 1), order=2)
    assert "expand" not in grad(nearest).source


@pytest.mark.parametrize("f", [
    lambda x: np.sum(np.sin(x[..., None, :]) * WEIGHTS), lambda x: np.sum(np.sin(x[None, ..., :]) * WEIGHTS),
    lambda x: np.sum(np.sin(x[:, None, ..., None]) * WEIGHTS), lambda x: np.sum(np.sin(x[:, None, :]) * WEIGHTS),
    lambda x: np.sum(np.sin(x[None, :]) * WEIGHTS), lambda x: np.sum(np.sin(x[..., None]) * WEIGHTS[..., None])])
def test_added_axes_beside_an_ellipsis(f: Any) -> None:
    check_grads(f, (np.arange(9.0).reshape(3, 3) / 7,), order=2)


def reduced_along_the_last_axis(x: Any) -> Any:
    return np.sum(x * x, axis=-1, keepdims=True) * 2.0 + np.max(x, axis=0)


@pytest.mark.parametrize("x", [0.7, np.float64(0.7), np.array(0.7)])
def test_numbers_are_reduced_along_an_axis(x: Any) -> None:
    """NumPy allows the first and the last axis; derivatives for given types know that there is none."""
    np.testing.assert_allclose(grad(reduced_along_the_last_axis).specialize(x)(x), 3.8)
