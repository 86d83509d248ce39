"""Correlations of engineers: a choice of methods by name, iterations that others call, options that are often left out."""
import math

import numpy as np

from programs.harness import Case

# ---- a number is passed to a function that, as far as it shows, may change it ------------------------------------------

class History:
    """What is called may be such an object, which changes itself."""

    def __init__(self):
        self.values = [0.0]

    def __call__(self, v):
        values = self.values
        values[0] = v
        return 2.0 * v


def by_iteration(re: float, rough: float, tol: float, convert=None) -> float:
    if tol == 0.0:
        re = convert(re)
    y = rough * re
    if y > tol:
        for i in range(10):
            y = y - rough * y / re
            if y * y > re:
                return y + rough
    return y


def friction(re: float, rough: float, method: str):
    if method == "laminar":
        return 64.0 / re
    elif method == "plain":
        return by_iteration(re, rough, 1.0) * re
    elif method == "logarithm":
        return math.log(re) * rough
    return by_iteration(re, rough, 3.0) * 0.5 + re


def pressure_drop(re: float, d: float, method: str):
    f = friction(re, 3.0 / d, method)
    g = friction(2.0 * re, 3.0 / d, "logarithm")
    return f * (1.0 + 2.0 / re) * g

# ---- iterations that are given functions ------------------------------------------------------------------------------

class Watch:
    """What is called with three arguments may be such an object."""

    def __init__(self):
        self.seen = [0.0] * 3

    def __call__(self, a, b, c):
        seen = self.seen
        seen[0] = a
        seen[1] = b
        return False


def iterated(error, x0, args=(), steps=20, options={}):
    if steps < 1:
        return x0
    x = x0
    for i in range(steps):
        y = error(x, *args, **options)
        if y == 0.0:
            return x
        x = x - 0.3 * y
    return x


def units(e, c, kind):
    """Functions of one name, of which each is used after its own ``def``."""
    if kind == "linear":
        def error(n, c, e):
            return n * c - e
        return iterated(error, 1.0, args=(c, e))
    elif kind == "square":
        def error(n):
            return n * n * c - e
        return iterated(error, 2.0)
    error = lambda n, k: n * k - e
    return iterated(error, 0.5, args=(c,))


def balance(x, p, r, function, *args):
    return x - function(p, r, *args)


def product_or_sum(p, r, how="product"):
    if how == "product":
        return p * r
    if p > 3:
        raise ValueError(p)
    return p + r


def balanced(p, r, trivial):
    """A function among the arguments that are passed on."""
    if trivial:
        return p
    return iterated(balance, 1.0, args=(p, r, product_or_sum, "sum"))


def newton(error, x0, slope, args=(), options={}):
    both = slope == True  # noqa: E712
    x = x0
    for i in range(5):
        if both:
            y, s = error(x, *args, **options)
        else:
            y = error(x, *args, **options)
            s = slope(x, *args, **options)
        x = x - y / s
    return x


def square_and_slope(x, p, r):
    return x * x * p - r, 2 * x * p


def square(x, p, r):
    return x * x * p - r


def roots(p, r):
    """An option that is True or a function."""
    return newton(square_and_slope, 1.0, slope=True, args=(p, r)) * newton(square, 2.0, lambda x, p, r: 2 * x * p, args=(p, r))


def counted_steps(x, d, full=False):
    """A nested function that calls itself captures what is bound if that is asked for."""
    if full:
        notes = {"steps": 0}
    if d is None:
        r = x * x
    else:
        d = d * 2.0

        def again(v, k):
            y = v * d + x
            if y < 30.0 and k < 5:
                y = again(y, k + 1)
            if full:
                notes["steps"] = k
            return y
        r = again(x, 0)
    return r * (1 + notes["steps"]) if full else r


# ---- imports that wait ------------------------------------------------------------------------------------------------

late_log = None


def logarithm(x):
    global late_log
    if late_log is None:
        from math import log as late_log
    return late_log(x)


def two_logarithms(x):
    return logarithm(x) * logarithm(2.0 * x)


# ---- elements of arrays that are numbers or arrays ---------------------------------------------------------------------

def taken_apart(a):
    a = np.asarray(a, float)
    return np.array([a[..., k] for k in range(a.shape[-1])])


def put_together(a):
    a = np.asarray(a, float)
    return np.concatenate([x[..., np.newaxis] for x in a], axis=-1)


def chromaticity(xyz):
    x, y, z = taken_apart(xyz)
    return put_together([x / (x + y + z), y[...] / (x + y + z)])


# ---- functions of which the class of an argument decides ----------------------------------------------------------------

class Fields:
    """Its operators are beyond what can be differentiated."""

    def __init__(self, **values):
        self.values = values

    def __imul__(self, other):
        for name in vars(self)["values"]:
            setattr(self, name, getattr(self, name) * other)
        return self


def scaled(a, factor):
    a *= factor
    return a


def in_percent(x):
    return scaled(np.sin(x), 100.0) * x


# ---- flags -------------------------------------------------------------------------------------------------------------

class Wanted:
    LENGTH = 1
    ANGLE = 1 << 3
    ALL = LENGTH | ANGLE | 1 << 7
    NOTHING = 0


def measured(x, y, wanted):
    """What is asked for and what there is stand beside each other in one result."""
    wanted &= 0x0F
    found = {"length": x * y}
    if wanted & Wanted.ANGLE:
        found["angle"] = math.atan2(y, x)
        wanted |= 1 << 2
    return found, wanted | Wanted.LENGTH


def length_and_angle(x, y, wanted):
    found, mask = measured(x, y, wanted)
    mask |= 2
    found |= {"sum": x + y}
    return sum(found.values()) * mask if mask & Wanted.LENGTH else x


def length_for_angle(x, y, wanted):
    mask = wanted | (Wanted.LENGTH if wanted & Wanted.ANGLE else Wanted.NOTHING)
    return x * math.sin(y) if mask & Wanted.LENGTH else x


class Vector:
    """A class one of whose objects is its attribute, with a comparison that knows no other kind."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def dot(self, other):
        return self.x * other.x + self.y * other.y


Vector.ZERO = Vector(0.0, 0.0)


def vectors_of_a_class(x, y):
    v = Vector(x, y)
    return v.dot(v) if v != Vector.ZERO else x


CASES = [
    Case(pressure_drop, (5.0, 2.0, "plain"), ("re", "d")),
    Case(pressure_drop, (5.0, 2.0, "laminar"), ("re",)),
    Case(units, (0.5, 0.6, "linear"), ("e", "c")),
    Case(units, (0.5, 0.6, "square"), ("e",)),
    Case(units, (0.5, 0.6, "other"), ("c",)),
    Case(balanced, (0.5, 0.6, False), ("p", "r")),
    Case(roots, (0.5, 0.6), ("p", "r")),
    Case(counted_steps, (1.3, 1.2), ("x", "d")),
    Case(counted_steps, (1.3, 1.2, True), ("x",)),
    Case(two_logarithms, (1.3,), ("x",)),
    Case(chromaticity, (np.array([0.3, 0.4, 0.6]),), ("xyz",)),
    Case(length_and_angle, (0.7, 1.2, Wanted.ALL), ("x", "y")),
    Case(length_for_angle, (0.7, 1.2, Wanted.ANGLE), ("x", "y")),
    Case(length_for_angle, (0.7, 1.2, Wanted.NOTHING), ("x",)),
    Case(vectors_of_a_class, (0.7, 1.2), ("x", "y")),
    Case(in_percent, (np.array([0.3, 0.4, 0.6]),), ("x",)),
]
