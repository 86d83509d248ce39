"""Dicts whose keys are numbers that the program computes with, and dicts in containers of which nothing is known."""
from __future__ import annotations

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


CASES = [
    Case(named_in_a_pair, (1.1, 2), ("x",)),
    Case(items, (TABLE,), ("table",)),
    Case(in_order, (TABLE,), ("table",)),
    Case(in_a_list, ([TABLE],), ("tables",)),
    Case(in_an_attribute, (Holder(TABLE),), ("holder",)),
    Case(rows_of_a_matrix, ([0.3, 0.7],), ("x",)),
    Case(row_by_name, ([0.3, 0.7],), ("x",)),
]
