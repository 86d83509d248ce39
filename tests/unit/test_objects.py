"""Objects whose class is only known when the derivative runs: what is looked up then, and what is refused."""
from __future__ import annotations

import collections
import copy
import math
import types
from typing import Any

import numpy as np
import pytest

import s2sgrad


class Vector:
    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y

    def dot(self, other: Vector) -> float:
        return 2 * self.x * other.x + self.y * other.y

    def count(self) -> float:
        return self.x * 3

    def __iter__(self) -> Any:
        return iter((self.x, self.y, self.x))

    def __getitem__(self, i: int) -> float:
        return (self.x, self.y)[i] * 2

    def __len__(self) -> int:
        return 2

    @property
    def norm(self) -> float:
        return math.hypot(self.x, self.y)

    @norm.setter
    def norm(self, n: float) -> None:
        self.x = n


class Measured:
    def __init__(self, size: float) -> None:
        self.size = size


def dot(v, w):
    return v.dot(w)


def annotated_dot(v: Vector, w: Vector):
    return v.dot(w)


def count(v):
    return v.count()


def size(m):
    return m.size * m.size


def total(v):
    out = 0.0
    for part in v:
        out = out + part * part
    return out


def set_norm(v, n):
    v.norm = n
    return v.x * v.x


def copied(v):
    w = copy.copy(v)
    w.x = w.x * 3
    return v.x * w.x


@pytest.mark.parametrize("mode", [s2sgrad.pullback, s2sgrad.pushforward])
@pytest.mark.parametrize(("f", "args", "name"), [
    (count, (Vector(1.0, 2.0),), "Vector.count"),
    (size, (Measured(2.0),), "Measured.size"), (total, (Vector(1.0, 2.0),), "Vector.__iter__")])
def test_what_arrays_have_as_well_is_theirs_and_is_checked(mode: Any, f: Any, args: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"{name} was taken for that of arrays and containers"):
        mode(f)(*args)


def test_the_memory_of_an_array_is_not_read_in_place_of_it() -> None:
    def seen(x):
        y = x[1:] * 2.0
        return y[1:].base[0] * 3.0

    def weighed(m, x):
        return m.base * x + m.data * m.base

    with pytest.raises(TypeError, match="use the array itself"):
        s2sgrad.grad(seen)(np.ones(4))
    m = types.SimpleNamespace(base=2.0, data=3.0)
    assert s2sgrad.grad(weighed)(m, 1.5) == types.SimpleNamespace(base=4.5, data=2.0)


def test_a_method_of_arrays_that_a_class_with_operators_has_as_well_is_looked_up() -> None:
    v, w = Vector(1.0, 2.0), Vector(3.0, 4.0)
    assert (s2sgrad.grad(dot)(v, w).x, s2sgrad.grad(dot)(v, w).y) == (6.0, 4.0)
    assert s2sgrad.jvp(dot)(v, w, Vector(1.0, 1.0)) == 10.0


def test_arrays_and_lists_pass() -> None:
    a, b = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    np.testing.assert_allclose(s2sgrad.grad(dot)(a, b), b)
    np.testing.assert_allclose(s2sgrad.grad(total)([1.0, 2.0]), [2.0, 4.0])


def test_an_annotation_tells_the_class() -> None:
    v, w = Vector(1.0, 2.0), Vector(3.0, 4.0)
    gradient = s2sgrad.grad(annotated_dot)(v, w)
    assert (gradient.x, gradient.y) == (6.0, 4.0)
    assert isinstance(gradient, Vector)
    assert s2sgrad.jvp(annotated_dot)(v, w, Vector(1.0, 1.0)) == 10.0


def test_setters_of_a_class_in_sight_are_followed() -> None:
    gradient = s2sgrad.grad(set_norm, wrt=1)(Vector(3.0, 4.0), 10.0)
    step = (set_norm(Vector(3.0, 4.0), 10.0 + 1e-6) - set_norm(Vector(3.0, 4.0), 10.0 - 1e-6)) / 2e-6
    assert gradient == pytest.approx(step, rel=1e-8)


