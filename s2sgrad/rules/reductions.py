"""Sums, means, extrema."""
from __future__ import annotations

import numpy as np

from s2sgrad.rules.registry import adjoint, d, tangent
from s2sgrad.rules.typing import reduction
from s2sgrad.runtime import expand, restore_axes


@adjoint(np.sum, type=reduction)
def sum(y, a, axis=None, keepdims=False):
    if axis is None:
        d[a] = expand(d[y], a)
    else:
        d[a] = expand(restore_axes(d[y], a, axis, keepdims), a)


@tangent(np.sum)
def sum_tangent(y, a, axis=None, keepdims=False):
    d[y] = np.sum(d[a], axis=axis, keepdims=keepdims)


@adjoint(np.mean, type=reduction)
def mean(y, a, axis=None, keepdims=False):
    if axis is None:
        d[a] = expand(d[y] / np.size(a), a)
    else:
        d[a] = expand(restore_axes(d[y], a, axis, keepdims) * (np.size(y) / np.size(a)), a)


@tangent(np.mean)
def mean_tangent(y, a, axis=None, keepdims=False):
    d[y] = np.mean(d[a], axis=axis, keepdims=keepdims)
