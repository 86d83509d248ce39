"""Zeros with one thing placed in them, and adjoints of outer products that were broadcast."""
from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad
from s2sgrad.runtime import outer_adjoint_left, outer_adjoint_right, placed, sum_adjoint

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(4, 3)), RNG.normal(size=(5, 3)), np.array([0, 2, 2, 1]), np.array([4, 0, 4, 1])


def chosen(u: Any, v: Any, i: Any, j: Any) -> Any:
    return np.mean(np.sum(u[i] * v[j], axis=1) ** 2)


def last(x: Any) -> Any:
    w = np.exp(np.cumsum(x))
    return np.mean((w - 1.0) ** 2) / w[-1]


def first(x: Any) -> Any:
    return x[0] * x[0]


def two(x: Any) -> Any:
    return x[0] * x[1]


def row(x: Any) -> Any:
    return np.sum(x[1] ** 2)


def turned(x: Any, n: int) -> Any:
    for _ in range(n):
        x = x + x[0] * x
    return x[1] ** 2


def updated(a: Any, u: Any, v: Any, w: Any) -> Any:
    return np.sum((a + np.outer(u, v) * w) ** 2)


def test_zeros_are_made_with_what_is_placed_in_them() -> None:
    source = grad(chosen, wrt=(0, 1)).source
    assert source.count("placed(") == 2 and "zeros_like" not in source
    assert "bw = placed(" in grad(last).source
    check_grads(chosen, ROWS, wrt=(0, 1), order=2)
    check_grads(last, (RNG.normal(size=6) / 5,), order=2)
    check_grads(turned, (RNG.normal(size=3) / 2, 2), order=2)


def test_two_additions_to_what_may_be_a_tuple() -> None:
    assert "placed(" not in grad(two).source and "placed(" in grad(first).source
    assert grad(two)((2.0, 3.0)) == (3.0, 2.0) and grad(two)([2.0, 3.0]) == [3.0, 2.0]


@pytest.mark.parametrize("x", [(2.0, 3.0), [2.0, 3.0], np.array([2.0, 3.0]), np.array([2, 3]), np.ones((2, 3)),
                               np.array([2.0, 3.0], dtype=np.float32)], ids=str)
def test_structure_follows_structure(x: Any) -> None:
    if np.ndim(x) == 2:
        made = grad(row)(x)
        assert np.array_equal(made, [[0.0] * 3, [2.0] * 3])
        return
    made = grad(first)(x)
    assert type(made) is type(x) and np.array_equal(made, [4.0, 0.0])
    assert not isinstance(x, np.ndarray) or made.dtype == (np.float32 if x.dtype == np.float32 else float)


def test_what_is_placed_is_brought_to_the_shape_of_the_place() -> None:
    assert np.array_equal(placed(np.ones((2, 3)), 1, np.zeros((2, 3))), [[0.0] * 3, [2.0] * 3])
    assert np.array_equal(placed(2.0, np.array([1, 1]), np.zeros(2)), [0.0, 4.0])
    assert np.array_equal(placed(1.0 + 2j, 0, np.zeros(2)), [1.0, 0.0])
    assert placed([1.0, 2.0], 1, ([0.0], [0.0, 0.0])) == ([0.0], [1.0, 2.0])


@pytest.mark.parametrize("shapes", [((4, 3), (4,), (3,), ()), ((2, 4, 3), (4,), (3,), (1,)), ((4, 3), (1,), (3,), (4, 3)),
                                    ((4, 3), (), (3,), (3,)), ((4, 6), (4,), (2, 3), ()), ((5, 1, 1), (2, 2), (3,), (4, 1))])
def test_outer_products_that_are_broadcast(shapes: tuple[tuple[int, ...], ...]) -> None:
    args = tuple(RNG.normal(size=s) if s else 0.7 for s in shapes)
    assert "= np.outer" not in grad(updated, wrt=(1, 2)).source
    check_grads(updated, args, wrt=(0, 1, 2, 3), order=2)


