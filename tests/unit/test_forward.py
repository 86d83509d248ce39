"""Forward mode: what the tangent program of a function looks like, and that it computes the tangent."""
from __future__ import annotations

import collections
import contextlib
import copy
import math
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad

RANDOM = np.random.default_rng(3)
TABLE = np.array([1.0, 2.0, 3.0])
X = np.array([0.3, -1.2, 2.1])


def text(f: Callable[..., Any], wrt: Any = 0) -> str:
    """The functions of a tangent program as the differentiator leaves them, without their imports."""
    source = s2sgrad.jvp(f, wrt=wrt, optimized=False).source
    return str(source[source.index("def "):])


def assert_text(f: Callable[..., Any], expected: str, wrt: Any = 0) -> None:
    assert text(f, wrt).strip() == textwrap.dedent(expected).strip()


def number(v: Any) -> float:
    """All numbers in a value, weighted, as one."""
    parts = v.values() if isinstance(v, dict) else v if isinstance(v, (list, tuple, collections.deque)) else None
    if parts is not None:
        return sum((n + 1.0) * number(p) for n, p in enumerate(parts))
    return float(np.sum(np.cos(np.arange(np.size(v))).reshape(np.shape(v)) * v))


def assert_tangent(f: Callable[..., Any], args: tuple[Any, ...], directions: tuple[Any, ...], wrt: Any = 0) -> None:
    """Hold the tangent against central differences, optimized and not; the arguments are left as they were."""
    names = wrt if isinstance(wrt, tuple) else (wrt,)

    def along(t: float) -> float:
        moved = copy.deepcopy(list(args))
        for n, d in zip(names, directions):
            moved[n] = moved[n] + t * d
        return number(f(*moved))

    h = 1e-4
    expected = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
    for optimized in (False, True):
        given = copy.deepcopy(args)
        tangent = s2sgrad.jvp(f, wrt=wrt, optimized=optimized)(*given, *directions)
        assert number(tangent) == pytest.approx(expected, rel=1e-8, abs=1e-8)
        assert all(np.array_equal(a, b) for a, b in zip(given, args) if isinstance(a, np.ndarray))


# ---- statements ---------------------------------------------------------------------------------------------

def overwritten(x: float) -> float:
    x = x * x
    x = math.exp(x)
    return x / 2


def test_a_tangent_reads_what_is_about_to_be_overwritten_or_the_result() -> None:
    assert_text(overwritten, """
        def toverwrittendx(x: float, dx=1.0):
            dx = dx * x + dx * x
            x = x * x
            x = math.exp(x)
            dx = dx * x
            dy = dx / 2
            y = x / 2
            return dy
        """)
    assert_tangent(overwritten, (0.7,), (1.3,))


def power(x: float, y: float) -> float:
    x **= y
    return x


def test_a_tangent_that_reads_old_and_new_value_puts_the_new_one_aside() -> None:
    lines = text(power, (0, 1)).splitlines()
    assert [line.split(" = ")[0].strip() for line in lines[1:-1]] == ["x2", "dx", "x"]
    assert_tangent(power, (1.3, 2.2), (0.4, -0.7), (0, 1))


def one_branch(x: float, flag: bool) -> float:
    if flag:
        y = x * 2.0
    else:
        y = 1.0
    return y


def test_a_variable_that_varies_on_one_path_has_a_zero_tangent_on_the_other() -> None:
    assert_text(one_branch, """
        def tone_branchdx(x: float, flag: bool, dx=1.0):
            if flag:
                dy = dx * 2.0
                y = x * 2.0
            else:
                dy = 0.0
                y = 1.0
            return dy
        """)
    assert_tangent(one_branch, (0.7, True), (1.0,))
    assert_tangent(one_branch, (0.7, False), (1.0,))


def dead_zero(x: float) -> float:
    y = 0.0
    y = x * x
    return y


def test_tangents_that_nothing_reads_are_left_out() -> None:
    assert "0.0" not in text(dead_zero).replace("y = 0.0", "", 1)


def swapped(x: float, y: float) -> Any:
    x, y = y, x * y
    return x, y


