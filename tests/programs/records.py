"""States, bodies and beliefs as named tuples, frozen dataclasses and tuples, which a step takes and gives back."""
from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from programs.harness import Case


class State(NamedTuple):
    x: float
    v: float

    def energy(self):
        return 0.5 * self.v ** 2 + 0.5 * self.x ** 2

    @property
    def speed(self):
        return abs(self.v)


class Vec(NamedTuple):
    x: float
    y: float

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def dot(self, o):
        return self.x * o.x + self.y * o.y


class Body(NamedTuple):
    pos: Vec
    vel: Vec
    m: float = 1.0


@dataclass(frozen=True)
class Belief:
    mean: float
    var: float = 2.0

    def scaled(self, k):
        return replace(self, mean=self.mean * k)


@dataclass
class Particle:
    pos: float
    vel: np.ndarray

    @property
    def energy(self):
        return self.pos ** 2 + np.sum(self.vel * self.vel)


def replaced_beside_its_parts(x, k):
    s = Particle(k, x * 1.0)
    e = replace(s, pos=k * k)
    s.vel[0] *= k
    return e.energy * s.pos


def part_of_what_was_replaced(x, k):
    s = Particle(k, x * 1.0)
    e = replace(s, pos=k * k)
    e.vel[1] *= k
    return s.energy * e.pos


class Link(NamedTuple):
    rest: Any
    value: float


def step(s, dt, k):
    v = s.v - dt * k * s.x
    return State(s.x + dt * v, v)


def oscillator(k, dt, n):
    s = State(1.0, 0.0)
    for _ in range(n):
        s = step(s, dt, k)
    return s.x ** 2 + s.v


def update(p, z, r):
    gain = p.var / (p.var + r)
    return Belief(p.mean + gain * (z - p.mean), (1 - gain) * p.var)


def filtered(zs, q, r):
    p = Belief(0.0, 1.0)
    total = 0.0
    for z in zs:
        p = Belief(p.mean + 0.1, p.var + q)
        s = p.var + r
        total -= 0.5 * (np.log(2 * np.pi * s) + (z - p.mean) ** 2 / s)
        p = update(p, z, r)
    return total


def exchanged_fields(k):
    s = State(k, 2.0)
    for _ in range(3):
        s = State(s.v, s.x * k)
    return s.x + 3 * s.v


def replaced_fields(k):
    s = State(k, 1.0)
    for i in range(4):
        s = s._replace(x=s.x * k + i)
    return s.energy() * s.speed


def unpacked(k):
    s = State(k, 1.0)
    for _ in range(4):
        x, v = s
        s = State(x + 0.1 * v, v - k * x)
    x, v = s
    return x * v


def by_position(k):
    s = State(k, 1.0)
    s = State(s[1] * k, s[-2] + s[0])
    return s[0] ** 2 * s[1]


def in_branches(k, n):
    s = State(k, 1.0)
    for _ in range(n):
        if s.x > 0.9:
            s = State(s.x * 0.5, s.v + k)
        else:
            t = State(s.x + 0.3, s.v * k)
            s = t
    return s.x * s.v


def records_in_records(k, n):
    b = Body(Vec(1.0, k), Vec(0.0, 1.0))
    for _ in range(n):
        vel = b.vel + b.pos * (-0.1 * k / b.m)
        b = Body(b.pos + vel * 0.1, vel, b.m)
    return b.pos.dot(b.pos) + b.vel.x * b.m


def exchanged_records(k):
    b = Body(Vec(1.0, k), Vec(k, 1.0))
    b = b._replace(pos=b.vel, vel=b.pos)
    b = b._replace(pos=Vec(b.pos.x * k, b.vel.y))
    return b.pos.x * b.vel.x + b.vel.y ** 2


def frozen(k):
    p = Belief(k)
    for _ in range(3):
        p = p.scaled(k)
    return p.mean * p.var


def kept_in_a_list(k, n):
    s = State(k, 1.0)
    trace = [s]
    for _ in range(n):
        s = step(s, 0.1, k)
        trace.append(s)
    return sum(p.x * i for i, p in enumerate(trace)) + s.v + trace[-1].x


def entries_of_a_dict(k):
    s = State(k, k ** 2)
    d = {"s": s, "t": State(s.v, 1.0)}
    return d["s"].x * d["t"].x + s.v


def until_it_is_small(k):
    s = State(k, 1.0)
    n = 0
    while s.v > 0.1 and n < 20:
        s = State(s.x + s.v, s.v * 0.5 * k)
        n += 1
    return s.x


def carried_tuple(k, n):
    state = (k, 1.0)
    for _ in range(n):
        x, v = state
        state = (x + 0.1 * v, v - k * x)
    return state[0] * state[1]


def tuples_in_tuples(k):
    s = ((k, 2 * k), k ** 2)
    (a, b), c = s
    s = (s[0], a * c)
    return s[0][1] * s[1] + b


def scan(f, carry, xs):
    out = []
    for x in xs:
        carry, y = f(carry, x)
        out.append(y)
    return carry, out


def scanned(k):
    def f(s, u):
        s = State(s.x + 0.1 * s.v, s.v - k * s.x + u)
        return s, s.energy()
    s, es = scan(f, State(1.0, 0.0), [0.1, 0.2, 0.3])
    return sum(es) + s.x


