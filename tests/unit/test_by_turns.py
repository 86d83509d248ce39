"""Adjoints that are found by the memory of arrays, and what is refused of them."""
from __future__ import annotations

import numpy as np
import pytest

import s2sgrad
from s2sgrad.runtime import link_array, mirror_array


def test_all_names_and_views_of_an_array_have_one_adjoint() -> None:
    a = np.arange(24.0).reshape(4, 6)
    mirrors: dict[int, tuple[object, object]] = {}
    whole = mirror_array(a, mirrors)
    for key in (np.s_[1], np.s_[:, 2], np.s_[::-1, 1::2], np.s_[3:, ::-2], np.s_[2, 3:3], np.s_[..., None, :]):
        part = mirror_array(a[key], mirrors)
        assert part.shape == a[key].shape
        part += 1.0
        expected = np.zeros_like(a)
        expected[key] += 1.0
        assert (whole == expected).all()
        whole[...] = 0.0
    turned = mirror_array(a.T[1:].reshape(5, 2, 2), mirrors)
    assert turned.shape == (5, 2, 2)


@pytest.mark.parametrize("a", [
    np.ones((3, 4), order="F"), np.ones((2, 3, 4)).transpose(1, 0, 2).copy("K"), np.ones(5, np.float32), np.ones(5, int),
    np.ones(()), np.ones((0, 3))], ids=str)
def test_the_order_in_memory_is_kept(a: np.ndarray) -> None:
    mirrors: dict[int, tuple[object, object]] = {}
    b = mirror_array(a, mirrors)
    assert b.shape == a.shape and (b == 0).all() and b.dtype == (a.dtype if a.dtype.kind == "f" else float)
    b[...] = np.arange(a.size).reshape(a.shape)
    assert (mirror_array(a.T, mirrors) == np.arange(a.size).reshape(a.shape).T).all()


def test_arrays_of_the_caller_start_from_its_adjoints() -> None:
    m = np.zeros((4, 5))
    mirrors: dict[int, tuple[object, object]] = {}
    link_array(mirrors, m[1], np.arange(5.0))
    link_array(mirrors, m[::2, 3], np.array([7.0, 8.0]))
    expected = np.zeros((4, 5))
    expected[1], expected[::2, 3] = np.arange(5.0), [7.0, 8.0]
    assert (mirror_array(m[1, 1:3], mirrors) == [1.0, 2.0]).all()
    assert (mirror_array(m, mirrors) == expected).all()


@pytest.mark.parametrize("x", [1.0, np.float64(2.0), [1.0, 2.0], None, np.broadcast_to(np.ones(3), (2, 3)),
                               np.ones(3, complex).real, np.array([None]), np.frombuffer(b"12345678" * 2)])
def test_what_has_no_memory_of_its_own_raises_a_type_error(x: object) -> None:
    with pytest.raises(TypeError):
        mirror_array(x, {})


def turned(x, y, p, flag):
    z = x if flag else y
    z[0] = p * z[1]
    return np.sum(x * y * z)


def test_reverse_mode_over_reverse_mode_is_refused() -> None:
    x, y = np.array([0.3, 0.7]), np.array([1.1, -0.4])
    with pytest.raises(s2sgrad.UnsupportedSyntaxError, match="forward mode"):
        s2sgrad.vjp(s2sgrad.grad(turned))(x, y, 0.5, True, 1.0, np.ones(2))
    s2sgrad.check_grads(s2sgrad.jvp(turned, wrt="x"), (x, y, 0.5, True, x), wrt=("x", "y", "p"), modes=("reverse",), order=1)
    product = s2sgrad.hvp(turned)(x, y, 0.5, True, np.ones(2))
    ahead, behind = (s2sgrad.grad(turned)(x + e, y, 0.5, True) for e in (1e-6, -1e-6))
    assert np.allclose(product, (ahead - behind) / 2e-6)


def number_or_array(x, y, flag):
    z = np.sum(y) if flag else x
    w = z
    if not flag:
        w[0] = y[1]
    return np.sum(x * w)


def test_numbers_in_the_place_of_arrays() -> None:
    """Right, or an error: what is no array has no adjoint of its own."""
    x, y = np.array([0.3, 0.7]), np.array([1.1, -0.4])
    for flag in (True, False):
        try:
            got = s2sgrad.grad(number_or_array, wrt=("x", "y"))(x, y, flag)
        except (s2sgrad.UnsupportedSyntaxError, TypeError):
            continue
        for n, g in enumerate(got):
            for k in range(2):
                moved = [[x.copy(), y.copy()] for _ in range(2)]
                moved[0][n][k] += 1e-6
                moved[1][n][k] -= 1e-6
                assert np.isclose(g[k], (number_or_array(*moved[0], flag) - number_or_array(*moved[1], flag)) / 2e-6)
