"""That a function gives one number is checked without computing the result where parameters tell its shape."""
from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad, value_and_grad


def chain(x: Any, k: Any) -> Any:
    e = 0.0
    for i in range(len(x) - 1):
        d = x[i + 1] - x[i]
        e += 0.5 * k * d * d
    return e


def fit(x: Any, k: Any) -> Any:
    s = 0.0
    for n, (a, b) in enumerate(zip(x, reversed(x))):
        s += (k * math.exp(-0.1 * n) * a - b) ** 2
    return s


def residuals(x: Any, k: Any) -> Any:
    total = 0.0
    for v in reversed(x):
        total = total + (v - k) ** 2
    return total


def pieces(x: Any, k: Any) -> Any:
    r = x[0] * x[1]
    if r < k:
        loss = r ** 2
    else:
        loss = k * r
    return loss


def one_of_them(x: Any, k: Any) -> Any:
    """Which of the two gives the result its shape is decided at run time."""
    if len(x) > 2:
        y = k * k
    else:
        y = x[0] * x[1]
    return y


def smoothed(x: Any, k: Any) -> Any:
    """The level that the last iteration computes is read by nobody: that `k` is a number shows in the check alone."""
    level, total = x[0], 0.0
    for i in range(1, len(x)):
        total += (x[i] - level) ** 2
        level = level + k * (x[i] - level)
    return total


def passed_by(x: Any, k: Any) -> Any:
    q = k
    for v in x:
        q = v
    return q * 2.0


def oscillator(x: Any, v: Any, mu: Any, dt: Any, n: int) -> Any:
    """The last velocity is read by nobody."""
    for _ in range(n):
        a = mu * (1 - x ** 2) * v - x
        x, v = x + dt * v, v + dt * a
    return x ** 2


def discounted(x: Any, v: Any, mu: Any, dt: Any, n: int) -> Any:
    total = 0.0
    for k in range(n):
        total += x * dt
        x = x + mu * (v - x) * dt + 0.1 * k
    return math.exp(-total)


def exchanged(x: Any, v: Any, mu: Any, dt: Any, n: int) -> Any:
    """What `x` is at first may have more axes than what it is at the end."""
    for _ in range(n):
        x, v = v * dt, v + np.sum(x) * mu
    return x * v


@pytest.mark.parametrize("n", [0, 1, 4])
@pytest.mark.parametrize("f", [oscillator, discounted, exchanged])
def test_parameters_that_are_bound_again(f: Callable[..., Any], n: int) -> None:
    plain = (0.6, 0.4, 0.7, 0.3)
    want = grad(f, wrt=(0, 1, 2, 3))(*plain, n)
    for which in range(4):
        for kind in (np.array, np.float64, lambda x: np.array([x]), lambda x: np.array([[x]])):
            args = tuple(kind(x) if k == which else x for k, x in enumerate(plain))
            if f is discounted and max(map(np.ndim, args)) and n:
                continue  # math takes numbers
            got = grad(f, wrt=(0, 1, 2, 3))(*args, n)
            for g, w, x in zip(got, want, args):
                assert np.shape(g) == np.shape(x)
                np.testing.assert_allclose(np.sum(g), w, rtol=1e-12)
    check_grads(f, (*plain, n), wrt=(0, 1, 2, 3), order=2)


def epidemic(x: Any, v: Any, mu: Any, dt: Any, n: int) -> Any:
    loss = 0.0
    for k in range(n):
        new = mu * x * v
        x = x - new * dt
        v = v + (new - 0.1 * v) * dt
        loss += (v - 0.2 * k) ** 2
    return loss


def swing(x: Any, v: Any, mu: Any, dt: Any, n: int) -> Any:
    energy = 0.0
    for _ in range(n):
        v -= dt * mu * np.sin(x)
        x += dt * v
        energy = energy + 0.5 * v ** 2 - mu * np.cos(x)
    return energy / (n + 1)


