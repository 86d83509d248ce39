"""Exceptions that are raised and caught in one program: to leave loops, to end a search, to bring a value out."""
import logging
import math
from dataclasses import dataclass

import numpy as np

from programs.harness import Case

log = logging.getLogger(__name__)


class Done(Exception):
    """Nothing more to do."""


class Converged(Exception):
    def __init__(self, x, iterations=0, *, note="converged"):
        super().__init__(f"{note} after {iterations}")
        self.x = x
        self.half = x / 2
        self.iterations = iterations


class Refined(Converged):
    order = 4.0

    def __init__(self, y):
        super().__init__(y * 3, iterations=7)
        self.y = y


@dataclass
class Hit(Exception):
    where: float
    speed: float = 2.0


def root_by_newton(a):
    y = a
    try:
        for _ in range(20):
            f = y * y - a
            y = y - f / (2 * y)
            if abs(f) < 1e-9:
                raise Done
    except Done:
        pass
    return y * a


def left_with_what_was_bound(x):
    y = x
    try:
        for k in range(20):
            y = math.sin(y) * x
            if k > 3:
                z = y * y
                raise Done
        y = 7 * y
    except Done:
        y = z * y
    else:
        y = 3 * y
    return y


def in_some_iterations(x, limit):
    y = x
    total = 0.0
    for _ in range(3):
        try:
            y = y * 1.5
            if y > limit:
                y = y * 0.3
                raise Done
            y = y + 0.1
        except Done:
            total += y * x
    return total + y


def carried_out_of_two_loops(x):
    y = x
    try:
        while True:
            for k in range(5):
                y = y - (y * y - 2) / (2 * y)
                if k > 3:
                    raise Converged(y * x, iterations=k)
    except Converged as e:
        log.debug("stopped: %s", e)
        return e.x * e.half * e.iterations


def several_handlers(x):
    total = 0.0
    for k in range(4):
        try:
            if k == 1:
                raise Refined(x * k)
            if k == 2:
                raise Hit(x * x, speed=x)
            if k == 3:
                raise Done("name", x * 3, k)
            total += x
        except Refined as e:
            total += e.y * e.x * e.order * e.iterations
        except Hit as h:
            total += h.where * h.speed
            continue
        except Done as d:
            _, v, n = d.args
            total += v * n
        else:
            total *= 2
        finally:
            total += 0.1 * x
        total = total * 1.1
    return total


def checked(y, limit):
    if y > limit:
        raise Hit(y, y * 0.5)
    return y


def advanced(y, k):
    y = checked(y * 1.5, 4.0) + k
    return y


def raised_two_calls_below(x):
    y = x
    out = []
    for k in range(5):
        try:
            y = advanced(y, 0.1 * k) * 1.01
            out.append(y)
        except Hit as h:
            y = h.where - h.speed
            out.append(y * 2)
    return sum(out) + y


class Simulation:
    def __init__(self, k):
        self.k = k
        self.state = k

    def step(self):
        self.state = self.state * self.k
        if self.state > 5:
            raise Hit(self.state)

    def run(self):
        try:
            for _ in range(20):
                self.step()
        except Hit as h:
            self.state = h.where * 0.5
        return self.state


def raised_by_a_method(k):
    return Simulation(k).run()


def first_pair(xs):
    best = None
    try:
        for a in xs:
            for b in xs:
                if a * b > 2.5:
                    raise StopIteration((a, b))
    except StopIteration as e:
        a, b = e.value
        best = a * b * b
    return best if best is not None else 0.0


def written_before(x):
    u = np.zeros(4)
    try:
        for i in range(4):
            u[i] = x * i
            if i == 2:
                raise Done
    except Done:
        u[3] = x * x
    return np.sum(u * u)


def passed_by_an_inner_handler(x):
    try:
        try:
            if x > 0:
                raise Hit(x * x)
            y = x
        except Converged:
            y = 2 * x
        else:
            y = 5 * x
        z = y
    except Hit as e:
        z = e.where * x
    return z


def left_behind_the_rest_of_the_loop(x):
    total = 0.0
    for k in range(3):
        try:
            for j in range(3):
                if j == k:
                    raise Hit(x * j)
                total += x
            else:
                total += 100 * x
        except Hit as h:
            total += h.where
    return total


def left_by_every_way(x):
    out = []
    for v in (x, 2 * x, 0.1 * x):
        try:
            if v > 1.5:
                raise Hit(v)
            out.append(v)
            continue
        except Hit as h:
            out.append(h.where ** 2)
            break
        finally:
            out.append(x)
    return sum(out)


def as_another_exception(x):
    try:
        try:
            raise Hit(x)
        except Hit as h:
            raise ValueError(h.where * 2)
    except ValueError as e:
        return e.args[0] * x


def returned_by_the_handler(x):
    for k in range(4):
        try:
            if k == 2:
                raise Hit(x * k)
        except Hit as h:
            if h.where > 1:
                return h.where * x
            continue
        else:
            x = x * 1.1
    return x


CASES = [
    Case(left_behind_the_rest_of_the_loop, (1.2,), ("x",)),
    Case(left_by_every_way, (1.2,), ("x",)),
    Case(as_another_exception, (1.2,), ("x",)),
    Case(returned_by_the_handler, (1.2,), ("x",)),
    Case(root_by_newton, (2.0,), ("a",), smoke=True),
    Case(left_with_what_was_bound, (1.3,), ("x",)),
    Case(in_some_iterations, (1.2, 2.0), ("x", "limit")),
    Case(carried_out_of_two_loops, (1.3,), ("x",), smoke=True),
    Case(several_handlers, (1.2,), ("x",)),
    Case(raised_two_calls_below, (1.2,), ("x",)),
    Case(raised_by_a_method, (1.4,), ("k",)),
    Case(first_pair, ([1.0, 2.0, 3.0],), ("xs",)),
    Case(written_before, (1.3,), ("x",)),
    Case(passed_by_an_inner_handler, (1.4,), ("x",)),
]
