"""Gradients that the end of a derivative computes: displays of dicts, a line for each result, quotients after sums."""
from __future__ import annotations

import itertools
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(5, 4)), RNG.normal(size=5)
LAYERS: dict[str, Any] = {"w1": RNG.normal(size=(4, 3)), "b1": RNG.normal(size=3), "w2": RNG.normal(size=3), "b2": 0.3,
                          "unused": np.ones(2), "pair": (1.0, 2.0)}
SHAPES = [(), (3,), (1,), (4, 1), (4, 3)]


def network(p: Any, x: Any, y: Any) -> Any:
    h = np.tanh(x @ p["w1"] + p["b1"])
    return np.mean((h @ p["w2"] + p["b2"] - y) ** 2)


def tables(p: Any, x: Any) -> Any:
    return np.sum(p["a"]["w"] * x) ** 2 + np.sum(p["b"]["w"] * p["a"]["w"]) * p["s"]


def product(p: Any) -> Any:
    return np.sum(p["a"] * p["b"])


def twice(p: Any) -> Any:
    return np.sum(p["a"] * p["b"]) + np.sum(p["b"])


def of_elements(c: Any, x: Any) -> Any:
    return np.sum((x * c[0] - c[1]) ** 2) + np.sum(c[-1] * x)


def of_rows(c: Any, x: Any) -> Any:
    return np.sum(np.exp(-2 * c[1]) * x) + np.sum(np.sin(c[0]))


def scaled_by(c: Any, x: Any) -> Any:
    return np.array([c[0] * x[1], c[1] * x[0]])


def of_a_subroutine(c: Any, x: Any) -> Any:
    for _ in range(3):
        x = x + 0.1 * scaled_by(c, x)
    return np.sum(x * x)


def softmax(w: Any, x: Any) -> Any:
    e = np.exp(x @ w)
    a = e / np.sum(e, axis=1, keepdims=True)
    return np.sum(a ** 2 * np.arange(3.0))


def standardized(x: Any, m: Any, s: Any) -> Any:
    z = (x - m) / s
    return np.sum(np.sin(z) * z + np.log(s * s))


def of_a_square(x: Any, m: Any, s: Any) -> Any:
    r = x / (s * s + 1)
    q = m / r if np.ndim(m) > 5 else m * r
    return np.sum(q * q / s)


def test_a_dict_is_displayed() -> None:
    source = grad(network).source
    assert "entries_like({" in source and "zeros_like" not in source
    made = grad(network)(LAYERS, X, Y)
    assert list(made) == list(LAYERS) and made["pair"] == (0.0, 0.0) and not made["unused"].any()
    check_grads(network, (LAYERS, X, Y), order=2)


def test_displays_in_displays() -> None:
    p = {"a": {"w": RNG.normal(size=3)}, "b": {"w": RNG.normal(size=3), "v": 1.0}, "s": 2.0}
    check_grads(tables, (p, RNG.normal(size=3)), order=2)


@pytest.mark.parametrize("f", [product, twice])
@pytest.mark.parametrize("kind", [dict, OrderedDict])
@pytest.mark.parametrize("a, b", list(itertools.product([1.5, np.ones(3), np.ones((1, 3), np.float32)], repeat=2)))
def test_entries_have_the_shape_and_kind_of_theirs(f: Any, kind: Any, a: Any, b: Any) -> None:
    p = kind(a=a, b=b)
    made = grad(f)(p)
    assert isinstance(made, kind)
    for k, v in p.items():
        assert np.shape(made[k]) == np.shape(v) and (type(v) is float or made[k].dtype == v.dtype)
    if all(np.asarray(v).dtype == float for v in (a, b)):
        check_grads(f, (p,), order=2)


def test_entries_share_no_memory() -> None:
    p = {"a": np.ones(3), "b": np.ones(3)}
    made = grad(product)(p)
    assert not np.shares_memory(made["a"], p["b"]) and not np.shares_memory(made["a"], made["b"])


@pytest.mark.parametrize("c", [np.array([0.3, 0.7]), np.array([0.3, 0.7], np.float32), np.array([0.3, 0.7, 1.1]), [0.3, 0.7],
                               (0.3, 0.7, -0.2), {0: 0.3, 1: 0.7, -1: 0.9}, {0: 0.3, 1: np.ones(5), -1: 0.4}, [0.3, np.ones(5)],
                               (np.ones((2, 1)), 0.2), np.array([[0.3], [0.7]])], ids=str)
def test_elements_are_displayed(c: Any) -> None:
    source = grad(of_elements).source
    assert "entries_like({" in source and "zeros_like" not in source
    made = grad(of_elements)(c, X[:, 0])
    assert type(made) is type(c)
    if not isinstance(c, np.ndarray):
        for k, v in c.items() if isinstance(c, dict) else enumerate(c):
            assert np.shape(made[k]) == np.shape(v)
    elif c.dtype == np.float32:
        assert made.dtype == np.float32
        return
    check_grads(of_elements, (c, X[:, 0]), order=2)


@pytest.mark.parametrize("c", [[0.3, 0.7], [np.ones(4), 0.7], (0.2, np.ones(4)), np.ones((3, 4)), {1: 0.2, 0: np.ones(2)}],
                         ids=str)
def test_rows_are_displayed(c: Any) -> None:
    assert "entries_like({" in grad(of_rows).source
    check_grads(of_rows, (c, X[0]), order=2)


@pytest.mark.parametrize("c", [[0.3, 0.7], (0.2, 0.4), np.array([0.3, 0.7, 0.1])], ids=str)
def test_elements_of_a_subroutine(c: Any) -> None:
    assert grad(of_a_subroutine).source.count("entries_like({") == 2
    check_grads(of_a_subroutine, (c, np.array([0.5, 0.8])), wrt=(0, 1), order=2)


def test_softmax_is_not_divided_again() -> None:
    check_grads(softmax, (RNG.normal(size=(4, 3)), X), order=2)
    backwards = grad(softmax).source.partition("# Grad of: return")[2]
    assert " / " not in backwards


@pytest.mark.parametrize("f", [standardized, of_a_square])
@pytest.mark.parametrize("shapes", list(itertools.product(SHAPES, repeat=3)), ids=str)
def test_quotients_of_any_shapes(f: Any, shapes: Any) -> None:
    args = tuple(RNG.uniform(0.5, 1.5, size=shape) for shape in shapes)
    check_grads(f, args, wrt=(0, 1, 2))


def complex_quotient(z: Any, t: Any) -> Any:
    return np.sum(np.abs(z / t * z) ** 2)


@pytest.mark.parametrize("t", [1.3, 0.7 + 0.4j, np.array([1.1, 0.6]), np.array([[1.0 + 0.5j], [0.3 - 1j]])], ids=str)
def test_complex_quotients(t: Any) -> None:
    check_grads(complex_quotient, (np.array([0.4 + 1j, -0.7 + 0.2j]), t), wrt=(0, 1))
