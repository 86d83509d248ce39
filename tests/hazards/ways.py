"""What is written on a roundabout way: through views that a call gives, copies of containers, functions in variables."""
import collections
import copy
import enum
import functools

import numpy as np


class Box:
    def __init__(self):
        self.x = 1.0


def dict_under_two_names(k):
    d = {}
    e = d
    e['a'] = k
    return d['a'] ** 2


def list_that_grows_under_another_name(k):
    items = []
    m = items
    m.append(k)
    return items[0] ** 2


def list_in_a_dict(k):
    d = {'l': []}
    d['l'].append(k)
    m = d['l']
    m.append(k * 2)
    return d['l'][0] * d['l'][1]


def lists_in_a_list(k):
    rows = [[], []]
    for i, r in enumerate(rows):
        r.append(k * i)
    return rows[1][0] ** 2


def rows_of_two_arrays(k):
    a = np.zeros((2, 2))
    b = np.ones((2, 2))
    for u, v in zip(a, b):
        u += v * k
    return np.sum(a ** 2)


def values_of_a_dict(k):
    d = {'a': np.zeros(2), 'b': np.ones(2)}
    for v in d.values():
        v += k
    return np.sum(d['a'] * d['b'])


def through_flat(k):
    a = np.zeros(3)
    a.flat[0] = k
    return a[0] ** 2


def row_of_a_transpose(k):
    a = np.zeros((2, 2))
    a.T[0] += k
    return np.sum(a ** 2)


def through_ravel(k):
    a = np.zeros((2, 2))
    a.ravel()[1] = k
    return np.sum(a ** 2)


def through_a_call_of_ravel(k):
    a = np.zeros((2, 2))
    np.ravel(a)[0] += k
    return np.sum(a ** 2)


def through_reshape(k):
    a = np.ones(4)
    a.reshape(2, 2)[0, 0] *= k
    return np.sum(a ** 2)


def through_steps_and_new_axes(k):
    a = np.ones(4)
    a[::2] *= k
    a[None][0, 1] += k
    return np.sum(a ** 2)


def through_atleast_2d(k):
    a = np.ones(4)
    np.atleast_2d(a)[0, 0] = k
    return np.sum(a ** 2)


def through_squeeze(k):
    a = np.ones((1, 4))
    np.squeeze(a)[2] = k
    return np.sum(a ** 2)


def through_view(k):
    a = np.ones(4)
    a.view()[0] = k
    return np.sum(a ** 2)


def part_of_a_split(k):
    a = np.ones(4)
    parts = np.split(a, 2)
    parts[0] += k
    return np.sum(a ** 2)


def parts_of_a_split(k):
    a = np.ones(4)
    for q in np.array_split(a, 3):
        q *= k
    return np.sum(a ** 2)


def two_halves(k):
    a = np.ones(4)
    u, v = a[:2], a[2:]
    u += k
    v *= k
    return np.sum(a ** 2)


def two_rows(k):
    a = np.ones((2, 3))
    u, v = a
    u *= k
    return np.sum(a ** 2)


def imaginary_parts(k):
    z = np.zeros(2, complex)
    z.real[:] = k
    z.imag += k ** 2
    return np.sum(np.abs(z) ** 2)


def through_swapaxes(k):
    a = np.zeros(3)
    np.swapaxes(a.reshape(1, 3), 0, 1)[1, 0] = k
    return a[1] ** 2


def through_a_memoryview(k):
    a = np.zeros(3)
    v = memoryview(a)
    v[0] = k
    return a[0] ** 2


def array_in_a_deque(k):
    a = np.zeros(3)
    q = collections.deque([a])
    q[0][0] = k
    return q[0][0] ** 2


def elements_of_a_copied_list(k):
    xs = [np.zeros(2) for _ in range(2)]
    ys = list(xs)
    ys[0][0] = k
    return xs[0][0] ** 2


def lists_in_a_copied_list(k):
    xs = [[0.0], [0.0]]
    ys = xs.copy()
    ys[0][0] = k
    return xs[0][0] ** 2


def lists_in_a_deep_copy(k):
    xs = [[0.0], [0.0]]
    ys = copy.deepcopy(xs)
    ys[0][0] = k
    return xs[0][0] + ys[0][0] ** 2


def list_in_a_copied_dict(k):
    d = {'a': [0.0]}
    e = dict(d)
    e['a'][0] = k
    return d['a'][0] ** 2


def list_in_an_unpacked_dict(k):
    d = {'a': [0.0]}
    e = {**d}
    e['a'].append(k)
    return d['a'][1] ** 2


def one_object_twice(k):
    o = Box()
    items = [o, o]
    items[0].x = k
    return items[1].x ** 2


def object_in_a_dict(k):
    o = Box()
    d = {'o': o}
    d['o'].x *= k
    return o.x ** 2


