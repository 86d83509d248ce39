"""What one place of a loop saves is kept in one list."""
from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad
from s2sgrad.optimize.bundle import _Spans
from s2sgrad.optimize.spans import NOWHERE, covered, covering


def predator(x: Any, y: Any, n: Any) -> Any:
    for _ in range(n):
        u = x + 0.1 * x * y
        y = y - 0.1 * x * y * y
        x = u * u * 0.5
    return x * y


def left_in_between(x: Any, y: Any, n: Any) -> Any:
    for _ in range(n):
        x = x * x
        if x > 3.0:
            break
        y = y * y * x
    return x * y


def rebound(x: Any, y: Any, n: Any) -> Any:
    for _ in range(n):
        x, y = y * x, x * x
        x = x * x + y * y
    return x + y


def changed_in_place(v: Any, n: Any) -> Any:
    s = 0.0
    for _ in range(n):
        v[0] = v[0] * v[1]
        s = s * v[0] + s * s + v[1]
        v[1] = v[1] * s
    return s * v[1]


@pytest.mark.parametrize("f, args", [
    (predator, (0.7, 0.4, 4)), (left_in_between, (1.1, 0.8, 9)), (rebound, (0.9, 0.7, 3)),
    (changed_in_place, (np.array([0.6, 0.8]), 3)),
])
def test_derivatives(f: Any, args: Any) -> None:
    wrt = (0,) if len(args) == 2 else (0, 1)
    check_grads(f, args, wrt=wrt, order=2)
    got = grad(f, wrt=wrt)(*args)
    plain = grad(f, wrt=wrt, optimized=False)(*args)
    for a, b in zip(got if isinstance(got, tuple) else (got,), plain if isinstance(plain, tuple) else (plain,)):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_one_list() -> None:
    source = grad(predator, wrt=(0, 1)).source
    assert source.count(".append(") == 1 and source.count(".pop()") == 1
    assert "saved.append((" in source


def test_a_loop_that_is_left_between_keeps_two() -> None:
    assert "saved" not in grad(left_in_between, wrt=(0, 1)).source


def test_the_lists_that_are_used_together_are_those_that_a_look_at_all_places_finds() -> None:
    """Of all places where one is pushed to and one popped from, the first at which most may be."""
    random = Random(7)
    for _ in range(300):
        count = random.randrange(2, 9)
        pushed, popped = random.sample(range(20), count), random.sample(range(20), count)
        there = [(random.randrange(at + 1), random.randrange(at, 20)) for at in pushed]
        back = [(random.randrange(at + 1), random.randrange(at, 20)) if random.random() < 0.8 else NOWHERE for at in popped]
        best: list[int] = []
        where = 0, 0
        for n in range(count):
            movable = [k for k in range(count) if there[k][0] <= pushed[n] <= there[k][1]]
            for k in movable:
                together = [m for m in movable if back[m][0] <= popped[k] <= back[m][1]]
                if len(together) > len(best) and n in together and k in together:
                    best, where = together, (n, k)
        spans = object.__new__(_Spans)
        spans.names, spans._pushed, spans._popped = [str(n) for n in range(count)], pushed, popped
        spans._there, spans._back, spans._near = covering(there, pushed), covering(back, popped), covered(back, popped)
        assert spans.together() == ([str(n) for n in best], (pushed[where[0]], popped[where[1]]))