@pytest.mark.parametrize("mode", [s2sgrad.pullback, s2sgrad.pushforward])
def test_setters_of_an_unknown_class_are_refused(mode: Any) -> None:
    class Unseen:
        x = 1.0
        norm = property(lambda self: self.x, lambda self, value: setattr(self, "x", 2.0 * value))

    with pytest.raises(TypeError, match="Unseen does something of its own when norm is set"):
        mode(set_norm, wrt=(0, 1))(Unseen(), 3.0)


def test_copies_that_share_nothing() -> None:
    gradient = s2sgrad.grad(copied)(Vector(2.0, 1.0))
    assert (gradient.x, gradient.y) == (12.0, 0.0)
    with pytest.raises(TypeError, match="copy.deepcopy"):
        s2sgrad.grad(copied)(Vector(np.array(2.0), 1.0))


class Hidden:
    """Computes an attribute without a name for it in the class."""

    def __init__(self, x: float) -> None:
        self.x = x

    def __getattr__(self, name: str) -> float:
        if name == "twice":
            return 2 * self.x
        raise AttributeError(name)


def test_attributes_that_are_computed_have_no_adjoint() -> None:
    def f(h):
        return h.twice * h.x

    with pytest.raises(TypeError, match=r"Hidden\.twice is computed from other attributes"):
        s2sgrad.grad(f)(Hidden(1.0))


def test_an_element_is_read_after_another_was_taken_out() -> None:
    def f(x):
        queue = [x]
        queue.append(x * x)
        return queue.pop(0) * queue[0]

    assert s2sgrad.jvp(f)(2.0, 1.0) == pytest.approx(12.0)
    assert s2sgrad.grad(f)(2.0) == pytest.approx(12.0)


def test_the_finally_block_sees_what_the_body_has_bound() -> None:
    def f(x):
        y = x
        try:
            y = y * x
        finally:
            y = y * 2
        return y

    assert s2sgrad.value_and_grad(f)(3.0) == (18.0, 12.0)


class Swallowing:
    def __enter__(self) -> Swallowing:
        return self

    def __exit__(self, *details: object) -> bool:
        return True


def divides(x, n):
    y = x
    with Swallowing():
        y = x * x
        y = y / n
    return y


def test_a_context_manager_that_suppresses_an_exception() -> None:
    assert s2sgrad.grad(divides)(3.0, 2) == 3.0
    with pytest.raises(RuntimeError, match="suppressed an exception"):
        s2sgrad.grad(divides)(3.0, 0)


def test_named_tuples_of_a_function_are_made_once() -> None:
    def area(x: float) -> float:
        Sides = collections.namedtuple("Sides", "a b")
        sides = [Sides(x, 2.0 * x)]
        return sum(s.a * s.b for s in sides)

    made = s2sgrad.grad(area)
    assert made(3.0) == 12.0 and "pullback" not in made.source
    scope: dict[str, Any] = {"__name__": "saved"}
    exec(made.source, scope)
    assert scope[made.__name__](3.0) == 12.0


class Square:
    """Its methods read a property that arrays have, too."""

    def __init__(self, rows: list[list[float]]) -> None:
        self.rows = [list(r) for r in rows]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])

    def __getitem__(self, at: tuple[int, int]) -> float:
        return self.rows[at[0]][at[1]]

    def __add__(self, other: Square) -> Square:
        return Square([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows)])

    def trace(self) -> float:
        return sum(self[i, i] for i in range(self.shape[0]))


def test_methods_read_properties_of_their_object_that_arrays_have() -> None:
    def traced(m: Square, k: float) -> float:
        return (m + m).trace() * k

    dm, dk = s2sgrad.grad(traced, wrt=("m", "k"))(Square([[0.3, 0.4], [0.1, 0.5]]), 0.7)
    assert np.allclose(dm.rows, [[1.4, 0.0], [0.0, 1.4]])
    assert dk == pytest.approx(1.6)
