"""Small programs about places in memory: who has what where, and from when on."""
import itertools

import numpy as np

KEYS = (0, 1)


def swapped_positions(x):
    xs = np.array([x, x * x, 2.0])
    order = [0, 1, 2]
    y = 1.0
    for i in range(2):
        y = y + xs[order[i]] ** 2 * y
        order[i], order[i + 1] = order[i + 1], order[i]
    return y


def swapped_positions_in_an_array(x):
    xs = np.array([x, x * x, 2.0])
    order = np.arange(3)
    y = 1.0
    for i in range(2):
        y = y * xs[order[i]]
        (order[i], _), order[i + 1] = (order[i + 1], 0), order[i]
    return y


def position_after_its_index(x):
    xs = np.array([x, x * x, 2.0])
    order, i, y = [0, 1, 2], 0, 1.0
    for _ in range(2):
        y = y * xs[order[i]]
        i, order[i] = i + 1, 2
        order[i], i = 0, i
    return y


def swap(a, i, j):
    a[i], a[j] = a[j], a[i]


def swapped_by_a_callee(x):
    a = x * np.arange(1.0, 4.0)
    swap(a, 0, 2)
    a *= a[0]
    return a[2] * x


def view_while_an_index_moves(x):
    a = x * np.arange(1.0, 5.0)
    i = 0
    while i < 3:
        r = a[i:i + 2]
        i += 1
        r[0] *= x
        r[1] *= r[0]
    return np.sum(a) * a[1]


def view_by_a_position_that_changes(x):
    a = x * np.arange(1.0, 7.0).reshape(3, 2)
    at = [0]
    for _ in range(2):
        row = a[at[0]]
        at[0] += 1
        row *= x
    return a[0, 1] * a[1, 0] * a[2, 0]


def element_with_two_names(x):
    rows = [x * np.ones(2), x * x * np.ones(2)]
    r = rows[0]
    r[0] *= x
    return np.sum(rows[0]) * r[1] * rows[1][1]


def attribute_with_two_names(x):
    class Box:
        pass
    box = Box()
    box.v = x * np.ones(2)
    r = box.v
    r[0] *= x
    return np.sum(box.v) * r[1] * np.sum(box.v * box.v)


def element_replaced_under_a_view(x):
    rows = [x * np.ones(2), x * x * np.ones(2)]
    r = rows[0]
    rows[0] = np.ones(2) * x ** 3
    r[0] *= x
    return np.sum(rows[0]) * r[0] * rows[1][1]


def element_moved_under_a_view(x):
    rows = [x * np.ones(2), x * x * np.ones(2)]
    r = rows[0]
    rows.insert(0, np.ones(2) * x ** 3)
    r[0] *= x
    return np.sum(rows[0]) * r[0] * rows[1][1]


def elements_reversed_under_a_view(x):
    rows = [x * np.ones(2), x * x * np.ones(2)]
    r = rows[0]
    rows.reverse()
    r[0] *= x
    return np.sum(rows[0]) * r[0] * rows[1][1]


def element_from_the_end(x):
    rows = [x * np.ones(2), x * x * np.ones(2)]
    r = rows[-1]
    rows.append(np.ones(2) * x ** 3)
    r[0] *= x
    return np.sum(rows[0]) * r[0] * rows[1][1]


def element_deleted_under_a_view(x):
    rows = [x * np.ones(2), x * x * np.ones(2)]
    r = rows[1]
    del rows[0]
    r[0] *= x
    return np.sum(rows[0]) * r[0]


def entry_replaced_under_a_view(x):
    table = {"v": x * np.ones(2)}
    r = table["v"]
    table["v"] = np.ones(2) * x ** 3
    r *= x
    return np.sum(table["v"]) * r[0]


def view_that_outlives_its_loop(x):
    rows = [x * np.ones(2), x * x * np.ones(2)]
    for r in rows:
        r[0] *= x
    return np.sum(rows[0]) * r[0] * r[1]


def view_that_outlives_its_branch(x):
    a = x * np.ones((2, 2))
    if x > 0:
        r = a[0]
        r *= x
    return np.sum(a) * r[0]


