"""Variables that are bound to parts of what they stood for, or to what is made of these, while memory is changed in place."""
import numpy as np

from programs.harness import Case


def reversed_in_a_branch(a, p, k):
    if k > 0:
        a = a[::-1]
    a[1] = p * 0.2
    return a @ np.arange(4.0)


def reversed_under_another_name(a, p, k):
    if k > 0:
        b = a[::-1]
        a, p = b, p * 2
    a[1] = p * 0.2
    return a @ np.arange(4.0)


def reversed_in_a_loop(a, p, k):
    for _ in range(k):
        a = a[::-1]
        a[1] = p * 0.2
    return a @ np.arange(4.0)


def shrunk_twice(a, p, k):
    for _ in range(k - 1):
        a = a[::-1]
        a[1] = p * 0.2
        a = a[1:]
        a[0] *= p
    return a @ np.arange(3.0)


def computed_from_a_part(x, p, k):
    x = x * 1.0
    for _ in range(k):
        left = x[::-1]
        left[0] = p
        x = np.sin(left)
    return x @ np.arange(4.0)


def rotated(x, p, k):
    x = x * 1.0
    for _ in range(k):
        rest = x[1:]
        rest[0] = p * x[0]
        x = np.concatenate([rest, x[:1]])
    return x @ np.arange(4.0)


def halved(v, p):
    v = v * p
    return v[0] - p, v


def given_by_a_function(x, p, k):
    x = x * 1.0
    q = 0.0
    for _ in range(k):
        left = x[::-1]
        left[0] = p
        q, x = halved(left, p)
    return x @ np.arange(4.0) + q


def eliminated_from_the_front(x, p, k):
    s = 0.0
    while len(x) > 1:
        x[1:] -= x[0] * p
        s += x[0] ** 2 * k
        x = x[1:]
    return s + x[0]


def log_determinant(a, p, k):
    u = np.outer(a, a) + np.eye(4) * k
    s = 0.0
    while len(u) > 1:
        u[1:, 1:] -= np.outer(u[1:, 0], u[0, 1:]) / u[0, 0]
        s += np.log(u[0, 0])
        u = u[1:, 1:]
    return s + np.log(u[0, 0]) * p


def reflected(a, p, k):
    r = np.outer(a, np.arange(1.0, 5.0)) + np.eye(4) * k
    s = 0.0
    for _ in range(3):
        v = r[:, 0].copy()
        v[0] += np.sqrt(v @ v) * p
        r -= 2.0 * np.outer(v, v @ r) / (v @ v)
        s += r[0, 0] ** 2
        r = r[1:, 1:]
    return s + np.sum(r)


def summed_pairwise(a, p, k):
    """Two at once, from a length that changes while the parts are in use."""
    u, n = a * 1.0, len(a)
    while n > 1:
        left, right = u[:n // 2], u[n // 2:n]
        n = n // 2
        left += right * p * n
    return u[0] + u[1]


def row_of_a_counter(a, p, k):
    """The counter of the loop is looked at after it."""
    u = np.outer(a, a)
    k = 1
    row = u[k]
    for k in range(1, 4):
        row[1:] -= a[k] * p * row[:-1]
    return np.sum(u ** 2) * u[k, 0]


def row_of_a_counter_left_early(a, p, k):
    u = np.outer(a, a)
    k = 1
    row = u[k]
    for k in range(1, 4):
        row[1:] -= a[k] * p * row[:-1]
        if row[2] > -0.2:
            break
    return np.sum(u ** 2) * u[k, 0]


def shaped_by_a_number_that_changes(a, p, k):
    u = np.outer(a, a)
    n = 2
    flat = u.reshape(n, 8)
    if k > 1:
        n = 4
    flat *= p
    flat[0, 0] = a[n - 1]
    return np.sum(u ** 2)


def part_of_a_part_of_a_counter(a, p, k):
    u = np.outer(a, a)
    k = 1
    part = u[k:].T[:2]
    for k in range(3):
        part *= a[k] + p
    return np.sum(u ** 2) * u[k, k]


def split_by_a_counter(a, p, k):
    u = np.outer(a, a)
    n = 2
    upper, lower = np.split(u, n)
    for n in range(2, 4):
        upper += a[n] * lower * p
    return np.sum(u ** 2) * u[n, n]


X = np.array([0.3, 0.5, -0.4, 0.7])
CASES = [Case(f, (X, 0.6, 2), (f.__code__.co_varnames[0], "p")) for f in (
    reversed_in_a_branch, reversed_under_another_name, reversed_in_a_loop, shrunk_twice, computed_from_a_part, rotated,
    given_by_a_function, eliminated_from_the_front, log_determinant, reflected, summed_pairwise, row_of_a_counter, row_of_a_counter_left_early,
    shaped_by_a_number_that_changes, part_of_a_part_of_a_counter, split_by_a_counter)]
