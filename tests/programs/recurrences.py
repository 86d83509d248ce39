"""Arrays filled element by element: what is overwritten, and whether the backward sweep reads it once more."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


def substituted_back(A, b):
    n = len(b)
    x = np.zeros(n)
    for i in reversed(range(n)):
        x[i] = (b[i] - A[i, i + 1:] @ x[i + 1:]) / A[i, i]
    return np.sum(x)


def substituted_forward(L, b):
    x = np.zeros_like(b)
    for i in range(len(b)):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return np.sum(x ** 2)


def variable_of_a_loop_stored(xs, b):
    p = np.zeros(3)
    y = 0.0
    for k, r in enumerate(xs):
        y += r * b
        p[k % 3] = r
        b = b * 0.5
    return np.sum(p * p) + y


def read_to_the_end(x):
    """``y[i:]`` holds what the iterations before have left there."""
    y = np.ones(4)
    for i in range(len(x)):
        y[i] = np.sum(y[i:] * x[i]) + y[i] ** 2
    return np.sum(y * y)


def around_the_end(x):
    """``y[i - 1]`` is the last element at first, which the loop overwrites later."""
    y = np.array([0.5, 0.2, 0.3, 0.4])
    for i in range(4):
        y[i] = y[i - 1] * x[i] + y[i]
    return np.sum(y * y)


def looks_ahead(x):
    y = np.zeros(5)
    y[4] = 1.0
    for i in range(4):
        y[i] = y[i + 1] ** 2 + x[i]
        y[i + 1] = y[i] * x[i]
    return np.sum(y * y)


def swept_twice(x, sweeps):
    y = np.ones(5)
    for _ in range(sweeps):
        for i in range(1, 5):
            y[i] = y[i - 1] * y[i] * x[i - 1]
    return np.sum(y)


def buffer_used_again(x, steps):
    y = np.zeros(4)
    total = 0.0
    for t in range(steps):
        y[0] = x[t]
        for i in range(1, 4):
            y[i] = y[i - 1] ** 2 + x[i]
        total += np.sum(y * y)
    return total


def buffer_of_its_own(x, steps):
    total = 0.0
    for t in range(steps):
        y = np.zeros(4)
        y[0] = x[t]
        for i in range(1, 4):
            y[i] = y[i - 1] ** 2 + x[i]
        total += y[3] * y[2]
    return total


def buffer_kept_outside(x, steps):
    """Every iteration sees the buffer of the one before."""
    total = 0.0
    y = np.ones(4)
    for t in range(steps):
        z = y
        for i in range(1, 4):
            z[i] = z[i - 1] ** 2 * x[i] + z[i]
        total += z[3]
        y = z
    return total


def read_before(x):
    y = x * x
    first = np.sum(y ** 3)
    for i in range(1, 4):
        y[i] = y[i - 1] * 0.5
    return first + np.sum(y)


def read_whole_in_the_loop(x):
    y = np.zeros(4)
    total = 0.0
    for i in range(4):
        y[i] = x[i]
        total += np.sum(y ** 2) * x[i]
    return total


def through_a_view(x):
    y = np.ones(5)
    tail = y[1:]
    for i in range(4):
        tail[i] = tail[i] * x[i] + y[i] ** 2
    return np.sum(y)


def rows_below(a):
    L = np.zeros((3, 3))
    for j in range(3):
        L[j, j] = np.sqrt(a[j, j] - np.sum(L[j, :j] ** 2))
        for i in range(j + 1, 3):
            L[i, j] = (a[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
    return np.sum(L ** 2 * np.arange(1.0, 10.0).reshape(3, 3))


def eliminated(a):
    u = a.copy()
    for k in range(3):
        for i in range(k + 1, 3):
            u[i] -= u[i, k] / u[k, k] * u[k]
    return u[2, 2] * u[1, 2] * u[1, 1]


def table_of_paths(a, b):
    D = np.zeros((4, 4))
    for i in range(3):
        for j in range(3):
            D[i + 1, j + 1] = (a[i] - b[j]) ** 2 + D[i, j] * D[i + 1, j] + 0.5 * D[i, j + 1] ** 2
    return D[3, 3] ** 2


def diagonals(a):
    """Intervals by their length, as in chain multiplication."""
    C = np.zeros((4, 4))
    for length in range(1, 4):
        for i in range(4 - length):
            j = i + length
            C[i, j] = a[i] * a[j]
            for k in range(i, j):
                C[i, j] += C[i, k] * C[k + 1, j] + C[i, k]
    return C[0, 3] ** 2


def in_strides(x):
    y = np.zeros(8)
    for i in range(2, 8, 2):
        y[i] = y[i - 2] ** 2 + x[i // 2]
        y[i + 1] = y[i] * y[i - 1] + y[i - 1]
    return np.sum(y * y)


def overlapping_strides(x):
    y = np.ones(8)
    for i in range(3):
        y[2 * i] = y[i] ** 2 * x[i]
        y[2 * i + 1] = y[2 * i] * y[i] + x[i]
    return np.sum(y * y)


def counted_by_hand(x):
    y = np.zeros(5)
    y[0] = x[0]
    k = 0
    while k < 4:
        y[k + 1] = y[k] ** 2 + x[k]
        k += 1
    return np.sum(y)


def to_where_it_stops(x):
    y = np.zeros(5)
    for i in range(1, 5):
        y[i] = y[i - 1] ** 2 + x[i - 1]
        if y[i] > 0.6:
            break
    return np.sum(y * y)


def written_where_positive(x):
    y = np.ones(5)
    for i in range(1, 5):
        if x[i - 1] > 0.35:
            y[i] = y[i - 1] ** 2 * x[i - 1]
        else:
            y[i - 1] = y[i] * y[i - 1] * x[i - 1]
    return np.sum(y * y)


def positions_given(x, at):
    y = np.ones(5)
    for i in range(1, 4):
        k = at[i]
        y[k] = y[i] * y[k] * x[i]
    return np.sum(y)


def offset_given(x, k):
    y = np.ones(6)
    for i in range(1, 4):
        y[i + k] = y[i] ** 2 * x[i]
    return np.sum(y)


def list_filled(x):
    ys = [0.5, 0.1, 0.2, 0.3]
    for i in range(1, 4):
        ys[i] = ys[i - 1] ** 2 + x[i] * ys[i - 1]
    return ys[3] * ys[2]


def list_read_from_the_end(x):
    ys = [0.5, 0.1, 0.2, 0.3]
    for i in range(4):
        ys[i] = ys[i - 2] ** 2 + x[i]
    return ys[3] * ys[2]


def dict_filled(x):
    memo = {0: 0.5, 1: 0.7}
    for i in range(2, 5):
        memo[i] = memo[i - 1] * memo[i - 2] + x[i - 2]
    return memo[4]


def _smoothed(y, i):
    return y[i - 1] * y[i + 1]


def read_by_a_callee(x):
    y = np.ones(6) * 0.5
    for i in range(1, 5):
        y[i] = _smoothed(y, i) * y[i] + x[i - 1]
    return np.sum(y * y)


def read_by_a_closure(x):
    y = np.ones(5)

    def norm(z):
        return np.sum(y * y) * z

    total = 0.0
    for i in range(1, 4):
        y[i] = y[i - 1] * x[i]
        total += norm(x[i - 1])
    return total


def two_of_them(x):
    u, v = np.zeros(5), np.zeros(5)
    u[0], v[0] = 0.5, 0.4
    for i in range(4):
        u[i + 1] = u[i] + 0.1 * v[i] * u[i]
        v[i + 1] = v[i] - x[i] * u[i + 1] * v[i]
    return u[4] * v[4]


def exchanged(x, steps):
    old, new = np.ones(4) * x, np.zeros(4)
    for _ in range(steps):
        for i in range(1, 3):
            new[i] = old[i - 1] * old[i + 1] + old[i]
        old, new = new, old
    return np.sum(old * new)


def steps_of_a_solver(c, steps):
    u = np.zeros((steps + 1, 5))
    u[0] = np.linspace(0.1, 0.5, 5)
    for n in range(steps):
        u[n + 1, 1:-1] = u[n, 1:-1] + c * (u[n, 2:] - 2 * u[n, 1:-1] * u[n, 1:-1] + u[n, :-2])
        u[n + 1, 0] = u[n + 1, 1]
        u[n + 1, -1] = u[n + 1, -2] ** 2
    return np.sum(u[-1] ** 2)


def steps_backwards(c, steps):
    """The values of an option: a table filled from its end."""
    v = np.zeros((steps + 1, 4))
    v[steps] = np.maximum(np.linspace(-0.5, 1.0, 4), 0.0) + c
    for n in range(steps - 1, -1, -1):
        v[n, 0] = c
        for i in range(1, 4):
            v[n, i] = c * v[n + 1, i] ** 2 + (1 - c) * v[n + 1, i - 1]
    return v[0, 3] * v[0, 2]


def changed_row_by_row(a, k):
    for i in range(1, 3):
        a[i] = a[i - 1] * a[i] * k
        a[i, 1:] += a[i - 1, :-1] ** 2
    return np.sum(a ** 2)


def made_changed_and_transformed(x, n):
    s = 0.0
    for _ in range(n):
        y = np.exp(0.5 * x) + s
        t = np.sum(y * y)
        y[0] = t * x[1]
        z = np.tanh(y)
        s += np.sum(z * y * y)
    return s


def seen_through_a_view(x, n):
    s = 0.0
    y = np.exp(x)
    for _ in range(n):
        v = y[1:]
        t = np.sum(v * v * v)
        y[1] = 0.1 * t
        z = np.tanh(y)
        s += np.sum(z * y * y) * np.sum(v * v)
    return s


def rows_centred(a, k):
    for row in a:
        row -= row.mean()
        row *= k
    return np.sum(a ** 3)


def counted_twice(x, n):
    """A loop in a loop over the same variable."""
    k = 0
    for k in range(1, n):
        for k in range(1, 3):
            x[0] += 0.3 * x[k] ** 2
        x[k] = x[0] * x[k - 1]
    return np.sum(x * x) + x[k]


def stored_as_integers(x):
    """What is stored in arrays of integers is rounded, so that it does not vary."""
    y = np.zeros(4, dtype=int)
    z = np.array([1, 2, 3, 4])
    s = 0.0
    for i in range(1, 4):
        t = 3.1 * x[i]
        y[i] = t
        z[i - 1] += 5.0 * t
        s += t * t * y[i - 1] + t ** 3 * z[i]
    return s


def stored_where_a_counter_was(x):
    y = np.zeros(6)
    s, i = 0.0, 0
    for v in x:
        t = np.sin(v)
        y[i] = t
        i += 1
        s += t * t * y[i - 1] + np.exp(t)
    return s + y[1]


def _pushed_on(y):
    z = 0.5 * y + 0.1
    z[0] = y[1] * y[2]
    for i in range(1, 5):
        z[i] = 0.3 * z[i - 1] * y[i + 1]
    return z


def _filled(x):
    y = np.zeros(6)
    y[0] = x[0]
    for i in range(1, 6):
        y[i] = np.tanh(y[i - 1] + x[i]) ** 2
    return y


def swept_under_two_names(a, b, p, q):
    m = 2
    for k in reversed(range(1, 5)):
        b[-1:] *= np.tanh(p)
        b += _pushed_on(b)
        b, a = b, a
    c = np.zeros(6)
    d = (a @ c) * 0.1 * a + q
    b += a[m] * np.tanh(d)
    a, c = c, b
    unused = np.exp(-(c[k] * _filled(c)) ** 2)
    return np.sum(b ** 2 * 0.3) + np.sum(d ** 2 * 0.7) + np.sum(a * np.arange(6.0)) + q - 0.5 * q


X = np.array([0.3, 0.5, 0.4, 0.7])
A = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 5.0]])
CASES = [
    Case(substituted_back, (A, X[:3]), ("A", "b"), smoke=True),
    Case(variable_of_a_loop_stored, ([0.4, 1.3, -0.7, 0.2], 0.6), ("xs", "b")),
    Case(substituted_forward, (A, X[:3]), ("L", "b")),
    *(Case(f, (X,), ("x",)) for f in (
        around_the_end, looks_ahead, read_before, read_whole_in_the_loop, through_a_view, in_strides, overlapping_strides,
        counted_by_hand, to_where_it_stops, written_where_positive, list_filled, list_read_from_the_end, dict_filled,
        read_to_the_end, read_by_a_callee, read_by_a_closure, two_of_them, stored_where_a_counter_was)),
    *(Case(f, (X, 3), ("x",)) for f in (swept_twice, buffer_used_again, buffer_of_its_own, buffer_kept_outside, exchanged,
                                         made_changed_and_transformed, seen_through_a_view)),
    Case(swept_under_two_names, (np.sin(np.arange(6.0)), np.cos(np.arange(6.0)), 0.7, -0.3), ("a", "b", "p", "q")),
    Case(counted_twice, (X, 4), ("x",)),
    Case(stored_as_integers, (X,), ("x",)),
    Case(rows_centred, (A, 0.3), ("a", "k")),
    Case(rows_below, (A,), ("a",)),
    Case(eliminated, (A,), ("a",)),
    Case(table_of_paths, (X, X * X), ("a", "b")),
    Case(diagonals, (X,), ("a",)),
    Case(positions_given, (X, [0, 2, 3, 1]), ("x",)),
    Case(offset_given, (X, 2), ("x",)),
    Case(steps_of_a_solver, (0.2, 3), ("c",)),
    Case(steps_backwards, (0.2, 3), ("c",)),
    Case(changed_row_by_row, (A, 0.3), ("a", "k")),
]
