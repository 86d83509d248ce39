"""What is known of the results of calls."""
from __future__ import annotations

import json
import math

import numpy as np
import pytest

from s2sgrad import grad, jvp

SCALE = 2.0
_scope: dict = {}
exec("def without_source(n):\n    return n + 1", _scope)
without_source = _scope["without_source"]


def energy(x):
    return 0.5 * np.sum(x ** 2)


def scaled(x, s):
    return s * x


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def test_a_number_is_returned():
    def f(x, y):
        return energy(x) * energy(y)
    assert "unbroadcast" not in grad(f, wrt=("x", "y")).source


def test_a_result_has_the_shape_of_an_argument():
    def f(x):
        y = softmax(x) - x
        return np.sum(y ** 2)
    assert "unbroadcast" not in grad(f).source


def test_calls_that_say_the_same_share_a_pair():
    def f(x, y):
        return np.sum(softmax(x) * y) + np.sum(softmax(y, axis=-1) * x) + np.sum(softmax(x * y))
    assert grad(f, wrt=("x", "y")).source.count("def softmax_forward") == 1


def test_calls_along_other_axes_do_not():
    def f(x):
        return np.sum(softmax(x, 0) * softmax(x, 1))
    source = grad(f).source
    assert "axis=0" in source and "axis=1" in source and source.count("def softmax_backward") == 2


def test_results_that_do_not_vary_need_no_source():
    def f(x):
        n = without_source(2)
        k = json.loads("3")
        return np.sum(x ** n) * k + math.comb(n, 1)
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(grad(f)(x), 9 * x ** 2)


def test_a_global_of_a_callee_that_is_bound_anew(monkeypatch):
    monkeypatch.setitem(globals(), "OFFSET", 1.0)
    x = np.ones(3)
    assert "unbroadcast" not in grad(with_offset).source
    np.testing.assert_allclose(grad(with_offset)(x), np.full(3, 1.0))
    monkeypatch.setitem(globals(), "OFFSET", np.ones((2, 3)))
    np.testing.assert_allclose(grad(with_offset)(x), np.full(3, 2.0))


def offset():
    return OFFSET  # noqa: F821


def with_offset(x):
    return np.sum(x + offset())


def parity(n, x):
    return x if n == 0 else other(n - 1, x)


def other(n, x):
    return x.T if n == 0 else parity(n - 1, x)


@pytest.mark.parametrize("n", [0, 1])
def test_functions_that_call_each_other(n):
    def f(x, n):
        return np.sum(parity(n, x) @ x)
    x = np.arange(4.0).reshape(2, 2)
    h = 1e-6
    want = [[(f(x + h * d.reshape(2, 2), n) - f(x - h * d.reshape(2, 2), n)) / (2 * h) for d in np.eye(4)]]
    np.testing.assert_allclose(grad(f)(x, n).ravel(), np.ravel(want), rtol=1e-6)


def test_forward_mode_knows_axes_as_well():
    def f(x):
        return softmax(x, 0)
    x, v = np.arange(6.0).reshape(2, 3), np.ones((2, 3))
    v[0] = 2.0
    y = softmax(x, 0)
    np.testing.assert_allclose(jvp(f)(x, v), y * (v - np.sum(y * v, axis=0)), atol=1e-15)


def pieces(x):
    return np.sum(x), x[1:]


def test_parts_of_a_result_are_known_where_it_is_taken_apart():
    def f(x, y):
        total, rest = pieces(x)
        return total * energy(y) + np.sum(rest) * total
    assert "unbroadcast" not in grad(f, wrt=("x", "y")).source


def spread_out(x):
    for _ in range(2):
        x = np.sin(x)
    return np.sum(x), x * x


def first_result(x):
    return spread_out(x)[0]


def result_by_position(x):
    r = spread_out(x)
    return r[0] * 2.0


def test_results_that_are_taken_by_position_have_adjoints_of_their_own():
    for f in (first_result, result_by_position):
        assert "[0]" not in "".join(line for line in grad(f).source.splitlines() if "#" not in line)
    assert "by=1.0" in grad(first_result).source  # an expression is returned
