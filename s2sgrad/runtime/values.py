"""Functions of numbers with the values that derivatives need at the edge of a domain."""
from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sgrad.runtime.precision import in_kind_of


def is_positive(x: Any) -> bool:
    """Is this an array of real numbers, or a number of NumPy, all above 0?"""
    if type(x) is np.ndarray:
        return x.dtype.kind == "f" and x.size > 0 and x.item(x.argmin()) > 0.0
    return type(x) is np.float64 and bool(x > 0.0)


def log_where_positive(x: Any) -> Any:
    """log(x), and 0 where x is 0."""
    if type(x) is float and x > 0.0:
        return math.log(x)
    if is_positive(x):
        return np.log(x)
    return np.log(np.where(np.asarray(x) == 0, 1.0, x))


def times_log(z: Any, x: Any, y: Any) -> Any:
    """``z * log(x)``, and 0 where `x` is 0, so that ``z = x ** y`` has derivative 0 with respect to `y` there.

    It is complex where `z` is, also of negative `x`. Real powers of such `x` have no derivative by `y`, and 0 is taken for it
    where `y` is an integer, which does not vary: an object that holds one has a tangent.
    """
    if type(x) is float and x > 0.0:
        return z * math.log(x)
    return z * log_where_positive(x + 0j if np.iscomplexobj(z) else base_with_powers(x, y))


def base_with_powers(x: Any, y: Any) -> Any:
    """`x` where it has powers near ``x ** y``, and 0 where it is negative and `y` an integer."""
    whole = isinstance(y, (int, np.integer)) or isinstance(y, np.ndarray) and y.dtype.kind in "biu"
    return np.maximum(x, 0.0) if whole and not np.iscomplexobj(x) else x


def power_slope(x: Any, y: Any) -> Any:
    """The derivative of ``x ** y`` by `x`: ``y * x ** (y - 1)``, and 0 where `y` is 0, whatever `x` is."""
    if isinstance(x, float) and isinstance(y, (float, int)) and y != 0.0 and x != 0.0:
        return y * x ** (y - 1.0)
    if isinstance(x, float) and type(y) is np.ndarray and y.dtype == np.float64 and x > 1e-300:
        return y * x ** (y - 1.0)
    if isinstance(y, float) or type(y) is int:  # a number of Python's leaves `x` as precise as it is
        exponent = y - 1.0 if y else 1.0
        return y * (x ** exponent if type(x) is np.ndarray else np.power(x, exponent))  # which squares at once
    return y * np.power(x, np.where(np.asarray(y) == 0, 1.0, np.subtract(y, 1.0)))


def exponent_below(x: Any, y: Any) -> Any:
    """``y - 1``, and 1 where `x` and `y` are 0: ``x ** 0`` has no slope of any order, at 0 either."""
    if type(y) is float:
        return y - 1.0 if y or np.all(x) else np.where(np.asarray(x) == 0, 1.0, -1.0)[()]
    return np.where((np.asarray(x) == 0) & (np.asarray(y) == 0), 1.0, np.subtract(y, 1.0))[()]


def safe_divide(x: Any, y: Any) -> Any:
    """``x / y``, and 0 where `y` is 0."""
    if isinstance(y, float):
        return x / y if y else x * 0.0
    nonzero = np.asarray(y) != 0
    return np.where(nonzero, np.divide(x, np.where(nonzero, y, 1)), 0)[()]


def quotient(x: Any, y: Any) -> Any:
    """``x / y``, and 0 where `x` is 0, whatever `y` is: the adjoint of a square root where nothing uses it."""
    if isinstance(x, float) and isinstance(y, float):
        return x / y if x else x
    if is_positive(y):
        return x / y
    with np.errstate(invalid="ignore"):
        z = x / y
    if isinstance(z, np.ndarray) and not np.isnan(z).any():  # nearly always
        return z
    return np.where(x == 0, 0, z)[()]


def sign(x: Any) -> Any:
    """The derivative of abs: -1, 0 or 1, and ``conj(x) / abs(x)`` of complex numbers, 0 at 0."""
    if type(x) is float:
        return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x * 0.0
    return safe_divide(np.conj(x), np.abs(x)) if np.iscomplexobj(x) else np.sign(x)


def sign_slope(b: Any, x: Any) -> Any:
    """The derivative of `sign` at `x` along `b`, which is zero for real numbers; it is its own transpose."""
    s = sign(x)
    return safe_divide(np.conj(b) - s * np.real(s * b), np.abs(x))


def _is_double(x: Any) -> bool:
    return type(x) is float or isinstance(x, (np.ndarray, np.float64)) and x.dtype == np.float64


def share(x: Any, y: Any, z: Any) -> Any:
    """The part of `x` in `z`, which is one of `x` and `y`: 1 where it is `x`, 0 where it is not, 1/2 where both are."""
    if isinstance(x, float) and isinstance(y, float):
        return 0.0 if x != z else 0.5 if x == y else 1.0
    if type(z) is np.ndarray and z.dtype == np.float64 and _is_double(x) and _is_double(y):
        return np.where(np.equal(x, y), 0.5, np.equal(x, z))
    x, y = (np.asarray(v) if isinstance(v, (list, tuple)) else v for v in (x, y))
    kind = np.result_type(x, y)
    if np.result_type(z).itemsize < kind.itemsize:  # computed with less precision than `x` and `y` have
        x, y = np.asarray(x, np.result_type(z)), np.asarray(y, np.result_type(z))
    return np.where(np.equal(x, z), 1.0 - 0.5 * np.equal(x, y), 0.0).astype(kind if kind.kind in "fc" else float)[()]


def exp_difference(x: Any, y: Any) -> Any:
    """``exp(x - y)`` for ``x <= y``, and 0 where both are minus infinity."""
    if type(x) is float and type(y) is float:
        return math.exp(x - y) if x != -math.inf else 0.0
    if type(y) is np.ndarray and y.dtype == np.float64 and y.size and y.item(y.argmin()) > -math.inf:  # nearly always
        return np.exp(x - y)
    return np.exp(np.subtract(x, np.maximum(y, np.finfo(np.result_type(y, np.float32)).min)))


def like(b: Any, x: Any) -> Any:
    """`b` as an element of the space that `x` lives in: its real part for a real `x`, complex for a complex one.

    It is of single precision where `x` is an array of that.
    """
    if type(x) is np.ndarray and type(b) is np.ndarray and x.dtype.kind == "f" == b.dtype.kind:
        return b if b.dtype is x.dtype else in_kind_of(b, x)
    if isinstance(x, (list, tuple)) and isinstance(b, (list, tuple)):
        return [like(part, p) for part, p in zip(b, x)]
    if np.iscomplexobj(x):
        b = b if np.iscomplexobj(b) else np.add(b, 0j)
    else:
        b = np.real(b)
    return in_kind_of(b, x) if type(x) is np.ndarray else b
