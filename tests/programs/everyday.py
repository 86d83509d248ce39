"""Numerical programs in everyday style: tables as lists of lists, graphs as dicts, objects that hold objects, layers."""
import heapq
import math
from collections import defaultdict

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(31)


def rotated_diagonal(a):
    """Two sweeps of Jacobi's rotations, and the diagonal as a list."""
    n = len(a)
    a = [row[:] for row in a]
    for i in range(n):
        for j in range(i):
            a[i][j] = a[j][i]
    for _ in range(2):
        for p in range(n - 1):
            for q in range(p + 1, n):
                theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q])
                t = 1.0 / (abs(theta) + math.sqrt(theta * theta + 1.0))
                if theta < 0.0:
                    t = -t
                c = 1.0 / math.sqrt(t * t + 1)
                s = t * c
                for k in range(n):
                    akp, akq = a[k][p], a[k][q]
                    a[k][p] = c * akp - s * akq
                    a[k][q] = s * akp + c * akq
                for k in range(n):
                    apk, aqk = a[p][k], a[q][k]
                    a[p][k] = c * apk - s * aqk
                    a[q][k] = s * apk + c * aqk
    return [a[i][i] for i in range(n)]


def updated_diagonal(a):
    n = len(a)
    a = [row[:] for row in a]
    for k in range(n):
        a[k][0] *= a[k][1]
    d = []
    for i in range(n):
        d.append(a[i][i])
    return d


def determinant_with_pivots(m):
    m = [row[:] for row in m]
    n = len(m)
    det = 1.0
    for c in range(n):
        p = c
        for r in range(c + 1, n):
            if abs(m[r][c]) > abs(m[p][c]):
                p = r
        if p != c:
            m[c], m[p] = m[p], m[c]
            det = -det
        det *= m[c][c]
        for r in range(c + 1, n):
            f = m[r][c] / m[c][c]
            for k in range(c, n):
                m[r][k] -= f * m[c][k]
    return det


def pivot_by_key(a, b):
    n = len(a)
    a = [list(r) for r in a]
    b = list(b)
    for i in range(n):
        piv = max(range(i, n), key=lambda r: abs(a[r][i]))
        if piv != i:
            a[i], a[piv] = a[piv], a[i]
            b[i], b[piv] = b[piv], b[i]
        d = a[i][i]
        for j in range(i, n):
            a[i][j] /= d
        b[i] /= d
        for r in range(n):
            if r != i:
                f = a[r][i]
                for j in range(i, n):
                    a[r][j] -= f * a[i][j]
                b[r] -= f * b[i]
    return b


def shortest_path(graph, start, end):
    dist = {v: float("inf") for v in graph}
    dist[start] = 0.0
    queue = [(0.0, start)]
    seen = set()
    while queue:
        _, u = heapq.heappop(queue)
        if u in seen:
            continue
        seen.add(u)
        for v, w in graph[u].items():
            new = dist[u] + w * w
            if new < dist[v]:
                dist[v] = new
                heapq.heappush(queue, (new, v))
    return dist[end]


def chain_of_states(p, q):
    moves = {"dry": {"dry": p, "wet": 1 - p}, "wet": {"dry": q, "wet": 1 - q}}
    now = {"dry": 1.0, "wet": 0.0}
    for _ in range(4):
        new = defaultdict(float)
        for s, share in now.items():
            for t, part in moves[s].items():
                new[t] += share * part
        now = new
    return now["dry"] * now["wet"]


class Table:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        self.n, self.m = len(rows), len(rows[0])

    def __getitem__(self, at):
        return self.rows[at[0]][at[1]]

    def __setitem__(self, at, v):
        self.rows[at[0]][at[1]] = v

    def __matmul__(self, other):
        out = Table([[0.0] * other.m for _ in range(self.n)])
        for i in range(self.n):
            for j in range(other.m):
                for k in range(self.m):
                    out[i, j] += self[i, k] * other[k, j]
        return out


def product_of_tables(a, b):
    x, y = Table(a), Table(b)
    z = x @ y @ x
    return z[0, 0] * z[1, 1] + z[0, 1] ** 2


def squares_in_a_buffer(table, x):
    out = [0.0] * table.m
    for i in range(table.m):
        out[i] += table.rows[0][i] ** 2 * x
    return out


class Node:
    def __init__(self, x, mass):
        self.x, self.mass, self.v, self.force = x, mass, 0.0, 0.0

    def move(self, dt):
        self.v += self.force / self.mass * dt
        self.x += self.v * dt
        self.force = 0.0


class Spring:
    def __init__(self, k, a, b):
        self.k, self.a, self.b = k, a, b
        self.rest = abs(a.x - b.x)

    def pull(self):
        d = self.b.x - self.a.x
        f = self.k * (abs(d) - self.rest) * (1 if d > 0 else -1)
        self.a.force += f
        self.b.force -= f


