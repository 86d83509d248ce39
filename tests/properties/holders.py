"""Writes random programs of objects, lists of arrays, tuples and functions of functions, which share and change arrays."""
from __future__ import annotations

from properties.author import CONDITIONS, Author

SUPPORT = '''\
import numpy as np


class Box:
    def __init__(self, v, s):
        self.v = v
        self.s = s
        self.log = []

    def total(self):
        return np.sum(self.v * self.v) * 0.1 + self.s

    def scaled(self, x):
        return self.v * x + self.s

    def step(self, x):
        self.s = 0.5 * self.s + x
        self.v[1:] += 0.1 * self.v[:-1] * x
        return self.s

    def keep(self, v):
        self.log.append(v)
        self.v = 0.5 * self.v + v

    def renewed(self, x):
        return Box(self.v + x, self.s * x)


def relax(box, x):
    old = box.v[0]
    box.v[0] = x * box.s
    box.s -= 0.2 * old


def cooled(rows, x):
    for row in rows:
        row *= x
    return rows[0][1]


def applied(f, v, x):
    return f(v) * x


def total(rows):
    out = 0.0
    for row in rows:
        out = out + np.sum(np.sin(row)) * 0.2
    return out


'''
FLOATS = ("{s}", "{s}", "{a}[{i}]", "{o}.s", "{o}.s", "{o}.v[{i}]", "{r}[{j}][{i}]", "{t}[0]", "{o}.total()", "total({r})",
          "({S} * {S})", "({S} + {S})", "({S} - {S})", "np.tanh({S})", "np.sum({A}) * 0.2", "({a} @ {A}) * 0.2",
          "sum(np.sum(w * w) for w in {r}) * 0.1", "sum(np.sum(w) for w in {o}.log)", "({S} if {C} else {S})", "{o}.step({s})",
          "max({S}, {S})", "np.max({r}[{j}])")
ARRAYS = ("{a}", "{a}", "{o}.v", "{r}[{j}]", "{t}[1]", "{o}.scaled({S})", "sum({r}) * 0.5", "np.array({r})[{j}]",
          "np.sin({A})", "({A} + {A}) * 0.5", "({A} * {A})", "({S} * {A})", "{a}[::-1]", "{o}.renewed({S}).v",
          "np.array([{s}, {S}, {s}, 0.4])", "np.array([w[{i}] for w in {r}][:2] + [{s}, 0.3])", "applied(np.cos, {A}, {s})",
          "applied(lambda w: w * {s}, {a}, {S})", "(lambda w: w + {s})({a})", "np.concatenate([{a}[2:], {r}[{j}][:2]])")
SIMPLE = (
    "{s} = {S}", "{s'} = {S}", "{s} += {S}", "{a} = {A}", "{a'} = {A}", "{a'} = {A}", "{a} = {a} * {s}", "{a}[{i}] = {S}",
    "{a}[{i}] *= {S}", "{a}[1:] = {a}[:-1] * {s}", "{a} *= 0.9", "{a} += 0.1 * {A}",
    "{o}.s = {S}", "{o}.s += {S}", "{o}.v = {A}", "{o}.v[{i}] = {S}", "{o}.v *= {s}", "{o}.v = {o}.v + {A}", "{o}.step({S})",
    "{o}.keep({A})", "{o'} = Box({A}, {S})", "{o'} = Box({a}.copy(), {s})", "{o'} = {o}.renewed({S})", "{o'} = {o}",
    "relax({o}, {S})", "{o}, {o} = {o}, {o}", "{o}.v, {o}.s = {A}, {S}", "{a'} = {o}.v", "{a'} = {o}.v.copy()",
    "{r}[{j}] = {A}", "{r}[{j}] = {r}[{j}] * {s}", "{r}[{j}][{i}] = {S}", "{r}[{j}][{i}] += {S}", "{r}[{j}] *= {s}",
    "{r}.append({A})", "{r'} = [w * {s} for w in {r}]", "{r'} = [w.copy() for w in {r}]", "{r'} = [{a}, {A}, {A}]",
    "{r'} = list({r})", "{r'} = {r}", "{r'} = {r}[::-1]", "{a'} = {r}[{j}]", "{a'} = {r}[{j}].copy()", "{r}.append({r}.pop(0))",
    "{r}[0], {r}[1] = {r}[1], {r}[0]", "{s'} = cooled({r}, {S})", "{r'} = [{a} * {o}.s, {o}.v + {s}, {A}]",
    "{r'} = [np.zeros(4) for _ in range(3)]", "{t'} = ({S}, {A})", "{t'} = {s}, {a}", "{s}, {a} = {t}", "{s'}, {a'} = {t}",
    "{a'}, _, *rest = {r}",
)
BLOCKS = ("if {C}:", "if {C}: else:", "for k in range(3):", "for k in range(2):",
          "for {a'} in {r}[:3]:", "for k, {a'} in enumerate({r}[:3]):",
          "for {s'}, {a'} in zip({a}, {r}):", "for {o'} in [{o}, {o}]:", "while {s} < 0.517:", "for {a'} in list({o}.log):")


class Holders(Author):
    """Writes one program; the same number gives the same one."""

    support, simple, blocks = SUPPORT, SIMPLE, BLOCKS
    tables = {"S": FLOATS, "A": ARRAYS, "C": tuple(c for c in CONDITIONS if "{l}" not in c)}

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.names = {"s": ["p", "q"], "a": ["a"], "r": ["rows"], "o": ["box"], "t": ["pair"]}

    def program(self, statements: int) -> str:
        """The source of ``f(a, p, q, rows)``."""
        self.block(statements, 1)
        rest = "np.sum({a}) * 0.3 + np.sum({a} * {a}) + {s} - 0.5 * {s} + {o}.total() + {o}.s + total({r}) + {t}[0] * {t}[1][2]"
        self.lines.append(self.filled(f"    return {rest} + np.sum(a * np.arange(4.0))"))
        start = "    k = 1\n    box = Box(a * q, p)\n    pair = p, a + 1.0\n"
        return self.support + "def f(a, p, q, rows):\n" + start + "\n".join(self.lines) + "\n"
