"""Objects and iterators that hold nothing of what is differentiated, beside what does."""
from __future__ import annotations

import argparse
import itertools
import operator

from programs.harness import Case


class Quantity:
    def __init__(self, value, unit):
        self.value, self.unit = value, unit

    def __add__(self, other):
        if self.unit != other.unit:
            raise ValueError("units")
        return Quantity(self.value + other.value, self.unit)

    def __mul__(self, other):
        if isinstance(other, Quantity):
            return Quantity(self.value * other.value, self.unit + other.unit)
        return Quantity(self.value * other, self.unit)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return Quantity(self.value / other.value, self.unit + ("/", *other.unit))

    def to(self, table):
        value = self.value
        for unit in self.unit:
            value = value * table.get(unit, 1.0)
        return value


def speed(way, duration, k):
    length, time = Quantity(way, ("km",)), Quantity(duration, ("h",))
    mean = (length + 2 * length) / time
    area = length * length * k
    return mean.to({"km": 10.0, "h": 3.0}) + area.to({"km": 2.0})


def speeds_under_names(way, duration):
    length, time = Quantity(way, ("km",)), Quantity(duration, ("h",))
    twice = length * 2
    total = Quantity(0.0, ("km", "/", "h"))
    for _ in range(3):
        total = total + (twice + length) / time
        time = time * duration
    return (total + twice / time).value ** 2


def means_of_groups(rows, k):
    means = {}
    for key, group in itertools.groupby(sorted(rows, key=lambda r: r[0]), key=operator.itemgetter(0)):
        values = [v for _, v in group]
        means[key] = sum(values) / len(values)
    return means["a"] * k ** 2 + means["b"]


def weighted_groups(rows, k, weights):
    total = 0.0
    for n, (w, (key, group)) in enumerate(zip(weights, itertools.groupby(rows, key=lambda r: r[0]))):
        values = list(group)
        total += (w * k) ** 2 * len(values) * values[0][1] * n
    return total


def bounds_with_defaults(rows, k):
    above = min((v for _, v in rows if v > 5.0), default=k)
    below = max((v for name, v in rows if name == "a"), default=k)
    return above * k + below * k ** 2


def settings(k):
    args = argparse.Namespace(rate=k, steps=3)
    for _ in range(args.steps):
        args.rate *= 0.5 * k
    return args.rate


ROWS = [("a", 1.2), ("b", 0.5), ("a", 0.7), ("a", 0.3)]

CASES = [
    Case(speed, (1.5, 2.0, 0.7), ("duration",), smoke=True),
    Case(speed, (1.5, 2.0, 0.7), ("k",)),
    Case(speeds_under_names, (1.5, 2.0), ("duration",)),
    Case(means_of_groups, (ROWS, 0.6), ("k",)),
    Case(bounds_with_defaults, (ROWS, 0.6), ("k",)),
    Case(settings, (0.6,), ("k",)),
    Case(weighted_groups, (ROWS, 0.6, [1.0, 2.0, 3.0, 4.0]), ("k", "weights")),
]
