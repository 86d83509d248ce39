"""Arrays that are in a container while something else stands for them, and are changed before or after."""
import numpy as np


class Holder:
    def __init__(self, a):
        self.a = a


def scaled(v, k):
    v *= k
    return v


def first(rows):
    return rows[0]


def changed_after(k):
    x = np.ones(3) * k
    rows = []
    for _ in range(3):
        x = x + np.sin(x)
        rows.append(x)
        x[-1] *= 0.5
    return np.sum(np.stack(rows) ** 3) + x[0]


def changed_through_the_container(k):
    x = np.ones(3) * k
    rows = []
    for _ in range(3):
        x = x + np.sin(x)
        rows.append(x)
        rows[-1][0] = k * k
        x = x * 2
    return np.sum(np.stack(rows) ** 3) + x[0]


def not_always_made_anew(k):
    x = np.ones(3) * k
    rows = []
    for n in range(4):
        x[0] = x[1] * k
        rows.append(x)
        if n == 1:
            x = x * 2
    return np.sum(np.stack(rows) ** 3)


def another_name_before(k):
    x = np.ones(3) * k
    y = x
    rows = [x]
    x = x * 2
    y[0] = k ** 3
    return np.sum(rows[0]) * np.sum(x) * y[1]


def another_name_after(k):
    x = np.ones(3) * k
    x[0] = 2.0
    rows = [x]
    y = x
    x = x * 2
    y[1] = k ** 3
    return np.sum(rows[0]) * np.sum(x)


def beside_a_view(k):
    x = np.ones(4) * k
    x[0] = 2.0
    left, right = x[:3], x[1:]
    rows = [left]
    right[0] = k ** 3
    return np.sum(rows[0]) * np.sum(x)


def view_that_is_read(k):
    x = np.ones(4) * k
    x[0] = k * k
    rows = [x[:3]]
    return np.sum(rows[0] * x[1:])


def in_two_containers(k):
    x = np.ones(3) * k
    x[0] = k * k
    a, b = [x], []
    s = x[1]
    b.append(x)
    b[0][1] = k ** 3
    return np.sum(a[0]) * s


def in_two_containers_and_read(k):
    x = np.ones(3) * k
    x[0] = k * k
    a, b = [x], {"x": x}
    return np.sum(a[0] * b["x"]) * x[1]


def changed_by_a_function(k):
    x = np.ones(3) * k
    x[0] = 3.0
    rows = [x]
    s = np.sum(x)
    scaled(x, k)
    return np.sum(rows[0]) * s


def what_a_function_gives_back(k):
    x = np.ones(3) * k
    x[0] = 3.0
    rows = [x]
    y = scaled(x * 1.0, k)
    z = first(rows)
    z[1] = k * k
    return np.sum(x) * np.sum(y)


def changed_in_a_branch(k):
    x = np.ones(3) * k
    rows = []
    for n in range(3):
        x = x * k
        x[0] += 1.0
        rows.append(x)
        if n == 1:
            x[2] = 0.5 * k
    return np.sum(np.array(rows) ** 2)


def left_by_break(k):
    x = np.ones(3) * k
    rows = []
    while True:
        x[1] *= k
        rows.append(x)
        if len(rows) > 2:
            break
        x = x + k
    x[0] = k ** 2
    return np.sum(np.array(rows) ** 2)


def left_by_continue(k):
    x = np.ones(3) * k
    rows = []
    for n in range(4):
        x[1] *= k
        rows.append(x)
        if n % 2:
            continue
        x = x + k
    return np.sum(np.array(rows) ** 2)


def in_an_attribute(k):
    x = np.ones(3) * k
    x[1] = k * k
    h = Holder(x)
    s = np.sum(x)
    h.a[0] = k ** 3
    return np.sum(h.a) * s


def in_an_attribute_while_read(k):
    x = np.ones(3) * k
    h = Holder(x)
    h.a[0] = k ** 3
    return np.sum(h.a) * x[0]


def appended_before_it_is_filled(k):
    rows = []
    for n in range(3):
        row = np.zeros(3)
        rows.append(row)
        row[n] = k ** n
    return np.sum(np.array(rows) ** 2)


def looked_at_while_it_is_filled(k):
    rows = []
    for n in range(3):
        row = np.zeros(3)
        rows.append(row)
        row[n] = k ** n
        total = np.sum(rows[-1])
        row[0] = k * total
    return np.sum(np.array(rows) ** 2)


def another_name_for_the_list(k):
    rows = []
    seen = rows
    total = 0.0
    for n in range(3):
        row = np.zeros(3)
        rows.append(row)
        total = total + len(seen) * k
        row[n] = k ** n
    return np.sum(np.array(rows) ** 2) * total


def same_row_again(k):
    row = np.ones(3) * k
    rows = []
    for n in range(3):
        row[n] = k ** n
        rows.append(row)
    return np.sum(np.array(rows) ** 2)


def previous_one_is_changed(k):
    prev = np.ones(3)
    rows = []
    for _ in range(3):
        cur = prev * k
        cur[0] = k
        prev[1] = k * k
        rows.append(cur)
        prev = cur
    return np.sum(np.array(rows) ** 2)


def augmented_afterwards(k):
    x = np.ones(3) * k
    rows = []
    for _ in range(3):
        x[0] = k * x[1]
        rows.append(x)
        x = x + 1.0
        x += rows[-1]
    return np.sum(np.array(rows) ** 2)


