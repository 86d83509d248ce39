"""Derivatives compiled by Numba: the same numbers, from Python and from other compiled functions."""
from __future__ import annotations

import math
import os
import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest

import s2sgrad

os.environ.setdefault("NUMBA_OPT", "0")  # what is compiled runs once
numba = pytest.importorskip("numba")
pytestmark = pytest.mark.filterwarnings("ignore::numba.core.errors.NumbaPerformanceWarning")


def flat(x: Any) -> list[Any]:
    if isinstance(x, dict):
        return [v for k in x for v in flat(x[k])]
    if isinstance(x, (list, tuple)):
        return [v for part in x for v in flat(part)]
    return [np.asarray(x)]


def same(got: Any, want: Any) -> None:
    a, b = flat(got), flat(want)
    assert len(a) == len(b)
    for x, y in zip(a, b):
        assert x.shape == y.shape
        np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-12)


def formula(x, y=2.0):
    if x > y:
        return math.sin(x) * y
    return x ** 3 - 1 / x


def power(x, n):
    out = 1.0
    for _ in range(n):
        out *= x
    return out


def halving(x):
    while x > 1.0:
        x = x * x / 3.0
    return x


def network(w, b, x):
    h = np.tanh(x @ w + b)
    return np.sum(h * h) / len(x)


def reductions(x):
    s = np.sum(x, axis=0, keepdims=True)
    m = x.mean(axis=(0, 1))
    return np.sum(s * x) + np.max(x, axis=1).sum() + np.var(x) * m


def softmax_loss(x, k):
    z = x - np.max(x, axis=1, keepdims=True)
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    return -np.log(p[0, k])


def contraction(a, b):
    return np.einsum("ij,jk->", a, b) + np.sum(np.einsum("ij,ij->i", a, a) ** 2)


def rectified(ws, x):
    total = 1.0
    for w in ws[1:]:
        total = total * np.sum(np.maximum(w * x, 0.0)) + 1.0
    return total


def stencil(u, steps):
    for _ in range(steps):
        u[1:-1] += 0.1 * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u ** 2)


def overlapping(u):
    u[1:] += u[:-1]
    u *= u[::-1]
    return np.sum(u ** 2)


def indexed(x, idx):
    total = 0.0
    for i in range(len(idx)):
        total += x[idx[i]] * x[i] ** 2
    return total


def gathered(x, idx):
    return np.sum(x[idx] ** 3)


def joined(x, y):
    z = np.concatenate([x, 2.0 * y, x])
    return np.sum(z[1:] * z[:-1])


def between(x, y):
    z = np.concatenate([[-3.0], x, (y, 2.0)])
    return np.sum(z[1:] * z[:-1] ** 2)


def curve(p, q, t):
    z = (1 - t) * p + t * t * q
    return z @ z


def orthogonal(a):
    n = a.shape[1]
    q = a.copy()
    r = np.zeros((n, n))
    for j in range(n):
        for i in range(j):
            r[i, j] = q[:, i] @ q[:, j]
            q[:, j] -= r[i, j] * q[:, i]
        r[j, j] = np.sqrt(q[:, j] @ q[:, j])
        q[:, j] /= r[j, j]
    return np.sum(np.log(np.diag(r)))


def solved(a, b):
    x = np.linalg.solve(a, b)
    return np.sum(x ** 2) + np.linalg.slogdet(a)[1]


def helper(z, k):
    return np.exp(-z) * k


def constant_of(k):
    return k * 2.0


def subroutines(x, k):
    out = 0.0
    for i in range(3):
        out += np.sum(helper(x, constant_of(k)) * (i + 1))
    return out


def elementwise(x, y):
    z = np.maximum(x, y) + np.abs(x) * np.logaddexp(x, y) + np.where(x > 0, x, y * y)
    return np.sum(z ** 3 + np.abs(y) ** 1.5)


def batched(a, b):
    return np.sum(np.matmul(a, b) ** 2)


R = np.random.default_rng(0)
def crossed(k, p, s):
    return np.sum(np.cross(k, p) * s) ** 2 + np.sum(np.cross(p, k)) + np.linalg.norm(k * s)


def smoothed(x):
    return np.sum(np.diff(x, 2) ** 2) + np.sum(np.diff(x) ** 3)


def quadratic(x, m):
    r = m @ x
    return 0.5 * r @ r + x @ x


