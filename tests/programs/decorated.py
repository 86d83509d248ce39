"""Nested functions with decorators: registries, wrappers, caches, derivatives."""
import functools
import math

import numpy as np

from programs.harness import Case
from s2sgrad import grad


def doubled(f):
    @functools.wraps(f)
    def wrapper(*args, **options):
        return 2.0 * f(*args, **options)
    return wrapper


def times(by):
    def decorate(f):
        def scaled(v):
            return by * f(v)
        return scaled
    return decorate


def wrapped(x, k):
    @doubled
    @times(k)
    def inner(v):
        return math.sin(v) * x
    return inner(x) + inner(2.0)


def cached(x):
    @functools.lru_cache(maxsize=None)
    def term(n):
        power = x ** n
        return power / (1.0 + n * x)

    @functools.cache
    def both(n):
        return term(n) + term(n + 1)
    return both(1) * both(2)


class App:
    def __init__(self):
        self.routes = {}

    def route(self, path):
        def register(function):
            self.routes[path] = function
            return function
        return register

    def call(self, path, *args):
        return self.routes[path](*args)


def routes(x, k):
    app = App()

    @app.route("/square")
    def square(v):
        return v * v * k

    @app.route("/sine")
    def sine(v):
        return math.sin(v * x) + k

    return app.call("/square", x) + app.call("/sine", 0.3) * sine(k)


def table_of_steps(x):
    table = {}
    steps = []

    def register(name):
        def decorate(f):
            table[name] = f
            return f
        return decorate

    @register("up")
    def up(v):
        return v + x

    @steps.append
    @register("over")
    def over(v):
        return v * v + x

    y = x
    for name in ("up", "over", "up"):
        y = table[name](y + 1.0)
    return steps[0](y)


def memo_by_hand(x):
    def memo(f):
        known = {}

        def get(n):
            if n not in known:
                known[n] = f(n)
            return known[n]
        return get

    @memo
    def power(n):
        return x ** n
    return power(2) + power(3) * power(2)


def slope(x, k):
    @grad
    def cube(z):
        return z ** 3 * k
    return cube(x) * x


def by_elements(xs, k):
    @np.vectorize
    def clipped(v):
        return v if v > 0.5 else k * v
    return np.sum(clipped(xs) ** 2)


def term(by, power):
    by = by if by > 0.0 else -2.0 * by
    by *= 1.5

    def value(v):
        return by * v ** power
    return value


def terms_of_a_loop(x, k):
    """Each of the functions captures what its own call bound last."""
    terms = []
    for n, factor in enumerate((k, -k, k * k)):
        terms.append(term(factor, n))
    return sum(f(x) for f in terms)


CASES = [
    Case(wrapped, (0.7, 1.3), ("x", "k"), smoke=True),
    Case(wrapped, (0.7, 1.3), ("x",)),
    Case(cached, (0.7,), ("x",)),
    Case(routes, (0.7, 1.3), ("x", "k")),
    Case(table_of_steps, (0.4,), ("x",)),
    Case(memo_by_hand, (0.7,), ("x",)),
    Case(slope, (0.7, 1.3), ("x", "k")),
    Case(by_elements, (np.array([0.3, 0.8]), 0.6), ("xs", "k")),
    Case(terms_of_a_loop, (0.7, 1.3), ("x", "k")),
]