def test_parallel_assignment_moves_tangents_in_parallel() -> None:
    assert "dx, dy = dy, dt" in text(swapped, (0, 1))
    assert_tangent(swapped, (1.3, 0.4), (0.2, 0.9), (0, 1))


def drawn(x: float) -> float:
    return x * RANDOM.normal()


def test_an_operand_is_evaluated_once() -> None:
    assert text(drawn).count("RANDOM.normal()") == 1


# ---- shapes -------------------------------------------------------------------------------------------------

def widened(x: Any) -> Any:
    y = x + TABLE
    return np.sum(y) + y[0]


def test_a_tangent_gets_the_shape_of_its_primal_where_something_asks_for_it() -> None:
    assert "broadcast_tangent(dx, y)" in text(widened)
    assert_tangent(widened, (0.7,), (1.0,))
    assert s2sgrad.jvp(widened)(np.float64(0.7), 1.0) == 4.0


def only_arithmetic(x: Any) -> Any:
    y = x + TABLE
    z = y * TABLE
    return np.sum(z * TABLE)


def test_arithmetic_does_not_ask_for_it() -> None:
    assert s2sgrad.jvp(only_arithmetic)(0.5, 1.0) == pytest.approx(float(np.sum(TABLE * TABLE)))


def returned_wide(x: Any) -> Any:
    return x + TABLE


def test_a_result_has_its_own_shape() -> None:
    assert s2sgrad.jvp(returned_wide)(1.0, 2.0).shape == (3,)


# ---- memory -------------------------------------------------------------------------------------------------

def writes(x: Any, a: float) -> Any:
    y = np.zeros(3)
    y[0] = x[1] * a
    y[1:] += x[1:]
    y *= a
    row = y[1:]
    row[0] = 0.0
    y /= x
    return y


def test_writes_are_mirrored() -> None:
    assert_text(writes, """
        def twritesdxa(x: Any, a: float, dx, da):
            dx = check_tangent(dx, x)
            dy = np.zeros(3)
            y = np.zeros(3)
            dt = dx[1]
            t = x[1]
            dt = dt * a + da * t
            t = t * a
            dy[0] = dt
            y[0] = t
            dt = dx[1:]
            t = x[1:]
            dy[1:] += dt
            y[1:] += t
            dy *= a
            dy += da * y
            y *= a
            drow = dy[1:]
            row = y[1:]
            drow[0] = 0.0
            row[0] = 0.0
            dy /= x
            dy -= dx * (y / x / x)
            y /= x
            return dy
        """, (0, 1))
    assert_tangent(writes, (X, 1.7), (np.array([0.2, -0.5, 0.9]), 0.3), (0, 1))


def squares_itself(x: Any) -> Any:
    y = x * 2.0
    z = y
    y *= y
    y -= 1.0
    return z * y


def fresh_result_keeps_its_tangent(x: Any) -> Any:
    y = x + 1.0
    x[0] = 5.0
    return y * x


def in_place_methods(x: Any) -> Any:
    y = x.copy()
    y.sort()
    y[::-1] += x
    np.add.at(y, [0, 0, 2], x)
    y.partition(1)
    np.multiply(y, x, out=y)
    return y


def scales_by_itself(x: Any) -> Any:
    x[1:] *= x[:-1]
    x[:2] /= x[1:]
    return x


def keeps_a_sum_with_a_view(x: Any) -> Any:
    y = x[::-1] + 0.5
    x *= x[::-1] + 2.0
    return x * y


def strange_keys(x: Any) -> Any:
    y = x * x
    y[y > 1.0] = x[0]
    y[[0, 0]] += x[1:]
    y[..., None][0] *= x[2]
    return y


@pytest.mark.parametrize("f", [
    squares_itself, fresh_result_keeps_its_tangent, in_place_methods, scales_by_itself,
    keeps_a_sum_with_a_view, strange_keys])
def test_programs_that_change_arrays(f: Callable[..., Any]) -> None:
    assert_tangent(f, (X,), (np.array([0.2, -0.5, 0.9]),))


# ---- containers and objects -----------------------------------------------------------------------------------

