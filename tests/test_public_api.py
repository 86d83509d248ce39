"""The promises of the public functions: how they are called, what they return, what they refuse."""
from __future__ import annotations

import functools
import inspect
import math
import os
import subprocess
import sys
import traceback
import types
from pathlib import Path
from typing import Any

import numpy as np
import numpy as somebody_elses_numpy
import pytest
from scipy import special

import s2sgrad
from s2sgrad import autodiff, grad, jvp, pullback, pushforward, value_and_grad, vjp

ROOT = Path(__file__).parents[1]

DOCUMENTED = {"grad", "value_and_grad", "autodiff", "vjp", "jvp", "pullback", "pushforward", "elementwise_grad",
              "jacobian", "hessian", "hvp", "derivative", "stop_gradient", "checkpoint", "insert_grad_of", "adjoint",
              "tangent", "nondifferentiable", "check_grads", "UnsupportedSyntaxError", "NoDerivativeError",
              "SourceNotFoundError"}


def f(x, y=2.0):
    return x * x * y


def network(p, x):
    return np.sum(np.tanh(p["w"] * x) + p["b"])


def in_place(x):
    x[1:] *= x[:-1]
    return np.sum(x)


def test_the_public_names() -> None:
    assert set(s2sgrad.__all__) >= DOCUMENTED
    assert s2sgrad.__all__ == sorted(s2sgrad.__all__)
    assert len(set(s2sgrad.__all__)) == len(s2sgrad.__all__) <= 54


@pytest.mark.parametrize("name", s2sgrad.__all__)
def test_every_public_name_is_documented_and_annotated(name: str) -> None:
    value = getattr(s2sgrad, name)
    if isinstance(value, (types.FunctionType, type)):
        assert value.__doc__ and len(value.__doc__) > 40
    if isinstance(value, types.FunctionType):
        annotated = [p.annotation is not p.empty for p in inspect.signature(value).parameters.values()]
        assert all(annotated) and inspect.signature(value).return_annotation is not inspect.Signature.empty


# ---- how it is called -----------------------------------------------------------------------------------------------

@pytest.mark.smoke
def test_grad_as_function_and_as_decorator() -> None:
    @grad
    def g(x):
        return x ** 3

    @grad(wrt="y")
    def h(x, y):
        return x * y

    assert grad(f)(3.0) == 12.0 and g(2.0) == 12.0 and h(3.0, 4.0) == 3.0


@pytest.mark.parametrize(("wrt", "expected"), [(0, 12.0), ("x", 12.0), (-2, 12.0), (1, 9.0), ("y", 9.0), (-1, 9.0),
                                               ((0,), 12.0), (["y"], 9.0), ((0, 1), (12.0, 9.0)),
                                               (("y", "x"), (9.0, 12.0)), ([-1, "x"], (9.0, 12.0))])
def test_with_respect_to(wrt: Any, expected: Any) -> None:
    assert grad(f, wrt=wrt)(3.0) == expected
    assert value_and_grad(f, wrt=wrt)(3.0) == (18.0, expected)


def test_the_name_and_the_parameters() -> None:
    def g(a, b=1.0, *, scale=2.0):
        return a * b * scale

    assert grad(f).__name__ == "dfdx" and grad(f, wrt=("x", "y")).__name__ == "dfdxy"
    assert jvp(f).__name__ == "tfdx"
    parameters = list(inspect.signature(grad(f)).parameters.values())
    assert [str(p) for p in parameters[:2]] == ["x", "y=2.0"] and parameters[2].default == 1.0
    names = list(inspect.signature(grad(g)).parameters)
    assert names[:2] == ["a", "b"] and "scale" in names and len(names) == 4
    assert grad(g)(3.0, 4.0, scale=5.0) == 20.0


def test_the_seed_is_named_after_the_result() -> None:
    def g(x):
        loss = x * x
        return loss

    assert list(inspect.signature(grad(g)).parameters) == ["x", "bloss"]
    assert grad(g)(3.0, 10.0) == grad(g)(3.0, bloss=10.0) == 60.0


def test_products_with_the_jacobian() -> None:
    def g(x, k):
        return np.array([x[0] * x[1], x[1] * k])

    x = np.array([2.0, 3.0])
    np.testing.assert_allclose(vjp(g)(x, 5.0, np.array([1.0, 10.0])), [3.0, 52.0])
    np.testing.assert_allclose(jvp(g)(x, 5.0, np.array([1.0, 10.0])), [23.0, 50.0])
    np.testing.assert_allclose(jvp(g, wrt=("x", "k"))(x, 5.0, np.array([1.0, 10.0]), 1.0), [23.0, 53.0])


def test_run_once_apply_often() -> None:
    x = np.array([2.0, 3.0, 4.0])
    value, pull = pullback(in_place)(x)
    assert value == 2.0 + 6.0 + 12.0
    first, second = pull(1.0), pull(1.0)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(pull(2.0), 2 * first)
    np.testing.assert_allclose(first, [1 + 3, 2 + 4, 3])
    value, push = pushforward(in_place)(x)
    assert push(np.ones(3)) == pytest.approx(np.sum(first)) == push(np.ones(3))


