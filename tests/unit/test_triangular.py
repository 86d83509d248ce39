"""Equations with triangular matrices, which are solved by substitution, give what a factorization gives."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads
from s2sgrad.runtime.triangular import between_inverses, solved, triangular_inverse


def lower(n: int) -> Any:
    rng = np.random.default_rng(n)
    return np.tril(rng.normal(size=(n, n))) + n * np.eye(n)


MATRICES: dict[str, Callable[[Any], Any]] = {
    "lower": lambda c: c,
    "upper": lambda c: c.T,
    "upper, by rows": lambda c: np.ascontiguousarray(c.T),
    "lower, by columns": np.asfortranarray,
    "diagonal": lambda c: np.diag(np.diag(c)),
    "strided": lambda c: c[::-1, ::-1],
    "full": lambda c: c + c.T,
    "full but for a corner": lambda c: c + np.triu(np.ones_like(c), 2) - np.eye(len(c), k=len(c) - 1),
}


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("n", [3, 16, 33])
def test_solutions(matrix: str, n: int) -> None:
    a = MATRICES[matrix](lower(n))
    rng = np.random.default_rng(0)
    for b in (rng.normal(size=n), rng.normal(size=(n, 3)), rng.normal(size=(3, n)).T):
        given, right = a.copy(), b.copy()
        x = solved(a, b)
        assert x.shape == b.shape
        np.testing.assert_allclose(x, np.linalg.solve(given, right), rtol=1e-9, atol=1e-12)
        assert np.array_equal(a, given) and np.array_equal(b, right)


@pytest.mark.parametrize("n", [3, 16, 33])
def test_inverses(n: int) -> None:
    np.testing.assert_allclose(triangular_inverse(lower(n)), np.linalg.inv(lower(n)), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n", [3, 33])
def test_singular_matrices(n: int) -> None:
    c = lower(n)
    c[2, 2] = 0.0
    with pytest.raises(np.linalg.LinAlgError):
        triangular_inverse(c)
    with pytest.raises(np.linalg.LinAlgError):
        solved(c, np.ones(n))


@pytest.mark.parametrize("n", [1, 3, 16, 33])
@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray, lambda a: np.repeat(a, 2, axis=0)[::2]])
def test_between_inverses(n: int, layout: Callable[[Any], Any]) -> None:
    c, inner = layout(lower(n)), layout(np.random.default_rng(1).normal(size=(n, n)))
    given, asked = c.copy(), inner.copy()
    inverse = np.linalg.inv(given)
    np.testing.assert_allclose(between_inverses(inner, c), inverse.T @ asked @ inverse, rtol=1e-9, atol=1e-12)
    assert np.array_equal(c, given) and np.array_equal(inner, asked)


def of_a_factor(a: Any, y: Any) -> Any:
    c = np.linalg.cholesky(a @ a.T + np.eye(len(a)))
    return np.sum(np.linalg.solve(c, y) ** 2) + np.sum(np.log(np.diag(c))) + np.sum(np.sin(c))


@pytest.mark.parametrize("n", [1, 3, 18])
def test_derivatives_of_factors(n: int) -> None:
    rng = np.random.default_rng(0)
    check_grads(of_a_factor, (rng.normal(size=(n, n)), rng.normal(size=n)), wrt=(0, 1), order=2 if n < 18 else 1)
