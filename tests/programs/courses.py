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


CASES = [
    Case(pendulum, (1.1, 0.7, 5), ("theta", "length")),
    Case(relaxed_in_two_ways, (0.3 * np.eye(3) + 0.1 * rng.normal(size=(3, 3)),), ("a",)),
    Case(grown_or_not, (1.5,), ("v",)),
]
