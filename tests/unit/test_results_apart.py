"""A result that takes the name of an operand, ``u = np.linalg.solve(A, u)``, is kept where its adjoint reads both."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad

RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 3)) + 4 * np.eye(3)
U = RNG.normal(size=3)


def implicit_steps(a: Any, u: Any) -> Any:
    for _ in range(3):
        u = np.linalg.solve(a, u)
    return u @ u


def once_after_the_other(a: Any, u: Any) -> Any:
    u = np.linalg.solve(a, u)
    u = np.linalg.solve(a.T, u)
    return np.sum(u)


def either_way(a: Any, u: Any) -> Any:
    w = u
    for i in range(4):
        if i % 2:
            u = np.linalg.solve(a, u)
        else:
            w = u
            u = np.linalg.solve(a + 1.0, u)
    return np.sum(u * w)


def while_large(a: Any, u: Any) -> Any:
    while np.sum(u * u) > 1e-3:
        u = np.linalg.solve(a, u)
    return np.sum(u)


def folded(a: Any, u: Any) -> Any:
    s = a[0]
    for i in range(3):
        s = np.logaddexp(s, a[i] * u)
    return np.sum(s)


def of_a_matrix(a: Any, u: Any) -> Any:
    for _ in range(2):
        a = np.linalg.solve(a, a.T @ a + np.eye(3))
    return np.sum(a @ u)


PROGRAMS = [implicit_steps, once_after_the_other, either_way, while_large, folded, of_a_matrix]


@pytest.mark.parametrize("f", PROGRAMS)
def test_derivatives(f: Callable[..., Any]) -> None:
    check_grads(f, (A, U), wrt=(0, 1), modes=("reverse", "forward"), order=2)


def boundary_set(a: Any, u: Any) -> Any:
    for _ in range(2):
        u = np.linalg.solve(a, u)
        u[0] = 0.0
    return np.sum(u * u)


def test_memory_that_is_changed_has_one_name() -> None:
    check_grads(boundary_set, (A, U), wrt=(0, 1), modes=("reverse",))


@pytest.mark.parametrize("f", PROGRAMS[:4])
def test_nothing_is_solved_again(f: Callable[..., Any]) -> None:
    backward = grad(f, wrt=(0, 1)).source.partition("# Grad of")[2]
    assert not [line for line in backward.splitlines() if "linalg.solve" in line and "# Grad of" not in line]
