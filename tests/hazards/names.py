"""Arrays and lists that are changed under one of several names, or in one of several places that hold them."""
import collections
import types
from typing import NamedTuple

import numpy as np


class Pair(NamedTuple):
    first: object
    second: object


def rows_of_zeros(k):
    a = np.zeros((2, 2))
    for row in a:
        row += k
    return np.sum(a)


def row_under_two_names(k):
    a = np.zeros((2, 2))
    row = a[0]
    row += k
    b = row
    b *= k
    return np.sum(a)


def list_under_two_names(k):
    a = [1.0, 2.0]
    b = a
    b += [k]
    return sum(a)


def three_names(k):
    a = np.ones(2)
    b = c = a
    b *= k
    c += b
    return np.sum(a)


def entry_of_a_dict(k):
    a = np.ones(3)
    d = {"a": a}
    d["a"] += k
    return np.sum(a)


def element_of_a_list(k):
    a = np.ones(3)
    l = [a, 2.0]  # noqa: E741
    l[0] *= k
    return np.sum(a)


def changed_by_a_nested_function(k):
    a = np.ones(3)
    def g(z):
        z += k
    g(a)
    return np.sum(a)


def changed_and_returned(k):
    a = np.ones(3)
    def g(z):
        y = z
        y *= k
        return y
    b = g(a)
    return np.sum(a) + np.sum(b)


def tail_of_ones(k):
    a = np.ones(3)
    v = a[1:]
    w = v
    w -= k ** 2
    return a[2] * 3


def row_in_a_loop(k):
    a = np.ones((2, 3))
    for i in range(2):
        v = a[i]
        v *= k * (i + 1)
    return np.sum(a)


def one_of_two(k):
    a = np.zeros(3)
    b = a if k > 0 else np.ones(3)
    b += k
    return np.sum(a)


def each_of_two(k):
    a = np.zeros(3)
    for b in (a, np.ones(3)):
        b += k
    return np.sum(a)


def asarray_of_zeros(k):
    a = np.zeros(3)
    b = np.asarray(a)
    b += k
    return np.sum(a)


def column_of_zeros(k):
    a = np.zeros((3, 3))
    b = a.T[0]
    b += k
    return a[1, 0]


def exchanged_buffers(k):
    a, b = np.zeros(3), np.zeros(3)
    for _ in range(3):
        a += k
        a, b = b, a
    return np.sum(a * 2 + b)


def out_under_two_names(k):
    a = np.zeros(3)
    np.add(a, k, out=a)
    c = a
    np.multiply(c, k, out=c)
    return np.sum(a)


def filled_under_two_names(k):
    a = np.zeros(3)
    b = a
    b.fill(k)
    return np.sum(a)


def until_it_is_large(k):
    a = np.zeros(3)
    c = a
    while True:
        c += k
        if c[0] > 1: break  # noqa: E701
    return np.sum(a)


def named_in_an_attempt(k):
    a = np.zeros(3)
    try:
        b = a
        b += k
    except ValueError:
        pass
    return np.sum(a)


def given_by_a_lambda(k):
    a = np.zeros(3)
    f = lambda: a  # noqa: E731
    b = f()
    b += k
    return np.sum(a)


def named_by_a_walrus(k):
    a = np.zeros(3)
    (b := a)
    b += k
    return np.sum(a)


def named_with_another(k):
    a = np.zeros(3)
    b, c = a, 1.0
    b += k * c
    return np.sum(a)


def named_by_a_list(k):
    a = np.zeros(3)
    b, c = (a, 1.0)
    [d, e] = [b, c]  # noqa: F841
    d += k * c
    return np.sum(a)


def taken_out_of_a_tuple(k):
    a = np.zeros(3)
    b = (a, 2)[0]
    b += k
    return np.sum(a)


def name_bound_anew(k):
    x = np.ones(3)
    x0 = x
    x = x + k
    x0 += k * 2
    return np.sum(x) + np.sum(x0)


def one_array_in_two_fields(k):
    x = np.ones(3) * k
    s = Pair(x, x)
    s.second[0] *= k
    return np.sum(s.first ** 2) + 0.0 * len(s)


def array_in_a_record(k):
    x = np.ones(3) * k
    s = Pair(x, 1.0)
    x[0] = k ** 2
    return np.sum(s.first ** 2) + 0.0 * len(s)


def list_of_a_tuple(k):
    x = np.ones(3) * k
    d = list((x, 2.0))  # noqa: C410
    x[0] = k ** 2
    return np.sum(d[0] ** 2) + np.sum(x)


def deque_of_a_list(k):
    x = np.ones(3) * k
    d = collections.deque([x])
    x[0] = k ** 2
    return np.sum(d[0] ** 2) + np.sum(x)


def array_in_a_namespace(k):
    x = np.ones(3) * k
    d = types.SimpleNamespace(a=x)
    x[0] = k ** 2
    return np.sum(d.a ** 2) + np.sum(x)


def array_in_a_joined_list(k):
    x = np.ones(3) * k
    d = [x] + [k * np.ones(3)]
    x[0] = k ** 2
    return np.sum(d[0] ** 2) + np.sum(x)


