"""Functions that call themselves and pass on the functions that they were given."""
import math

import numpy as np

from programs.harness import Case


def walk(tree, visit):
    if isinstance(tree, list):
        for part in tree:
            walk(part, visit)
    else:
        visit(tree)


def visitor(xs, a):
    found = []
    walk([xs, [xs]], lambda v: found.append(v * a))
    return sum(found) * found[0]


def visitor_with_a_total(xs, a):
    total = [0.0]

    def visit(v):
        total[0] += v * v * a
    walk([xs, [xs]], visit)
    return total[0]


def adaptive(f, a, b, tolerance=1e-3):
    m = (a + b) / 2
    whole = (b - a) * (f(a) + 4 * f(m) + f(b)) / 6
    left = (m - a) * (f(a) + 4 * f((a + m) / 2) + f(m)) / 6
    right = (b - m) * (f(m) + 4 * f((m + b) / 2) + f(b)) / 6
    if abs(left + right - whole) < tolerance:
        return left + right
    return adaptive(f, a, m, tolerance / 2) + adaptive(f, m, b, tolerance / 2)


def adaptive_quadrature(k, b):
    return adaptive(lambda u: u ** 3 * k + k * k / (1 + u), 0.0, b)


def quadrature_of_a_function(k, b):
    def rate(u):
        v = math.sin(k * u)
        return v * v
    return adaptive(rate, 0.0, b, tolerance=1e-4) + adaptive(f=rate, a=k, b=b)


def fold(tree, leaf, node):
    if not isinstance(tree, tuple):
        return leaf(tree)
    return node([fold(part, leaf, node) for part in tree])


def folded(k, b):
    return fold(((1.0, 2.0), (b, (3.0, k))), lambda v: v * k, lambda parts: parts[0] * parts[1] + k)


def iterate(step, n, *, y):
    if n == 0:
        return y
    return iterate(step, n - 1, y=step(y))


def iterated(k, b):
    return iterate(lambda y: y + k * np.sin(y), 3, y=b) + iterate(lambda y: y * k, 2, y=np.array([b, 1.0])).sum()


def mark(out, tree, a):
    if isinstance(tree, list):
        for part in tree:
            mark(out, part, a)
        return 2
    out.append(tree * a)
    return 2


def constant_result(xs, a):
    out = []
    n = mark(out, [xs, [xs]], a)
    return sum(out) * n


def constant_result_of_a_nested_function(xs, a):
    total = [0.0]

    def visit(v):
        total[0] += v * a
        return True

    def go(n):
        if n == 0:
            return 0
        visit(xs[0])
        return 1 + go(n - 1)
    return total[0] * go(3) + total[0]


LISTS = ([0.6, 0.7, 0.8], 0.3)
CASES = [
    *(Case(f, LISTS, ("xs", "a")) for f in (visitor, visitor_with_a_total, constant_result, constant_result_of_a_nested_function)),
    *(Case(f, LISTS, ("a",)) for f in (visitor, constant_result, constant_result_of_a_nested_function)),
    *(Case(f, (0.7, 1.3), ("k", "b")) for f in (adaptive_quadrature, quadrature_of_a_function, folded, iterated)),
]
