"""What is given may be a list or an array, and nothing says which: the derivative is right for both, or refused."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad
from hazards.lists_given import NUMBERS, ROWS
from programs import harness
from programs.harness import Case

DATA = np.random.default_rng(3).normal(size=(3, 4))
GIVEN = [(f, made) for f in ROWS for made in (list, np.array)] + [(f, made) for f in NUMBERS for made in (list, np.array)]


@pytest.mark.parametrize("wrt", ["both", "first", "a"])
@pytest.mark.parametrize("mode", ["reverse", "forward", "second_order"])
@pytest.mark.parametrize("f, made", GIVEN, ids=lambda v: v.__name__)
def test_right_or_refused(f: Callable[..., Any], made: Callable[..., Any], mode: str, wrt: str) -> None:
    data = DATA[0].tolist() if f in NUMBERS else list(DATA.copy())
    first = next(iter(f.__code__.co_varnames))
    if wrt != "both" and mode == "second_order":
        pytest.skip("both parameters say more")
    case = Case(f, (made(data), 0.7), {"both": (first, "a"), "first": (first,), "a": ("a",)}[wrt])
    try:
        harness.probe(case)
    except (AttributeError, ValueError, TypeError, np.exceptions.AxisError):
        pytest.skip("a program for lists only")
    try:
        getattr(harness, f"check_{mode}")(case)
    except s2sgrad.DerivativeError as error:
        assert "= help: " in str(error)
    except TypeError as error:
        assert "when the derivative was made" in str(error) or "derivative was made for" in str(error)
