"""Loops over lists that grow, or shrink, while the loops go along them."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(43)


class Queue:
    def __init__(self):
        self.items = []

    def add(self, v):
        self.items.append(v)


def grow(xs, x):
    if len(xs) < 6:
        xs.append(x * 0.5)


def given(xs):
    total = 0.0
    for x in xs:
        total += x * x
        if len(xs) < 6:
            xs.append(x * 0.5)
    return total


def numbered(a):
    queue = [a, 2 * a]
    total = 0.0
    for i, x in enumerate(queue, 1):
        total += x * x * i
        if len(queue) < 6:
            queue.append(x * 0.5)
    return total


def two_at_a_time(rows, x):
    for s, r in zip(x, rows):
        rows.append(r * s)
    return np.sum(rows[-1]) * len(rows)


def shrinking(xs):
    total = 0.0
    for x in xs:
        total += x * x
        xs.pop()
    return total


def of_a_copy(xs):
    total = 0.0
    for x in list(xs):
        total += x * x
        xs.append(x)
    return total + sum(xs)


def in_a_function(xs):
    total = 0.0
    for x in xs:
        total += x * x
        grow(xs, x)
    return total


def in_a_method(a):
    q = Queue()
    q.add(a)
    total = 0.0
    for x in q.items:
        total += x * x
        if len(q.items) < 5:
            q.add(0.5 * x)
    return total


def under_another_name(a):
    todo = [a]
    found = todo
    total = 0.0
    for x in todo:
        total += x ** 3
        if len(found) < 4:
            found.append(x * a)
    return total


def tree_by_levels(tree, scale):
    total = 0.0
    todo = [(tree, 0)]
    for node, level in todo:
        total += node["value"] * scale ** level
        for child in node["children"]:
            todo.append((child, level + 1))
    return total


def put_last(d, x):
    d["w"].append(x)


def entry_grows_in_a_function(a, b):
    d = {"w": [a[0], a[1] * b[0]]}
    total = 0.0
    for x in d["w"]:
        total += x * d["w"][0]
        if len(d["w"]) < 5:
            put_last(d, x * b[1])
    return total


def grows_in_a_nested_function(a, b):
    queue = [v for v in a * b]
    total = 0.0

    def more(x):
        if len(queue) < 6:
            queue.append(x * b[0])

    for x in queue:
        total += x * queue[1]
        more(x)
    return total


A = np.array([0.4, -0.9, 1.1, 0.7])
TREE = {"value": 0.4, "children": [{"value": 0.7, "children": [{"value": -0.2, "children": []}]},
                                   {"value": 1.1, "children": []}]}
def names_that_grow(x, y):
    total = 0.0
    todo = [(0.5, "a", x)]
    for _ in range(3):
        k, name, v = todo.pop()
        total = total * 0.7 + v * k * len(name)
        todo.append((k + 0.15, name + "x", v * y))
    return total


CASES = [
    Case(names_that_grow, (0.4, 0.5), ("x", "y")),
    *(Case(f, ([0.4, -0.9, 1.1],), ("xs",)) for f in (given, shrinking, of_a_copy, in_a_function)),
    *(Case(f, (0.7,), ("a",)) for f in (numbered, in_a_method, under_another_name)),
    Case(two_at_a_time, ([rng.normal(size=4) for _ in range(3)], rng.normal(size=5)), ("rows", "x")),
    Case(tree_by_levels, (TREE, 0.8), ("tree", "scale")),
    *(Case(f, (A, A[::-1] + 0.2), ("a", "b")) for f in (entry_grows_in_a_function, grows_in_a_nested_function)),
]
