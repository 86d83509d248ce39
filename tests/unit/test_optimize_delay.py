"""Copies of adjoints that are overwritten too early."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad


def horner(c: Any, x: Any) -> Any:
    y = 0.0
    for i in range(len(c)):
        y = y * x + c[i]
    return y


def read_after(c: Any, x: Any) -> Any:
    y, z = 1.0, 0.0
    for i in range(len(c)):
        y, z = y * x + z, y * c[i] + z * z
    return y * z


def in_a_branch(c: Any, x: Any) -> Any:
    y = x
    for i in range(len(c)):
        if y > 0.5:
            y = y * x - c[i] * y
        else:
            y = y + c[i] * x * y
    return y


def arrays(c: Any, x: Any) -> Any:
    y = c * 0.5
    for k in range(3):
        y = y * x + c[k] * c
    return np.sum(y)


@pytest.mark.parametrize("f", [horner, read_after, in_a_branch, arrays])
def test_derivatives(f: Any) -> None:
    args = (np.array([0.3, 0.7, -0.4]), 0.8)
    check_grads(f, args, wrt=(0, 1), order=2)
    for a, b in zip(grad(f, wrt=(0, 1))(*args), grad(f, wrt=(0, 1), optimized=False)(*args)):
        np.testing.assert_allclose(a, b, rtol=1e-13)


def test_no_copy_is_left() -> None:
    source = grad(horner, wrt=(0, 1)).source
    assert "= by\n" not in source
    assert source.index("bx += by * y") < source.index("by = by * x")
