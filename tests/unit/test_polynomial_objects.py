"""Arithmetic with the objects of `numpy.polynomial`."""
from __future__ import annotations

import numpy as np
import pytest
from numpy.polynomial import Chebyshev, Polynomial

import s2sgrad

COEFFICIENTS = np.array([0.5, 1.2, -0.7, 0.4])
VALUES = np.array([0.6, 1.1, -0.8, 0.9])


def product_of_polynomials(c, x):
    p = Polynomial(c)
    q = Polynomial([1.0, 2.0])
    return (p * q)(x) + (p ** 2)(x)


def sum_of_polynomials(c):
    p = Polynomial(c)
    q = 2.0 * p
    r = -p
    return np.sum(q.coef ** 2) + np.sum(r.coef ** 3)


def chain_of_operators(c, d):
    p, q = Polynomial(c), Polynomial(d)
    r = p * q + p
    return (r - q * 2.0)(0.3) + (p + q + p).deriv()(0.2)


def quotient_of_polynomials(c):
    p = np.polynomial.Polynomial(c)
    q = np.polynomial.Polynomial([1.0, 2.0])
    return (p // q)(0.5) + (p % q)(0.3)


def power_by_loop(c):
    p = Polynomial(c)
    q = p
    for _ in range(2):
        q = q * p
    return q(0.7)


def fitted_to_values(y):
    return Polynomial.fit(np.arange(4.0), y, 2)(1.7) * Chebyshev.fit(np.arange(4.0), y, 2, w=np.arange(1.0, 5.0))(0.3)


def values_of_series(c, x):
    return np.sum(Chebyshev(c)(x) ** 2)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize(("f", "arguments"), [
    (product_of_polynomials, (COEFFICIENTS, 0.3)), (sum_of_polynomials, (COEFFICIENTS,)),
    (chain_of_operators, (COEFFICIENTS, VALUES[:2])),
    (quotient_of_polynomials, (COEFFICIENTS,)), (power_by_loop, (COEFFICIENTS,)),
    (fitted_to_values, (VALUES,)), (values_of_series, (COEFFICIENTS, VALUES))])
def test_arithmetic(f, arguments, mode):
    s2sgrad.check_grads(f, arguments, modes=(mode,), order=1)
