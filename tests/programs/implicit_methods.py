"""Objects that properties, subscripts, tests and operators change, and that do not vary themselves or are given."""
import math

import numpy as np

from programs.harness import Case


class Clock:
    def __init__(self):
        self.n = 1.0
        self.log = []

    @property
    def tick(self):
        self.n += 0.5
        return self.n

    @property
    def rate(self):
        return self.n

    @rate.setter
    def rate(self, v):
        self.n = v
        self.log.append(v)


def read_by_a_property(x):
    clock, s = Clock(), x
    for _ in range(3):
        s = s + s * x * clock.n
        t = clock.tick
        s = s * clock.n + t
    return s


def read_by_a_property_of_the_argument(x, clock):
    s = x
    for _ in range(3):
        s = s + s * x * clock.n
        t = clock.tick
        s = s * clock.n + t
    return s


def set_by_a_property(x, clock):
    s = x
    for k in range(3):
        s = s + s * x * clock.n
        clock.rate = 0.3 * k
        for v in clock.log:
            s = s + v * s * x
    return s


def set_to_what_varies(x, clocks):
    for clock in clocks:
        clock.rate = clock.rate * x
        clock.rate += 1
    return sum(clock.rate * sum(clock.log) for clock in clocks)


class Table:
    def __init__(self):
        self.entries = {"a": 1.5, "b": 2.5}
        self.reads = 0.0

    def __getitem__(self, k):
        self.reads += 1.0
        return self.entries[k]

    def __setitem__(self, k, v):
        self.entries[k] = v
        self.reads -= 3.0

    def __len__(self):
        self.reads += 10.0
        return len(self.entries)

    def __bool__(self):
        self.reads += 7.0
        return True

    def __contains__(self, k):
        self.reads += 5.0
        return k in self.entries


def read_by_a_subscript(x, table):
    for _ in range(3):
        x = x + x * 0.01 * table.reads
        x = x * table["a"]
        x = x + x * x * 0.01 * table.reads
    return x


def stored_by_a_subscript(x, table):
    for k in range(3):
        x = x + x * x * 0.01 * table.reads
        table["c"] = k
        x = x + x * 0.01 * table.reads
    return x


def asked(x, table):
    for _ in range(3):
        x = x + x * x * 0.001 * table.reads
        if table and "a" in table:
            x = x * 1.1
        n = len(table)
        x = x + x * 0.001 * table.reads
    return x * n


class Total:
    def __init__(self, n=0):
        self.n = n
        self.sum = 0.0

    def __iadd__(self, v):
        self.sum += v
        self.n += 1
        return self

    def __bool__(self):
        return self.n > 0

    @property
    def mean(self):
        return self.sum / self.n


def updated_by_an_operator(x, total):
    for k in range(3):
        x = x * x * 0.5 * (1 + total.n)
        total += k
    return x


def adds_what_varies(x, total):
    for k in range(4):
        total += x ** k
    return total.mean * x if total else x


class Rectangle:
    def __init__(self, w, h):
        self.w, self.h = w, h
        self._area = None

    @property
    def area(self):
        if self._area is None:
            self._area = self.w * self.h
        return self._area


class Circle:
    def __init__(self, r):
        self.r = r

    @property
    def area(self):
        return math.pi * self.r ** 2


class Patch:
    def __init__(self, area):
        self.area = area


def areas(x, shapes):
    return sum(shape.area * x * shape.area for shape in shapes)


class Grid:
    def __init__(self, n):
        self.n, self.values, self.writes = n, np.zeros((n, n)), 0.0

    def __getitem__(self, at):
        return self.values[at]

    def __setitem__(self, at, v):
        self.values[at] = v
        self.writes += 1.0


def filled(x, grid):
    for i in range(grid.n):
        for j in range(grid.n):
            grid[i, j] = x * (i + 1) / (j + 1)
    return sum(grid[i, i] * grid[i, 0] for i in range(grid.n)) * grid.writes


SHAPES = [Rectangle(1.0, 2.0), Circle(0.5), Patch(0.7)]
class Matrix:
    def __init__(self, data):
        self.data = data

    def __getitem__(self, key):
        return self.data[key]

    def __setitem__(self, key, v):
        self.data[key] = v


class Signal:
    def __init__(self, samples):
        self.samples = samples

    def __getitem__(self, key):
        return Signal(self.samples[key])

    def energy(self):
        return np.sum(self.samples ** 2)


def parts_of_objects(x, n):
    m = Matrix(np.outer(x, x))
    m[1:, 0] = x[1:] * 2.0
    m[:2] *= 3.0
    s = Signal(x * x)
    return np.sum(m[:, 1:3] ** 2) + np.sum(m[0, :n] * x[:n]) + s[:n].energy() * s[n:][::2].energy()


CASES = [
    Case(read_by_a_property, (1.1,), ("x",)),
    Case(parts_of_objects, (np.array([0.4, -1.2, 0.7, 1.5]), 2), ("x",)),
    *(Case(f, (1.1, given()), wrt) for f, given, name in (
        (read_by_a_property_of_the_argument, Clock, "clock"), (set_by_a_property, Clock, "clock"),
        (read_by_a_subscript, Table, "table"), (stored_by_a_subscript, Table, "table"), (asked, Table, "table"),
        (updated_by_an_operator, Total, "total"), (adds_what_varies, Total, "total"))
      for wrt in (("x",), ("x", name))),
    Case(set_to_what_varies, (1.1, [Clock(), Clock()]), ("x", "clocks")),
    Case(set_to_what_varies, (1.1, [Clock(), Clock()]), ("x",)),
    Case(areas, (1.1, SHAPES), ("x", "shapes")),
    Case(areas, (1.1, SHAPES), ("x",)),
    Case(filled, (1.1, Grid(3)), ("x",)),
]
