"""Programs that put arrays into containers and go on reading them, and that take elements out of containers."""
from collections import deque

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(31)


class Box:
    pass


def relu_layers(x, weights):
    kept = []
    a = x
    for w in weights:
        a = w @ a
        a[a < 0] = 0
        kept.append(a)
    return sum(np.sum(v ** 2) for v in kept)


def trajectory(x, dt):
    states = [x]
    for _ in range(3):
        new = x + dt * np.sin(x)
        new[0] = 0.5 * new[1]
        states.append(new)
        x = new
    return np.sum(np.array(states) ** 3)


def trajectory_in_one_variable(x, dt):
    states = []
    for _ in range(3):
        x = x + dt * np.sin(x)
        x[-1] *= 0.5
        states.append(x)
    return np.sum(np.stack(states) ** 3) + x[0]


def table_of_rows(x, s):
    table = []
    for k in range(3):
        row = np.zeros(4)
        for j in range(4):
            row[j] = s * x[j] ** k if k == 0 else table[k - 1][j] * row[j - 1] + x[j]
        table.append(row)
        s = s * row[-1]
    return np.sum(np.array(table) ** 2)


def by_name(x, dt):
    found = {}
    v = x * dt
    v[0] = 1.0
    found["v"] = v
    w = v * v
    w[1] += found["v"][0]
    found["w"] = w
    return np.sum(found["w"] * w * v)


def previous_row(x, s):
    prev = np.ones(4)
    rows = []
    for _ in range(3):
        cur = np.empty(4)
        cur[0] = s
        cur[1:] = prev[:-1] * x[1:]
        rows.append(cur)
        s = cur[1] + prev[2]
        prev = cur
    return sum(h @ h for h in rows) + prev @ prev


def swapped_names(x, s):
    a = x.copy()
    b = x * s
    total = 0.0
    for _ in range(3):
        c = a * b
        d = a + b
        c[1] = d[0] * c[2]
        d[c > 0.1] *= 2.0
        a = c * d
        b = np.where(d > 0.5, c, d)
        a[0] += 1.0
        total += a @ b
    return total


def made_and_changed(x, s):
    total = 0.0
    for k in range(3):
        y = s * x + k
        y[0] = s * s
        total += np.sum(y * y * y)
        s = s + 0.1 * total
    return total


def put_before_it_is_filled(x, s):
    rows = []
    for k in range(3):
        row = np.zeros(4)
        rows.append(row)
        row[k] = s * x[k]
        for j in range(k):
            if j > 1:
                break
            row[j] = row[k] * x[j]
        s = s * row[k]
    return np.sum(np.array(rows) ** 2)


def lists_put_before_they_are_filled(x, s):
    rows = []
    for k in range(3):
        row = []
        rows.append(row)
        for j in range(k + 1):
            row.append(s * x[j])
        s = s * row[k]
    return sum(sum(r) ** 2 for r in rows) + s


def popped(x):
    rows = []
    a = 1.0
    for k in range(3):
        rows.append(x * k)
        if k:
            a = a + rows[k - 1][k] * rows[k][0]
    while rows:
        a = a * 1.5
        rows.pop()
    return a


def removed(x):
    rows = [x * 2, x * 3, x * 4]
    a = rows[1][0] * rows[0][2]
    rows.insert(0, x * x)
    a = a * rows[0][0]
    rows.pop(1)
    del rows[1]
    return a * np.sum(rows[1]) * np.sum(rows[0])


def slices_removed(x):
    rows = [x * 2, x * 3, x * 4]
    a = rows[1][0] * rows[0][2]
    rows[:2] = [x * 5]
    a = a * rows[0][1]
    del rows[:1]
    a = a * rows[0][3]
    rows.clear()
    return a


def queue(x):
    q = deque([x * 2, x * 3, x * 4])
    a = q[0][1]
    q.popleft()
    q.append(x * x)
    return a * np.sum(q[2]) * np.sum(q[0])


def entries_removed(x):
    d = {"w": x * 2, "v": x, "u": x * x}
    a = d["w"][0] * d["u"][1]
    del d["w"]
    d.pop("u")
    return a * np.sum(d["v"])


def entries_replaced(x):
    d = {"w": x * 2}
    box = Box()
    box.w = x * 2
    a = d["w"][0] * box.w[1]
    d["w"] = x * 3
    box.w = x * 3
    return a * np.sum(d["w"]) * np.sum(box.w)


def given_in_a_dict(x, v):
    state = {"x": x, "v": v}
    for _ in range(3):
        state["v"] += -0.1 * state["x"]
        state["x"] += state["v"] * 0.1
    return np.sum(state["x"] ** 2)


def given_in_a_list(x, v):
    state = [x, v]
    for _ in range(3):
        state[1] += -0.1 * state[0]
        state[0] += state[1] * 0.1
    return np.sum(state[0] ** 2)


def given_in_an_object(x, s):
    box = Box()
    box.x = x
    x = np.cos(x)
    box.x *= s
    return np.sum(x) + np.sum(box.x ** 2)


def given_and_not_looked_at(x, s):
    kept = []
    kept.append(x)
    x = np.cos(x)
    kept[-1] *= s
    return np.sum(x) + s


X = np.array([0.3, 0.5, -0.4, 0.7])
CASES = [
    *(Case(f, (X, X * 2 - 0.3), ("x", "v")) for f in (given_in_a_dict, given_in_a_list)),
    *(Case(f, (X, 0.6), ("x", "s")) for f in (given_in_an_object, given_and_not_looked_at)),
    Case(relu_layers, (X, [rng.normal(size=(4, 4)) for _ in range(2)]), ("x",)),
    Case(trajectory, (X, 0.3), ("x", "dt"), smoke=True),
    Case(trajectory_in_one_variable, (X, 0.3), ("x", "dt")),
    Case(table_of_rows, (X, 0.3), ("x", "s")),
    Case(by_name, (X, 0.3), ("x", "dt")),
    Case(previous_row, (X, 0.3), ("x", "s")),
    Case(swapped_names, (X, 0.3), ("x", "s")),
    Case(put_before_it_is_filled, (X, 0.3), ("x", "s")),
    Case(lists_put_before_they_are_filled, (X, 0.3), ("x", "s")),
    Case(made_and_changed, (X, 0.3), ("x", "s")),
    *(Case(f, (X,), ("x",)) for f in (popped, removed, slices_removed, queue, entries_removed, entries_replaced)),
]
