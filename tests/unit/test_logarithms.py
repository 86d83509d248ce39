"""Logarithms of products, quotients and powers, whose derivatives ask for their operands alone."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad

RNG = np.random.default_rng(0)
SHAPES = [(), (3,), (1,), (4, 1), (4, 3)]


def quotient(a: Any, b: Any, c: Any) -> Any:
    return np.sum(np.log(a / b) * c + np.log(b * c))


def power(a: Any, b: Any, c: Any) -> Any:
    return np.sum(np.log(a ** 2) * b - np.log(2.0 * c) + np.log(3.0 / b))


def numbers(a: float, b: float, c: float) -> float:
    t = a / b
    return math.log(a / b) ** 2 + math.log(t) * t + math.log(c ** -1.5)


def kept(a: Any, b: Any) -> Any:
    total = 0.0
    for i in range(3):
        total += np.sum(np.log(a / b) * a)
        a = a * b + i
        b = b / 2.0
    return total


def in_place(a: Any, b: Any) -> Any:
    a = a.copy()
    y = np.log(a[1:] / b)
    a[1:] *= 2.0
    return np.sum(y * a[1:] * np.log(a[:-1] * b))


@pytest.mark.parametrize("first", SHAPES, ids=str)
@pytest.mark.parametrize("second", SHAPES, ids=str)
def test_logarithms_of_two(first: Any, second: Any) -> None:
    for third in SHAPES:
        args = tuple(RNG.uniform(0.5, 1.5, size=s) if s else 0.7 for s in (first, second, third))
        for f in (quotient, power):
            check_grads(f, args, wrt=(0, 1, 2))
    for f in (quotient, power):
        check_grads(f, args, wrt=(0, 1, 2), order=2)


def test_the_quotient_is_not_asked_for() -> None:
    source = grad(quotient, wrt=(0, 1)).source
    assert source.count(" / a") == 1 and source.count(" / c") == 0
    check_grads(numbers, (0.7, 1.3, 0.4), wrt=(0, 1, 2), order=2)
    assert grad(quotient)(np.array([1, 2]), 2, 1.0).dtype == float
    assert grad(quotient)(np.array([1, 2], dtype=np.float32), 2.0, 1.0).dtype == np.float32


def test_operands_that_change_afterwards() -> None:
    args = RNG.uniform(0.5, 1.5, size=4), RNG.uniform(0.5, 1.5, size=4)
    check_grads(kept, args, wrt=(0, 1), order=2)
    check_grads(in_place, (args[0], args[1][1:]), wrt=(0, 1), order=2)


def test_complex_operands() -> None:
    z = 1.0 + RNG.uniform(0.1, 0.5, size=3) * 1j

    def f(a: Any, z: Any) -> Any:
        return np.sum(np.abs(np.log(a / z) + np.log(z * a)))

    made = grad(f, wrt=(0, 1))(np.array([0.5, 0.7, 0.9]), z)
    assert made[0].dtype == float and made[1].dtype == complex
    check_grads(f, (np.array([0.5, 0.7, 0.9]), z), wrt=(0, 1))
