"""Extrema that are subtracted so that nothing overflows are constants to the derivative, where they cancel."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad

Z = np.random.default_rng(0).normal(size=(3, 4))
Y = np.random.default_rng(1).normal(size=(3, 4))


def cross_entropy(z: Any, y: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    e /= e.sum(axis=1, keepdims=True)
    return -np.sum(y * np.log(e))


def last_axis(z: Any, y: Any) -> Any:
    m = np.max(z, axis=-1, keepdims=True)
    logp = z - m - np.log(np.sum(np.exp(z - m), axis=-1, keepdims=True))
    return np.sum(y * logp)


def axis_goes(z: Any, y: Any) -> Any:
    m = np.max(z, axis=1)
    lse = m + np.log(np.sum(np.exp(z - m[:, None]), axis=1))
    return np.sum(lse ** 2) + np.sum(y)


def axis_kept(z: Any, y: Any) -> Any:
    m = np.max(z, axis=1, keepdims=True)
    return np.sum(m[:, 0] + np.log(np.sum(np.exp(z - m), axis=1))) * y[0, 0]


def squeezed(z: Any, y: Any) -> Any:
    m = np.max(z, axis=1, keepdims=True)
    return np.sum(np.squeeze(m, axis=1) + np.log(np.mean(np.exp(z - m), axis=1))) * y[0, 0]


def first_axis(z: Any, y: Any) -> Any:
    m = z.max(axis=0)
    e = np.exp(z - m)
    return np.sum(y * (e / e.sum(axis=0)))


def everywhere(z: Any, y: Any) -> Any:
    e = np.exp(2.0 * z - 2.0 * np.max(z))
    return np.sum(y * e / np.sum(e)) + np.sum((e @ y.T) / np.sum(e))


def from_below(z: Any, y: Any) -> Any:
    m = np.min(z, axis=1, keepdims=True)
    e = np.exp(m - z)
    return np.sum(y * e / np.sum(e, axis=1, keepdims=True))


def in_a_loop(z: Any, y: Any) -> Any:
    loss = 0.0
    for i in range(3):
        row = z[i]
        p = np.exp(row - np.max(row))
        p = p / np.sum(p)
        loss += y[i] @ np.log(p)
    return loss


def softmax(z: Any) -> Any:
    z = z - np.max(z, axis=-1, keepdims=True)
    e = np.exp(z)
    return e / np.sum(e, axis=-1, keepdims=True)


def in_a_subroutine(z: Any, y: Any) -> Any:
    return np.sum(softmax(z @ y.T) ** 2) + np.sum(softmax(softmax(z)) * y)


CANCEL = [cross_entropy, last_axis, axis_goes, axis_kept, squeezed, first_axis, everywhere, from_below, in_a_loop,
          in_a_subroutine]


def other_axis(z: Any, y: Any) -> Any:
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return np.sum(y * e / np.sum(e, axis=0, keepdims=True))


def no_sum(z: Any, y: Any) -> Any:
    return np.sum(y * np.exp(z - np.max(z, axis=1, keepdims=True)))


def also_used(z: Any, y: Any) -> Any:
    m = np.max(z)
    e = np.exp(z - m)
    return np.sum(y * e / np.sum(e)) + m ** 2


def weighted(z: Any, y: Any) -> Any:
    """Of the weights more axes may come."""
    e = np.exp(z - np.max(z, axis=1, keepdims=True)) * np.stack([y, 2.0 * y])
    return np.sum(np.log(1.0 + (e / np.sum(e, axis=1, keepdims=True)) ** 2))


def guarded(z: Any, y: Any) -> Any:
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return np.sum(y * e / (0.1 + np.sum(e, axis=1, keepdims=True)))


def in_a_branch(z: Any, y: Any) -> Any:
    m = np.max(z)
    s = 0.0
    if y[0, 0] < 10.0:
        s = s + m
    e = np.exp(z - m)
    return s + np.sum(y * e / np.sum(e))


def from_the_iteration_before(z: Any, y: Any) -> Any:
    m = 0.0
    s = 0.0
    for i in range(3):
        s = s + m * y[i, 0]
        m = np.max(z[i])
        e = np.exp(z[i] - m)
        s = s + np.sum(e / np.sum(e) * y[i])
    return s


def not_shifted_alike(z: Any, y: Any) -> Any:
    m = np.max(z, axis=1, keepdims=True)
    return np.sum(y * (np.exp(z - m) / np.exp(2.0 * z - 2.0 * m)))


def axis_elsewhere(z: Any, y: Any) -> Any:
    """``m[None]`` puts the axis in front."""
    z = z[:3, :3]
    m = np.max(z, axis=1)
    e = np.exp(z - m[None])
    return np.sum(y[:3, :3] * e / np.sum(e, axis=1, keepdims=True))


def written_to(z: Any, y: Any) -> Any:
    m = np.max(z, axis=1, keepdims=True)
    e = np.exp(z - m)
    e[0] = y[0]
    return np.sum(y * e / np.sum(e, axis=1, keepdims=True))


STAY = [other_axis, no_sum, also_used, weighted, guarded, in_a_branch, from_the_iteration_before, not_shifted_alike,
        axis_elsewhere, written_to]


@pytest.mark.parametrize("f", CANCEL)
def test_cancels(f: Callable[..., Any]) -> None:
    assert "ties" not in grad(f, optimized=False).source
    check_grads(f, (Z, Y), wrt=(0, 1), order=2)


@pytest.mark.parametrize("f", STAY)
def test_does_not_cancel(f: Callable[..., Any]) -> None:
    assert "ties" in grad(f, optimized=False).source
    check_grads(f, (Z, Y), wrt=(0, 1), order=2)


def test_shapes_of_reductions() -> None:
    """That a sum along an axis broadcasts back, and how its adjoint does, is known whatever the number of axes."""
    assert "np.sum(be * e, axis=1, keepdims=True)" in grad(cross_entropy).source
    assert "[:, None]" in grad(axis_goes).source


def test_infinities_are_those_of_the_plain_formula() -> None:
    z = np.array([[0.0, -np.inf, 1.0, 2.0]])
    p = np.exp(z - 2.0) / np.sum(np.exp(z - 2.0))
    np.testing.assert_allclose(grad(axis_kept)(z, np.ones((1, 1))), p, rtol=1e-14)
    with np.errstate(invalid="ignore"):
        assert np.isnan(grad(axis_kept)(np.full((1, 4), np.inf), np.ones((1, 1)))).all()