def test_means_that_are_asked_for_their_shapes_alone() -> None:
    for shape, w in itertools.product(((4, 3), (4, 3, 2)), (0.7, RNG.normal(size=(5, 4, 1)), RNG.normal(size=1))):
        check_grads(smoothed, (RNG.normal(size=shape), RNG.normal(size=(3, 1)), w, 0.3), wrt=(0, 2), order=2)


def test_adjoints_of_outer_products() -> None:
    b = RNG.normal(size=(2, 3))
    u, v = RNG.normal(size=2), RNG.normal(size=3)
    assert np.allclose(outer_adjoint_left(b, u, v), b @ v) and np.allclose(outer_adjoint_right(b, u, v), u @ b)
    assert outer_adjoint_left(b + 1j, u, v).dtype == float


def distances(x: Any, y: Any, w: Any, m: Any) -> Any:
    d = np.sum((x * y) ** 2, axis=1) * w + m
    return np.sum(np.maximum(d, 0.0))


def two_sums(x: Any, y: Any) -> Any:
    r = np.sum(x * y, axis=0)
    k = 0.5 * (x * x + y).sum(axis=1)
    return np.mean(np.sin(r)) + np.mean(k + np.cos(k))


def smoothed(x: Any, y: Any, w: Any, m: Any) -> Any:
    return np.mean(y.sum(axis=0) - w * x.mean(axis=1) + m)


SHAPES = [((4, 3), (4, 3), (4,), 0.3), ((4, 3), (1, 3), (1,), 0.3), ((4, 1), (4, 3), (2, 4), 0.3), ((1, 3), (3,), (5,), (5,)),
          ((4, 3, 2), (3, 1), (4, 2), (2,)), ((1, 1), (1, 1), (6,), (2, 1, 1)), ((4, 3), (), (4, 1), (4,))]


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_sums_that_are_asked_for_their_shapes_alone(shapes: Any) -> None:
    x, y, w, m = (RNG.normal(size=s) if isinstance(s, tuple) and s else 0.7 for s in shapes)
    assert "sum_adjoint(" in grad(distances, wrt=(0, 1)).source
    check_grads(distances, (x, y, w, m), wrt=(0, 1, 2, 3), order=2)
    assert "sum_adjoint(" in grad(smoothed).source
    check_grads(two_sums, (x, y), wrt=(0, 1), order=2)


def test_adjoints_of_sums() -> None:
    x = np.zeros((2, 3))
    assert sum_adjoint(np.ones(2), x, 1).shape == sum_adjoint(np.ones((5, 2)), x, 1).shape == (2, 1)
    assert np.array_equal(sum_adjoint(np.ones((5, 2)), x, 1), [[5.0], [5.0]]) and sum_adjoint(1.0, x, -2).shape == (1, 3)
    assert sum_adjoint(1j + np.ones(3), x, 0).dtype == float and sum_adjoint(np.ones(4), np.ones(3), 0) == [4.0]
    assert sum_adjoint(np.ones(2), 1.0, 0) == 2.0


def solved(a: Any, b: Any) -> Any:
    x = np.zeros_like(b)
    for i in range(len(b)):
        x[i] = (b[i] - a[i, :i] @ x[:i]) / a[i, i]
    return np.sum(x ** 2)


def test_zeros_are_made_on_one_line() -> None:
    assert "zeros_like(a), zeros_like(b)" in grad(solved, wrt=(0, 1)).source
    check_grads(solved, (np.eye(3) * 2 + RNG.normal(size=(3, 3)) / 5, RNG.normal(size=3)), wrt=(0, 1), order=2)


def of_an_exponential(logs: Any, x: Any) -> Any:
    return np.sum(np.exp(logs) * x - logs * x)


@pytest.mark.parametrize("shape", [(), (3,), (1,), (4, 1), (4, 3)], ids=str)
def test_a_sum_is_not_taken_twice(shape: Any) -> None:
    logs, x = RNG.normal(size=shape) if shape else 0.3, RNG.normal(size=(4, 3))
    assert grad(of_an_exponential).source.count("fitted(") == 1
    check_grads(of_an_exponential, (logs, x), order=2)
