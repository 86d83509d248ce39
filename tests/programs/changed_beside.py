"""Data that does not vary and changes while it is in use: the backward sweep reads what was there. With one parameter alone."""
import bisect
import collections
import heapq
import random

import numpy as np

from programs.harness import Case


class Meter:
    def __init__(self, s):
        self.s = s

    def __enter__(self):
        self.s *= 0.5
        return self

    def __exit__(self, *error):
        self.s *= 3.0

    def __call__(self, v):
        self.s *= v
        return self.s

    @property
    def half(self):
        return 0.5 * self.s

    @half.setter
    def half(self, v):
        self.s = 2.0 * v


def shuffled(x, r):
    order, weights = list(range(4)), np.arange(1.0, 5.0)
    rng, generator = random.Random(3), np.random.default_rng(3)
    y = x[order[0]] * r * weights[1]
    rng.shuffle(order)
    generator.shuffle(weights)
    return y * x[order[0]] * r * weights[1] * (1 + order[1])


def inserted_in_order(x, r):
    ks = [0.5, 2.0]
    y = ks[0] * r * x[0]
    bisect.insort(ks, 0.1)
    y = y * ks[0] * r
    heapq.heappush(ks, 0.05)
    return y * ks[0] * r


def changed_by_methods_of_classes(x, r):
    ks, d = [0.5, 2.0], {"a": 2.0}
    y = ks[0] * r * x[0]
    list.sort(ks, reverse=True)
    y = y * ks[0] * r * d["a"]
    list.append(ks, 7.0)
    dict.update(d, a=3.0)
    return y * ks[-1] * r * d["a"]


def shortened(x, r):
    ks = [1.5, 2.0, 3.0]
    y = r * ks[0] * r
    del ks[0]
    y = y * ks[0] * r
    ks[1:1] = [9.0]
    y = y * ks[1] * x[0]
    ks[:] = [5.0, 4.0]
    return y * ks[1] * r


def rows_in_a_loop(x, r):
    rows, y = [np.ones(2), np.ones(2)], r * x[0]
    for row in rows:
        row[0] *= 3.0
        y = y * rows[0][0] * rows[1][0] * r
        np.multiply(row, 2.0, out=row)
    np.multiply(rows[0], 2.0, out=rows[0])
    return y * rows[0][0] * r


def lists_in_lists(x, r):
    ks = [[1.0], [2.0]]
    same = list(ks)
    y = r * same[0][0] * r
    ks[0][0] = 3.0
    y = y * same[0][0] * r
    ks[0] += [5.0]
    y = y * same[0][-1] * x[1]
    del ks[0][0]
    return y * same[0][0] * r


def entries_in_a_loop(x, r):
    d, y = {"a": [1.0], "b": [2.0]}, r * x[0]
    for k, v in d.items():
        v.append(3.0)
        y = y * d["a"][-1] * r * len(d["b"])
        d[k] = [4.0]
    return y * d["a"][0] * r


def counted_again(x, r):
    counts, queue = collections.Counter({"a": 2.0}), collections.deque([1.0, 2.0], maxlen=2)
    y = counts["a"] * r * queue[0]
    counts["a"] += 3.0
    queue.append(5.0)
    y = y * counts["a"] * r * queue[0]
    queue.rotate(1)
    return y * queue[0] * x[0] * r


def managed(x, r):
    meter = Meter(2.0)
    y = meter.s * r
    with meter:
        y = y * meter.s * r * x[0]
    return y * meter.s * r


def called_meter(x, r):
    meter = Meter(2.0)
    y = meter.s * r * x[0]
    meter(2.0)
    y = y * meter.s * r * meter(3.0)
    meter.half = 5.0
    return y * meter.half * r


X = np.array([0.3, 0.5, -0.4, 0.7])
CASES = [Case(f, (X, 0.6), wrt) for f in (
    shuffled, inserted_in_order, changed_by_methods_of_classes, shortened, rows_in_a_loop, lists_in_lists, entries_in_a_loop,
    counted_again, managed, called_meter) for wrt in (("x", "r"), ("x",), ("r",))]
