"""Programs that use the rest of the language: match, with, exceptions, walrus, f-strings, annotations and more."""
from __future__ import annotations

import contextlib
import io
import math
import warnings

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(20)

GAIN = 1.7
WEIGHTS = np.array([0.5, 1.5, 2.5])


def match_on_tuples(shapes, scale):
    total = 0.0
    for shape in shapes:
        match shape:
            case ("circle", r):
                total += math.pi * r ** 2
            case ("rectangle", w, h) if w > h:
                total += w * h * scale
            case ("rectangle", w, _):
                total += w ** 2
            case _:
                total += 1.0
    return total


def match_on_dicts(commands, x):
    for command in commands:
        match command:
            case {"op": "add", "value": value}:
                x = x + value
            case {"op": "scale", **rest}:
                x = x * rest["value"]
            case {"op": "square" | "power"}:
                x = x ** 2
            case [first, *others]:
                x = x + first * len(others)
            case None:
                pass
    return x


class LinearForm:
    __match_args__ = ("slope", "intercept")

    def __init__(self, slope, intercept):
        self.slope = slope
        self.intercept = intercept


def match_on_classes(x):
    form = LinearForm(x, x * x)
    match form:
        case LinearForm(slope=s, intercept=i) if s > 100:
            return s + i
        case LinearForm(s, i):
            return s * 2 + i


def early_exits(xs):
    best = None
    for i, x in enumerate(xs):
        if x < 0:
            continue
        if i > 5:
            break
        y = x ** 2
        if y > 4:
            return y * 10
        best = y if best is None or y > best else best
    else:
        best = best * 3
    return best


def nested_breaks(a, limit):
    total = 0.0
    found = False
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if total > limit:
                found = True
                break
            if (i + j) % 3 == 2:
                continue
            total += a[i, j] ** 2
        else:
            total *= 1.1
            continue
        break
    return total if found else -total


def walrus_in_conditions(x):
    steps = 0
    while (error := abs(x * x - 2.0)) > 1e-3 and (steps := steps + 1) < 6:
        x = 0.5 * (x + 2.0 / x)
    if (y := x * 3) > 1 and (z := y - 1) > 0:
        return y * z + error
    return [w := x, w * w][1]


def first_valid(values, threshold):
    for v in values:
        try:
            if v < threshold:
                raise ValueError(f"{v:.3f} is below {threshold}")
            result = math.sqrt(v - threshold)
        except ValueError as error:
            message = str(error)
            continue
        else:
            result = result * 2
        finally:
            threshold = threshold + 0.1
        return result + len(message)
    return 0.0


def checked_division(a, b):
    try:
        q = a / b
    except ZeroDivisionError:
        return a
    return q * a


def fallback_solver(A, b):
    try:
        x = np.linalg.solve(A, b)
    except np.linalg.LinAlgError:
        x = np.linalg.lstsq(A, b, rcond=None)[0]
    if not np.all(np.isfinite(x)):
        raise FloatingPointError("no solution")
    return x


def cleanup(x):
    log = []
    try:
        y = x ** 3
        log.append("cubed")
        return y * len(log)
    finally:
        log.append("done")


def context_managers(x):
    buffer = io.StringIO()
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = np.log(x) * 2
    with contextlib.redirect_stdout(buffer):
        print("inside", y)
    with contextlib.suppress(KeyError):
        y = y * x
        {}["missing"]
    return np.sum(y) + len(buffer.getvalue()) * 0


class Timer:
    def __enter__(self):
        self.entered = True
        return self

    def __exit__(self, *exc):
        self.entered = False
        return False


def own_context_manager(x):
    with Timer() as timer:
        y = x * x if timer.entered else x
    return y if timer.entered else y * 3


def asserts_and_messages(x, name="x"):
    """Checks, messages and a docstring."""
    assert isinstance(x, float), f"{name} must be a float, not {type(x).__name__!r}"
    assert x > 0
    if math.isnan(x):
        raise ValueError("%s is nan" % name)
    label = f"{name}={x:.2f}" + "!" * 2
    return x ** 2 * len(label.split("="))


def annotations_everywhere(x: float, n: int = 3) -> float:
    total: float = 0.0
    weights: list[float] = [x ** k for k in range(n)]
    w: float
    for w in weights:
        total += w
    return total


