"""Points where a derivative does not exist, or is easy to get wrong: the conventions that the rules state."""
from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import s2sgrad
from rules.harness import define

INF, NAN = math.inf, math.nan
A = np.array

#: code, arguments, what the derivative with respect to the first argument is
CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    # absolute values and norms at 0
    ("np.sum(np.abs(x))", (A([0.0, -2.0, 3.0]),), [0.0, -1.0, 1.0]),
    ("abs(x)", (0.0,), 0.0),
    ("abs(x)", (0j,), 0j),
    ("math.fabs(x)", (0.0,), 0.0),
    ("np.hypot(x, 0.0)", (0.0,), 0.0),
    ("math.hypot(x, 0.0)", (0.0,), 0.0),
    ("math.dist([x, 1.0], [2.0, 1.0])", (2.0,), 0.0),
    ("np.std(x)", (A([2.0, 2.0, 2.0]),), [0.0, 0.0, 0.0]),
    ("np.sinc(x)", (0.0,), 0.0),
    # ties share, or the first takes all where Python's max returns the first
    ("np.max(x)", (A([1.0, 3.0, 3.0]),), [0.0, 0.5, 0.5]),
    ("np.min(x, axis=0).sum()", (A([[1.0, 2.0], [1.0, 3.0]]),), [[0.5, 1.0], [0.5, 0.0]]),
    ("np.sum(np.maximum(x, 0.0))", (A([-1.0, 0.0, 2.0]),), [0.0, 0.5, 1.0]),
    ("np.sum(np.minimum(x, y))", (A([-1.0, 0.0, 2.0]), A([-1.0, 1.0, 1.0])), [0.5, 1.0, 0.0]),
    ("np.sum(np.maximum(x, y))", (A([-INF, INF]), A([-INF, 0.0])), [0.5, 1.0]),
    ("np.sum(np.fmax(x, y))", (A([NAN, 1.0, 2.0]), A([3.0, NAN, 2.0])), [0.0, 1.0, 0.5]),
    ("max(x, 1.0)", (1.0,), 1.0),
    ("max(1.0, x)", (1.0,), 0.0),
    ("max([1.0, x, 1.0])", (1.0,), 0.0),
    ("np.ptp(x)", (A([1.0, 1.0, 1.0]),), [0.0, 0.0, 0.0]),
    ("np.sum(np.sort(x) * np.arange(3.0))", (A([2.0, 1.0, 1.0]),), [2.0, 0.0, 1.0]),
    ("np.median(x)", (A([1.0, 1.0, 5.0]),), [0.0, 1.0, 0.0]),
    ("np.sum(np.clip(x, -1.0, 1.0))", (A([-2.0, -1.0, 0.0, 1.0, 2.0]),), [0.0, 1.0, 1.0, 1.0, 0.0]),
    # where the bounds cross, the upper one is the result
    ("np.sum(np.clip(x, y, -1.0))", (A([-2.0, 0.0, 2.0]), A([0.0, 0.0, 0.0])), [0.0, 0.0, 0.0]),
    ("np.sum(np.clip(y, 1.0, x))", (A([0.5, 0.5, 3.0]), A([0.0, 2.0, 2.0])), [1.0, 1.0, 0.0]),
    ("np.sum(np.clip(y, x, 1.0))", (A([1.0, 2.0, 0.5]), A([0.0, 2.0, 0.0])), [1.0, 0.0, 1.0]),
    # powers
    ("np.sum(x ** 0)", (A([0.0, 2.0]),), [0.0, 0.0]),
    ("np.sum(x ** y)", (A([0.0, 2.0]), A([0.0, 0.0])), [0.0, 0.0]),
    ("np.sum(x ** y)", (A([0.0, 0.0]), A([1.0, 2.0])), [1.0, 0.0]),
    ("np.sum(y ** x)", (A([2.0, 0.0, 1.0]), A([0.0, 0.0, 1.0])), [0.0, 0.0, 0.0]),
    ("x ** y", (0.0, 0.5), INF),
    ("x ** 2", (0.0,), 0.0),
    ("np.prod(x)", (A([0.0, 2.0, 3.0]),), [6.0, 0.0, 0.0]),
    ("np.prod(x)", (A([0.0, 0.0, 3.0]),), [0.0, 0.0, 0.0]),
    ("np.cumprod(x)[2]", (A([2.0, 0.0, 3.0]),), [0.0, 6.0, 0.0]),
    ("np.sqrt(x)", (0.0,), INF),
    ("np.sum(np.sqrt(x))", (A([0.0, 4.0]),), [INF, 0.25]),
    ("np.sum(np.sqrt(x)[1:])", (A([0.0, 4.0]),), [0.0, 0.25]),
    ("np.sum(np.cbrt(x)[1:])", (A([0.0, 8.0]),), [0.0, 1 / 12]),
    ("np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))", (A([-1.0, 0.0, 4.0]),), [0.0, 0.0, 0.25]),
    ("np.sum(np.where(x > 0.0, x ** 0.5, 0.0))", (A([0.0, 4.0]),), [0.0, 0.25]),
    ("np.cbrt(x)", (0.0,), INF),
    # infinities and NaN that the primal leaves out
    ("np.logaddexp(x, y)", (-INF, -INF), 0.0),
    ("np.logaddexp(x, y)", (-INF, 1.0), 0.0),
    ("np.logaddexp.reduce(x)", (A([-INF, -INF, 1.0]),), [0.0, 0.0, 1.0]),
    ("np.sum(np.where(x > 0.0, x * 2.0, 0.0))", (A([-1.0, 1.0]),), [0.0, 2.0]),
    ("np.sum(np.where(m, y, x))", (A([NAN, 2.0]), A([5.0, 1.0]), A([True, False])), [0.0, 1.0]),
    ("np.sum(np.divide(1.0, x, out=np.zeros(2), where=x != 0))", (A([0.0, 2.0]),), [0.0, -0.25]),
    ("np.nansum(x * x)", (A([NAN, 2.0]),), [NAN, 4.0]),
    ("np.nansum(x)", (A([NAN, 2.0]),), [0.0, 1.0]),
    ("np.sum(np.nan_to_num(x))", (A([NAN, INF, 2.0]),), [0.0, 0.0, 1.0]),
    # empty arrays, arrays without axes, one element
    ("np.sum(x) + np.sum(x * 2.0)", (np.zeros(0),), np.zeros(0)),
    ("np.sum(np.mean(x, axis=1))", (np.zeros((0, 3)),), np.zeros((0, 3))),
    ("np.prod(x)", (np.zeros(0),), np.zeros(0)),
    ("np.sum(x, axis=0).sum()", (np.zeros((0, 2)),), np.zeros((0, 2))),
    ("np.sum(np.diff(x))", (np.zeros(0),), np.zeros(0)),
    ("np.sum(np.diff(x))", (A([2.0]),), [0.0]),
    ("np.sum(np.diff(x))", (np.zeros((3, 0)),), np.zeros((3, 0))),
    ("np.squeeze(x, axis=0) ** 2", (A(2.0),), A(4.0)),
    ("np.squeeze(x, axis=-1) ** 2", (2.0,), 4.0),
    ("np.sum(np.sin(x))", (A(0.0),), A(1.0)),
    ("np.sum(x * A)", (A(2.0), A([1.0, 2.0])), A(3.0)),
    ("np.max(x)", (A(2.0),), A(1.0)),
    ("np.sum(np.cumsum(x))", (A([2.0]),), [1.0]),
    # integers and bools
    ("np.sum(np.sqrt(x))", (A([1, 4]),), [0.5, 0.25]),
    ("np.sum(x ** 2)", (A([1, 4]),), [2.0, 8.0]),
    ("np.sum(np.abs(x) * x)", (A([-1, 4]),), [2.0, 8.0]),
    # elements that a small step takes out of a set
    ("np.sum(np.intersect1d(x, y) ** 2)", (A([0.3, 2.0, 5.0]), A([5.0, 2.0])), [0.0, 4.0, 10.0]),
    # functions without a derivative
    ("x * np.floor(x) + np.sign(x) * x", (2.5,), 3.0),
    ("x * round(x) + x * (x > 1.0)", (2.6,), 4.0),
    ("x % 1.5", (3.5,), 1.0),
]