def setter_that_a_function_makes(k):
    a = np.zeros(3)
    def setter(i):
        def s(v):
            a[i] = v
        return s
    s = setter(1)
    s(k)
    return a[1] ** 2


def partial_with_out(k):
    a = np.zeros(3)
    f = functools.partial(np.multiply, out=a)
    f(np.ones(3), k)
    return np.sum(a ** 2)


def method_in_a_variable(k):
    a = np.zeros(3)
    f = a.fill
    f(k)
    return np.sum(a ** 2)


def append_in_a_variable(k):
    items = []
    f = items.append
    f(k)
    f(2 * k)
    return items[0] * items[1]


def comprehension_for_its_effect(k):
    a = np.zeros(3)
    [a.__setitem__(i, k * i) for i in range(3)]
    return np.sum(a ** 2)


def copyto_under_three_names(k):
    a = np.zeros(3)
    b = a
    c = b
    np.copyto(c, k)
    return np.sum(a ** 2)


def add_at_under_another_name(k):
    a = np.zeros(3)
    b = a
    np.add.at(b, [0, 0], k)
    return np.sum(a ** 2)


def diagonal_of_a_corner(k):
    a = np.zeros((3, 3))
    np.fill_diagonal(a[:2, :2], k)
    return np.sum(a ** 2)


def view_that_einsum_gives(k):
    a = np.zeros((3, 3))
    np.einsum('ii->i', a)[:] = k
    return np.sum(a ** 2)


def view_of_what_is_bound_anew(k):
    a = np.zeros(3)
    b = a[1:]
    a = a + 1
    b += k
    return np.sum(a ** 2) + np.sum(b)


def two_elements_at_once(k):
    a = [0.0, 0.0]
    b = a
    b[0], b[1] = k, k ** 2
    return a[0] * a[1]


def chained_names(k):
    x = y = np.zeros(2)
    x += k
    return np.sum(y ** 2)


def default_of_a_nested_function(k):
    x = np.zeros(2)
    def f(v=x):
        v += k
    f()
    return np.sum(x ** 2)


def view_of_a_view_of_a_view(k):
    a = np.zeros(4)
    b = a.reshape(2, 2).T
    b[0] = k
    c = b[0][1:]
    c *= 2
    return np.sum(a ** 2)


def broadcast_before_a_change(k):
    a = np.zeros(4)
    b = np.broadcast_to(a, (2, 4))
    a += k
    return np.sum(b ** 2)


def next_of_an_iterator(k):
    a = np.zeros(4)
    it = iter([a])
    b = next(it)
    b += k
    return np.sum(a ** 2)


class Kind(enum.Enum):
    LINEAR = 1
    SQUARE = 2


def table_that_is_called_at_once(k):
    return sum({Kind.LINEAR: lambda z: z * k, Kind.SQUARE: lambda z: z ** 2}[kind](0.3) for kind in Kind)


def effect_of_a_dict_comprehension(k):
    seen = []
    {i: seen.append(k ** i) for i in range(3)}
    return sum(seen)


def pair_that_is_put_aside(k):
    x = np.ones(2) * k
    stack = []
    pair = (x, k)
    stack.append(pair)
    x *= k
    back = stack.pop()
    y = back[0]
    return np.sum(y ** 2 * x) * back[1]


PROGRAMS = [
    pair_that_is_put_aside,
    table_that_is_called_at_once,
    effect_of_a_dict_comprehension,
    dict_under_two_names,
    list_that_grows_under_another_name,
    list_in_a_dict,
    lists_in_a_list,
    rows_of_two_arrays,
    values_of_a_dict,
    through_flat,
    row_of_a_transpose,
    through_ravel,
    through_a_call_of_ravel,
    through_reshape,
    through_steps_and_new_axes,
    through_atleast_2d,
    through_squeeze,
    through_view,
    part_of_a_split,
    parts_of_a_split,
    two_halves,
    two_rows,
    imaginary_parts,
    through_swapaxes,
    through_a_memoryview,
    array_in_a_deque,
    elements_of_a_copied_list,
    lists_in_a_copied_list,
    lists_in_a_deep_copy,
    list_in_a_copied_dict,
    list_in_an_unpacked_dict,
    one_object_twice,
    object_in_a_dict,
    setter_that_a_function_makes,
    partial_with_out,
    method_in_a_variable,
    append_in_a_variable,
    comprehension_for_its_effect,
    copyto_under_three_names,
    add_at_under_another_name,
    diagonal_of_a_corner,
    view_that_einsum_gives,
    view_of_what_is_bound_anew,
    two_elements_at_once,
    chained_names,
    default_of_a_nested_function,
    view_of_a_view_of_a_view,
    broadcast_before_a_change,
    next_of_an_iterator,
]
