"""Branches that call what cannot be differentiated: the derivative raises the error there, and is right elsewhere."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad
from s2sgrad import check_grads, grad


class Own:
    def __new__(cls, v: Any) -> Own:
        self = object.__new__(cls)
        self.v = v
        return self

    v: Any




def refused(x: Any) -> Any:
    return np.unwrap(np.array([x, x]), period=Own(x).v)[0]


def of_a_class(x: float, how: str) -> Any:
    if how == "near":
        y = x * x
    else:
        y = Own(x).v * 2.0
    return y * np.sin(x)


def in_a_subroutine(x: float, how: str) -> Any:
    y = x
    for _ in range(2):
        if how != "near":
            y = refused(y)
        y = y * x
    return y


def of_an_import(x: float, how: str) -> Any:
    if how == "near":
        return x ** 3
    return imported(x)


def imported(x: float) -> Any:
    import no_such_package_anywhere as p

    return p.f(x)


def two_of_them(x: float, how: str) -> Any:
    if how == "near":
        y = np.sin(x)
    elif how == "own":
        y = Own(x).v
    else:
        y = refused(x)
    return y * x


class Precision:
    digits = 15.0


PRECISION = Precision()


def of_what_is_outside(x: float, how: str) -> Any:
    if how != "near":
        PRECISION.digits = x * 50
        return x * PRECISION.digits
    return x * x


def of_a_callee_with_what_is_outside(x: float, how: str) -> Any:
    y = of_what_is_outside(x, how)
    return y * of_what_is_outside(y, how)


def caught(x: float, how: str) -> Any:
    try:
        y = x * x if how == "near" else Own(x).v
        if how == "far":
            y = Own(x).v
    except Exception:
        y = 0.0
    return y


def always(x: float, how: str) -> Any:
    return Own(x).v * x


@pytest.mark.parametrize("f", [of_a_class, in_a_subroutine, of_an_import, two_of_them, of_what_is_outside,
                               of_a_callee_with_what_is_outside])
def test_a_branch_that_is_not_run(f: Callable[..., Any]) -> None:
    check_grads(f, (0.7, "near"), order=2)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("f, how, error", [
    (of_a_class, "far", s2sgrad.UnsupportedSyntaxError), (in_a_subroutine, "far", s2sgrad.DerivativeError),
    (of_an_import, "far", s2sgrad.UnsupportedSyntaxError), (two_of_them, "own", s2sgrad.UnsupportedSyntaxError),
    (two_of_them, "far", s2sgrad.DerivativeError), (of_what_is_outside, "far", s2sgrad.UnsupportedSyntaxError),
    (of_a_callee_with_what_is_outside, "far", s2sgrad.UnsupportedSyntaxError)])
def test_a_branch_that_is_run(f: Callable[..., Any], how: str, error: type[Exception], mode: str) -> None:
    derivative = grad(f) if mode == "reverse" else s2sgrad.derivative(f)
    with pytest.raises(error):
        derivative(0.7, how)


@pytest.mark.parametrize("f", [caught, always])
def test_nothing_is_left_out_where_it_would_be_caught_or_is_always_run(f: Callable[..., Any]) -> None:
    with pytest.raises(s2sgrad.UnsupportedSyntaxError, match="Own says itself"):
        grad(f)(0.7, "near")


def test_the_error_names_the_line() -> None:
    source = grad(of_a_class).source
    assert "raise s2sgrad.UnsupportedSyntaxError(" in source and "test_left_out.py:" in source
