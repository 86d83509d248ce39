"""Simulations that record what they change: probes, histories, traces of elements of arrays of which nothing is declared."""
import math
from collections import deque

import numpy as np

from programs.harness import Case


class Grid:
    def __init__(self, u, h=0.3):
        self.u = u
        self.h = h
        self.history = []

    def laplacian(self):
        u = self.u
        return (u[2:] - 2 * u[1:-1] + u[:-2]) / self.h ** 2

    def step(self, dt):
        self.u[1:-1] += dt * self.laplacian()
        self.history.append(self.u[len(self.u) // 2])

    def energy(self):
        return np.sum(self.u ** 2) * self.h


def ends_recorded(u, c, n):
    history = [0.5]
    for t in range(n):
        old = u.copy()
        u[1:-1] = old[1:-1] + c * (old[2:] - 2 * old[1:-1] + old[:-2])
        history.append(u[2])
        if t % 2 == 0:
            history.append(u[-2])
    return sum(h * (k + 1) for k, h in enumerate(history))


def swept_and_recorded(u, c, n):
    trace = []
    for _ in range(n):
        for i in range(1, len(u)):
            u[i] += c * u[i - 1]
        trace.append((u[-1], u[0]))
    return sum(a * b for a, b in trace) + u @ u


def recorded_in_the_argument(u, xs):
    u[1] = xs[0] * 0.1
    xs.append(u[-1])
    return sum(u) * sum(xs)


def before_and_after(u, p):
    out = [u[0]]
    u[0] = p * 2.0
    out.append(u[0])
    u[0] += p * 2.0
    seen = {"last": u[-1], "first": u[0]}
    return out[0] * p + u @ u + out[1] * seen["first"] + seen["last"]


def diffused(u, h, n):
    g = Grid(u.copy(), h)
    while len(g.history) < n and g.energy() > 1e-6:
        g.step(0.2 * h * h)
    return g.energy() + g.history[-1] * g.history[0]


def grid_of_the_argument(g, p, n):
    for _ in range(n):
        for k in range(1, 3):
            g.u[k] = p * g.u[k - 1]
        g.history.append({"a": g.u[1], "b": g.u[-1]})
    return sum(d["a"] * d["b"] for d in g.history) + g.u @ g.u


def leapfrog_field(src, sigma, n):
    ez = np.zeros(12)
    hy = np.zeros(11)
    probe = []
    for t in range(n):
        hy += 0.5 * (ez[1:] - ez[:-1])
        ez[1:-1] = (1 - sigma) * ez[1:-1] + 0.5 * (hy[1:] - hy[:-1])
        ez[5] += src[t % len(src)]
        probe.append(ez[7])
    return sum(p * p for p in probe) + ez @ ez


def integrate_and_fire(current, tau, n):
    v, spikes, trace = 0.0, 0, [0.0]
    for k in range(n):
        v += 0.1 * (-v + current * (1 + 0.1 * k)) / tau
        if v > 1.0:
            spikes += 1
            v = 0.2 * v
        trace.append(v)
    return np.mean(np.array(trace)) + 0.1 * spikes * v


def adams_bashforth(y, rate, n):
    def slope(y):
        return -rate * y + 0.1 * math.sin(y)
    h = 0.05
    past = deque([slope(y)], maxlen=3)
    for _ in range(n):
        if len(past) < 3:
            y = y + h * past[-1]
        else:
            y = y + h / 12 * (23 * past[-1] - 16 * past[-2] + 5 * past[-3])
        past.append(slope(y))
    return y ** 2


def reflection_coefficients(r):
    n = len(r) - 1
    a = np.zeros(n + 1)
    a[0] = 1.0
    e = r[0]
    kept = []
    for i in range(1, n + 1):
        acc = r[i]
        for j in range(1, i):
            acc += a[j] * r[i - j]
        k = -acc / e
        new = a.copy()
        for j in range(1, i):
            new[j] = a[j] + k * a[i - j]
        new[i] = k
        a = new
        e *= 1.0 - k * k
        kept.append(a[1])
    return e + a @ a + sum(kept)


def orthogonalized_from_the_front(A, p):
    total = 0.0
    while A.shape[1] > 0:
        x = A[:, 0]
        norm = np.sqrt(x @ x)
        total += np.log(norm) * p
        q = x / norm
        A = A[:, 1:] - np.outer(q, q @ A[:, 1:])
    return total


def smoothed(v, g, h):
    for i in range(1, len(v) - 1):
        v[i] = 0.5 * (v[i - 1] + v[i + 1] + h * h * g[i])
    return v


def cycled(v, g, h):
    if len(v) <= 3:
        return smoothed(v, g, h)
    v = smoothed(v, g, h)
    r = np.zeros(len(v))
    r[1:-1] = g[1:-1] + (v[2:] - 2 * v[1:-1] + v[:-2]) / h ** 2
    e = cycled(np.zeros(len(v) // 2 + 1), r[::2], 2 * h)
    for i in range(len(e) - 1):
        v[2 * i] += e[i]
        v[2 * i + 1] += 0.5 * (e[i] + e[i + 1])
    return smoothed(v, g, h)


def multigrid(u, f):
    v = cycled(u.copy(), f, 0.125)
    return v @ v


rng = np.random.default_rng(11)
U = rng.normal(size=9)
class Mass:
    def __init__(self, x, v):
        self.x, self.v = x, v
        self.trail = []


def trails_of_bodies(xs, vs, g, dt, n):
    bodies = [Mass(x.copy(), v.copy()) for x, v in zip(xs, vs)]
    for _ in range(n):
        acc = [np.zeros(2) for _ in bodies]
        for i, p in enumerate(bodies):
            for j, q in enumerate(bodies):
                if i != j:
                    r = q.x - p.x
                    acc[i] += g * r / (r @ r + 0.1) ** 1.5
        for p, a in zip(bodies, acc):
            p.v = p.v + dt * a
            p.x = p.x + dt * p.v
            p.trail.append(p.x @ p.x)
    return sum(sum(p.trail) for p in bodies)


CASES = [
    Case(trails_of_bodies, (np.array([[0.1, -0.4], [1.2, 0.3], [-0.7, 0.8]]), np.array([[0.2, 0.1], [-0.3, 0.4], [0.1, -0.6]]),
                            0.5, 0.1, 2), ("xs", "vs", "g", "dt")),
    Case(ends_recorded, (U, 0.2, 5), ("u", "c")),
    Case(swept_and_recorded, (U[:4], 0.2, 3), ("u", "c")),
    Case(recorded_in_the_argument, (U[:4], [0.4, -0.3]), ("u", "xs")),
    Case(before_and_after, (U[:4], 0.7), ("u", "p")),
    Case(diffused, (U, 0.3, 6), ("u", "h")),
    Case(grid_of_the_argument, (Grid(U[:4].copy()), 0.7, 2), ("g", "p")),
    Case(leapfrog_field, (U[:3], 0.1, 6), ("src", "sigma")),
    Case(integrate_and_fire, (1.3, 0.5, 9), ("current", "tau")),
    Case(adams_bashforth, (0.7, 0.9, 6), ("y", "rate")),
    Case(reflection_coefficients, (np.array([2.0, 0.6, 0.3, 0.2]),), ("r",)),
    Case(orthogonalized_from_the_front, (rng.normal(size=(4, 3)), 0.7), ("A", "p")),
    Case(multigrid, (U, rng.normal(size=9)), ("u", "f")),
]
