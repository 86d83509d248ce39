"""The public functions: what they accept, what they give, and what they say when they cannot."""
from __future__ import annotations

import functools
import inspect
import linecache
import math
import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import s2sgrad
from s2sgrad import (
    NoDerivativeError,
    SourceNotFoundError,
    UnsupportedSyntaxError,
    autodiff,
    check_grads,
    derivative,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    pullback,
    pushforward,
    value_and_grad,
    vjp,
)


def _shown(x: object) -> str:
    """A name for a parameter that is the same in every process."""
    return getattr(x, "__name__", re.sub(" at 0x[0-9a-f]+", "", str(x)))


def cubic(x):
    return x ** 3


def weighted(x, w, n=2, *, scale=1.0):
    for _ in range(n):
        x = np.tanh(w @ x)
    return scale * np.sum(x)


def several(x, y, z):
    return x * y ** 2 * z ** 3


class Pair(NamedTuple):
    left: Any
    right: Any


# ---- entries --------------------------------------------------------------------------------------------------------

def test_grad_is_a_function_and_a_decorator() -> None:
    assert grad(cubic)(2.0) == 12.0

    @grad
    def plain(x):
        return x * x

    @grad(wrt="y", preserve_result=True)
    def asked(x, y):
        return x * y * y

    assert plain(3.0) == 6.0
    assert asked(2.0, 3.0) == (18.0, 12.0)
    assert asked.primal(2.0, 3.0) == 18.0


def test_value_and_grad() -> None:
    assert value_and_grad(cubic)(2.0) == (8.0, 12.0)

    @value_and_grad(wrt=(0, 1))
    def product(x, y):
        return x * y

    assert product(2.0, 3.0) == (6.0, (3.0, 2.0))


PARTIALS = {"x": 2.0 ** 2 * 3.0 ** 3, "y": 2.0 * 2 * 2.0 * 3.0 ** 3, "z": 2.0 * 2.0 ** 2 * 3 * 3.0 ** 2}


@pytest.mark.parametrize(("wrt", "names"), [
    (0, "x"), ("y", "y"), (-1, "z"), ((0,), "x"), (["z"], "z"), (np.int64(-3), "x"),
    (("z", 0), ("z", "x")), ((-1, "x"), ("z", "x")), ([0, 1, 2], ("x", "y", "z"))], ids=_shown)
def test_wrt_by_position_and_name(wrt: Any, names: Any) -> None:
    """A sequence of one gives the bare gradient; several give a tuple in the order asked."""
    got = grad(several, wrt=wrt)(2.0, 2.0, 3.0)
    assert got == (PARTIALS[names] if isinstance(names, str) else tuple(PARTIALS[n] for n in names))


def test_autodiff_is_the_general_entry() -> None:
    assert autodiff(cubic)(2.0, 1.0) == 12.0
    assert autodiff(cubic, mode="forward")(2.0, 10.0) == 120.0
    forward, backward = autodiff(several, wrt=("x", "z"), motion="split")
    value, saved = forward(2.0, 2.0, 3.0)
    assert value == 216.0
    assert backward(saved, 1.0) == (108.0, 216.0)
    assert autodiff(cubic, preserve_result=True)(2.0, 10.0) == (8.0, 120.0)


def test_products_with_the_jacobian() -> None:
    x, w = np.array([0.1, 0.2]), np.array([[1.0, 2.0], [3.0, 4.0]])

    def f(x, w):
        return w @ np.sin(x)

    seed, tangent = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    np.testing.assert_allclose(vjp(f)(x, w, seed), (w.T @ seed) * np.cos(x))
    np.testing.assert_allclose(jvp(f)(x, w, tangent), w @ (np.cos(x) * tangent))
    np.testing.assert_allclose(jvp(f, wrt=(0, 1))(x, w, tangent, w), w @ (np.cos(x) * tangent) + w @ np.sin(x))
    value, pull = pullback(f)(x, w)
    np.testing.assert_allclose(value, f(x, w))
    np.testing.assert_allclose([pull(seed), pull(2 * seed)], [vjp(f)(x, w, seed), 2 * vjp(f)(x, w, seed)])
    value, push = pushforward(f)(x, w)
    np.testing.assert_allclose(value, f(x, w))
    np.testing.assert_allclose(push(tangent), jvp(f)(x, w, tangent))