def test_autodiff_is_the_general_entry() -> None:
    assert autodiff(f)(3.0, 2.0, 1.0) == 12.0
    assert autodiff(f, mode="forward")(3.0, 2.0, 1.0) == 12.0
    forward, backward = autodiff(f, motion="split")
    value, saved = forward(3.0)
    assert value == 18.0 and backward(saved, 1.0) == 12.0
    assert grad(f, preserve_result=True)(3.0) == (18.0, 12.0)


@pytest.mark.parametrize("options", [{"mode": "sideways"}, {"motion": "slow"}, {"mode": "forward", "motion": "split"}])
def test_autodiff_refuses_what_it_does_not_know(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"must be|split"):
        autodiff(f, **options)


class Scaled:
    def __init__(self, k: float) -> None:
        self.k = k

    def value(self, x):
        return self.k * x * x

    def __call__(self, x):
        return self.k * x ** 3


def test_whatever_can_be_called() -> None:
    assert grad(np.sin)(0.0) == 1.0 and grad(math.exp)(0.0) == 1.0
    assert grad(special.erf)(0.0) == 2 / math.sqrt(math.pi)  # says of no module that it comes from there
    assert grad(Scaled(3.0).value)(2.0) == 12.0
    assert grad(Scaled(3.0))(2.0) == 36.0
    assert grad(functools.partial(f, y=5.0))(2.0) == 20.0
    assert grad(functools.partial(f, 3.0))(2.0) == 9.0
    assert grad(lambda x: x * x)(3.0) == 6.0
    assert grad(grad(f))(3.0) == 4.0 and grad(grad(grad(f)))(3.0) == 0.0
    assert jvp(grad(f))(3.0, 2.0, 1.0, 1.0) == 4.0 or jvp(grad(f))(3.0, dx=1.0) == 4.0


# ---- what comes back ------------------------------------------------------------------------------------------------

def test_structure_follows_structure() -> None:
    p = {"w": np.array([0.1, 0.2]), "b": 0.5}
    g = grad(network)(p, np.array([1.0, 2.0]))
    assert list(g) == ["w", "b"] and g["w"].shape == (2,) and g["b"] == 2.0

    def nested(p):
        (a, b), c = p
        return a * b * c[0]

    g = grad(nested)(((2.0, 3.0), [4.0, 5.0]))
    assert g == ((12.0, 8.0), [6.0, 0.0]) and isinstance(g, tuple) and isinstance(g[1], list)


def test_kinds_of_numbers() -> None:
    def g(x):
        return np.sum(x * x)

    single = grad(g)(np.ones(2, dtype=np.float32))
    assert single.dtype == np.float32
    integers = grad(g)(np.array([1, 2, 3]))
    assert integers.dtype == np.float64
    np.testing.assert_array_equal(integers, [2.0, 4.0, 6.0])


@pytest.mark.smoke
def test_arguments_are_never_modified() -> None:
    x = np.array([2.0, 3.0, 4.0])
    for derivative in (grad(in_place), value_and_grad(in_place), vjp(in_place)):
        derivative(x, *([1.0] if derivative is vjp(in_place) else []))
        np.testing.assert_array_equal(x, [2.0, 3.0, 4.0])
    jvp(in_place)(x, np.ones(3))
    np.testing.assert_array_equal(x, [2.0, 3.0, 4.0])


def test_attributes() -> None:
    df = grad(f, wrt="y")
    assert df.primal is f and tuple(df.wrt) == ("y",) and df.mode == "reverse" and jvp(f).mode == "forward"


# ---- the cache ------------------------------------------------------------------------------------------------------

FACTOR = 2.0


def scaled_globally(x):
    return helper_that_changes(x) * FACTOR


def helper_that_changes(x):
    return x * x


def test_the_same_request_gives_the_same_object() -> None:
    assert grad(f) is grad(f) and grad(f, wrt="x") is grad(f) and grad(f, wrt=(0, 1)) is grad(f, wrt=("x", "y"))
    assert grad(f) is not grad(f, wrt="y") and grad(f) is not grad(f, optimized=False)


def test_an_entry_dies_with_what_it_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    before = grad(scaled_globally)
    assert before(3.0) == 12.0
    monkeypatch.setattr(sys.modules[__name__], "FACTOR", 10.0)
    assert grad(scaled_globally)(3.0) == 60.0, "constants are read live"
    monkeypatch.setattr(sys.modules[__name__], "helper_that_changes", lambda x: x * 7.0)
    assert grad(scaled_globally)(3.0) == 70.0
    assert grad(scaled_globally) is not before


