"""Updates of what their own right-hand sides change, and parts of expressions that change what other parts read."""
import numpy as np

from programs.harness import Case


class Counter:
    def __init__(self, v, s):
        self.v = v
        self.s = s

    def step(self, x):
        self.s = 0.5 * self.s + x
        return self.s


def bump(x, p):
    x[1] = 3.0 * p
    return x[1]


def attribute_updated(x, p):
    c = Counter(x, p)
    c.s += p * c.step(p)
    return c.s * np.sum(c.v)


def element_updated(x, p):
    x[1] += bump(x, p)
    return np.sum(x * x)


def element_updated_by_a_closure(x, p):
    def change():
        x[1] = 3.0 * p
        return x[1]
    x[1] *= change()
    return np.sum(x * x)


def element_of_an_attribute_updated(x, p):
    c = Counter(x, p)
    c.v[1] -= bump(c.v, p)
    return np.sum(x * x)


def read_before_and_after(x, p):
    c = Counter(x, p)
    d = {"a": c.s, "b": c.step(p), "c": c.s}
    return d["a"] + 2 * d["b"] ** 2 + 3 * d["c"] + c.s * c.step(p) - c.s ** 2


def element_read_before_and_after(x, p):
    t = (x[1], bump(x, p), x[1])
    return t[0] + 2 * t[1] ** 2 + 3 * t[2] + x[1] * (bump(x, p * p) + x[1])


def stored_in_turn(x, p):
    x[0], x[1] = x[1], bump(x, p)
    return np.sum(x * x)


X = np.array([0.3, 0.5, -0.4, 0.7])
CASES = [Case(f, (X, 0.6), ("x", "p")) for f in (
    attribute_updated, element_updated, element_updated_by_a_closure, element_of_an_attribute_updated, read_before_and_after,
    element_read_before_and_after, stored_in_turn)]
