"""Constants, recomputation and gradient surgery: `stop_gradient`, `checkpoint`, `insert_grad_of`."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad
from s2sgrad import UnsupportedSyntaxError, check_grads, checkpoint, grad, insert_grad_of, jvp, stop_gradient

# ---- stop_gradient --------------------------------------------------------------------------------------------------


def stopped(x):
    y = stop_gradient(x * x)
    return x * y


def test_stop_gradient_is_the_identity() -> None:
    x = np.arange(3.0)
    assert stop_gradient(x) is x
    assert stopped(3.0) == 27.0


def test_stop_gradient_makes_a_constant() -> None:
    assert grad(stopped)(3.0) == 9.0
    assert jvp(stopped)(3.0, 1.0) == 9.0
    np.testing.assert_array_equal(grad(lambda x: np.sum(s2sgrad.stop_gradient(x) * x))(np.full(2, 3.0)), [3.0, 3.0])
    assert grad(grad(lambda x: x ** 2 * stop_gradient(x)))(3.0) == 6.0


def writes_a_constant(x):
    y = stop_gradient(x)
    y[0] = 5.0
    return np.sum(x * x * y)


def writes_what_a_constant_shares(x):
    z = x * 1.0
    y = stop_gradient(z)
    z[0] = 5.0
    return np.sum(z * y)


def keeps_a_constant_in_a_list(x):
    z = x * 1.0
    ys = [stop_gradient(z)]
    z[0] = 5.0
    return np.sum(z * ys[0])


@pytest.mark.parametrize("f", [writes_a_constant, writes_what_a_constant_shares, keeps_a_constant_in_a_list])
@pytest.mark.parametrize("derive", [grad, jvp])
def test_constants_do_not_share_memory_that_changes(f: Callable[..., Any], derive: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedSyntaxError, match=r"take a copy: stop_gradient\(x.copy\(\)\)"):
        derive(f)


def copies_a_constant(x):
    z = x * 1.0
    y = stop_gradient(z.copy())
    z[0] = 5.0
    return np.sum(z * y)


def test_a_copy_of_a_constant() -> None:
    np.testing.assert_array_equal(grad(copies_a_constant)(np.array([2.0, 3.0])), [0.0, 3.0])


# ---- checkpoint -----------------------------------------------------------------------------------------------------

def layer(h, w):
    for _ in range(3):
        h = np.tanh(w @ h)
    return h


calls: list[str] = []


def counted(h, w):
    calls.append("run")
    return np.tanh(w @ h)


@checkpoint
def pair_of_results(h, w=None, *, scale=1.0):
    return np.tanh(w @ h) * scale, np.sum(h)


def deep(h, w):
    for _ in range(4):
        h = checkpoint(layer)(h, w)
    return np.sum(h)


def deep_without(h, w):
    for _ in range(4):
        h = layer(h, w)
    return np.sum(h)


def with_pairs(h, w):
    a, b = pair_of_results(h, w, scale=2.0)
    c = pair_of_results(a * b, w=w)
    return np.sum(c[0]) * np.sum(a)


def of_a_primitive(h, w):
    return np.sum(checkpoint(np.sin)(w @ h))


def weights_change(h, w):
    a = checkpoint(layer)(h, w)
    w[0, 0] = 3.0
    b = checkpoint(layer)(a, w)
    return np.sum(b)


def given(fn, h, w):
    return np.sum(fn(h, w))


def nested(h, w):
    return np.sum(checkpoint(outer_layer)(h, w))


def outer_layer(h, w):
    return checkpoint(layer)(checkpoint(layer)(h, w), w)


H, W = np.array([0.3, -0.5]), np.array([[0.4, 0.8], [-0.3, 0.9]])


@pytest.mark.parametrize("f", [deep, with_pairs, of_a_primitive, weights_change, nested])
def test_checkpointed_programs(f: Callable[..., Any]) -> None:
    check_grads(f, (H, W))


def test_checkpoint_is_the_function() -> None:
    marked = checkpoint(layer)
    np.testing.assert_array_equal(marked(H, W), layer(H, W))
    assert (marked.__name__, checkpoint(marked)) == ("layer", marked)
    assert repr(marked).startswith("checkpoint(<function layer")


def test_checkpoint_gives_the_same_derivative() -> None:
    np.testing.assert_allclose(grad(deep, wrt=(0, 1))(H, W)[1], grad(deep_without, wrt=(0, 1))(H, W)[1])
    np.testing.assert_allclose(grad(checkpoint(deep_without))(H, W), grad(deep_without)(H, W))


def test_the_forward_sweep_keeps_arguments_alone() -> None:
    """It calls the function itself; the backward sweep calls the one that saves, right before it is used up."""
    text = grad(deep).source
    main = text[text.index("def ddeepdh"):]
    forward, backward = main.split("# Grad of: return np.sum(h)")
    assert "layer(h, w)" in forward and "layer_forward" not in forward
    assert "layer_forward(h, w)" in backward and "layer_backward(" in backward


def runs(h, w):
    for _ in range(3):
        h = checkpoint(counted)(h, w)
    return np.sum(h)


def test_a_run_more_in_the_backward_sweep() -> None:
    calls.clear()
    grad(runs)(H, W)
    assert len(calls) == 6


def test_checkpoints_that_are_known_at_run_time() -> None:
    check_grads(given, (checkpoint(layer), H, W), wrt=(1, 2))


def changes_its_argument(h):
    h[0] = 1.0
    return np.sum(h)


def any_number(*hs):
    return np.sum(hs[0])


def may_return_it(h):
    return h


def refused_closure(h, w):
    def inner(h):
        return w @ h
    return np.sum(checkpoint(inner)(h))


def refused_change(h, w):
    return checkpoint(changes_its_argument)(h)


def refused_star(h, w):
    return checkpoint(any_number)(h, w)


def refused_sharing(h, w):
    a = h * 1.0
    b = checkpoint(may_return_it)(a)
    b[0] = 3.0
    return np.sum(a * b)


@pytest.mark.parametrize(("f", "message"), [
    (refused_closure, "captures variables"), (refused_change, "changes its arguments"),
    (refused_star, "any number of arguments"), (refused_sharing, "changed in place"),
], ids=lambda v: getattr(v, "__name__", "message"))
@pytest.mark.parametrize("derive", [grad, jvp])
def test_what_cannot_run_twice_is_refused(f: Callable[..., Any], message: str, derive: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedSyntaxError, match=message):
        derive(f)


# ---- insert_grad_of -------------------------------------------------------------------------------------------------

log: list[Any] = []


def clipped(x):
    y = x * x
    with insert_grad_of(y) as dy:
        dy = min(dy, 1.0)
    return 10.0 * y


def normalised(x, n, m=2.0):
    scale = m * 2
    for _ in range(n):
        x = np.sin(x) * m
        with s2sgrad.insert_grad_of(x) as dx:
            norm = np.sqrt(np.sum(dx ** 2))
            if norm > 1.0:
                dx = dx / norm
            else:
                for k in range(5):
                    dx = dx * scale
                    if k:
                        break
    return np.sum(x)


def by_hand(x, n, m=2.0):
    values = [x]
    for _ in range(n):
        values.append(np.sin(values[-1]) * m)
    b = np.ones_like(x)
    for v in reversed(values[:-1]):
        norm = np.sqrt(np.sum(b ** 2))
        b = b / norm if norm > 1.0 else b * (2 * m) ** 2
        b = b * m * np.cos(v)
    return b


def in_storage(x):
    y = np.zeros(3)
    y[0] = x[0]
    y[1:] = x[1:] * 2
    with insert_grad_of(y) as dy, insert_grad_of(x) as dx:
        dy[1] = 0.0
        dx += 100.0
    y[0] *= 2
    return np.sum(y * y)


def logged(x):
    for _ in range(3):
        x = x * x
        with insert_grad_of(x) as dx:
            log.append(dx)
    return x


def uses_clipped(x):
    return clipped(x) + clipped(2.0 * x)


def test_a_block_changes_the_gradient() -> None:
    assert grad(clipped)(3.0) == 6.0
    assert grad(clipped)(-3.0) == -6.0
    assert grad(uses_clipped)(3.0) == 6.0 + 2 * 12.0


def test_a_block_with_control_flow_and_variables() -> None:
    x = np.array([0.5, 1.0])
    np.testing.assert_allclose(grad(normalised)(x, 3), by_hand(x, 3))
    np.testing.assert_allclose(grad(normalised)(x, 3, 0.1), by_hand(x, 3, 0.1))


def test_a_block_changes_an_adjoint_in_place() -> None:
    np.testing.assert_array_equal(grad(in_storage)(np.ones(3)), [108.0, 100.0, 108.0])


def test_a_block_looks_on() -> None:
    log.clear()
    assert grad(logged)(1.5) == pytest.approx(8 * 1.5 ** 7)
    assert log == pytest.approx([1.0, 2 * 1.5 ** 4, 4 * 1.5 ** 6])


def arrays_logged(x):
    y = x * 2.0
    with insert_grad_of(y) as dy:
        log.append(dy)
    return np.sum(y) + np.sum(x)


def test_what_a_block_keeps_stays_as_it_was() -> None:
    log.clear()
    grad(arrays_logged)(np.ones(2))
    np.testing.assert_array_equal(log[0], [1.0, 1.0])


def test_a_block_without_a_derivative() -> None:
    """With no gradient to speak of the block runs with a zero; forward mode leaves it out."""
    log.clear()
    assert clipped(3.0) == 90.0
    assert logged(1.5) == 1.5 ** 8
    assert log == [0.0, 0.0, 0.0]
    log.clear()
    assert jvp(logged)(1.5, 1.0) == pytest.approx(8 * 1.5 ** 7)
    assert log == []
    with insert_grad_of({"a": np.ones(2)}) as d:
        assert list(d["a"]) == [0.0, 0.0]


def test_a_derivative_with_a_block_is_differentiated_again() -> None:
    assert grad(grad(clipped))(3.0) == 2.0


def changes_a_variable(x):
    count = 0
    with insert_grad_of(x) as dx:
        count += 1
    return x * x * (1 + count) + 0 * dx


def leaves(x):
    with insert_grad_of(x):
        return x
    return x * x


def leaves_a_loop(x):
    for _ in range(2):
        with insert_grad_of(x) as dx:
            if dx > 0:
                break
    return x * x


def of_an_expression(x):
    with insert_grad_of(x * x) as dx:
        print(dx)
    return x * x


def with_another(x):
    with insert_grad_of(x) as dx, open("nothing") as f:
        f.write(str(dx))
    return x * x


@pytest.mark.parametrize(("f", "message"), [
    (changes_a_variable, "changes count, a variable of the function"), (leaves, "takes one variable"),
    (leaves_a_loop, "cannot be left"), (of_an_expression, "takes one variable"),
    (with_another, "another context manager"),
], ids=lambda v: getattr(v, "__name__", "message"))
def test_blocks_that_are_refused(f: Callable[..., Any], message: str) -> None:
    with pytest.raises(UnsupportedSyntaxError, match=message):
        grad(f)
