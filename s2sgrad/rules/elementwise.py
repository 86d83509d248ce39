"""NumPy's elementwise functions."""
from __future__ import annotations

import numpy as np

from s2sgrad.rules.registry import nondifferentiable, partials


@partials(np.sin)
def sin(y, x):
    return np.cos(x)


@partials(np.cos)
def cos(y, x):
    return -np.sin(x)


@partials(np.exp)
def exp(y, x):
    return y


@partials(np.log)
def log(y, x):
    return 1.0 / x


@partials(np.tanh)
def tanh(y, x):
    return 1.0 - y * y


@partials(np.sqrt)
def sqrt(y, x):
    return 0.5 / y


@partials(np.square)
def square(y, x):
    return 2.0 * x


nondifferentiable(np.sign, np.floor, np.ceil)
