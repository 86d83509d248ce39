"""Arrays with two names: one of a list, a choice or a function gives the other, and both are changed.

The arguments are told by their names: `a` and `b` are arrays, `m` is a matrix, `rows` a list of arrays, `d` a dict, and `p` and
`k` are numbers.
"""
import collections
import functools
import operator

import numpy as np

WEIGHTS = np.arange(1.0, 5.0)


class Box:
    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v

    def raised(self, p):
        self.v[0] += p
        return self


def same(u):
    return u


def larger(u, v):
    return u if u[0] > v[0] else v


def joined_lists(a, rows):
    both = rows[1:] + [a[1:]]
    row = rows[1]
    row *= a
    return np.sum(both[0]) * a[0]


def joined_copies(a, rows):
    both = list(rows[1:]) + [a * 2.0]
    rows[1][0] = a[1]
    return np.sum(both[0]) * np.sum(both[2])


def lists_joined_where_they_are_made(a, b, p):
    both = [a] + [b]
    both[0][1] = p
    return np.sum(a * b)


def lists_of_lists_joined(a, b, p):
    both = sum([[a], [b]], [])
    both[0][1] = p
    return np.sum(a * b)


def unpacked_dict(b, d):
    d = {**d, "u": 2.0}
    d["v"][2] = b[1]
    return np.sum(d["v"])


def copied_dict(b, d):
    e = dict(d)
    for k in range(2):
        e["v"][2] = b[k]
    return np.sum(d["v"] ** 2)


def named_by_unpacking(a, b, m):
    row = m.T[0]
    b, a = row, b
    b[1:-1] += np.sum(a)
    return np.sum(b * a)


def as_a_matrix(a, rows, p):
    np.copyto(a[1:], p)
    rows.append(np.atleast_2d(a)[0])
    return np.sum(rows[-1]) * p


def columns_in_a_comprehension(m, p):
    m = m * 1.0
    columns = [m[:, j] for j in range(4)]
    columns[1] += columns[0] * p
    m[0] *= 2.0
    return np.sum(columns[1] * columns[2])


def largest_of_two(a, b, p):
    best = max([a, b], key=lambda v: v[0])
    best[1] = p
    return np.sum(a * b)


def first_of_two(a, b, p):
    best = next(v for v in [a, b] if v[0] > -5.0)
    best[1] = p
    return np.sum(a * b)


def taken_by_a_function(a, b, p):
    v = operator.itemgetter(1)([a, b])
    v[1] = p
    return np.sum(a * b)


def made_by_a_dict(a, b, p):
    table = collections.defaultdict(lambda: a)
    table["x"][1] = p
    return np.sum(a * b)


def in_an_array_of_objects(a, b, p):
    both = np.empty(2, dtype=object)
    both[0] = a
    both[0][1] = p
    return np.sum(a * b)


def without_nan(a, p):
    v = np.nan_to_num(a, copy=False)
    v[1] = p
    return np.sum(a * a)


def walked_and_written(m, p):
    for v in np.nditer(m, op_flags=["readwrite"]):
        v[...] = v * 2.0
    return np.sum(m) * p


def written_where_it_is_given(a, b, p):
    same(a)[3] += p
    same(b)[1] = p * a[0]
    same(b)[::2].sort()
    return np.sum(a * b * WEIGHTS)


def list_where_it_is_given(rows, p):
    same(rows).append(p * rows[0])
    same(rows)[0][1] = p
    return np.sum(rows[-1]) * rows[0][1]


def written_where_it_is_chosen(a, b, p, k):
    (a if k > 1 else b)[1] = p
    (a if k > 5 else b)[2:] *= p
    larger(a, b)[0] = 3.0
    return np.sum(a * b * WEIGHTS)


def written_where_a_closure_gives_it(a, p):
    def give():
        return a[1:]
    give()[1] += p
    (lambda: a)()[0] = 3.0
    return np.sum(a * a)


def written_where_a_lambda_gives_it(a, p):
    (lambda: a)()[1] = 3.0
    return p * a[1]


def written_where_a_method_gives_it(a, p):
    box = Box(a)
    box.get()[1] = p
    box.raised(1.0).v[2] = 2.0
    return box.v[1] * np.sum(a)


def evaluated_in_order(a, p):
    calls = []

    def give():
        calls.append(1.0)
        return a
    give()[1] = len(calls) * p
    return p * a[1] * len(calls)


def resized(rows, a, p):
    rows[1:] = [a, a * p, a]
    return p * np.sum(rows[0]) * rows[1][0]


def partial_that_writes(a, b, p):
    functools.partial(np.copyto, a)(b * p)
    return np.sum(a * b)


def keys_in_order(d, p):
    total = 0.0
    for k in {0: p, 1: 2.0, 2: 3.0}:
        total = total + k * k * p
    return total * d["u"]


PROGRAMS = [f for f in list(vars().values()) if callable(f) and getattr(f, "__module__", "") == __name__
            and f not in (Box, same, larger)]
