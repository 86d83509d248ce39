"""Programs about lists of numbers and arrays: repeated, copied, swapped."""
from __future__ import annotations

import math

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


def probe_of_a_field(steps, n, eps, freq):
    ez, hy = np.zeros(n), np.zeros(n - 1)
    probe = []
    for t in range(steps):
        hy += np.diff(ez) * 0.5
        ez[1:-1] += 0.5 / eps[1:-1] * np.diff(hy)
        ez[n // 2] += np.sin(2 * np.pi * freq * t)
        ez[0], ez[-1] = ez[1], ez[-2]
        probe.append(ez[n // 4])
    return probe


def recurrent_layers(xs, layers):
    states = [(np.zeros(2), np.zeros(2)) for _ in layers]
    for x in xs:
        for n, (W, U) in enumerate(layers):
            h, c = states[n]
            z = np.tanh(W @ x + U @ h)
            c = c * 0.5 + z
            states[n] = (z * np.tanh(c), c)
            x = states[n][0]
    return states[-1][0]


class Body:
    def __init__(self, x):
        self.x, self.v, self.forces = x, np.zeros(2), []


def springs(xs, k, dt):
    bodies = [Body(x.copy()) for x in xs]
    for _ in range(2):
        for p in bodies:
            p.forces = [-0.1 * p.v]
        for a, b in zip(bodies, bodies[1:]):
            d = b.x - a.x
            f = k * (np.sqrt(d @ d) - 1.0) * d
            a.forces.append(f)
            b.forces.append(-f)
        for p in bodies:
            p.v = p.v + dt * sum(p.forces)
            p.x = p.x + dt * p.v
    return np.stack([p.x for p in bodies])


def weights_and_bias(params, x):
    W, b = params
    return np.sum(params[0] * params[1] + params[1]) * np.sum(W) + np.sum(np.tanh(W @ x + b) ** 2)


def penalty(params):
    s = 0.0
    for p in params:
        s = s + np.sum(p ** 2)
    return s * np.sum(params[1])


def inserted_from_the_back(m):
    x_list = []
    for i in range(len(m)):
        x = m[i] * m[0]
        x_list.insert(0, x)
    return np.sum(np.asarray(x_list) ** 2 * np.arange(1.0, len(m) + 1))


def taken_out_and_put_in(m, k):
    q = [m[0], m[1] * m[2], m[2] ** 2]
    total = 0.0
    for _ in range(3):
        a = q.pop(k)
        b = q.pop(0)
        q.insert(k, a * b + q[0])
        q.insert(0, a * a)
        q.extend([a, b])
        total += q[2] * a
    return total + sum(q) ** 2


def log_gamma(xx):
    y = x = xx
    tmp = x + 5.24
    tmp = (x + 0.5) * math.log(tmp) - tmp
    series = 1.0
    for c in [57.16, -59.6, 14.14]:
        y += 1
        series += c / y
    return tmp + math.log(2.5 * series / x)


def incomplete_gamma(a: float, x: float):
    log = log_gamma(a)
    ap = a
    term = total = 1.0 / a
    while True:
        ap += 1
        term *= x / ap
        total += term
        if abs(term) < abs(total) * 1e-12:
            return total * math.exp(-x + a * math.log(x) - log)


def continued_fraction(a: float, x: float):
    log = log_gamma(a)
    b = x + 1.0 - a
    c = 1e30
    d = h = 1.0 / b
    i = 1
    while True:
        an = -i * (i - a)
        b += 2.0
        d = 1.0 / (an * d + b)
        c = b + an / c
        if i == 5:
            break
        h *= d * c
        i += 1
    return math.exp(-x + a * math.log(x) - log) * h


def upper_incomplete_gamma(a: float, x: float):
    return 1.0 - continued_fraction(a, x) * incomplete_gamma(a, x)


def lists_as_arrays(x, h):
    ts, ys = [], []
    t, y = 0.0, x
    for _ in range(4):
        y = y + h * (np.sin(t) - y)
        t = t + 0.1
        ts.append(t)
        ys.append(y)
    rows = [[a * x, a + 1.0] for a in ys]
    curve = np.asarray(ys)
    integral = np.trapezoid(ys, ts) if hasattr(np, "trapezoid") else np.trapz(ys, ts)
    jumps = np.ravel(ys)[1:] * np.moveaxis(ys, 0, 0)[:-1]
    return integral + np.sum(curve[1:] * curve[:-1]) + np.sum(np.transpose(rows)[1] * np.squeeze(ys)) + np.sum(jumps ** 2)


LINKS = {0: [(1, 0.6), (2, 0.4)], 1: [(2, 1.0)], 2: [(0, 0.7), (1, 0.3)]}
ROWS = [[0.3, 1.2, 0.4], [2.0, 0.4, 0.1], [0.5, 0.3, 1.9]]
XS = np.array([[0.3, -0.4], [0.8, 0.1], [0.2, 0.9]])
SQUARE = np.array([[0.2, -0.5], [0.7, 0.1]])
def least_of_a_changed_array(a, p):
    a[1:] *= p
    least = sum(sorted(a)[:2])
    return np.sum(a * a) + p * least


def mean_beside_an_element(xs):
    return np.mean(xs) + xs[0]


def statistics_beside_elements(xs):
    return np.max(xs) + np.mean(xs) - xs[-1] + np.var(xs)


CASES = [
    Case(mean_beside_an_element, ([0.3, 0.5, 0.7],), ("xs",)),
    Case(statistics_beside_elements, ([0.3, 0.5, 0.7],), ("xs",)),
    Case(page_rank, (LINKS, 0.85, 3, 3), ("links", "d")),
    Case(solve_with_pivots, (ROWS, [0.3, 0.4, 0.9]), ("A", "b")),
    Case(rows_exchanged, (ROWS,), ("A",)),
    Case(probe_of_a_field, (4, 9, 1.5 + np.cos(np.arange(9.0)), 0.1), ("eps", "freq")),
    Case(recurrent_layers, (XS, [(0.3 * SQUARE, SQUARE), (-SQUARE, 0.7 * SQUARE)]), ("xs", "layers")),
    Case(springs, (3 * XS, 1.3, 0.1), ("xs", "k")),
    Case(weights_and_bias, ([SQUARE, XS[0]], XS[1]), ("params", "x")),
    Case(penalty, ([SQUARE, XS[0]],), ("params",)),
    Case(inserted_from_the_back, (np.array([1.0, 1.3, 1.9]),), ("m",)),
    Case(taken_out_and_put_in, (np.array([1.0, 1.3, 0.9]), 1), ("m",)),
    Case(log_gamma, (1.3,), ("xx",)),
    Case(upper_incomplete_gamma, (1.4, 3.7), ("a", "x")),
    Case(incomplete_gamma, (1.3, 0.7), ("a", "x")),
    Case(lists_as_arrays, (0.7, 0.2), ("x", "h")),
    Case(list_as_a_factor, (1.3, np.array([2.0, 3.0])), ("x", "w")),
    Case(least_of_a_changed_array, (np.array([0.3, -0.4, 0.7]), 0.3), ("a", "p")),
]
