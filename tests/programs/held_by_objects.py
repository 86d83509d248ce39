"""Dicts and sets that objects hold, and lists of objects that are put in order."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


class Layer:
    def __init__(self, w, b):
        self.params = {"w": w, "b": b}

    def __call__(self, x):
        return np.tanh(x @ self.params["w"] + self.params["b"])

    def penalty(self):
        total = 0.0
        for name in self.params:
            total = total + np.sum(self.params[name] ** 2)
        return total


class Account:
    def __init__(self, balance):
        self.balance = balance

    def add(self, rate):
        self.balance = self.balance * (1.0 + rate)


class Tagged:
    def __init__(self, w):
        self.w = w
        self.tags = {"a", "b"}
        self.seen = set()
        self.left = ["a", "c", "d"]

    def use(self, k, v):
        self.seen.add(k)
        self.tags.discard("c")
        if k in self.left:
            self.left.remove(k)
        return v * self.w if k in self.tags else v


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def squared(self):
        return self.x ** 2 + self.y ** 2


def loops_over_keys(layers, x):
    penalty = 0.0
    for layer in layers:
        x = layer(x)
        for k in layer.params:
            penalty = penalty + np.sum(layer.params[k] ** 2)
    return np.sum(x) + 0.1 * penalty + 0.2 * layers[0].penalty()


def accounts_of_a_dict(accounts, rate):
    for _, account in accounts.items():
        account.add(rate)
    for account in accounts.values():
        account.add(rate * rate)
    return sum(a.balance for a in accounts.values())


def sets_in_attributes(t, v):
    for k in ("a", "c", "b", "a"):
        v = t.use(k, v)
    return v * len(t.seen) + len(t.left)


def sets_of_a_new_object(w, v):
    t = Tagged(w)
    for k in ("a", "c", "b", "a"):
        v = t.use(k, v)
    return v * len(t.seen)


def put_in_order(points):
    best = max(points, key=lambda p: p.squared())
    points.sort(key=lambda p: p.x)
    total = 0.0
    for i, p in enumerate(points):
        total = total + i * p.y * p.x
    return best.x * best.y + total


def put_in_order_and_changed(points):
    for p in points:
        p.x = p.x * p.y
    points.sort(key=lambda p: -p.x)
    points[0].x = points[0].x * points[1].y
    return points[0].x * points[2].y + points[1].x


R = np.random.default_rng(12).normal
CASES = [
    Case(loops_over_keys, ([Layer(R(size=(3, 4)), R(size=4)), Layer(R(size=(4, 2)), R(size=2))], R(size=(2, 3))),
         ("layers", "x")),
    Case(accounts_of_a_dict, ({"u": Account(1.0), "v": Account(2.0)}, 0.3), ("accounts", "rate")),
    Case(sets_in_attributes, (Tagged(1.3), 0.7), ("t", "v")),
    Case(sets_of_a_new_object, (1.3, 0.7), ("w", "v")),
    Case(put_in_order, ([Point(1.0, 2.0), Point(-0.5, 0.3), Point(0.7, -1.1)],), ("points",)),
    Case(put_in_order_and_changed, ([Point(1.0, 2.0), Point(-0.5, 0.3), Point(0.7, -1.1)],), ("points",)),
]
