"""Functions that solvers of SciPy are given: methods, callable objects, and functions that capture containers and objects."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize

from programs import harness
from programs.harness import Case


class Oscillator:
    def __init__(self, m, k):
        self.m = m
        self.k = k

    def rate(self, t, y):
        return np.array([y[1], -self.k / self.m * y[0]])

    def density(self, t):
        return np.exp(-self.k * t)

    def __call__(self, t):
        return self.m * t + self.k

    def balance(self, x):
        return self.m * x ** 3 - self.k

    def energy(self, x):
        return (x - self.k) ** 2 + self.m * x ** 4

    def product(self, y, x):
        return self.k * x * y

    def border(self, x):
        return self.m + x

    def run(self, y0):
        return integrate.solve_ivp(self.rate, (0.0, 1.0), y0, rtol=1e-9, atol=1e-10).y[0, -1]


class Stiffer(Oscillator):
    def density(self, t):
        return np.exp(-2.0 * self.k * t)


def method_of_solver(m, k):
    return Oscillator(m, k).run(np.array([1.0, 0.0]))


def object_that_solves(system):
    return system.run(np.array([1.0, 0.0]))


def method_given(system, y0):
    return np.sum(integrate.solve_ivp(system.rate, (0.0, 1.0), y0, rtol=1e-9, atol=1e-10).y[:, -1])


def object_called(system):
    return integrate.quad(system, 0.0, 1.0)[0]


def methods_of_several(systems):
    return sum(integrate.quad(s.density, 0.0, 1.0)[0] for s in systems)


def method_in_variable(system):
    f = system.balance
    return optimize.brentq(f, 0.0, 3.0)


def method_of_new_object(m, k):
    system = Oscillator(m, k)
    return integrate.fixed_quad(system.density, 0.0, 1.0)[0] * optimize.brentq(system.balance, 0.0, 4.0)


def methods_of_two_variables(system):
    return integrate.dblquad(system.product, 0.0, 1.0, 0.0, system.border)[0]


def table_captured(p):
    return integrate.quad(lambda t: p["a"] * t + np.sum(p["w"]) * t ** 2, 0.0, 1.0)[0]


def table_given(p, y0):
    return np.sum(integrate.solve_ivp(lambda t, y, q: -q["a"] * y, (0.0, 1.0), y0, args=(p,), rtol=1e-9, atol=1e-10).y[:, -1])


def list_captured(p):
    return optimize.brentq(lambda x: p[0] * x ** 3 - p[1], 0.0, 4.0)


def list_given(p):
    return optimize.newton(lambda x, q: q[0] * x ** 3 - q[1], 1.0, args=(p,))


def object_captured(system):
    return optimize.minimize_scalar(lambda z: (z - system.k) ** 2 + system.m * z ** 4, tol=1e-12).fun


def states_of_table(p, y0):
    return np.sum(integrate.odeint(lambda y, t: -p["a"] * y, y0, [0.0, 0.5, 1.0], rtol=1e-10, atol=1e-10))


def from_a_table_of_functions(p):
    return integrate.quad(p["f"], 0.0, 1.0, args=(p["k"],))[0]


def complex_captured(c):
    return integrate.quad(lambda t: np.real(c * c) * t, 0.0, 1.0)[0] * optimize.brentq(lambda x: x ** 3 - np.abs(c), 0.0, 3.0)


def complex_in_a_table(p, b):
    return integrate.quad(lambda t, q: np.abs(np.exp(q["c"] * t)), 0.0, b, args=(p,))[0]


def line(t: Any, k: Any) -> Any:
    return k * t


TABLE = {"a": 0.7, "w": np.array([0.3, 0.9])}
CASES = [Case(method_of_solver, (1.3, 0.7), ("m", "k")), Case(object_that_solves, (Oscillator(1.3, 0.7),), ("system",)),
         Case(method_given, (Oscillator(1.3, 0.7), np.ones(2)), ("system", "y0")),
         Case(object_called, (Oscillator(1.3, 0.7),), ("system",)),
         Case(methods_of_several, ([Oscillator(1.3, 0.7), Stiffer(1.1, 0.4)],), ("systems",)),
         Case(method_in_variable, (Oscillator(1.3, 0.7),), ("system",)), Case(method_of_new_object, (1.3, 0.7), ("m", "k")),
         Case(methods_of_two_variables, (Oscillator(1.3, 0.7),), ("system",)),
         Case(table_captured, (TABLE,), ("p",)), Case(table_given, (TABLE, np.ones(2)), ("p", "y0")),
         Case(list_captured, ([1.3, 0.7],), ("p",)), Case(list_given, ([1.3, 0.7],), ("p",)),
         Case(object_captured, (Oscillator(1.3, 0.7),), ("system",)),
         Case(states_of_table, (TABLE, np.ones(2)), ("p", "y0")),
         Case(complex_captured, (0.3 + 0.8j,), ("c",)), Case(complex_in_a_table, ({"c": 0.3 + 0.8j}, 1.2), ("p", "b")),
         Case(from_a_table_of_functions, ({"f": line, "k": 0.7},), ("p",))]


@pytest.mark.parametrize("check", [harness.check_reverse, harness.check_forward, harness.check_second_order],
                         ids=lambda f: f.__name__)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_functions_hold_is_differentiated(case: Case, check: Any) -> None:
    check(case)


def test_complex_states_are_refused() -> None:
    from s2sgrad import grad

    def f(k):
        return np.real(integrate.solve_ivp(lambda t, y: 1j * k * y, (0.0, 1.0), np.ones(2, complex)).y[0, -1])

    with pytest.raises(TypeError, match="imaginary parts"):
        grad(f)(0.7)


def test_circles_are_refused() -> None:
    from s2sgrad import grad
    a, b = Oscillator(1.3, 0.7), Oscillator(1.1, 0.4)
    a.other, b.other = b, a
    with pytest.raises(TypeError, match="circle"):
        grad(object_called)(a)