def test_seeds_are_the_last_arguments() -> None:
    """Also where optional parameters are left out, or follow by keyword only."""
    x, w = np.ones(2), np.eye(2)
    assert vjp(weighted)(x, w, 2.0) == pytest.approx(2.0 * grad(weighted)(x, w))
    assert vjp(weighted)(x, w, 3, 2.0, scale=5.0) == pytest.approx(10.0 * grad(weighted)(x, w, 3))
    assert jvp(weighted, wrt="scale")(x, w, 1.0, scale=5.0) == pytest.approx(weighted(x, w))

    def many(x, *rest, **options):
        return x * sum(rest) * options["k"]

    assert vjp(many)(2.0, 3.0, 4.0, 10.0, k=2.0) == 140.0

    def stepped(x, *, dx):
        return x * dx

    assert jvp(stepped)(2.0, 3.0, dx=5.0) == 15.0  # the tangent of x is called otherwise

    assert grad(many)(2.0, 3.0, 4.0, k=2.0) == 14.0


def test_arguments_are_left_alone() -> None:
    def spoil(x, xs):
        x[0] = x[1] * 2
        xs.append(2.0 * np.sum(x))
        return np.sum(x) * xs[1] * xs[0]

    x, xs = np.array([1.0, 2.0]), [3.0]
    gradient = grad(spoil)(x, xs)
    assert (x.tolist(), xs) == ([1.0, 2.0], [3.0])
    np.testing.assert_allclose(gradient, [0.0, 216.0])


def test_structure_follows_structure() -> None:
    def loss(p):
        return p["w"][0] * p["b"].left ** 2 + p["w"][1] * p["b"].right

    got = grad(loss)({"w": [2.0, 3.0], "b": Pair(4.0, 5.0), "unused": np.ones(2)})
    assert list(got) == ["w", "b", "unused"]
    assert got["w"] == [16.0, 5.0]
    assert tuple(got["b"]) == (16.0, 3.0)
    np.testing.assert_array_equal(got["unused"], np.zeros(2))


def test_integers_have_floating_point_gradients() -> None:
    got = grad(lambda x: np.sum(x * x))(np.arange(3))
    assert got.dtype == float
    np.testing.assert_array_equal(got, [0.0, 2.0, 4.0])


# ---- what may be differentiated ------------------------------------------------------------------------------------

class Model:
    base = 2.0

    def __init__(self, w: float) -> None:
        self.w = w

    def loss(self, x, y=1.0):
        return self.w * x * x * y

    def __call__(self, x, n=1):
        return self.w * x ** n

    @classmethod
    def scaled(cls, x):
        return cls.base * x

    @staticmethod
    def square(x):
        return x * x

    def repeated(self, x, n):
        return x if n == 0 else self.repeated(x * self.w, n - 1)


