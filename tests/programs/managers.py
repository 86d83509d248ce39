"""Context managers of the program: what they change when they are entered and left."""
from __future__ import annotations

import contextlib
import warnings

import numpy as np

from programs.harness import Case


class Scaled:
    def __init__(self, box, k):
        self.box = box
        self.k = k

    def __enter__(self):
        self.box["s"] *= self.k
        return self.box

    def __exit__(self, *exc):
        self.box["s"] /= self.k


class Counted:
    def __init__(self):
        self.n = 0

    def __enter__(self):
        self.n += 1
        return self

    def __exit__(self, *exc):
        return False


class Recorder:
    def __init__(self):
        self.items = []

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.total = sum(self.items)

    def put(self, v):
        self.items.append(v * v)


@contextlib.contextmanager
def scaled(box, k):
    box["s"] *= k
    yield box
    box["s"] /= k


@contextlib.contextmanager
def exchanged(x):
    x[0], x[1] = x[1], x[0]
    try:
        yield
    finally:
        x[0], x[1] = x[1], x[0]


@contextlib.contextmanager
def named(name):
    yield name


def object_that_is_entered(x, k):
    box = {"s": x}
    with Scaled(box, k) as b:
        y = b["s"] ** 2
    again = Scaled(box, x)
    with again:
        y += box["s"] ** 3
    return y + box["s"]


def left_in_the_middle(x, k):
    box = {"s": x}
    for n in range(3):
        with Scaled(box, k) as b:
            y = b["s"] ** 2
            if n == 1:
                break
            b["s"] += y * x
    return y + box["s"]


def counter(x, k):
    count = Counted()
    y = x
    for _ in range(3):
        with count as c:
            y = y * k * c.n
    return y * count.n


def recorded(x, k):
    with Recorder() as r:
        r.put(x)
        r.put(k * x)
    return r.total * k


def generator_as_manager(x, k):
    box = {"s": x}
    for n in range(2):
        with scaled(box, k) as b, named(n) as m:
            y = b["s"] ** 2
            box["s"] = box["s"] + y * m
    with contextlib.nullcontext(x * k) as v, scaled(box, x):
        return y * v + box["s"]


def left_as_it_was(x, k):
    with exchanged(x):
        y = x[0] * 2 + x[1] * k
    return y + x[0] ** 2


def with_warnings(x, k):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        y = np.log(x) / k
    if k > 1:
        warnings.warn(f"{k} is large", stacklevel=2)
    return y * x


CASES = [
    Case(object_that_is_entered, (0.7, 0.3), ("x", "k")),
    Case(left_in_the_middle, (0.7, 0.3), ("x", "k")),
    Case(counter, (0.7, 0.3), ("x", "k")),
    Case(recorded, (0.7, 0.3), ("x", "k")),
    Case(generator_as_manager, (0.7, 0.3), ("x", "k")),
    Case(left_as_it_was, (np.array([0.7, 0.2]), 0.3), ("x", "k")),
    Case(with_warnings, (0.7, 0.3), ("x", "k")),
]