@pytest.mark.parametrize("optimized", [True, False], ids=["optimized", "plain"])
@pytest.mark.parametrize(("code", "args", "expected"), CASES, ids=[f"{c} at {a}" for c, a, _ in CASES])
def test_convention(code: str, args: tuple[Any, ...], expected: Any, optimized: bool) -> None:
    names = ["x", "y", "m"][:len(args)]
    if " A)" in code:
        names[1] = "A"
    f = define(f"def f({', '.join(names)}):\n    return {code}\n")
    derivative = s2sgrad.grad(f, optimized=optimized)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = derivative(*args)
    assert np.shape(found) == np.shape(expected)
    assert np.array_equal(np.asarray(found), np.asarray(expected), equal_nan=True), found


def test_masked_division_does_not_warn() -> None:
    """The derivative looks at no more than the primal: dividing by zero outside a mask goes unnoticed."""
    f = define("def f(x, y):\n    return np.sum(np.divide(x, y, out=np.zeros(3), where=y != 0))\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bx, by = s2sgrad.grad(f, wrt=("x", "y"))(A([1.0, 2.0, 3.0]), A([2.0, 0.0, 4.0]))
    assert np.array_equal(bx, [0.5, 0.0, 0.25])
    assert np.array_equal(by, [-0.25, 0.0, -0.1875])


def test_roots_that_nothing_uses_do_not_warn() -> None:
    """Distances of points to themselves, which the program leaves out, in both modes and in second order."""
    f = define("def f(x):\n    r = np.sqrt((x[:, None] - x) ** 2)\n    r[r > 0] **= -1.0\n"
               "    return np.sum(np.triu(r, 1)) + np.sum(np.where(r > 0, (x + r) ** 0.5, 0.0))\n")
    x = A([0.3, 0.5, 1.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        s2sgrad.check_grads(f, (x,), order=2)


def test_single_precision_stays() -> None:
    """Rules bring no double-precision constants in."""
    x = np.array([0.3, 0.6], dtype=np.float32)
    for code in ("exp2", "log2", "log10", "deg2rad", "degrees", "sinc", "maximum(0.5, x) * np.tanh", "arctanh", "cbrt",
    "sqrt"):
        f = define(f"def f(x):\n    return np.sum(np.{code}(x))\n")
        assert s2sgrad.grad(f)(x).dtype == np.float32, code


@pytest.mark.parametrize("code", [
    "np.sum(x, axis=(0, 1))", "np.max(x, axis=(0, 1))", "np.add.reduce(x, axis=(0, 1))", "np.logaddexp.reduce(x, axis=(0, 1))",
    "np.sum(np.copysign(x, 1.5))", "np.sum(np.ldexp(x, 2))", "np.sum(2.0 ** x)", "np.linalg.norm(x, 'nuc')",
    "np.linalg.norm(x, 1)", "np.linalg.norm(x[0], np.inf)", "np.linalg.cond(x)",
    "np.var(x, where=x > 0.3)", "np.mean(x, axis=1, where=x > 0.3)[0]", "np.quantile(x, 0.3)", "np.trace(x, 1)",
    "np.sum(np.diff(x) ** 2)", "np.sum(np.diff(x, 1, 0) ** 2)",
    "np.sum(np.pad(x, 1, 'mean'))"])
def test_single_precision_of_arguments(code: str) -> None:
    x = np.array([[0.3, 0.6], [0.7, 0.2]], dtype=np.float32)
    assert s2sgrad.grad(define(f"def f(x):\n    return {code}\n"))(x).dtype == np.float32


@pytest.mark.parametrize("method", ["accumulate(x)", "reduceat(x, [0, 2])", "reduce(x)"])
def test_floor_division_along_an_axis_is_refused(method: str) -> None:
    """The first result is the first element, which is not rounded."""
    f = define(f"def f(x):\n    return np.sum(np.floor_divide.{method})\n")
    with pytest.raises((NotImplementedError, SyntaxError), match="floor_divide"):
        s2sgrad.grad(f)(A([7.5, 2.0, 1.5]))


@pytest.mark.parametrize("key", ["x > 0", "()", "..."])
def test_arrays_without_axes_that_are_changed(key: str) -> None:
    """The adjoint of the result is the caller's, and a number where the seed is 1."""
    f = define(f"def f(x):\n    y = np.zeros(())\n    y[{key}] = x * 2\n    y[()] *= x\n    return y\n")
    seed = A(3.0)
    assert s2sgrad.vjp(f)(A(2.0), seed) == 24.0
    assert seed == 3.0
    assert s2sgrad.grad(f)(2.0) == 8.0
    assert s2sgrad.jvp(f)(2.0) == 8.0


@pytest.mark.parametrize("code", ["np.multiply(x, 2)", "np.multiply(3, x)", "np.add(x, x)[0]", "np.fmin(x, x)", "np.log(x)",
                                  "np.square(x) * np.square(x)", "np.exp2(x)"])
@pytest.mark.parametrize("x", [[0.4], [0.3, 0.7], [[0.2, 0.5], [0.1, 0.6]]])
def test_lists_that_are_taken_for_arrays(code: str, x: list[Any]) -> None:
    """Their tangents are arrays: a list times 2 would be two lists."""
    f = define(f"def f(x):\n    return {code}\n")
    moved = s2sgrad.jvp(f)(x, np.ones(np.shape(x)).tolist())
    assert np.shape(moved) == np.shape(f(x))
    np.testing.assert_allclose(moved, s2sgrad.jvp(f)(A(x), np.ones(np.shape(x))))


def test_another_shape_in_place_is_refused() -> None:
    f = define("def f(x):\n    z = x * x\n    z.shape = (2, 2)\n    return np.sum(z @ z)\n")
    with pytest.raises(SyntaxError, match="another shape in place"):
        s2sgrad.grad(f)(np.ones(4))


def test_axes_that_are_transformed_twice_are_refused() -> None:
    f = define("def f(x):\n    return np.fft.rfft2(x, axes=(-1, 0))\n")
    with pytest.raises(NotImplementedError, match="an axis twice"):
        s2sgrad.vjp(f)(np.ones(3), f(np.ones(3)))
    assert s2sgrad.vjp(f)(np.ones((3, 2)), f(np.ones((3, 2)))).shape == (3, 2)


def test_running_sums_of_nothing() -> None:
    f = define("def f(x):\n    return np.concatenate((np.cumulative_sum(x, axis=0, include_initial=True), x))\n")
    if hasattr(np, "cumulative_sum"):
        assert s2sgrad.vjp(f)(np.ones((0, 3)), np.ones((1, 3))).shape == (0, 3)
