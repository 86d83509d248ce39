"""Derivatives of derivatives: tanh to order 4, and the Taylor series of sin to order 20.

A derivative is an ordinary function with source, so it can be differentiated again. For a function of one variable
`derivative(f, n)` does that n times.
"""
import math

import numpy as np

from s2sgrad import derivative, elementwise_grad


def tanh(x):
    return (1.0 - np.exp(-2.0 * x)) / (1.0 + np.exp(-2.0 * x))


def tanh_to_order_4(xs):
    """The values of tanh and its first four derivatives, a row for each."""
    rows = [tanh(xs)]
    f = tanh
    for _ in range(4):
        f = elementwise_grad(f)
        rows.append(f(xs))
    return np.array(rows)


def closed_forms(xs):
    """The same by hand, as polynomials in t = tanh x."""
    t = np.tanh(xs)
    return np.array([t, 1 - t ** 2, -2 * t + 2 * t ** 3, -2 + 8 * t ** 2 - 6 * t ** 4,
                     16 * t - 40 * t ** 3 + 24 * t ** 5])


def sine(x):
    return math.sin(x)


def taylor_coefficients(f, order):
    """f⁽ⁿ⁾(0) / n! for n from 0 to `order`."""
    return [f(0.0)] + [derivative(f, n)(0.0) / math.factorial(n) for n in range(1, order + 1)]


def polynomial(coefficients, x):
    total = 0.0
    for c in reversed(coefficients):
        total = total * x + c
    return total


def main():
    xs = np.linspace(-2.0, 2.0, 5)
    rows = tanh_to_order_4(xs)
    for order, row in enumerate(rows):
        print(f"tanh, derivative {order}: ", np.array2string(row, precision=6, suppress_small=True))
    assert np.allclose(rows, closed_forms(xs), atol=1e-12)

    coefficients = taylor_coefficients(sine, 20)
    for n, c in enumerate(coefficients):
        print(f"sin, coefficient of x^{n}: {c:.3e}")
    assert coefficients[1] == 1.0 and math.isclose(coefficients[19], -1 / math.factorial(19))
    for x in (0.5, 1.5, 3.0):
        print(f"sin({x}) = {math.sin(x):.12f}, its series gives {polynomial(coefficients, x):.12f}")
        assert abs(polynomial(coefficients, x) - math.sin(x)) < 1e-9


if __name__ == "__main__":
    main()
