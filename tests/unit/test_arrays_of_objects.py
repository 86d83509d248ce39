"""Arrays of objects hold what varies as lists do: their derivative is refused, and never zero as that of integers is."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from s2sgrad import grad, jvp


def converted(x):
    values = np.asarray([x, 2.0 * x], dtype=object)
    return values[0] * values[1]


def cast(x):
    values = np.array([x, 2.0 * x]).astype(object)
    return values[0] * values[1]


KIND = object


def by_a_name(x):
    values = np.array([x, 2.0 * x], dtype=KIND)
    return values[0] * values[1]


@pytest.mark.parametrize("program", [converted, cast, by_a_name])
def test_refused_in_both_modes(program: Callable[[float], float]) -> None:
    with pytest.raises(Exception, match="an array of objects holds what is put into it"):
        grad(program)(1.5)
    with pytest.raises(Exception, match="an array of objects holds what is put into it"):
        jvp(program)(1.5, 1.0)
