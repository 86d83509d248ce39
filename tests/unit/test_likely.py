"""What is taken for numbers or arrays and is an object with operators of its own never gives a number silently."""
import math
from typing import Any

import pytest

import s2sgrad
from s2sgrad.frontend.unit import load
from s2sgrad.lower.likely import likely


class Log:
    """A positive number by its logarithm."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __add__(self, other: "Log") -> "Log":
        return Log(math.log(math.exp(self.value) + math.exp(other.value)))

    def __mul__(self, other: "Log") -> "Log":
        return Log(self.value + other.value)

    def __or__(self, other: "Log") -> "Log":
        return Log(max(self.value, other.value))

    def __pos__(self) -> "Log":
        return Log(5 * self.value)


class Two:
    def __init__(self, a: Any, b: Any) -> None:
        self.a = a
        self.b = b


def of_attributes(two):
    p = two.a + two.b
    return p.value * p.value


def of_elements(values):
    total = values[0]
    for v in values[1:]:
        total = total + v
    return total.value


def of_numbers(two):
    return (two.a + two.b) * two.a


def hidden(a, b):
    return a + b


def hidden_union(a, b):
    a |= b
    return (a | b)["k"]


def hidden_sign(a):
    return +a


def objects_of(f: Any) -> frozenset[str]:
    found = likely(load(f).names.classes(), f)
    assert found is not None
    return found.objects()


def test_what_has_members_of_a_class_with_operators_makes_objects_of_what_it_is_made_of() -> None:
    assert "p" in objects_of(of_attributes)
    assert {"total", "v"} <= objects_of(of_elements)


def test_numbers_are_no_objects() -> None:
    assert not objects_of(hidden)


def test_attributes_and_elements() -> None:
    first = math.exp(1.0) / (math.exp(1.0) + math.exp(2.0))
    sum_ = math.log(math.exp(1.0) + math.exp(2.0))
    gradient = s2sgrad.grad(of_attributes)(Two(Log(1.0), Log(2.0)))
    assert gradient.a.value == pytest.approx(2 * sum_ * first)
    assert s2sgrad.grad(of_elements)([Log(1.0), Log(2.0)])[0].value == pytest.approx(first)
    assert s2sgrad.grad(of_numbers)(Two(1.0, 2.0)).a == 4.0


def test_what_nothing_tells_is_refused() -> None:
    pull = s2sgrad.pullback(hidden, wrt=(0, 1))(Log(1.0), Log(2.0))[1]
    with pytest.raises(TypeError, match="an operator of Log was taken for that of numbers"):
        pull(Log(1.0))
    with pytest.raises(TypeError):
        s2sgrad.jvp(hidden, wrt=(0, 1))(Log(1.0), Log(2.0), Log(1.0), Log(1.0))
    with pytest.raises(TypeError, match="Log.__pos__ was taken for that of arrays"):
        s2sgrad.pullback(hidden_sign)(Log(1.0))
    with pytest.raises(TypeError, match=r"the operator \| of a dict was taken for that of numbers"):
        s2sgrad.grad(hidden_union)({"k": 1.0}, {"j": 2.0})
    with pytest.raises(TypeError, match=r"the operator \| of a dict was taken for that of numbers"):
        s2sgrad.jvp(hidden_union)({"k": 1.0}, {"j": 2.0}, {"k": 1.0})
