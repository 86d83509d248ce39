"""Dicts whose keys are numbers that the program computes with, and dicts in containers of which nothing is known."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


class Holder:
    def __init__(self, table):
        self.table = table


def items(table):
    return sum(v * v * k for k, v in table.items())


def in_order(table):
    keys = sorted(table)
    return sum(table[k] ** 2 * k for k in keys) + table[keys[0]] * keys[1]


def in_a_list(tables):
    total = 0.0
    for d in tables:
        for k in d.keys():
            total = total + k * d[k] ** 2
        for k, v in sorted(d.items()):
            total = total + k * v
        for i, (k, v) in enumerate(d.items()):
            total = total + i * k * v
        keys = list(d)
        largest = max(d, key=d.get)
        total = total + keys[0] * d[keys[0]] + largest * d[largest]
    return total


def in_an_attribute(holder):
    return sum(v * v * k for k, v in holder.table.items())


def rows_of_a_matrix(x):
    rows = [dict() for _ in range(3)]
    for i in range(2):
        rows[i][i] = rows[i].get(i, 0.0) + x[i]
        rows[i + 1][i] = rows[i + 1].get(i, 0.0) - x[i]
    total = 0.0
    for row in rows:
        for j, v in row.items():
            total = total + v * v * (j + 1)
    return total


def row_by_name(x):
    rows = {0: {}, 1: {}}
    for i in range(2):
        row = rows[i]
        row[i] = row.get(i, 0.0) + x[i]
    return rows[0][0] * rows[1][1]


TABLE = {1: 0.5, 3: 0.7}
def named_in_a_pair(x, days):
    total = {"a": [x], "b": [1.0]}
    log = {"a": [0], "b": [0]}
    for day in range(days):
        x = x * 0.9
        pairs = ("a", x), ("b", x)
        for k in range(len(pairs)):
            item = pairs[k]
            name = item[0]
            total[name][0] = total[name][0] * x
            item = log[name]
            item.append(day)
    item = log["b"]
    return total["b"][len(item) - 3] ** 2 * total["a"][0]


class Descent:
    def __init__(self, rate, decay):
        self.rate, self.decay = rate, decay
        self.moments = {}

    def step(self, params, grads):
        for k in params:
            v = self.decay * self.moments.get(k, 0.0) - self.rate * grads[k]
            self.moments[k] = v
            params[k] = params[k] + v

    def __call__(self, params, grads):
        self.step(params, grads)


def trained(rate, decay, x):
    optimizer = Descent(rate, decay)
    params = {"w": 0.5, "b": 0.1}
    for _ in range(3):
        error = params["w"] * x + params["b"] - 1.0
        optimizer.step(params, {"w": 2 * error * x, "b": 2 * error})
    return params["w"] * params["b"] + optimizer.moments["w"]


def trained_by_a_call(rate, decay, x):
    optimizer = Descent(rate, decay)
    params = {"w": 0.5, "b": 0.1}
    for _ in range(3):
        error = params["w"] * x + params["b"] - 1.0
        optimizer(params, grads={"w": 2 * error * x, "b": 2 * error})
    return params["w"] * params["b"]


class Source:
    def copy_to(self, other, k):
        other[k] = self.values[0] * 2.0

    def put(self, v):
        self.values[0] = v

    def collect(self, xs, v=1.0):
        xs.append(v)


def filled_by_a_method(x):
    source = Source()
    source.values = [x * x, 1.0]
    table, out = {"u": 1.0}, []
    for _ in range(3):
        z = table["u"] * 0.5
        source.copy_to(table, "u")
        source.put(z + x)
        source.collect(out, v=z)
    return sum(out) + out[1] * table["u"]


def under_another_name(table, r):
    same = table
    for name in same:
        table[name] = table[name] * r
    return table[1] * table[3]


def copy_of_a_dict(table, r):
    scaled = dict(table)
    for name in table:
        scaled[name] = scaled[name] * r
    return scaled[1] * table[3]


def array_then_dict(a, p):
    total = 0.0
    part = a[1:]
    for u in part:
        total = total + u * u
    part = {"sum": total * p}
    return part["sum"]


def doubled_tail(a):
    return 2.0 * a[1:]


def dict_then_array(a, p):
    total = 0.0
    found = {"first": a[0], "last": a[-1] * p}
    for name in found:
        total = total + found[name] ** 2
    found = doubled_tail(a)
    for u, v in zip(a, found):
        total = total + u * v
    return total


def parameter_then_dict(values, p):
    total = p
    for v in values:
        total = total + v * v
    values = {"total": total}
    for name in values:
        total = total * values[name]
    return total + values["total"]


def moved_by_halves(x, v):
    for _ in range(2):
        v += 0.5
    return x, v


def rows_in_another_order(g, b):
    order = np.array([2, 0, 1])
    for row in g:
        for k in order:
            b = b + k
        x, v = moved_by_halves(b, moved_by_halves(row, row[order].copy())[0])
        b = b + x * v
    g[order] += b
    return np.sum(g * g)


CASES = [
    Case(rows_in_another_order, (np.array([[0.3, 0.5, -0.7], [0.2, 0.1, 0.4], [-0.6, 0.9, 0.2]]), np.array([0.1, 0.4, -0.3])), ("g", "b")),
    Case(trained, (0.1, 0.9, 0.7), ("rate", "decay", "x")),
    Case(trained_by_a_call, (0.1, 0.9, 0.7), ("rate", "decay", "x")),
    Case(filled_by_a_method, (0.7,), ("x",)),
    Case(named_in_a_pair, (1.1, 2), ("x",)),
    Case(items, (TABLE,), ("table",)),
    Case(in_order, (TABLE,), ("table",)),
    Case(in_a_list, ([TABLE],), ("tables",)),
    Case(in_an_attribute, (Holder(TABLE),), ("holder",)),
    Case(rows_of_a_matrix, ([0.3, 0.7],), ("x",)),
    Case(row_by_name, ([0.3, 0.7],), ("x",)),
    Case(under_another_name, (TABLE, 0.7), ("table", "r")),
    Case(copy_of_a_dict, (TABLE, 0.7), ("table", "r")),
    Case(array_then_dict, (np.array([0.3, 0.5, -0.7]), 0.8), ("a", "p")),
    Case(dict_then_array, (np.array([0.3, 0.5, -0.7]), 0.8), ("a", "p")),
    Case(parameter_then_dict, (np.array([0.3, 0.5, -0.7]), 0.8), ("values", "p")),
]
