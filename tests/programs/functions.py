"""Functions that call themselves, that are chosen at run time, that keep a state, and calls with unpacked arguments."""
import itertools
import math
from collections import namedtuple
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from programs.harness import Case

# ---- nested functions that call themselves --------------------------------------------------------------------------

def folded_by_recursion(x, n):
    w = x * 2

    def fold(i, acc):
        if i == n:
            return acc
        return fold(i + 1, acc * w[i] + np.sum(w))
    return fold(0, 1.0)


def nested_mutual_recursion(x, n):
    def even(k, acc):
        return acc if k == 0 else odd(k - 1, acc * x)

    def odd(k, acc):
        return acc + x if k == 0 else even(k - 1, acc + 1.0)

    return even(n, 1.0) + odd(n, 2.0)


def recursion_with_helper(x, n):
    scale = math.sin(x)

    def shrink(v):
        return v * scale

    def term(k, step=1, *, bias=0.5):
        if k <= 0:
            return shrink(bias)
        return shrink(term(k - step)) + x * term(k - 2, bias=0.25)
    return term(n)


def recursive_lambda(x, n):
    power = lambda k: 1.0 if k == 0 else x * power(k - 1)
    return power(n) + power(n - 1)


def tree_walk(tree, x):
    def walk(node):
        if isinstance(node, float):
            return node * x
        left, right = node
        return walk(left) * walk(right) + x
    return walk(tree)


def fill_by_recursion(x, n):
    out = np.zeros(n + 1)

    def fill(k):
        if k > n:
            return
        out[k] = x * k if k < 2 else out[k - 1] * x + out[k - 2]
        fill(k + 1)

    fill(0)
    return np.sum(out)


def quicksort(xs):
    def ordered(a):
        if len(a) <= 1:
            return a
        low = [v for v in a[1:] if v < a[0]]
        high = [v for v in a[1:] if v >= a[0]]
        return ordered(low) + [a[0]] + ordered(high)
    return sum(v * (i + 1) for i, v in enumerate(ordered(xs)))


def adaptive_simpson(k, a, b):
    f = lambda t: math.exp(-k * t * t)

    def simpson(lo, hi):
        return (hi - lo) / 6 * (f(lo) + 4 * f((lo + hi) / 2) + f(hi))

    def adapt(lo, hi, whole, depth):
        middle = (lo + hi) / 2
        left, right = simpson(lo, middle), simpson(middle, hi)
        if depth == 0 or abs(left + right - whole) < 1e-7:
            return left + right + (left + right - whole) / 15
        return adapt(lo, middle, left, depth - 1) + adapt(middle, hi, right, depth - 1)

    return adapt(a, b, simpson(a, b), 8)


def function_in_recursive_function(x, n):
    def outer(k):
        def inner(j):
            return x if j == 0 else inner(j - 1) * x + k
        return inner(k) if k < 2 else outer(k - 1) + inner(2)
    return outer(n)


# ---- functions that are chosen --------------------------------------------------------------------------------------

def function_in_a_condition(x):
    w = x * 2

    def f(v):
        return v * w
    while f(x) < 3.0:
        x = f(x) + w
    return f(x) if f(x) > 0.1 else x


def defined_by_a_condition(x, linear):
    if linear:
        def f(v):
            return v * x
    else:
        def f(v):
            return v ** 2 + x
    g = (lambda v: v * x) if not linear else math.sin
    return f(x) * f(2.0) + g(x)


def redefined(x):
    f = lambda v: v * x
    y = f(1.0)
    f = lambda v: v + x * x
    return y * f(2.0)


def table_of_closures(x, name, k):
    table = {"mul": lambda v: v * x, "add": lambda v: v + x, "sin": math.sin}
    row = [lambda v: v * x, lambda v: v - x]
    total = table[name](x) * table["mul"](3.0) + row[k](2.0) * row[-1](x)
    for key, f in table.items():
        total = total * f(x) if key == "add" else total + f(x)
    return total + sum(w * f(x) for w, f in zip([1.0, 2.0], row))


def stages_of_a_pipeline(x, gain):
    y = x
    for stage in (lambda v: v * gain, np.sin, lambda v: v + gain):
        y = stage(y)
    return reduce(lambda acc, f: f(acc), [lambda v: v * gain, lambda v: v + x], y)


def affine(factor, x, offset=0.0):
    return factor * x + offset


def partials_in_a_list(x, y):
    stages = [partial(affine, 2.0), partial(affine, y, offset=x), partial(affine, x=x)]
    total = 0.0
    for f in stages[:2]:
        total += f(x) ** 2
    return total + stages[2](y)


def chosen_in_a_loop(xs, a):
    def step(v):
        return v * a
    total = 0.0
    for v in xs:
        if v > 0.5:
            g = step
        else:
            g = lambda t: t + a
        total += g(v)
    return total


def running_totals(x, step):
    def make(s):
        total = 0.0

        def bump(v):
            nonlocal total
            total = total + s * v
            return total
        return bump
    b, c = make(step), make(x)
    b(x)
    c(2.0)
    return b(x * 2) * c(1.0)


def square(v):
    return v * v + 0.1


def functions_of_functions(x):
    def twice(f):
        return lambda v: f(f(v))

    def outer():
        y = x * 2

        def inner():
            nonlocal y
            y = y * x
            return y + x
        return inner() + y

    f = lambda v, k=x * 2: v * k
    g = twice(lambda v: v * x)
    return square(square(x)) + g(2.0) + f(f(f(1.0))) + (lambda h, v: h(h(v)))(square, x) + outer()


class Linear:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        return x * self.w


