"""Writes random programs of nested functions, closures that rebind, recursion, exceptions, early exits and dicts of things."""
from __future__ import annotations

from properties.author import Author

SUPPORT = '''\
import dataclasses
import functools
from collections import defaultdict, deque, namedtuple

import numpy as np

Point = namedtuple("Point", "x y")


@dataclasses.dataclass
class State:
    pos: float
    vel: np.ndarray

    @property
    def energy(self):
        return self.pos ** 2 + np.sum(self.vel * self.vel)

    def moved(self, dt):
        return dataclasses.replace(self, pos=self.pos + dt * self.vel[0])


class Base:
    rate = 0.3

    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.act(self.w * x)

    def act(self, x):
        return x * self.rate


class Smooth(Base):
    def act(self, x):
        return np.tanh(super().act(x) + 0.1)


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def first_large(xs, bound):
    for x in xs:
        if x > bound:
            return x * 2.0
    return bound


def stats(xs, *more, scale=1.0, **rest):
    total = sum(xs) * scale
    for m in more:
        total = total + m
    return {"mean": total / len(xs), "rest": sum(rest.values())}


def split(x):
    return x * 0.5, x * x


def checked(x):
    if x < -0.8:
        raise ValueError("too small")
    return x * 1.1


def swapped(table):
    table["u"], table["w"] = table["w"], table["u"]
    return table["u"]


'''
FLOATS = ("{s}", "{s}", "{s}", "{a}[{i}]", "{t}['u']", "{t}['w']", "{e}.pos", "{e}.energy", "{e}.vel[{i}]",
          "{f}({S})", "{f}({S})",
          "({S} * {S})", "({S} + {S})", "({S} - {S})", "np.sin({S})", "power({s}, 2)", "power({S}, 3) * 0.2",
          "first_large({a}, {S})", "first_large([{S}, {S}], {s})", "stats([{S}, {s}], {s}, scale={s})['mean']",
          "stats({a}, scale=0.3, extra={S})['rest']", "split({S})[1]", "Point({S}, {s}).x",
          "functools.reduce(lambda u, w: u * 0.5 + w, {a})",
          "max({a}, key=lambda u: u)", "sum(w * {s} for w in {t}.values() if w > {s})", "sum(map({f}, {a})) * 0.2",
          "min({t}.values())",
          "{e}.moved({S}).pos", "({S} if {C} else {S})", "(lambda u, w={s}: u * w)({S})",
          "sum(u * w for u, w in zip({a}, {a}[1:]))",
          "sum(sorted({a})[:2])", "{t}.get('u', {S})", "{t}.get('none', {S})", "sum(u for u in {a} if {C})",
          "float(np.dot({a}, {a}))",
          "{q}[0]", "{q}[-1]", "sum({q})", "sum(float(i) * w for i, w in enumerate({q}))", "swapped({t})")
ARRAYS = ("{a}", "{a}", "{e}.vel", "np.tanh({A})", "({A} + {A}) * 0.5", "({A} * {A})", "({S} * {A})",
          "np.array([{s}, {S}, {s}, 0.4])",
          "np.array([{f}(u) for u in {a}])", "np.array([w * {s} for w in {a}])", "{f}({A})", "(lambda u: u * {s})({A})",
          "np.array([*{t}.values(), {s}, {S}])[:4]", "np.array(list({q})[:2] + [{S}, 0.3])",
          "np.array([{S} for _ in range(4)])",
          "np.array(sorted({a}))", "np.array([u + w for u, w in zip({a}, reversed({a}))])")
CONDITIONS = ("{S} > 0.013", "{S} < 0.417", "{s} < {s}", "k % 2 == 0", "k > 0", "'u' in {t}", "len({q}) > 2",
              "not {s} > 0.1")
