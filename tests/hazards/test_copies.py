"""Lists made of others, of numbers, of arrays, or of the rows of an array: a derivative is right, or it is refused."""
from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import DerivativeError, grad


def elements_exchanged(xs):
    old = list(xs)
    y = np.full(4, old[1])
    old[0], xs[1] = xs[1], xs[0]
    ys = xs
    return np.sum(y * 0.7) + sum(ys)


def loop_over_a_copy(xs):
    y = 0.0
    for v in list(xs):
        y = y + np.sin(v) * xs[0]
        xs[0], xs[1] = xs[1], xs[0]
    return y + sum(xs)


def both_written(xs):
    old = list(xs)
    for i in range(3):
        xs[i] = old[i] * xs[i - 1]
        old[i - 1] = xs[i] * old[1]
    return sum(xs) + old[2] * old[0] * old[1]


def sorted_copy(xs):
    ys = list(xs)
    ys.sort(key=lambda v: -np.sum(v))
    xs[0] = ys[0] * ys[1]
    return sum(xs) + ys[2] * ys[0]


def read_after_a_store(xs):
    old = list(xs)
    xs[1] = xs[0] * xs[2]
    s = 0.0
    for p in old:
        s = s + np.sum(p ** 2)
    return s * np.sum(xs[1])


def arrays_replaced(xs):
    old = list(xs)
    xs[0] = xs[1] * 2.0
    old[0][0] *= 3
    return np.sum(xs[0]) + np.sum(old[0]) * xs[2][0]


def arrays_appended(xs):
    more = list(xs)
    more.append(xs[1] * 3.0)
    more[1][0] *= 3
    more[3][0] *= more[1][0]
    return np.sum(xs[0]) + np.sum(more[3]) * xs[2][0] + xs[1][0]


def part_replaced(xs):
    some = xs[:]
    some[1][0] *= 3
    some[0] = some[1] * 2
    return np.sum(xs[1]) * np.sum(some[0]) * xs[2][0] + xs[1][0]


def shared_arrays_written(xs):
    same = list(xs)
    for r in same:
        r[0] = r[1] * 2
    return np.sum(xs[1]) * np.sum(same[0]) * xs[2][0] + xs[1][0]


def copied_by_a_method(xs):
    other = xs.copy()
    xs[1][0] = other[0][0] * 2
    return np.sum(other[0] * xs[1][0] + other[1] * xs[2])


NUMBERS = (elements_exchanged, loop_over_a_copy, both_written, sorted_copy)
ARRAYS = (both_written, read_after_a_store, arrays_replaced, arrays_appended, part_replaced, shared_arrays_written,
          copied_by_a_method)
ROWS = np.array([[0.41, -0.93], [1.17, 0.3], [0.7, 0.9]])
SAMPLES = [(f, x) for f in NUMBERS for x in ([0.41, -0.93, 1.17], np.array([0.41, -0.93, 1.17]))]
SAMPLES += [(f, x) for f in ARRAYS for x in (list(ROWS), ROWS)]


def differences(f: Callable[[Any], Any], x: Any) -> np.ndarray:
    flat = np.array(x)
    found = np.zeros_like(flat)
    for at in np.ndindex(flat.shape):
        moved = []
        for step in (1e-6, -1e-6):
            y = copy.deepcopy(x)
            if flat.ndim == 1:
                y[at[0]] += step
            else:
                y[at[0]][at[1:]] += step
            moved.append(np.sum(f(y)))
        found[at] = (moved[0] - moved[1]) / 2e-6
    return found


class Table:
    def __init__(self, rows):
        self.rows = rows
        self.count = 0


def copy_of_an_attribute(xs):
    table = Table(xs)
    old = table.rows.copy()
    table.rows[0][1:] = xs[1][1:] * 3
    old[1] = xs[0]
    return np.sum(table.rows[0] ** 2) + np.sum(old[0] ** 2) + np.sum(old[1])


def copy_of_an_entry(xs):
    d = {"rows": [xs[0] * 1.0, xs[1] * 2.0], "count": 0}
    tables = [d]
    for t in tables:
        old = t["rows"].copy()
        t["rows"][0][1:] = xs[1][1:] * 3
        t["count"] = 1
    return np.sum(d["rows"][0] ** 2) + np.sum(old[0] ** 3)


def copy_that_is_not_read(xs):
    table = Table([xs[0] * 1.0, xs[1] * 2.0])
    tables = [table]
    for t in tables:
        old = t.rows.copy()
        old[0] += xs[1] ** 2
        t.count = 1
    return np.sum(table.rows[0] ** 2) + np.sum(table.rows[1])


def repeated_part_of_an_entry(xs):
    d = {"rows": [xs[0], xs[1]], "all": []}
    d["all"] = d["rows"][:1] * 3
    return sum(np.sum(v) * n for n, v in enumerate(d["all"] + d["rows"]))


def repeated_attribute(xs):
    table = Table(list(xs))
    for t in [table]:
        t.rows = t.rows * 2
    return sum(np.sum(v) * n for n, v in enumerate(table.rows))


def repeated_twice(xs):
    ys = xs * 2
    zs = ys * 2
    return np.sum(zs[0] * zs[-1])


def elements_put_before_an_entry(xs):
    d = {"rows": [xs[0]], "count": 0}
    d["rows"][:0] = [xs[1], xs[1] * 3]
    return sum(np.sum(v) * n for n, v in enumerate(d["rows"]))


PAIR = [np.array([0.3, 0.5]), np.array([0.7, 1.1])]
SAMPLES += [(copy_of_an_attribute, PAIR), (copy_of_an_entry, PAIR), (copy_that_is_not_read, PAIR)]
SAMPLES += [(f, PAIR) for f in (repeated_part_of_an_entry, repeated_attribute, repeated_twice, elements_put_before_an_entry)]


@pytest.mark.parametrize("f, x", SAMPLES, ids=lambda v: getattr(v, "__name__", ""))
@pytest.mark.parametrize("optimized", [True, False])
def test_right_or_refused(f: Callable[[Any], Any], x: Any, optimized: bool) -> None:
    def total(xs):
        return np.sum(f(xs))

    try:
        got = grad(total, optimized=optimized)(copy.deepcopy(x))
    except DerivativeError as error:
        assert "= help: " in str(error)
        return
    except TypeError as error:
        assert "taken for" in str(error)
        return
    np.testing.assert_allclose(np.array(got), differences(total, x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("f, x", SAMPLES[:8], ids=lambda v: getattr(v, "__name__", ""))
def test_numbers_are_copied(f: Callable[[Any], Any], x: Any) -> None:
    np.testing.assert_allclose(np.array(grad(f)(copy.deepcopy(x))), differences(f, x), rtol=1e-5, atol=1e-6)