def list_methods(x: Any, n: int) -> Any:
    xs = [1.0, x]
    for _ in range(n):
        xs.append(xs[-1] * x)
        xs.insert(0, 2.0)
    xs.reverse()
    xs.extend([x, 3.0])
    xs.remove(2.0)
    xs.sort(key=lambda v: -v)
    del xs[0]
    xs[0] *= x
    last = xs.pop()
    return last, xs


def queue(x: Any) -> Any:
    q = collections.deque([x, x * x])
    q.appendleft(1.0)
    q.rotate(1)
    q.append(q.popleft() * x)
    return list(q)


def table(x: Any) -> Any:
    d = {"a": x}
    d.update(b=x * x, c=2.0)
    d.setdefault("a", 7.0)
    e = d.pop("b", 0.0)
    return d.get("missing", x) * e, d


class Cell:
    scale = 2.0

    def __init__(self, state: Any) -> None:
        self.state = state
        self.seen: list[Any] = []

    @property
    def doubled(self) -> Any:
        return self.state * self.scale

    def step(self, x: Any) -> Any:
        self.state = self.state * x + 1.0
        self.seen.append(self.state)
        return self.doubled


def uses_cell(x: Any) -> Any:
    cell = Cell(x)
    for _ in range(3):
        y = cell.step(x)
    return y * cell.seen[1], cell.state


@pytest.mark.parametrize(("f", "args"), [
    (list_methods, (1.3, 3)), (queue, (1.3,)), (table, (1.3,)), (uses_cell, (1.3,))])
