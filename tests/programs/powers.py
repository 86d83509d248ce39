"""Powers of negative numbers by integers that nothing shows to be constant: exponents that are arguments, attributes, elements."""
import numpy as np

from programs.harness import Case


class Polynomial:
    """A class whose objects have powers, so that anything may be one."""

    def __init__(self, c):
        self.c = c

    def __sub__(self, other):
        return Polynomial(self.c - (other.c if isinstance(other, Polynomial) else other))

    def __pow__(self, n):
        return Polynomial(self.c ** n)


class Power:
    def __init__(self, w, n):
        self.w = w
        self.n = n

    def __call__(self, x):
        return (self.w * x) ** self.n


def distance(a, b, n):
    d = (a - b) ** n
    return d.c if isinstance(d, Polynomial) else d


def power(v, n):
    return v ** n


def given_power(f, x, n):
    return np.sum(f(x, n)) * 2.0


def layers(net, x):
    for layer in net:
        x = layer(x) - 1.0
    return x


def terms(x, exponents):
    return sum(np.sum(x ** n) for n in exponents)


def by_pow(x, table):
    return sum(pow(x, n) * c for n, c in table)


NEGATIVE = np.array([-0.3, 0.4])
CASES = [
    Case(distance, (0.3, 0.5, 2), ("a", "b")),
    Case(distance, (Polynomial(-0.3), Polynomial(0.5), 3), ("a", "b")),
    Case(given_power, (power, -0.3, 3), ("x",)),
    Case(given_power, (power, NEGATIVE, np.array([3, 2])), ("x",)),
    Case(layers, ([Power(0.5, 2), Power(0.3, 3)], -0.3), ("x",)),
    Case(terms, (NEGATIVE, [2, 3]), ("x",)),
    Case(by_pow, (-0.7, [(2, 0.3), (3, 1.5)]), ("x",)),
]
