"""Functions that are made of functions, one after the other: compositions, damped steps, chains."""
import functools
import math

from programs.harness import Case


def compose(f, g):
    return lambda x: f(g(x))


def damped(f, c):
    return lambda x: f(x) * c


def composed_in_a_loop(fs, x):
    h = fs[0]
    for f in fs[1:]:
        h = compose(f, h)
    return h(x)


def composed_of_known(x, k):
    h = lambda v: v
    for f in [math.sin, math.exp, lambda v: v * k]:
        h = (lambda f, g: lambda x: f(g(x)))(f, h)
    return h(x)


def reduced(x, k):
    h = functools.reduce(lambda f, g: lambda x: g(f(x)), [lambda v: v * k, lambda v: v + k, math.tanh])
    return h(x) + functools.reduce(compose, [math.sin, math.exp, lambda v: v * k])(x)


def power(f, n):
    return functools.reduce(compose, [f] * n)


def iterated(x, k):
    return power(lambda v: math.sin(k * v), 3)(x)


def the_one_before(x, k):
    g = math.cos
    for i, f in enumerate([math.sin, lambda v: v * k, lambda v: v + k]):
        if i > 0:
            x = g(x)
        g = f
    return g(x) + x


def partially_applied(x, k):
    out = []
    for f in [math.sin, lambda v: v * k, lambda v: v + k]:
        out.append(functools.partial(lambda g, v: g(v) * k, f))
    return sum(o(x) for o in out)


def with_a_default(x, k):
    h = math.tanh
    for i in range(3):
        h = compose(lambda v, i=i: v * k + i, h)
    return h(x)


def damped_again(x, k):
    f, n = math.sin, 0
    while n < 3:
        f = damped(f, k + n)
        n += 1
    return f(x)


class Chain:
    def __init__(self, f):
        self.f = f

    def then(self, g):
        return Chain(compose(g, self.f))

    def __call__(self, x):
        return self.f(x)


def chained(x, k):
    c = Chain(math.sin)
    for _ in range(3):
        c = c.then(lambda v: v * k)
    return c(x)


CASES = [
    Case(composed_in_a_loop, ([math.sin, math.exp, math.sqrt], 0.4), ("x",)),
    *(Case(f, (0.7, 0.4), wrt) for f in (composed_of_known, reduced, iterated, the_one_before, partially_applied, with_a_default,
                                        damped_again, chained) for wrt in (("x", "k"), ("x",))),
]
