"""Queues in the order of times that vary, functions by the type of what they are given, derivatives that are kept."""
from __future__ import annotations

import enum
import functools
import heapq

import numpy as np

from programs.harness import Case
from s2sgrad import grad, value_and_grad


class Kind(enum.Enum):
    LINEAR = 1
    SQUARE = 2


class Law:
    def __init__(self, kind, a):
        self.kind = kind
        self.a = a

    def __call__(self, x):
        return self.a * x if self.kind is Kind.LINEAR else self.a * x * x


@functools.singledispatch
def penalty(x):
    return np.sum(x ** 2)


@penalty.register
def _(x: dict):
    return sum(penalty(v) for v in x.values())


@penalty.register
def _(x: list):
    return sum(penalty(v) for v in x)


def events(rates):
    queue = [(0.5 * r, i) for i, r in enumerate(rates)]
    heapq.heapify(queue)
    total = 0.0
    for _ in range(5):
        t, i = heapq.heappop(queue)
        total += t * rates[i]
        heapq.heappush(queue, (t + rates[i], i))
    return total


def replaced_events(rates):
    queue = []
    for i, r in enumerate(rates):
        heapq.heappush(queue, (r * r, i))
    a, _ = heapq.heapreplace(queue, (rates[0] * 3, 9))
    b, _ = heapq.heappushpop(queue, (rates[1], 8))
    return a * b + queue[0][0] ** 2


def extremes(xs):
    low = heapq.nsmallest(2, xs)
    high = heapq.nlargest(2, xs, key=lambda v: v * v)
    return low[0] * low[1] + high[0] * high[1] ** 2


def laws(models, x):
    return sum(m(x) for m in models)


def penalty_by_type(params):
    return penalty(params)


def kept_gradient(x, w):
    def loss(v):
        return np.sum(np.sin(w * v) ** 2)

    dloss = grad(loss)
    y = x
    for _ in range(3):
        y = y - 0.1 * dloss(y)
    return np.sum(y ** 2)


def descend(slope, y, n):
    for _ in range(n):
        y = y - 0.1 * slope(y)
    return y


def gradient_as_an_argument(x, w):
    return np.sum(descend(grad(lambda v: np.sum(np.sin(w * v) ** 2)), x, 2) ** 2)


def kept_value_and_gradient(x, w):
    both = value_and_grad(lambda v, k: np.sum(np.sin(k * w * v) ** 2), wrt=0)
    loss, slope = both(x, 2.0)
    other, curved = both(slope, 1.0)
    return loss + other + np.sum(slope * curved)


R = np.random.default_rng(14).normal
CASES = [
    Case(events, ([0.3, 0.5, 0.25],), ("rates",)),
    Case(replaced_events, ([0.3, 0.5, 0.9],), ("rates",)),
    Case(extremes, ([0.3, -0.9, 0.5, 0.1],), ("xs",)),
    Case(laws, ([Law(Kind.LINEAR, 1.2), Law(Kind.SQUARE, 0.3)], 0.7), ("models", "x")),
    Case(penalty_by_type, ({"a": R(size=2), "b": [R(size=2), R(size=3)]},), ("params",)),
    Case(kept_gradient, (R(size=3), 0.7), ("x", "w")),
    Case(gradient_as_an_argument, (R(size=3), 0.7), ("x", "w")),
    Case(kept_value_and_gradient, (R(size=3), 0.7), ("x", "w")),
]
