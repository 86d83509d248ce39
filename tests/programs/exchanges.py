"""Elements and rows that change places: sorting, pivoting, shuffling, of what is a list or an array."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(41)


class Deck:
    def __init__(self, cards):
        self.cards = cards

    def cut(self, k):
        self.cards[0], self.cards[k] = self.cards[k], self.cards[0]


def selection_sorted(xs):
    for i in range(len(xs)):
        least = i
        for j in range(i + 1, len(xs)):
            if xs[j] < xs[least]:
                least = j
        held = xs[i]
        xs[i] = xs[least]
        xs[least] = held
        xs[i] = xs[i] * 1.5
    return xs[0] * xs[1] + xs[2] ** 3


def determinant(a):
    n = len(a)
    det = 1.0
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(a[i][k]))
        if pivot != k:
            a[k], a[pivot] = a[pivot], a[k]
            det = -det
        det = det * a[k][k]
        for i in range(k + 1, n):
            factor = a[i][k] / a[k][k]
            for j in range(k, n):
                a[i][j] -= factor * a[k][j]
    return det


def rows_of_arrays(rows, k):
    rows[0], rows[k] = rows[k], rows[0]
    rows[0] *= 2.0
    rows[1] -= rows[0] * rows[k][1]
    return np.sum(rows[1]) + rows[0] @ rows[2]


def in_a_loop(rows):
    for i in range(2):
        rows[i], rows[i + 1] = rows[i + 1], rows[i]
        rows[i + 1] = rows[i] * rows[i + 1]
    return np.sum(rows[1]) + rows[0] @ rows[2] + rows[0][1]


def put_aside(m, k):
    row = m[0]
    m[0] = m[k]
    m[k] = row
    m[0][1] = m[1][1] * m[k][2]
    return m[0][1] * m[k][1] * m[k][0]


def entries(d):
    d["u"] = d["u"] * 2.0
    d["u"], d["v"] = d["v"], d["u"]
    return np.sum(d["u"] ** 2) * np.sum(d["v"])


def of_an_object(x, s):
    deck = Deck([x * s, x + s, x ** 2])
    deck.cut(1)
    deck.cards[0] *= s
    deck.cut(2)
    return sum(np.sum(c) * (k + 1) for k, c in enumerate(deck.cards)) + deck.cards[0] @ deck.cards[1]


def elements_of_two_axes(a):
    a[0, 1], a[2, 0] = a[2, 0], a[0, 1]
    a[0, 1] = a[0, 1] ** 2
    return np.sum(a * np.arange(9.0).reshape(3, 3)) + a[0, 1] * a[2, 0]


def heap_permutations(xs, k):
    total = xs[0] * 0.0
    count = [0] * len(xs)
    i = 0
    while i < len(xs):
        if count[i] < i:
            if i % 2 == 0:
                xs[0], xs[i] = xs[i], xs[0]
            else:
                xs[count[i]], xs[i] = xs[i], xs[count[i]]
            total = total + xs[0] * xs[1] ** 2 * k
            count[i] += 1
            i = 0
        else:
            count[i] = 0
            i += 1
    return total


MATRIX = [[0.4, 1.1, -0.3], [2.0, 0.3, 0.9], [0.1, 0.2, 1.5]]
ROWS = [rng.normal(size=4) for _ in range(3)]
X = np.array([0.3, 0.5, -0.4, 0.7])
CASES = [
    Case(selection_sorted, ([0.7, -0.3, 0.9],), ("xs",)),
    Case(determinant, (MATRIX,), ("a",), smoke=True),
    Case(rows_of_arrays, (ROWS, 2), ("rows",)),
    Case(in_a_loop, (ROWS,), ("rows",)),
    Case(put_aside, (MATRIX, 2), ("m",)),
    Case(entries, ({"u": X, "v": X * 2 + 1},), ("d",)),
    Case(of_an_object, (X, 0.6), ("x", "s")),
    Case(elements_of_two_axes, (rng.normal(size=(3, 3)),), ("a",)),
    Case(heap_permutations, ([0.7, -0.3, 0.9], 0.6), ("xs", "k")),
]
