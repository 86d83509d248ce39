"""Functions that are given and called with data that is not differentiated: they must leave it alone."""
from __future__ import annotations

from collections.abc import Callable

import pytest

from s2sgrad import grad, jvp


def visited(x: float, table: list[float], visit: Callable[[list[float]], object]) -> float:
    s = x
    for _ in range(3):
        s = s + s * table[0] * x
        visit(table)
    return s


def rotate(table: list[float]) -> None:
    table.append(table.pop(0))


class Rotation:
    def __call__(self, table: list[float]) -> None:
        table.append(table.pop(0))


@pytest.mark.parametrize("visit", [rotate, Rotation(), lambda table: table.reverse()])
def test_one_that_changes_its_argument_is_refused(visit: Callable[[list[float]], object]) -> None:
    with pytest.raises(TypeError, match="changes its arguments"):
        grad(visited)(1.1, [0.3, 0.4], visit)
    with pytest.raises(TypeError, match="changes its arguments"):
        jvp(visited)(1.1, [0.3, 0.4], visit, 1.0)


@pytest.mark.parametrize("visit", [sum, len, lambda table: table[0], lambda table: [*table, 1.0].pop()])
def test_one_that_does_not_is_called(visit: Callable[[list[float]], object]) -> None:
    x, step = 1.1, 1e-6
    expected = (visited(x + step, [0.3], visit) - visited(x - step, [0.3], visit)) / (2 * step)
    assert grad(visited)(x, [0.3], visit) == pytest.approx(expected, rel=1e-6)