def put_back(x: Any, v: Any, mu: Any, dt: Any, n: int) -> Any:
    """What `x` has at the end is less than what it has on the way."""
    loss = dt * 0.0
    for _ in range(n):
        before = 1.0 * x
        x = x * mu
        loss += np.sin(x) * v
        x = before
    return loss


def lengths(x: Any, v: Any, mu: Any, dt: Any, n: int) -> Any:
    """What `x` is on the way may be complex, and is not at the end."""
    loss = dt * v
    for _ in range(n):
        loss = loss + x * mu
        x = np.abs(x)
    return loss


@pytest.mark.parametrize("f", [epidemic, swing])
def test_a_sum_over_states_is_not_computed(f: Callable[..., Any]) -> None:
    source = grad(f, wrt=(0, 1, 2)).source
    assert "\n        loss +=" not in source and "\n        energy =" not in source and "scalar_seed(" in source


@pytest.mark.parametrize("f", [epidemic, swing, put_back, lengths])
def test_sums_over_states(f: Callable[..., Any]) -> None:
    plain = (0.6, 0.4, 0.7, 0.3)
    for n in (0, 1, 4):
        want = grad(f, wrt=(0, 1, 2, 3))(*plain, n)
        check_grads(f, (*plain, n), wrt=(0, 1, 2, 3), order=2)
        for which in range(4):
            for shape in ((), (1,), (1, 1), (2,)):
                args: list[Any] = list(plain)
                args[which] = np.full(shape, args[which])
                if np.size(f(*copy.deepcopy(args), n)) > 1:
                    with pytest.raises(ValueError, match="returns one number"):
                        grad(f, wrt=(0, 1, 2, 3))(*args, n)
                elif np.size(args[which]) == 1:
                    for g, w, x in zip(grad(f, wrt=(0, 1, 2, 3))(*args, n), want, args):
                        assert np.shape(g) == np.shape(x)
                        np.testing.assert_allclose(np.sum(g), w, rtol=1e-12)


def test_complex_states_are_refused() -> None:
    for f in (epidemic, lengths):
        with pytest.raises(TypeError, match="complex"):
            grad(f)(0.6 + 0.1j, 0.4, 0.7, 0.3, 3)


def test_a_seed_stays_as_it_is() -> None:
    for f in (oscillator, discounted):
        seed = np.array(2.0)
        first = grad(f)(np.array(0.6), 0.4, 0.7, 0.3, 4, seed)
        np.testing.assert_allclose(first, 2.0 * grad(f)(0.6, 0.4, 0.7, 0.3, 4))
        assert seed == 2.0


@pytest.mark.parametrize("f", [oscillator, exchanged])
def test_more_elements_are_refused(f: Callable[..., Any]) -> None:
    for which in (0, 1, 2, 3):
        args: list[Any] = [0.6, 0.4, 0.7, 0.3]
        args[which] = np.array([0.5, 0.6])
        if np.size(f(*args, 4)) > 1:
            with pytest.raises(ValueError, match="returns one number"):
                grad(f, wrt=(0, 1, 2, 3))(*args, 4)
        else:
            check_grads(f, (*args, 4), wrt=(0, 1, 2, 3))


def test_a_loop_relies_on_the_check() -> None:
    assert "unbroadcast" not in grad(smoothed, wrt="k").source.partition("return ")[0].partition("for ")[2]
    for x in ([0.3, 0.8, -0.4], np.array([0.3, 0.8]), np.array([[0.3], [0.8], [-0.4]]), [0.3, np.array([0.8]), 0.1], [0.3]):
        for k in (1.3, np.array([1.3])):
            check_grads(smoothed, (x, k), wrt=(0, 1), modes=("reverse",))
            assert np.shape(grad(smoothed, wrt="k")(x, k)) == np.shape(k)
    for k in (np.ones(2), np.ones((1, 2))):
        with pytest.raises(ValueError, match="returns one number"):
            grad(smoothed)([0.3, 0.8], k)


def test_a_parameter_that_takes_no_part_lends_no_shape() -> None:
    assert np.shape(grad(passed_by, wrt="k")(np.zeros((0, 1)), 1.3)) == ()