def array_in_an_updated_dict(k):
    x = np.ones(3) * k
    d = {}
    d.update(a=x)
    x[0] = k ** 2
    return np.sum(d['a'] ** 2) + np.sum(x)


def array_as_a_default(k):
    x = np.ones(3) * k
    d = {}
    y = d.setdefault('a', x)
    x[0] = k ** 2
    return np.sum(d['a'] ** 2) + np.sum(y)


def array_that_extends_a_list(k):
    x = np.ones(3) * k
    d = [x]
    d.extend([x])
    d[1][0] = k ** 2
    return np.sum(d[0] ** 2) + np.sum(x)


def array_in_a_dict_of_pairs(k):
    x = np.ones(3) * k
    d = dict([('a', x)])  # noqa: C406
    x[0] = k ** 2
    return np.sum(d['a'] ** 2) + np.sum(x)


def array_in_a_slice_of_a_list(k):
    x = np.ones(3) * k
    d = [1.0, 2.0]
    d[0:1] = [x]
    x[0] = k ** 2
    return np.sum(d[0] ** 2) + np.sum(x)


def tuple_of_a_list(k):
    x = np.ones(3) * k
    d = tuple([x, 1.0])  # noqa: C409
    x[0] = k ** 2
    return np.sum(d[0] ** 2) + np.sum(x)


def array_twice_in_a_list(k):
    x = np.ones(3) * k
    d = [x for _ in range(2)]
    d[0][0] = k ** 2
    return np.sum(d[1] ** 2) + np.sum(x)


def array_in_a_replaced_field(k):
    x = np.ones(3) * k
    s = Pair(np.ones(3), 1.0)
    s = s._replace(first=x)
    x[0] = k ** 2
    return np.sum(s.first ** 2) + 0.0 * len(s)


def array_unpacked_from_a_record(k):
    x = np.ones(3) * k
    s = Pair(x, 1.0)
    y, _ = s
    y[0] = k ** 2
    return np.sum(s.first ** 2) + 0.0 * len(s)


def zeros_under_two_names(k):
    by = 0.4
    t = np.array([1.0, 2.0])
    x = t * k
    bx = np.zeros_like(x)
    bs = bx
    bs += by * 2 * x
    bt = np.copy(bs[1])
    bs[1] = 0.0
    bt2 = np.copy(bx[0])
    bx[0] = 0.0
    return bt * 3 + bt2 * k + np.sum(bx * t)


def part_of_a_part_of_a_name_bound_anew(k):
    a = np.outer(np.arange(1.0, 4.0), np.ones(2)) * k
    t = a[1:]
    row = t[0]
    for _ in range(2):
        a = a * 1.5
        row *= k
    return np.sum(a) + np.sum(row)


def part_of_a_part_bound_anew_in_a_branch(k):
    a = np.outer(np.arange(1.0, 4.0), np.ones(2)) * k
    t = a[1:]
    row = t[0]
    if k > 0.5:
        a = a * 1.5
    row *= k
    return np.sum(a) + np.sum(row)


def part_of_a_name_that_a_loop_binds(k):
    a = np.ones((3, 2)) * k
    row = a[1]
    for a in (np.ones((3, 2)), np.full((3, 2), k)):
        row *= k
        row += a[0]
    return np.sum(a) + np.sum(row)


def part_of_a_part_from_a_list_of_positions(k):
    at = [1, 2]
    a = np.outer(np.arange(1.0, 4.0), np.ones(2)) * k
    t = a[at[0]:]
    row = t[0]
    at[0] = 2
    row *= k
    return np.sum(a * a) + np.sum(row)


PROGRAMS = [
    rows_of_zeros,
    row_under_two_names,
    list_under_two_names,
    three_names,
    entry_of_a_dict,
    element_of_a_list,
    changed_by_a_nested_function,
    changed_and_returned,
    tail_of_ones,
    row_in_a_loop,
    one_of_two,
    each_of_two,
    asarray_of_zeros,
    column_of_zeros,
    exchanged_buffers,
    out_under_two_names,
    filled_under_two_names,
    until_it_is_large,
    named_in_an_attempt,
    given_by_a_lambda,
    named_by_a_walrus,
    named_with_another,
    named_by_a_list,
    taken_out_of_a_tuple,
    name_bound_anew,
    one_array_in_two_fields,
    array_in_a_record,
    list_of_a_tuple,
    deque_of_a_list,
    array_in_a_namespace,
    array_in_a_joined_list,
    array_in_an_updated_dict,
    array_as_a_default,
    array_that_extends_a_list,
    array_in_a_dict_of_pairs,
    array_in_a_slice_of_a_list,
    tuple_of_a_list,
    array_twice_in_a_list,
    array_in_a_replaced_field,
    array_unpacked_from_a_record,
    zeros_under_two_names,
    part_of_a_part_of_a_name_bound_anew,
    part_of_a_part_bound_anew_in_a_branch,
    part_of_a_name_that_a_loop_binds,
    part_of_a_part_from_a_list_of_positions,
]
