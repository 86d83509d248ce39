"""Elements and rows that change places: sorting, pivoting, shuffling, of what is a list or an array."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(41)


class Deck:
    def __init__(self, cards):
        self.cards = cards

    def cut(self, k):
        self.cards[0], self.cards[k] = self.cards[k], self.cards[0]


class Wave:
    def __init__(self, before, now, after, k):
        self.before, self.now, self.after = before, now, after
        self.k = k

    def step(self):
        u = self.now
        self.after[1:-1] = 2 * u[1:-1] - self.before[1:-1] + self.k * (u[2:] - 2 * u[1:-1] + u[:-2])
        self.turn()

    def turn(self):
        self.before, self.now, self.after = self.now, self.after, self.before


class Grid:
    def __init__(self, wave):
        self.wave = wave


def buffers_of_an_object(wave, n):
    for _ in range(n):
        wave.after[1:-1] = wave.now[1:-1] + wave.k * (wave.now[2:] - 2 * wave.now[1:-1] + wave.now[:-2])
        wave.now, wave.after = wave.after, wave.now
    return np.sum(wave.now ** 2) + wave.after[1]


def buffers_by_a_third_name(grid, n):
    for i in range(n):
        grid.wave.after[1:] = grid.wave.now[:-1] * grid.wave.k + i
        if i % 2:
            old = grid.wave.now
            grid.wave.now = grid.wave.after
            grid.wave.after = old
    return np.sum(grid.wave.now ** 2) + grid.wave.after[1]


def three_that_take_turns(wave, n):
    for _ in range(n):
        wave.step()
    return np.sum(wave.now ** 2) + wave.before[2] * wave.after[1]


def numbers_of_an_object(wave, n):
    for _ in range(n):
        wave.k = wave.k * wave.now[0]
        wave.k, wave.before = wave.before, wave.k
    return wave.k * wave.before


def three_of_a_list(u, n):
    levels = [u, u * 2, u * 3]
    for _ in range(n):
        levels[2][1:] = levels[0][1:] * levels[1][:-1]
        levels[0], levels[1], levels[2] = levels[1], levels[2], levels[0]
    return np.sum(levels[0] ** 2) + levels[1] @ levels[2]


def three_of_a_dict(d, n):
    for _ in range(n):
        d["c"][1:] = d["a"][1:] * d["b"][:-1]
        d["a"], d["b"], d["c"] = d["c"], d["a"], d["b"]
    return np.sum(d["a"] ** 2) + d["b"] @ d["c"]


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
    Case(buffers_of_an_object, (Wave(*rng.normal(size=(3, 5)), 0.3), 3), ("wave",)),
    Case(buffers_by_a_third_name, (Grid(Wave(*rng.normal(size=(3, 5)), 0.3)), 5), ("grid",)),
    Case(three_that_take_turns, (Wave(*rng.normal(size=(3, 5)), 0.3), 4), ("wave",)),
    Case(numbers_of_an_object, (Wave(0.3, np.array([0.7]), 0.2, 1.3), 3), ("wave",)),
    Case(three_of_a_list, (rng.normal(size=4), 3), ("u",)),
    Case(three_of_a_dict, (dict(zip("abc", rng.normal(size=(3, 4)))), 3), ("d",)),
]
