"""Objects that are held in several places, methods of elements, and what is refused of them."""
from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest

import s2sgrad
from programs import held_together
from s2sgrad import check_grads, runtime
from s2sgrad.lower.effects import effects_of


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("case", held_together.CASES, ids=lambda case: str(case.name))
def test_derivatives_of_derivatives(case: Any, mode: str) -> None:
    check_grads(case.function, case.arguments, modes=(mode,), order=2)


def arrays_in_two_places(x: float) -> float:
    rows = {"a": np.array([x, 1.0]), "b": np.array([2.0, x])}
    pairs = [(rows["a"], rows["b"])]
    for p, q in pairs:
        p[0] += q[1]
    return float(rows["a"][0] * rows["b"][1])


def test_arrays_in_two_containers_are_refused() -> None:
    with pytest.raises((TypeError, s2sgrad.UnsupportedSyntaxError), match="container"):
        s2sgrad.grad(arrays_in_two_places)(0.7)
    check_grads(arrays_in_two_places, (0.7,), modes=("forward",))


def exchanged(x: float) -> float:
    items = [[x], [2.0]]
    runtime.add_to(items, [[x * x], [x]])
    runtime.add_part(items, 0, [x])
    old = runtime.saved(items, 1)
    items[1] = [x * 3.0]
    t = items[1][0]
    runtime.restore(items, 1, old)
    return items[0][0] * items[1][0] * t


def test_helpers_that_change_structures_have_derivatives_in_reverse_mode() -> None:
    check_grads(exchanged, (0.7,))


def pairs_of(items: Any) -> Any:
    return [(a, b) for a, b in combinations(items, 2)]


def stacks(x: float, values: Any) -> float:
    stack = []
    for v in values:
        stack.append(x)
        x = math.sin(x) * v
    x = stack.pop()
    return x


def deep(x: Any) -> None:
    held = [x]
    held[0].append(1.0)


def shallow(x: Any) -> None:
    held = []
    held.append(x)
    x = held.pop()


def test_a_comprehension_may_return_elements_of_what_it_runs_over() -> None:
    assert effects_of(pairs_of).returned == {0}


def test_what_is_put_into_a_list_is_not_changed_with_the_list() -> None:
    assert not effects_of(stacks).written and not effects_of(shallow).written
    assert effects_of(deep).written == {0}


class Scale:
    def __init__(self, k: Any) -> None:
        self.k = k

    def apply(self, v: Any) -> Any:
        return v * self.k * self.k

    def __call__(self, *vs: Any) -> Any:
        return vs[0] * vs[1] * self.k


class Chain:
    def __init__(self) -> None:
        self.steps: list[Callable[..., Any]] = []
        self.total = 0.0

    def add(self, f: Callable[..., Any], v: Any) -> Chain:
        self.steps.append(f)
        self.total = self.total + v * v
        return self

    def run(self, x: Any) -> Any:
        for f in self.steps:
            x = f(x)
        return x + self.total


def chained(x: Any) -> Any:
    s = Scale(x)
    return Chain().add(s.apply, x).add(np.sin, x * 2.0).run(x)


def test_kept_methods_depend_on_their_objects() -> None:
    check_grads(chained, (0.7,))
    assert np.isclose(s2sgrad.grad(s2sgrad.grad(lambda x: TWICE(x, x) * x))(0.7), 6 * 2.0 * 0.7)


TWICE = Scale(2.0)


def test_callable_objects_that_take_any_number_of_arguments() -> None:
    assert np.isclose(s2sgrad.grad(TWICE)(0.7, 0.5), 1.0)
    assert np.isclose(s2sgrad.grad(lambda x, fn: fn(x, x))(0.7, TWICE), 2.8)


def applied(x: Any, fn: Any) -> Any:
    return fn(x) * x


@pytest.mark.parametrize("fn", [math.sin, lambda v: v ** 3, TWICE.apply, Scale(0.5).apply], ids=["sin", "cube", "twice", "half"])
def test_run_time_functions_in_reverse_over_reverse(fn: Any) -> None:
    check_grads(applied, (0.7, fn), wrt="x", order=2)


def layers(params: Any, x: Any) -> Any:
    for w, b in params:
        x = np.tanh(x @ w + b)
    return np.sum(x)


def norm_of_gradient(params: Any, x: Any) -> Any:
    return sum(np.sum(w ** 2) + np.sum(b ** 2) for w, b in s2sgrad.grad(layers)(params, x))


def test_gradients_of_unpacked_parameters_are_differentiated_again() -> None:
    params = [(np.full((2, 2), 0.3), np.full(2, 0.1)), (np.full((2, 1), 0.2), np.zeros(1))]
    check_grads(norm_of_gradient, (params, np.array([0.5, -0.2])), modes=("reverse",))


def one_list_in_another(x: Any, y: Any) -> Any:
    xs = [x, y]
    rows = [xs]
    rows[0].append(x * y)
    total = 0.0
    for v in xs:
        total = total + v * v
    return total


def test_pulls_keep_what_holds_what() -> None:
    _, pull = s2sgrad.pullback(one_list_in_another, ("x", "y"))(0.7, 1.3)
    expected = (2 * 0.7 * (1 + 1.3 ** 2), 2 * 1.3 * (1 + 0.7 ** 2))
    assert np.allclose(pull(1.0), expected) and np.allclose(pull(1.0), expected)


def walked_in_a_display(b: Any, c: Any, x: float) -> Any:
    b[1] = x
    s = 0.0
    for v in (b, c):
        s += np.sum(v * v) * x
        c[0] *= s
    return s * np.sum(b * c)


def added_through_a_display(x: Any) -> Any:
    a, b = x * x, np.sin(x)
    a[0] = x[1]
    s = 0.0
    for v, w in zip((a, b), (b, a)):
        s += np.sum(v * np.sin(w)) * v[0]
    return s * np.sum(a * b)


@pytest.mark.parametrize("function, arguments", [
    (walked_in_a_display, (np.array([0.3, -0.7, 1.1]), np.array([0.9, 0.2, -0.4]), 0.6)),
    (added_through_a_display, (np.array([0.3, -0.7, 1.1]),))])
def test_adjoints_that_a_list_holds_are_changed_in_it(function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """``bt = [ba, bb]; bt[i] += v`` changes the adjoints themselves: right in other orders, refused in reverse mode twice."""
    gradient = s2sgrad.vjp(function, wrt=(0,))
    seed = np.ones(3)
    with pytest.raises((TypeError, s2sgrad.UnsupportedSyntaxError)):
        s2sgrad.vjp(gradient, wrt=(0,))(*arguments, 1.0, seed)
    step = 1e-6 * seed
    apart = [gradient(arguments[0] + d, *arguments[1:], 1.0) for d in (step, -step)]
    tangent = s2sgrad.jvp(gradient, wrt=(0,))(*arguments, 1.0, seed)
    assert np.allclose(tangent, (apart[0] - apart[1]) / 2e-6, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("a, b", [
    (deque([0.0, 0.0]), deque([1.0])), ([0.0, 0.0], np.array([1.0])), ([1.0, 2.0], [3.0]), ([1.0], [3.0, 4.0])])
def test_adjoints_of_different_lengths_are_not_cut(a: Any, b: Any) -> None:
    with pytest.raises((TypeError, IndexError)):
        runtime.add_to(a, b)


def test_zeros_of_what_a_list_has_got_since_then_are_left_out() -> None:
    a = [1.0, 0.0]
    runtime.add_to(a, [2.0])
    assert a == [3.0, 0.0] and runtime.add([1.0, 0.0], [2.0]) == [3.0]
