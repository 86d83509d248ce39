"""Dicts and lists of classes of the user's: constructors, attributes for keys, methods."""
import math

import numpy as np

from programs.harness import Case


class Params(dict):
    def __getattr__(self, name):
        return self[name]


class Dot(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


class AttrDict(dict):
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Config(dict):
    def scale(self, k):
        return Config({n: v * k for n, v in self.items()})

    def total(self):
        return sum(self.values())


class Stack(list):
    def push(self, v):
        self.append(v)

    @property
    def top(self):
        return self[-1]


class Named(dict):
    def __init__(self, name, **values):
        super().__init__(**values)
        self.name = name


class Vec(list):
    def __init__(self, xs):
        super().__init__(xs)

    def __add__(self, other):
        return Vec([a + b for a, b in zip(self, other)])

    def __mul__(self, k):
        return Vec([a * k for a in self])

    def norm(self):
        return math.sqrt(sum(a * a for a in self))


def keys_as_attributes(x, y):
    p, q, r = Params(a=x, b=y), Dot(a=x), AttrDict({"a": x, "b": y})
    q["b"] = y
    q.c = y * x
    return p["a"] * p.b + p.a * q.a * q.b * q["c"] + r.a * r.b


def configured(x):
    c = Config(a=x, b=2.0 * x)
    return c.scale(3.0).total() + Config(c, d=x).total() + Config(zip("ab", [x, x * x])).total()


def stacked(x):
    s = Stack([x, 2.0 * x])
    s.push(x * x)
    return s.top * s[0] * len(s) + sum(Stack(v * x for v in (1.0, 2.0)))


def named(x, y):
    n = Named("p", a=x, b=y)
    return n["a"] * n["b"] * len(n.name)


def vectors(x, y):
    return (Vec([x, y]) + Vec([1.0, x]) * y).norm()


class Signal:
    """NumPy's functions take it for an array."""

    def __init__(self, values, rate):
        self.values = values
        self.rate = rate

    def __array__(self, dtype=None, copy=None):
        return self.values * self.rate


def power_of(signal: Signal):
    return np.sum(np.sin(signal) ** 2) + np.dot(signal, signal)


def made_signal(x):
    s = Signal(x, 2.0)
    return np.mean(s) + np.max(np.asarray(s)) + np.dot(Signal(x, x), np.ones(3))


WAVE = np.array([0.3, 0.9, 0.4])
CASES = [
    Case(power_of, (Signal(WAVE, 1.5),), ("signal",)),
    Case(made_signal, (WAVE,), ("x",)),
    *(Case(f, (0.7, 0.4), ("x", "y")) for f in (keys_as_attributes, named, vectors)),
    *(Case(f, (0.7,), ("x",)) for f in (configured, stacked)),
]
