"""Programs that are given lists of arrays, which nothing tells from arrays, and share, replace and change what they hold."""
import itertools

import numpy as np


class Box:
    def __init__(self, v, s):
        self.v = v
        self.s = s


def cooled(rows, x):
    for row in rows:
        row *= x
    return rows[0][1]


def summed(rows):
    out = 0.0
    for row in rows:
        out = out + np.sum(np.sin(row)) * 0.2
    return out


def replaced_while_in_use(rows, a):
    t = rows[0]
    rows[0] = np.ones(4) * a
    t[1] = 5.0 * a * t[0]
    return rows[0] @ rows[1] + t @ t


def replaced_by_another_position(rows, a, k=0):
    t = rows[0]
    rows[k] = np.ones(4) * a
    return rows[0] @ rows[1] + t @ t


def replaced_under_another_name(rows, a, k=0):
    r = rows
    t = rows[k]
    r[0] = np.ones(4) * a
    r[1] = t
    return rows[0] @ rows[1] + t @ t


def put_elsewhere(rows, a, k=0):
    t = rows[k]
    rows[0] = np.ones(4) * a
    rows[1] = t
    rows[1][2] = a * 2.0
    return rows[0] @ rows[1] + t @ t


def two_names_for_two_rows(rows, a):
    t = rows[0]
    u = rows[1]
    rows[0] = u
    rows[1] = t
    return rows[0] @ rows[2] + a + rows[1] @ rows[1] + rows[0][1]


def in_a_tuple_in_a_loop_that_never_runs(rows, a, n=0):
    r = rows[::-1]
    t = rows[1]
    for _ in range(n):
        held = a, t  # noqa: F841 - held in two places
        r[1] *= a
    return summed(r)


def put_into_a_list_in_a_branch(rows, a, k=1):
    if k % 2 == 0:
        held = [w[2] for w in rows][:2]  # noqa: F841 - held in two places
        rows[-1] *= a
    r = rows[::-1]
    return np.sum(r[-1] * a)


def element_of_an_unused_copy_updated(rows, a):
    r = list(rows)
    r[0] *= a
    return rows[0] @ rows[1]


def element_of_an_unused_copy_updated_and_passed(rows, a):
    r = list(rows)
    r[0] *= a
    return summed(rows)


def element_of_an_unused_shallow_copy_updated(rows, a):
    r = rows.copy()
    r[0] += a
    return rows[0] @ rows[1]


def element_of_an_unused_sum_updated(rows, a):
    r = rows + [1.0]
    r[1] += a
    return rows[0] @ rows[1]


def element_of_an_unused_copy_updated_by_a_loop(rows, a):
    r = list(rows)
    for v in r:
        v *= a
    return rows[0] @ rows[1]


def unused_copy_that_grows(rows, a):
    for v in rows:
        v += 0.1 * a
    r = list(rows)
    r.append(a * rows[0])
    return summed(rows)


def copy_that_grows(rows, a):
    rows[0] *= a
    r = list(rows)
    r.append(a * rows[1])
    return rows[0] @ rows[1] + r[2] @ r[3]


def rows_of_a_slice_updated_in_nested_loops(rows, a):
    for k, v in enumerate(rows[:3]):
        for k in range(2):
            w = rows[0]
            v += 0.1 * (a + w * a) * (k + 1.0)
    return summed(rows)


def reversed_slice(rows, a):
    r = rows[::-1]
    rows[1] = np.ones(4) * a
    return r[0] @ r[1] + rows[1] @ rows[2]


def slice_that_gets_another(rows, a):
    r = rows[::-1]
    r[-1] = np.ones(4) * a
    return rows[0] @ rows[1]


def slice_of_what_is_replaced(rows, a):
    r = rows[:2]
    rows[1] = 0.9 * a * rows[2]
    return r[0] @ r[1] + rows[2][1]


def along_a_slice(rows, a):
    for k, row in enumerate(rows[:2]):
        row *= 0.9
        rows[k + 1] = rows[0] * a
    return rows[0] @ rows[1] + rows[2][1]


def along_a_slice_of_a_queue(rows, a):
    rows.append(rows.pop(0))
    for k, row in enumerate(rows[:3]):
        row *= 0.9
        rows[k % 3] = rows[1] * a
    return rows[0] @ rows[1] + rows[2][1]


def elements_of_a_slice(rows, a):
    for row in rows[1:]:
        row *= a
        row[0] = row[1] * a
    return rows[0] @ rows[1] + rows[2][1] * rows[2][0]


def taken_out_of_a_slice(rows, a):
    r = rows[::-1]
    rows.append(r.pop(0) * a)
    return r[0] @ r[1] + rows[-1] @ rows[0]


