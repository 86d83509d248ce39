"""Values that are broadcast in one place and used as they are in another: their adjoints get contributions of several shapes."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


def energy(u):
    total = 0.0
    for i in range(len(u)):
        total += u[i] ** 2
    return total


def scaled_and_returned(x, s, y):
    d = s + energy(x)
    return d * y, d


def scaled_by_a_callee(x, s, y):
    profile, d = scaled_and_returned(x, s, y)
    return np.sum(profile * profile) * d


def scaled_by_another_name(x, s, y):
    d = s + energy(x)
    e = d
    return [d * y, e]


def shifted_totals(x, s, y):
    s += energy(x)
    return (x - y) * (s * y), s


def scales_arrays_and_numbers(x, s, values):
    d = s + energy(x)
    out = []
    for v in values:
        out.append(d * v)
    return out


def sums_arrays_and_numbers(x, s, values):
    d = s + energy(x)
    total = 0.0
    for v in values:
        z = d * v
        total = total + np.sum(z * z)
    return total


def scaled_in_turn(x, s, values):
    """What is bound anew in every iteration gets one contribution each time."""
    total = 0.0
    for v in values:
        d = s + energy(x)
        total = total + np.sum(np.sin(d * v))
        s = d * 0.5
    return total


def scaled_on_conditions(x, s, values):
    d = s + energy(x)
    out = []
    for n, v in enumerate(values):
        if n == 1:
            d = d * s
        out.append(d * v)
    return out, d


X, Y = np.array([0.3, -0.4, 0.9]), np.array([1.2, 0.5, -0.7])
VALUES = [np.array([0.4, 0.2, -0.8]), 2.0, np.array([[0.5], [1.5]])]

CASES = [
    *[Case(f, (X, 0.7, Y), ("x", "s", "y")) for f in (
        scaled_and_returned, scaled_by_a_callee, scaled_by_another_name, shifted_totals)],
    *[Case(f, (X, 0.7, VALUES), ("x", "s", "values")) for f in (
        scales_arrays_and_numbers, sums_arrays_and_numbers, scaled_in_turn, scaled_on_conditions)],
]
