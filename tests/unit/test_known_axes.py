"""Axes that reductions took away, where it is known which these are."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import grad


def spread(x: Any) -> Any:
    d = np.max(x, axis=1)
    e = np.sum(x * x, axis=0)
    m = np.mean(np.exp(x), axis=-1)
    return np.sum(d * m) + np.sum(e ** 2)


def test_axes_come_back_by_a_subscript() -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    general = grad(spread)
    special = general.specialize(x)
    assert "restore_axes" in general.source
    assert "restore_axes" not in special.source
    np.testing.assert_allclose(special(x), general(x), rtol=1e-14)
    step = 1e-6 * np.eye(12)[5].reshape(3, 4)
    assert special(x)[1, 1] == pytest.approx((spread(x + step) - spread(x - step)) / 2e-6, rel=1e-6)
