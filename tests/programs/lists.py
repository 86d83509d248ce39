"""Programs about lists of numbers and arrays: repeated, copied, swapped."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


def page_rank(links, d, n, steps):
    rank = [1.0 / n] * n
    for _ in range(steps):
        new = [(1 - d) / n] * n
        for source, targets in links.items():
            for target, weight in targets:
                new[target] += d * rank[source] * weight
        rank = new
    return rank


def list_as_a_factor(x, w):
    scale = 1.0 / w
    y = [x, x * x] * w
    return np.sum(y * scale * w)


def solve_with_pivots(A, b):
    n = len(b)
    A = [row[:] for row in A]
    perm = list(range(n))
    for k in range(n):
        p = max(range(k, n), key=lambda i: abs(A[i][k]))
        A[k], A[p] = A[p], A[k]
        perm[k], perm[p] = perm[p], perm[k]
        for i in range(k + 1, n):
            A[i][k] /= A[k][k]
            for j in range(k + 1, n):
                A[i][j] -= A[i][k] * A[k][j]
    y = [b[p] for p in perm]
    for i in range(n):
        y[i] -= sum(A[i][j] * y[j] for j in range(i))
    for i in reversed(range(n)):
        y[i] = (y[i] - sum(A[i][j] * y[j] for j in range(i + 1, n))) / A[i][i]
    return y


def rows_exchanged(A):
    M = [row[:] for row in A]
    M[0], M[2] = M[2], M[0]
    M[1] = [a - b * M[0][0] for a, b in zip(M[1], M[0])]
    M[1][0] *= M[2][1]
    return M[1][0] * M[1][1] + M[2][2] * M[0][1]


LINKS = {0: [(1, 0.6), (2, 0.4)], 1: [(2, 1.0)], 2: [(0, 0.7), (1, 0.3)]}
ROWS = [[0.3, 1.2, 0.4], [2.0, 0.4, 0.1], [0.5, 0.3, 1.9]]
CASES = [
    Case(page_rank, (LINKS, 0.85, 3, 3), ("links", "d")),
    Case(solve_with_pivots, (ROWS, [0.3, 0.4, 0.9]), ("A", "b")),
    Case(rows_exchanged, (ROWS,), ("A",)),
    Case(list_as_a_factor, (1.3, np.array([2.0, 3.0])), ("x", "w")),
]
