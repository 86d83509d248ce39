"""Functions of `numpy.emath`, which give complex numbers where those of NumPy give NaN.

Slopes are those of the branch that is taken: they are read off the result.
"""
from __future__ import annotations

import math

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules.registry import partials
from s2sgrad.rules.typing import Operands, first


def _real_or_complex(operands: Operands) -> T.Type:
    """The shape of the operand; the field depends on its value."""
    o = first(operands)
    return T.numeric(o.shape, None, o.type.is_array)


def _of_two(operands: Operands) -> T.Type:
    return T.NUMERIC


@partials(np.emath.sqrt, type=_real_or_complex)
def sqrt(y, x):
    return 0.5 / y


@partials(np.emath.log, type=_real_or_complex)
def log(y, x):
    return 1.0 / x


@partials(np.emath.log2, type=_real_or_complex)
def log2(y, x):
    return 1.0 / (math.log(2.0) * x)


@partials(np.emath.log10, type=_real_or_complex)
def log10(y, x):
    return 1.0 / (math.log(10.0) * x)


@partials(np.emath.logn, type=_of_two)
def logn(y, n, x):
    return -y / (n * np.emath.log(n)), 1.0 / (x * np.emath.log(n))


@partials(np.emath.power, type=_of_two)
def power(y, x, p):
    return p * np.emath.power(x, p - 1), y * np.emath.log(x)


@partials(np.emath.arcsin, type=_real_or_complex)
def arcsin(y, x):
    return 1.0 / np.cos(y)


@partials(np.emath.arccos, type=_real_or_complex)
def arccos(y, x):
    return -1.0 / np.sin(y)


@partials(np.emath.arctanh, type=_real_or_complex)
def arctanh(y, x):
    return 1.0 / (1.0 - x * x)
