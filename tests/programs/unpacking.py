"""Programs that take the elements of a computed array apart: parameters on a log scale, means by column, rows."""
import math

import numpy as np

from programs.harness import Case

X = np.array([0.3, 0.8, 1.4])
rng = np.random.default_rng(23)


def pharmacokinetics(theta, dose, dt, steps, data):
    absorption, transfer, back, elimination = np.exp(theta)
    gut, central, tissue = dose, 0.0, 0.0
    misfit = 0.0
    for i in range(steps):
        absorbed = absorption * gut
        gut, central, tissue = (
            gut - dt * absorbed,
            central + dt * (absorbed - (elimination + transfer) * central + back * tissue),
            tissue + dt * (transfer * central - back * tissue))
        misfit += (central - data[i]) ** 2
    return misfit


def centred_ellipse(points):
    mx, my = np.mean(points, axis=0)
    total = 0.0
    for x, y in points:
        total += (x - mx) ** 2 + 2.0 * (y - my) ** 2
    return math.sqrt(total)


def gates(z, c):
    forget, update = np.maximum(z, 0.1)
    keep, _ = np.power(z, 2)
    (up, down), rest = np.clip(z, -5.0, 5.0), c[0]
    first, *others = np.tanh(z)
    return forget * c[0] + update * c[1] * keep + up * down * rest + first * others[0]


def rows(a):
    first, second = np.linalg.inv(a)
    sine, cosine = np.vstack([np.sin(a[0]), np.cos(a[1])])
    [smaller, larger] = np.linalg.eigvalsh(a @ a.T)
    return first @ second + sine @ cosine + larger / smaller


def whole_and_fraction(x):
    fraction, whole = np.modf(x)
    down, across = np.gradient(np.outer(x, x))
    return np.sum(fraction * whole) + np.sum(down * across ** 2)


class Affine:
    """Parameters of different shapes in a list, which an attribute holds."""

    def __init__(self, parameters):
        self.parameters = parameters

    def __call__(self, v):
        return self.parameters[0] * v + self.parameters[1] * self.parameters[0]


def list_in_an_attribute(parameters, v):
    m = Affine(parameters)
    return np.sum(m(v) * m(2 * v))


def _product(parameters, v):
    return (parameters[0] * parameters[1] + parameters[1] ** 2 + parameters[0]) * v


def list_of_a_subroutine(parameters, v):
    s = 0.0
    for _ in range(2):
        s = s + np.sum(_product(parameters, v) * _product(parameters, s + v))
    return s


def blended(low, high, x):
    return low * x + high * x * x


def behind_what_is_unpacked(x, mask, blend, bounds, table):
    s = np.sum(np.where(*mask, x * x)) + np.sum(blend(*bounds, x)) + np.sum(np.interp(*table, x + 0.01))
    return s + np.sum(blend(0.3, *table[:1], np.sum(x) * x[:2]))


def under_the_name_of_the_whole(x, w):
    a, x, b = x  # the second row, and not a part of it
    *w, last = w
    for _ in range(2):
        x = np.sin(x * a)
    return np.sum(x * b) * last + w[0] * w[1]


def turned_in_place(x):
    y = x * x
    z = y
    z[2], z[0], z[1] = y
    y[0], first, y[1] = z
    return np.sum(y * np.array([1.0, 2.0, 3.0])) * first


class Pair:
    def __init__(self, left, right):
        self.left, self.right = left, right

    def __iter__(self):
        yield self.left
        yield self.right


def object_that_yields(a, b):
    pair = Pair(a, a * b)
    left, right = pair
    return left * right


def keys_of_a_dict(a, b):
    i, j = {1: a, 2: b}
    return a ** i * b ** j


def looked_up_by_objects(a, b):
    pairs = [Pair(a, b), Pair(b, 2.0)]
    weights = {p: n + 1.0 for n, p in enumerate(pairs)}
    return sum(weights[p] * p.left * p.right for p in pairs)


def horner(x, *coefficients):
    y = 0.0
    for c in reversed(coefficients):
        y = y * x + c
    return y


def first_and_unpacked(x, c, others):
    """A star parameter takes what is given before the sequence that is unpacked, too."""
    first, *rest = (c, 2.0, x)
    return horner(x, c, *others) + horner(x, first, *rest) + horner(x, c, c, *others[1:], x) + horner(x, *others)


class Weighted:
    def __init__(self, a, *weights):
        self.a = a
        self.weights = weights

    def __call__(self, x, *more, k=1.0):
        return self.a * x + sum(self.weights) * k + sum(m * m for m in more)


def applied(f, *args):
    return f(*args)


def handed_on_behind_others(x, c, others):
    model = Weighted(c, x, *others)
    return model(x, c, *others, k=c) + model(*others) + applied(horner, x, c, *others)

