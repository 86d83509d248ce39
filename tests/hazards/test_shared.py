"""Derivatives of programs with arrays under two names are right or refused, by all arguments and by each alone."""
from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad
from hazards.shared import PROGRAMS, Pair
from programs import harness
from programs.harness import Case


def given(name: str) -> Any:
    rng = np.random.default_rng(sum(map(ord, name)))
    samples: dict[str, Callable[[], Any]] = {
        "a": lambda: rng.normal(size=4), "b": lambda: rng.normal(size=4), "m": lambda: rng.normal(size=(4, 4)),
        "rows": lambda: [rng.normal(size=4) for _ in range(3)], "d": lambda: {"u": 0.37, "v": rng.normal(size=4)},
        "o": lambda: Pair(rng.normal(size=4), rng.normal(size=4)), "p": lambda: 1.37, "k": lambda: 2}
    return samples[name]()


def cases() -> list[Case]:
    found = []
    for f in PROGRAMS:
        names = tuple(inspect.signature(f).parameters)
        varied = tuple(n for n in names if n != "k")
        found += [Case(f, tuple(map(given, names)), wrt) for wrt in (varied, *((n,) for n in varied))]
    return found


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.name}-{'-'.join(case.wrt)}")
def test_right_or_refused(case: Case, mode: str) -> None:
    try:
        getattr(harness, f"check_{mode}")(case)
    except s2sgrad.DerivativeError as error:
        assert any(words in str(error) for words in ("= help: ", "cannot be differentiated", "register a rule"))
    except TypeError as error:
        assert "when the derivative was made" in str(error) or "derivative was made for" in str(error)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_keys_of_a_dict_are_no_elements(mode: str) -> None:
    """Nothing in the function shows a dict, and its keys are the positions of a list."""
    def total(w, p):
        out = 0.0
        for k in w:
            out = out + k * k * p
        return out

    w = {0: 1.0, 1: 2.0, 2: 3.0}
    with pytest.raises(TypeError, match="when the derivative was made"):
        s2sgrad.vjp(total, wrt=0)(w, 2.0, 1.0) if mode == "reverse" else s2sgrad.jvp(total, wrt=0)(w, 2.0, w)
    assert s2sgrad.grad(total, wrt=1)(w, 2.0) == 5.0


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_the_size_of_an_object_out_of_sight(mode: str) -> None:
    Grid = type("Grid", (), {})

    def grid(size):
        made = Grid()
        made.size, made.drop_of_pressure = size, 2.0 * size
        return made

    for f in (lambda g, x: g.size * x, lambda g, x: g.size * g.drop_of_pressure * x):
        with pytest.raises(TypeError, match="annotate the parameter"):
            if mode == "reverse":
                s2sgrad.vjp(f, wrt=0)(grid(3.0), 2.0, 1.0)
            else:
                s2sgrad.jvp(f, wrt=0)(grid(3.0), 2.0, grid(1.0))


@pytest.mark.parametrize("view", [lambda m: m.T, lambda m: m.ravel(), lambda m: m.reshape(-1)], ids=["T", "ravel", "reshape"])
def test_views_that_a_derivative_writes_through(view: Callable[[Any], Any]) -> None:
    """They are made again in the backward sweep: of a view that is put aside, nothing tells what it is part of."""
    def written_through(m, n, p):
        for _ in range(2):
            view(m)[-1] = p * m[0, 0]
            p += np.sum(m * n) * 0.1
        return p

    case = Case(written_through, (given("m"), given("m") * 0.5, 0.7), ("m", "n", "p"))
    harness.check_second_order(case)
    harness.check_reverse_twice(case)


def test_views_that_a_derivative_puts_aside() -> None:
    """What it writes into a view that a callee has saved, it writes into the array, which has another adjoint."""
    def turned(r, t, s):
        c, d = np.cos(s), np.sin(s)
        t[:] = c * t - d * r

    def turned_again(m, n, v, p):
        for _ in range(2):
            turned(v, n[1], p * 0.2)
            p += np.sum(m * n)
        return p

    case = Case(turned_again, (given("m"), given("m") * 0.5, given("m")[0] * 0.3, 0.7), ("m", "n", "v", "p"))
    harness.check_reverse(case)
    harness.check_second_order(case)
    with pytest.raises(s2sgrad.UnsupportedSyntaxError, match="puts aside"):
        harness.check_reverse_twice(case)


def smoothed(u, s):
    left, right = u[:-1], u[1:]
    right += s * left


def overlapping_views_of_a_callee(n, m, p):
    b = n[1:3]
    for _ in range(2):
        smoothed(n, np.sum(b))
    return np.sum(b ** 2) * p


def array_with_a_view(n, m, p):
    m[2] = n[1]
    n[:-1] = m[:-1] ** 2
    for _ in range(2):
        for i in range(1, 3):
            m[i] = m[i] * m[i + 1]
        m, m = n, m
    return np.sum(n ** 2) * p


def view_in_a_branch(n, m, p):
    largest = n.max()
    if p > 0:
        n.ravel()[1] = n[2] * largest
    n[0] -= n[1] * p
    return np.sum(n ** 2)


@pytest.mark.parametrize("f", [overlapping_views_of_a_callee, array_with_a_view, view_in_a_branch], ids=lambda f: f.__name__)
def test_what_a_derivative_puts_back_under_another_name(f: Callable[..., Any]) -> None:
    case = Case(f, (given("a"), given("b"), 0.7), ("n",))
    harness.check_second_order(case)
    try:
        harness.check_reverse_twice(case)
    except (s2sgrad.UnsupportedSyntaxError, TypeError) as error:
        assert "reverse mode" in str(error) or "= help:" in str(error) or "the derivative was made" in str(error)