def array_stored_and_changed(rows, a):
    b = rows[2] * a
    rows[1] = b
    b *= 0.9
    return rows[0] @ rows[1] + b[1]


def view_stored_and_changed(rows, a):
    b = rows[2] * a
    rows[1] = b[::-1]
    b *= 0.9
    return rows[0] @ rows[1] + b[1]


def number_under_three_names(rows, a):
    box = Box(rows[0], a)
    pair = a, rows[0] + 1.0
    rows[1][2] = box.s
    return pair[0] * pair[1][2] + rows[1][2]


def number_that_may_be_an_array(rows, a):
    box = Box(rows[0], a)
    pair = a, rows[0] + 1.0
    if a < 0.0:
        box.s -= 0.2
    return pair[0] * pair[1][2] + box.s


def list_and_its_copy(rows, a):
    r = list(rows)
    s = cooled(rows, a)
    return r[0] @ r[1] + r[2][1] + s


def list_and_its_slice(rows, a):
    r = rows[:]
    cooled(rows, a)
    return r[0] @ r[1] + r[2][1]


def list_and_its_shallow_copy(rows, a):
    r = rows.copy()
    cooled(rows, a)
    return r[0] @ r[1] + r[2][1]


def list_and_a_tuple_of_it(rows, a):
    r = tuple(rows)
    cooled(rows, a)
    return r[0] @ r[1]


def list_that_is_added(rows, a):
    r = []
    r.extend(rows)
    cooled(rows, a)
    return r[0] @ r[1]


def list_and_a_longer_one(rows, a):
    r = rows + [rows[0]]
    cooled(rows[:2], a)
    return r[0] @ r[1]


def list_and_its_elements(rows, a):
    u, v, w = rows
    cooled(rows, a)
    return u @ v + w[1]


def sorted_rows(rows, a):
    r = sorted(rows, key=lambda w: w[0])
    cooled(rows, a)
    return r[0] @ r[1]


def one_object_twice(rows, a):
    box = Box(rows[0].copy(), a)
    other = box
    for o in [other, box]:
        o.v, other.s = np.sin(rows[0]), o.v[0]
    return np.sum(other.v) + other.s


def rows_exchanged(rows, a):
    rows[0], rows[2] = rows[2], rows[0]
    rows[0] *= a
    rows[1] -= rows[0] * rows[2][1]
    return np.sum(rows[1]) + rows[0] @ rows[2]


def rows_exchanged_under_two_names(rows, a):
    r = rows
    rows[0], rows[1] = r[1], r[0]
    rows[-1][1] = a
    return rows[0] @ rows[2] + r[1][0]


def row_in_use_while_exchanged(rows, a):
    row = rows[0]
    rows[0], rows[1] = rows[1], rows[0]
    row[1] = a * row[0]
    return rows[0] @ rows[2] + rows[1] @ rows[1]


def numbers_and_their_slice(xs, a):
    ys = xs[::-1]
    xs[1] = 5 * a
    return ys[0] * ys[1] + xs[1]


def element_of_a_slice_updated(rows, a):
    ys = rows[:]
    ys[0] += a
    return rows[0] @ rows[1] + ys[0][1]


def element_of_a_list_updated(rows, a):
    ys = list(rows)
    ys[0] += a
    return rows[0] @ rows[1] + ys[0][1]


def element_of_a_shallow_copy_updated(rows, a):
    ys = rows.copy()
    ys[0] += a
    return rows[0] @ rows[1] + ys[0][1]


def element_of_a_new_list_updated(rows, a):
    ys = [r for r in rows if len(r)]
    ys[0] += a
    return rows[0] @ rows[1] + ys[0][1]


def element_of_a_sum_updated(rows, a):
    ys = rows + []
    ys[0] += a
    return rows[0] @ rows[1] + ys[0][1]


def element_of_a_dict_updated(rows, a):
    ys = {0: rows[0]}
    ys[0] += a
    return rows[0] @ rows[1] + ys[0][1]


def element_updated_under_a_name(rows, a):
    y = rows[0]
    y += a
    return rows[0] @ rows[1] + y[1]


def array_of_a_list_updated(rows, a):
    ys = np.asarray(rows)
    ys[0] += a
    return rows[0] @ rows[1] + ys[0][1]


def stored_from_a_list_and_updated(rows, a):
    r = [w.copy() for w in rows]
    rows[0] = r[1]
    r[1] *= a
    return rows[0] @ rows[1] + r[1][0]