def doubled(f: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(f)
    def wrapper(*args, **options):
        return 2 * f(*args, **options)
    return wrapper


@doubled
def wrapped(x, y=1.0, *, z=1.0):
    return x * x * y * z


@functools.lru_cache
def cached(x):
    return x * x


model = Model(3.0)
first, second = (lambda x: x * x), (lambda x: x * x * x)
powers = [lambda x, i=i: x ** i for i in range(4)]
make_power: Callable[[int], Callable[[float], float]] = lambda n: lambda x: x ** n  # noqa: E731


@pytest.mark.parametrize(("f", "args", "expected"), [
    (np.sin, (0.0,), 1.0), (math.exp, (0.0,), 1.0), (abs, (-2.0,), -1.0), (operator.mul, (2.0, 3.0), 3.0),
    (pow, (2.0, 3), 12.0), (sum, ([1.0, 2.0],), [1.0, 1.0]), (np.dot, (np.ones(2), np.arange(2.0)), [0.0, 1.0]),
    (np.linalg.norm, (np.array([3.0, 4.0]),), [0.6, 0.8]),
    (model.loss, (2.0,), 12.0), (model, (2.0, 3), 36.0), (Model.scaled, (2.0,), 2.0), (model.scaled, (2.0,), 2.0),
    (Model.square, (2.0,), 4.0), (model.square, (2.0,), 4.0), (model.repeated, (2.0, 3), 27.0),
    (functools.partial(model.loss, y=2.0), (2.0,), 24.0), (functools.partial(Model.loss, model), (2.0,), 12.0),
    (functools.partial(functools.partial(several, z=2.0), y=3.0), (1.0,), 72.0),
    (functools.partial(np.multiply, 3.0), (2.0,), 3.0),
    (first, (2.0,), 4.0), (second, (2.0,), 12.0), (powers[3], (2.0,), 12.0), (make_power(3), (2.0,), 12.0),
    (wrapped, (3.0,), 12.0), (functools.partial(wrapped, z=5.0), (3.0, 2.0), 120.0), (cached, (3.0,), 6.0),
    (grad(cubic), (2.0,), 12.0), (grad(grad(cubic)), (2.0,), 6.0),
], ids=_shown)
def test_what_may_be_differentiated(f: Any, args: Any, expected: Any) -> None:
    np.testing.assert_allclose(grad(f)(*args), expected)


def test_parameters_that_are_fixed_by_name_may_be_asked_for() -> None:
    f = functools.partial(several, y=3.0, z=2.0)
    assert grad(f, wrt="z")(1.0) == 108.0
    assert grad(f, wrt=("x", "z"))(1.0, z=1.0) == (9.0, 27.0)
    assert grad(wrapped, wrt="z")(3.0) == 18.0


def test_the_object_of_a_method_may_be_asked_for() -> None:
    assert grad(Model.loss, wrt="self")(model, 2.0).w == 4.0
    assert grad(Model.loss, wrt="x")(model, 2.0) == 12.0


def test_parameters_of_every_kind() -> None:
    def f(a, /, b, c=2.0, *, d, e=3.0):
        return a * b * c * d * e

    assert grad(f)(1.0, 5.0, d=7.0) == 210.0
    assert grad(f, wrt=("d", "e", 0))(1.0, b=5.0, d=7.0) == (30.0, 70.0, 210.0)
    assert str(inspect.signature(grad(f))) == "(a, /, b, c=2.0, by=1.0, *, d, e=3.0)"
    assert str(inspect.signature(jacobian(f))) == "(a, /, b, c=2.0, *, d, e=3.0)"
    assert str(inspect.signature(grad(model.loss))) == "(x, y=1.0, by=1.0)"


def test_code_with_source_in_linecache() -> None:
    text = "def typed(x):\n    return x ** 3\n"
    linecache.cache["<typed>"] = (len(text), None, text.splitlines(True), "<typed>")
    scope: dict[str, Any] = {}
    exec(compile(text, "<typed>", "exec"), scope)
    assert grad(scope["typed"])(2.0) == 12.0


def test_lambdas_on_one_line() -> None:
    f, g, h = (lambda x: x * 2.0), (lambda x: x * 3.0), (lambda y: y * y)
    assert (grad(f)(1.0), grad(g)(1.0), grad(h)(1.0)) == (2.0, 3.0, 2.0)


def test_a_decorated_function_calls_itself() -> None:
    @grad
    def power(x, n=3):
        return x if n == 0 else power(x, n - 1) * x

    assert power(2.0) == 32.0
    assert grad(power)(2.0) == 48.0
    assert value_and_grad(power.primal)(2.0) == (16.0, 32.0)


def helper(x, n):
    for _ in range(n):
        x = x * x + x
    return x


def with_helper(x):
    return helper(x, 2) * helper(x, 1)


def test_derivatives_with_subroutines_are_differentiated_again() -> None:
    check_grads(with_helper, (0.3,), order=2)
    assert grad(grad(grad(with_helper)))(0.3) == pytest.approx(derivative(with_helper, 3)(0.3))


def test_a_derivative_inside_a_function() -> None:
    slope = grad(cubic)

    def outer(x):
        return slope(x) * x

    def made_inside(x):
        return grad(cubic)(x) * x

    assert grad(outer)(2.0) == 36.0
    assert grad(made_inside)(2.0) == 36.0


# ---- more than one product -----------------------------------------------------------------------------------------

def test_elementwise_grad() -> None:
    x = np.linspace(-1.0, 1.0, 6).reshape(2, 3)
    np.testing.assert_allclose(elementwise_grad(np.tanh)(x), 1 - np.tanh(x) ** 2)
    np.testing.assert_allclose(elementwise_grad(elementwise_grad(lambda x: x ** 3))(x), 6 * x)
    np.testing.assert_allclose(elementwise_grad(lambda x, y: x * y, wrt=1)(x, 2.0), np.sum(x))
    assert elementwise_grad(cubic)(2.0) == 12.0

    @elementwise_grad
    def f(x):
        return x * x

    np.testing.assert_allclose(f(x), 2 * x)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_jacobian(mode: str) -> None:
    x, w = np.array([1.0, 2.0, 3.0]), np.arange(6.0).reshape(2, 3)

    def f(x, w):
        return w @ (x * x)

    np.testing.assert_allclose(jacobian(f, mode=mode)(x, w), w * (2 * x))
    by_x, by_w = jacobian(f, wrt=("x", "w"), mode=mode)(x, w)
    np.testing.assert_allclose(by_x, w * (2 * x))
    assert by_w.shape == (2, 2, 3)
    np.testing.assert_allclose(by_w, np.eye(2)[:, :, None] * (x * x))
    assert jacobian(cubic, mode=mode)(2.0) == 12.0
    assert jacobian(lambda x: x[:0], mode=mode)(x).shape == (0, 3)
    assert jacobian(lambda x: np.sum(x) * np.ones(2), mode=mode)(np.ones(0)).shape == (2, 0)


def test_jacobian_of_structures() -> None:
    def f(p, k):
        return {"s": np.sum(p["a"]) * k, "v": (p["a"] * p["b"], k * k)}

    p = {"a": np.array([1.0, 2.0]), "b": 3.0}
    reverse = jacobian(f)(p, 5.0)
    np.testing.assert_allclose(reverse["s"]["a"], [5.0, 5.0])
    assert reverse["s"]["b"] == 0.0
    np.testing.assert_allclose(reverse["v"][0]["a"], 3.0 * np.eye(2))
    np.testing.assert_allclose(reverse["v"][0]["b"], [1.0, 2.0])
    assert jacobian(f, wrt="k")(p, 5.0)["v"][1] == 10.0
    forward = jacobian(f, mode="forward")(p, 5.0)
    np.testing.assert_allclose(forward["a"]["v"][0], 3.0 * np.eye(2))


def quadratic(x, a):
    return np.sum((a @ x) * x) + np.sum(x ** 3)


def test_hessian() -> None:
    x, a = np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(hessian(quadratic)(x, a), a + a.T + np.diag(6 * x))
    blocks = hessian(quadratic, wrt=(0, 1))(x, a)
    assert [[b.shape for b in row] for row in blocks] == [[(2, 2), (2, 2, 2)], [(2, 2, 2), (2, 2, 2, 2)]]
    np.testing.assert_allclose(blocks[0][0], a + a.T + np.diag(6 * x))
    np.testing.assert_allclose(blocks[0][1], np.moveaxis(blocks[1][0], 2, 0))
    np.testing.assert_allclose(blocks[1][1], 0.0)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_hvp(mode: str) -> None:
    x, a, v = np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([3.0, -1.0])
    product = hvp(quadratic, mode=mode)
    np.testing.assert_allclose(product(x, a, v), hessian(quadratic)(x, a) @ v)
    assert "def " in product.source
    by_x, by_a = hvp(quadratic, wrt=(0, 1), mode=mode)(x, a, v, np.zeros_like(a))
    np.testing.assert_allclose(by_x, product(x, a, v))
    np.testing.assert_allclose(by_a, np.einsum("kij,k->ij", hessian(quadratic, wrt=(0, 1))(x, a)[0][1], v))


def test_derivative() -> None:
    assert [derivative(cubic, n)(2.0) for n in range(5)] == [8.0, 12.0, 12.0, 6.0, 0.0]
    assert derivative(several, 2, wrt="y")(2.0, 2.0, 3.0) == 108.0
    t = math.tanh(0.3)
    assert derivative(np.tanh, 4)(0.3) == pytest.approx(8 * t * (1 - t * t) * (2 - 3 * t * t))
    assert derivative(cubic) is grad(cubic)


# ---- errors ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda: grad(several, wrt="w"), ValueError, r"wrt='w' is not a parameter of several\(x, y, z\)"),
    (lambda: grad(several, wrt=3), ValueError, r"wrt=3 is out of range: several\(x, y, z\) has 3 parameters"),
    (lambda: grad(several, wrt=-4), ValueError, "wrt=-4 is out of range"),
    (lambda: grad(several, wrt=1.0), TypeError, "wrt must be a position, a name or a sequence of them, not 1.0"),
    (lambda: grad(several, wrt=()), ValueError, "wrt must name at least one parameter"),
    (lambda: grad(lambda: 1.0), ValueError, "has 0 parameters"),
    (lambda: grad(3.0), TypeError, "a function is expected, not 3.0"),
    (lambda: autodiff(cubic, mode="sideways"), ValueError, 'mode must be "reverse" or "forward", not \'sideways\''),
    (lambda: autodiff(cubic, motion="up"), ValueError, "motion must be"),
    (lambda: autodiff(cubic, mode="forward", motion="split"), ValueError, "only reverse mode can be split"),
    (lambda: jacobian(cubic, mode="up"), ValueError, "mode must be"),
    (lambda: hvp(cubic, mode="up"), ValueError, "mode must be"),
    (lambda: derivative(cubic, -1), ValueError, "not negative, not -1"),
    (lambda: derivative(several, 1, wrt=(0, 1)), ValueError, "derivative takes one parameter"),
    (lambda: grad(dict.get), SourceNotFoundError, "neither source that can be read nor a derivative rule"),
    (lambda: grad(lambda x: x * 2.0)(np.ones(3)), ValueError,
     r"an array of shape \(3,\); use jacobian, elementwise_grad or vjp"),
    (lambda: grad(lambda x: (x, x))(1.0), TypeError, "returns a tuple of length 2; use vjp, jacobian"),
    (lambda: grad(lambda x: {"a": x})(1.0), TypeError, "returns a dict with the keys 'a'"),
    (lambda: grad(lambda x: None)(1.0), TypeError, "returns None"),
    (lambda: grad(lambda x: "text")(1.0), TypeError, "returns 'text'"),
    (lambda: jacobian(lambda x: "text")(1.0), TypeError, "returns 'text'"),
    (lambda: elementwise_grad(lambda x: (x, x))(1.0), TypeError, "elementwise_grad needs a function"),
    (lambda: vjp(lambda x: x * 2.0)(np.ones(2), np.ones(3)), ValueError,
     r"seed has shape \(3,\), the result has shape \(2,\)"),
    (lambda: vjp(lambda x: (x, x))(1.0, 1.0), TypeError, "the seed is a float, the result is a tuple of length 2"),
    (lambda: vjp(lambda x: {"a": x})(1.0, {"b": 1.0}), TypeError, "the result is a dict with the keys 'a'"),
    (lambda: pullback(lambda x: x * 2.0)(np.ones(2))[1](np.ones(3)), ValueError, "the seed has shape"),
    (lambda: jvp(lambda x: np.sum(x))(np.ones(2), np.ones(3)), ValueError, "the tangent has shape"),
    (lambda: vjp(weighted)(np.ones(2), np.eye(2)), TypeError, "missing"),
    (lambda: hvp(cubic)(), TypeError, "takes the arguments of the function and 1 vector after them"),
], ids=_shown)
def test_what_is_wrong_is_said(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("f", [lambda x: x > 0.5, lambda x: int(x), lambda x: np.floor(x), lambda x: x > 0.1 and x < 0.9])
def test_what_cannot_vary_has_derivative_zero(f: Callable[[Any], Any]) -> None:
    assert grad(f)(0.7) == 0.0
    assert jvp(f)(0.7, 1.0) == 0.0
    assert jacobian(f)(0.7) == 0.0 and not isinstance(jacobian(f)(0.7), bool)


@pytest.mark.parametrize("y", [np.ones(1), np.ones((1, 1)), np.float64(1.0), np.array(1.0)], ids=repr)
def test_one_element_counts_as_a_scalar(y: Any) -> None:
    assert np.all(grad(lambda x: x * y * y)(y) == 1.0)
    assert grad(lambda x: [x * x])(3.0) == 6.0


def test_check_dims_can_be_left_out() -> None:
    np.testing.assert_array_equal(grad(lambda x: x * 2.0, check_dims=False)(np.ones(3)), np.full(3, 2.0))


def test_no_source() -> None:
    scope: dict[str, Any] = {}
    exec("def hidden(x): return x", scope)
    with pytest.raises(SourceNotFoundError, match="the source of 'hidden' cannot be found"):
        grad(scope["hidden"])


def test_lambdas_that_cannot_be_told_apart() -> None:
    twice = [lambda x: x * 2.0, lambda x: x * 2.0]
    assert grad(twice[1])(1.0) == 2.0  # the same text: it does not matter which


def evaluated(x):
    exec("x")


def inner(x):
    for v in evaluated(x):
        x = x * v
    return x


def outer(x):
    y = inner(x) + 1.0
    return y


def test_errors_in_callees_say_where_the_call_is() -> None:
    line = inspect.getsourcelines(evaluated)[1] + 1
    with pytest.raises(UnsupportedSyntaxError) as caught:
        grad(outer)
    error = caught.value
    assert (error.filename, error.lineno, error.offset) == (__file__, line, 5)
    assert error.text is not None and error.text.strip() == 'exec("x")'
    assert f"in evaluated, called from inner (test_api.py:{line + 4}), called from outer (test_api.py:{line + 10})" \
        in str(error)
    assert isinstance(error, SyntaxError)


UNKNOWN = "".encode


def calls_unknown(x):
    return x * UNKNOWN(x)


def calls_it_deeper(x):
    for _ in range(2):
        x = x + calls_unknown(x)
    return x


def test_a_missing_rule_prints_the_template_to_fill_in() -> None:
    line = inspect.getsourcelines(calls_unknown)[1] + 1
    with pytest.raises(NoDerivativeError) as caught:
        grad(calls_it_deeper)
    text = str(caught.value)
    assert f"{__file__}:{line}:" in text
    assert "called from calls_it_deeper" in text
    assert "    return x * UNKNOWN(x)" in text and "^^^^" in text
    assert "@s2sgrad.adjoint(" in text and "def encode(y, x):" in text and "d[x] = d[y] * ..." in text
    assert isinstance(caught.value, NotImplementedError)


# ---- verbose --------------------------------------------------------------------------------------------------------

def test_verbose_prints_what_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    made = grad(cubic, verbose=1)
    assert capsys.readouterr().out == made.source + "\n"
    grad(cubic, verbose=2)
    out = capsys.readouterr().out
    assert "# lower" in out and "# differentiate" in out and made.source in out


def test_everything_public_is_documented() -> None:
    for name in s2sgrad.__all__:
        assert getattr(s2sgrad, name).__doc__, name


def test_seeds_of_integers_are_those_of_floating_point_numbers() -> None:
    def recurrence(x):
        y = 2.0 * x
        for i in range(1, 3):
            y[i] += 0.3 * y[i - 1] * y[i - 1]
        return y

    def total(x):
        return np.sum(recurrence(x))

    def twice(x):
        return recurrence(x), x

    x, seed = np.array([0.3, 0.4, 0.5]), np.array([1, 0, 1])
    expected = s2sgrad.vjp(recurrence)(x, seed * 1.0)
    for given in (seed, list(seed), seed + 0j):
        np.testing.assert_allclose(s2sgrad.vjp(recurrence)(x, given), expected)
    np.testing.assert_allclose(s2sgrad.pullback(twice)(x)[1]((seed, 0 * seed)), expected)
    for one in (1, np.int64(1), np.array(1), True):
        np.testing.assert_allclose(s2sgrad.grad(total)(x, one), s2sgrad.grad(total)(x))
        np.testing.assert_allclose(s2sgrad.elementwise_grad(recurrence)(x, one), s2sgrad.elementwise_grad(recurrence)(x))


def test_real_seeds_of_complex_results() -> None:
    def recurrence(z):
        for i in range(1, 3):
            z[i] += 0.3 * z[i - 1] * z[i - 1]
        return z

    z, seed = np.array([0.3 + 1j, 0.4 - 1j, 0.5]), np.array([1.0, 0.0, 1.0])
    np.testing.assert_allclose(s2sgrad.vjp(recurrence)(z, seed), s2sgrad.vjp(recurrence)(z, seed + 0j))


def squashed(x):
    return np.exp(x)


def squashed_twice(x):
    y = np.tanh(x)
    return [y, {"square": y * y, "y": y}]


def test_what_a_pullback_computed_may_be_changed() -> None:
    x = np.array([0.3, -0.7])
    value, pull = pullback(squashed)(x)
    value -= 1.0
    np.testing.assert_allclose(pull(np.ones(2)), np.exp(x))
    value, pull = pullback(squashed_twice)(x)
    seed = [np.ones(2), {"square": np.ones(2), "y": np.ones(2)}]
    want = pull(seed)
    value[0] *= 0.0
    value[1]["y"] += 1.0
    np.testing.assert_allclose(pull(seed), want)


def summed_up(x):
    y = x.copy()
    y[0] *= y[1]
    y[1:] += y[:-1]
    return y


class Scaled:
    k = 2.0

    def square(self, x):
        return self.k * x * x


def test_two_functions() -> None:
    """Seeds of integers are those of floating-point numbers; what is fixed is an argument of the first function alone."""
    x = np.array([0.3, -0.7, 1.1])
    forward, backward = autodiff(summed_up, motion="split")
    for seed in (np.array([1, 2, 3]), np.array([True, False, True])):
        np.testing.assert_allclose(backward(forward(x)[1], seed), backward(saved=forward(x)[1], by=seed.astype(float)))
    for f in (Scaled().square, functools.partial(Scaled.square, Scaled())):
        forward, backward = autodiff(f, motion="split")
        value, saved = forward(3.0)
        assert (value, backward(saved, 1.0)) == (18.0, 12.0)
