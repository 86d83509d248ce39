"""Libraries that a program calls beside what it computes, as stand-ins under their names."""
from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from s2sgrad import NoDerivativeError, adjoint, d, grad, jvp

X = np.array([0.5, 1.5])


@pytest.fixture
def drawing() -> Iterator[types.ModuleType]:
    """A library that draws, whose objects know each other, and which is installed."""
    module = types.ModuleType("matplotlib.fake")
    source = ("class Axes:\n"
              "    def __init__(self): self.lines, self.axes = [], self\n"
              "    def plot(self, *data):\n"
              "        line = Line(self, data)\n"
              "        self.lines.append(line)\n"
              "        return [line]\n"
              "class Line:\n"
              "    def __init__(self, axes, data): self.axes, self.data = axes, data\n"
              "AXES = Axes()\n"
              "def subplots(): return None, Axes()\n"
              "def plot(*data): return AXES.plot(*data)\n")
    exec(compile(source, "/nowhere/site-packages/matplotlib/fake.py", "exec"), module.__dict__)
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


def test_what_draws_just_runs(drawing: Any) -> None:
    def f(x):
        y = np.sin(x)
        drawing.plot(x, y)
        fig, ax = drawing.subplots()
        line, = ax.plot(y)
        ax.plot(x, 2.0 * y)
        return np.sum(y)

    assert np.allclose(grad(f)(X), np.cos(X))
    assert np.isclose(jvp(f)(X, np.ones(2)), np.sum(np.cos(X)))
    assert len(drawing.AXES.lines) == 2


def test_what_is_written_for_others_just_runs() -> None:
    def f(x):
        y = np.sum(x ** 2)
        json.dumps({"y": float(y)})
        return y

    assert np.allclose(grad(f)(X), 2 * X)


def test_what_tabulates_is_refused_where_it_is_used() -> None:
    def f(x):
        return float(json.loads(json.dumps([float(x)]))[0])

    with pytest.raises(NoDerivativeError, match="functions of json have no derivatives"):
        grad(f)(2.0)


def test_a_rule_of_the_user_prevails() -> None:
    module = types.ModuleType("sklearn.fake")
    exec("def error(y, p): raise ValueError", module.__dict__)
    error = module.__dict__["error"]

    def f(x):
        return error(1.0, x)

    with pytest.raises(NoDerivativeError, match="functions of sklearn"):
        grad(f)

    @adjoint(error)
    def error_adjoint(e, y, p):
        d[p] = d[e] * 2.0 * (p - y)

    assert "2.0 * (x - 1.0)" in grad(f).source or "2" in grad(f).source


@pytest.mark.parametrize("draw", [
    lambda x: np.random.normal(x, 1.0), lambda x: np.random.default_rng(0).normal(x, 1.0),
    lambda x: np.random.RandomState(0).uniform(0.0, x)])
def test_samples_by_their_parameters(draw: Any) -> None:
    with pytest.raises(NoDerivativeError, match="it draws at random"):
        grad(draw)(0.5)


def test_samples_beside_what_varies() -> None:
    def f(x):
        rng = np.random.default_rng(3)
        return np.sum(x * rng.normal(size=2)) + np.random.RandomState(0).uniform()

    assert np.allclose(grad(f)(X), np.random.default_rng(3).normal(size=2))
