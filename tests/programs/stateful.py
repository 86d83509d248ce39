"""Cells, agents, filters, controllers, optimizers and recorders: objects with a state that their methods move on."""
from abc import ABC, abstractmethod

import numpy as np

from programs.harness import Case


class Cell:
    def __init__(self, w, u, h):
        self.w, self.u, self.h = w, u, h

    def step(self, x):
        self.h = np.tanh(self.w * x + self.u * self.h)
        return self.h


class Model:
    def __init__(self, cell, out):
        self.cell, self.out, self.history = cell, out, []

    def run(self, xs):
        y = 0.0
        for x in xs:
            h = self.cell.step(x)
            self.history.append(h)
            y = y + self.out * h
        return y


class Agent:
    def __init__(self, x, v):
        self.x, self.v, self.steps = x, v, 0

    def step(self, dt, k):
        self.v = self.v - dt * self.force(k)
        self.x = self.x + dt * self.v
        self.steps += 1

    def force(self, k):
        return k * self.x


class Damped(Agent):
    def __init__(self, x, v, c):
        super().__init__(x, v)
        self.c = c

    def force(self, k):
        return k * self.x + self.c * self.v


class World:
    def __init__(self, agents):
        self.agents, self.t = agents, 0.0

    def step(self, dt, k):
        for a in self.agents:
            a.step(dt, k)
        self.t += dt

    def energy(self):
        return sum(a.x ** 2 + a.v ** 2 for a in self.agents)


class Component(ABC):
    @abstractmethod
    def advance(self, u, dt):
        ...


class Lag(Component):
    def __init__(self, tau, y=0.0):
        self.tau, self.y = tau, y

    def advance(self, u, dt):
        self.y += dt * (u * u - self.y) / self.tau
        return self.y


class Integrator(Component):
    def __init__(self, k):
        self.k, self.s = k, 0.0

    def advance(self, u, dt):
        self.s += self.k * u * dt
        return self.s


class Pid(Component):
    def __init__(self, kp, ki, kd):
        self.kp, self.ki, self.kd, self.i, self.last = kp, ki, kd, 0.0, None

    def advance(self, e, dt):
        self.i += e * dt
        d = 0.0 if self.last is None else (e - self.last) / dt
        self.last = e
        return self.kp * e + self.ki * self.i + self.kd * d


class Gain(Component):
    def __init__(self, k):
        self.k = k

    def advance(self, u, dt):
        return self.k * u


class Recorder:
    def __init__(self):
        self.history = []

    def note(self, v):
        self.history.append(v)

    def mean(self):
        return sum(self.history) / len(self.history)


class Sgd:
    def __init__(self, lr, m):
        self.lr, self.m, self.v = lr, m, None

    def update(self, w, g):
        if self.v is None:
            self.v = np.zeros_like(w)
        self.v = self.m * self.v - self.lr * g
        return w + self.v


class Adam:
    def __init__(self, lr):
        self.lr, self.t, self.m, self.s = lr, 0, 0.0, 0.0

    def update(self, w, g):
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * g
        self.s = 0.99 * self.s + 0.01 * g ** 2
        m = self.m / (1 - 0.9 ** self.t)
        s = self.s / (1 - 0.99 ** self.t)
        return w - self.lr * m / (np.sqrt(s) + 1e-8)


class Buffer:
    def __init__(self, n):
        self.a = np.zeros(n)

    def write(self, i, v):
        self.a[i] = v

    def shift(self, v):
        self.a += v


class Kalman:
    def __init__(self, f, h, q, r, x, p):
        self.f, self.h, self.q, self.r, self.x, self.p = f, h, q, r, x, p

    def predict(self):
        self.x = self.f @ self.x
        self.p = self.f @ self.p @ self.f.T + self.q

    def correct(self, z):
        y = z - self.h @ self.x
        s = self.h @ self.p @ self.h.T + self.r
        k = self.p @ self.h.T @ np.linalg.inv(s)
        self.x = self.x + k @ y
        self.p = self.p - k @ self.h @ self.p
        return y @ np.linalg.solve(s, y) + np.log(np.linalg.det(s))


class Account:
    def __init__(self, balance):
        self._balance, self.log = balance, []

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, value):
        self.log.append(value)
        self._balance = value

    def deposit(self, x):
        self.balance = self.balance + x


def recurrent_cell(cell, xs):
    t = 0.0
    for x in xs:
        t = t + cell.step(x) ** 2
    return t


def stacked_cells(cells, xs):
    for x in xs:
        for c in cells:
            x = c.step(x)
    return x + cells[0].h


def cell_of_a_model(model, xs):
    return model.run(xs) + sum(model.history)


def cells_in_a_dict(cells, x):
    for name in cells:
        x = x + cells[name].step(x)
    return x * cells["a"].h


def agents_in_a_list(agents, k):
    for _ in range(4):
        for a in agents:
            a.step(0.1, k)
    return sum(a.x ** 2 + a.v for a in agents)


def agents_of_a_world(world, k):
    for _ in range(4):
        world.step(0.1, k)
    return world.energy() * world.t


