"""Programs as courses and course notes print them, and functions that return from several places."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(31)


def pendulum(theta, length, n):
    def f(r, t):
        return np.array([r[1], -(9.81 / length) * np.sin(r[0])], float)

    h = 0.05
    angles = []
    r = np.array([theta, 0.0], float)
    for t in np.arange(0.0, n * h, h):
        angles.append(r[0])
        k1 = h * f(r, t)
        k2 = h * f(r + 0.5 * k1, t + 0.5 * h)
        k3 = h * f(r + 0.5 * k2, t + 0.5 * h)
        k4 = h * f(r + k3, t + h)
        r += (k1 + 2 * k2 + 2 * k3 + k4) / 6
    return angles


def relaxed(a, limit):
    d = a.diagonal().copy()
    z = np.zeros(len(d))
    for sweep in range(4):
        if np.sum(np.abs(z)) > limit:
            return d, z
        d += 0.5 * np.sin(d)
        z[:] = d * d
    return d, z


def relaxed_in_two_ways(a):
    early, much = relaxed(a, 0.5)
    late, more = relaxed(a, 100.0)
    return np.sum(early * late) + np.sum(much * more)


def grown(v, limit):
    x = 2.0 * v
    for _ in range(3):
        x = x * v
        if x > limit:
            return x


def grown_or_not(v):
    found = grown(v, 1e5)
    if found is None:
        found = v * v
    return found + 3.0 * grown(v, 1.0)


class Solver:
    def __init__(self, f):
        self.f = f

    def set_initial_condition(self, u0):
        self.u0 = np.asarray(u0)
        self.neq = self.u0.size

    def solve(self, times):
        self.t = np.asarray(times)
        n = self.t.size
        self.u = np.zeros((n, self.neq))
        self.u[0] = self.u0
        for k in range(n - 1):
            self.k = k
            self.u[k + 1] = self.advance()
        return self.u, self.t

    def advance(self):
        u, f, k, t = self.u, self.f, self.k, self.t
        return u[k] + (t[k + 1] - t[k]) * f(u[k], t[k])


class Midpoint(Solver):
    def advance(self):
        u, f, k, t = self.u, self.f, self.k, self.t
        dt = t[k + 1] - t[k]
        return u[k] + dt * f(u[k] + 0.5 * dt * f(u[k], t[k]), t[k] + 0.5 * dt)


def epidemic(beta, gamma, infected):
    def f(u, t):
        s, i, _ = u
        return np.asarray([-beta * s * i, beta * s * i - gamma * i, gamma * i], float)

    solver = Midpoint(f)
    solver.set_initial_condition([1.0 - infected, infected, 0.0])
    u, t = solver.solve(np.linspace(0.0, 3.0, 7))
    return u[-1, 1] + u[:, 2].max() * t[-1]


CASES = [
    Case(pendulum, (1.1, 0.7, 5), ("theta", "length")),
    Case(relaxed_in_two_ways, (0.3 * np.eye(3) + 0.1 * rng.normal(size=(3, 3)),), ("a",)),
    Case(epidemic, (0.9, 0.3, 0.1), ("beta", "gamma", "infected")),
    Case(grown_or_not, (1.5,), ("v",)),
]
