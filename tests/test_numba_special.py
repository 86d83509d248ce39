"""Special functions, norms along axes and additions at positions that may repeat, compiled by Numba."""
from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad
from s2sgrad.errors import NoDerivativeError

os.environ.setdefault("NUMBA_OPT", "0")  # what is compiled runs once
pytest.importorskip("numba")
special = pytest.importorskip("scipy.special")
compiled = pytest.importorskip("s2sgrad.jit.special")
pytestmark = pytest.mark.filterwarnings("ignore::numba.core.errors.NumbaPerformanceWarning")

RNG = np.random.default_rng(0)
X = RNG.uniform(0.2, 0.8, (4, 3))


def counts(x: Any) -> Any:
    return np.sum(special.gammaln(x + 2.0) - special.gammaln(x)) + special.gammaln(x[0, 0])


def probabilities(x: Any) -> Any:
    return np.sum(special.erf(x) * special.ndtr(x)) + np.sum(special.expit(x) * special.logit(x)) + np.sum(special.erfc(-x))


def norms(x: Any) -> Any:
    r = np.linalg.norm(x, axis=1, keepdims=True)
    return np.sum((x / r)[:, 0]) + np.sum(np.linalg.norm(x, axis=0) ** 3) + np.linalg.norm(x[0], axis=0)


def log_sums(x: Any) -> Any:
    m = np.logaddexp.reduce(x, axis=1)
    return np.sum(m * m) + np.sum(np.logaddexp.reduce(x)) + np.logaddexp.reduce(x[0])


PLACES = np.array([[0, 1], [3, 0], [2, 2]])


def looked_up(x: Any) -> Any:
    rows = x[PLACES]
    return np.sum(rows * rows * np.arange(1.0, 4.0)) + np.sum(x[:, 0][PLACES] ** 3)


@pytest.mark.parametrize("f", [counts, probabilities, norms, log_sums, looked_up])
def test_as_in_plain_python(f: Callable[..., Any]) -> None:
    np.testing.assert_allclose(s2sgrad.grad(f, jit="numba")(X), s2sgrad.grad(f)(X), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("x", [1e-8, 0.3, 1.0, 1.4616321449683623, 7.7, 9.99, 10.0, 123.4, 1e9, -0.3, -5.7, -40.2])
def test_digamma(x: float) -> None:
    assert compiled.digamma(x) == pytest.approx(float(special.digamma(x)), rel=1e-11, abs=1e-13)


def test_poles_of_digamma() -> None:
    assert np.isnan(compiled.digamma(-3.0)) and np.isneginf(compiled.digamma(0.0))


def bessel(x: Any) -> Any:
    return np.sum(special.jv(0.0, x))


def largest(x: Any) -> Any:
    return np.sum(np.linalg.norm(x, ord=np.inf, axis=1))


def running(x: Any) -> Any:
    return np.sum(np.multiply.accumulate(x[:, 0]) * x[:, 1])


@pytest.mark.parametrize("f, reason", [(bessel, "scipy.special.jv"), (largest, "np.linalg.norm"), (running, "cumprod_adjoint")])
def test_refused_with_the_reason(f: Callable[..., Any], reason: str) -> None:
    with pytest.raises(NoDerivativeError, match=reason):
        s2sgrad.grad(f, jit="numba")(X)
