"""Generators that are consumed where they are called: loops, comprehensions, sums, classes that are iterated over."""
from __future__ import annotations

import itertools

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(11)


def steps(x, h, n):
    for i in range(n):
        x = x + h * np.sin(x)
        yield i, x


def in_place(x, h, n):
    for _ in range(n):
        x += h * np.sin(x)
        yield x


def newton(f, slope, x):
    while True:
        x = x - f(x) / slope(x)
        yield x


def powers(a):
    yield a
    b = a * a
    yield b
    if a > 1.0:
        return
    yield a + b


def countdown(n):
    while n > 0:
        yield n
        n -= 1


def naturals():
    n = 1
    while True:
        yield n
        n += 1


def chained(xs, y):
    yield from xs
    yield y
    yield from powers(y)


def named(a, b):
    yield "u", a
    yield "v", a * b


def windows(xs, n=2):
    for i in range(len(xs) - n + 1):
        yield xs[i:i + n]


def batches(inputs, targets, size):
    for i in range(0, len(inputs), size):
        yield inputs[i:i + size], targets[i:i + size]


def trajectory(x, h):
    s = 0.0
    for i, y in steps(x, h, 3):
        if i == 1:
            continue
        s += np.sum(y * y) * (i + 1)
    return s


def state_that_changes(x, h):
    x = x.copy()
    s = 0.0
    for y in in_place(x, h, 3):
        s += np.sum(y * y)
    return s + sum(np.sum(y * y) for y in in_place(x.copy(), h, 2))


def copies_of_a_state(x, h):
    ys = [y.copy() for y in in_place(x.copy(), h, 3)]
    total = sum(in_place(x.copy(), h, 2))
    return np.sum(ys[0] * ys[1] * ys[2]) + np.sum(total * total)


def until_it_is_near(a):
    for k, x in enumerate(newton(lambda v: v * v - a, lambda v: 2 * v, a)):
        if k >= 4:
            break
    for y in newton(lambda v: v * v * v - a, lambda v: 3 * v * v, a):
        if abs(y ** 3 - a) < 1e-10:
            return x * k + y
    return 0.0


def first_ones(a):
    last = 0.0
    for x in itertools.islice(newton(lambda v: v * v - a, lambda v: 2 * v, a), 3):
        last = x
    weighted = sum(w * x for w, x in zip([1.0, 2.0, 3.0], newton(lambda v: v * v - a, lambda v: 2 * v, a)))
    for k in naturals():
        if k > 3:
            break
        last *= 1.0 - 0.1 * a ** k
    return last * weighted + sum(v * k for k, v in zip(countdown(5), [a, a * a]))


def both(a):
    yield a
    yield a * a


def within_each_other(a, b):
    s = 0.0
    for x in both(a):
        for y in both(b):
            if y <= x:
                s += x * y * y
    return s + sum([x * y for x in both(a) for y in both(a * 0.5) if x > y])


def names_alike(a):
    s = a
    for a in powers(s):
        b = a + 1.0
        s = s + a * b
    return s * a * b


def functions_in_the_loop(a):
    fs = 0.0
    for v in powers(a):
        g = lambda t, v=v: t * v
        fs += g(2.0) * g(a)
    return fs


def list_that_grows(xs):
    def squares():
        for x in xs:
            yield x * x

    found = []
    for y in squares():
        found.append(y)
        if len(xs) < 5:
            xs.append(y * 0.5)
    return sum(found) + sum(xs)


def in_containers(a, b):
    x, *rest = powers(a)
    xs = [1.0, *powers(b)]
    xs.extend(powers(a))
    table = dict(named(a, b))
    other = {k: v * v for k, v in named(b, a)}
    return x * rest[0] + xs[1] * xs[-1] + table["u"] * table["v"] + other["v"] + max(powers(a)) * tuple(powers(b))[1]


def one_after_another(a, b):
    s = 0.0
    for k, v in enumerate(chained([a, b], b)):
        if k == 1:
            continue
        if k == 4:
            break
        s += v * (k + 1)
    return s


def moving(x):
    y = x.copy()
    for w in windows(y):
        w *= 2.0
    return sum(np.prod(w) for w in windows(x, n=3)) + np.sum(y * np.array([w.mean() for w in windows(x, 1)]))


def descent(w, inputs, targets):
    for _ in range(2):
        for x, y in batches(inputs, targets, 2):
            w = w - 0.1 * x.T @ (x @ w - y)
    return np.sum((inputs @ w - targets) ** 2)


class Simulation:
    def __init__(self, x):
        self.x = x
        self.n = 0

    def run(self, n):
        while self.n < n:
            self.x = self.x * 1.1 + 0.1
            self.n += 1
            yield self.n, self.x

    def __iter__(self):
        for k in range(3):
            yield self.x * k


def simulated(a):
    sim = Simulation(a)
    s = 0.0
    for n, x in sim.run(3):
        s += x * n
        sim.x = sim.x * x
    for v in sim:
        s += v * v
    return s * sim.x + sim.n + sum(Simulation(a)) * sum(v * a for v in sim)


X = rng.normal(size=3)
def points_between(a, b, h):
    x = a + h
    while x <= b - h:
        yield x
        x += h


def trapezoidal_rule(boundary, steps):
    h = (boundary[1] - boundary[0]) / steps
    a = boundary[0]
    b = boundary[1]
    x_i = points_between(a, b, h)
    y = 0.0
    y += (h / 2.0) * np.exp(a)
    for i in x_i:
        y += h * np.exp(i)
    y += (h / 2.0) * np.exp(b)
    return y


def named_and_rebound(a, b, h):
    points = points_between(a, b + h, h * 2)
    h = h * 3
    return sum(points) * h


def named_and_changed(xs, k):
    """It sees what has changed when it is consumed."""
    def pairs(ys):
        for i in range(len(ys) - 1):
            yield ys[i], ys[i + 1]

    given = pairs(xs)
    xs[0] = xs[0] * k
    return [a * b for a, b in given]


CASES = [
    Case(trapezoidal_rule, ([0.0, 1.0], 9.5), ("boundary", "steps")),
    Case(named_and_rebound, (0.1, 1.0, 0.23), ("a", "b", "h")),
    Case(named_and_changed, ([1.0, 2.0, 3.0], 1.5), ("xs", "k")),
    Case(trajectory, (X, 0.3), ("x", "h")),
    Case(state_that_changes, (X, 0.3), ("x", "h")),
    Case(copies_of_a_state, (X, 0.3), ("x", "h")),
    Case(until_it_is_near, (0.8,), ("a",)),
    Case(first_ones, (0.8,), ("a",)),
    Case(within_each_other, (0.8, 0.7), ("a", "b")),
    Case(names_alike, (0.8,), ("a",)),
    Case(functions_in_the_loop, (1.2,), ("a",)),
    Case(list_that_grows, ([0.3, 0.4],), ("xs",)),
    Case(in_containers, (0.8, 0.7), ("a", "b")),
    Case(one_after_another, (0.8, 0.7), ("a", "b")),
    Case(moving, (rng.uniform(0.5, 1.5, 5),), ("x",)),
    Case(descent, (rng.normal(size=2), rng.normal(size=(5, 2)), rng.normal(size=5)), ("w", "inputs", "targets")),
    Case(simulated, (0.8,), ("a",)),
]
