"""`check_grads` accepts right derivatives of every structure, and catches wrong ones."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from s2sgrad import adjoint, check_grads, d, jvp, pullback, tangent
from s2sgrad.trees import leaves, rebuild


@dataclass
class Body:
    mass: float
    position: Any
    name: str = "body"


def energy(body, field, times=1, label="none"):
    total = 0.0
    for _ in range(times):
        total = total + body.mass * np.sum(body.position ** 2) * field["g"][0] + np.sum(np.sin(field["g"][1]))
    return {"total": total, "parts": [total * total, body.position * 2.0]}


def test_structures_in_and_out() -> None:
    body = Body(2.0, np.array([1.0, 2.0]))
    field = {"g": (3.0, np.arange(3.0)), "unit": "m/s"}
    check_grads(energy, (body, field), {"times": 2})
    check_grads(energy, (body, field), wrt="field")
    check_grads(energy, (body, field), wrt=("body",), modes=("reverse",))


def test_every_mix_of_modes_up_to_an_order() -> None:
    check_grads(lambda x, w: np.tanh(w @ x) * x, (np.array([0.1, 0.2]), np.array([[1.0, 2.0], [3.0, 4.0]])), order=2)
    check_grads(lambda x: x ** 5, (1.3,), order=3)


def test_single_precision_is_given_its_due() -> None:
    check_grads(lambda x: np.sum(np.exp(x)), (np.array([0.1, 0.2], np.float32),))


def test_complex_numbers() -> None:
    check_grads(lambda z: z * z + np.conj(z) * 2.0, (np.array([1.0 + 2.0j, 3.0 - 1.0j]),))


def test_by_default_all_floating_point_arguments() -> None:
    """Integers and text are constants unless they are asked for."""
    def f(x, n, kind, y):
        return x ** n * y if kind == "power" else x

    check_grads(f, (1.5, 3, "power", 2.0))
    with pytest.raises(ValueError, match="no argument holds a floating-point number"):
        check_grads(lambda n: n, (3,))


def wrong_square(x):
    return x * x


@adjoint(wrong_square)
def _(y, x):
    d[x] = d[y] * 2.0 * x * 1.001


@tangent(wrong_square)
def _(y, x):
    d[y] = d[x] * 2.0 * x * 0.999


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_a_wrong_rule_is_caught(mode: str) -> None:
    def f(x):
        return np.sum(wrong_square(x))

    with pytest.raises(AssertionError, match=rf"the {mode}-mode derivative of f with respect to x is .*differences"):
        check_grads(f, (np.array([1.0, 2.0]),), modes=(mode,))


def test_a_wrong_second_derivative_is_caught() -> None:
    """The gradient is right, its derivative is not."""
    def slope(x):
        return 2.0 * x

    def square(x):
        return x * x

    @adjoint(square)
    def _(y, x):
        d[x] = d[y] * slope(x)

    @adjoint(slope)
    def _(y, x):
        d[x] = d[y] * 2.1

    check_grads(lambda x: square(x), (1.5,), modes=("reverse",))
    with pytest.raises(AssertionError, match="derivative of df"):
        check_grads(lambda x: square(x), (1.5,), modes=("reverse",), order=2)


def test_numbers_are_in_the_message() -> None:
    with pytest.raises(AssertionError, match=r"difference \d.*, allowed \d"):
        check_grads(wrong_square, (3.0,), modes=("reverse",))


def test_a_mode_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="modes are"):
        check_grads(lambda x: x, (1.0,), modes=("sideways",))


def test_a_kink_is_no_point_to_check_at() -> None:
    with pytest.raises(AssertionError):
        check_grads(lambda x: np.where(x > 0.0, 3.0 * x, 0.0), (0.0,), modes=("reverse",))


def test_the_pairing_of_both_modes() -> None:
    """What the check relies on: <seed, jvp(t)> = <vjp(seed), t>, for structures too."""
    def f(p):
        return [p["a"] * p["b"], np.sin(p["a"])]

    p, t = {"a": np.array([1.0, 2.0]), "b": 3.0}, {"a": np.array([0.5, 0.1]), "b": 2.0}
    seed = [np.array([1.0, -1.0]), np.array([2.0, 0.3])]
    forward = sum(np.sum(s * dy) for s, dy in zip(seed, jvp(f)(p, t)))
    backward = sum(np.sum(a * b) for a, b in zip(leaves(pullback(f)(p)[1](seed)), leaves(t)))
    assert forward == pytest.approx(backward)


# ---- structures ------------------------------------------------------------------------------------------------------

def test_structures_are_taken_apart_and_put_together() -> None:
    body = Body(2.0, [1.0, np.arange(2.0)])
    tree = {"body": body, "t": (1, "text", None, True), "z": 1j}
    assert [np.shape(x) for x in leaves(tree)] == [(), (), (2,), (), ()]
    doubled = rebuild(lambda x: 2 * x, tree)
    assert (doubled["body"].mass, doubled["body"].name, doubled["t"]) == (4.0, "body", (2, "text", None, True))
    assert body.mass == 2.0
    total = rebuild(lambda a, b: a + b, tree, doubled)
    np.testing.assert_array_equal(total["body"].position[1], [0.0, 3.0])
    for other in ({"body": body}, {**doubled, "t": (1,)}, {**doubled, "body": 3.0}, [1.0]):
        with pytest.raises(ValueError, match="is expected, this"):
            rebuild(lambda a, b: a, tree, other)


def test_an_object_that_leads_to_itself() -> None:
    body: Any = Body(2.0, 1.0)
    body.again = body
    assert leaves(body) == [2.0, 1.0]


@pytest.mark.parametrize("f", [lambda x: np.split(x, 2), lambda x: (x, [x[0] ** 2])])
def test_second_derivatives_of_results_with_structure(f):
    check_grads(f, (np.array([0.5, 1.5, -1.0, 2.0]),), order=2)


def test_lists_of_rows_and_their_gradient_as_an_array() -> None:
    """The rows of a gradient are those of the list, the numbers in them those of the rows."""
    check_grads(np.append, ([[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0]]), {"axis": 0}, wrt=(0, 1), order=2)
