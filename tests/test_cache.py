"""Derivatives are made once, and made anew when something that they were made from has changed."""
from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from s2sgrad import adjoint, d, elementwise_grad, grad, jvp, nondifferentiable, partials, tangent, value_and_grad, vjp

SCALE = 2.0


def scaled(x, n=1):
    return SCALE * x ** 2


def helper(x):
    return x * x


def calls_helper(x):
    return 3.0 * helper(x) + x


@pytest.fixture
def restored() -> Iterator[None]:
    """The globals of this module as they were before."""
    before = {"SCALE": SCALE, "helper": helper}
    yield
    globals().update(before)


# ---- the same object ------------------------------------------------------------------------------------------------

def test_the_same_request_gives_the_same_object() -> None:
    assert grad(scaled) is grad(scaled)
    assert grad(scaled) is grad(scaled, wrt="x") is grad(scaled, wrt=(0,)) is grad(scaled, wrt=-2)
    assert vjp(scaled) is vjp(scaled)
    assert grad(np.sin) is grad(np.sin)
    assert grad(grad(scaled)) is grad(grad(scaled))


def test_another_request_gives_another_object() -> None:
    made = [grad(scaled), grad(scaled, wrt="n"), grad(scaled, optimized=False), value_and_grad(scaled), vjp(scaled),
            jvp(scaled), elementwise_grad(scaled), grad(scaled, check_dims=False), grad(scaled, wrt=(0, 1))]
    assert len(set(map(id, made))) == len(made)


def test_functions_are_told_apart_by_identity() -> None:
    def make(k):
        return lambda x: k * x

    assert [grad(make(k))(1.0) for k in (2.0, 3.0)] == [2.0, 3.0]


def test_threads_may_ask_at_the_same_time() -> None:
    def work(k: int) -> float:
        return sum(grad(lambda x, n=n: x * n * k)(1.0) for n in range(10))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(8))) == [45.0 * k for k in range(8)]


# ---- names that are bound anew -------------------------------------------------------------------------------------

def test_a_constant_is_read_live(restored: None) -> None:
    made = grad(scaled)
    assert made(3.0) == 12.0
    globals()["SCALE"] = 5.0
    assert made(3.0) == 30.0
    assert grad(scaled)(3.0) == 30.0


def test_an_entry_dies_with_a_global(restored: None) -> None:
    made = grad(scaled)
    globals()["SCALE"] = 5.0
    fresh = grad(scaled)
    assert fresh is not made
    assert grad(scaled) is fresh


def test_an_entry_dies_with_a_function_that_it_calls(restored: None) -> None:
    made = grad(calls_helper)
    assert made(2.0) == 13.0
    globals()["helper"] = lambda x: x * x * x
    assert grad(calls_helper) is not made
    assert grad(calls_helper)(2.0) == 37.0


def applied(f, x):
    return f(x) * x


def chosen(scale, x):
    return scale(x) + scale.at(x)


class Scale:
    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        return self.by * helper(x)

    def at(self, x):
        return self.by * x


def test_what_is_known_of_a_call_at_run_time_dies_with_what_it_calls(restored: None) -> None:
    def run(x):
        return 2.0 * helper(x)

    assert [grad(applied, wrt="x")(run, 2.0) for _ in range(3)] == [24.0] * 3
    assert [grad(chosen, wrt="x")(Scale(3.0), 2.0) for _ in range(3)] == [15.0] * 3
    globals()["helper"] = lambda x: x ** 3
    assert grad(applied, wrt="x")(run, 2.0) == 64.0
    assert grad(chosen, wrt="x")(Scale(3.0), 2.0) == 39.0


def test_what_is_known_of_a_call_at_run_time_dies_with_a_rule_and_a_method() -> None:
    def run(x):
        return x * x

    assert [grad(applied, wrt="x")(run, 2.0) for _ in range(3)] == [12.0] * 3
    partials(run)(lambda y, x: 5.0)
    assert grad(applied, wrt="x")(run, 2.0) == 4.0 + 10.0

    class Own:
        def __call__(self, x):
            return x * x

    assert [grad(applied, wrt="x")(Own(), 2.0) for _ in range(3)] == [12.0] * 3
    Own.__call__ = lambda self, x: x  # type: ignore[method-assign]
    assert grad(applied, wrt="x")(Own(), 2.0) == 4.0


def test_functions_that_one_lambda_makes_share_what_is_known_of_them() -> None:
    def scaled_by(by):
        return lambda x: by * x * x

    for by in (1.0, 2.0, 3.0):
        assert grad(applied, wrt="x")(scaled_by(by), 2.0) == by * 12.0
    for _ in range(3):
        assert grad(applied, wrt="x")(lambda x: x * x, 2.0) == 12.0


