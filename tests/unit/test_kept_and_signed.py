"""What an expert would save, how he starts his adjoints, and where he puts signs."""
from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from programs import harness, kinds
from s2sgrad import check_grads, grad, pullback
from s2sgrad.runtime import add_fitted
from unit.optimizing import optimized

RNG = np.random.default_rng(0)


def filtered(q: Any, r: Any, ys: Any) -> Any:
    m, p, total = 0.0, 1.0, 0.0
    for y in ys:
        p = p + q
        s = p + r
        k = p / s
        e = y - m
        total += math.log(s) + e * e / s
        m = m + k * e
        p = (1 - k) * p
    return total


def summed(a: Any, b: Any, n: Any) -> Any:
    h = (b - a) / n
    total = 0.0
    for i in range(n):
        x = a + i * h
        total += math.sin(x * x)
    return total * h


def spread(x: Any, v: Any, n: Any) -> Any:
    for _ in range(n):
        d = x[:, None] - x[None, :]
        v = v + 0.1 * np.sum(d / (1.0 + d ** 2), axis=1)
        x = x + 0.1 * v
    return np.sum(x * v)


def pairs(pos: Any, m: Any) -> Any:
    out = np.zeros_like(pos)
    for i in range(len(m)):
        for j in range(len(m)):
            if i != j:
                d = pos[j] - pos[i]
                r2 = d[0] * d[0] + d[1] * d[1] + 0.1
                out[i] += m[j] * d / r2 ** 1.5
    return out


def steps(pos: Any, vel: Any, m: Any) -> Any:
    for _ in range(2):
        vel = vel + 0.1 * pairs(pos, m)
        pos = pos + 0.1 * vel
    return np.sum(pos * pos)


def predators(p: Any, x: Any, y: Any) -> Any:
    for _ in range(3):
        dx = p[0] * x - p[1] * x * y
        dy = p[2] * x * y - p[3] * y
        x = x + 0.1 * dx
        y = y + 0.1 * dy
    return x * y


def turned(x: Any) -> Any:
    w = np.exp(x)
    return np.sum(np.log(np.cumsum(w[::-1])[::-1]) * x)


def turned_matrix(a: Any) -> Any:
    return np.sum(a[:, ::-1] * a[::-1, :] * np.arange(3.0)) + a[..., ::-1][0, 1] ** 2


def turned_list(xs: Any) -> Any:
    total = 0.0
    for i, v in enumerate(xs[::-1]):
        total += i * v * v
    return total


def rated(u: Any, v: Any, i: Any, j: Any) -> Any:
    return np.sum((u[i] * v[j] - 1.0) ** 2)


def undone(f: Any, tau: Any) -> Any:
    """The adjoint of what is changed in place is no other name for one that is read later."""
    rest = np.zeros(f.shape)
    for i in range(2):
        rest[:, i] = f[:, 1 - i] * 0.5
    f += -(1.0 / tau) * (f - rest)
    return np.sum(f ** 3)


@pytest.mark.parametrize("f, args, wrt", [
    (filtered, (0.1, 0.5, [0.3, -0.2, 0.9]), (0, 1)),
    (summed, (0.2, 1.3, 5), (0, 1)),
    (spread, (RNG.random(4), RNG.random(4), 3), (0, 1)),
    (steps, (RNG.random((3, 2)), RNG.random((3, 2)), RNG.random(3)), (0, 1, 2)),
    (predators, (RNG.random(4), 0.7, 0.4), (0, 1, 2)),
    (predators, (list(RNG.random(4)), RNG.random(2), RNG.random(2)[:1]), (0, 1, 2)),
    (turned, (RNG.random(4) + 0.5,), (0,)),
    (turned_matrix, (RNG.random((3, 3)),), (0,)),
    (turned_list, ([0.3, 0.7, -0.4],), (0,)),
    (turned_list, (RNG.random(3),), (0,)),
    (undone, (RNG.random((3, 2)), 0.7), (0, 1)),
], ids=lambda v: getattr(v, "__name__", ""))
def test_derivatives(f: Callable[..., Any], args: tuple[Any, ...], wrt: tuple[int, ...]) -> None:
    if f is predators and isinstance(args[1], np.ndarray):
        check_grads(lambda *a: np.sum(f(*a)), args, wrt=wrt, modes=("reverse",))
        return
    check_grads(f, args, wrt=wrt, order=2)


def test_what_an_iteration_computes_is_saved_with_what_it_saves() -> None:
    source = grad(filtered, wrt=(0, 1)).source
    assert "p, s, k, e = saved.pop()" in source
    assert source.count("p / s") == 2  # in the forward sweep and in a comment