# ---- the source -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("function", [f, network, in_place])
def test_the_source_is_a_complete_module(function: Any, tmp_path: Path) -> None:
    df = grad(function)
    names: dict[str, Any] = {"__name__": "saved"}
    exec(compile(df.source, str(tmp_path / "saved.py"), "exec"), names)
    args: tuple[Any, ...] = {f: (3.0,), network: ({"w": np.ones(2), "b": 0.0}, np.arange(2.0)),
                             in_place: (np.arange(3.0),)}[function]
    saved, live = names[df.__name__](*args), df(*args)
    assert repr(saved) == repr(live)
    assert "# Grad of:" in df.source


def test_inspect_tracebacks_and_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    df = grad(f, verbose=1)
    assert capsys.readouterr().out.strip() == df.source.strip()
    assert inspect.getsource(df).strip() in df.source
    try:
        df("text")
    except TypeError:
        shown = traceback.format_exc()
    lines = shown.splitlines()
    (frame,) = (n for n, line in enumerate(lines) if "s2sgrad dfdx" in line)
    assert lines[frame + 1].strip() in map(str.strip, df.source.splitlines())


def test_the_text_is_the_same_in_every_process() -> None:
    program = ("import sys; sys.path[:0] = sys.argv[1:]; import quickstart as q; from s2sgrad import grad, jvp\n"
               "for f in (q.cubic, q.squares, q.rosenbrock, q.network, q.heat): print(grad(f).source, jvp(f).source)")
    texts = [subprocess.run([sys.executable, "-c", program, str(ROOT), str(ROOT / "examples")], text=True, check=True,
                            capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
             for seed in ("1", "2")]
    assert texts[0] == texts[1] and len(texts[0]) > 1000


def dgdx(x):
    return 100.0


def t(x):
    return 1000.0


def uses_taken_names(x, bx, dx):
    by = x * bx
    x_stack = by * dgdx(x) * t(x)
    return x_stack + dx * x


def another_numpy(x):
    return somebody_elses_numpy.sum(somebody_elses_numpy.sin(x))


def test_names_never_collide() -> None:
    assert grad(uses_taken_names)(2.0, 3.0, 5.0) == 3.0e5 + 5.0
    assert grad(uses_taken_names, wrt=("x", "bx", "dx"))(2.0, 3.0, 5.0) == (3.0e5 + 5.0, 2.0e5, 2.0)
    before = set(globals())
    np.testing.assert_allclose(grad(another_numpy)(np.zeros(2)), 1.0)
    assert set(globals()) == before, "nothing is written into the user's module"


# ---- what is refused ------------------------------------------------------------------------------------------------

def vector(x):
    return x * 2.0


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: grad(vector)(np.ones(3)), ValueError, ["(3,)", "jacobian", "elementwise_grad", "vjp"]),
    (lambda: vjp(vector)(np.ones(3), np.ones(2)), ValueError, ["(2,)", "(3,)"]),
    (lambda: grad(f, wrt="z"), ValueError, ["'z'", "f(x, y)"]),
    (lambda: grad(f, wrt=2), ValueError, ["2", "f(x, y)"]),
    (lambda: grad(f, wrt=()), ValueError, ["wrt"]),
    (lambda: grad(f, wrt=1.5), TypeError, ["1.5"]),
    (lambda: grad(3.0), TypeError, ["3.0"]),
])
def test_errors_name_what_came_and_what_was_expected(call: Any, error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        call()
    for word in words:
        assert word in str(caught.value)


def yields(x):
    yield x * x


def calls_yields(x):
    kept = yields(x)
    return next(kept) + sum(kept)


def test_unsupported_syntax_points_at_the_line() -> None:
    with pytest.raises(s2sgrad.UnsupportedSyntaxError) as caught:
        grad(calls_yields)
    error = caught.value
    line = inspect.getsourcelines(yields)[1] + 1
    assert isinstance(error, SyntaxError) and error.filename == __file__ and error.lineno == line
    assert "yield x * x" in (error.text or "") and "help" in str(error)


def test_no_source() -> None:
    names: dict[str, Any] = {}
    exec("def hidden(x):\n    return x", names)
    with pytest.raises(s2sgrad.SourceNotFoundError):
        grad(names["hidden"])


def calls_without_rule(x):
    return x * math.fma_like(x)  # type: ignore[attr-defined]


def test_no_rule_says_how_to_register_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(math, "fma_like", str.maketrans, raising=False)
    with pytest.raises(s2sgrad.NoDerivativeError) as caught:
        grad(calls_without_rule)
    assert "adjoint" in str(caught.value) and "calls_without_rule" in str(caught.value)
    assert isinstance(caught.value, NotImplementedError)


@pytest.mark.parametrize("error", [s2sgrad.UnsupportedSyntaxError, s2sgrad.NoDerivativeError,
                                   s2sgrad.SourceNotFoundError])
def test_one_base_for_all_refusals(error: type[Exception]) -> None:
    assert issubclass(error, s2sgrad.DerivativeError)
