"""Functions that give arrays of whatever they are given, in a program whose tables have methods of the names of an array's."""
import numpy as np

from programs.harness import Case


class Table:
    def __init__(self, data):
        self.data = as_floats(data)

    def copy(self):
        return Table(self.data)

    def __mul__(self, other):
        return Table(self.data * other)


def as_array(a, dtype=None):
    if isinstance(a, (set, dict)):
        a = list(a)
    return np.asarray(a, dtype)


def as_floats(a, dtype=None):
    return as_array(a, np.float64 if dtype is None else dtype)


def chosen(a, other: Table):
    made = as_floats(a)
    if other is not None:
        made = other
    return made


def shifted(x, by):
    y = as_floats(x).copy()
    y -= by
    return y


def sum_of_shifted(x, by):
    return np.sum(shifted(x, by) ** 2) + np.sum(chosen(x, None))


CASES = [
    Case(sum_of_shifted, (np.array([0.3, 0.8]), 1.7), ("x", "by")),
]
