"""Lists that dicts, queues, other lists and objects hold, and what lists do as arrays do not: extended, put in order, assigned in part."""
from __future__ import annotations

import copy
from collections import deque

import numpy as np

from programs.harness import Case


class Box:
    def __init__(self, hist, table):
        self.hist = hist
        self.table = table


def part_of_another_place(x, y):
    rows = {"a": [x * y], "b": [y, x]}
    rows["a"] += rows["b"][1:]
    return sum(rows["a"]) * rows["a"][1]


def what_an_object_holds_for_a_queue(x, y):
    queue = deque([[y]])
    box = Box([x, y], {"a": [y], "b": [0.5 * x]})
    queue[-1] += list(box.table["a"])
    queue[0] += box.table["b"].copy()
    return sum(queue[0]) * x


def extended_and_walked(x, y):
    table = {"a": [x * y], "b": [y, x]}
    rows = [[x], [y, 3.0 * x]]
    total = 0.0
    table["a"] += rows[0]
    for k in table:
        for v in table[k]:
            total += v * x
    return total


def looked_up_and_joined(x, y):
    table = {"a": [x * y], "b": [y, x]}
    found = table.setdefault("a", table["b"][::-1])
    rows = [[x, y], [2.0 * y]]
    rows[-1] += found[:]
    return sum(sum(v) * (i + 1) for i, v in enumerate(rows))


def joined_at_an_attribute(x, y):
    box = Box([x, y], {"a": [y]})
    box.hist.append(y * 0.5)
    box.hist += box.table["a"]
    return sum(box.hist) * box.table["a"][0]


def filled_in_a_queue(x, y):
    queue = deque([[y]])
    total = 0.0
    for v in queue:
        v.append(x)
        total += sum(v) * y
    queue[-1][:] = [x, y, x * y]
    return total + sum(queue[0])


def part_assigned_by_a_longer_one(x, y):
    values = [x, y, x * y]
    other = [y]
    for v in [values, other]:
        v.append(2.0 * y)
    values[:1] = other[1:] + [np.sin(x), x]
    return sum(values) * values[2]


def replaced_and_taken(x, y):
    queue = deque([[y]])
    queue[0] = [x * y, x + y]
    return sum(queue[0])


def grown(xs, v):
    xs.append(v)
    return xs


def filled_by_what_a_function_gives(x, y):
    table = {"a": [x * y], "b": [y, x]}
    queue = deque([[y, x]])
    table.update(a=[table["a"][-1], x * y])
    queue[-1][:] = grown(table["a"], x)
    return sum(queue[0]) * queue[0][-1]


def arrays_replaced(x, y):
    table = {"u": np.array([y, x, 1.0]), "v": np.ones(3) * x}
    table["u"] = np.array([x, x * y, y])
    return np.sum(table["u"] * table["v"][0])


def parts_of_arrays_replaced(x, y):
    total = 0.0
    for k in ("u", "v"):
        table = {"u": np.array([y, x, 1.0])[1:], "v": np.stack([x, y])}
        table[k] = np.array([x, x * y, y])
        total += np.sum(table["u"]) * np.sum(table["v"]) * x
    return total


def order_of_what_an_object_holds(x, y):
    box = Box([x, y, x * y], {"a": [y]})
    box.hist.sort()
    return box.hist[0] * box.hist[1] + box.table["a"][0]


def order_of_what_a_dict_holds(x, y):
    table = {"a": [x * y, y], "b": [y, x]}
    table["a"].sort()
    return sum(map(sum, table.values())) * table["a"][0]


def order_of_an_array(x, y):
    a = np.array([x, y, x * y])
    b = a * 2.0
    b.sort()
    return b[0] * b[1]


def beside_the_copy_of_a_module(x, y):
    rows = copy.deepcopy([[x], [y, 3.0 * x]])
    table = {"u": np.array([y, x, 1.0]), "v": np.ones(3) * x}
    for v in rows:
        v[0] *= x
    kept = {k: v.copy() for k, v in table.items()}
    return np.sum(kept["u"] * kept["v"][0])


def grown_or_another(x, y, n):
    other = [x, y]
    rows = [[x], [y, 3.0 * x]]
    rows[0] += [x * y, x + y]
    values = other if n > 0 else grown(rows[0], x * y)
    return sum(values)


def copy_in_one_branch(x, y, n):
    box = Box([x, y], {"a": [y]})
    if n > 0:
        values = box.table["a"].copy()
    else:
        values = box.hist.copy()
    values.append(x * y)
    return sum(values)


def turned(x, y):
    rows = [[x], [y, 3 * x], [x * y]]
    rows = rows[1:] + rows[:1]
    rows[-1][-1] = 2 * y
    rows = rows[:2] + rows[2:]
    rows[1][0] = rows[0][1] * y
    return sum(sum(row) * (i + 1) for i, row in enumerate(rows))


CASES = [Case(fn, (0.7, 0.4), ("x", "y")) for fn in (
    part_of_another_place, what_an_object_holds_for_a_queue, extended_and_walked, looked_up_and_joined, joined_at_an_attribute,
    filled_in_a_queue, part_assigned_by_a_longer_one, replaced_and_taken, filled_by_what_a_function_gives, arrays_replaced,
    parts_of_arrays_replaced, order_of_what_an_object_holds, order_of_what_a_dict_holds, order_of_an_array,
    beside_the_copy_of_a_module, turned)]
CASES += [Case(fn, (0.7, 0.4, n), ("x", "y")) for fn in (copy_in_one_branch, grown_or_another) for n in (0, 1)]