def world_made_inside(x, k):
    world = World([Agent(x, 0.0), Damped(2 * x, x, 0.5)])
    for _ in range(4):
        world.step(0.1, k)
    return world.energy()


def chain_of_components(parts, u):
    cost = 0.0
    for _ in range(4):
        y = u
        for p in parts:
            y = p.advance(y, 0.1)
        cost += (y - 1.0) ** 2
    return cost


def control_loop(pid, plant, target):
    y = 0.0
    cost = 0.0
    for _ in range(4):
        u = pid.advance(target - y, 0.1)
        y = plant.advance(u, 0.1)
        cost += (y - target) ** 2
    return cost


def system_made_inside(kp, ki):
    return chain_of_components([Pid(kp, ki, 0.01), Gain(kp), Lag(0.5), Integrator(2.0)], 1.0)


def recorders(recs, x):
    for r in recs:
        x = x * x
        r.note(x)
    return sum(r.history[0] ** 2 for r in recs) + recs[0].mean()


def optimizer_given(opt, w, a):
    for _ in range(4):
        w = opt.update(w, 2 * a * w)
    return np.sum(w ** 2)


def optimizers_compared(opts, w, a):
    for opt in opts:
        v = w
        for _ in range(3):
            v = opt.update(v, 2 * a * v)
        w = w + v
    return np.sum(w ** 2)


def parameters_in_a_dict(opt, params):
    for _ in range(3):
        for k in params:
            params[k] = opt.update(params[k], 2 * params[k])
    return np.sum(params["a"] ** 2) + np.sum(params["b"])


def buffers(bufs, x):
    for i, b in enumerate(bufs):
        b.write(i, x * i)
        b.shift(x)
    return sum(np.sum(b.a ** 2) for b in bufs)


def likelihood_of_a_filter(filter, zs):
    t = 0.0
    for z in zs:
        filter.predict()
        t = t + filter.correct(z)
    return t


def accounts_with_properties(accounts, r):
    for a in accounts:
        for _ in range(3):
            a.deposit(r * a.balance)
    return sum(a.balance * a.log[0] for a in accounts)


W = np.array([1.0, 2.0])
KALMAN = Kalman(np.array([[1.0, 0.1], [0.0, 1.0]]), np.array([[1.0, 0.0]]), 0.1 * np.eye(2), np.eye(1),
                np.array([0.1, 0.2]), np.eye(2))

class Warmed:
    def __call__(self, x):
        return self.forward(x)


class Squared(Warmed):
    def forward(self, x):
        self.last = x
        return x * x


class Masked(Warmed):
    def forward(self, x):
        self.mask = x > 0.3
        return x * self.mask


def called_before_others_are_made(x, w):
    square = Squared()
    square(x * 0.9)
    mask = Masked()
    mask(x)
    return np.sum(mask(x * 0.5) * w + square(x))


CASES = [
    Case(called_before_others_are_made, (np.array([0.3, 0.9, 1.4]), np.array([1.0, 2.0, 0.5])), ("x", "w")),
    Case(recurrent_cell, (Cell(0.3, 0.4, 0.5), [0.1, 0.2, 0.5]), ("cell", "xs")),
    Case(stacked_cells, ([Cell(0.3, 0.4, 0.5), Cell(0.1, 0.2, 0.3)], [0.1, 0.2, 0.5]), ("cells", "xs")),
    Case(cell_of_a_model, (Model(Cell(0.3, 0.4, 0.5), 2.0), [0.1, 0.2, 0.5]), ("model", "xs")),
    Case(cells_in_a_dict, ({"a": Cell(0.3, 0.4, 0.5), "b": Cell(0.1, 0.2, 0.7)}, 1.2), ("cells", "x")),
    Case(agents_in_a_list, ([Agent(1.0, 0.2), Damped(0.5, -0.2, 0.3)], 2.0), ("agents", "k")),
    Case(agents_of_a_world, (World([Agent(1.0, 0.2), Damped(0.5, -0.2, 0.3)]), 2.0), ("world", "k")),
    Case(world_made_inside, (1.2, 2.0), ("x", "k")),
    Case(chain_of_components, ([Gain(2.0), Lag(0.5), Integrator(2.0)], 1.3), ("parts", "u")),
    Case(control_loop, (Pid(1.0, 0.5, 0.1), Lag(0.5), 1.0), ("pid", "plant", "target")),
    Case(system_made_inside, (1.0, 0.5), ("kp", "ki")),
    Case(recorders, ([Recorder(), Recorder()], 1.1), ("x",)),
    Case(optimizer_given, (Adam(0.1), W, 1.5), ("opt", "w", "a")),
    Case(optimizers_compared, ([Adam(0.1), Sgd(0.1, 0.4)], W, 1.5), ("w", "a")),
    Case(parameters_in_a_dict, (Adam(0.1), {"a": W, "b": W + 1.0}), ("params",)),
    Case(buffers, ([Buffer(3), Buffer(3)], 1.2), ("bufs", "x")),
    Case(likelihood_of_a_filter, (KALMAN, [np.array([0.1]), np.array([0.3]), np.array([0.2])]), ("filter", "zs")),
    Case(accounts_with_properties, ([Account(1.0), Account(2.0)], 0.1), ("accounts", "r")),
]