def entry_replaced_in_a_loop(x):
    table = {"v": x * np.ones(3)}
    table["v"][2] = x * x
    for _ in range(2):
        table["v"] = np.full(3, x) * table["v"][1]
        table["v"][1] *= x
    return np.sum(table["v"])


def row_replaced_in_a_loop(x):
    rows = [x * np.ones(2), x * x * np.ones(2)]
    for i in KEYS:
        rows[i][1] *= x
        rows[i] = rows[i] * 2.0 + rows[i - 1]
        rows[i][0] = x
    return rows[0][1] * np.sum(rows[1])


def attribute_replaced_in_a_loop(x):
    class Box:
        pass
    box = Box()
    box.v = x * np.ones(2)
    for _ in range(2):
        box.v[0] *= x
        box.v = box.v * x
        box.v[1] += x
    return np.sum(box.v)


def popped_twice_into_one_name(x):
    xs, q, y = [x, x * x, x ** 3], x, 0.0
    y = sum(v * v for v in xs)
    for _ in range(2):
        q = xs.pop()
    return y * q + sum(v * v for v in xs)


def bound_twice_at_once(x):
    a, b = x * np.ones(2), x * x * np.ones(2)
    b, b = b, a
    b *= x
    return np.sum(b) + np.sum(a * a)


def bound_twice_to_one(x):
    a, b = x * np.ones(4), x * x * np.ones(4)
    b, a = a, a
    a += np.array([x, 1.0, 2.0, x])
    b = np.concatenate([a[2:], b[:2]])
    return np.sum(a * b)


def grown_slice_of_a_list(x):
    xs = [x, x, x]
    k = int(x)
    xs[k:k + 1] = [x, x * x, x]
    xs[0] = xs[2] * xs[3] + xs[-1] * xs[1]
    return sum(xs)


def slice_of_a_list_of_lists(x):
    rows = [[x, x], [x]]
    rows[0][1:] = [x * x, x * x]
    rows[0][2] = rows[1][0] * rows[0][1]
    return rows[0][0] + rows[0][2]


def slices_in_a_loop(x):
    xs = [x, x, x]
    for i in range(3):
        xs[i:i + 1] = [xs[i] * x, xs[i + 1]]
    return sum(xs)


def combinations_by_keyword(x):
    y = 0.0
    for a, b in itertools.combinations([x, 2.0, x * x], r=2):
        y = y + a * b
    return y


def pairs_of_parts(x):
    bodies = [[x, 1.0], [2.0, x * x], [0.5, x]]
    pairs = [(bodies[i], bodies[j]) for i in range(3) for j in range(i + 1, 3)]
    for one, two in pairs:
        one[1] += one[0] - two[0]
        two[1] -= one[1] * two[0]
    for body in bodies:
        body[0] += body[1]
    return bodies[0][0] * bodies[1][0] * bodies[2][0]


def kept_function_of_a_variable_bound_later(x):
    steps = []

    def step(v):
        return v * w
    steps.append(step)
    w = x * x
    return steps[0](x)


def kept_function_of_a_variable_bound_again(x):
    def power(v, k):
        return v if k == 0 else power(v * y, k - 1)
    y = x
    steps = []
    steps.append(power)
    y = y * 2
    return sum(step(x, 2) for step in steps)


PROGRAMS = [
    pairs_of_parts,
    kept_function_of_a_variable_bound_later,
    kept_function_of_a_variable_bound_again,
    swapped_positions,
    swapped_positions_in_an_array,
    position_after_its_index,
    swapped_by_a_callee,
    view_while_an_index_moves,
    view_by_a_position_that_changes,
    element_with_two_names,
    attribute_with_two_names,
    element_replaced_under_a_view,
    element_moved_under_a_view,
    elements_reversed_under_a_view,
    element_from_the_end,
    element_deleted_under_a_view,
    entry_replaced_under_a_view,
    view_that_outlives_its_loop,
    view_that_outlives_its_branch,
    entry_replaced_in_a_loop,
    row_replaced_in_a_loop,
    attribute_replaced_in_a_loop,
    popped_twice_into_one_name,
    bound_twice_at_once,
    bound_twice_to_one,
    grown_slice_of_a_list,
    slice_of_a_list_of_lists,
    slices_in_a_loop,
    combinations_by_keyword,
]
