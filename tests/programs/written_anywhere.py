"""Places that a property, a method or a choice gives, subscripts of objects, and what stands in the place of an entry."""
import numpy as np

from programs.harness import Case

WEIGHTS = np.arange(1.0, 5.0)
A = np.array([0.3, -0.7, 1.1, 0.4])
B = np.array([1.2, 0.6, -0.5, 0.9])
M = np.array([[0.4, 1.0, -0.3, 0.2], [0.6, -0.8, 0.5, 1.3], [1.1, 0.2, 0.7, -0.6], [0.9, -0.4, 0.3, 0.8]])


class Signal:
    def __init__(self, v, gain):
        self.v = v
        self.gain = gain

    @property
    def inner(self):
        return self.v[1:3]

    def __len__(self):
        return len(self.v)

    def __getitem__(self, key):
        return self.v[key]

    def __setitem__(self, key, x):
        self.v[key] = x * self.gain


class Table:
    def __init__(self, m):
        self.m = m

    def __getitem__(self, key):
        if isinstance(key, tuple):
            return self.m[key[0]][key[1]]
        if isinstance(key, slice):
            return self.m[key] * 2.0
        return self.m[key]

    def __setitem__(self, key, x):
        if isinstance(key, slice):
            self.m[key] = x * 2.0
        elif isinstance(key, tuple):
            i, j = key
            self.m[i][j] = x
        else:
            self.m[key] = x


def part_of_a_property(b, x):
    s = Signal(b * x, x)
    s.inner[0] += len(s) * x
    return np.sum(s.v * WEIGHTS) * s.inner[1]


def slices_of_an_object(a, b, x):
    s = Signal(b * 1.0, x)
    s[1:3] = np.sin(a[:2])
    s[::2] = s[::2] * a[2:]
    return np.sum(s[1:] * WEIGHTS[1:]) + np.sum(s.v)


def slices_and_pairs(a, m):
    t = Table(m * a[0])
    t[1:3] = a
    t[0, 1] = a[2]
    t[3] = a * a
    return np.sum(t.m * WEIGHTS) + np.sum(t[1:3]) * t[1, 2] + np.sum(t[3])


def chosen_places(a, b, x, k):
    u, v = a * 1.0, b * 1.0
    (u if k > 1 else v)[1] = x
    (u if k > 5 else v)[2] *= x
    (u if k > 1 else v)[::2] += v[1::2]
    return np.sum(u * v * WEIGHTS)


def entry_replaced(a, d, x):
    d["v"] = np.concatenate([a[2:], a[:2]])
    return x * d["u"]


def entry_of_another_shape(a, d, x):
    v = d.pop("v")
    d["v"] = np.outer(a, v)
    return x * d["u"] * np.sum(d["v"])


def all_of_a_number(a):
    s = np.sum(a * a)
    return s[()] * np.sum(s[None] * a[:1])


def first_that_fits(x, y):
    first = next(v * v for v in [x, y] if v < 1.0)
    other = next((v for v in (x, y) if v > 100.0), x * y)
    return first * other * next(reversed([x, y])) * next(iter([y, x]))


def slice_of_a_list(xs: list[float], x):
    xs[1:] = [x, x * x, x]
    return sum(xs) * xs[2]


def loop_over_a_tuple(b, m, x):
    b[1] = x
    for v in (b, b):
        m[0] = v * x
    return np.sum(m * b)


D = {"u": 0.37, "v": A * 0.5}
CASES = [
    Case(part_of_a_property, (B, 1.3), ("b", "x")),
    Case(part_of_a_property, (B, 1.3), ("x",)),
    Case(slices_of_an_object, (A, B, 1.3), ("a", "b", "x")),
    Case(slices_of_an_object, (A, B, 1.3), ("a",)),
    Case(slices_and_pairs, (A, M), ("a", "m")),
    Case(chosen_places, (A, B, 1.3, 2), ("a", "b", "x")),
    Case(entry_replaced, (A, D, 1.3), ("d",)),
    Case(entry_of_another_shape, (A, D, 1.3), ("a", "d", "x")),
    Case(all_of_a_number, (A,), ("a",)),
    Case(first_that_fits, (1.3, 0.7), ("x", "y")),
    Case(loop_over_a_tuple, (B, M, 1.3), ("b", "m", "x")),
    Case(slice_of_a_list, ([0.4, 0.2, 0.9], 1.3), ("xs", "x")),
]