CASES = {
    "crossed": (crossed, (0, 1, 2), (R.normal(size=3), R.normal(size=(5, 3)), 2.0)),
    "smoothed": (smoothed, 0, (R.normal(size=6),)),
    "quadratic": (quadratic, (0, 1), (R.normal(size=3), R.normal(size=(5, 3)))),
    "formula": (formula, 0, (1.3, 2.0)), "formula_above": (formula, (0, 1), (3.3, 2.0)), "power": (power, 0, (1.1, 7)),
    "halving": (halving, 0, (2.5,)), "network": (network, (0, 1), (R.normal(size=(3, 4)), R.normal(size=4),
                                                                R.normal(size=(5, 3)))),
    "network_row": (network, (0, 1), (R.normal(size=(3, 4)), R.normal(size=(1, 4)), R.normal(size=(5, 3)))),
    "network_column": (network, (0, 1), (R.normal(size=(3, 4)), R.normal(size=(5, 1)), R.normal(size=(5, 3)))),
    "reductions": (reductions, 0, (R.normal(size=(3, 4)),)), "softmax": (softmax_loss, 0, (R.normal(size=(3, 4)), 2)),
    "contraction": (contraction, (0, 1), (R.normal(size=(3, 4)), R.normal(size=(4, 2)))),
    "rectified": (rectified, (0, 1), (R.normal(size=(3, 4)), R.normal(size=4))),
    "stencil": (stencil, 0, (R.normal(size=20), 5)),
    "overlapping": (overlapping, 0, (R.normal(size=7),)),
    "indexed": (indexed, 0, (R.normal(size=6), np.array([1, 3, 3, 0]))),
    "gathered": (gathered, 0, (R.normal(size=6), np.array([1, 3, 3, 0]))),
    "joined": (joined, (0, 1), (R.normal(size=3), R.normal(size=2))),
    "curve": (curve, (0, 1, 2), (R.normal(size=3), R.normal(size=3), 0.4)),
    "between": (between, (0, 1), (R.normal(size=3), 0.4)), "orthogonal": (orthogonal, 0, (R.normal(size=(5, 3)),)),
    "solved": (solved, (0, 1), (R.normal(size=(3, 3)) + 3 * np.eye(3), R.normal(size=3))),
    "subroutines": (subroutines, 0, (R.normal(size=3), 0.5)),
    "elementwise": (elementwise, (0, 1), (R.normal(size=(2, 3)), R.normal(size=3))),
    "batched": (batched, (0, 1), (R.normal(size=(2, 3, 4)), R.normal(size=(4, 2)))),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_those_of_plain_python(name: str) -> None:
    f, wrt, args = CASES[name]
    before = [np.copy(a) for a in args]
    same(s2sgrad.grad(f, wrt=wrt, jit="numba")(*args), s2sgrad.grad(f, wrt=wrt)(*args))
    for a, b in zip(args, before):
        np.testing.assert_array_equal(a, b)


def test_other_entries() -> None:
    x = R.normal(size=4)
    value, gradient = s2sgrad.value_and_grad(stencil, jit="numba")(x, 3)
    same((value, gradient), s2sgrad.value_and_grad(stencil)(x, 3))

    def g(x):
        return np.sin(x) * x[0]
    seed = R.normal(size=4)
    same(s2sgrad.vjp(g, jit="numba")(x, seed), s2sgrad.vjp(g)(x, seed))
    same(s2sgrad.jvp(g, jit="numba")(x, seed), s2sgrad.jvp(g)(x, seed))

    def recurrence(z):
        for i in range(1, 4):
            z[i] += 0.3 * z[i - 1] * z[i - 1]
        return z
    seed = np.array([1, 0, 0, 1])
    same(s2sgrad.vjp(recurrence, jit="numba")(x, seed), s2sgrad.vjp(recurrence)(x, 1.0 * seed))


def test_inside_other_compiled_functions() -> None:
    df = s2sgrad.grad(formula, jit="numba")

    @numba.njit
    def newton(x):
        for _ in range(5):
            x -= 0.01 * df(x)
        return x

    want = 1.4
    for _ in range(5):
        want -= 0.01 * s2sgrad.grad(formula)(want)
    assert math.isclose(newton(1.4), want, rel_tol=1e-12)


def test_compiled_primals() -> None:
    @numba.njit
    def f(x):
        return x * x * x

    assert s2sgrad.grad(f, jit="numba")(2.0) == 12.0


@numba.njit
def bond(r, eps):
    if r > 2.0:
        return 0.0 * eps
    s = r ** -6
    return 4.0 * eps * (s * s - s)


@numba.njit
def rates(y, k, out):
    out[0] = -k * y[0] * y[1]
    out[1] = -out[0]


def compiled_callees(x, k):
    total, d = 0.0, np.zeros(2)
    for i in range(x.shape[0] - 1):
        rates(x[i:i + 2], k, d)
        total += bond(abs(x[i + 1] - x[i]), k) + d[1] ** 2
    return total


def test_compiled_functions_are_called() -> None:
    """Statically: what they change is known, and so is their derivative."""
    x = np.array([0.1, 1.4, 2.2, 4.9])
    df = s2sgrad.grad(compiled_callees, wrt=("x", "k"), jit="numba")
    same(df(x, 0.7), s2sgrad.grad(compiled_callees, wrt=("x", "k"))(x, 0.7))
    numerical = (compiled_callees(x, 0.7 + 1e-6) - compiled_callees(x, 0.7 - 1e-6)) / 2e-6
    assert math.isclose(df(x, 0.7)[1], numerical, rel_tol=1e-6)


def test_options_of_numba() -> None:
    df = s2sgrad.grad(formula, jit="numba", fastmath=True, nogil=True)
    assert df.targetoptions["fastmath"] and df.targetoptions["nogil"]
    same(df(1.3), s2sgrad.grad(formula)(1.3))
    with pytest.raises(TypeError, match="fastmath"):
        s2sgrad.grad(formula, fastmath=True)
    with pytest.raises(ValueError, match="numba"):
        s2sgrad.grad(formula, jit="tracing")


def test_arguments_by_name() -> None:
    f, (params, x) = STRUCTURES["dict"]
    same(s2sgrad.grad(f, jit="numba")(params=params, x=x), s2sgrad.grad(f)(params, x))
    same(s2sgrad.grad(formula, jit="numba")(x=1.3, y=2.5), s2sgrad.grad(formula)(1.3, 2.5))


def test_compiled_code_is_kept(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    df = s2sgrad.grad(formula, jit="numba", cache=True)
    same(df(1.3), s2sgrad.grad(formula)(1.3))
    assert sum(df.stats.cache_misses.values()) == 1
    assert list(tmp_path.rglob("*.nbc"))


def test_the_derivative_describes_itself() -> None:
    df = s2sgrad.grad(formula, jit="numba")
    assert df is s2sgrad.grad(formula, jit="numba")
    assert df.primal is formula and df.wrt == ("x",) and "def dformuladx" in df.source
    assert df.__name__ == "dformuladx"


# ---- structures -----------------------------------------------------------------------------------------------------

class Layer(NamedTuple):
    w: Any
    b: Any


def by_key(params, x):
    return np.sum(np.tanh(x @ params["w"] + params["b"]) ** 2) * params["scale"]


def dense(layer, x, last):
    w, b = layer
    z = x @ w + b
    return z if last else np.tanh(z)


def layers(params, x):
    for i, layer in enumerate(params):
        x = dense(layer, x, i == len(params) - 1)
    return np.sum(x ** 2) + 0.1 * sum(np.sum(w ** 2) for w, _ in params)


def fields(layer, x):
    return np.sum((x @ layer.w + layer.b) ** 2)


def counted(params, x):
    for k in range(len(params) - 1):
        x = np.tanh(params[k] @ x)
    return x @ params[-1]


STRUCTURES = {
    "dict": (by_key, ({"w": R.normal(size=(3, 2)), "b": R.normal(size=2), "scale": 1.5}, R.normal(size=(4, 3)))),
    "layers": (layers, ([(R.normal(size=(3, 4)), R.normal(size=4)), (R.normal(size=(4, 1)), R.normal(size=1))],
                        R.normal(size=(5, 3)))),
    "fields": (fields, (Layer(R.normal(size=(3, 2)), R.normal(size=2)), R.normal(size=(4, 3)))),
    "counted": (counted, ([R.normal(size=(3, 3)), R.normal(size=(2, 3)), R.normal(size=2)], R.normal(size=3))),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_structures_are_taken_apart(name: str) -> None:
    f, args = STRUCTURES[name]
    df = s2sgrad.grad(f, jit="numba")
    want = s2sgrad.grad(f)(*args)
    for _ in range(2):  # the second call finds what the first one made
        got = df(*args)
        assert type(got) is type(want)
        same(got, want)
    same(s2sgrad.value_and_grad(f, jit="numba")(*args)[1], want)


def test_another_structure_is_compiled_anew() -> None:
    df = s2sgrad.grad(counted, jit="numba")
    f, args = STRUCTURES["counted"]
    same(df(*args), s2sgrad.grad(f)(*args))
    other = ([R.normal(size=(3, 3)), R.normal(size=3)], args[1])
    same(df(*other), s2sgrad.grad(f)(*other))


# ---- refusals -------------------------------------------------------------------------------------------------------

def test_what_numba_cannot_do_is_refused_with_the_reason() -> None:
    def dynamic(f, x):
        return f(x) * x

    def formatted(x):
        label = f"{x:.3f}"
        print(label)
        return x * x

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(s2sgrad.NoDerivativeError, match="formats text"):
            s2sgrad.grad(formatted, jit="numba")(1.0)
        with pytest.raises(s2sgrad.NoDerivativeError, match="Cannot determine Numba type"):
            s2sgrad.grad(dynamic, wrt=1, jit="numba")(math.sin, 1.0)


def test_a_result_that_is_not_one_number_is_refused() -> None:
    def f(x):
        return x * 2.0

    with pytest.raises((ValueError, TypeError)):
        s2sgrad.grad(f, jit="numba")(np.ones(3))


def power_sum(x, n):
    return np.sum(x ** n)


@pytest.mark.parametrize("n", [3, np.array([2, 3]), 2.5])
def test_powers_of_what_may_be_negative(n: Any) -> None:
    x = np.array([0.3, 0.5]) if isinstance(n, float) else np.array([-0.3, 0.5])
    plain = s2sgrad.grad(power_sum, wrt=("x", "n"))(x, n)
    assert np.all(np.isfinite(plain[0])) and np.all(np.isfinite(plain[1]))
    same(s2sgrad.grad(power_sum, wrt=("x", "n"), jit="numba")(x, n), plain)
