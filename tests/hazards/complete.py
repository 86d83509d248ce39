"""What is given a second name once it is complete, ``x = new``, and what is written after all: right, or refused."""
import numpy as np


def set_after_it_is_named(x):
    y = np.array([x, 2.0])
    for _ in range(2):
        new = np.zeros(2)
        new[:] = y * x
        y = new
        new[0] = x * x
    return y[0] * y[1] + new[0]


def set_through_the_second_name(x):
    y = np.array([x, 2.0])
    for _ in range(2):
        new = np.zeros(2)
        new[0] = y[0] * x
        y = new
        y[1] = x * x
    return np.sum(y * y * new)


def rows_set_after_the_list_is_named(x):
    ys = [np.array([x, 2.0])]
    for _ in range(2):
        row = ys[0] * x
        new = []
        new.append(row)
        ys = new
        row[0] = x
    return np.sum(ys[0] ** 2) + np.sum(new[0])


def row_updated_after_the_list_is_named(x):
    ys = [np.array([x, 2.0])]
    for _ in range(2):
        row = ys[0] * x
        new = []
        new.append(row)
        ys = new
        row *= x
    return np.sum(ys[0] ** 2) + np.sum(new[0])


def row_kept_and_updated(x):
    ys = [np.array([x, 2.0])]
    for _ in range(2):
        new = []
        new.append(ys[0])
        new[0] += x
        ys = new
    return np.sum(ys[0] ** 2) + np.sum(new[0])


def part_updated(x):
    y = np.array([[x, 2.0]])
    for _ in range(2):
        new = np.zeros((1, 2))
        new[0] = y[0] * x
        y = new
        part = y[0]
        part += x
    return np.sum(y ** 2) + np.sum(new)


def kept_in_a_list_and_set(x):
    y = np.array([x, 2.0])
    kept = []
    for _ in range(3):
        new = np.zeros(2)
        new[:] = y * x
        y = new
        kept.append(y)
        kept[0][0] = x * x
    return np.sum(y ** 2) + np.sum(new * kept[0]) + np.sum(kept[1])


def kept_itself_and_set(x):
    y = np.array([x, 2.0])
    kept = []
    for _ in range(3):
        new = np.zeros(2)
        new[:] = y * x
        kept.append(new)
        y = new
        kept[-1][0] *= x
    return np.sum(y ** 2) + np.sum(new)


def named_in_one_branch(x):
    y = np.array([x, 2.0])
    new = np.zeros(2)
    for i in range(4):
        if i % 2:
            y = new
        else:
            new = np.zeros(2)
        new[0] = y[1] * x + 1.0
        new[1] = y[0]
    return np.sum(y ** 2) + new[0]


def one_buffer(x):
    y = np.array([x, 2.0])
    new = np.zeros(2)
    for _ in range(3):
        for i in range(2):
            new[i] = y[1 - i] * x
        y = new
    return np.sum(y ** 2) + new[0]


def filled_by_a_callee(x):
    y = np.array([x, 2.0])
    for _ in range(3):
        new = np.zeros(2)
        _fill(new, y, x)
        y = new
        _fill(new, y, x)
    return np.sum(y ** 2) + new[0]


def _fill(out, y, x):
    out[0] = y[1] * x
    out[1] = y[0] + x


def cleared_list(x):
    ys = [x, 2.0]
    new = []
    for _ in range(2):
        new = []
        for v in ys:
            new.append(v * x)
        ys = new
        new.clear()
        new.append(x)
    return sum(ys) + len(new)


def taken_from_the_stack_and_set(x):
    y = np.array([x, 2.0])
    kept = []
    for _ in range(2):
        new = np.zeros(2)
        new[:] = y * x
        y = new
        kept.append((y, 1))
    y = kept.pop()[0]
    y[0] = x
    return np.sum(new ** 2) + np.sum(y)


PROGRAMS = [set_after_it_is_named, set_through_the_second_name, rows_set_after_the_list_is_named,
            row_updated_after_the_list_is_named, row_kept_and_updated, part_updated, kept_in_a_list_and_set, kept_itself_and_set,
            named_in_one_branch, one_buffer, filled_by_a_callee, cleared_list, taken_from_the_stack_and_set]
