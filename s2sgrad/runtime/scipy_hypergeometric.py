"""Derivatives of hypergeometric functions with respect to their parameters.

The series of Kummer's and Gauss's functions (DLMF 13.2.2, 15.2.1) are differentiated term by term, after the
transformations that make them converge without cancellation for a negative argument (DLMF 13.2.39, 15.8.1). Where a
sum has not settled after `LIMIT` terms the result is NaN.
"""
from __future__ import annotations

from typing import Any

import numpy as np

LIMIT = 50_000


def hyp1f1_a(a: Any, b: Any, x: Any) -> Any:
    """The derivative of ``scipy.special.hyp1f1(a, b, x)`` with respect to `a`, for real arguments."""
    return _kummer(a, b, x)[0]


def hyp1f1_b(a: Any, b: Any, x: Any) -> Any:
    """The derivative of ``scipy.special.hyp1f1(a, b, x)`` with respect to `b`, for real arguments."""
    return _kummer(a, b, x)[1]


def hyp2f1_a(a: Any, b: Any, c: Any, x: Any) -> Any:
    """The derivative of ``scipy.special.hyp2f1(a, b, c, x)`` with respect to `a` (by symmetry, `b`), for real x < 1."""
    return _gauss(a, b, c, x)[0]


def hyp2f1_c(a: Any, b: Any, c: Any, x: Any) -> Any:
    """The derivative of ``scipy.special.hyp2f1(a, b, c, x)`` with respect to `c`, for real x < 1."""
    return _gauss(a, b, c, x)[1]


def _kummer(a: Any, b: Any, x: Any) -> tuple[Any, Any]:
    a, b, x = _real(a, b, x)
    negative = x < 0  # M(a, b, x) = e^x M(b - a, b, -x)
    upper = np.where(negative, b - a, a)
    _, (by_upper, by_lower) = _series((upper,), b, np.abs(x))
    with np.errstate(invalid="ignore"):  # 0 times infinity where the sum overflows: NaN
        factor = np.where(negative, np.exp(x), 1.0)
        return (factor * np.where(negative, -by_upper, by_upper),
                factor * np.where(negative, by_lower + by_upper, by_lower))


def _gauss(a: Any, b: Any, c: Any, x: Any) -> tuple[Any, Any]:
    a, b, c, x = _real(a, b, c, x)
    negative = x < 0  # F(a, b; c; x) = (1 - x)^-a F(a, c - b; c; x / (x - 1))
    second = np.where(negative, c - b, b)
    value, (by_a, by_second, by_c) = _series((a, second), c,
                                             np.where(negative, x / np.where(negative, x - 1.0, 1.0), x))
    base = np.where(negative, 1.0 - x, 1.0)
    factor = base ** -a
    return factor * (by_a - np.log(base) * value), factor * np.where(negative, by_c + by_second, by_c)


def _real(*args: Any) -> list[np.ndarray]:
    if any(map(np.iscomplexobj, args)):
        raise TypeError("derivatives of hypergeometric functions by their parameters are known for real arguments only")
    return [np.array(v, dtype=float) for v in np.broadcast_arrays(*args)]


def _series(upper: tuple[np.ndarray, ...], lower: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """The sum of (upper)_n / (lower)_n x^n / n!, and its derivatives by each upper parameter and the lower one."""
    parameters = (*upper, lower)
    term = np.ones_like(x)
    slopes = [np.zeros_like(x) for _ in parameters]
    total, totals = term.copy(), [s.copy() for s in slopes]
    quiet = np.zeros(np.shape(x), dtype=int)
    for n in range(LIMIT):
        shifted = [p + n for p in parameters]
        step = x / (shifted[-1] * (n + 1.0))
        ratio = step * np.prod(shifted[:-1], axis=0)
        for k in range(len(upper)):
            others = np.prod([v for m, v in enumerate(shifted[:-1]) if m != k], axis=0) if len(upper) > 1 else 1.0
            slopes[k] = slopes[k] * ratio + term * step * others
        slopes[-1] = (slopes[-1] - term / shifted[-1]) * ratio
        term = term * ratio
        total = total + term
        totals = [t + s for t, s in zip(totals, slopes)]
        small = [_negligible(s, t) for s, t in zip([term, *slopes], [total, *totals])]
        quiet = np.where(np.all(small, axis=0) & ~(np.abs(ratio) >= 1.0), quiet + 1, 0)
        if np.all(quiet > 1):
            return total, totals
    return np.where(quiet > 1, total, np.nan), [np.where(quiet > 1, t, np.nan) for t in totals]


def _negligible(change: np.ndarray, total: np.ndarray) -> np.ndarray:
    return (np.abs(change) <= 1e-17 * np.abs(total) + 1e-300) | ~np.isfinite(change)