def augmented_in_place(k):
    x = np.ones(3) * k
    rows = []
    for _ in range(3):
        x[0] = k * x[1]
        rows.append(x)
        x += 1.0
    return np.sum(np.array(rows) ** 2)


def taken_out_and_changed(k):
    rows = [np.ones(3) * k, np.ones(3)]
    top = rows[-1]
    last = rows.pop()
    last[0] = k * k
    return np.sum(top) * np.sum(rows[0])


def replaced_and_changed(k):
    d = {"w": np.ones(3) * k}
    t = d["w"]
    d["w"] = t * 2
    d["w"][0] = k ** 3
    return np.sum(t) * np.sum(d["w"])


def replaced_while_viewed(k):
    d = {"w": np.ones(3) * k}
    t = d["w"]
    t[1] = k * k
    d["w"] = t
    t[0] = k ** 3
    return np.sum(t) * np.sum(d["w"])


def unread_copies(k):
    x = np.ones(3) * k
    a = x
    for _ in range(2):
        rows = [a]
        a = a * k
        a[0] = np.sum(rows[0])
    return np.sum(a) + x.size


def popped_in_a_loop(k):
    rows = [np.ones(2) * k * n for n in range(4)]
    total = rows[1][0] * rows[2][1]
    while len(rows) > 1:
        total = total * k
        rows.pop()
    return total * rows[0][0] + total


def best_is_changed(k):
    x = np.ones(3) * k
    best = x
    for n in range(4):
        if n != 2:
            x = x * k
        x[0] += 0.1 * k
        if n < 3:
            best = x
    return np.sum(best ** 3)


def named_again_in_pairs(k):
    a = np.ones(3)
    c = a * k
    b, a = c, a
    a, c = a, c
    c[1] = k ** 2
    return np.sum(b) * np.sum(c) + np.sum(a) * k


def one_of_two_is_changed(k):
    x, y = np.ones(3) * k, np.ones(3)
    for n in range(3):
        z = x if n % 2 else y
        x[n] = k ** 2
        y = y + z
    return np.sum(z * y)


def changed_under_the_later_name(k):
    x = np.ones(3) * k
    p = x
    for _ in range(3):
        q = p
        p = q * k
        q[1] = k ** 3
        p[0] = q[1]
    return np.sum(p) + np.sum(x)


def captured_and_changed(k):
    x = np.ones(3) * k
    def read():
        return x[0]
    y = np.zeros(3)
    for n in range(2):
        y = x
        x[0] = k ** n
    return read() * np.sum(y)


def exchanged_and_changed(k):
    a, b = np.ones(3) * k, np.zeros(3)
    for n in range(3):
        a, b = b, a
        c = a
        a = a + b
        b[n] = k
        a[0] = c[n]
    return np.sum(a * b)


def row_before_is_changed(k):
    a = np.ones((4, 3)) * k
    prev = a[0]
    for i in range(1, 4):
        a[i] = prev * k
        a[i - 1, 0] = 2.0 * k
        prev = prev if i == 2 else a[i]
    return np.sum(prev) * np.sum(a)


def part_of_a_row_whose_position_moves_on(k):
    m = np.outer(np.arange(1.0, 4.0), np.array([k, 1.0, k * k]))
    at = 0
    while at < 2:
        row = m[at]
        inner = row[1:]
        at += 1
        inner *= k
        k = k * 1.5 + inner[0]
    return np.sum(m * m) * k


def shift_down(u):
    u[0, :] = u[1, :]


def rows_that_a_function_changes_ahead(k):
    m, n = np.outer(np.arange(1.0, 4.0), np.array([k, 1.0, k * k])), np.eye(3) * k
    for row, x in zip(m, n[0]):
        for _ in range(2):
            shift_down(m)
        n[1, 1:], m[2, :-1] = row[1:] * x, n[0, :-1]
    return np.sum(m * n)


class Pair:
    def __init__(self, u, v):
        self.u, self.v = u, v

    def turn(self):
        self.u, self.v = self.v, self.u


def part_of_an_attribute_that_is_exchanged(k):
    pairs = [Pair(np.ones(3) * k, np.arange(3.0) * k)]
    for pair in pairs:
        u = pair.u[1:]
        pair.turn()
        u[0] = u[1] * k
        pair.u[0] = u[0] * 3.0
    return np.sum(pairs[0].u * pairs[0].v)


def attribute_that_was_kept_before_an_exchange(k):
    pairs = [Pair(np.ones(3) * k, np.arange(3.0) * k)]
    total = 0.0
    for _ in range(3):
        for pair in pairs:
            old = pair.u
            pair.v[1:] = pair.u[:-1] * k
            pair.u, pair.v = pair.v, pair.u
            total += np.sum((pair.u - old) ** 2)
    return total


def exchanged_with_itself(k):
    u = np.ones(3) * k
    pairs = [Pair(u, u)]
    for pair in pairs:
        pair.v[1:] = pair.u[:-1] * k
        pair.u, pair.v = pair.v, pair.u
        pair.u[0] *= k
    return np.sum(pairs[0].u ** 2)


PROGRAMS = [f for f in list(globals().values()) if isinstance(f, type(first)) and f.__module__ == __name__
            and f.__code__.co_varnames[:1] == ("k",)]
