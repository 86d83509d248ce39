"""Deques of bounded length among the arguments, which drop elements when they get others."""
from __future__ import annotations

from collections import deque

import pytest

from s2sgrad import grad


def any_deque(d, w):
    s = w
    for k in range(4):
        for r in d:
            s = s + r * w * s
        d.append(0.1 * k)
    return s


def annotated(d: deque[float], w):
    s = w
    for k in range(4):
        for r in d:
            s = s + r * w * s
        d.append(0.1 * k)
    return s


def expected(f, *values):
    w, step = 1.1, 1e-6
    return (f(deque(values, 3), w + step) - f(deque(values, 3), w - step)) / (2 * step)


@pytest.mark.parametrize("values", [(0.3,), (0.3, 0.5), (0.3, 0.5, 0.7)])
def test_an_annotated_parameter_may_be_one(values):
    assert grad(annotated, wrt="w")(deque(values, 3), 1.1) == pytest.approx(expected(annotated, *values), rel=1e-6)


def test_others_are_refused():
    with pytest.raises(TypeError, match="annotate the parameter with deque"):
        grad(any_deque, wrt="w")(deque([0.3], 3), 1.1)
    assert grad(any_deque, wrt="w")(deque([0.3]), 1.1) == grad(any_deque, wrt="w")([0.3], 1.1)
