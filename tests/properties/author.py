"""Writes random programs: floats, arrays, views, lists and dicts; loops, branches, calls; much of it in place.

The grammar is a few tables of templates. In a template ``{S}`` stands for a float expression, ``{A}`` for an array of
four floats, ``{C}`` for a condition, and the small letters for names that exist: ``{s}`` a float, ``{a}`` an array,
``{l}`` a list of at least three floats; ``{i}`` is an index into an array, ``{j}`` one into a list.
"""
from __future__ import annotations

import random
import re

SUPPORT = '''\
import math
import numpy as np


def larger(x, y):
    if x > y:
        return x * y
    return x + 0.5 * y


def filled(v, s):
    out = np.zeros(4)
    for i in range(4):
        out[i] = v[i] * s + v[0]
    return out * 0.5


def relaxed(v, s):
    v[0] += s
    v[1:] *= 0.8


def mixed(v, w):
    t = v * w
    w[:2] = t[2:]
    w -= 0.1 * v


def tail(v):
    return v[1:]


def both(x, v):
    v = v * x
    return v[0] - x, v


'''

FLOATS = ("{s}", "{s}", "{s}", "{a}[{i}]", "{a}[{i}]", "{l}[{j}]", "d['u']", "d['v'][{i}]", "np.sin({S})",
          "({S} * {S})", "({S} + {S})",
          "({S} - {S})", "np.sum({A}) * 0.2", "({S} if {C} else {S})", "larger({S}, {S})", "0.5 * {S}",
          "sum(v * v for v in {l}) * 0.1", "max({S}, {S})", "({A} @ {A}) * 0.2", "sum({l}) * 0.3", "math.tanh({S})",
          "tail({a})[0]", "both({s}, {a})[0]", "abs({S})", "{a}.max()", "float({i})")
ARRAYS = ("{a}", "{a}", "{a}", "d['v']", "np.tanh({A})", "({A} + {A}) * 0.5", "({A} - {A}) * 0.5", "({A} * {A} * 0.5)",
          "({S} * {A})", "{A}[::-1]", "np.roll({A}, 1)", "filled({A}, {S})", "np.where({a} > 0.31, {A}, {A})",
          "np.array([{s}, {S}, {s}, 0.4])", "np.cos({A})", "{a}[np.array([0, 2, 2, 1])]", "np.full(4, {S})",
          "both({s}, {A})[1]", "({A} / (1.0 + {A} ** 2))", "np.concatenate([{a}[2:], {a}[:2]])",
          "{a}.reshape(2, 2).T.ravel()")
CONDITIONS = ("{S} > 0.013", "{S} < 0.417", "{s} < {s}", "len({l}) > 3", "k % 2 == 0", "k > 0")
SIMPLE = (
    "{s} = {S}", "{s'} = {S}", "{s} += {S}", "{s} *= {S}", "{s}, {s} = {S}, {S}",
    "{a} = {A}", "{a'} = {A}", "{a'} = {A}", "{a} += {A}", "{a} *= {A}", "{a} -= {S}",
    "{a}[{i}] = {S}", "{a}[{i}] = {S}", "{a}[{i}] += {S}", "{a}[{i}] *= {S}",
    "{a}[1:] = {a}[:-1] * {s}", "{a}[1:] += {a}[:-1] * {s}", "{a}[:-1] *= {a}[1:]", "{a}[::2] -= {a}[1::2]",
    "{a}[{a} > 0.217] = {s}", "{a}[{a} > 0.617] *= {s}", "{a}[[0, 2]] = {s}", "{a}[[0, 2]] += {a}[1:3]",
    "{a}[...] = {A}", "{a}[:] = {A}", "np.multiply({A}, {A}, out={a})", "np.add.at({a}, [0, 1, 1], {S})",
    "{a'} = {a}[::-1]", "{a'} = {a}[:]", "{a'} = {a}", "{a'} = {a}.copy()", "{a}, {a} = {a}, {a}", "{a'} = d['v']",
    "{l}.append({S})", "{l}[{j}] = {S}", "{l}[{j}] *= {S}", "{l'} = [v * {s} for v in {l}]", "{l'} = list({l})",
    "{l}[0], {l}[1] = {l}[1], {l}[0]", "{l'} = [{s}, {S}, {s}]", "{l'} = {l}", "{l} = {l}[:2] + [{S}]",
    "{l}.append({s}); {s} = {l}.pop()", "{l}.insert(1, {S})",
    "relaxed({a}, {S})", "mixed({a}.copy(), {a})", "relaxed(d['v'], {s})",
    "d['u'] = {S}", "d['u'] += {S}", "d['v'] = {A}", "d['v'][{i}] = {S}", "d['v'] *= {S}",
    "{s}, {a} = both({s}, {a})",
)
BLOCKS = ("if {C}:", "if {C}:", "if {C}: else:", "for k in range(3):", "for k in range(2):", "for {s'} in {a}:",
          "for {s'} in list({l}):", "for k, {s'} in enumerate({a}):", "while {s} < 0.517:")