def stored_from_a_list_and_changed(rows, a):
    r = [w.copy() for w in rows]
    rows[0] = r[1]
    rows[0][2] = a
    return rows[0] @ rows[1] + r[1][0] + r[1][2]


def list_and_its_copy_beside_a_slice(rows, a):
    r = list(rows)
    rows[0] *= a
    last = list(rows[2:])
    return r[0] @ r[1] + last[0][0]


def list_and_its_copy_beside_unpacking(rows, a):
    r = list(rows)
    rows[0] *= a
    first, _, *rest = rows
    return r[0] @ r[1] + first[0] * rest[0][1]


def whole_slice_reduced(rows, a):
    y = rows[:]
    y -= a
    return rows[0] @ rows[1] + y[0][0] * rows[0][0]


def whole_slice_updated(rows, a):
    y = rows[:]
    y *= 2
    return rows[0] @ rows[1] * a + y[0][0]


def whole_slices_updated_in_a_loop(rows, a):
    for _ in range(2):
        y = rows[:]
        y -= y[0] * a * 0.1
    return rows[0] @ rows[1]


def stored_twice(rows, a):
    b = np.sin(rows[2])
    rows[0] = b
    rows[1] = b
    rows[0][1] = a
    return rows[0] @ rows[1]


def stored_from_another_place(rows, a):
    rows[0] = rows[1]
    rows[0][2] = a
    return rows[0] @ rows[1]


def put_back_where_it_was(rows, a):
    rows[-1] = rows[-1]
    return rows[0] @ rows[1] * a + rows[2] @ rows[2]


def put_where_it_may_have_been(rows, a, i=1, j=1):
    rows[i] = rows[j]
    return rows[0] @ rows[1] * a + rows[2] @ rows[2]


def put_where_it_may_have_been_and_changed(rows, a, i=1, j=1):
    rows = [r * r for r in rows]
    rows[i] = rows[j]
    rows[i] *= a
    return rows[0] @ rows[1] + rows[2] @ rows[2]


def put_in_order(xs, a):
    xs.sort()
    return xs[0] * a + xs[1]


def put_in_order_and_grown(xs, a):
    xs.append(a)
    xs.sort()
    return xs[0] * a + xs[1]


def filled_anew_and_copied(xs, a):
    xs[:] = [x * a for x in xs]
    ys = list(xs)
    return ys[0] * ys[1]


def filled_anew_and_sliced(xs, a):
    xs[:] = [x + a for x in xs]
    ys = xs[:]
    return ys[0] * ys[1]


def filled_anew_and_added_up(xs, a):
    xs[:] = [x + a for x in xs]
    return sum(itertools.accumulate(xs)) + sum(list(xs)) * a


ROWS = [replaced_while_in_use, replaced_by_another_position, replaced_under_another_name, put_elsewhere, two_names_for_two_rows,
        in_a_tuple_in_a_loop_that_never_runs, put_into_a_list_in_a_branch, element_of_an_unused_copy_updated,
        element_of_an_unused_copy_updated_and_passed, element_of_an_unused_shallow_copy_updated,
        element_of_an_unused_sum_updated, element_of_an_unused_copy_updated_by_a_loop, unused_copy_that_grows,
        copy_that_grows, rows_of_a_slice_updated_in_nested_loops,
        reversed_slice, slice_that_gets_another, slice_of_what_is_replaced, along_a_slice, along_a_slice_of_a_queue,
        elements_of_a_slice, taken_out_of_a_slice, array_stored_and_changed, view_stored_and_changed, number_under_three_names,
        number_that_may_be_an_array, list_and_its_copy, list_and_its_slice, list_and_its_shallow_copy, list_and_a_tuple_of_it,
        list_that_is_added, list_and_a_longer_one, list_and_its_elements, sorted_rows, one_object_twice, rows_exchanged,
        rows_exchanged_under_two_names, row_in_use_while_exchanged, element_of_a_slice_updated, element_of_a_list_updated,
        element_of_a_shallow_copy_updated, element_of_a_new_list_updated, element_of_a_sum_updated, element_of_a_dict_updated,
        element_updated_under_a_name, array_of_a_list_updated, stored_from_a_list_and_updated, stored_from_a_list_and_changed,
        whole_slice_reduced, whole_slice_updated, whole_slices_updated_in_a_loop,
        stored_twice, list_and_its_copy_beside_a_slice, list_and_its_copy_beside_unpacking,
        stored_from_another_place, put_back_where_it_was, put_where_it_may_have_been,
        put_where_it_may_have_been_and_changed]
NUMBERS = [numbers_and_their_slice, put_in_order, put_in_order_and_grown,
           filled_anew_and_copied, filled_anew_and_sliced, filled_anew_and_added_up]
