"""Filters that track a state, and what surrounds them: options per step, filters of several kinds, models in continuous time."""
import types

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(41)


# ---- options of each step, or one for all steps ----------------------------------------------------------------------

class Tracker:
    def __init__(self):
        self.noise = np.eye(2)
        self.state = np.zeros(2)

    def predict(self, noise=None):
        if noise is None:
            noise = self.noise
        self.state = noise @ self.state + noise[0] ** 2

    def run(self, n, noises=None):
        if noises is None:
            noises = [self.noise] * n
        states = np.zeros((n, 2))
        for i, noise in enumerate(noises):
            self.predict(noise=noise)
            states[i, :] = self.state
        return states


def one_noise_for_all_steps(q):
    tracker = Tracker()
    tracker.noise = q * np.eye(2)
    return np.sum(tracker.run(3) ** 2)


def noises_of_steps(q):
    tracker = Tracker()
    return np.sum(tracker.run(2, [q * np.eye(2), q * q * np.ones((2, 2))]) ** 2)


def levels(q, given):
    """A list repeated where none was given, which a loop reads and the result is made of."""
    if given is None:
        given = (q, 2.0 * q) * 2
    total = 0.0
    for n, v in enumerate(given):
        total = total * v + v ** (n + 1)
    return total


# ---- filters of two kinds: what one holds, the other computes ------------------------------------------------------------

class Plain:
    def __init__(self, p):
        self.p = p
        self.x = 1.0
        self.post = 0.3

    def step(self, z):
        self.x = self.x * self.x + self.p * z
        self.p = self.p * self.x * 0.5 + 0.1 * self.post
        self.post = self.p * 1.0


class SquareRoot:
    def __init__(self, p):
        self.root = p ** 0.5
        self.x = 1.0

    @property
    def p(self):
        return self.root ** 2

    @p.setter
    def p(self, value):
        self.root = value ** 0.5

    @property
    def post(self):
        return self.root ** 2 + 0.1

    def step(self, z):
        self.x = self.x + 0.3 * self.p * z
        self.p = self.p * (1.0 + 0.1 * self.x ** 2)


def made(p, kind):
    return SquareRoot(p) if kind else Plain(p)


def only_plain(p):
    return Plain(p)


def likelihood(model, steps):
    total = 0.0
    for z in steps:
        model.step(z)
        total += model.p * model.post
    return total


def held_where_another_computes(p):
    return likelihood(only_plain(p), (1.0, 2.0))


def held_or_computed(p):
    return likelihood(made(p, False), (1.0, 2.0)) + likelihood(made(p, True), (0.5,))


# ---- models in continuous time ----------------------------------------------------------------------------------------

def block_of_a_model(F, G, dt):
    """`dot` with a step, which is a number or an array."""
    n = F.shape[0]
    A = np.zeros((2 * n, 2 * n))
    A[0:n, 0:n] = -F.dot(dt)
    A[0:n, n:2 * n] = G.dot(G.T).dot(dt)
    A[n:2 * n, n:2 * n] = F.T.dot(dt)
    B = np.eye(2 * n) + A + A @ A / 2.0
    return B[n:2 * n, n:2 * n].T.dot(B[0:n, n:2 * n])


def moneyness(s, k, t, sigma):
    top = np.log(np.float64(s) / np.float64(k)) + 0.5 * sigma * sigma * t
    bottom = sigma * np.sqrt(t)
    if not bottom:
        print("")
    return top / bottom


def decay(kind, s, k, t, sigma):
    """What two branches may leave out is a number; so are parts of it."""
    d = moneyness(s, k, t, sigma)
    e = moneyness(s, k, t, sigma) - sigma * np.sqrt(t)
    first = -s * np.exp(-0.5 * d * d) * sigma
    if kind == "c":
        return (first - 0.1 * k * np.exp(-0.1 * t) * np.tanh(e)) / 365.0
    if kind == "p":
        return (first + 0.1 * k * np.exp(-0.1 * t) * np.tanh(-e)) / 365.0


# ---- sensors ----------------------------------------------------------------------------------------------------------

def sensor(x):
    return types.SimpleNamespace(get=lambda: x * x)


def read_of_a_sensor(x):
    """`get` is that of no dict."""
    s = sensor(x)
    return s.get() * x


CASES = [
    Case(read_of_a_sensor, (0.8,), ("x",)),
    Case(one_noise_for_all_steps, (0.4,), ("q",)),
    Case(noises_of_steps, (0.4,), ("q",)),
    Case(levels, (0.4, None), ("q",)),
    Case(held_where_another_computes, (0.7,), ("p",)),
    Case(held_or_computed, (0.7,), ("p",)),
    Case(block_of_a_model, (rng.normal(size=(2, 2)), rng.normal(size=(2, 2)), 0.1), ("F", "G", "dt")),
    Case(decay, ("c", 1.1, 0.9, 0.5, 0.3), ("s", "k")),
]
