"""Optimized derivatives against plain ones: the same numbers, from functions that read nothing they have not bound."""
from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad
from programs import harness
from programs.harness import Case
from programs.test_programs import CASES
from s2sgrad import pipeline
from s2sgrad.ir.liveness import Liveness
from s2sgrad.optimize.pipeline import optimize


def leaves(value: Any) -> list[np.ndarray]:
    """The numbers in a structure, in a fixed order."""
    if harness.is_number(value) or isinstance(value, (int, np.integer)):
        return [np.asarray(value)]
    return [leaf for part in harness.parts(value).values() for leaf in leaves(part)]


def outcome(run: Callable[[], Any]) -> Any:
    """What a call gives, or the error that it raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return leaves(run())
    except Exception as error:
        return error


def same(plain: Any, optimized: Any) -> None:
    """Equal numbers; where the plain derivative refuses or fails, nothing is asked of the other."""
    if isinstance(plain, Exception):
        return
    if isinstance(optimized, Exception):
        raise optimized
    assert len(plain) == len(optimized)
    for p, q in zip(plain, optimized):
        assert (p.shape, p.dtype) == (q.shape, q.dtype)
        np.testing.assert_allclose(q, p, rtol=1e-8, atol=1e-10)


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every optimized function reads only parameters and what it has bound."""
    def checked(fn: Any, types: Any, *facts: Any) -> Any:
        made = optimize(fn, types, *facts)
        known = {p.name for p in fn.params} | Liveness(fn.body).entry
        assert Liveness(made.body).entry <= known
        return made

    monkeypatch.setattr(pipeline, "optimize", checked)


@pytest.mark.parametrize("case", CASES)
def test_reverse_mode(case: Case) -> None:
    cotangent = harness.probe(case).cotangent

    def run(optimized: bool) -> Any:
        derivative = s2sgrad.vjp(case.function, case.wrt, optimized=optimized)
        return derivative(*harness.with_defaults(case, harness.arguments(case)), copy.deepcopy(cotangent))

    same(outcome(lambda: run(False)), outcome(lambda: run(True)))


@pytest.mark.parametrize("case", CASES)
def test_forward_mode(case: Case) -> None:
    directions = harness.probe(case).directions

    def run(optimized: bool) -> Any:
        derivative = s2sgrad.jvp(case.function, case.wrt, optimized=optimized)
        return derivative(*harness.with_defaults(case, harness.arguments(case)), *copy.deepcopy(directions))

    same(outcome(lambda: run(False)), outcome(lambda: run(True)))
