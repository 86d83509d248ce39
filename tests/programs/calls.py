"""Programs that pass functions around: arguments, tables, closures, decorators, partial application, recursion."""
import functools
import math
from typing import Callable

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(19)


def trapezoid(f, a, b, n):
    h = (b - a) / n
    return h * (0.5 * f(a) + sum(f(a + i * h) for i in range(1, n)) + 0.5 * f(b))


def integral_of_lambda(a, b, omega):
    return trapezoid(lambda t: math.sin(omega * t) * t, a, b, 6)


def function_from_outside(f, a, b):
    return trapezoid(f, a, b, 4)


def euler(rhs, y, t_end, n, *args):
    h = t_end / n
    for i in range(n):
        y = y + h * rhs(y, i * h, *args)
    return y


def logistic(y, t, rate, capacity):
    return rate * y * (1 - y / capacity)


def ode_with_named_rhs(y0, rate, capacity):
    return euler(logistic, y0, 2.0, 5, rate, capacity)


ACTIVATIONS = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0.0),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "identity": lambda x: x,
}


def activation_table(x, w, names):
    for name in names:
        x = ACTIVATIONS[name](x * w)
    return x


def list_of_functions(x):
    functions = [math.sin, math.exp, lambda v: v ** 2, abs]
    total = 0.0
    for k, f in enumerate(functions):
        total += f(x) * (k + 1)
    return total


def compose(*functions):
    def composed(x):
        for f in reversed(functions):
            x = f(x)
        return x
    return composed


def composition(x, scale):
    h = compose(np.sin, lambda v: v * scale, np.square)
    return np.sum(h(x))


def newton(f, df, x, iterations):
    for _ in range(iterations):
        x = x - f(x) / df(x)
    return x


def root_of_parameter(a, guess):
    return newton(lambda x: x ** 3 - a, lambda x: 3 * x ** 2, guess, 3)


def fixed_point(step: Callable, x, tolerance=1e-4, limit=30):
    for k in range(limit):
        new = step(x)
        if np.max(np.abs(new - x)) < tolerance:
            return new, k
        x = new
    return x, limit


def implicit_midpoint(y, omega, h):
    def step(z):
        return y + h * np.array([z[1], -omega * np.sin(z[0])])

    z, iterations = fixed_point(step, y, limit=4)
    return z


