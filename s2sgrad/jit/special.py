"""Special functions of SciPy, of which Numba compiles none, for generated code; and norms along axes.

Called from plain Python they are those of SciPy and NumPy; `s2sgrad.jit.overloads_special` says how Numba compiles them.
"""
from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

#: By the name that the ufunc has in `scipy.special`: the value for a real number, in terms of `math` and `digamma`.
VALUES = {
    "gammaln": "lambda x: np.inf if x == np.inf or x <= 0 and x == np.floor(x) else math.lgamma(x)",
    "psi": "lambda x: digamma(x)",
    "gamma": "lambda x: math.gamma(x) if x > 0 or x != np.floor(x) else np.nan",
    "erf": "lambda x: math.erf(x)",
    "erfc": "lambda x: math.erfc(x)",
    "ndtr": "lambda x: 0.5 * math.erfc(-x * 0.7071067811865476)",
    "expit": "lambda x: 1.0 / (1.0 + np.exp(-x)) if x >= 0 else np.exp(x) / (1.0 + np.exp(x))",
    "logit": "lambda x: np.log(x / (1.0 - x))",
}


def _in_plain_python(name: str) -> Callable[[Any], Any]:
    def value(x: Any) -> Any:
        return getattr(importlib.import_module("scipy.special"), name)(x)

    value.__name__ = value.__qualname__ = name
    return value


FUNCTIONS = {name: _in_plain_python(name) for name in VALUES}
globals().update(FUNCTIONS)  # generated code asks the module for them


def replacement(fn: Any) -> Callable[[Any], Any] | None:
    """What stands for a function of `scipy.special`."""
    return FUNCTIONS.get(fn.__name__) if isinstance(fn, np.ufunc) and is_of_scipy(fn) else None


def is_of_scipy(fn: np.ufunc) -> bool:
    """Is a ufunc one of `scipy.special`?"""
    module = sys.modules.get("scipy.special")
    return module is not None and getattr(module, fn.__name__, None) is fn


def norm(x: Any, axis: Any, keepdims: bool) -> Any:
    """`numpy.linalg.norm` along an axis."""
    return np.linalg.norm(x, axis=axis, keepdims=keepdims)


def digamma(x: float) -> float:
    """The digamma function: its recurrence up to 10, and Bernoulli's series from there on."""
    if x <= 0.0 and x == np.floor(x):
        return -np.inf if x == 0.0 else np.nan
    value = 0.0
    if x < 0.0:
        value -= np.pi / np.tan(np.pi * x)
        x = 1.0 - x
    while x < 10.0:
        value -= 1.0 / x
        x += 1.0
    f = 1.0 / (x * x)
    series = 1 / 12 - f * (1 / 120 - f * (1 / 252 - f * (1 / 240 - f * (1 / 132 - f * 691 / 32760))))
    return value + np.log(x) - 0.5 / x - f * series
