"""Parts of arrays that are read after other parts were written, of arrays of which nothing says how many axes they have."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


def rows_of_a_table(H, x):
    n, m = H.shape
    D = np.zeros((n, m))
    D[0] = np.cumsum(H[0])
    for i in range(1, n):
        above = D[i - 1]
        for j in range(m):
            left = D[i, j - 1] if j > 0 else 1.0
            D[i, j] = H[i, j] + 0.5 * above[j] * left
    return D[-1, -1] * x


def first_row(A):
    A = A.copy()
    row = A[0]
    A[1] = A[1] * 2.0
    A[2] = row * A[1]
    return np.sum(A[2] * row)


def row_before(A):
    A = A.copy()
    for i in range(1, A.shape[0]):
        before = A[i - 1]
        A[i] = A[i] * 0.5
        A[i] += before
    return np.sum(A ** 2)


def last_one_or_row(xs, w):
    prev = xs[0]
    total = 0.0
    for i in range(1, len(xs)):
        xs[i] = w * xs[i] + (1 - w) * prev
        total = total + np.sum(prev * xs[i])
        prev = xs[i]
    return total


def rows_in_a_list(xs, w):
    return last_one_or_row(xs, w)


def numbers(xs, w):
    return last_one_or_row(xs, w)


def columns(A):
    prev = A[:, 0]
    for j in range(1, A.shape[1]):
        A[:, j] = A[:, j] - (prev @ A[:, j]) * prev
        prev = A[:, j]
    return np.sum(A ** 2)


def state_or_row(X, h0):
    H = np.zeros(X.shape)
    for t in range(len(X)):
        prev = H[t - 1] if t > 0 else h0
        H[t] = np.tanh(X[t] + prev)
        H[t] += prev
    return H


R = np.random.default_rng(13).normal
CASES = [
    Case(rows_of_a_table, (R(size=(4, 3)), 0.3), ("H", "x")),
    Case(first_row, (R(size=(3, 3)),), ("A",)),
    Case(row_before, (R(size=(3, 3)),), ("A",)),
    Case(last_one_or_row, (R(size=(4, 3)), 0.3), ("xs", "w")),
    Case(rows_in_a_list, ([R(size=2) for _ in range(3)], 0.3), ("xs", "w")),
    Case(numbers, ([0.3, 0.5, 0.7], 0.3), ("xs", "w")),
    Case(columns, (R(size=(4, 3)),), ("A",)),
    Case(state_or_row, (R(size=(4, 3)), R(size=3)), ("X", "h0")),
]