def summed_by_an_operator(k):
    vs = [Vec(1.0, k), Vec(k, 2.0), Vec(k * k, 1.0)]
    total = functools.reduce(lambda a, b: a + b, vs)
    return total.dot(total)


def fields_that_are_arrays(k):
    s = State(np.array([1.0, 2.0]) * k, np.zeros(2))
    for _ in range(3):
        s = State(s.x + 0.1 * s.v, s.v - np.sin(s.x))
    return np.sum(s.x * s.v)


def field_changed_in_place(k):
    x = np.array([1.0, 2.0]) * k
    s = State(x, 1.0)
    x[0] = k ** 2
    s.x[1] = k * 3
    t = State(s.x * 2, s.v)
    return np.sum(s.x ** 2) + t.x[1]


def one_array_in_two_fields(k):
    x = np.ones(3) * k
    s = State(x, x)
    s.v[0] *= k
    return np.sum(s.x ** 2)


def none_at_first(k):
    s = None
    for _ in range(3):
        s = State(k, 1.0) if s is None else State(s.x * k, s.v + 1)
    return s.x * s.v


def exchanged_states(k):
    a, b = State(k, 1.0), State(2.0, k)
    for _ in range(3):
        a, b = b, State(a.x * b.x, a.v + b.v)
    return a.energy() + b.x


def compared(k):
    a, b = State(k, 1.0), State(k, 2.0)
    return a.x * b.v if a != b else a.x


def length_and_sum(k):
    s = State(k, 1.0)
    return s.x * len(s) + sum(s)


def unpacked_into_arguments(k):
    def f(x, v):
        return x * v + x
    s = State(k, 2.0)
    return f(*s) + f(*State(s.x * 2, k))


def best_so_far(k):
    best = State(0.0, 0.0)
    for i in range(4):
        c = State(k * i, k - i)
        if c.x > best.x:
            best = c
    return best.x * best.v


def captured(k):
    s = State(k, 2.0)

    def f(z):
        return z * s.x + s.v
    return f(k) * f(2.0)


class Moments(NamedTuple):
    m: float = 0.0
    v: float = 0.0
    t: int = 0


def trained(rate, target):
    w, s = 0.0, Moments()
    for _ in range(4):
        g = 2 * (w - target)
        s = Moments(0.9 * s.m + 0.1 * g, 0.99 * s.v + 0.01 * g * g, s.t + 1)
        w = w - rate * (s.m / (1 - 0.9 ** s.t)) / (np.sqrt(s.v / (1 - 0.99 ** s.t)) + 1e-8)
    return (w - target) ** 2


class Cell:
    def __init__(self, w):
        self.w = w
        self.h = np.zeros(len(w))

    def step(self, x):
        self.h = np.tanh(self.w * self.h + x)
        return self.h


def object_changed_in_a_loop(w, x):
    cell = Cell(w)
    y = 0.0
    for _ in range(3):
        y = cell.step(x)
    return np.sum(y * cell.h)


def moments(x, k):
    """Several results, written out on each of two paths."""
    v = np.tanh(x * k)
    if k > 1.5:
        return v, np.sum(v), [v]
    return v * 2.0, np.prod(v), [v, v]


def one_of_several_results(x):
    return moments(x, 2.0)[1] * moments(x, 1.0)[0][-1] + moments(x, 1.0)[-1][1][0]


def results_by_position(x):
    total = 0.0
    r = moments(x, 1.0)
    for k in range(3):
        r = moments(r[0] + total, k + 0.4)
        total = total + r[1]
    return total


def results_kept_whole(x):
    found = [moments(x, k + 0.4) for k in range(3)]
    last = found[-1]
    return sum(r[1] for r in found) + last[0][0]


CASES = [
    Case(oscillator, (0.7, 0.1, 5), ("k", "dt"), smoke=True),
    Case(filtered, ([0.1, 0.4, 0.3], 0.2, 0.5), ("zs", "q", "r")),
    Case(trained, (0.1, 1.5), ("rate", "target")),
    Case(in_branches, (0.7, 5), ("k",)),
    Case(records_in_records, (0.7, 4), ("k",)),
    Case(kept_in_a_list, (0.7, 4), ("k",)),
    Case(carried_tuple, (0.7, 4), ("k",)),
    Case(object_changed_in_a_loop, (np.array([0.3, 0.5]), np.array([0.2, 0.1])), ("w", "x")),
    *(Case(f, (np.array([0.3, 0.4, 0.5]),), ("x",)) for f in (
        one_of_several_results, results_by_position, results_kept_whole)),
    *(Case(f, (np.array([0.3, 0.5]), 0.7), wrt) for f in (replaced_beside_its_parts, part_of_what_was_replaced)
      for wrt in (("x", "k"), ("x",), ("k",))),
    *(Case(f, (0.7,), ("k",)) for f in (
        exchanged_fields, replaced_fields, unpacked, by_position, exchanged_records, frozen, entries_of_a_dict,
        until_it_is_small, tuples_in_tuples, scanned, summed_by_an_operator, fields_that_are_arrays, field_changed_in_place,
        one_array_in_two_fields, none_at_first, exchanged_states, compared, length_and_sum, unpacked_into_arguments,
        best_so_far, captured)),
]