def kept_methods(x, w, layer):
    mean, dot = x.mean, x.dot
    x = x * 2
    own = Linear(w)
    f, g = own.forward, layer.forward
    return mean() * dot(x) + f(2.0) + g(w) + sum(map(own.forward, [w, w * 2]))


# ---- unpacked arguments ---------------------------------------------------------------------------------------------

Point = namedtuple("Point", "x y")


@dataclass
class Ball:
    radius: float
    density: float = 2.0


def polynomial(x, c0, c1=2.0, *rest, scale=1.0, **more):
    out = c0 + c1 * x
    for k, c in enumerate(rest):
        out = out + c * x ** (k + 2)
    for name, v in more.items():
        out = out + v * len(name)
    return out * scale


def weighted(*values):
    return sum(v * (i + 1) for i, v in enumerate(values))


def fused(a, b, c):
    return a * b + c


def spread_lists(xs, ys, options):
    grown = [xs[0], ys[0]]
    grown.append(xs[1])
    return polynomial(0.5, *xs) + polynomial(0.3, *ys, **options) + weighted(*xs, 2.0, *ys) \
        + fused(*xs) + fused(xs[0], *xs[1:]) + weighted(*grown)


def arguments_of_partials(x, y):
    """They are evaluated where the partial application is made, whatever its variables are bound to later."""
    scale, shift = partial(affine, x), 0.5
    stages = [partial(affine, y), partial(affine, x, offset=y)]
    x = x + 1.0
    y = 2.0 * y
    total = scale(y) * shift
    for stage in stages:
        total = total + stage(x)
    for n, v in enumerate([x, y, x * y]):
        if n % 2 == 0:
            kept, method = partial(affine, v), Linear(v).forward
        else:
            total = total + kept(v) * method(x)
    return total + kept(y)


def spread_into_classes(xs, table):
    p, ball, other = Point(*xs[:2]), Ball(*xs[1:]), Ball(**table)
    return p.x * p.y * ball.radius * ball.density + other.radius * other.density


def spread_into_primitives(pair, xs):
    return math.atan2(*pair) + math.hypot(*pair) + max(*xs) * min(*xs, 0.3) + np.sum(np.multiply(*pair))


def spread_generators(x):
    def product(first, *others):
        return reduce(lambda a, b: a * b, others, first)
    return weighted(*(x * k for k in range(3))) + product(*[v + 1 for v in (x, x * 2)]) \
        + sum(itertools.starmap(fused, [(x, 2.0, 1.0), (x, x, x)]))


def remembered_terms(x, n):
    known = {0: x, 1: x * x}

    def term(k):
        if k not in known:
            known[k] = term(k - 1) + 0.5 * term(k - 2) * x
        return known[k]

    return term(n)


def cheapest_order(dims, w):
    known = {}

    def best(i, j):
        if i == j:
            return 0.0
        if (i, j) not in known:
            known[i, j] = min(best(i, k) + best(k + 1, j) + w * dims[i] * dims[k + 1] * dims[j + 1] for k in range(i, j))
        return known[i, j]

    return best(0, len(dims) - 2)


def argument_that_the_function_rebinds(a):
    s = a

    def scaled(v):
        nonlocal s
        s = s * 2.0 + 1.0
        return v * s

    return scaled(s) + s


x3 = np.array([0.3, 0.7, -0.4])

CASES = [
    Case(folded_by_recursion, (x3, 3), ("x",), smoke=True),
    Case(nested_mutual_recursion, (0.7, 4), ("x",)),
    Case(recursion_with_helper, (0.7, 4), ("x",)),
    Case(recursive_lambda, (0.7, 4), ("x",)),
    Case(tree_walk, ((0.5, (0.7, 1.5)), 0.3), ("tree", "x")),
    Case(fill_by_recursion, (0.7, 4), ("x",)),
    Case(quicksort, ([0.5, 0.2, 0.9, 0.4],), ("xs",)),
    Case(adaptive_simpson, (0.9, 0.1, 1.3), ("k", "a", "b")),
    Case(function_in_recursive_function, (0.7, 4), ("x",)),
    Case(function_in_a_condition, (0.7,), ("x",)),
    Case(defined_by_a_condition, (0.7, True), ("x",)),
    Case(redefined, (0.7,), ("x",)),
    Case(table_of_closures, (0.7, "add", 0), ("x",), smoke=True),
    Case(stages_of_a_pipeline, (0.7, 0.3), ("x", "gain")),
    Case(partials_in_a_list, (0.7, 0.3), ("x", "y")),
    Case(arguments_of_partials, (0.4, 0.7), ("x", "y")),
    Case(chosen_in_a_loop, ([0.2, 0.7, 0.9], 0.3), ("xs", "a")),
    Case(running_totals, (0.7, 0.3), ("x", "step")),
    Case(functions_of_functions, (0.7,), ("x",)),
    Case(kept_methods, (x3, 0.8, Linear(0.4)), ("x", "w", "layer")),
    Case(spread_lists, ([0.3, 0.2, 0.7], [0.6, 0.1], {"scale": 0.5, "extra": 0.25}), ("xs", "ys", "options")),
    Case(spread_into_classes, ([0.4, 0.9, 0.3], {"radius": 0.6}), ("xs", "table")),
    Case(spread_into_primitives, ((0.4, 0.9), [0.4, 0.9, 0.1]), ("pair", "xs")),
    Case(remembered_terms, (0.7, 5), ("x",)),
    Case(cheapest_order, ([2.0, 3.0, 4.0, 2.5], 0.7), ("dims", "w")),
    Case(argument_that_the_function_rebinds, (0.7,), ("a",)),
    Case(spread_generators, (0.7,), ("x",)),
]
