"""The adjoint of a copy is gathered in that of the original, where nobody looks at it in between."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad

U = np.random.default_rng(0).random(5)


def convection(u: Any, c: Any) -> Any:
    for _ in range(3):
        un = u.copy()
        u[1:] = un[1:] - c * un[1:] * (un[1:] - un[:-1])
        u[0] = 1.0
    return np.sum(u ** 2)


def diffusion(u: Any, c: Any) -> Any:
    for _ in range(3):
        un = u.copy()
        u[1:-1] = un[1:-1] + c * (un[2:] - 2 * un[1:-1] + un[:-2])
        u[0] = 0.2
        u[-1] = 0.5
    return np.sum(u ** 2)


def written_before(u: Any, c: Any) -> Any:
    """The adjoint of `u` is read after that of the copy has been added to."""
    for _ in range(3):
        b = u.copy()
        u[1:] = b[1:] * b[:-1]
        u[:1] += c * b[1:2]
    return np.sum(u ** 2)


def two_copies(u: Any, c: Any) -> Any:
    for _ in range(2):
        a = u.copy()
        b = u.copy()
        u[1:] = a[1:] * b[:-1] * c
    return np.sum(u ** 2)


def through_a_view(u: Any, c: Any) -> Any:
    r = u[:3]
    for _ in range(2):
        b = u.copy()
        r[1:] = b[1:3] * b[:2] * c
    return np.sum(u ** 2)


def element_by_element(u: Any, c: Any) -> Any:
    for _ in range(2):
        b = u.copy()
        for j in range(1, 4):
            u[j] = b[j] * b[j - 1] + c * u[j - 1]
    return np.sum(u)


def copy_used_afterwards(u: Any, c: Any) -> Any:
    s = 0.0
    for _ in range(2):
        b = u.copy()
        u[1:] = b[:-1] * c
        s += np.sum(b * u)
    return s


PROGRAMS = [convection, diffusion, written_before, two_copies, through_a_view, element_by_element, copy_used_afterwards]


@pytest.mark.parametrize("f", PROGRAMS)
def test_derivatives(f: Callable[..., Any]) -> None:
    check_grads(f, (U, 0.3), wrt=(0, 1), modes=("reverse", "forward"))
    check_grads(f, (U, 0.3), wrt=(0, 1), modes=("reverse",), order=2)


@pytest.mark.parametrize("f", [convection, diffusion])
def test_no_array_of_its_own(f: Callable[..., Any]) -> None:
    source = grad(f).source
    assert "zeros_like" not in source and "bun" not in source


def by_turns(u: Any, c: Any) -> Any:
    v = u.copy()
    for _ in range(3):
        v[1:-1] = c * (u[1:-1] + u[:-2] + u[2:])
        u[1:-1] = c * (v[1:-1] + v[:-2] + v[2:])
    return np.sum(u ** 2)


def row_by_row(p: Any, t: Any) -> Any:
    for r in range(1, 4):
        for i in range(4 - r):
            p[i] = (1 - t) * p[i] + t * p[i + 1]
    return np.sum(p[0] ** 2)


def decayed(u: Any, c: Any) -> Any:
    for i in range(1, 5):
        w = u[i] * c
        u[i] = w * u[i - 1]
        u[0] = u[0] - w
    return np.sum(u)


@pytest.mark.parametrize("f", [by_turns, row_by_row, decayed])
@pytest.mark.parametrize("u", [U, U[:, None] * np.ones(2)], ids=["numbers", "rows"])
def test_places_that_are_set_at_once(f: Callable[..., Any], u: Any) -> None:
    check_grads(f, (u, 0.3), wrt=(0, 1), modes=("reverse",), order=2)


def test_rows_in_a_list() -> None:
    gradient, slope = grad(row_by_row, wrt=(0, 1))(list(U[:, None] * np.ones(2)), 0.3)
    expected, same = grad(row_by_row, wrt=(0, 1))(U[:, None] * np.ones(2), 0.3)
    np.testing.assert_allclose(np.array(gradient), expected)
    assert np.allclose(slope, same)


def test_no_copy_for_one_product() -> None:
    assert ".copy() *" not in grad(by_turns).source and "bt2" not in grad(by_turns).source


def test_no_zeros_before_what_is_set() -> None:
    backward = grad(row_by_row, wrt=(0, 1)).source.partition("# Grad of: p[i]")[2]
    assert "= 0.0" not in backward


@pytest.mark.parametrize("f", [diffusion, by_turns])
def test_no_state_is_saved_for_its_shape(f: Callable[..., Any]) -> None:
    source = grad(f).source
    assert "_stack" not in source and "saved" not in source


def eliminated(a: Any, b: Any, c: Any) -> Any:
    n = len(b)
    p, q = np.zeros(n), np.zeros(n)
    for i in range(1, n):
        m = b[i] - a[i] * p[i - 1]
        p[i] = c[i] / m
        q[i] = (c[i] - a[i] * q[i - 1]) / m
    return np.sum(p * q)


def test_what_an_array_holds_is_not_computed_again() -> None:
    backward = grad(eliminated, wrt=(0, 1, 2)).source.partition("reversed")[2]
    assert "p[i]" in backward and "q[i]" in backward and "/ m / m" not in backward
    a, b, c = np.random.default_rng(3).uniform(0.1, 0.5, size=(3, 5))
    check_grads(eliminated, (a, b + 2, c), wrt=(0, 1, 2), order=2)


def shrinking(u: Any, c: Any) -> Any:
    """The copies have shapes of their own."""
    for _ in range(3):
        v = u.copy()
        u = v[1:] * c + v[:-1]
    return np.sum(u)


def other_shape(u: Any, c: Any) -> Any:
    for n in (4, 3, 2):
        v = u[:n].copy()
        u[1:n] = v[1:] + c * v[:-1]
    return np.sum(u ** 2)


@pytest.mark.parametrize("f", [shrinking, other_shape])
def test_shapes_that_change(f: Callable[..., Any]) -> None:
    check_grads(f, (U, 0.3), wrt=0, modes=("reverse",), order=2)
    check_grads(f, (U, 0.3), wrt=(0, 1), modes=("reverse",))


def doubled(u: Any, c: Any) -> Any:
    """What is added to a place from itself sees what came before."""
    for _ in range(2):
        b = u.copy()
        u[1:] += u[1:]
        u[:-1] -= c * u[:-1] - u[1:] * b[1:]
    return np.sum(u ** 2)


def doubled_element(u: Any, c: Any) -> Any:
    for i in range(1, 4):
        u[i] += u[i]
        u[i - 1] -= c * u[i] * u[i]
    return np.sum(u ** 2)


@pytest.mark.parametrize("f", [doubled, doubled_element])
def test_places_added_to_from_themselves(f: Callable[..., Any]) -> None:
    check_grads(f, (U, 0.3), wrt=(0, 1), modes=("reverse", "forward"))
    check_grads(f, (U, 0.3), wrt=(0, 1), modes=("reverse",), order=2)


def distances(z: Any, s: Any) -> Any:
    w = z / s
    d = np.sum(w ** 2, axis=1)[:, None] + np.sum(w ** 2, axis=1) - 2 * w @ w.T
    return np.sum(np.exp(-d))


def along_three_axes(z: Any, s: Any) -> Any:
    return np.sum(np.tanh(z[:, None] * s + z[None, :])) + np.sum(np.sin(z[:, :, None] * z[:, None]))


@pytest.mark.parametrize("f", [distances, along_three_axes])
def test_axes_that_are_taken_away_and_put_back(f: Callable[..., Any]) -> None:
    z = np.random.default_rng(1).random((4, 2))
    for s in (0.7, np.array([0.7, 0.9])):
        check_grads(f, (z, s), wrt=(0, 1), modes=("reverse",), order=2)


def test_equal_sums_are_computed_once() -> None:
    forward, _, backward = grad(distances).source.partition("# Grad of")
    assert forward.count("axis=1") == 1
    assert "[:, 0][:, None]" not in backward