SIMPLE = (
    "{s} = {S}", "{s'} = {S}", "{s'} = {S}", "{s} += {S}", "{s} *= {S}", "{s}, {s} = {S}, {S}", "{s}, {s} = split({S})",
    "{s'}, {s'} = split({S})", "{a} = {A}", "{a'} = {A}", "{a}[{i}] = {S}", "{a}[{i}] += {S}", "{a} *= {S}",
    "{a}[1:] *= {s}",
    "{f'} = Base({S})", "{f'} = Smooth({S})", "{f'} = lambda u: u * {s}", "{f'} = lambda u, w={S}: u * w + {s}",
    "{f'} = {f}",
    "{f'} = functools.partial(lambda w, u: w * u + {s}, {S})", "{f'} = {f} if {C} else {f}",
    "def {f'}(u):\n    return u * {s} + {S}",
    "def {f'}(u):\n    w = u * {s}\n    if {C}:\n        return w\n    return u + {S}",
    "def {f'}(u):\n    nonlocal p\n    p = p * 0.5 + 0.1 * {s}\n    return u * p",
    "def {f'}(u):\n    {t}['u'] = {t}['u'] * 0.7 + {s}\n    return u * {t}['w']",
    "def {f'}(u):\n    {a}[0] = {a}[0] * 0.7 + {s}\n    return u * {a}[1]",
    "{t}['u'] = {S}", "{t}['w'] *= {S}", "{t}['z'] = {S}", "{t}.update(w={S})", "{t'} = {'u': {S}, 'w': {S}}",
    "{t'} = dict({t})",
    "{t'} = {k: w * {s} for k, w in {t}.items()}", "{t'} = {**{t}, 'u': {S}}", "{t'} = {t}", "swapped({t})",
    "{t}.setdefault('y', {S})",
    "{e}.pos = {S}", "{e}.pos += {S}", "{e}.vel = {A}", "{e}.vel[{i}] *= {S}", "{e'} = State({S}, {A})",
    "{e'} = {e}.moved({S})",
    "{e'} = dataclasses.replace({e}, pos={S})", "{e'} = {e}", "{q}.append({S})", "{q}.append({q}.popleft())",
    "{q}.rotate(1)",
    "{q'} = deque([{S}, {s}, {S}], maxlen=3)", "{q}.appendleft({S}); {s} = {q}.pop()", "{q}[0] = {S}", "{q'} = deque({a})",
    "try:\n    {s} = checked({S})\nexcept ValueError:\n    {s} = {S}", "{s} = {f}({f}({S}))",
    "while True:\n    k += 1\n    {s} = {S}\n    if {s} < 0.6 or k > 4:\n        break", "Base.rate if {C} else {S}",
    "match k:\n    case 0:\n        {s} = {S}\n    case 1 | 2:\n        {s} = {S}\n    case _:\n        pass",
    "{s} = {S} if {C} else {s}", "if (m := {S}) > 0.2:\n    {s} = m * 0.5", "assert k >= 0, f'{{s}} is odd'",
    "g = defaultdict(float)\nfor i, w in enumerate({a}):\n    g[i % 2] += w * {s}\n{s} = g[0] - g[1]",
    "for name in {t}:\n    {t}[name] = {t}[name] * {s}", "for name, w in sorted({t}.items()):\n    {s} = {s} * 0.5 + w",
)
BLOCKS = ("if {C}:", "if {C}: else:", "for k in range(3):", "for k in range(2):", "for {s'} in {a}:",
          "for {s'} in list({q}):",
          "for k, {s'} in enumerate({a}):", "for {f'} in [{f}, {f}]:", "for {s'}, {s'} in zip({a}, {a}):",
          "for {e'} in ({e}, {e}):")


class Closures(Author):
    """Writes one program; the same number gives the same one."""

    support, simple, blocks = SUPPORT, SIMPLE, BLOCKS
    tables = {"S": FLOATS, "A": ARRAYS, "C": CONDITIONS}

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.names = {"s": ["p", "r"], "a": ["a"], "f": ["model", "np.sin"], "t": ["table"], "e": ["state"], "q": ["queue"]}

    def program(self, statements: int) -> str:
        """The source of ``f(a, p, r, table)``."""
        self.block(statements, 1)
        rest = "np.sum({a}) * 0.3 + np.sum({a} * {a}) + {s} - 0.5 * {s} + {t}['u'] * {t}['w'] + {e}.energy + {f}({s}) + sum({q})"
        self.lines.append(self.filled(f"    return {rest} + np.sum(a * np.arange(4.0))"))
        start = "    k = 1\n    model = Smooth(r)\n    state = State(p, a * r)\n    queue = deque([p, r, p * r])\n"
        return self.support + "def f(a, p, r, table):\n" + start + "\n".join(self.lines) + "\n"

    def statement(self, depth: int) -> None:
        before = len(self.lines)
        super().statement(depth)
        for n in reversed(range(before, len(self.lines))):  # a template of several lines stands as deep as its first
            first, *rest = self.lines[n].split("\n")
            margin = first[:len(first) - len(first.lstrip())]
            self.lines[n:n + 1] = [first, *(margin + line for line in rest)]
