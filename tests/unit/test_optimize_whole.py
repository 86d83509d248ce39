"""The optimizer as a whole: the derivative that comes out is the plain one, shorter."""
from __future__ import annotations

import ast
import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import s2sgrad
from s2sgrad import pipeline
from s2sgrad.ir import stmt as S
from s2sgrad.optimize.pipeline import optimize
from s2sgrad.pipeline import Request, derive
from unit.optimizing import printed


def both(f: Callable[..., Any], wrt: Any = 0) -> tuple[Any, Any]:
    return s2sgrad.vjp(f, wrt, optimized=False), s2sgrad.vjp(f, wrt, optimized=True)


def statements(source: str) -> int:
    return sum(isinstance(n, ast.stmt) for n in ast.walk(ast.parse(source)))


def flat(v: Any) -> np.ndarray:
    if isinstance(v, dict):
        v = list(v.values())
    return np.concatenate([flat(x) for x in v]) if isinstance(v, (list, tuple)) else np.ravel(np.asarray(v, float))


# ---- what an expert would write -------------------------------------------------------------------------------------

def cubic(x: float) -> float:
    return x ** 3 - 1 / x


def rosenbrock(x: np.ndarray) -> float:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)  # type: ignore[no-any-return]


def heat(u: np.ndarray, alpha: float, steps: int) -> float:
    for _ in range(steps):
        u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u ** 2)  # type: ignore[no-any-return]


def newton_sqrt(a: float) -> float:
    x = a
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


def relu_or_square(x: float) -> float:
    if x < 0.0:
        y = 0.0
    else:
        y = x * x
    return y


FUNCTIONS = (cubic, rosenbrock, heat, newton_sqrt, relu_or_square)


def body_of(f: Callable[..., Any], wrt: Any = 0) -> str:
    """The statements of the generated function, header not included."""
    source = s2sgrad.grad(f, wrt).source
    lines = source[source.index("def "):].splitlines()
    return "\n".join(line[4:] for line in lines[1:] if line.strip())


def test_a_formula() -> None:
    assert body_of(cubic) == """\
# Grad of: return x ** 3 - 1 / x
return by * (1 / x / x) + by * 3 * x ** 2"""


def test_slices_of_an_array() -> None:
    assert body_of(rosenbrock) == """\
bx = zeros_like(x)
# Grad of: return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
bt = by * 200.0 * (x[1:] - x[:-1] ** 2)
bx[:-1] -= by * 2 * (1 - x[:-1]) + bt * 2 * x[:-1]
bx[1:] += bt
return bx"""


def test_updates_in_place_that_save_nothing() -> None:
    assert body_of(heat) == """\
u = u.copy()
for _ in range(steps):
    u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
# Grad of: return np.sum(u ** 2)
bu = by * 2 * u
for _ in range(steps):
    # Grad of: u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    bt = bu[1:-1] * alpha
    bu[:-2] += bt
    bu[1:-1] -= bt * 2
    bu[2:] += bt
return bu"""


def test_a_loop_of_unknown_length() -> None:
    assert body_of(newton_sqrt) == """\
x = a
x_stack = []
count = 0
while abs(x * x - a) > 1e-12:
    count += 1
    x_stack.append(x)
    x = 0.5 * (x + a / x)
ba = 0.0
for _ in range(count):
    x = x_stack.pop()
    # Grad of: x = 0.5 * (x + a / x)
    bx = bx * 0.5
    ba += bx / x
    bx -= bx * (a / x / x)
# Grad of: x = a
return ba + bx"""


@pytest.mark.parametrize("f, args, bound", [
    (cubic, (1.3,), 0.5), (rosenbrock, (np.arange(5.0),), 0.5), (heat, (np.arange(6.0), 0.1, 3), 0.5),
    (newton_sqrt, (2.0,), 0.8), (relu_or_square, (0.5,), 0.9),
])
def test_shorter_and_equal(f: Callable[..., Any], args: tuple[Any, ...], bound: float) -> None:
    plain, improved = both(f)
    expected = flat(plain(*copy.deepcopy(args), 1.5))
    np.testing.assert_allclose(flat(improved(*copy.deepcopy(args), 1.5)), expected, rtol=1e-13)
    assert statements(improved.source) <= bound * statements(plain.source)


