"""Objects that a function makes for itself become variables where that changes nothing, and stay objects elsewhere."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sgrad import UnsupportedSyntaxError, check_grads, grad


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    def __rmul__(self, k):
        return Vec(k * self.x, k * self.y)

    def __neg__(self):
        return type(self)(-self.x, -self.y)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    @property
    def norm(self):
        return math.sqrt(self.dot(self))

    def copy(self):
        return Vec(self.x, self.y)


class Slotted:
    __slots__ = ("v",)

    def __init__(self, v):
        self.v = v


class Counting:
    made = 0

    def __init__(self, v):
        self.total = v

    def add(self, v):
        self.total += v
        self.made += 1
        return self


class Checked:
    def __init__(self, v):
        self.v = v

    def __setattr__(self, name, value):
        object.__setattr__(self, name, 2.0 * value)


class Halved:
    def __init__(self, v):
        self.v = v

    @property
    def v(self):
        return self._v / 2

    @v.setter
    def v(self, value):
        self._v = value * value


class Late:
    def __init__(self, x):
        if x > 0.5:
            self.v = x
        self.w = x * x


def orbit(x, y, n):
    p, v = Vec(x, y), Vec(-y, x)
    for _ in range(n):
        v = v + p * (-0.1 / p.norm ** 3)
        p = p + 0.1 * v
    return p.dot(v) + (-p).x


def in_place(x, y):
    p = Vec(x, y)
    q = p
    q += Vec(y, x)
    q.x *= 2.0
    return p.x * p.y + q.x


def two_names_two_objects(x, y):
    a, b = Vec(x, y), Vec(y, x * x)
    c = a if x > y else b
    c.x += x * y
    return a.x * b.x + c.y


def previous(x, n):
    old = Vec(x, 1.0)
    total = 0.0
    for _ in range(n):
        new = Vec(old.x * x, old.y + x)
        old.x = old.x + 1.0
        total += old.x * new.y
        old = new
    return total + old.x


def later_in_the_loop(x, n):
    kept = Vec(x, x)
    for k in range(n):
        made = Vec(x * k, kept.x)
        if made.x > x:
            continue
        kept = made
    return kept.x + kept.y * kept.y


def left_before_the_copy(x, n):
    kept = Vec(x, x)
    total = 0.0
    for k in range(n):
        made = Vec(x * k, kept.x * x)
        made.x += 1.0
        total += made.x * made.y
        if k == 2:
            break
        kept = made
        kept.y *= 2.0
    return total + kept.x * kept.y + made.y


def best_of(xs):
    best = Vec(xs[0], 0.0)
    for k in range(1, len(xs)):
        tried = Vec(xs[k] * xs[k], xs[k])
        if tried.x > best.x:
            best = tried
    return best.x * best.y


def slotted(x):
    s = Slotted(x * x)
    s.v = s.v * x
    return s.v


def counted(x):
    c = Counting(x)
    c.add(x * x).add(x)
    return c.total * c.made


def checked(x):
    c = Checked(x)
    return c.v * x


def computed(x):
    h = Halved(x)
    h.v = h.v + x
    return h.v * x


def late(x):
    s = Late(x)
    return s.v * s.w if x > 0.5 else s.w


def listed(x, y):
    p = Vec(x, y)
    ps = [p, Vec(y, x)]
    ps[0].x = ps[0].x * 3.0
    return p.x * ps[1].y


def returned(x, y):
    p = Vec(x, y)
    q = p
    q.x = q.x * y
    return p


def captured(x, y):
    p = Vec(x, y)

    def move(k):
        p.x = p.x * k
        return p.y
    return move(2.0) * p.x


def compared(x, y):
    p = Vec(x, y)
    q = p.copy()
    r = p
    return (p.x if q is p else 2.0 * q.y) + (r.x if r is p else 0.0)


def caught(x, y):
    p = Vec(x, y)
    try:
        p = Vec(x * y, x)
        p.x = p.x / (x - x)
    except ZeroDivisionError:
        p.y = p.y * 3.0
    return p.x * p.y


def deleted(x):
    p = Vec(x, x * x)
    t = p.y
    del p
    p = Vec(t, x)
    return p.x * p.y


def arrays(x, y):
    p = Vec(x * 2.0, y)
    q = p
    q.x[0] = q.x[1] * q.y[0]
    p.y += p.x
    return np.sum(p.x * q.y)


def reflected(x, y):
    p = 2.0 * Vec(x, y)
    for _ in range(2):
        p = 0.5 * p + p
    return p.x * p.y


SCALARS = [(orbit, (1.1, 0.3, 4)), (in_place, (0.7, 0.4)), (two_names_two_objects, (0.7, 0.4)),
           (two_names_two_objects, (0.3, 0.4)), (previous, (0.7, 4)), (later_in_the_loop, (0.7, 4)),
           (slotted, (0.7,)), (counted, (0.7,)), (computed, (0.7,)), (late, (0.7,)), (late, (0.3,)), (listed, (0.7, 0.4)),
           (captured, (0.7, 0.4)), (compared, (0.7, 0.4)), (deleted, (0.7,)),
           (reflected, (0.7, 0.4))]


@pytest.mark.parametrize("f, args", SCALARS, ids=lambda v: getattr(v, "__name__", ""))
def test_derivatives(f: Any, args: Any) -> None:
    check_grads(f, args, wrt=tuple(n for n, a in enumerate(args) if isinstance(a, float)), order=2)


def test_derivatives_by_arrays() -> None:
    check_grads(arrays, (np.array([0.3, 0.7]), np.array([0.2, 0.9])), wrt=(0, 1), order=1)
    check_grads(best_of, (np.array([0.3, 0.7, -0.9]),), order=2)


def test_an_object_that_is_returned_is_one() -> None:
    check_grads(lambda x, y: returned(x, y).x * x, (0.7, 0.4), wrt=(0, 1), order=1)


@pytest.mark.parametrize("f, reason", [
    (left_before_the_copy, "outside the block that makes it"), (checked, "a __setattr__ of its own"),
    (caught, "before an exception")])
def test_refused(f: Any, reason: str) -> None:
    with pytest.raises(UnsupportedSyntaxError, match=reason):
        grad(f)


@pytest.mark.parametrize("f", [orbit, best_of, slotted, computed, reflected])
def test_no_object_is_made(f: Any) -> None:
    assert "__new__" not in grad(f).source


@pytest.mark.parametrize("f", [two_names_two_objects, listed, compared])
def test_an_object_with_several_names_stays_one(f: Any) -> None:
    assert "__new__" in grad(f).source


class Welford:
    def __init__(self):
        self.n, self.mean, self.spread = 0, 0.0, 0.0

    def update(self, x):
        self.n += 1
        d = x - self.mean
        self.mean += d / self.n
        self.spread += d * (x - self.mean)


def welford(xs):
    w = Welford()
    for x in xs:
        w.update(x)
    return w.spread / w.n + w.mean ** 2


def test_numbers_stay_numbers_beside_a_class_with_operators() -> None:
    source = grad(welford).source
    assert "__new__" not in source and "operation_of" not in source
    check_grads(welford, (np.array([0.3, 0.9, -0.4, 1.2]),), order=2)
    check_grads(welford, ([0.3, 0.9, -0.4],), order=2)


class Sample:
    def __init__(self, data):
        self.data = data
        self.size = 3.0 * data


def attributes_that_arrays_have_too(x, samples):
    total = 0.0
    while samples:
        s = samples.pop()
        total = total + (s.size * 2.0 + s.data) * x
    return total


def test_what_has_one_attribute_of_an_object_has_no_array_s() -> None:
    given = [Sample(0.5), Sample(0.7)]
    g = grad(attributes_that_arrays_have_too, wrt="samples")(0.3, given)
    assert [(b.data, b.size) for b in g] == [(0.3, 0.6), (0.3, 0.6)]
    check_grads(attributes_that_arrays_have_too, (0.3, given), wrt=(0, 1), order=1)


class History:
    def __init__(self, gain):
        self.gain = gain
        self.seen = []

    def add(self, v):
        self.seen.append(self.gain * v)


def test_an_object_with_a_list_that_grows_becomes_variables() -> None:
    def f(x, n):
        history = History(x)
        for k in range(n):
            history.add(x * k)
        return sum(history.seen)

    assert "__new__" not in grad(f).source
    check_grads(f, (0.3, 4))