PLACE = re.compile(r"\{([a-zA-Z]'?)\}")


class Author:
    """Writes one program; the same number gives the same program."""

    support, simple, blocks = SUPPORT, SIMPLE, BLOCKS
    tables = {"S": FLOATS, "A": ARRAYS, "C": CONDITIONS}
    indices: tuple[str, ...] = ("0", "1", "2", "3", "-1", "k")
    compound = 0.2

    def __init__(self, number: int) -> None:
        self.random = random.Random(number)
        self.names: dict[str, list[str]] = {"s": ["p", "q"], "a": ["a", "b"], "l": ["xs"]}
        self.lines: list[str] = []
        self.made = 0

    def program(self, statements: int) -> str:
        """The source of ``f(a, b, p, q, xs, d)``."""
        self.block(statements, 1)
        arrays = " + ".join(f"np.sum({{a}} * {weight})" for weight in (0.3, 0.7, 1.1))
        rest = "np.sum(a) - {s} + 0.5 * {s} + sum({l}) + d['u'] * d['v'][2]"
        self.lines.append(self.filled(f"    return {arrays} + {rest}"))
        return self.support + "def f(a, b, p, q, xs, d):\n    k = 1\n" + "\n".join(self.lines) + "\n"

    def block(self, statements: int, depth: int) -> None:
        known = {kind: list(names) for kind, names in self.names.items()}
        for _ in range(statements):
            self.statement(depth)
        if depth > 1:
            self.names = known

    def statement(self, depth: int) -> None:
        margin = "    " * depth
        if depth == 4 or self.random.random() > self.compound:
            self.lines.append(margin + self.filled(self.random.choice(self.simple)))
            return
        head = self.random.choice(self.blocks)
        known = {kind: list(names) for kind, names in self.names.items()}
        if head.startswith("while"):
            self.lines += [f"{margin}n{depth} = 0", f"{margin}while n{depth} < 3 and {self.filled('{S} < 0.517')}:",
                           f"{margin}    n{depth} += 1"]
        else:
            self.lines.append(margin + self.filled(head.removesuffix(" else:")))
        self.block(self.random.randint(1, 3), depth + 1)
        if head.endswith("else:"):
            self.lines.append(f"{margin}else:")
            self.block(self.random.randint(1, 2), depth + 1)
        elif not head.startswith("if") and self.random.random() < 0.2:
            leave = self.random.choice(("break", "continue"))
            self.lines += [f"{margin}    if {self.filled('{C}')}:", f"{margin}        {leave}"]
        self.names = known

    def filled(self, template: str, depth: int = 2) -> str:
        new: list[tuple[str, str]] = []
        text = PLACE.sub(lambda m: self.place(m[1], depth, new), template)
        for kind, name in new:  # what a statement makes exists after it
            self.names[kind].append(name)
        return text

    def place(self, what: str, depth: int, new: list[tuple[str, str]]) -> str:
        pick = self.random.choice
        if what.endswith("'"):
            self.made += 1
            name = f"{what[0]}{self.made}"
            new.append((what[0], name))
            return name
        if what in self.names:
            return pick(self.names[what])
        if what == "i":
            return pick(self.indices)
        if what == "j":
            return pick(("0", "1", "-1", "k % 3"))
        table = self.tables[what]
        short = [t for t in table if "{S}" not in t and "{A}" not in t]
        return self.filled(pick(table if depth > 0 else short), depth - 1)
