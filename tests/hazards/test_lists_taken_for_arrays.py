"""What would be another thing of a list than of an array raises an error where the derivative was made for the other one."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad


def in_order(xs, y):
    xs.sort()
    return xs[0] * xs[1] * y


def longer_part(d, y):
    d["a"][:1] = d["b"]
    return sum(d["a"]) * y


def array_added(x, y):
    xs = [x, y]
    xs += np.array([x, y])
    return sum(xs) * xs[1]


def array_added_in_a_place(x, y):
    table = {"a": [x, y]}
    table["a"] += np.array([x, y])
    return sum(table["a"]) * y


def replaced_and_in_use(x, y):
    table = {"a": [x * y], "b": [y, x]}
    values = table["a"]
    values[0] = values[0] * y
    table["a"] = [x, y, x]
    return sum(values)


LISTS = {"a": [0.3, 0.1], "b": [0.5, 0.2]}


@pytest.mark.parametrize("fn, args, message", [
    (in_order, ([0.3, 0.1], 0.7), "put in order"),
    (longer_part, (LISTS, 0.7), "changes the length of a list"),
    (array_added, (0.7, 0.4), "an array is added to a list"),
    (array_added_in_a_place, (0.7, 0.4), "an array is added to a list"),
])
def test_a_list_where_an_array_was_likely(fn: Callable[..., Any], args: tuple[Any, ...], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        s2sgrad.grad(fn)(*args)


def test_a_variable_for_what_a_place_held_is_refused_where_it_is_changed_and_in_use() -> None:
    with pytest.raises(s2sgrad.UnsupportedSyntaxError, match="something else in the place of values"):
        s2sgrad.grad(replaced_and_in_use)(0.7, 0.4)


def test_a_part_of_the_same_length_is_no_concern() -> None:
    shorter = {"a": [0.3, 0.1], "b": [0.5]}
    assert s2sgrad.grad(longer_part, wrt="y")(shorter, 0.7) == pytest.approx(0.6)