def chain_of_springs(k, mass, push):
    nodes = [Node(float(i), mass) for i in range(4)]
    springs = [Spring(k, nodes[i], nodes[i + 1]) for i in range(3)]
    nodes[0].v = push
    for _ in range(5):
        for s in springs:
            s.pull()
        for n in nodes:
            n.move(0.05)
    return sum(n.mass * n.v ** 2 for n in nodes) + nodes[-1].x ** 2


class Arrow:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return Arrow(self.x + o.x, self.y + o.y)

    def __mul__(self, s):
        return Arrow(self.x * s, self.y * s)

    def dot(self, o):
        return self.x * o.x + self.y * o.y


class Planet:
    def __init__(self, at, v, mass):
        self.at, self.v, self.mass = at, v, mass


def pull_each_other(planets, dt):
    for p in planets:
        for q in planets:
            if p is q:
                continue
            p.v += dt * q.mass * (q.at - p.at)
    for p in planets:
        p.at += dt * p.v
    return sum(p.mass * p.at ** 2 for p in planets)


def planets_in_a_list(x, dt):
    """What they are made of does not vary."""
    return pull_each_other([Planet(x, 0.5, 2.0), Planet(2.0 * x, 0.7, 1.5)], dt)


def planets_with_a_name(x, dt):
    planets = [Planet(x, 0.5, 2.0), Planet(2.0, 0.7, 1.5)]
    return pull_each_other(planets, dt) + planets[0].v


class Heavens:
    def __init__(self, planets):
        self.planets = planets

    def step(self, dt):
        for p in self.planets:
            p.v = p.v + p.at * (-dt)
            p.at = p.at + p.v * dt


def planets_of_arrows(mass, dt):
    sky = Heavens([Planet(Arrow(0.0, mass), Arrow(mass, 0.0), mass), Planet(Arrow(1.0, 0.0), Arrow(0.0, 1.0), 0.5)])
    for _ in range(2):
        sky.step(dt)
    return sum(0.5 * p.mass * p.v.dot(p.v) for p in sky.planets)


def pyramid(img):
    """The shapes of the levels differ."""
    levels = [img]
    while levels[-1].shape[0] > 2:
        p = levels[-1]
        q = 0.25 * (p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2])
        levels.append(q)
    total = 0.0
    for n, p in enumerate(levels):
        total += np.sum(p ** 2) / (n + 1)
    return total


class Linear:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, g):
        self.dw = self.x.T @ g
        self.db = g.sum(axis=0)
        return g @ self.w.T


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, g):
        return g * (1 - self.y ** 2)


class Net:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, g):
        for layer in reversed(self.layers):
            g = layer.backward(g)

    def step(self, rate):
        for layer in self.layers:
            if isinstance(layer, Linear):
                layer.w = layer.w - rate * layer.dw
                layer.b = layer.b - rate * layer.db


def net_that_is_trained(w1, b1, w2, b2, x, y):
    net = Net([Linear(w1, b1), Tanh(), Linear(w2, b2)])
    loss = 0.0
    for _ in range(2):
        out = net.forward(x)
        loss += np.mean((out - y) ** 2)
        net.backward(2 * (out - y) / y.size)
        net.step(0.1)
    return loss


M = rng.normal(size=(3, 3))
FIT = (M @ M.T + 2 * np.eye(3)).tolist()

CASES = [
    Case(rotated_diagonal, (FIT,), ("a",)),
    Case(updated_diagonal, (FIT,), ("a",)),
    Case(determinant_with_pivots, (M.tolist(),), ("m",)),
    Case(pivot_by_key, (M.tolist(), [0.4, -0.3, 1.2]), ("a", "b")),
    Case(shortest_path, ({"a": {"b": 1.0, "c": 2.2}, "b": {"c": 1.1, "d": 2.6}, "c": {"d": 1.3}, "d": {}}, "a", "d"), ("graph",)),
    Case(chain_of_states, (0.8, 0.4), ("p", "q")),
    Case(product_of_tables, ([[1.0, 2.0], [0.5, 0.3]], [[0.2, 0.1], [0.7, 1.1]]), ("a", "b")),
    Case(squares_in_a_buffer, (Table([[1.0, 2.0, 0.5]]), 1.3), ("table", "x")),
    Case(chain_of_springs, (3.0, 1.2, 0.4), ("k", "mass", "push")),
    Case(planets_of_arrows, (1.3, 0.2), ("mass", "dt")),
    Case(planets_in_a_list, (1.2, 0.3), ("dt",)),
    Case(planets_with_a_name, (1.2, 0.3), ("dt",)),
    Case(pyramid, (rng.normal(size=(8, 8)),), ("img",)),
    Case(net_that_is_trained, (rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2)), rng.normal(size=2),
                               rng.normal(size=(5, 3)), rng.normal(size=(5, 2))), ("w1", "b1", "w2")),
]
