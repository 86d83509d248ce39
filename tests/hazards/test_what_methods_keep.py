"""Objects that functions put into objects: the derivative is right, or it is refused; never is it wrong."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from programs import harness
from programs.harness import Case


class Store:
    def __init__(self) -> None:
        self.held = None

    def keep(self, held: Any) -> None:
        self.held = held


class Growing:
    def __init__(self, a: Any) -> None:
        self.a = a

    def grow(self, v: Any) -> Any:
        self.a += v
        return self.a


class Thing:
    def __init__(self, v: float) -> None:
        self.v = v


class Tree:
    def __init__(self, thing: Thing, children: list[Tree]) -> None:
        self.thing, self.children = thing, children

    def put(self, thing: Any) -> None:
        self.thing = thing
        for c in self.children:
            c.put(thing)

    def scale(self, k: float) -> None:
        self.thing.v = self.thing.v * k
        for c in self.children:
            c.scale(k)


def keeps_a_list(stores, x):
    values = [x]
    for s in stores:
        s.keep(values)
    values.append(x * x)
    return sum(stores[0].held) * stores[1].held[1]


def keeps_an_array(stores, x):
    a = x * np.ones(3)
    for s in stores:
        s.keep(a)
    a[1] = x * x
    return np.sum(stores[0].held ** 2)


def keeps_an_array_that_is_scaled(stores, x):
    a = x * np.ones(3)
    for s in stores:
        s.keep(a)
    a *= x
    return np.sum(stores[0].held ** 2)


def returned_and_changed(all, v):
    t = 0.0
    for g in all:
        y = g.grow(v)
        z = g.grow(v * v)
        t = t + np.sum(y * z)
    return t


def put_deep(trees, x):
    thing = Thing(x)
    for t in trees:
        t.put(thing)
    for t in trees:
        t.scale(x)
    return thing.v * trees[0].thing.v


def put_from_a_list(trees, things, x):
    for t, thing in zip(trees, things):
        t.put(thing)
        t.scale(x)
    return things[0].v * trees[1].thing.v + things[1].v


def read_by_position(things, x):
    for thing in things:
        scale(thing, x)
    return things[0].v * things[1].v


def scale(thing, x):
    for _ in range(2):
        thing.v = thing.v * x


def trees() -> list[Tree]:
    return [Tree(Thing(1.0), [Tree(Thing(2.0), [])]) for _ in range(2)]


CASES = [
    Case(keeps_a_list, ([Store(), Store()], 1.3), ("x",)),
    Case(keeps_an_array, ([Store(), Store()], 1.3), ("x",)),
    Case(keeps_an_array_that_is_scaled, ([Store(), Store()], 1.3), ("x",)),
    Case(returned_and_changed, ([Growing(np.ones(3)), Growing(np.arange(3.0))], 1.3), ("all", "v")),
    Case(returned_and_changed, ([Growing(1.0), Growing(2.0)], 1.3), ("all", "v")),
    Case(put_deep, (trees(), 1.3), ("trees", "x")),
    Case(put_from_a_list, (trees(), [Thing(0.1), Thing(0.2)], 1.3), ("things", "x")),
    Case(read_by_position, ([Thing(0.1), Thing(0.2)], 1.3), ("things", "x")),
]


@pytest.mark.parametrize("check", [harness.check_reverse, harness.check_forward, harness.check_second_order])
@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case.name}" for n, case in enumerate(CASES)])
def test_right_or_refused(case: Case, check: Any) -> None:
    try:
        check(case)
    except (TypeError, SyntaxError) as error:
        assert "help" in str(error) or "derivative was made" in str(error)
