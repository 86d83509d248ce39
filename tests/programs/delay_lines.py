"""Objects that keep what they have seen: in queues of bounded length, delay lines and histories."""
from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from programs.harness import Case


class RollingMean:
    def __init__(self, size):
        self.window = deque(maxlen=size)

    def add(self, v):
        self.window.append(v)

    def mean(self):
        return sum(self.window) / len(self.window)


def rolling_means(x, n):
    rolling = RollingMean(3)
    total = 0.0
    for k in range(n):
        rolling.add(np.sin(x * k))
        total += rolling.mean() ** 2
    return total


class Smoother:
    def __init__(self, size=3):
        self.buf = deque(maxlen=size)
        self.total = 0.0

    def __call__(self, v):
        if len(self.buf) == self.buf.maxlen:
            self.total -= self.buf[0]
        self.buf.append(v)
        self.total += v
        return self.total / len(self.buf)


def given_smoother(s: Smoother, x):
    return sum(s(np.sin(k * x)) ** 2 for k in range(5))


class Delay:
    def __init__(self, n, fill=0.0):
        self.line = deque([fill] * n, maxlen=n)

    def tick(self, x):
        out = self.line[0]
        self.line.append(x)
        return out


class Echo:
    def __init__(self, n, gain):
        self.delay = Delay(n)
        self.gain = gain

    def process(self, xs):
        ys = []
        for x in xs:
            ys.append(x + self.gain * self.delay.tick(x))
        return ys


def echo(gain, xs):
    return sum(y ** 2 for y in Echo(2, gain).process(xs))


def one_of_several(gain, xs):
    lines = [Delay(2)]
    total = 0.0
    for x in xs:
        total += (x + gain * lines[0].tick(x * gain)) ** 2
    return total


@dataclass
class Window:
    size: int = 3
    items: deque = field(default_factory=lambda: deque(maxlen=3))

    def push(self, v):
        self.items.append(v)
        return sum(self.items)


def window_of_a_dataclass(x, w: Window):
    total = 0.0
    for k in range(5):
        total += w.push(x * k) ** 2
    return total


class ListDelay:
    def __init__(self, n):
        self.line = [0.0] * n


def given_list_delay(gain, xs, delay):
    total = 0.0
    for i in range(len(xs)):
        x = xs[i]
        out = delay.line[0]
        delay.line.pop(0)
        delay.line.append(x)
        y = x + gain * out
        total = total + y ** 2
    return total


class Oscillator:
    def __init__(self, k, c, dt=0.01):
        self.k, self.c = k, c
        self.dt = dt
        self.history = []

    def run(self, x, v, n):
        for _ in range(n):
            v += (-self.k * x - self.c * v) * self.dt
            x += v * self.dt
            self.history.append(x)
        return x, v


def oscillator(k, c, x0, n):
    system = Oscillator(k, c)
    x, v = system.run(x0, 0.0, n)
    return 0.5 * v ** 2 + 0.5 * k * x ** 2 + np.mean(np.array(system.history) ** 2)


XS = np.array([1.0, 0.5, 0.3, 0.7])
CASES = [
    Case(rolling_means, (0.6, 6), ("x",)),
    Case(given_smoother, (Smoother(), 0.3), ("x",)),
    Case(echo, (0.4, XS), ("gain", "xs")),
    Case(one_of_several, (0.4, XS), ("gain", "xs")),
    Case(window_of_a_dataclass, (0.3, Window()), ("x",)),
    Case(given_list_delay, (0.4, XS, ListDelay(2)), ("gain", "xs")),
    Case(oscillator, (1.1, 0.3, 0.5, 5), ("k", "c", "x0")),
]
