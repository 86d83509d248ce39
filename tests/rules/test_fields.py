"""The gradient of a real array is real, also beside complex arguments whose types are met at run time only."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad

MATRIX = np.array([[1.2, 0.3], [-0.4, 0.9]])
VECTOR = np.array([1.0 + 2.0j, 3.0 - 1.0j])


def product(a, z):
    return np.sum(np.abs(a @ z) ** 2)


def dot_product(a, z):
    return np.sum(np.abs(np.dot(a, z)) ** 2)


def inner_product(a, z):
    return np.sum(np.abs(np.inner(a, z)) ** 2)


def outer_product(a, z):
    return np.sum(np.abs(np.outer(a, z) + 1.0) ** 2)


def contraction(a, z):
    return np.sum(np.abs(np.tensordot(a, z, 1)) ** 2)


def einsum_product(a, z):
    return np.sum(np.abs(np.einsum("ij,j->i", a, z)) ** 2)


def kronecker_product(a, z):
    return np.sum(np.abs(np.kron(a, z) + 1.0) ** 2)


def equations(a, z):
    return np.sum(np.abs(np.linalg.solve(a, z)) ** 2)


def joined(a, z):
    return np.sum(np.abs(np.concatenate((a.ravel(), z)) ** 2 + 1.0))


@pytest.mark.parametrize("f", [product, dot_product, inner_product, outer_product, contraction, einsum_product,
                               kronecker_product, equations, joined])
def test_real_argument(f: Callable[..., Any]) -> None:
    gradient = s2sgrad.grad(f)(MATRIX, VECTOR)
    assert gradient.dtype == float
    steps = 1e-6 * np.eye(4).reshape(4, 2, 2)
    differences = [(f(MATRIX + h, VECTOR) - f(MATRIX - h, VECTOR)) / 2e-6 for h in steps]
    np.testing.assert_allclose(gradient.ravel(), differences, rtol=1e-6, atol=1e-6)
