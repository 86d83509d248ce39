"""A derivative never changes its arguments, whatever the function does to them."""
from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad


def other_name(x, p):
    y = x
    y *= p
    return np.sum(y)


def entry(x, p):
    y = x["v"]
    y *= p
    return np.sum(y)


def entry_in_a_loop(x, p):
    y = x["v"]
    for k in (1.0, 2.0):
        y -= k
    return p


def part_of_a_tuple(x, p):
    y, _ = x
    y *= p
    return np.sum(y)


def constant(x, p):
    y = x
    y *= 2.0
    return p


def swapped(x, p):
    x[0], x[1] = x[1], x[0]
    return x[0] * p


SAMPLES = [(other_name, np.ones(2)), (entry, {"v": np.ones(2)}), (entry_in_a_loop, {"v": np.ones(2)}),
           (part_of_a_tuple, (np.ones(2), np.ones(2))), (constant, np.ones(2)), (swapped, np.array([1.0, 2.0]))]


@pytest.mark.parametrize("f, x", SAMPLES, ids=lambda v: getattr(v, "__name__", ""))
@pytest.mark.parametrize("wrt", [(0, 1), (1,)], ids=str)
def test_unchanged(f: Callable[..., Any], x: Any, wrt: tuple[int, ...]) -> None:
    expected = copy.deepcopy(x)
    s2sgrad.grad(f, wrt=wrt)(x, 2.0)
    np.testing.assert_equal(x, expected)
    tangents = [copy.deepcopy((x, 2.0)[n]) for n in wrt]
    s2sgrad.jvp(f, wrt=wrt)(x, 2.0, *tangents)
    np.testing.assert_equal(x, expected)
    np.testing.assert_equal(tangents, [(expected, 2.0)[n] for n in wrt])


def test_a_pullback_sees_views_change() -> None:
    """What a forward function hands over may be an array and a view of it."""
    def f(a, b, q):
        b[:] = np.concatenate([a[2:], b[:2]]) * 0.5
        a[1:] = b[:-1] * q
        return np.sum(b * 0.7) + np.sum(a)

    given = (np.arange(4.0), np.ones(4), 0.3)
    expected = s2sgrad.vjp(f, (0, 1, 2))(*given, 1.0)
    for got, want in zip(s2sgrad.pullback(f, (0, 1, 2))(*given)[1](1.0), expected):
        np.testing.assert_allclose(got, want)


def filled_from(u, v):
    for i in range(1, 3):
        u[i] = u[i - 1] * v[i]
    return np.sum(u * v)


def scaled(u, v):
    u *= v
    return np.sum(u)


def read(u, v):
    w = u * v
    w *= 2.0
    return np.sum(w)


@pytest.mark.parametrize("f", [filled_from, scaled])
def test_arguments_that_share_what_is_changed(f: Callable[..., Any]) -> None:
    """Of copies the function would give something else; what lies beside each other is shared by nobody."""
    x = np.arange(1.0, 9.0)
    table = x.reshape(4, 2)
    for first, second in ((x, x), (x[:4], x[1:5]), (table[0], x[:2]), (x[::2], x)):
        with pytest.raises(TypeError, match="share memory"):
            s2sgrad.grad(f)(first[:4], second[:4])
        with pytest.raises(TypeError, match="share memory"):
            s2sgrad.jvp(f, wrt="u")(first[:4], second[:4], np.ones(first[:4].shape))
    left, right = table[:, 0], table[:, 1]
    np.testing.assert_array_equal(s2sgrad.grad(f)(left, right), s2sgrad.grad(f)(left.copy(), right.copy()))


def test_arguments_that_share_what_is_read() -> None:
    x = np.arange(1.0, 9.0)
    np.testing.assert_allclose(s2sgrad.grad(read)(x, x), 2.0 * x)


def part_by_a_key(x, p):
    row = max(x, key=lambda v: v[0])
    rest = row[1:]
    rest *= p
    return np.sum(x * x)


def seen_as_numbers(z, p):
    parts = z.view(float)
    z[0] = z[1] * p
    return np.sum(parts ** 2)


def test_parts_that_are_refused() -> None:
    with pytest.raises(TypeError, match="taken for a copy"):
        s2sgrad.grad(part_by_a_key)(np.ones((3, 3)), 2.0)
    with pytest.raises(s2sgrad.UnsupportedSyntaxError, match="imaginary parts"):
        s2sgrad.grad(seen_as_numbers)(np.ones(3) + 1j, 2.0)


def halved_again(x, p):
    for _ in range(2):
        left, right = np.split(x, 2)
        left *= right * p
    return np.sum(x ** 3)


def test_parts_that_a_derivative_keeps_in_lists() -> None:
    first = s2sgrad.vjp(halved_again, wrt=("x", "p"))
    with pytest.raises(s2sgrad.UnsupportedSyntaxError, match="list of parts"):
        s2sgrad.vjp(first, wrt=("x", "p"))(np.ones(4), 2.0, 1.0, (np.ones(4), 1.0))


class Scaled:
    def __init__(self, k):
        self.k = k

    def both(self, a, b):
        return self.k * a * b


def unpacked_into_a_method(model, xs):
    return model.both(*xs) * 2.0


def test_arguments_unpacked_into_what_may_hold_values() -> None:
    """Of a function that is looked up when it runs nothing tells whether the object it belongs to varies."""
    with pytest.raises((TypeError, s2sgrad.UnsupportedSyntaxError), match="unpacked"):
        s2sgrad.grad(unpacked_into_a_method, wrt=("model", "xs"))(Scaled(0.4), [0.5, 0.6])


class Default(dict):
    def __missing__(self, key):
        self[key] = 1.5
        return self[key]


def two_of(d, x):
    return d["a"] * d["b"] * x


@pytest.mark.parametrize("derive", [s2sgrad.vjp, s2sgrad.jvp])
def test_tables_that_compute_what_they_do_not_hold(derive: Callable[..., Any]) -> None:
    """The tangent of such a table would compute 1.5 for what it does not hold, too."""
    with pytest.raises(TypeError, match="__missing__"):
        derive(two_of, wrt="d")(Default(a=0.3), 0.4, 1.0 if derive is s2sgrad.vjp else Default(a=1.0))


class Parts:
    def __init__(self, *parts):
        self.parts = parts if len(parts) != 1 else tuple(parts[0])

    def __add__(self, other):
        return Parts(*(a + b for a, b in zip(self.parts, other.parts)))

    def __mul__(self, k):
        return Parts(*(a * k for a in self.parts))

    def __iter__(self):
        return iter(self.parts)


def sum_of_parts(x, y):
    c = Parts(x, y) * 2.0 + Parts(y, x)
    return sum(c)


def test_what_an_object_iterates_over_may_look_like_an_object() -> None:
    """It did so without an end. It is right, or told at run time."""
    try:
        assert s2sgrad.grad(sum_of_parts)(0.7, 0.4) == pytest.approx(3.0)
    except (TypeError, s2sgrad.UnsupportedSyntaxError) as error:
        assert "Parts" in str(error)