def deletions(x):
    data = {"a": x, "b": x * x, "c": 3.0}
    items = [x, x + 1, x + 2]
    del data["c"], items[1]
    temp = data["b"] * items[1]
    del items
    return temp + len(data)


def chained_and_augmented(x, y):
    a = b = c = x * y
    a += b
    b -= c * 2
    c **= 2
    a, (b, c) = b, (a, c / y)
    a *= b
    b /= c
    (d, *e), f = [a, b, c], x
    f %= 0.3
    return a + sum(e) * f + d


def conditional_expressions(x, y):
    a = x if x > y else y
    b = a * 2 if a > 1 else (a * 3 if a > 0.5 else a)
    c = [x, y][x > y] + (x, y)[0]
    return b + c + (x and y) + (0.0 or y) + (not x) * 3


def comparisons(x, y, z):
    score = 0.0
    if x < y <= z:
        score += x
    if x != y and not (y > z or x is None):
        score += y ** 2
    if 0 <= x < 1 and (y < 1 or z > 1):
        score *= z
    return score


def integer_arithmetic(x, n):
    digits = []
    while n:
        n, r = divmod(n, 7)
        digits.append(r)
    bits = sum(1 for d in digits if d & 1)
    shifted = (bits << 2) | 1
    total = 0.0
    for k, d in enumerate(digits[::-1]):
        total += d * x ** k
    return total * shifted // 1 * 0 + total * (shifted ^ 3) + (-7 // 2) * x + x % 1 + round(2.5) * x


def string_processing(text, x, y):
    """A tiny expression evaluator: the text decides what is done with the numbers."""
    values = {"x": x, "y": y}
    total = 0.0
    for term in text.replace("-", "+-").split("+"):
        term = term.strip()
        if not term:
            continue
        sign = -1.0 if term.startswith("-") else 1.0
        product = sign
        for factor in term.lstrip("-").split("*"):
            factor = factor.strip()
            product *= values[factor] if factor in values else float(factor)
        total += product
    return total


def local_imports(x):
    from math import cos as cosine
    from math import pi

    import numpy as xp
    return xp.sum(xp.sin(x)) * cosine(pi / 3)


def global_constants(x):
    global GAIN
    return np.dot(x, WEIGHTS) * GAIN


def while_with_state(x):
    phase = "up"
    count = 0
    while True:
        if phase == "up":
            x = x * 1.5
            if x > 4:
                phase = "down"
        elif phase == "down":
            x = x - 0.7
            if x < 2:
                break
        count += 1
        if count > 50:
            raise RuntimeError("does not end")
    return x * count


def loop_variables_survive(xs):
    for i, x in enumerate(xs):
        y = x * i
    return x * y + i


def values_of_earlier_iterations(x, y):
    """Variables that one iteration binds and others read."""
    total = 0.0
    for i, v in enumerate([x, y, x * y, x + y]):
        if i == 0:
            first = v
        elif i == 2:
            w = v * v
            third = w
        else:
            total += v * first
    for i in range(4):
        scaled = x * i + y
        if i == 1:
            kept = scaled
        if i > 2:
            total += scaled * kept
    return total * third + first + w + kept


def overwritten_parameters(x, y):
    x = x * y
    y = x + 1.0
    if y > 2:
        x = y
        y = x * y
    for x in (y, y * 2.0):
        y = y + x
    return x + y


def variable_of_several_types(x, as_array):
    result = x
    if as_array:
        result = np.array([x, x * 2])
        result = result.sum()
    else:
        result = [x, x]
        result = sum(result)
    return result * x


def lambda_defaults(x):
    f = lambda v, w=2.0, *, z=x: v * w * z
    g = lambda: x ** 2
    return f(x) + f(x, 3.0) + f(x, z=1.0) + g()


def sentinel_none(x, history=None):
    if history is None:
        history = []
    history.append(x * 2)
    last = history[-1] if history else None
    return last if last is not None else x


def type_dispatch(p):
    total = 0.0
    for item in p:
        if isinstance(item, (int, float)):
            total += item * 2
        elif isinstance(item, np.ndarray):
            total += item.sum()
        elif isinstance(item, list):
            total += type_dispatch(item)
        elif hasattr(item, "keys"):
            total += type_dispatch(list(item.values())) ** 2
    return total