def springs(x: Any, k: Any) -> Any:
    e = 0.0
    for i in range(len(x)):
        for j in range(i):
            d = x[i] - x[j]
            e += k / np.sqrt(d @ d + 1.0)
    return e


def product_of_a_product(x: Any, k: Any) -> Any:
    v = x[0]
    for a in x:
        v = (a @ v) * v
    return v @ v * k


def test_products_of_elements() -> None:
    x = np.random.default_rng(0).normal(size=(4, 3))
    assert grad(springs).source.count("for ") == 2 + grad(springs).source.count("Grad of: for")
    for f in (springs, product_of_a_product):
        for points in (x, list(x), x[:, :1], x[:1], x[:1, :1]):
            check_grads(f, (points, 1.3), wrt=(0, 1), order=2)
    for points in (x[:0], x[:1, 0], x[:0, 0], []):  # no two points: a product of numbers would be an error
        assert grad(springs, wrt="k")(points, 1.3) == 0.0
    with pytest.raises(ValueError, match="returns one number"):
        grad(springs)(x, np.ones(2))


FUNCTIONS = [chain, smoothed, fit, residuals, pieces, one_of_them]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_gradients(f: Callable[..., Any]) -> None:
    for x in ([0.3, 0.8, -0.4], np.array([0.3, 0.8, -0.4]), np.array([0.3, 0.8])):
        check_grads(f, (x, 1.3), wrt=(0, 1), order=2)
        value, gradient = value_and_grad(f, wrt="k")(x, 1.3)
        assert value == f(x, 1.3)
        assert gradient == grad(f, wrt="k")(x, 1.3)


@pytest.mark.parametrize("f", [chain, residuals, pieces])
def test_columns_are_numbers(f: Callable[..., Any]) -> None:
    x = np.array([[0.3], [0.8], [-0.4]])
    np.testing.assert_allclose(grad(f)(x, 1.3)[:, 0], grad(f)(x[:, 0], 1.3), rtol=1e-14)


@pytest.mark.parametrize("f", [chain, residuals])
def test_more_than_one_number_is_refused(f: Callable[..., Any]) -> None:
    for x, k in ((np.ones((3, 2)), 1.0), ([1.0, np.ones(2), 3.0], 1.0), ([np.ones(2), 2.0], 1.0), (np.ones(3), np.ones(2))):
        with pytest.raises(ValueError, match="returns one number"):
            grad(f)(x, k)


def test_nothing_is_computed_for_it() -> None:
    assert grad(chain).source.count("for ") == 1 + grad(chain).source.count("Grad of: for")
    assert "scalar_seed(be, k + element(x))" in grad(chain).source
    assert grad(chain)(np.zeros(0), 1.0).shape == (0,)
    assert "scalar_seed(by, y)" in grad(one_of_them).source


def distances(x: Any, k: Any) -> Any:
    e = 0.0
    for i in range(len(x)):
        for j in range(i):
            d = x[i] - x[j]
            e += k[i] * k[j] / math.sqrt(np.sum(d ** 2) + 0.01)
    return e


