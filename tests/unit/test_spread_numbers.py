"""Numbers that are broadcast stay numbers where the arithmetic that reads them broadcasts them itself."""
from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad
from s2sgrad.runtime import unbroadcast


def likelihood(w: Any, x: Any, y: Any) -> Any:
    p = 1 / (1 + np.exp(-(x @ w)))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def poisson(w: Any, x: Any, y: Any) -> Any:
    eta = x @ w
    return np.sum(np.exp(eta) - y * eta)


def products(w: Any, x: Any, y: Any) -> Any:
    u = np.exp(w)
    return np.mean(u * y + u * u * y) + np.sum(x) / np.size(2 * w)


RNG = np.random.default_rng(0)
SHAPES = [(), (5,), (1,), (5, 1), (1, 5), (5, 5)]


@pytest.mark.parametrize("y", SHAPES)
@pytest.mark.parametrize("f", [likelihood, poisson])
def test_whatever_broadcasts(f: Callable[..., Any], y: tuple[int, ...]) -> None:
    check_grads(f, (RNG.normal(size=3), RNG.normal(size=(5, 3)), RNG.random(y)), wrt=(0, 1, 2), order=2)


@pytest.mark.parametrize("w", SHAPES)
@pytest.mark.parametrize("y", SHAPES)
def test_products(w: tuple[int, ...], y: tuple[int, ...]) -> None:
    check_grads(products, (RNG.random(w), RNG.random(2), RNG.random(y)), wrt=(0, 1, 2), order=2)


def test_the_number_is_what_is_left() -> None:
    source = grad(likelihood).source
    assert "expand" not in source
    assert "np.size(broadcast(y, p))" in source


def test_terms_are_brought_to_one_shape_together() -> None:
    source = grad(poisson).source
    assert source.count("unbroadcast(") == 1 and "fitted" not in source and "expand" not in source
    source = grad(likelihood).source
    assert source.count("unbroadcast(") == 1 and "fitted" not in source


def reconstructed(w: Any, x: Any, y: Any) -> Any:
    """The mean is one of sums: of these, no more than how many there are matters."""
    r = x * w - y
    return 0.5 * np.mean(np.sum(r ** 2, axis=1)) + np.sum(w)


def test_a_number_is_not_spread_over_axes_that_broadcasting_adds() -> None:
    source = grad(reconstructed, wrt=(0, 2)).source
    assert "expand(" not in source.replace("expand(by, w)", "")
    for x in (RNG.random((4, 3)), RNG.random((4, 1))):
        check_grads(reconstructed, (RNG.random(3), x, RNG.random((1, 3))), wrt=(0, 1, 2), order=2)


def test_sums_over_some_axes_and_repetition_along_others() -> None:
    b = np.arange(3.0)
    np.testing.assert_array_equal(unbroadcast(b, np.zeros((2, 1))), [[3.0], [3.0]])
    np.testing.assert_array_equal(unbroadcast(b[None], np.zeros((2, 1))), [[3.0], [3.0]])
    out = unbroadcast(b, np.zeros((2, 3)))
    np.testing.assert_array_equal(out, [[0.0, 1.0, 2.0]] * 2)
    out[0] = 1.0  # an array of its own
    assert out[1, 2] == 2.0


def mean_of_moduli(x: Any, c: Any) -> Any:
    return c * np.mean(np.abs(x))


def total_variation(x: Any, c: Any) -> Any:
    across, down = x[:, 1:] - x[:, :-1], x[1:] - x[:-1]
    return np.sum(x ** 2) + c * (np.mean(np.abs(across)) + np.mean(np.abs(down)))


@pytest.mark.parametrize("f", [mean_of_moduli, total_variation])
def test_moduli_are_not_computed_for_their_shape(f: Callable[..., Any]) -> None:
    source = grad(f).source.replace("np.mean(np.abs(", "")
    assert "expand(" not in source and "np.abs(" not in source
    x = np.random.default_rng(2).normal(size=(4, 3))
    for c in (0.7, np.array([0.7])):
        check_grads(f, (x, c), wrt=(0, 1))
    assert grad(f)(x.astype(np.float32), 0.7).dtype == np.float32


def test_the_mean_of_one_modulus() -> None:
    for x in (-0.7, np.float64(0.3), np.array(-0.2), 0.4 - 0.3j, np.array([0.5 + 1j, -2.0])):
        check_grads(mean_of_moduli, (x, 0.7), wrt=(0, 1))


def huber(x: Any, y: Any, c: Any, delta: Any) -> Any:
    g = np.diff(x)
    h = np.where(np.abs(g) < delta, 0.5 * g ** 2, delta * (np.abs(g) - 0.5 * delta))
    return 0.5 * np.sum((x - y) ** 2) + c * np.sum(h)


def weighted_moduli(x: Any, c: Any) -> Any:
    g = x * c
    return np.real(np.sum(np.where(np.abs(g) < 0.4, 0.5 * g ** 2, 0.3 * g)) * 2) + np.abs(np.mean(x * g))


def test_sums_near_a_modulus_are_not_computed_for_their_shape() -> None:
    source = ast.unparse(ast.parse(grad(huber).source))  # without comments
    assert "number_like(" in source and "np.sum(" not in source and "g ** 2" not in source and "1.0 *" not in source
    x, y = np.random.default_rng(2).normal(size=(2, 7))
    for c in (0.7, np.array([0.7])):
        for delta in (0.9, np.linspace(0.5, 1.5, 6)):
            check_grads(huber, (x, y, c, delta), wrt=(0, 1, 2, 3))
    assert grad(huber)(x.astype(np.float32), y.astype(np.float32), 0.7, 0.9).dtype == np.float32


def test_what_is_complex_near_a_modulus_keeps_its_imaginary_part() -> None:
    x = np.array([0.3, 1.4, -0.5])
    for v in (x, x + 1j * x[::-1]):
        for c in (0.7, 0.3 - 0.2j):
            if np.iscomplexobj(c) or not np.iscomplexobj(v):
                check_grads(weighted_moduli, (v, c), wrt=(0, 1))
            check_grads(weighted_moduli, (v, c), wrt=0)