def logged(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        result = f(*args, **kwargs)
        wrapper.calls = getattr(wrapper, "calls", 0) + 1
        return result
    return wrapper


def scaled_by(factor):
    def decorate(f):
        @functools.wraps(f)
        def wrapper(x):
            return factor * f(x)
        return wrapper
    return decorate


@scaled_by(1.5)
def decorated_square(x):
    return x * x


def calls_decorated(x):
    return decorated_square(x) + decorated_square(x + 1.0)


def register(table):
    def add(f):
        table[f.__name__] = f
        return f
    return add


TABLE: dict = {}


@register(TABLE)
def red(x):
    return x * 2


@register(TABLE)
def blue(x):
    return x ** 2


def registered_functions(x):
    return TABLE["red"](x) * TABLE["blue"](x)


def factorial_series(x, n):
    def term(k):
        return 1.0 if k == 0 else term(k - 1) * x / k
    return sum(term(k) for k in range(n))


def ackermann_like(x, depth):
    if depth == 0:
        return x + 0.5
    inner = ackermann_like(x * 0.9, depth - 1)
    if inner > 1:
        return inner * x
    return inner + ackermann_like(inner, depth - 1)


def is_even_sum(x, n):
    return x if n == 0 else x * is_odd_sum(x, n - 1)


def is_odd_sum(x, n):
    return 1.0 if n == 0 else x + is_even_sum(x, n - 1)


def mutual_recursion(x):
    return is_even_sum(x, 5)


def weighted_sum(*values, weights=None, **options):
    weights = weights or [1.0] * len(values)
    total = 0.0
    for v, w in zip(values, weights):
        total += v * w
    if options.get("normalize"):
        total /= sum(weights)
    return total ** options.get("power", 1)


def star_arguments(x, y, z):
    values = (x, y * y)
    options = {"normalize": True, "power": 2}
    a = weighted_sum(*values, z, weights=[x, 1.0, y], **options)
    b = weighted_sum(x, y, *[z, z])
    return a + b * weighted_sum()


def keyword_only(x, /, y=2.0, *, scale=1.0, offset):
    return x ** y * scale + offset


def named_and_counted(x, y=1.0, z=2.0):
    return x * y ** 2 + np.sin(z)


def unpacked_by_length_and_name(xs, options, w):
    names = ["z"]
    a = named_and_counted(*xs[:1], **options, **dict(zip(names, [w * xs[0]])))
    return a * named_and_counted(*xs, **dict(zip(names[len(xs) - 1:], [w])))


def signature_kinds(a, b):
    return keyword_only(a, offset=b) + keyword_only(b, 3.0, scale=a, offset=1.0)


def default_arguments(x, n=3, rates=(0.1, 0.2), f=math.sin):
    for rate in rates:
        for _ in range(n):
            x = x + rate * f(x)
    return x


def several_results(a, b):
    def quadratic_roots(p, q):
        disc = math.sqrt(p * p / 4 - q)
        return -p / 2 + disc, -p / 2 - disc

    r1, r2 = quadratic_roots(a, b)
    _, last = quadratic_roots(r1 + 3, r2 * 0.1)
    return r1 * r2 + last, {"roots": [r1, r2]}


def make_counter(step):
    total = 0.0

    def bump(x):
        nonlocal total
        total = total + step * x
        return total

    return bump


def stateful_closure(x, step):
    bump = make_counter(step)
    bump(x)
    bump(x * 2)
    return bump(1.0)


def swap_in_place(a, i, j):
    a[i], a[j] = a[j], a[i]


def scale_rows(matrix, factors):
    for row, factor in zip(matrix, factors):
        row *= factor


def normalize_rows(matrix):
    scale_rows(matrix, 1.0 / np.sqrt((matrix ** 2).sum(axis=1)))


def nested_in_place(matrix, x):
    normalize_rows(matrix)
    swap_in_place(x, 0, 2)
    x -= matrix[1]
    return matrix @ x


def fill_diagonal_blocks(out, block, k):
    view = out[k:k + 2, k:k + 2]
    view[...] = block
    return view


def views_returned(blocks, scale):
    out = np.zeros((4, 4))
    for k, block in enumerate(blocks):
        corner = fill_diagonal_blocks(out, block, 2 * k)
        corner *= scale
        corner[0, 0] += 1.0
    return out


def method_chosen_at_run_time(x, names):
    total = 0.0
    for name in names:
        total += getattr(np, name)(x).sum() if name != "none" else 0.0
    return total


def apply_method(x, reduce_by):
    operations = {"mean": x.mean, "sum": x.sum, "prod": lambda: x.prod()}
    return operations[reduce_by]() * operations["sum"]()


def map_over_arrays(xs, w):
    outputs = list(map(functools.partial(np.dot, w), xs))
    return sum(o ** 2 for o in outputs)


def vectorized_by_hand(x):
    f = np.sin if x[0] > 0 else np.cos
    g = [np.exp, np.log1p][int(x[1] > 0.5)]
    return np.sum(f(x) * g(x))


def conditional_definition(x, flag):
    if flag:
        def f(v):
            return v * v
    else:
        def f(v):
            return -v
    return f(x) * x


def curried(a):
    return lambda b: lambda c: a * b + c


def currying(x, y):
    return curried(x)(y)(x * y)


def callbacks(x, steps):
    trace = []

    def loop(state, on_step):
        for k in range(steps):
            state = 3.7 * state * (1 - state)
            on_step(k, state)
        return state

    final = loop(x, lambda k, s: trace.append(s * k))
    return final + sum(trace)


def symmetric_in(n, fn):
    def changed(*args, **options):
        args = list(args)
        args[n] = 0.5 * (args[n] + args[n].T)
        return fn(*args, **options)
    return changed


def quadratic(v, m, shift=0.0):
    return v @ m @ v + np.sum(m * shift)


symmetric_quadratic = symmetric_in(1, quadratic)


def scaled_arguments(*args):
    scaled = list(args)
    for k in range(2):
        scaled[k] = scaled[k] * (k + 2.0)
    return quadratic(*scaled)


def decorated_with_changed_arguments(v, m):
    return symmetric_quadratic(v, m, shift=0.3) + scaled_arguments(v, m)


def unpacked_after_it_has_grown(x, y):
    xs = [x, y]
    rows = [xs]
    rows[0].append(x * y)
    ys = list(xs[:2])
    ys += [x]
    zs = [x, y, x * y]
    del zs[0]
    return weighted(*xs) + 2.0 * weighted(*ys) + weighted(*zs)


def weighted(*terms):
    total = 0.0
    for k, term in enumerate(terms):
        total += (k + 1) * term ** 2
    return total


def reduction(f):
    @functools.wraps(f)
    def wrapper(x, *args, **kwargs):
        return f(x, *args, **kwargs)
    return wrapper


def primitives_with_options(x, options):
    total = np.sum(np.mean(x, **options) ** 2) + np.sum(x.std(**options)) + np.sum(x[:, np.argmax(x, **options)])
    for f in (np.amax, np.prod, np.nansum, np.linalg.norm, np.logaddexp.reduce):
        total += np.sum(reduction(f)(x, axis=1) ** 2)
    return total


def noted(*values, **options):
    return len(values) + len(options)


def norm_of(x, axis=None, ord=2):
    if noted(x, axis, ord, axis=axis) > 3:
        x = x * 2.0
    return np.linalg.norm(x, ord, axis)


def arguments_of_any_number(x):
    return norm_of(x) + np.sum(norm_of(x, 0) * norm_of(x.T, axis=-1, ord=1)[0])


def translated(f):
    @functools.wraps(f)
    def wrapper(x, **options):
        named = set(options)
        dim = options.pop("dim", None)
        if "dim" in named:
            options["axis"] = None if x.ndim == 0 else dim
        return f(x, **options)
    return wrapper


def options_translated(x):
    return np.sum(translated(np.prod)(x, dim=0) * translated(np.std)(x, dim=-2, ddof=1)) + translated(np.var)(x)


def options_handed_on(x, axes):
    return varied(x, axes, axis=1, ddof=1) * x[0, 0]


def varied(x, axes, **options):
    return np.sum(np.var(np.transpose(x, *axes), **options))


def changed_results(x, w, functions):
    total = 0.0
    for f in functions:
        z = x * w
        y = f(z)
        y[0] = 3.0 * x[1]
        total += np.sum(z * y)
    return total


CASES = [
    Case(primitives_with_options, (rng.random((3, 4)), {"axis": 0}), ("x",)),
    Case(arguments_of_any_number, (rng.random((3, 4)),), ("x",)),
    Case(options_translated, (rng.random((3, 4)),), ("x",)),
    Case(options_handed_on, (rng.random((3, 4)), [(1, 0)]), ("x",)),
    Case(decorated_with_changed_arguments, (rng.random(3), rng.random((3, 3))), ("v", "m"), smoke=True),
    Case(unpacked_after_it_has_grown, (0.4, 0.7), ("x", "y")),
    Case(integral_of_lambda, (0.2, 1.3, 2.0), ("a", "b", "omega"), smoke=True),
    Case(function_from_outside, (math.exp, 0.2, 1.3), ("a", "b")),
    Case(ode_with_named_rhs, (0.2, 1.1, 2.0), ("y0", "rate", "capacity")),
    Case(changed_results, (rng.normal(size=3), 1.2, [np.positive, np.copy, np.sin]), ("x", "w")),
    Case(activation_table, (rng.normal(size=3), 1.2, ["tanh", "softplus", "relu", "identity"]), ("x", "w"),
         smoke=True),
    Case(list_of_functions, (0.7,), ("x",)),
    Case(composition, (rng.random(3), 1.4), ("x", "scale")),
    Case(root_of_parameter, (2.3, 1.2), ("a", "guess")),
    Case(implicit_midpoint, (np.array([0.4, 0.1]), 1.3, 0.2), ("y", "omega", "h")),
    Case(calls_decorated, (0.7,), ("x",)),
    Case(registered_functions, (0.7,), ("x",)),
    Case(factorial_series, (0.7, 6), ("x",)),
    Case(ackermann_like, (0.9, 3), ("x",)),
    Case(mutual_recursion, (0.8,), ("x",)),
    Case(star_arguments, (0.8, 1.3, 0.4), ("x", "y", "z")),
    Case(signature_kinds, (0.8, 1.3), ("a", "b")),
    Case(unpacked_by_length_and_name, ([0.8, 1.3], {"y": 0.7}, 0.4), ("xs", "options", "w")),
    Case(default_arguments, (0.8,), ("x",)),
    Case(several_results, (0.8, -1.3), ("a", "b")),
    Case(stateful_closure, (0.8, 1.3), ("x", "step")),
    Case(nested_in_place, (rng.random((3, 3)), rng.random(3)), ("matrix", "x"), smoke=True),
    Case(views_returned, ([rng.random((2, 2)), rng.random((2, 2))], 1.3), ("blocks", "scale")),
    Case(method_chosen_at_run_time, (rng.random(3), ["sin", "none", "exp"]), ("x",)),
    Case(apply_method, (rng.random(3), "mean"), ("x",)),
    Case(map_over_arrays, (rng.random((3, 2)), rng.random(2)), ("xs", "w")),
    Case(vectorized_by_hand, (rng.random(3),), ("x",)),
    Case(conditional_definition, (0.7, True), ("x",)),
    Case(currying, (0.7, 1.2), ("x", "y")),
    Case(callbacks, (0.3, 4), ("x",)),
]
