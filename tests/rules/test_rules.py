"""Every rule in both modes and in second order, against finite differences; and no rule without a sample.

Samples take turns in the three ways to a second derivative, so that the suite takes minutes; with S2SGRAD_ALL_MODES=1
in the environment each is run in all of them.
"""
from __future__ import annotations

import importlib
import inspect
import os
import pathlib
from typing import Any

import numpy as np
import pytest

from rules.harness import MODES, SECOND, Sample, cartesian, check, sample
from s2sgrad.rules import families
from s2sgrad.rules.registry import Rule, all_rules
from s2sgrad.rules.table import MISSING, REFUSED, libraries, missing, table

HERE = pathlib.Path(__file__).parent
TABLES = sorted(path.stem for path in HERE.glob("samples_*.py"))
SAMPLES: list[Sample] = [s for table_ in TABLES for s in importlib.import_module(f"rules.{table_}").SAMPLES]
ALL_MODES = bool(os.environ.get("S2SGRAD_ALL_MODES"))
RUNS = [(s, mode, order) for n, s in enumerate(SAMPLES) for mode, order in MODES
        if s.runs(mode, order) and (order == 1 or ALL_MODES or mode == SECOND[n % len(SECOND)])]


@pytest.mark.filterwarnings("ignore:The shape parameter of the erlang distribution")  # is an integer, but for the differences
@pytest.mark.parametrize(("s", "mode", "order"), RUNS, ids=[f"{s}-{mode}-{order}" for s, mode, order in RUNS])
def test_sample(s: Sample, mode: str, order: int) -> None:
    check(s, mode, order)


# ---- broadcasting ---------------------------------------------------------------------------------------------------

SHAPES = ((), (1,), (4,), (3, 4), (3, 1))


def _pairs() -> list[np.ufunc]:
    for family in ("python", "numpy"):
        families.load(family)
    return [fn for fn, rule in all_rules().items() if isinstance(fn, np.ufunc) and rule.partials is not None
            and fn.nin == 2 and fn not in (np.ldexp, np.heaviside, np.nextafter)]


@pytest.mark.parametrize("fn", _pairs(), ids=lambda fn: fn.__name__)
def test_broadcasting(fn: np.ufunc) -> None:
    """Both arguments in all pairs of shapes, numbers and arrays of no axes among them."""
    rng = np.random.default_rng(7)
    for a, b in cartesian(SHAPES):
        x, y = rng.uniform(1.1, 1.9, size=a), rng.uniform(0.55, 0.95, size=b)
        s = sample(fn, f"np.{fn.__name__}(x, y)", x=x if a else float(x), y=y if b else float(y))
        check(s, "reverse", 1)
        check(s, "forward", 1)
    s = sample(fn, f"np.{fn.__name__}(x, y)", x=np.array(1.3), y=rng.uniform(0.55, 0.95, size=3))
    check(s, "reverse", 1)
    check(s, "forward", 1)


# ---- completeness ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("library", libraries())
def test_every_function_is_classified(library: str) -> None:
    assert not missing(library)


@pytest.mark.parametrize("library", libraries())
def test_refusals_say_why(library: str) -> None:
    assert all(row.detail for row in table(library) if row.status == REFUSED)
    assert {row.status for row in table(library)} <= {"rule", "zero", REFUSED, MISSING}


def _ruled() -> list[tuple[str, Any, Rule]]:
    """The rules of Python's and NumPy's functions that have derivatives; ufuncs of other tests are not among them."""
    for family in ("python", "numpy"):
        families.load(family)
    return [(rule.names[0], fn, rule) for fn, rule in all_rules().items()
            if rule.differentiable and families.library(fn) in _LIBRARIES and not isinstance(fn, type)
            and "<" not in rule.names[0]]


_LIBRARIES = ("builtins", "operator", "_operator", "math", "cmath", "numpy")


def test_every_rule_has_a_sample() -> None:
    elsewhere = {np.intersect1d}  # finite differences leave the set; test_degenerate.py holds it to a number
    tested = [fn for s in SAMPLES for fn in s.covers] + list(elsewhere)
    covered = {id(rule) for fn in tested if (rule := all_rules().get(fn)) is not None}
    same = {id(template) for rule in all_rules().values() if id(rule) in covered
            for template in (rule.partials, rule.linear, rule.adjoint, rule.expansion, rule.macro_adjoint) if template}
    without = [name for name, _, rule in _ruled() if id(rule) not in covered and not any(
        id(t) in same for t in (rule.partials, rule.adjoint, rule.expansion, rule.macro_adjoint) if t)]
    assert not without, f"rules without a sample: {', '.join(sorted(without))}"


def test_rules_take_arguments_as_numpy_does() -> None:
    """Parameters that can be given by position stand in NumPy's order, or calls would bind to others."""
    wrong = []
    for name, fn, rule in _ruled():
        if isinstance(fn, np.ufunc) or rule.signature is None:
            continue
        try:
            theirs = inspect.signature(fn).parameters
        except (TypeError, ValueError):
            continue
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        own = [p.name for p in rule.signature.parameters.values() if p.kind in kinds]
        order = [p.name for p in theirs.values() if p.kind in kinds]
        unnamed = sum(p.kind is inspect.Parameter.POSITIONAL_ONLY for p in theirs.values())
        if any(a != b for a, b in list(zip(own, order))[unnamed:]):
            wrong.append(f"{name}: {own}, NumPy has {order}")
    assert not wrong, "\n".join(wrong)
