"""Operators that mean nothing to derivatives of numbers, and something to objects."""
import numpy as np

from programs.harness import Case


class Signal:
    """Samples at a rate, which operators delay, join, mix and invert."""

    def __init__(self, values, rate=1.0):
        self.values = values
        self.rate = rate

    def __lshift__(self, n):
        return Signal(np.roll(self.values, -n) * 0.5, self.rate)

    def __rshift__(self, n):
        return Signal(np.roll(self.values, n) * 2.0, self.rate)

    def __or__(self, other):
        return Signal(np.concatenate((self.values, other.values)), self.rate)

    def __and__(self, other):
        return Signal(self.values * other.values, self.rate)

    def __xor__(self, other):
        return Signal(self.values - other.values, self.rate)

    def __invert__(self):
        return Signal(1.0 / self.values, self.rate)

    def __floordiv__(self, k):
        return Signal(self.values[::k], self.rate / k)

    def energy(self):
        return np.sum(self.values ** 2) * self.rate


def run_delays(x):
    s = Signal(x, 2.0)
    return (s << 1).energy() + (s >> 1).energy() * x[0]


def run_joining(x, y):
    a, b = Signal(x), Signal(y)
    both = a | b
    return (both & both).energy() + (a ^ b).energy()


def run_inverse(x):
    return (~Signal(x) // 2).energy()


class Steps:
    """Functions one after the other."""

    def __init__(self, functions):
        self.functions = functions

    def __or__(self, function):
        return Steps([*self.functions, function])

    def __call__(self, v):
        for f in self.functions:
            v = f(v)
        return v


def run_steps(x):
    steps = Steps([])
    steps |= lambda v: v * x
    steps |= np.sin
    return (steps | np.exp)(x)


def run_unions(a, b):
    base = {"x": a, "y": b}
    over = base | {"y": a * b}
    over |= {"z": a, "x": 2.0 * b}
    both: dict = dict(a=a) | over
    return over["y"] * over["z"] + both["x"] * both["a"]


def run_given_unions(table: dict, other):
    table = table | other
    return table["a"] * table["b"] ** 2


COEFFICIENTS = np.array([0.5, 1.2, -0.7, 0.4])
VALUES = np.array([0.6, 1.1, -0.8, 0.9])

CASES = (
    Case(run_delays, (VALUES,), ("x",)),
    Case(run_joining, (VALUES, COEFFICIENTS), ("x", "y")),
    Case(run_inverse, (VALUES,), ("x",)),
    Case(run_steps, (0.7,), ("x",)),
    Case(run_unions, (0.7, 1.3), ("a", "b")),
    Case(run_given_unions, ({"a": 0.7, "b": 1.3}, {"b": 0.4}), ("table", "other")),
)
