"""Writes random numerical kernels: nests of loops that fill and change arrays of six numbers element by element."""
from __future__ import annotations

from properties.author import Author

SUPPORT = '''\
import math
import numpy as np


def swept(y, x):
    for i in range(1, 5):
        y[i] = 0.5 * y[i - 1] * x[i] + y[i + 1]


def smoothed(y):
    z = 0.5 * y + 0.1
    z[0] = y[1] * y[2]
    for i in range(1, 5):
        z[i] = 0.3 * z[i - 1] * y[i + 1]
    return z


def around(y, i):
    return y[i - 1] * y[i]


def filled(x):
    y = np.zeros(6)
    y[0] = x[0]
    for i in range(1, 6):
        y[i] = np.tanh(y[i - 1] + x[i]) ** 2
    return y


'''
FLOATS = ("{s}", "{s}", "{a}[{i}]", "{a}[{i}]", "{a}[{i}]", "{a}[{i}]", "{a}[{i}] ** 2", "({S} * {S})", "({S} + {S})",
          "({S} - {S})", "np.sin({S})", "np.tanh({S})", "np.sum({a}) * 0.1", "({a} @ {a}) * 0.1", "({S} / (1.5 + {S} ** 2))",
          "around({a}, {i})", "np.sum({a}[{i}:] ** 2) * 0.1", "np.sum({a}[:{i}]) * 0.1")
ARRAYS = ("{a}", "0.5 * {a}", "({A} * {A})", "({A} + {S})", "({S} * {A})", "np.tanh({A})", "smoothed({a})", "filled({a})",
          "np.exp(-{A} ** 2)")
CONDITIONS = ("{S} > 0.013", "{S} < 0.417", "{s} < {s}")
SIMPLE = (
    "{a}[{i}] = {S}", "{a}[{i}] = {S}", "{a}[{i}] = {S}", "{a}[{i}] = {S}", "{a}[{i}] += {S}", "{a}[{i}] *= {S}",
    "{a}[{i}] = {a}[{i}] * {s} + {S}", "{s'} = {S}", "{s} = np.tanh({S})", "{s} += 0.3 * {S}",
    "{s} += np.sum({a} * {a}) * 0.1", "{s'} = np.tanh({a}[{i}])", "{a}[{i}] = {s}",
    "{a'} = {S} * {a} + {s}", "{a'} = {A}", "{a'} = {A}", "{a'} = np.zeros(6)", "{a'} = {a}.copy()", "{a'} = {a}[:]",
    "{a} = {A}", "{a} *= 0.5", "{a} += {A}", "{a}[1:] = {a}[:-1] * {s}", "{a}[{i}:] *= np.tanh({S})",
    "{a}[:{i}] = {a}[:{i}] ** 2", "{a}[{i}], {a}[{i}] = {S}, {S}", "swept({a}, {a})", "{a}, {a} = {a}, {a}",
)
BLOCKS = ("for k in range(1, 5):", "for k in range(1, 5):", "for k in range(4, 0, -1):", "for k in reversed(range(1, 5)):",
          "for k in range(0, 5, 2):", "for m in range(2):", "for m in range(3):", "for k in range(1, m + 2):",
          "for m in range(k, 5):", "if {C}:", "if {C}: else:", "while {s} < 0.517:")


class Kernels(Author):
    """Writes one kernel; the same number gives the same one."""

    support, simple, blocks = SUPPORT, SIMPLE, BLOCKS
    tables = {"S": FLOATS, "A": ARRAYS, "C": CONDITIONS}
    indices = ("k", "k", "k - 1", "k + 1", "m", "m + 1", "5 - k", "0", "-1", "3")
    compound = 0.35

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.names = {"s": ["p", "q"], "a": ["a", "b"]}

    def program(self, statements: int) -> str:
        """The source of ``f(a, b, p, q)``."""
        self.block(statements, 1)
        total = " + ".join(f"np.sum({{a}} ** 2 * {weight})" for weight in (0.3, 0.7))
        self.lines.append(self.filled(f"    return {total} + np.sum(a * np.arange(6.0)) + {{s}} - 0.5 * {{s}}"))
        return self.support + "def f(a, b, p, q):\n    k = 1\n    m = 2\n" + "\n".join(self.lines) + "\n"
