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


def modulus_times_itself(z):
    return np.real(np.sum(np.abs(z) * z))


def angle_of_product(z):
    return np.sum(np.angle(z * np.abs(z)) ** 2)


def sum_with_modulus(z):
    return np.sum(np.abs(2.0 * z + np.abs(z)))


def modulus_of_number(z):
    y = z @ np.arange(1.0, 3.0)
    return np.abs(y * np.abs(y))


@pytest.mark.parametrize("f", [modulus_times_itself, angle_of_product, sum_with_modulus, modulus_of_number])
def test_real_result_of_complex_argument(f: Callable[..., Any]) -> None:
    """What is real in between has a real adjoint, whatever it is multiplied with."""
    s2sgrad.check_grads(f, (VECTOR,), order=2)
    s2sgrad.check_grads(f, (np.array([0.3, -1.2]),), order=2)


def moduli_in_complex_storage(z):
    y = np.zeros(2, complex)
    for i in range(2):
        y[i] = abs(z[i])
    return np.sum(np.abs(y * (1 + 2j) + z))


def modulus_in_the_place_of_its_argument(z):
    y = z + 0.0j
    np.abs(y, out=y)
    return np.sum(np.abs(y * z * (1 + 2j) + 2.0))


def parts_in_complex_storage(z):
    y = np.zeros(2, complex)
    y[0] = abs(z[0])
    y[1] = z[0].real
    return abs(y[0] * y[1] * (1 + 2j) + z[1])


@pytest.mark.parametrize("f", [moduli_in_complex_storage, modulus_in_the_place_of_its_argument, parts_in_complex_storage])
def test_real_value_stored_among_complex_numbers(f: Callable[..., Any]) -> None:
    s2sgrad.check_grads(f, (VECTOR,), order=2)


@pytest.mark.parametrize("f", [lambda z: z[0] * z[1], lambda z: z @ z])
def test_complex_result_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="returns a real number"):
        s2sgrad.grad(f)(VECTOR)
    assert s2sgrad.grad(f)(VECTOR, 1.0 + 0.0j).dtype == complex


def multiplied(x, y):
    return np.sum(x * y)


def matrix_times_vector(x, y):
    return np.sum((x[:, None] @ y[None, :]) ** 2)


@pytest.mark.parametrize("f", [multiplied, matrix_times_vector])
def test_single_precision_beside_double(f: Callable[..., Any]) -> None:
    x, y = np.array([0.5, 1.5], dtype=np.float32), np.array([2.0, 3.0])
    bx, by = s2sgrad.grad(f, wrt=(0, 1))(x, y)
    assert bx.dtype == np.float32 and by.dtype == np.float64


COMPLEX = np.array([[0.3 + 0.4j, -0.7 + 0.2j, 1.1 - 0.5j], [0.6 - 0.8j, 0.9 + 0.1j, -0.4 + 0.3j]])


def product_of_reals(z):
    return np.prod(z, dtype=float)


def running_products_of_reals(z):
    return np.sum(np.cumprod(z, axis=1, dtype=float))


def spread_around_a_real_mean(z):
    return np.var(z, axis=0, dtype=float)[1] + np.std(z, dtype=float)


def spread_without_nan(z):
    return np.nanvar(z, axis=1, dtype=float)[0] + np.nanstd(z, dtype=float)


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("f", [product_of_reals, running_products_of_reals, spread_around_a_real_mean, spread_without_nan])
def test_complex_numbers_in_reals(f: Callable[..., Any]) -> None:
    """NumPy leaves out imaginary parts where it is told to compute in real numbers."""
    direction = COMPLEX[::-1] * (0.7 + 0.2j) + 0.1
    difference = (f(COMPLEX + 1e-6 * direction) - f(COMPLEX - 1e-6 * direction)) / 2e-6
    np.testing.assert_allclose(np.real(np.sum(s2sgrad.grad(f)(COMPLEX) * direction)), difference, rtol=1e-6)
    np.testing.assert_allclose(s2sgrad.jvp(f)(COMPLEX, direction), difference, rtol=1e-6)


def modulus(z):
    return abs(z) + z


def modulus_and_more(z):
    return np.abs(z) + 2 * z


def real_part(z):
    return np.real(z) + np.exp(z)


def _sum(z, w):
    total = z
    for _ in range(2):
        total = total + w * w
    return total + np.angle(w)


def modulus_of_a_call(z):
    return _sum(z, abs(z)) * z


@pytest.mark.parametrize("optimized", [True, False])
@pytest.mark.parametrize("f", [modulus, modulus_and_more, real_part, modulus_of_a_call])
def test_complex_seeds(f: Callable[..., Any], optimized: bool) -> None:
    """What is real in a function of complex numbers has a real adjoint, also if the seed is complex."""
    direction, seed = COMPLEX[::-1] * (0.7 + 0.2j) + 0.1, COMPLEX * 1j - 0.3
    difference = (f(COMPLEX + 1e-6 * direction) - f(COMPLEX - 1e-6 * direction)) / 2e-6
    gradient = s2sgrad.vjp(f, optimized=optimized)(COMPLEX, seed)
    np.testing.assert_allclose(np.real(np.sum(gradient * direction)), np.real(np.sum(seed * difference)), rtol=1e-6)
