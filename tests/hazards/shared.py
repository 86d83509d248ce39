"""Arrays with two names: one of a list, a choice or a function gives the other, and both are changed.

The arguments are told by their names: `a` and `b` are arrays, `m` is a matrix, `rows` a list of arrays, `d` a dict, `o` an
object, and `p` and `k` are numbers.
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


class Pair:
    def __init__(self, u, w):
        self.u = u
        self.w = w

    def second(self):
        return self.w

    def renew(self, w):
        self.w = w
        self.w[0] = 0.3


def updated(u, p):
    u[1] *= p
    return u


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


def put_back_into_its_entry(d, p):
    d["v"] = updated(d["v"], p)
    return np.sum(d["v"] ** 2 * WEIGHTS)


def put_back_into_its_place(rows, p):
    rows[1] = updated(rows[1], p)
    return np.sum(rows[1] ** 2 * WEIGHTS)


def put_back_into_its_attribute(o: Pair, p):
    o.w[0] += p
    o.w = np.asarray(o.w)
    return np.sum(o.w ** 2 * WEIGHTS)


def put_back_beside_another(o: Pair, p):
    o.w[0] *= p
    o.w, o.u = o.w, o.u
    return np.sum(o.w ** 2 * WEIGHTS) * np.sum(o.u)


def put_back_in_a_branch(d, p):
    t = updated(d["v"], p)
    if p > 0:
        d["v"] = t
    return np.sum(d["v"] ** 2 * WEIGHTS)


def put_back_by_a_variable_key(d, p):
    t = updated(d["v"], p)
    for k in ("v",):
        d[k] = t
    return np.sum(d["v"] ** 2 * WEIGHTS)


def put_back_and_used_under_its_name(d, p):
    t = updated(d["v"], p)
    d["v"] = t
    return np.sum(t ** 2 * WEIGHTS) * np.sum(d["v"])


def exchanged_and_made_anew(a, b, m):
    for _ in range(3):
        b, a = a, b
        b = m @ b * 0.3
        b[:2] = a[2:]
    return np.sum(a ** 2 * WEIGHTS)


def kept_where_a_method_gives_it(o, p):
    o.u = o.second()
    o.u += p
    return np.sum(o.w ** 2)


def kept_in_turn_where_a_method_gives_it(o, b):
    for _ in range(2):
        o.u[1] += b[0]
        o.u = o.second()
    return np.sum(o.w ** 2)


def walked_while_its_holder_gets_another(o, b):
    total = 0.0
    for i, x in enumerate(o.w):
        total += x * o.w[1] * i
        o.renew(b * 2.0)
    return total


def walked_while_it_grows_and_is_replaced(a, b):
    o = Pair(list(a * b), 1.0)
    total = 0.0
    for k, x in enumerate(o.u):
        total += x * o.u[0] * k
        if k < 3:
            o.u.append(x * b[1])
            o.u = [x * b[2]]
    return total


def named_and_bound_anew_in_a_branch(a, b, p):
    w = a * b
    w[1] = p * w[0]
    x = w
    if p > 0:
        w = x.copy()
    return np.sum(w ** 2)


def viewed_and_bound_anew_in_a_block(a, b, p):
    w = a * b
    w[1] = p * w[0]
    x = w[:]
    try:
        y = x[1:]
        w = y * p
    finally:
        p = p * 2.0
    return np.sum(w ** 2) * p


def held_by_an_object_and_bound_anew_in_a_loop(a, b):
    o = Pair(a, b)
    a[1] = o.u[0] * b[3]
    for k in range(2):
        if k:
            a = a[-1] * b
    return np.sum(b ** 2) + np.sum(o.u ** 2)


def part_of_a_list_of_its_elements(a, p):
    queue = collections.deque(a)
    a[-1] += a[3]
    return np.sum(np.array(list(queue)[:2])) * p + np.sum(a ** 2)


def part_of_its_elements_and_another(a, p):
    elements = list(a)
    a[-1] += a[3]
    return np.sum(np.array([*elements[:2], p]) * 2.0) + np.sum(a ** 2)


def joined_to_a_part_of_its_elements(a, p):
    elements = list(a)
    a[-1] += a[3]
    return np.sum(np.array(elements[:2] + [p])) + np.sum(a ** 2)


PROGRAMS = [f for f in list(vars().values()) if callable(f) and getattr(f, "__module__", "") == __name__
            and f not in (Box, Pair, same, larger, updated)]
