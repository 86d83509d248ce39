"""Adjoints of parts of structures: where they are added, and where they must not be."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad


def tables(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer["w"] + layer["b"])
    return np.sum(x)


def function(layers, x):
    return tables(layers, x) * x[0, 0]


def normalized(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def classified(layers, x):
    """What a subroutine gets is new: the sum of a product and an array is no list that shares elements with another."""
    for w, b in layers[:-1]:
        x = np.tanh(x @ w + b)
    w, b = layers[-1]
    p = normalized(x @ w + b)
    return -np.sum(np.log(p[np.arange(1), [1]]))


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


def test_in_place_beside_subroutines() -> None:
    source = grad(classified).source
    assert "blayers[i][0] += " in source and "blayers[-1][0] += " in source and source.count("zeros_like(") == 2


def test_loops_take_apart() -> None:
    source = grad(read).source
    assert "for w, b in t:" in source and "blayers[i + 1][0] += " in source


@pytest.mark.parametrize("f, args", [
    (tables, ([layer(1), layer(2)], X)), (tables, ((layer(1), layer(2)), X)), (function, ([layer(1), layer(2)], X)),
    (classified, ([tuple(layer(n).values()) for n in (1, 2)], X)),
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


def multiplied(a, n):
    """The arithmetic of what may be lists makes nothing that holds parts of them."""
    product = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            for k in range(n):
                product[i][j] += a[i][k] * a[k][j] - a[i][j] / n
    return product[0][1] * product[1][0]


def lower_triangle(a, n):
    lower = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            s = 0.0
            for k in range(j):
                s += lower[i][k] * lower[j][k]
            lower[i][j] = np.sqrt(a[i][i] - s) if i == j else (a[i][j] - s) / lower[j][j]
    return lower[n - 1][n - 1] * lower[n - 1][0]


@pytest.mark.parametrize("f", [multiplied, lower_triangle])
def test_elements_of_rows_of_lists_have_no_adjoints_of_rows(f: Any) -> None:
    """These would make each element of a matrix take the time of a row."""
    a = [[4.0, 0.3, 0.2], [0.3, 5.0, -0.4], [0.2, -0.4, 3.0]]
    source = grad(f).source
    loops = source[source.index("zeros_like(a)"):].partition("\n")[2]
    assert "zeros_like" not in loops and "ba[i][j]" in loops
    check_grads(f, (a, 3), wrt="a")


def near(x, i, j):
    d = x[i] - x[j]
    r = d * d + 0.1
    t = 1.0 / r
    return t * t - t + r


def pairs(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i):
            s += near(x, i, j)
    return s


def descending(x, i):
    if i == 0:
        return x[0]
    return descending(x, i - 1) * 0.5 + x[i]


def recursive(x):
    return descending(x, len(x) - 1)


@pytest.mark.parametrize("f, paths", [(pairs, 1), (recursive, 2)])
def test_functions_add_to_elements_of_what_their_caller_has(f: Any, paths: int) -> None:
    """Nothing of the size of an argument is made in a function that takes elements of it."""
    source = grad(f).source
    of_function, of_caller = source.split("\n\n\n")[-2:]
    assert "_backward(saved, by, bx)" in of_function and "zeros_like" not in of_function
    assert not any(line.strip().startswith("return") for line in of_function.splitlines())
    assert of_caller.count("zeros_like(") == paths
    check_grads(f, (np.array([0.3, -1.2, 0.8, 0.5]),))


def inside(x, i):
    if i < 0:
        return x[0] * x[0]
    return x[i]


def around(x):
    s = 0.0
    for i in range(len(x)):
        s += inside(x, i) * inside(x, i - 1)
    return s


def test_functions_that_return_an_element_make_nothing_of_the_whole() -> None:
    source = grad(around).source
    assert source.count("zeros_like(") == 1 and "bx[i] " in source
    check_grads(around, (np.array([0.3, -1.2, 0.8, 0.5]),))


def cell(p, h, x):
    z = np.tanh(p["w"] @ h + p["b"] * x)
    return z


def steps(p, h, xs):
    for x in xs:
        h = cell(p, h, x)
    return np.sum(h)


def test_nothing_is_copied_in_each_step() -> None:
    source = grad(steps).source
    assert "bp['w'] += " in source and source.count("zeros_like(") == 1 and "copy" not in source and "add(" not in source
    check_grads(steps, ({"w": X[:, :2], "b": X[0, :2]}, np.ones(2), [0.3, 0.4]), wrt=("p", "h"))


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
