"""The ``match`` statement: which case runs, what it binds, and the derivative through it."""
from __future__ import annotations

from collections import OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from s2sgrad import UnsupportedSyntaxError, grad, value_and_grad
from s2sgrad.emit.printer import show_function
from s2sgrad.frontend.unit import load

Pair = namedtuple("Pair", "left right")


@dataclass
class Point:
    x: Any
    y: Any


@dataclass
class Point3(Point):
    z: Any = 0.0


class Ordinary:
    __match_args__ = ("first", "second")

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


class Colour:
    RED = 1
    GREEN = 2


class View(Mapping[str, Any]):
    """A mapping that is no dict, and counts what is asked of it."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table

    def __getitem__(self, key: str) -> Any:
        return self.table[key]

    def __iter__(self) -> Any:
        return iter(self.table)

    def __len__(self) -> int:
        return len(self.table)


def literals(p, x):
    match p:
        case 0:
            return x
        case "a" | b"b":
            return 2 * x
        case -1.5:
            return 3 * x
        case 1 + 2j:
            return 4 * x
        case None:
            return 5 * x
        case True:
            return 6 * x
        case False:
            return 7 * x
    return 8 * x


def constants(p, x):
    match p:
        case Colour.RED:
            return x
        case Colour.GREEN | 5:
            return x * x
        case other:
            return x * other


def sequences(p, x):
    match p:
        case []:
            return x
        case [a]:
            return a * x
        case (0, b):
            return b * x * x
        case [1, _, *rest]:
            return x * len(rest) + sum(rest)
        case [*head, 9]:
            return x ** 3 + len(head)
        case [first, *_, last]:
            return (first - last) * x
        case _:
            return -x


def nested(p, x):
    match p:
        case [[a, b], [c, *d]]:
            return (a * b + c) * x + len(d)
        case [Point(x=0.0, y=[q, _]), {"k": k}]:
            return q * k * x
        case (Pair(left=a), b) if a is not b:
            return a * x - b
        case _:
            return x


def mappings(p, x):
    match p:
        case {"kind": "scale", "by": by}:
            return by * x
        case {"kind": "shift", **rest}:
            return x + sum(rest.values())
        case {Colour.RED: v}:
            return v * x * x
        case {}:
            return 0.5 * x
        case _:
            return -x


def classes(p, x):
    match p:
        case Point3(a, b, c):
            return (a + b + c) * x
        case Point(0.0, y=b):
            return b * x
        case Point():
            return x * x
        case Ordinary(1.0, second=s):
            return s * x
        case Ordinary(first=f):
            return f * x ** 2
        case bool(b):
            return x if b else -x
        case int() | float() as number:
            return number * x
        case str(s):
            return len(s) * x
        case list([a, *_]):
            return a * x
        case dict():
            return 7.0 * x
        case _:
            return 0.0 * x


def alternatives(p, x):
    match p:
        case [a, "left"] | ["right", a]:
            return a * x
        case {"v": a} | Point(_, a) | [[a]]:
            return a * x * x
        case ((1 | 2 | 3) as a) | [(4 | 5) as a, 0]:
            return a + x
        case _:
            return x


def guards(p, x):
    match p:
        case [a, b] if a > b:
            return a * x
        case [a, b] if a == b and x > 0:
            return (a + b) * x
        case n if n == 3:
            return 3 * x
        case [a, *_] if a:
            return -a * x
        case _ if x > 100:
            return x
    return x * x


def rebinding(p, x):
    match p:
        case [x, p] if x > p:
            return x * p
        case [x, p]:
            p = x + p
            return p * x
        case _:
            return x


def kept_by_a_failed_guard(p, x):
    a = 10.0
    match p:
        case [a, _] if a < 0:
            return -x
        case [_, _]:
            return a * x
    return a + x


def display(p, x):
    match p, x * x:
        case 0, y:
            return y
        case 1, y if y > 4.0:
            return y * y
        case [2, *rest]:
            return rest[0] * x
        case (3 | 4) as k, y:
            return k * y
        case whole:
            return whole[1] * 0.5


def in_a_loop(p, x):
    total = 0.0
    for item in p:
        match item:
            case "stop":
                break
            case "skip":
                continue
            case ["add", v]:
                total = total + v * x
            case ["times", v]:
                total = total * v
            case _:
                return total - x
    return total * x


SUBJECTS: dict[Callable[..., Any], list[Any]] = {
    literals: [0, 0.0, -0.0, False, True, 1, "a", b"b", "b", -1.5, 1 + 2j, None, [], float("nan")],
    constants: [1, 2, 5, 7.0, True],
    sequences: [
        [], (), [3.0], (0, 2.0), [0, 2.0, 1.0], [1, 5.0], [1, 5.0, 2.0, 3.0], [7.0, 9], [9], [2.0, 3.0, 4.0], "a", "",
        b"ab", deque([3.0]), range(2), range(5), np.array([3.0]), {0: 1}, None, Pair(0, 4.0), bytearray(b"x")],
    nested: [
        [[1.0, 2.0], [3.0]], ((1.0, 2.0), (3.0, 4.0, 5.0)), [Point(0.0, [2.0, 3.0]), {"k": 4.0, "l": 0}],
        [Point(1.0, [2.0, 3.0]), {"k": 4.0}], (Pair(2.0, 3.0), 1.0), [[1.0, 2.0], []], [], "ab"],
    mappings: [
        {"kind": "scale", "by": 2.0}, {"kind": "scale"}, {"kind": "shift", "a": 1.0, "b": 2.0}, {1: 3.0}, {}, [], None,
        defaultdict(float, kind="scale"), OrderedDict(kind="shift"), View({"kind": "scale", "by": 3.0}), View({})],
    classes: [
        Point3(1.0, 2.0, 3.0), Point(0.0, 4.0), Point(1.0, 4.0), Ordinary(first=1.0, second=2.0), Ordinary(first=2.0),
        Ordinary(second=2.0), Ordinary(), True, False, 3, 2.5, np.float64(1.5), np.float32(1.5), "abc", [4.0, 5.0], [],
        {}, None, (1.0,)],
    alternatives: [
        [2.0, "left"], ["right", 3.0], ["wrong", 3.0], {"v": 2.0}, Point(0, 5.0), [[6.0]], 2, 3, [4, 0], [6, 0], 9],
    guards: [[3.0, 2.0], [2.0, 2.0], 3, [1.0, 5.0], [0.0, 5.0], [], 4],
    rebinding: [[3.0, 2.0], [2.0, 3.0], 4],
    kept_by_a_failed_guard: [[-1.0, 0.0], [2.0, 0.0], 0, [1.0]],
    display: [0, 1, 2, 3, 4, 5],
    in_a_loop: [
        [], [["add", 2.0]], [["add", 2.0], "skip", ["times", 3.0], ["add", 1.0]], [["add", 2.0], "stop", ["add", 9.0]],
        [["add", 2.0], 7, ["add", 9.0]]],
}


@pytest.mark.parametrize(("f", "p"), [(f, p) for f, subjects in SUBJECTS.items() for p in subjects],
                         ids=lambda v: v.__name__ if callable(v) else type(v).__name__)
@pytest.mark.parametrize("x", [1.3, 2.5])
def test_the_same_case_runs_and_its_derivative_is_right(f: Callable[..., Any], p: Any, x: float) -> None:
    value, gradient = value_and_grad(f, wrt="x")(p, x)
    assert value == f(p, x)
    step = 1e-6
    assert gradient == pytest.approx((f(p, x + step) - f(p, x - step)) / (2 * step), rel=1e-6, abs=1e-8)


def polar(shape, x):
    match shape:
        case {"radius": r, "angle": t}:
            return r * np.cos(t) * x
        case [a, b]:
            return a * b * x
        case Point(x=a, y=b):
            return a ** 2 * b * x
        case _:
            return x


def test_derivative_by_the_subject() -> None:
    """What a pattern binds is part of the subject, and its gradient goes there."""
    gradient = grad(polar)({"radius": 2.0, "angle": 0.5}, 3.0)
    assert gradient == pytest.approx({"radius": np.cos(0.5) * 3.0, "angle": -2.0 * np.sin(0.5) * 3.0})
    assert grad(polar)([2.0, 5.0], 3.0) == pytest.approx([15.0, 6.0])
    gradient = grad(polar)(Point(2.0, 5.0), 3.0)
    assert (gradient.x, gradient.y) == pytest.approx((60.0, 12.0))


def test_lookups_of_a_default_dict_leave_it_alone() -> None:
    table: defaultdict[str, float] = defaultdict(float)
    value_and_grad(mappings, wrt="x")(table, 1.0)
    assert not table


def test_display_asks_nothing_that_is_known() -> None:
    """The parts of ``match a, b:`` are compared one by one; no tuple is made."""
    def f(a, b):
        match a, b:
            case 0, y:
                return y
            case x, y if x > y:
                return x
            case _:
                return 1.0

    assert show_function(load(f).function) == """\
def f(a, b):
    if a == 0:
        y = b
        return y
    else:
        x = a
        y = b
        if x > y:
            return x
        else:
            return 1.0
"""


def test_a_case_knows_its_line() -> None:
    """Conditions carry the place of their ``case``, for comments and errors."""
    def f(p, x):
        match p:
            case [a, b] if a > b:
                return x * a
        return x

    branch = load(f).function.body[0]
    assert branch.loc is not None
    assert branch.loc.text == "case [a, b] if a > b"


def test_unknown_class_with_positions_is_refused() -> None:
    def f(cls, p, x):
        match p:
            case cls(a):
                return a * x
        return x

    with pytest.raises(UnsupportedSyntaxError, match="positional pattern"):
        grad(f, wrt="x")


def test_too_many_positions_are_refused() -> None:
    def f(p, x):
        match p:
            case Point(a, b, c):
                return a * b * c * x
        return x

    with pytest.raises(UnsupportedSyntaxError, match="Point accepts 2 positional patterns, and 3 are given"):
        grad(f, wrt="x")
