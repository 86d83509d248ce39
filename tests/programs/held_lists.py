"""Lists that objects hold, of which parts and copies take their places, and lists that are repeated or emptied."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


class Recorder:
    """What was seen last, the state among it."""

    def __init__(self, w, first):
        self.w = w
        self.state = first
        self.seen = [first]
        self.dropped = []

    def step(self, x):
        self.state = np.tanh(self.state + self.w * x)
        self.seen.append(self.state)

    def forget(self, count):
        self.dropped = self.seen[:count]
        self.seen = self.seen[count:]

    def back(self):
        self.state = self.seen[0]
        self.seen = self.seen[::-1]


class Memo:
    def __init__(self, w):
        self.w = w
        self.known = {}
        self.asked = []
        self.found = set()

    def value(self, i):
        if i in self.known:
            self.found.add(i)
            return self.known[i]
        r = np.sin(self.w[i]) * 2
        self.known[i] = r
        self.asked.append(r * i)
        return r

    def reset(self):
        self.known.clear()
        self.asked.clear()
        self.found.clear()


def recorded(w, first):
    r = Recorder(w, first)
    for t in range(1, 4):
        r.step(0.3 * t)
    r.forget(1)
    r.step(1.0)
    r.back()
    return np.sum(r.state * r.seen[0]) + sum(np.sum(v) * (i + 1) for i, v in enumerate(r.seen)) + np.sum(r.dropped[0] ** 2)


def recorded_among_others(u):
    recorders = [Recorder(u, u * 0.5), Recorder(u * u, u)]
    for r in recorders:
        r.step(0.4)
        r.forget(1)
        r.step(0.7)
        r.seen = r.seen[1:] if len(r.seen) > 1 else r.seen
    return sum(np.sum(v ** 2) for r in recorders for v in r.seen) + np.sum(recorders[0].dropped[0] * recorders[1].state)


class Stack:
    def __init__(self, x):
        self.values = [x]
        self.before = []

    def scale(self):
        self.before.append(self.values[-1])
        self.values[-1] = self.values[-1] * 1.5

    def fork(self):
        self.values = self.values + [self.values[-1]]

    def merge(self):
        a = self.values[-1]
        self.values = self.values[:-1]
        self.values[-1] = self.values[-1] * a


def forked_and_merged(x):
    s = Stack(x)
    for _ in range(2):
        s.scale()
        s.fork()
        s.scale()
        s.merge()
    return np.sum(s.values[0]) + sum(np.sum(v) for v in s.before)


def asked_again(w):
    m = Memo(w)
    a = m.value(2) * m.value(2)
    m.reset()
    m.w = m.w * w[0]
    return a * m.value(3) + m.value(2) * sum(m.asked) * (1 + len(m.found))


def repeated_entries(d):
    ys = d["a"] * 3
    return sum(y * y * i for i, y in enumerate(ys))


def repeated_list(xs, n: int):
    xs *= n
    return 2.0 * xs[1] * xs[-1] + sum(y * y * i for i, y in enumerate(xs))


CASES = [
    Case(recorded, (np.array([0.3, -0.4]), np.array([0.1, 0.2])), ("w", "first")),
    Case(recorded, (0.3, 0.2), ("w", "first")),
    Case(recorded_among_others, (np.array([0.3, 0.7]),), ("u",), smoke=True),
    Case(forked_and_merged, (np.array([0.4, 0.6]),), ("x",)),
    Case(asked_again, (np.array([0.3, 0.5, 0.7, 1.1]),), ("w",), smoke=True),
    Case(repeated_entries, ({"a": [0.3, 0.5]},), ("d",)),
    Case(repeated_entries, ({"a": np.array([0.3, 0.5])},), ("d",)),
    Case(repeated_list, ([0.3, 0.5], 2), ("xs",)),
    Case(repeated_list, ([np.array([0.3]), np.array([0.5])], 2), ("xs",)),
]
