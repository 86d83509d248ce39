"""What helpers of derivatives give for numbers of Python and of NumPy, where they take a short way."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sgrad import runtime

SINGLE = np.array([0.5, 2.0], np.float32)


@pytest.mark.parametrize("x", [0.0, 0.7, -1.3, 40.0])
@pytest.mark.parametrize("y", [0, 1, 2, -1, 0.0, 2.0, 1.5])
def test_slopes_of_powers(x: float, y: float) -> None:
    with np.errstate(all="ignore"):
        want = 0.0 if y == 0 else y * np.power(x, y - 1.0)
        for base in (np.float64(x), np.array([x, x]), np.array(x)):
            for exponent in (y, np.float64(y), np.array(y)):
                np.testing.assert_allclose(runtime.power_slope(base, exponent), np.full(np.shape(base), want), rtol=1e-15)


def test_slopes_keep_the_precision() -> None:
    assert runtime.power_slope(SINGLE, 2.0).dtype == runtime.power_slope(SINGLE, 3).dtype == np.float32
    assert runtime.power_slope(np.array([1, 2]), 3).tolist() == [3.0, 12.0]


@pytest.mark.parametrize("x", [0.0, 0.7, np.inf])
def test_logarithms_of_what_may_be_zero(x: float) -> None:
    want = 3.0 * math.log(x) if x else 0.0
    for base in (x, np.float64(x), np.array([x]), np.array([x, 0.0]), np.array([], float)):
        got = np.ravel(runtime.times_log(3.0, base, 2.0))
        assert got.tolist() == [want, 0.0][:np.size(base)]
    assert np.isnan(runtime.times_log(1.0, np.array([0.5, np.nan]), 2.0)).tolist() == [False, True]


def test_quotients_of_numbers() -> None:
    for number in (float, np.float64):
        assert runtime.safe_divide(number(3.0), number(2.0)) == 1.5
        assert runtime.safe_divide(number(3.0), number(0.0)) == 0.0
    assert runtime.safe_divide(np.array([1.0, 2.0]), np.float64(4.0)).tolist() == [0.25, 0.5]


def test_numbers_in_the_shape_of_others() -> None:
    for like in (0.5, np.float64(0.5)):
        spread: Any = runtime.expand(2.0, like)
        assert np.shape(spread) == () and spread.copy() == 2.0
    full = runtime.fitted(2.0, np.zeros((2, 3)))
    assert full.tolist() == [[2.0] * 3] * 2 and full.flags.writeable
    assert runtime.fitted(2.0, SINGLE).tolist() == [2.0, 2.0]
    assert runtime.fitted(np.array(2.0), np.zeros(3)).tolist() == [2.0] * 3


def test_what_is_no_number() -> None:
    runtime.require_number(np.float64(1.0), "x")
    with pytest.raises(TypeError, match="x is an array"):
        runtime.require_number(np.array(1.0), "x")


def test_lists_of_numbers() -> None:
    for x in ([0.5, 2.0], [np.float64(0.5), np.float64(2.0)], [0.5, np.float64(2.0)]):
        zero = runtime.zeros_like(x)
        zero[0] += 3.0
        assert zero == [3.0, 0.0] and runtime.add(zero, x) == [3.5, 2.0] and zero == [3.0, 0.0]
    assert [type(v) for v in runtime.zeros_like([np.float64(1.0)] * 2)] == [np.float64] * 2
    assert runtime.zeros_like([]) == [] == runtime.add([], [])
    assert runtime.zeros_like([1.0, [2.0, 3.0]]) == [0.0, [0.0, 0.0]]
    mixed = runtime.zeros_like([np.float32(1.0), 1.0, 2j])
    assert [type(v) for v in mixed] == [np.float32, float, complex]
    assert runtime.add([1.0, [2.0]], [0.5, [1.0]]) == [1.5, [3.0]]
    assert runtime.add([1.0, 2.0, 0.0], [0.5, 1.0]) == [1.5, 3.0], "of a list that has grown since then"
