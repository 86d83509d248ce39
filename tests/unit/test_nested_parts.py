"""Adjoints of parts of structures: where they are added, and where they must not be."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import grad


def tables(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer["w"] + layer["b"])
    return np.sum(x)


def function(layers, x):
    return tables(layers, x) * x[0, 0]


def replaced(layers, x):
    """The second layer is another one in the end: its adjoint has another structure."""
    total = np.sum(x @ layers[0][0] + layers[0][1])
    layers[0] = (total, total)
    return layers[0][0] * layers[0][1]


def gathered(rows, x, places):
    """What a list of positions selects is a copy, to which nothing may be added."""
    part = rows[places]
    return np.sum(part[0] * x) + np.sum(part[1])


def read(layers, x):
    """Two layers may be one object."""
    total = 0.0
    for w, b in layers[1:]:
        total = total + w * b * x
    return total * layers[0][1]


def layer(n: int) -> dict[str, Any]:
    rng = np.random.default_rng(n)
    return {"w": rng.normal(size=(2, 2)), "b": rng.normal(size=2)}


X = np.array([[0.3, -0.4]])


def test_in_place() -> None:
    source = grad(tables).source
    assert "blayers[i]['w'] += " in source and "blayers[i]['b'] += " in source and source.count("zeros_like(") == 1
    source = grad(function).source
    assert "blayers[i]['w'] += " in source and source.count("zeros_like(") == 1


def test_loops_take_apart() -> None:
    source = grad(read).source
    assert "for w, b in t:" in source and "blayers[i + 1][0] += " in source


@pytest.mark.parametrize("f, args", [
    (tables, ([layer(1), layer(2)], X)), (tables, ((layer(1), layer(2)), X)), (function, ([layer(1), layer(2)], X)),
    (replaced, ([(X.T, 0.7)], X)), (gathered, (np.array([[0.1, 0.2], [0.3, 0.4]]), 0.7, np.array([1, 1]))),
    (read, ([(0.1, 0.2), (0.3, 0.4), (0.5, 0.6)], 2.0)), (read, (np.array([[0.1, 0.2], [0.3, 0.4]]), 2.0)),
])
def test_as_without_optimization(f: Any, args: Any) -> None:
    def numbers(x: Any) -> list[Any]:
        if isinstance(x, (list, tuple)):
            return [n for v in x for n in numbers(v)]
        return [n for k in sorted(x) for n in numbers(x[k])] if isinstance(x, dict) else [np.asarray(x)]

    got, plain = grad(f)(*args), grad(f, optimized=False)(*args)
    assert type(got) is type(plain)
    for a, b in zip(numbers(got), numbers(plain), strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_a_layer_that_occurs_twice() -> None:
    one = (0.3, 0.4)
    got = grad(read)([one, one, one], 2.0)
    assert len(got) == 3 and got[0] != got[1] and got[1] == got[2]


def test_names_of_the_user() -> None:
    """A value without a name does not go by the name of a variable of the source."""
    def f(x, n):
        for t in range(1, n):
            x = x + np.sin(x / (1 - 0.9 ** t)) * np.sqrt(x)
        for t in range(n):
            x = x * np.sqrt(x + t)
        return x

    source = grad(f).source
    assert "for t in range(1, n)" in source and "for t in reversed(range(1, n))" in source
    assert "for t in range(n)" in source
    assert " t = " not in source and " t," not in source
