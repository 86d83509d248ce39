"""Views of arrays that are changed in place, and methods of arrays: what differentiates, and what is refused."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad

POINT = np.array([0.5, 1.5, -0.7, 1.1])
WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0])


def parts_of_a_split(x):
    y = x * 1.0
    p, q = np.split(y, 2)
    p[0] = 5.0 * q[1]
    return np.sum(WEIGHTS * y) + np.sum(q * q)


def list_of_parts(x):
    y = x * 1.0
    parts = np.split(y, 2)
    parts[0][1] = parts[1][0] ** 2
    return np.sum(WEIGHTS * y * y)


def list_of_rows(x):
    rows = list(np.array_split(x, 2)[0] * np.ones((2, 2)))
    rows[0][1] = rows[1][0] ** 2
    return np.sum(WEIGHTS[:2] * rows[0] * rows[1])


def ravel_is_a_view(x):
    y = x * 1.0
    z = np.ravel(y)
    z[1] = z[0] ** 2
    return np.sum(WEIGHTS * y * y)


def reshape_is_a_view(x):
    y = x * 1.0
    z = y.reshape(2, 2)
    z[1, 0] = z[0, 1] ** 2
    z *= 2
    return np.sum(WEIGHTS * y * y)


def asarray_is_no_copy(x):
    y = x * 1.0
    z = np.asarray(y)
    z[1] = z[0] ** 2
    return np.sum(WEIGHTS * y * y)


def atleast_1d_is_no_copy(x):
    y = x * 1.0
    z = np.atleast_1d(y)
    z[1] = z[0] ** 2
    return np.sum(WEIGHTS * y * y)


def transposed_and_diagonal(x):
    y = np.outer(x, x)
    t = y.T
    t[0, 1] = x[3] * 7
    d = np.diagonal(y)
    return np.sum(y * y) * d[2]


def flatten_is_a_copy(x):
    y = x * 1.0
    z = y.flatten()
    z[1] = z[0] ** 2
    return np.sum(WEIGHTS * y * z)


def one_element_of_flat(x):
    y = x * 1.0
    y.flat[2] = y.flat[0] * 3
    return np.sum(WEIGHTS * y * y)


def reads_of_flat(x):
    y = x * 1.0
    return np.sum(y.flat[[0, 0, 1]] ** 2) + sum(v * v for v in y.flat) + np.sum(y.flat)


def slices_of_flat_are_copies(x):
    y = np.outer(x, x)
    w = y.flat
    a = w[1:3]
    y[0] *= 2.0
    w[4:6] = 3.0 * w[6:8]
    a[0] = 5.0 * x[0]
    return np.sum(a ** 2) + np.sum(y ** 3) * w.base[0, 1]


def elements_of_the_transposed(x):
    y = np.outer(x, x ** 2)
    w = y.T.flat
    for k in range(1, len(w)):
        w[k] = 0.3 * w[k] * w[k - 1] + x[0]
    return np.sum(y ** 2) + w[3]


def one_or_the_other_flat(x):
    y = x * 2.0
    w = y.flat if x[0] > 0 else x.flat
    if x[1] > 10.0:
        w = x.flat
    return sum(v * v for v in w) + w[0]


def rows(x):
    return np.sum(np.r_[x, 2 * x[0], x[:2]] ** 2)


def columns(x):
    return np.sum(np.c_[x, x ** 2] ** 2)


def reversed_view_of_a_view(x):
    y = x * 1.0
    z = y.reshape(2, 2)[::-1]
    z += x.reshape(2, 2) * 2
    return np.sum(WEIGHTS * y * y)


def squeeze_is_a_view(x):
    y = x * 1.0
    z = np.squeeze(y[None])
    z[0] = z[3] * 3
    return np.sum(WEIGHTS * y * y)


def flip_is_a_view(x):
    y = x * 1.0
    z = np.flip(y)
    z[0] = z[3] * 3
    return np.sum(WEIGHTS * y * y)


def repeated_positions_of_flat(x):
    y = x * 1.0
    y.flat[[1, 1, 2]] = x[:3] ** 2
    return np.sum(WEIGHTS * y * y)


def repeated_updates_of_flat(x):
    y = x * 1.0
    y.flat[[1, 1, 2]] += x[:3] ** 2
    return np.sum(WEIGHTS * y * y)


def diagonal_and_axis_filled(x):
    y = np.zeros((2, 2))
    np.fill_diagonal(y, x[:2] ** 2)
    np.put_along_axis(y, np.array([[1], [0]]), x[2:, None] ** 3, 1)
    return np.sum(np.exp(y))


def broadcast_arrays(x):
    u, v = np.broadcast_arrays(x, x[0])
    return np.sum(u * v)


def swapped_axes(x):
    y = x * 1.0
    z = np.swapaxes(y.reshape(2, 2), 0, 1)
    z[0] = z[1] ** 2
    return np.sum(WEIGHTS * y * y)


def ascontiguousarray_is_no_copy(x):
    y = x * 1.0
    z = np.ascontiguousarray(y)
    z[1] = z[0] ** 2
    return np.sum(WEIGHTS * y * y)


def unpacked_rows(x):
    y = x * 1.0
    a, b = y.reshape(2, 2)
    a[0] = b[1] * 2
    return np.sum(WEIGHTS * y * y)


def flat_assigned(x):
    y = x * 1.0
    y.flat = x[0] * np.arange(4.0)
    return np.sum(WEIGHTS * y * y)


def flat_of_a_view_assigned(x):
    y = x * 1.0
    z = y.reshape(2, 2)
    z.flat = x[::-1] ** 2
    return np.sum(WEIGHTS * y * y)


def real_part_assigned(x):
    y = x * 1j
    y.real = x ** 2
    return np.sum(np.abs(y) ** 2 * WEIGHTS)


def real_part_is_a_view(x):
    y = x * 1.0
    z = y.real
    z[0] = 2 * x[1]
    return np.sum(y * WEIGHTS)


def view_of_a_parameter(x):
    y = x.view()
    return np.sum(y ** 2 * WEIGHTS)


def view_method(x):
    y = x * 1.0
    z = y.view()
    z[1] = z[0] ** 2
    return np.sum(y ** 2 * WEIGHTS)


def items(x):
    return x.item(2) * x[:1].item() + sum(x.tolist()) + x.reshape(2, 2).item(1, 0) ** 2


def methods_one(x):
    chosen = x.compress([True, False, True, True]) ** 2
    return np.sum(chosen) + x.take([0, 2]).sum() + x.repeat(2).prod() + x.clip(0, 1).max()


def methods_two(x):
    y = x.reshape(2, 2)
    moved = y.T[0, 1] + y.swapaxes(0, 1)[1, 0] + y.cumsum(0)[1, 1] + y.dot(y)[0, 0]
    return y.trace() + y.diagonal(1)[0] + moved + y.mean() + y.std(axis=0)[0] + y.var() + y.conj().real.sum()


def display_flattened(x):
    return np.sum(np.array([x, x * 2]).flatten() * np.concatenate([WEIGHTS, WEIGHTS]))


def imaginary_part(x):
    y = x * 1j
    z = y.imag
    return np.sum(z * WEIGHTS)


def real_part_read_late(x):
    y = x * 1j
    z = y.real
    y[0] = (2 + 3j) * x[1]
    return np.sum(z * WEIGHTS)


def parts_of_a_buffer(x):
    buffer = np.zeros(4)
    a, b = np.split(buffer, 2)
    a[:] = x[:2] ** 2
    b[1] = a[0]
    return np.sum(WEIGHTS * buffer ** 2)


def rows_of_a_buffer(x):
    buffer = np.zeros((2, 2))
    a, b = buffer
    a[:] = x[:2] ** 2
    b[1] = a[0]
    return np.sum(np.exp(buffer))


def columns_of_a_buffer(x):
    buffer = np.zeros((2, 2))
    a, b = buffer.T
    a[:] = x[:2] ** 2
    b[1] = a[0]
    return np.sum(np.exp(buffer) * WEIGHTS.reshape(2, 2))


# ---- refused in reverse mode ------------------------------------------------------------------------------------

def several_arrays(x):
    y = x * 1.0
    d, e = np.atleast_1d(y, x)
    d[0] = e[1] * 3
    return np.sum(y * WEIGHTS)


def sliding_windows(x):
    y = np.outer(x, x)
    v = np.lib.stride_tricks.sliding_window_view(y, (2, 2))
    y[0, 0] = x[1] ** 2
    return np.sum(v ** 2)


def broadcast_view(x):
    y = x * 1.0
    z = np.broadcast_to(y, (2, 4))
    y[0] = x[1] ** 2
    return np.sum(z ** 2)


def resized(x):
    y = x * 1.0
    y.resize((2, 2))
    return np.sum(y ** 2)


def imaginary_part_read_late(x):
    y = x * 1j
    z = y.imag
    y[0] = 3j * x[1]
    return np.sum(z * WEIGHTS)


PROGRAMS: tuple[Callable[..., Any], ...] = (
    parts_of_a_buffer, rows_of_a_buffer, columns_of_a_buffer,
    parts_of_a_split, list_of_parts, list_of_rows, ravel_is_a_view, reshape_is_a_view, asarray_is_no_copy, atleast_1d_is_no_copy,
    transposed_and_diagonal, flatten_is_a_copy, one_element_of_flat, reads_of_flat, rows, columns,
    slices_of_flat_are_copies, elements_of_the_transposed, one_or_the_other_flat,
    reversed_view_of_a_view, squeeze_is_a_view, flip_is_a_view, repeated_positions_of_flat,
    repeated_updates_of_flat, diagonal_and_axis_filled, broadcast_arrays, swapped_axes,
    ascontiguousarray_is_no_copy, unpacked_rows, flat_assigned, flat_of_a_view_assigned, real_part_assigned,
    real_part_is_a_view, view_of_a_parameter, view_method, items, methods_one, methods_two, display_flattened,
    imaginary_part, real_part_read_late,
)
REFUSED: tuple[Callable[..., Any], ...] = (
    several_arrays, sliding_windows, broadcast_view, resized, imaginary_part_read_late)


def differences(f: Callable[..., Any]) -> Any:
    return np.array([(f(POINT + h) - f(POINT - h)) / 2e-6 for h in 1e-6 * np.eye(4)])


@pytest.mark.parametrize("f", PROGRAMS)
def test_reverse(f: Callable[..., Any]) -> None:
    np.testing.assert_allclose(s2sgrad.grad(f)(POINT), differences(f), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("f", PROGRAMS)
def test_forward(f: Callable[..., Any]) -> None:
    tangent = s2sgrad.jvp(f)
    np.testing.assert_allclose([tangent(POINT, e) for e in np.eye(4)], differences(f), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("f", REFUSED)
def test_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(s2sgrad.UnsupportedSyntaxError):
        s2sgrad.grad(f)
