"""Lists that several containers hold, or that are looked up, grow, and are read through other names."""
from __future__ import annotations

from collections import defaultdict, deque

import numpy as np

from programs.harness import Case


def walked_by_keys(x):
    l = [x, 2 * x]
    q = {"a": l}
    r = [l]
    l.append(x * 3)
    t = 0.0
    for k in q:
        t += sum(q[k]) * r[0][0]
    return t + sum(l)


def walked_by_values(x):
    l = [x, 2 * x]
    q = {"a": l}
    l.append(x * 3)
    m = q["a"]
    m.append(x * x)
    t = 0.0
    for v in q.values():
        t += sum(v)
    return t * sum(l) + sum(m)


def taken_and_walked(x, k):
    q = [[x], [2 * x]]
    t = q[k]
    r = [t]
    t.append(x * x)
    for v in q:
        v.append(3 * x)
    return sum(t) + sum(sum(v) ** 2 for v in q) + sum(r[0])


def found_or_new(rows, x, k):
    t = rows[k] if k in rows else []
    t.append(x)
    for v in rows.values():
        v.append(x * x)
    return sum(t) + sum(sum(v) for v in rows.values())


def looked_up_or_given(x, k):
    table = {0: [x * 1.0, 2 * x]}
    table[0].append(x)
    t = table.get(k, [1.0, x])
    t.append(x * x)
    return t[0] * t[-1] + sum(table[0])


def looked_up_or_an_array(x, k):
    table = {0: [x * 1.0, 2 * x]}
    t = table.get(k, np.array([1.0, 2.0]))
    return t[0] * t[1]


def in_a_queue(x):
    rows = defaultdict(list)
    rows[0].append(x)
    r = rows[0]
    q = deque()
    q.append(r)
    r.append(x * 3)
    return sum(q[0]) * rows[0][-1]


def changed_in_a_queue(x):
    r = [x]
    q = deque()
    q.append(r)
    q[0][0] = x * x
    return sum(r)


class Register:
    def __init__(self):
        self.rows = defaultdict(list)
        self.q = deque()
        self.d = dict()


def held_by_an_object(x, k):
    b = Register()
    b.rows[0].append(x)
    b.rows[k].append(x * 2)
    r = b.rows[0]
    b.q.append(r)
    r.append(x * 3)
    b.d["a"] = r
    b.d["a"][0] = x * x
    return sum(b.q[0]) * b.rows[k][-1]


def one_of_two_or_a_copy(x, y):
    rows = [[x], [y, 3.0 * x]]
    last = rows[-1]
    kept = rows[0] if x > 50.0 else last.copy()
    rows[-1].append(x)
    return sum(last) * sum(kept)


def a_dict_or_a_copy(x, y):
    d = {"a": [x], "b": [y]}
    e = d if x > 50.0 else dict(d)
    d["a"].append(y)
    e["a"] = e["a"] + [x * y]
    return sum(d["a"]) * sum(e["b"]) * sum(e["a"])


X = 0.7
CASES = [
    Case(walked_by_keys, (X,), ("x",)),
    Case(walked_by_values, (X,), ("x",)),
    Case(taken_and_walked, (X, 0), ("x",)),
    Case(found_or_new, ({0: [1.0, 2.0], 1: [3.0]}, X, 0), ("rows", "x")),
    Case(found_or_new, ({0: [1.0, 2.0], 1: [3.0]}, X, 5), ("x",)),
    Case(looked_up_or_given, (X, 0), ("x",)),
    Case(looked_up_or_given, (X, 2), ("x",)),
    Case(looked_up_or_an_array, (X, 0), ("x",)),
    Case(in_a_queue, (X,), ("x",)),
    Case(changed_in_a_queue, (X,), ("x",)),
    Case(one_of_two_or_a_copy, (X, 0.4), ("x", "y")),
    Case(a_dict_or_a_copy, (X, 0.4), ("x", "y")),
    Case(held_by_an_object, (X, 0), ("x",)),
    Case(held_by_an_object, (X, 2), ("x",)),
]
