"""Objects that remember when they are called, called through other objects."""
from __future__ import annotations

from programs.harness import Case


class Gain:
    def __init__(self, k):
        self.k = k
        self.last = 0.0

    def __call__(self, v):
        self.last = self.k * v
        return self.last * v


class Outer:
    def __init__(self, inner, w):
        self.inner = inner
        self.w = w

    def __call__(self, v):
        return self.inner(v) * self.w + self.inner.last


def called_through_another(net, x):
    return net(x) + net(2.0 * x)


def called_in_a_loop(gain, x):
    y = x
    for _ in range(3):
        y = 0.5 * gain(y)
    return y * gain.last


CASES = [
    Case(called_through_another, (Outer(Gain(1.3), 0.7), 0.9), ("net", "x")),
    Case(called_in_a_loop, (Gain(1.3), 0.9), ("gain", "x")),
]