def linear(x, a, b, k=1.0):
    return x * a + b * k


def linear_of_one(x, a, *, k=1.0, b=2.0):
    return x * a + b * k


def four(p, /, q=1.5, r=2.5, s=3.5, *rest, **more):
    return 2.0 * p * p + 3.0 * q * q + 5.0 * r * r + 7.0 * s * s + sum(rest) + sum(v * len(n) for n, v in more.items())


def named_among_unpacked(x, c, others):
    """A sequence that is unpacked ends before what is given by its name; what comes after that has its default."""
    options = {"more": x}
    return four(*others, **{"r": x}, last=c) + four(*others[1:], q=x * c, **options) + four(*others, c, s=x)


FUNCTIONS = {"linear": linear, "linear_of_one": linear_of_one}


class Problem:
    """A function with the rest of its arguments, of which nothing tells how many there are."""

    def __init__(self, f, args=(), options=None):
        self.f = f
        self.args = args
        self.options = options or {}

    def __call__(self, x):
        return self.f(x, *self.args, **self.options)


def problems_of_its_own(x, a):
    problems = [Problem(linear, (a, 2.0), {"k": 3.0 * a}), Problem(linear, (a, x)), Problem(linear, (), {"a": a, "b": 2.0})]
    return sum(p(x) ** 2 for p in problems) + Problem(linear, (a, x), {"k": x})(a)


def problem_that_is_given(problem, x):
    return problem(x) * x


def looked_up(x, args, options, name):
    return FUNCTIONS[name](x, *args, **options) * x + FUNCTIONS[name](x, *args, b=x, **options)


def stepped(f, x, args=(), options=None):
    options = options or {}
    for _ in range(3):
        x = x - 0.1 * f(x, *args, **options)
    return x


def stepped_by_several(x, a):
    return stepped(linear, x, (a, 1.5), {"k": a}) + stepped(linear, x, (a, 2.0)) + stepped(lambda v: v * a, x)


# Functions of NumPy with several results, one of which takes the place of what they read.

def orthogonalized(a):
    total = 0.0
    for _ in range(3):
        a, r = np.linalg.qr(a)
        total += np.sum(r ** 2) * a[0, 1]
    return total


def remainders(a, b):
    for _ in range(2):
        quotient, a = np.divmod(a, b)
    for _ in range(2):
        quotient, b = np.divmod(b, a + 0.3)
    return np.sum(a * b)


CASES = [
    Case(orthogonalized, (rng.normal(size=(3, 3)) + 2 * np.eye(3),), ("a",)),
    Case(remainders, (np.array([5.3, 7.1]), np.array([1.7, 2.4])), ("a", "b")),
    Case(named_among_unpacked, (1.2, 0.4, [2.0, 3.0]), ("x", "c", "others")),
    Case(problems_of_its_own, (1.1, 2.0), ("x", "a")),
    Case(problem_that_is_given, (Problem(linear, (1.5,), {"b": 0.4}), 0.7), ("problem", "x")),
    Case(looked_up, (1.2, [0.4], {"k": 1.5}, "linear_of_one"), ("x", "args", "options")),
    Case(stepped_by_several, (1.2, 0.4), ("x", "a")),
    Case(first_and_unpacked, (1.2, 0.4, [2.0, 3.0]), ("x", "c", "others"), smoke=True),
    Case(handed_on_behind_others, (1.2, 0.4, [2.0, 3.0]), ("x", "c", "others")),
    Case(behind_what_is_unpacked, (X, (X > 0.5, 2.0 * X), blended, (1.5, 2.0), (np.array([0.4, 1.3]), np.arange(3.0))),
         ("x",)),
    Case(pharmacokinetics, (0.3 * rng.normal(size=4), 5.0, 0.1, 4, rng.random(4)), ("theta", "dose"), smoke=True),
    Case(centred_ellipse, (rng.normal(size=(5, 2)),), ("points",)),
    Case(gates, (np.array([0.7, 1.4]), rng.normal(size=2)), ("z", "c")),
    Case(rows, (rng.normal(size=(2, 2)) + 2 * np.eye(2),), ("a",)),
    Case(list_in_an_attribute, ([rng.normal(size=(2, 3)), rng.normal(size=3)], rng.normal(size=3)), ("parameters", "v")),
    Case(list_of_a_subroutine, ([0.7, 0.3 * rng.normal(size=3)], rng.normal(size=3)), ("parameters", "v")),
    Case(object_that_yields, (1.3, 0.7), ("a", "b")),
    Case(keys_of_a_dict, (1.3, 0.7), ("a", "b")),
    Case(looked_up_by_objects, (1.3, 0.7), ("a", "b")),
    Case(whole_and_fraction, (np.array([0.3, 1.6, 2.2]),), ("x",)),
]