def test_programs_with_containers(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    assert_tangent(f, args, (0.8,))


def reads_attributes(cell: Cell) -> Any:
    return cell.state * cell.state


def reads_a_property(cell: Cell) -> Any:
    return cell.doubled


def test_the_tangent_of_an_object_has_its_attributes() -> None:
    moved = Cell(2.0)
    assert s2sgrad.jvp(reads_attributes)(Cell(3.0), moved) == 12.0


def test_a_property_of_an_unknown_class_is_looked_up() -> None:
    assert s2sgrad.jvp(reads_a_property)(Cell(3.0), Cell(2.0)) == 4.0


# ---- calls --------------------------------------------------------------------------------------------------

def relax(grid: Any, rate: float = 0.5) -> None:
    for i in range(1, len(grid) - 1):
        grid[i] += rate * (grid[i - 1] - grid[i])


def calls_relax(x: Any, rate: float) -> Any:
    relax(x, rate)
    relax(x, rate=rate * 2)
    relax(x)
    return x


def test_a_subroutine_changes_tangents_as_it_changes_arrays() -> None:
    assert "def relax_tangent(grid: Any, dgrid, drate, rate: float=0.5):" in text(calls_relax, (0, 1))
    assert_tangent(calls_relax, (X, 0.3), (np.array([0.2, -0.5, 0.9]), 1.1), (0, 1))


def factorial_like(x: float, n: int) -> float:
    if n == 0:
        return 1.0
    return x * n * factorial_like(x, n - 1)


def test_recursion() -> None:
    assert_tangent(factorial_like, (1.3, 4), (1.0,))


def applies(f: Callable[..., Any], x: float) -> Any:
    y = f(x, 2.0)
    return y * y


def test_a_function_that_is_not_known_is_asked_for_its_pushforward() -> None:
    assert "y, dy = pushforward(f, (0,))((dx,), x, 2.0)" in text(applies, "x")
    assert s2sgrad.jvp(applies, wrt="x")(math.pow, 3.0, 1.0) == pytest.approx(4 * 27.0)
    assert s2sgrad.jvp(applies, wrt="x")(lambda v, w: v * v * w, 3.0, 1.0) == pytest.approx(4 * 4 * 27.0)


def calls_method(items: Any, x: float) -> Any:
    return items.get("a", x) * x


def test_methods_of_containers_are_found_at_run_time() -> None:
    push = s2sgrad.pushforward(calls_method, wrt=(0, 1))({"b": 1.0}, 3.0)[1]
    assert push({"b": 0.0}, 1.0) == 6.0
    push = s2sgrad.pushforward(calls_method, wrt=(0, 1))({"a": 2.0}, 3.0)[1]
    assert push({"a": 5.0}, 1.0) == 17.0


class Counter:
    def __init__(self) -> None:
        self.count = 0.0

    def add(self, x: float) -> float:
        self.count = self.count + x * x
        return self.count


def counts(counter: Counter, x: float) -> float:
    counter.add(x)
    return counter.add(x)


def counts_with(make: Callable[[], Counter], x: float) -> float:
    counter = make()
    counter.add(x)
    return counter.add(x)


def test_an_object_that_a_method_changes_is_the_functions_own_or_a_copy() -> None:
    assert s2sgrad.jvp(counts_with, wrt="x")(Counter, 3.0, 1.0) == 12.0
    counter = Counter()
    assert s2sgrad.jvp(counts, wrt="x")(counter, 3.0, 1.0) == s2sgrad.grad(counts, wrt="x")(counter, 3.0) == 12.0
    assert counter.count == 0.0
    with pytest.raises(TypeError, match="of class Counts is changed by a method, and the derivative was made for Counter"):
        s2sgrad.jvp(counts, wrt="x")(type("Counts", (), {"count": 0.0, "add": Counter.add})(), 3.0, 1.0)


def has_defaults(x: float, scale: float = 2.0, *, shift: float = 1.0) -> float:
    return x * scale + shift


def test_tangents_come_last_also_where_parameters_with_defaults_are_left_out() -> None:
    assert s2sgrad.jvp(has_defaults)(3.0, 1.5) == 3.0
    assert s2sgrad.jvp(has_defaults)(3.0, 5.0, 1.5) == 7.5
    assert s2sgrad.jvp(has_defaults, wrt=("x", "shift"))(3.0, 1.5, 0.25) == 3.25


# ---- exceptions ---------------------------------------------------------------------------------------------

def fails_halfway(x: float, where: int) -> float:
    y = x * 3.0
    try:
        if where == 0:
            y = math.sqrt(x - 5.0)
        y = y / (where - 1)
    except (ValueError, ZeroDivisionError):
        y = y + x
    finally:
        y = y * 2.0
    return y


def fails_silently(x: float) -> float:
    y = x * 3.0
    with contextlib.suppress(ValueError):
        y = math.sqrt(x - 5.0)
    return y


def test_a_statement_that_fails_leaves_the_tangent_as_it_was() -> None:
    for where in (0, 1, 2):
        assert_tangent(fails_halfway, (2.0, where), (1.0,))
    assert_tangent(fails_silently, (2.0,), (1.0,))
    assert_tangent(fails_silently, (7.0,), (1.0,))


# ---- seeds --------------------------------------------------------------------------------------------------

def total(x: Any) -> Any:
    return np.sum(x)


def test_a_tangent_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        s2sgrad.jvp(total)(X, np.ones(2))
    with pytest.raises(ValueError, match=r"\(\).*\(3,\)"):
        s2sgrad.jvp(total)(X)


def test_a_number_as_the_tangent_of_an_array() -> None:
    everywhere = s2sgrad.autodiff(total, mode="forward")
    assert everywhere(X, 2.0) == s2sgrad.jvp(total)(X, np.full(3, 2.0)) == 6.0
    assert everywhere(X) == 3.0
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        everywhere(X, np.ones(2))


def test_value_and_tangent() -> None:
    both = s2sgrad.autodiff(overwritten, mode="forward", preserve_result=True)
    assert both(0.7, 1.0) == (overwritten(0.7), s2sgrad.jvp(overwritten)(0.7, 1.0))


def test_a_tangent_is_linear_in_its_seed() -> None:
    push = s2sgrad.pushforward(writes, wrt=(0, 1))(X, 1.7)[1]
    u, v = (X * 2.0, 0.3), (X - 1.0, -1.1)
    together = push(u[0] + 3.0 * v[0], u[1] + 3.0 * v[1])
    np.testing.assert_allclose(together, push(*u) + 3.0 * push(*v))


# ---- of derivatives -----------------------------------------------------------------------------------------

def coupled(x: Any) -> Any:
    y = x.copy()
    for i in range(1, len(y)):
        if y[i] > 0.0:
            y[i] *= y[i - 1] * y[i - 1]
        else:
            y[i] = np.exp(y[i - 1]) * y[i]
    return np.sum(y * y)


def test_forward_over_reverse_is_reverse_over_forward() -> None:
    v = np.array([0.2, -0.5, 0.9])
    over_reverse = s2sgrad.jvp(s2sgrad.grad(coupled))(X, v)

    def directional(x: Any) -> Any:
        return tangent(x, v)

    tangent = s2sgrad.jvp(coupled)
    over_forward = s2sgrad.grad(directional)(X)
    np.testing.assert_allclose(over_reverse, over_forward, rtol=1e-12)
    assert s2sgrad.jvp(s2sgrad.jvp(overwritten))(0.7, 1.0, 1.0) == pytest.approx(
        s2sgrad.grad(s2sgrad.grad(overwritten))(0.7))


# ---- complex numbers ------------------------------------------------------------------------------------------

def through_complex(x: Any) -> Any:
    z = x + 1j
    w = 2.0 - z
    w[0] = 1j * x[1]
    z *= w
    return np.real(z) * np.abs(w) + np.imag(z)


def test_a_real_tangent_of_a_complex_array_can_become_complex() -> None:
    assert_tangent(through_complex, (X,), (np.array([0.2, -0.5, 0.9]),))


def test_a_tangent_is_as_precise_as_its_primal() -> None:
    x = X.astype(np.float32)
    assert s2sgrad.jvp(returned_square)(x, np.ones(3)).dtype == np.float32


def returned_square(x: Any) -> Any:
    return x * x


def test_a_tangent_of_another_structure_is_refused() -> None:
    push = s2sgrad.pushforward(table_argument)({"a": 1.0, "b": "text"})[1]
    assert push({"a": 2.0}) == 4.0
    with pytest.raises(TypeError, match="dict"):
        push(1.0)


def table_argument(d: Any) -> Any:
    return d["a"] * d["a"]


TABLE_OF = {"square": lambda v: v * v * v, "sine": math.sin}


def looks_up(x: float, name: str) -> Any:
    return TABLE_OF[name](x) * x


def takes_from(functions: Any, x: float) -> Any:
    return functions["f"](x) * functions["scale"]


def with_reduction(x: float, reduce: Any = np.sum) -> float:
    return reduce(np.exp(x) * np.arange(1.0, 4.0))


def test_second_derivatives_of_functions_that_take_what_they_are_given() -> None:
    s2sgrad.check_grads(with_reduction, (0.7,), wrt=(0,), order=2)


def test_second_derivatives_of_calls_that_are_resolved_at_run_time() -> None:
    assert s2sgrad.jvp(s2sgrad.grad(looks_up))(2.0, "square", 1.0) == pytest.approx(12 * 4.0)
    gradient = s2sgrad.grad(takes_from, wrt=(0, 1))
    push = s2sgrad.pushforward(gradient, wrt=(0, 1))({"f": math.exp, "scale": 3.0}, 0.5)[1]
    in_table, in_x = push({"scale": 1.0}, 0.25)
    assert in_table["scale"] == pytest.approx(0.25 * math.exp(0.5))
    assert in_x == pytest.approx((1.0 + 3.0 * 0.25) * math.exp(0.5))


def put_back(b: Any, x: float) -> Any:
    before = s2sgrad.runtime.saved(b, ...)
    b[0] = x
    s = np.sum(b * b)
    s2sgrad.runtime.restore(b, ..., before)
    return s * np.sum(b)


def test_all_of_an_array_as_the_last_argument_of_a_rule() -> None:
    """``...`` is an argument like others, and no mark for one that has a default."""
    assert "saved(db, ...)" in text(put_back, ("b", "x"))
    s2sgrad.check_grads(put_back, (X, 0.7), modes=("forward",))


def repeated_list(x: list):
    return np.sum(np.abs(x * 3)) + np.prod(x * 2)


def repeated_tuple(x: tuple):
    return np.sum(np.abs(x * 3)) + np.max(x + x)


@pytest.mark.parametrize(("f", "x"), [(repeated_list, [-0.7]), (repeated_list, [-0.7, 0.4]), (repeated_tuple, (-0.7,))])
def test_lists_that_are_repeated_are_no_products(f, x) -> None:
    s2sgrad.check_grads(f, (x,), order=1)
