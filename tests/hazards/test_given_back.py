"""Arrays that come back from calls and containers, and are changed in place: right by every argument, or refused."""
from __future__ import annotations

import numpy as np
import pytest

from hazards import given_back
from programs import harness
from programs.harness import Case
from s2sgrad import DerivativeError

M = np.array([[0.3, -0.7, 1.1], [1.2, 0.2, -0.4], [-1.3, 0.8, 0.6], [0.1, -0.5, 0.7]])
V = np.array([0.6, -1.2, 0.9])
BY = (("m", "v"), ("m",), ("v",))
MODES = [harness.check_reverse, harness.check_forward]


@pytest.mark.parametrize("f", given_back.RIGHT, ids=lambda f: f.__name__)
@pytest.mark.parametrize("by", BY, ids="-".join)
@pytest.mark.parametrize("check", MODES)
def test_right(f, by, check) -> None:
    check(Case(f, (M, V), by))


@pytest.mark.parametrize("f", [*given_back.OTHERS, *given_back.OF_OBJECTS], ids=lambda f: f.__name__)
@pytest.mark.parametrize("by", BY, ids="-".join)
@pytest.mark.parametrize("check", MODES)
def test_right_or_refused(f, by, check) -> None:
    others = (given_back.Solver(),) if f in given_back.OF_OBJECTS else ()
    try:
        check(Case(f, (M, V, *others), by))
    except DerivativeError:
        pass
    except TypeError as error:
        assert "when the derivative was made" in str(error)
