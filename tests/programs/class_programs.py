"""Programs of classes as users write them: springs between bodies in a dict, dual numbers, machines with tables, options."""
import enum
import functools
import itertools
import math
import operator

import numpy as np

from programs.harness import Case


class Body:
    def __init__(self, name, m, x):
        self.name, self.m, self.x, self.f = name, m, x, 0.0

    def pull(self, f):
        self.f += f

    def advance(self, dt):
        self.x += self.f / self.m * dt


class Spring:
    def __init__(self, a, b, k):
        self.a, self.b, self.k = a, b, k

    def act(self):
        f = self.k * (self.b.x - self.a.x)
        self.a.pull(f)
        self.b.pull(-f)


class System:
    def __init__(self):
        self.bodies, self.springs = {}, []

    def add(self, body):
        self.bodies[body.name] = body
        return body

    def link(self, a, b, k):
        self.springs.append(Spring(self.bodies[a], self.bodies[b], k))

    def advance_all(self, dt):
        for spring in self.springs:
            spring.act()
        for body in self.bodies.values():
            body.advance(dt)


def springs_between_named_bodies(k, m):
    system = System()
    system.add(Body("a", m, 0.0))
    system.add(Body("b", 2 * m, 1.5))
    system.link("a", "b", k)
    for _ in range(3):
        system.advance_all(0.1)
    return system.bodies["b"].x


class Dual:
    def __init__(self, re, im=0.0):
        self.re, self.im = re, im

    @staticmethod
    def lift(v):
        return v if isinstance(v, Dual) else Dual(v)

    def __add__(self, other):
        other = Dual.lift(other)
        return Dual(self.re + other.re, self.im + other.im)

    __radd__ = __add__

    def __mul__(self, other):
        other = Dual.lift(other)
        return Dual(self.re * other.re, self.re * other.im + self.im * other.re)

    __rmul__ = __mul__

    def __pow__(self, n):
        return functools.reduce(operator.mul, [self] * n)

    def __neg__(self):
        return self * -1

    def __abs__(self):
        return Dual(abs(self.re), self.im if self.re > 0 else -self.im)


def reduced_by_an_operator(x, a):
    d = Dual(x, 1.0)
    y = 3 * d ** 3 + d
    return y.re + y.im * a


def magnitude_of_an_expression(x, a):
    d = Dual(x, a)
    return abs(d * 2).re + abs(-d).im * x


class Mode(enum.Enum):
    IDLE = 0
    RUN = 1


class Machine:
    rates = {Mode.IDLE: -0.2, Mode.RUN: 1.5}

    def __init__(self, temperature):
        self.mode, self.temperature = Mode.RUN, temperature

    def run(self, gain):
        self.temperature += gain * self.rates[self.mode] * math.sqrt(self.temperature)
        self.mode = Mode.IDLE if self.temperature > 2.0 else Mode.RUN


def table_of_the_class(t, g):
    machine = Machine(t)
    for _ in range(4):
        machine.run(g)
    return machine.temperature


def weighted(*args, scale=1.0, **options):
    return scale * sum(args) + sum(v * n for n, v in enumerate(options.values(), 1))


def options_in_their_order(x, y):
    args, options = [x, y, x * y], {"p": x, "q": y}
    return weighted(*args, scale=y, **options, r=x) + weighted(a=y, **options) + weighted(*args[1:], *options.values())


def total(t):
    if isinstance(t, dict):
        return sum(total(v) for v in t.values())
    if isinstance(t, (list, tuple)):
        return sum(map(total, t))
    return np.sum(t)


def mapped(f, t):
    if isinstance(t, dict):
        return {k: mapped(f, v) for k, v in t.items()}
    if isinstance(t, list):
        return [mapped(f, v) for v in t]
    return f(t)


def tree_of_parameters(p, s):
    return total(mapped(lambda v: v * v * s, p))


class Player:
    def __init__(self, hp, attack):
        self.hp, self.attack = hp, attack

    def hit(self, other):
        other.hp -= self.attack


def turns(hp, attack):
    a, b = Player(hp, attack), Player(hp * 1.2, attack * 0.8)
    for turn in range(3):
        attacker, defender = (a, b) if turn % 2 == 0 else (b, a)
        attacker.hit(defender)
    return a.hp * b.hp


class Pipeline:
    def __init__(self, steps=()):
        self.steps = tuple(steps)

    def __or__(self, step):
        return Pipeline((*self.steps, step))

    def __call__(self, v):
        return functools.reduce(lambda v, step: step(v), self.steps, v)


def piped(x, k):
    pipeline = Pipeline() | (lambda v: v * k)
    return pipeline(x)


def grouped(xs, k):
    s = 0.0
    for key, group in itertools.groupby(sorted(xs), key=lambda v: v > 0.6):
        s += (key + 1) * sum(group) * k
    for key, group in itertools.groupby(range(4), key=lambda i: i // 2):
        s += key * sum(xs[i % len(xs)] for i in group) * s
    return s


class Vector:
    def __init__(self, *parts):
        self.parts = tuple(parts)

    def __iter__(self):
        return iter(self.parts)

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self, other)))


def sums_of_vectors(x, y):
    a, b = Vector(x, y, 1.0), Vector(y, -x, 0.5)
    return sum(a + b) * max(b + b) + sum(v * v for v in a + a)


class Temperature:
    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def fahrenheit(self):
        return self.celsius * 1.8 + 32

    @fahrenheit.setter
    def fahrenheit(self, v):
        self.celsius = (v - 32) / 1.8

    def __lt__(self, other):
        return self.celsius < other.celsius


def sorted_by_an_operator(a, b):
    found = sorted([Temperature(a), Temperature(b), Temperature(a * 0.5)])
    found[0].fahrenheit = found[-1].fahrenheit * 0.5
    return found[0].celsius * found[1].fahrenheit


TREE = {"a": [1.2, 0.3], "b": [np.array([0.5, 0.6]), {"c": 2.0}]}
CASES = [
    *(Case(springs_between_named_bodies, (2.0, 1.3), wrt) for wrt in (("k", "m"), ("k",), ("m",))),
    Case(reduced_by_an_operator, (1.1, 0.6), ("x", "a")),
    Case(magnitude_of_an_expression, (1.1, 0.6), ("x", "a")),
    Case(table_of_the_class, (1.1, 0.6), ("t", "g")),
    Case(options_in_their_order, (1.1, 0.6), ("x", "y")),
    *(Case(turns, (5.0, 1.3), wrt) for wrt in (("hp", "attack"), ("hp",), ("attack",))),
    Case(sums_of_vectors, (1.1, 0.6), ("x", "y")),
    Case(sorted_by_an_operator, (1.1, 0.6), ("a", "b")),
    Case(piped, (1.1, 0.6), ("x", "k")),
    Case(grouped, ([0.5, 0.8, 1.2], 0.7), ("xs",)),
    Case(grouped, ([0.5, 0.8, 1.2], 0.7), ("k",)),
    Case(total, (TREE,), ("t",)),
    Case(tree_of_parameters, (TREE, 0.7), ("p", "s")),
]
