"""Values that have one element because the result of the function has."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.analysis.inference import Types
from s2sgrad.analysis.single import single
from s2sgrad.frontend.unit import load
from s2sgrad.ir import stmt as S
from s2sgrad.lower.normalize import normalize


def logistic(x: Any, a: Any) -> Any:
    for _ in range(3):
        x = a * x * (1 - x)
    return x


def branches(x: Any, a: Any) -> Any:
    r = x * a
    if r > 0.1:
        r = r * x
    else:
        r = math.sin(r) - a
    return r / x


def left_early(x: Any, a: Any) -> Any:
    s = 0.0
    for i in range(4):
        s += x * i - a ** 2
        x = np.exp(-0.01 * s) * x
        if s > 5.0:
            break
    return s


def until_small(x: Any, a: Any) -> Any:
    u = np.sum(np.array([1.0, 2.0]) * x) * a
    n = 0
    while abs(u) > 0.1 and n < 20:
        u = u * 0.5 - 0.01 * x
        n += 1
    return u


def sum_of_many(x: Any, a: Any) -> Any:
    w = np.array([1.0, 2.0, 3.0]) * x - a
    return np.sum(w * w) + a


def filtered(x: Any, a: Any) -> Any:
    """What the last iteration computes for the next has one element as well, although nothing reads it."""
    m, p, total = 0.0, 1.0, 0.0
    for i in range(3):
        s = p + a
        k = p / s
        e = x * i - m
        total -= 0.5 * (np.log(s) + e * e / s)
        m = m + k * e
        p = (1 - k) * p
    return total


def beside_an_array(x: Any, a: Any) -> Any:
    """A number times an array has more elements than one, although the number is known to be one."""
    w = np.array([1.0, 2.0]) * x
    y = math.exp(0.1 * x)
    return np.sum(w) * y * a


def beside_arrays_in_a_loop(x: Any, a: Any) -> Any:
    y = np.exp(x)
    for i in range(3):
        w = (np.arange(3) + a) * x
        y = y + np.sum(w) * x / (i + 1)
    return y * a


def variances(x: Any, a: Any) -> Any:
    """What comes before a loop has one element if the loop's body is executed, which uses it as a number."""
    v = x / (1 - 0.1 * a)
    y = 0.0
    for r in (0.3, 0.7):
        y += np.log(v) + r / v
        v = x + a * r * r + 0.5 * v
    return y


FUNCTIONS = (filtered, variances, logistic, branches, left_early, until_small, sum_of_many, beside_an_array,
             beside_arrays_in_a_loop)
SHAPES: dict[str, Callable[[float, beside_an_array,
             beside_arrays_in_a_loop], Any]] = {
    "float": float, "scalar": np.float64, "array": np.array, "vector": lambda v: np.array([v]),
    "matrix": lambda v: np.array([[v]])}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("a", SHAPES)
@pytest.mark.parametrize("x", SHAPES)
@pytest.mark.parametrize("f", FUNCTIONS)
def test_gradients_have_the_shape_of_their_argument(f: Callable[..., Any], x: str, a: str) -> None:
    values = SHAPES[x](0.7), SHAPES[a](1.3)
    try:
        f(*values)
    except TypeError:
        pytest.skip("math takes numbers")
    expected = grad(f, wrt=("x", "a"))(0.7, 1.3)
    step = 1e-6
    assert expected[0] == pytest.approx((f(0.7 + step, 1.3) - f(0.7 - step, 1.3)) / (2 * step), rel=1e-6)
    for g, want, v in zip(grad(f, wrt=("x", "a"))(*values), expected, values):
        assert np.shape(g) == np.shape(v)
        np.testing.assert_allclose(g, np.full(np.shape(v), want), rtol=1e-12)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_more_elements_are_refused_or_reduced(f: Callable[..., Any]) -> None:
    x = np.array([0.5, 0.7, 0.9])
    try:
        y = f(x, 1.3)
    except ValueError:
        return
    if np.size(y) > 1:
        with pytest.raises(ValueError, match="returns one number"):
            grad(f)(x, 1.3)
    else:
        assert np.shape(grad(f)(x, 1.3)) == x.shape


def _single(f: Any) -> set[str]:
    lowered = normalize(load(f), ("x",)).function
    return {n.partition(".")[0] for s in single(lowered, Types(lowered)).statements for n in S.writes(s)}


def test_what_is_found() -> None:
    assert "x" in _single(logistic)
    assert "r" in _single(branches)
    assert "s" in _single(left_early)
    assert "w" not in _single(sum_of_many)
    assert {"m", "p", "k", "e"} <= _single(filtered)
    assert "v" not in _single(garch)


def test_what_is_found_where_a_loop_is_entered() -> None:
    lowered = normalize(load(garch), ("x", "a")).function
    found = single(lowered, Types(lowered))
    assert sum("v" in S.writes(s) for s in found.entered) == 2
    assert sum("v" in S.writes(s) for s in found.inside) == 1


def garch(x: Any, a: Any) -> Any:
    v = x / (1 - a)
    y = 0.0
    for r in (0.3, 0.7):
        y += math.log(v) + r / v
        v = x + a * r * r + 0.5 * v
    return y


def entered(x: Any, a: Any, b: Any, n: int) -> Any:
    """`b` has one element where the loop is entered, which says nothing about `a`: what is summed for `b` stays apart."""
    v = a * x / (2.5 + (b + 1.2))
    y = 0.0
    y += np.sum(v)
    for _ in range(n):
        y += math.sin(0.5 + b)
    return y


def known_in_one_branch(x: Any, a: Any, b: Any, n: int) -> Any:
    """`a` is a number where it is given to `math.exp`, and nowhere else."""
    if n == 1:
        y = math.exp(x) * math.exp(a) * b
    else:
        y = np.sum(np.exp(a) * b * x)
    return y + b


def known_in_a_loop(x: Any, a: Any, b: Any, n: int) -> Any:
    c = b * b
    y = c * x
    for _ in range(n - 1):
        d = a
        y += math.exp(d) * c
    return y + np.sum(a * b)


def known_until_left(x: Any, a: Any, b: Any, n: int) -> Any:
    y = b * x
    for i in range(3):
        y += np.sum(np.cos(a) * b)
        if i + n > 1:
            break
        y += math.exp(a) * x
    return y


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("a", [0.4, np.array([0.4, -0.2, 0.7])])
@pytest.mark.parametrize("f", [entered, known_in_one_branch, known_in_a_loop, known_until_left])
def test_what_a_part_proves_holds_where_it_is_executed(f: Callable[..., Any], a: Any, n: int) -> None:
    x, b = 0.7, 1.3
    try:
        f(x, a, b, n)
    except TypeError:
        pytest.skip("math takes numbers")
    step = 1e-6
    for k, g in enumerate(grad(f, wrt=("x", "a", "b"))(x, a, b, n)):
        up, down = ((*(x, a, b)[:k], (x, a, b)[k] + h, *(x, a, b)[k + 1:]) for h in (step, -step))
        difference = (f(*up, n) - f(*down, n)) / (2 * step)
        assert np.sum(g) == pytest.approx(difference, rel=1e-6)
        assert np.shape(g) == np.shape((x, a, b)[k])


def test_loops_of_plain_arithmetic_reduce_nothing() -> None:
    for f in (logistic, filtered, garch):
        loop = [line for line in grad(f, wrt=("x", "a")).source.splitlines() if line.startswith("        ")]
        assert "unbroadcast" not in "".join(loop)
