"""The operator ``*`` of sparse matrices and their means, which nothing shows, are refused when the derivative runs."""
from __future__ import annotations

import numpy as np
import pytest

sparse = pytest.importorskip("scipy.sparse")

import s2sgrad  # noqa: E402

MATRIX = sparse.csr_matrix(np.array([[1.0, 2.0], [0.0, 3.0]]))


def product(x, a):
    return np.sum((a * x) ** 2)


def scaled_product(x, a, k):
    return np.sum((a @ (k * x)) ** 2)


def annotated(x: np.ndarray, a: np.ndarray):
    return np.sum(a * x)


@pytest.mark.parametrize("make", [s2sgrad.grad, s2sgrad.jvp])
@pytest.mark.parametrize("x", [np.array([0.3, 1.2]), np.array([[0.3, 1.2], [0.5, 0.7]])])
def test_products_written_with_a_star(make, x):
    with pytest.raises(TypeError, match="multiplies matrices"):
        make(product)(x, MATRIX) if make is s2sgrad.grad else make(product)(x, MATRIX, x)
    s2sgrad.check_grads(product, (x, MATRIX.toarray()[:, 0]), wrt=0)


def test_matrix_products():
    s2sgrad.check_grads(scaled_product, (np.array([0.3, 1.2]), MATRIX, 2.0), wrt=(0, 2))


def test_annotated_factors_are_not_looked_at():
    assert "require_plain" not in s2sgrad.grad(annotated).source


def method_of_a_matrix(a):
    return a.mean() ** 2


def function_of_a_matrix(a, k):
    return k * np.mean(a)


def test_means_are_those_of_all_elements():
    """`np.size` of a sparse matrix counts what it stores."""
    for f, rest in ((method_of_a_matrix, ()), (function_of_a_matrix, (2.0,))):
        with pytest.raises(TypeError, match="mean of a csr_matrix"):
            s2sgrad.grad(f)(MATRIX, *rest)
        s2sgrad.check_grads(f, (MATRIX.toarray(), *rest), wrt=0)
    assert s2sgrad.grad(function_of_a_matrix, wrt="k")(MATRIX, 2.0) == 1.5