def test_optimizing_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(fn: S.Function, types: Any, *facts: Any) -> S.Function:
        once = optimize(fn, types, *facts)
        again = optimize(once, types, *facts)
        expected = [line for line in printed(once).splitlines() if "# Grad of" not in line]
        assert [line for line in printed(again).splitlines() if "# Grad of" not in line] == expected
        return once

    monkeypatch.setattr(pipeline, "optimize", twice)
    for f in FUNCTIONS:
        derive(Request(f, (f.__code__.co_varnames[0],)))


def test_the_text_is_the_same_every_time() -> None:
    for f in FUNCTIONS:
        request = Request(f, (f.__code__.co_varnames[0],))
        assert derive(request).source == derive(request).source


# ---- the edge of the number line ------------------------------------------------------------------------------------

def edges(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    z = x * y - x / y
    return (z + 1.0) * (x - 0.5) - x * 0.0  # type: ignore[no-any-return]


def test_infinities_and_nans_are_those_of_the_plain_derivative() -> None:
    values = np.array([0.0, -0.0, 1.0, -2.5, np.inf, -np.inf, np.nan, 1e-320, 1e300])
    x, y = (a.ravel() for a in np.meshgrid(values, values))
    plain, improved = both(edges, (0, 1))
    with np.errstate(all="ignore"):
        for p, q in zip(plain(x, y, np.ones_like(x)), improved(x, y, np.ones_like(x))):
            np.testing.assert_allclose(q, p, rtol=1e-12)


# ---- random programs ------------------------------------------------------------------------------------------------

VARIABLES = ("x", "y", "a", "b", "c")


def expressions(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from((*VARIABLES, "0.5", "2.0", "-1.0", "1.0", "0.0"))
    if depth == 0:
        return leaf
    inner = expressions(depth - 1)
    return st.one_of(
        leaf,
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.sampled_from(("np.sin({})", "np.tanh({})", "np.exp(np.tanh({}))", "(-{})")).flatmap(
            lambda form: inner.map(form.format)),
        inner.map(lambda e: f"({e}) ** 2"),
        inner.map(lambda e: f"({e}) / (1.5 + np.cos(x) ** 2)"),
    )


@st.composite
def blocks(draw: st.DrawFn, depth: int, indent: int, arrays: bool) -> list[str]:
    pad = "    " * indent
    out: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        kinds = ["assign", "assign", "update", "swap", *(["if", "for"] if depth else []),
                 *(["store", "part"] if arrays else [])]
        kind = draw(st.sampled_from(kinds))
        target = draw(st.sampled_from(VARIABLES[2:] if arrays else VARIABLES))
        if kind == "assign":
            out.append(f"{pad}{target} = {draw(expressions(2))}")
        elif kind == "update":
            out.append(f"{pad}{target} = {target} {draw(st.sampled_from('+-*'))} {draw(expressions(1))}")
        elif kind == "swap":
            out.append(f"{pad}b, c = c, {draw(expressions(1))}")
        elif kind == "store":
            out.append(f"{pad}s[{draw(st.sampled_from(('0', '1:', ':-1', '-1')))}] = "
                       f"{draw(st.sampled_from(('s[1] * 0.5', 'np.sum(a)', '0.25', 'x[0] * y[1]')))}")
        elif kind == "part":
            out.append(f"{pad}{target} = {target} * s + s[::-1] * {draw(st.sampled_from(VARIABLES))}")
        else:
            head = f"if np.sum({target}) > {draw(st.sampled_from(('0.0', '0.3', '-1.0')))}:" if kind == "if" else \
                f"for i in range({draw(st.integers(0, 3))}):"
            out.append(pad + head)
            out += draw(blocks(depth - 1, indent + 1, arrays))
            if kind == "if" and draw(st.booleans()):
                out.append(f"{pad}else:")
                out += draw(blocks(depth - 1, indent + 1, arrays))
    return out


@st.composite
def programs(draw: st.DrawFn, arrays: bool) -> str:
    start = ["    a = x * y", "    b = y", "    c = x + 1.0"] + (["    s = np.zeros(4)"] if arrays else [])
    body = draw(blocks(2, 1, arrays))
    end = "    return np.sum(a * b + c * x" + (" + s * y)" if arrays else ")")
    return "\n".join(["def program(x, y):", *start, *body, end]) + "\n"


def made(text: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    path = tmp_path_factory.mktemp("programs") / "program.py"
    path.write_text(text)
    space: dict[str, Any] = {"np": np, "math": math, "__name__": "program"}
    exec(compile(text, str(path), "exec"), space)
    return space["program"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("arrays", [False, True], ids=["numbers", "arrays"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_random_programs(arrays: bool, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = data.draw(programs(arrays))
    f = made(text, tmp_path_factory)
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=4), rng.normal(size=4)) if arrays else (float(rng.normal()), float(rng.normal()))
    plain, improved = both(f, (0, 1))
    before = copy.deepcopy((x, y))
    expected = plain(x, y, 0.7)
    np.testing.assert_allclose(flat(improved(x, y, 0.7)), flat(expected), rtol=1e-8, atol=1e-10, err_msg=text)
    np.testing.assert_array_equal(flat((x, y)), flat(before))


def test_a_call_inside_another_stays_where_that_is() -> None:
    """What the backward sweep computes once is no name in the forward sweep."""
    def f(a: Any, b: Any, y: Any) -> Any:
        p, s = b, 0.0
        for v in y:
            s += b / (2.0 + p ** 2)
            w = np.array([0.5, 1.5]) * (v * b)
            p = p + np.sum(w * np.tanh(a))
        return s
    s2sgrad.check_grads(f, (0.3, 0.7, [0.2, 0.5, 0.4]), wrt=(0, 1), order=2)
    assert s2sgrad.grad(f, wrt="b")(0.3, 0.7, [0.2, 0.5]) == pytest.approx(
        s2sgrad.grad(f, wrt="b", optimized=False)(0.3, 0.7, [0.2, 0.5]))


def marginal_likelihood(scale: Any, noise: Any, x: Any, y: Any) -> Any:
    k = np.exp(-(x[:, None] - x) ** 2 / scale) + noise * np.eye(len(y))
    return 0.5 * y @ np.linalg.solve(k, y) + 0.5 * np.linalg.slogdet(k)[1]


def kriging(scale: Any, noise: Any, d: Any, y: Any) -> Any:
    k = np.exp(-d / scale) + noise * np.eye(len(y))
    alpha = np.linalg.solve(k, y)
    return 0.5 * y @ alpha + 0.5 * np.log(np.linalg.det(k))


def precision_given(scale: Any, noise: Any, x: Any, y: Any) -> Any:
    k = np.exp(-(x[:, None] - x) ** 2 / scale) + noise * np.eye(len(y))
    p = np.linalg.inv(k)
    return y @ p @ y + np.sum(np.linalg.solve(k, y)) + np.linalg.slogdet(k)[1]


@pytest.mark.parametrize("f", [marginal_likelihood, kriging, precision_given])
def test_an_inverse_solves_the_equations_as_well(f: Callable[..., Any]) -> None:
    rng = np.random.default_rng(3)
    x, y = np.sort(rng.normal(size=5)), rng.normal(size=5)
    given = np.abs(x[:, None] - x) if f is kriging else x
    s2sgrad.check_grads(f, (0.7, 0.4, given, y), wrt=(0, 1, 3), order=2)
    source = ast.unparse(ast.parse(s2sgrad.grad(f, (0, 1)).source))  # without comments
    assert source.count("linalg.inv(") == 1 and "solve_transposed" not in source and "cofactors" not in source
    assert "det(" not in source, "nothing but the shape of the determinant is wanted"


def test_an_inverse_of_stacks_of_matrices() -> None:
    def f(a: Any, b: Any) -> Any:
        return np.sum(np.linalg.solve(a, b) ** 2) + np.sum(np.linalg.slogdet(a)[1])
    rng = np.random.default_rng(4)
    a = 4 * np.eye(3) + 0.4 * rng.normal(size=(2, 3, 3))
    for b in (rng.normal(size=3), rng.normal(size=(2, 3, 2))):
        s2sgrad.check_grads(f, (a, b), wrt=(0, 1), order=2)
    assert s2sgrad.grad(f, (0, 1)).source.count("linalg.inv(") == 1


def test_a_matrix_that_is_changed_has_another_inverse() -> None:
    def f(a: np.ndarray, b: Any) -> Any:
        a = a.copy()
        x = np.linalg.solve(a, b)
        a[0, 0] += x[1] ** 2
        return np.sum(x) + np.linalg.slogdet(a)[1]
    a = 3 * np.eye(3) + np.arange(9.0).reshape(3, 3) / 10
    s2sgrad.check_grads(f, (a, np.array([0.3, 0.5, -0.2])), wrt=(0, 1), order=2)
