"""Functions that are kept in lists, dicts and objects with the values that they capture, and called later."""
import math
from functools import partial

import numpy as np

from programs.harness import Case


def affine(factor, x, offset=0.0):
    return factor * x + offset


def shifted_by(s):
    return lambda v: v + s


def apply_all(functions, x):
    for function in functions:
        x = function(x)
    return x


def closures_in_a_list(x, y):
    def scale(v):
        w = v * y
        return w * v

    steps = [math.sin]
    steps.append(lambda v: scale(v) + y)
    steps.append(scale)
    for k in range(3):
        steps.append(shifted_by(y * k))
    return apply_all(steps, x) + scale(x)


def defaults_fix_values(x, y):
    steps = []
    for k in range(3):
        a = x * k
        steps.append(lambda v, a=a: v * a + y)
    steps.append(lambda v, b=2.0, *, c=y * x: v * b + c)
    return apply_all(steps, 1.3)


def kept_recursive_function(x, y):
    def power(v, k):
        return v if k == 0 else power(v * y, k - 1)

    table = {}
    table["power"] = power
    total = 0.0
    for name in ["power", "power"]:
        total = total + table[name](x, 2)
    return total


def kept_partials(x, y):
    steps = []
    steps.append(partial(affine, x, offset=y))
    steps.append(partial(lambda a, v: a * v + y, x))
    x = x * 2
    return apply_all(steps, x)


def closures_over_arrays(x, y):
    layers = []
    weights = np.outer(x, y)
    layers.append(lambda v: weights @ v)
    layers.append(lambda v: np.tanh(v + y))
    return apply_all(layers, x)


def tape(x, y):
    """Reverse mode by hand: closures that are called in reverse order."""
    backward = []
    a = x * y
    backward.append(lambda g: g * y)
    b = math.sin(a)
    backward.append(lambda g: g * math.cos(a))
    return b, apply_all(reversed(backward), 1.0)


class Gain:
    def __init__(self, w):
        self.w = w

    def __call__(self, v):
        return v * v * self.w


class Stage:
    def __init__(self, function, value):
        self.function = function
        self.value = value

    def run(self):
        return self.function(self.value)


def functions_in_attributes(x, y):
    stages = [Stage(lambda v: v * y, x), Stage(Gain(x), y), Stage(math.sin, x * y), Stage(partial(affine, y), x)]
    total = stages[0].run() * x
    for stage in stages:
        total = total + stage.run()
    return total


def callable_object_in_an_argument(stage, y):
    return stage.run() * y + stage.function(y)


x2, y2 = np.array([0.1, 0.5]), np.array([1.1, 0.4])

def hodgkin_huxley(current, g_sodium, steps):
    """Gates of a neuron with a table of rates, which is made anew in every run."""
    rates = {"m": (lambda v: 0.1 * (v + 40.0) / (1.0 - np.exp(-(v + 40.0) / 10.0)), lambda v: 4.0 * np.exp(-(v + 65.0) / 18.0)),
             "h": (lambda v: 0.07 * np.exp(-(v + 65.0) / 20.0), lambda v: 1.0 / (1.0 + np.exp(-(v + 35.0) / 10.0)))}
    v = -60.0
    gates = {"m": 0.05, "h": 0.6}
    trace = np.zeros(steps)
    for i in range(steps):
        for name, (opening, closing) in rates.items():
            gates[name] += 0.02 * (opening(v) * (1 - gates[name]) - closing(v) * gates[name])
        v += 0.02 * (current - g_sodium * gates["m"] ** 3 * gates["h"] * (v - 50.0) - 0.3 * (v + 54.4))
        trace[i] = v
    return trace


class Scaled:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return self.factor * x


class Summed:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __call__(self, x):
        return self.a(x) + self.b(x)


class Multiplied(Summed):
    def __call__(self, x):
        return self.a(x) * self.b(x)


def composed_kernels(theta, x):
    kernel = Summed(Multiplied(Scaled(theta[0]), Scaled(theta[1])), Scaled(theta[2]))
    return kernel(x) * kernel(2.0 * x)


CASES = [
    Case(hodgkin_huxley, (10.0, 12.0, 6), ("current", "g_sodium")),
    Case(composed_kernels, (np.array([1.3, 2.1, 0.7]), 0.6), ("theta", "x")),
    Case(closures_in_a_list, (0.4, 0.7), ("x", "y"), smoke=True),
    Case(defaults_fix_values, (0.4, 0.7), ("x", "y")),
    Case(kept_recursive_function, (0.4, 0.7), ("x", "y")),
    Case(kept_partials, (0.4, 0.7), ("x", "y")),
    Case(closures_over_arrays, (x2, y2), ("x", "y")),
    Case(tape, (0.4, 0.7), ("x", "y")),
    Case(functions_in_attributes, (0.4, 0.7), ("x", "y")),
    Case(callable_object_in_an_argument, (Stage(Gain(0.3), 0.4), 0.7), ("stage", "y")),
]