def array_iteration(a):
    total = 0.0
    for row in a:
        for value in row:
            total += value * row[0]
    for value in a.flat:
        total += value ** 2
    for (i, j), value in np.ndenumerate(a):
        total += value * i * j
    for index in np.ndindex(a.shape):
        total += a[index] ** 3
    for i, column in enumerate(a.T):
        total *= 1 + 0.1 * column[i % 2]
    return total


def in_place_everything(x, y):
    x[0] = y[1]
    x[1:] += y[:-1] * x[:-1]
    x[[0, 2]] *= 2.0
    x[x > 1] -= 0.5
    np.add.at(x, [0, 0, 1], y[0])
    x[-1], y[0] = y[0] * 2, x[0]
    z = x[::2]
    z /= 1.5
    np.multiply(x, y, out=y)
    x *= y
    x[:] = x[::-1].copy()
    return np.sum(x * y)


def ellipsis_and_newaxis(a, b):
    a[..., 0] = b
    a[:, -1] *= a[..., 0]
    outer = b[:, None] * b[None, :]
    outer[np.diag_indices(len(b))] = 0.0
    outer[np.triu_indices(len(b), 1)] += a[0, 1]
    return outer @ a


def comparison_that_is_never_made(x):
    limit = None
    if x > 5.0 and limit > 0.5:
        x = x * 2
    return x * x


CASES = [
    Case(comparison_that_is_never_made, (1.3,), ("x",)),
    Case(match_on_tuples, ([("circle", 0.7), ("rectangle", 0.9, 0.5), ("rectangle", 0.4, 0.6), ("dot",)], 1.3),
         ("shapes", "scale"), smoke=True),
    Case(match_on_dicts, ([{"op": "add", "value": 0.3}, {"op": "scale", "value": 1.4}, {"op": "square"}, [0.2, 1.0],
                           None], 0.8), ("commands", "x")),
    Case(match_on_classes, (0.8,), ("x",)),
    Case(values_of_earlier_iterations, (0.4, 0.7), ("x", "y")),
    Case(early_exits, ([0.3, -1.0, 1.2, 0.7],), ("xs",)),
    Case(nested_breaks, (rng.random((3, 3)) + 0.5, 2.0), ("a",)),
    Case(walrus_in_conditions, (1.0,), ("x",)),
    Case(first_valid, ([0.1, 0.3, 2.5, 0.9], 0.5), ("values", "threshold")),
    Case(checked_division, (0.8, 1.3), ("a", "b")),
    Case(fallback_solver, (rng.random((3, 3)) + 2 * np.eye(3), rng.random(3)), ("A", "b")),
    Case(cleanup, (0.8,), ("x",)),
    Case(context_managers, (rng.random(3) + 0.5,), ("x",)),
    Case(own_context_manager, (0.8,), ("x",)),
    Case(asserts_and_messages, (0.8,), ("x",)),
    Case(annotations_everywhere, (0.8,), ("x",)),
    Case(deletions, (0.8,), ("x",)),
    Case(chained_and_augmented, (0.8, 1.3), ("x", "y")),
    Case(conditional_expressions, (0.8, 1.3), ("x", "y")),
    Case(comparisons, (0.3, 0.8, 1.4), ("x", "y", "z")),
    Case(integer_arithmetic, (0.83, 1234), ("x",)),
    Case(string_processing, ("2*x*y - 3*y + x*x - 1", 0.8, 1.3), ("x", "y")),
    Case(local_imports, (rng.random(3),), ("x",)),
    Case(global_constants, (rng.random(3),), ("x",)),
    Case(while_with_state, (0.9,), ("x",), smoke=True),
    Case(loop_variables_survive, ([0.3, 0.8, 1.4],), ("xs",)),
    Case(overwritten_parameters, (0.8, 1.3), ("x", "y")),
    Case(variable_of_several_types, (0.8, True), ("x",)),
    Case(lambda_defaults, (0.8,), ("x",)),
    Case(sentinel_none, (0.8,), ("x",)),
    Case(type_dispatch, ([0.8, rng.random(2), [0.3, [0.4]], {"a": 0.5, "b": 0.6}],), ("p",)),
    Case(array_iteration, (rng.random((2, 3)),), ("a",)),
    Case(in_place_everything, (rng.random(4) + 0.5, rng.random(4)), ("x", "y"), smoke=True),
    Case(ellipsis_and_newaxis, (rng.random((3, 3)), rng.random(3)), ("a", "b")),
]
