"""A derivative is right, or it is refused: never wrong, and never broken."""
from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import pytest

from hazards import callbacks, complete, held_twice, names, places, programs, results, settled, unseen, ways
from s2sgrad import DerivativeError, grad, jvp, vjp

X, STEP = 1.7, 1e-6
MODES: dict[str, Callable[[Any], float]] = {
    "reverse": lambda f: grad(f)(X),
    "plain": lambda f: grad(f, optimized=False)(X),
    "forward": lambda f: jvp(f)(X, 1.0),
}


def value(f: Callable[[float], Any], x: float) -> float:
    programs.start_anew()
    return float(f(x))


MODULES = (programs, places, names, ways, settled, complete, results, unseen, held_twice, callbacks)
PROGRAMS = [f for module in MODULES for f in module.PROGRAMS]


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("mode", MODES)
def test_right_or_refused(f: Callable[[float], Any], mode: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        expected = (value(f, X + STEP) - value(f, X - STEP)) / (2 * STEP)
        hold(MODES[mode], f, pytest.approx(expected, rel=1e-5, abs=1e-6))


def hold(derive: Callable[[Any], float], f: Callable[[float], Any], expected: Any) -> None:
    """Hold that a derivative is as expected, or refused with a reason."""
    programs.start_anew()
    try:
        got = derive(f)
    except (DerivativeError, TypeError) as error:
        assert is_explained(error)
        return
    assert got == expected


def is_explained(error: Exception) -> bool:
    return any(words in str(error) for words in (
        "= help: ", "cannot be differentiated", "register a rule", "when the derivative was made", "derivative was made for"))


TWICE: dict[str, Callable[[Any], float]] = {
    "reverse twice": lambda f: grad(grad(f))(X),
    "reverse over forward": lambda f: vjp(jvp(f))(X, 1.0, 1.0),
}
SECOND_STEP = 1e-3
PUT_ASIDE = (*ways.PROGRAMS, *settled.PROGRAMS)


@pytest.mark.parametrize(("mode", "f"), [
    pytest.param(mode, f, id=f"{mode}-{f.__name__}") for mode, fs in zip(TWICE, (PROGRAMS, PUT_ASIDE)) for f in fs])
def test_right_or_refused_twice(mode: str, f: Callable[[float], Any]) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        outer, inner, middle = ([value(f, X + k * SECOND_STEP) for k in ks] for ks in ((-2, 2), (-1, 1), (0,)))
        expected = (16 * sum(inner) - sum(outer) - 30 * middle[0]) / (12 * SECOND_STEP ** 2)
        hold(TWICE[mode], f, pytest.approx(expected, rel=1e-4, abs=1e-4 * max(1.0, abs(middle[0]))))
