"""Derivatives inside of what is differentiated, and recursion with any number of arguments."""
import numpy as np

from programs.harness import Case
from s2sgrad import grad, value_and_grad


def gradient_of_a_closure(x, y):
    k = x * y

    def inner(z):
        return z * z * k
    return grad(inner)(x) * y


def value_and_gradient_of_a_lambda(x, y):
    value, slope = value_and_grad(lambda z, w: z * z * w * x, wrt=1)(y, x * y)
    return value * slope


def steps_of_descent(x, rate):
    def loss(w):
        return np.sum((w - x) ** 2 * x)
    w = x * 0.0
    for _ in range(3):
        w = w - rate * grad(loss)(w)
    return np.sum(w * w)


def slope_of(f, wrt=0):
    return grad(f, wrt=wrt)


def derivatives_by_a_function_that_takes_them(x, y):
    slope = slope_of(lambda z: z ** 3 * x)
    return slope_of(lambda z, w: z * w ** 2 * x, 1)(y, 2.0) + slope(y) * slope(x)


def products(n, *factors):
    if n == 0:
        return factors[0] * factors[1]
    return products(n - 1, factors[0] * factors[1], factors[1])


def recursion_with_star_arguments(x, y):
    return products(3, x, y)


def added(*values):
    if len(values) == 1:
        return values[0]
    return values[0] + added(*values[1:]) * values[1]


def recursion_on_the_rest(x, y):
    return added(x, x * y, y ** 2, 2.0)


def powers(n, v, **options):
    if n == 0:
        return v * options["k"]
    return powers(n - 1, v * v, **options)


def recursion_with_options(x, y):
    return powers(2, x, k=y) * powers(1, y, k=2.0)


CASES = [
    Case(gradient_of_a_closure, (0.4, 0.7), ("x", "y")),
    Case(value_and_gradient_of_a_lambda, (0.4, 0.7), ("x", "y")),
    Case(derivatives_by_a_function_that_takes_them, (0.4, 0.7), ("x", "y")),
    Case(steps_of_descent, (np.array([0.3, 0.5]), 0.1), ("x", "rate")),
    Case(recursion_with_star_arguments, (0.4, 0.7), ("x", "y")),
    Case(recursion_on_the_rest, (0.4, 0.7), ("x", "y")),
    Case(recursion_with_options, (0.4, 0.7), ("x", "y")),
]