def decay(x: Any, k: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        r = np.mean(x) * math.exp(-k * i) - 0.3
        s += r ** 2
    return s / len(x)


def logged(x: Any, k: Any) -> Any:
    """Something else is done with what would be saved."""
    s, log = 0.0, []
    for i in range(3):
        r = math.exp(k * i)
        if r > 1.5:
            s += r * r
        log.append(r > 0)
        s += r
    assert all(log)
    return s * np.sum(x)


def random_walk(x: Any, k: Any) -> Any:
    """A random number is not drawn twice."""
    rng = np.random.default_rng(0)
    s = 0.0
    for i in range(3):
        r = math.exp(k * rng.normal(loc=0.1 * i))
        s += r * r
    return s + np.sum(x)


def overwritten(x: Any, k: Any) -> Any:
    """What the value is computed from is not there any more."""
    s, v = 0.0, k
    for i in range(3):
        r = math.exp(v * x[i])
        v = v * 0.5 + 0.1 * i
        s += r * v
    return s


@pytest.mark.parametrize("f", [distances, decay, logged, random_walk, overwritten])
def test_what_only_would_be_saved_is_computed_where_it_is_needed(f: Callable[..., Any]) -> None:
    x, k = np.array([0.3, 0.8, -0.4]), 0.7
    if f is distances:
        x, k = np.arange(6.0).reshape(3, 2) ** 2 / 10, np.array([0.5, 0.7, 1.1])  # type: ignore[assignment]
    check_grads(f, (x, k), wrt=(0, 1), order=2)
    value, gradients = value_and_grad(f, wrt=(0, 1))(x, k)
    assert value == f(x, k)
    for a, b in zip(gradients, grad(f, wrt=(0, 1))(x, k)):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_loops_that_would_only_save() -> None:
    assert "stack" not in grad(distances, wrt=(0, 1)).source
    assert "stack" not in grad(decay, wrt=(0, 1)).source


def turned(x: Any, k: Any) -> Any:
    e = 0.0
    for i in range(len(x) - 1):
        e += k * (x[i + 1] - x[i]) ** 2 * 1j
    return e


def made_complex(x: Any, k: Any) -> Any:
    return k * complex(x[0], 1.0)


def root(x: Any, k: Any) -> Any:
    y = (k - 3.0) ** 0.5
    return y * x[0]


@pytest.mark.parametrize("f", [turned, made_complex, root, chain])
def test_complex_results_are_refused(f: Callable[..., Any]) -> None:
    x = [0.3, 0.8, -0.4]
    if f is chain:
        x = np.array(x) + 1j  # type: ignore[assignment]
    with pytest.raises(TypeError, match="complex"):
        grad(f, wrt="k")(x, 1.3)


def sizes(x: Any, k: Any) -> Any:
    return k * abs(x[0])


def test_real_results_of_complex_arguments_are_not() -> None:
    assert grad(sizes, wrt="k")([3.0 + 4.0j], 1.3) == 5.0


def trending(ys: Any, k: Any) -> Any:
    """All elements but the first are walked through; the first two are read by their positions."""
    level, trend, total = ys[0], ys[1] - ys[0], 0.0
    for y in ys[1:]:
        total += (y - level - trend) ** 2
        new = k * y + (1 - k) * (level + trend)
        trend = 0.3 * (new - level) + (1 - k) * trend
        level = new
    return total


def test_the_rest_of_a_sequence() -> None:
    source = grad(trending, wrt="k").source
    assert "element(ys[1:])" in source and "    total +=" not in source
    assert "unbroadcast" not in source.partition("return ")[0].partition("for ")[2]
    for ys in ([0.3, 0.8, -0.4], np.array([0.3, 0.8]), np.array([[0.3], [0.8], [-0.4]]), [0.3, np.array([0.8]), 0.1]):
        for k in (0.7, np.array([0.7])):
            check_grads(trending, (ys, k), wrt=(0, 1), modes=("reverse",))
            assert np.shape(grad(trending, wrt="k")(ys, k)) == np.shape(k)
    for ys, k in ([0.3, 0.8], np.ones(2)), ([np.ones(2), 0.8, 0.1], 0.7), ([0.3, 0.8, np.ones(2)], 0.7):
        with pytest.raises(ValueError, match="returns one number"):
            grad(trending, wrt="k")(ys, k)


def present_value(x: Any, k: Any, n: int) -> Any:
    total = 0.0
    for t in range(1, n + 1):
        total += k / (1 + x) ** t
    return total + x ** n


def test_integer_powers_keep_the_shape() -> None:
    source = grad(present_value, wrt=(0, 1)).source
    assert source.count("for t") == 1 and "saved" not in source and "scalar_seed(by, k + x)" in source
    for x in (0.3, np.array([0.3]), -2.5):
        for k in (1.2, np.array([[1.2]])):
            for n in (0, 1, 4):
                check_grads(present_value, (x, k, n), wrt=(0, 1), modes=("reverse",))
    with pytest.raises(TypeError, match="real number"):
        grad(present_value)(0.3 + 1j, 1.2, 3)


def reach(a: Any, b: Any, x: Any, y: Any) -> Any:
    u = a * np.cos(x) + b
    v = a * np.sin(x) - y
    return math.hypot(u - x, v)


def test_hypot_takes_numbers() -> None:
    assert "unbroadcast" not in grad(reach, wrt=(0, 1, 2, 3)).source
    check_grads(reach, (0.7, 0.3, 0.4, 0.2), wrt=(0, 1, 2, 3), order=2)


def clamped(x: Any, k: Any, n: int) -> Any:
    for _ in range(n):
        x = max(x * k - 0.1, 0.05)
    return x * k


def test_the_larger_one_of_numbers() -> None:
    assert "unbroadcast" not in grad(clamped, wrt=(0, 1)).source.partition("return ")[0].partition("for ")[2]
    for x, k in ((0.7, 0.9), (np.array([0.7]), 0.9), (0.7, np.array([0.9]))):
        check_grads(clamped, (x, k, 3), wrt=(0, 1), modes=("reverse",))


def autoregressive(x: Any, phi: Any, k: Any) -> Any:
    total = 0.0
    for t in range(2, len(x)):
        total += (x[t] - k - phi[0] * x[t - 1] - phi[1] * x[t - 2]) ** 2
    return total


def by_name(p: Any, xs: Any) -> Any:
    total = 0.0
    for x in xs:
        total += p["k"] * (x - p["a"]) ** 2
    return total


def by_name_if_there(p: Any, xs: Any) -> Any:
    total = 0.0
    for x in xs:
        if "k" in p:
            total += p["k"] * x
        total += x * p["a"]
    return total


def test_elements_of_parameters_in_loops() -> None:
    assert grad(autoregressive, wrt=(1, 2)).source.count("for t") == 1
    assert grad(by_name).source.count("for x") == 1
    for x in ([0.3, 0.8, -0.4, 0.2], np.linspace(-0.4, 0.9, 5), []):
        check_grads(autoregressive, (x, [0.3, -0.2], 0.1), wrt=(1, 2), modes=("reverse",))
        check_grads(by_name, ({"k": 0.7, "a": np.array([0.3])}, x), modes=("reverse",))
    check_grads(by_name_if_there, ({"a": 0.3}, [0.2, 0.4]), modes=("reverse",))
    with pytest.raises(ValueError, match="returns one number"):
        grad(by_name)({"k": np.ones(2), "a": 0.3}, [0.2])


def newton(a: Any, b: Any) -> Any:
    x = np.array([1.0, 1.0])
    for _ in range(3):
        residual = np.array([x[0] ** 2 + a * x[1] - 3.0, b * x[0] * x[1] - 1.0])
        slope = np.array([[2 * x[0], a], [b * x[1], b * x[0]]])
        x = x - np.linalg.solve(slope, residual)
    return x[0] + x[1]


def test_what_helpers_of_linear_algebra_give_is_new() -> None:
    inside = grad(newton, wrt=(0, 1)).source.rpartition("for ")[2]
    assert inside.count("bx[0] +=") <= 2 and inside.count("bx[1] +=") == 1
    check_grads(newton, (0.8, 0.6), wrt=(0, 1), order=2)


def curve(p: Any, q: Any, r: Any, t: Any) -> Any:
    u = 1 - t
    x = u ** 2 * p + 2 * u * t * q + t ** 2 * r
    return x @ x + np.sum(t)


def test_a_product_of_what_is_there_has_its_own_shape() -> None:
    """The backward sweep reads ``x``, and what it is made of costs more than the product."""
    source = grad(curve, wrt=(0, 3)).source
    assert "x @ x" in source.partition("# Grad of")[2] and "dotted" not in source
    p, q, r = np.random.default_rng(2).normal(size=(3, 2))
    check_grads(curve, (p, q, r, 0.3), wrt=(0, 1, 2, 3), order=2)
    with pytest.raises(ValueError, match="returns one number"):
        grad(curve)(np.ones((2, 2)), 1.0, 1.0, 0.3)