def test_an_entry_dies_with_a_closure_variable() -> None:
    k = 2.0

    def f(x):
        return k * x

    made = grad(f)
    assert made(1.0) == 2.0
    k = 3.0
    assert grad(f) is not made
    assert grad(f)(1.0) == 3.0


def test_an_entry_dies_with_a_name_of_a_module() -> None:
    module: Any = types.ModuleType("settings_of_test_cache")
    module.rate = 2.0
    sys.modules[module.__name__] = module
    try:
        def f(x):
            return module.rate * x

        made = grad(f)
        module.rate = 7.0
        assert grad(f) is not made
        assert grad(f)(1.0) == 7.0
    finally:
        del sys.modules[module.__name__]


def test_an_entry_dies_with_a_global_of_a_callee(restored: None) -> None:
    def outer(x):
        y = scaled(x)
        for _ in range(2):
            y = y + scaled(y)
        return y

    made = grad(outer)
    first = made(0.1)
    globals()["SCALE"] = 3.0
    assert grad(outer) is not made
    assert grad(outer)(0.1) != first


def test_a_name_that_is_bound_later(restored: None) -> None:
    def f(x):
        return later(x) * x  # noqa: F821

    made = grad(f)
    with pytest.raises(NameError, match="later"):
        made(2.0)
    globals()["later"] = helper
    try:
        assert grad(f) is not made
        assert grad(f)(2.0) == 12.0
    finally:
        del globals()["later"]


# ---- rules of users --------------------------------------------------------------------------------------------------

def external(x, n=2):
    return float(np.rint(x ** n))


def uses_external(x):
    return external(x, 3) * x


def does_not(x):
    return np.cosh(x)


def test_a_rule_ends_the_derivatives_that_it_concerns() -> None:
    made, other = grad(uses_external), grad(does_not)
    assert made(2.0) == 8.0  # what is rounded is constant

    @adjoint(external)
    def _(y, x, n=2):
        d[x] = d[y] * n * x ** (n - 1)

    assert grad(uses_external) is not made
    assert grad(uses_external)(2.0) == 32.0
    assert grad(external)(2.0) == 4.0
    assert grad(does_not) is other
    found = grad(uses_external)

    @tangent(external)
    def _(y, x, n=2):
        d[y] = d[x] * n * x ** (n - 1)

    assert grad(uses_external) is not found
    assert jvp(uses_external)(2.0, 1.0) == 32.0
    assert grad(uses_external)(2.0) == 32.0


def rounded(x):
    return np.round(x) * x


def test_a_rule_of_a_user_wins_over_the_library() -> None:
    """Straight through: of another kind than the rule that it replaces, and in both modes."""
    assert grad(rounded)(2.6) == 3.0

    @partials(np.round)
    def _(y, a, decimals=0, out=None):
        return 1.0

    try:
        assert grad(rounded)(2.6) == 5.6
        assert jvp(rounded)(2.6, 1.0) == 5.6
    finally:
        nondifferentiable(np.round)
    assert grad(rounded)(2.6) == 3.0


def own_square(x):
    return x * x


def uses_own_square(x):
    return own_square(x) + x


def test_a_rule_wins_over_the_source_of_a_function() -> None:
    assert grad(uses_own_square)(3.0) == 7.0

    @partials(own_square)
    def _(y, x):
        return 10.0 * x

    assert grad(uses_own_square)(3.0) == 31.0
    assert grad(own_square)(3.0) == 30.0
    nondifferentiable(own_square)
    assert grad(uses_own_square)(3.0) == 1.0
    assert jvp(uses_own_square)(3.0, 1.0) == 1.0


def of_two(x, y):
    return x * y


def test_a_rule_that_leaves_a_derivative_out() -> None:
    @partials(of_two)
    def _(z, x, y):
        return y

    assert grad(lambda x: of_two(x, 3.0))(2.0) == 3.0
    for derive in (grad, jvp):
        with pytest.raises(SyntaxError, match="there is no derivative by y"):
            derive(lambda x: of_two(3.0, x))


def test_placeholders_are_checked() -> None:
    def f(x):
        return x

    @adjoint(f)
    def wrong(y, x):
        d[z] = d[y]  # noqa: F821

    with pytest.raises(ValueError, match=r"d\[z\] in the rule wrong .* names none of its parameters, which are y, x"):
        grad(f)


def test_the_placeholder_means_nothing_elsewhere() -> None:
    with pytest.raises(TypeError, match="only inside a derivative rule"):
        d[0]


def local_constants(x):
    return x * x


def test_a_rule_may_use_the_names_around_it() -> None:
    factor = 3.0

    def slope(x):
        return factor * x

    @adjoint(local_constants)
    def _(y, x):
        d[x] = d[y] * slope(x) * factor * np.cos(0.0)

    assert grad(lambda x: local_constants(x) * 1.0)(2.0) == 18.0