def test_nothing_is_saved_where_nothing_has_to_be() -> None:
    assert "append" not in grad(summed, wrt=(0, 1)).source


def test_what_takes_more_room_is_computed_again() -> None:
    assert grad(spread, wrt=(0, 1)).source.count("d = x[:, None] - x[None, :]") == 3  # twice, and in a comment


def test_a_pair_is_pulled_twice() -> None:
    value, pull = pullback(pairs)(np.ones((2, 2)) * [[1.0], [2.0]], np.ones(2))
    assert np.array_equal(pull(value), pull(value))


def test_adjoints_of_numbers_start_on_one_line() -> None:
    assert "bm = bp = bq = br = 0.0" in grad(filtered, wrt=(0, 1)).source


def test_reversals_are_their_own_transpose() -> None:
    assert "zeros_like" not in grad(turned).source


@pytest.mark.parametrize("u, i", [(RNG.random(4), np.array([0, 3, 3])), (RNG.random(4), np.array([2])), (RNG.random(4), 1),
                                  (RNG.random((4, 1)), np.array([0, 3, 3])), (RNG.random((4, 3)), np.array([0, 2, 2])),
                                  ([0.3, 0.2, 0.7], 1), (RNG.random(3), np.array([True, False, True]))], ids=str)
def test_places_of_what_is_broadcast(u: Any, i: Any) -> None:
    v = RNG.random((5, 3)) if np.shape(u) == (4, 1) or np.ndim(u) == 2 else RNG.random(5)
    j = np.array([4, 0, 4]) if not (isinstance(i, np.ndarray) and i.dtype == bool) else np.array([1, 1])
    if isinstance(u, list):
        got = grad(rated, wrt=(0, 1))(u, v, i, j)
        want = grad(rated, wrt=(0, 1))(np.array(u), v, i, j)
        assert np.allclose(got[0], want[0]) and np.allclose(got[1], want[1])
        return
    check_grads(rated, (u, v, i, j), wrt=(0, 1), order=2)
    assert "placed(bt * v[j], i, u)" in grad(rated, wrt=(0, 1)).source


def test_real_parts_are_added_to_what_is_real() -> None:
    b = np.zeros(3)
    add_fitted(b, np.array([0, 0]), np.array([[1.0 + 2j, 2.0], [3.0, 4.0]]))
    add_fitted(b, 2, np.ones((2, 2)))
    assert b.tolist() == [10.0, 0.0, 4.0]
    floats = [0.0, 1.0]
    add_fitted(floats, 1, np.array([1.0, 2.0]))
    assert floats == [0.0, 4.0]


def test_signs_move_to_sums() -> None:
    assert optimized("""
        def f(a, b, x, y, b_k):
            l_t = -b_k
            b_b = l_t * x * y
            b_x = b_k * a + l_t * b * y
            return b_x, b_b
    """).splitlines()[-1] == "    return bk * a - bk * b * y, -(bk * x * y)"


def test_signs_stay_where_nothing_takes_them() -> None:
    text = "\n".join(["def f(x, b_k):", "    l_t = -b_k * x", "    b_x = np.sin(l_t)", "    return b_x, np.exp(l_t)"])
    assert "t = -(bk * x)" in optimized(text)


def sigmoid(z: Any) -> Any:
    return 1.0 / (np.exp(-z) + 1)


def gated(w: Any, x: Any, n: Any) -> Any:
    for _ in range(n):
        x = x * sigmoid(w * x) + sigmoid(x)
    return np.sum(x)


def other_uses(w: Any, x: Any) -> Any:
    e = np.exp(w * x)
    t = 1 + e
    return np.sum(1 / t + e) + np.sum(1 / (1 + np.exp(x)))


@pytest.mark.parametrize("f, args", [(gated, (0.7, RNG.normal(size=3), 3)), (other_uses, (0.7, RNG.normal(size=3))),
                                     (gated, (np.array([0.3]), 0.4, 2))])
def test_logistic_functions(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, args, wrt=(0, 1), order=2)


def test_logistic_functions_do_not_overflow() -> None:
    with np.errstate(over="ignore"):
        assert np.array_equal(grad(lambda z: np.sum(sigmoid(z)))(np.array([-800.0, 0.0, 800.0])), [0.0, 0.25, 0.0])
    assert "np.exp" not in grad(gated).source.partition("for _ in range(n):\n        # Grad")[2]


def test_what_subroutines_saved_serves_again() -> None:
    case = next(c for c in kinds.CASES if c.name == "ctc_loss")
    value, pull = pullback(case.function, wrt=case.asked)(*harness.arguments(case))
    first = copy.deepcopy(pull(1.0))
    harness.assert_same(pull(1.0), first, "the second gradient")
