"""Derivatives of the incomplete gamma and beta functions with respect to their parameters.

SciPy has no functions for them. The power series and continued fractions by which the functions themselves are
computed (Abramowitz & Stegun 1964, 6.5.29, 6.5.31, 26.5.23) are differentiated term by term, so the results are as
exact as the functions. Where a sum has not settled after `LIMIT` terms the result is NaN.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

LIMIT = 20_000
_EPS = 1e-17
_BIG = 2.0 ** 52


def gammainc_a(a: Any, x: Any) -> Any:
    """The derivative of ``scipy.special.gammainc(a, x)`` with respect to `a`; 0 where `x` is 0 or infinite."""
    a, x = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(x, dtype=float))
    out = np.zeros(a.shape)
    inner = (x > 0) & (x < np.inf)
    low = inner & ((x <= 1.0) | (x <= a))
    high = inner & ~low
    out[low] = _gamma_series(a[low], x[low])
    out[high] = -_gamma_fraction(a[high], x[high])
    out[~(a > 0) | ~(x >= 0)] = np.nan
    return out[()]


def _gamma_factor(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """x^a e^-x / Gamma(a)"""
    return np.exp(special.xlogy(a, x) - x - special.gammaln(a))


def _gamma_series(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """P(a, x) = x^a e^-x / Gamma(a + 1) * sum of x^n / ((a + 1) ... (a + n))"""
    term, slope = np.ones_like(a), np.zeros_like(a)
    total, total_slope = term.copy(), slope.copy()
    for n in range(1, LIMIT):
        ratio = x / (a + n)
        slope = slope * ratio - term * ratio / (a + n)
        term = term * ratio
        total += term
        total_slope += slope
        if _settled(term, total) and _settled(slope, total_slope):
            break
    else:
        total_slope[...] = np.nan
    return _gamma_factor(a, x) / a * (total_slope + total * (np.log(x) - special.psi(a + 1.0)))


def _gamma_fraction(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The derivative of Q(a, x) = x^a e^-x / Gamma(a) * (1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)))"""
    p, q, p_before, q_before = x + 1.0, (x + 2.0 - a) * x, np.ones_like(x), x.copy()
    dp, dq, dp_before, dq_before = np.zeros_like(x), -x, np.zeros_like(x), np.zeros_like(x)
    value, slope = p / q, -p * dq / (q * q)
    unsettled = np.ones(np.shape(x), dtype=bool)  # each settles in its own time, and rounding moves it later on
    for n in range(1, LIMIT):
        z, c = x + 2.0 - a + 2.0 * n, (1.0 - a + n) * n
        p, p_before, dp, dp_before = (p * z - p_before * c, p,
                                      dp * z - p - dp_before * c + p_before * n, dp)
        q, q_before, dq, dq_before = (q * z - q_before * c, q,
                                      dq * z - q - dq_before * c + q_before * n, dq)
        before, slope_before = value, slope
        value = np.where(unsettled, p / q, value)
        slope = np.where(unsettled, (dp - value * dq) / q, slope)
        scale = np.where(np.abs(p) > _BIG, 1.0 / _BIG, 1.0)
        p, q, p_before, q_before = p * scale, q * scale, p_before * scale, q_before * scale
        dp, dq, dp_before, dq_before = dp * scale, dq * scale, dp_before * scale, dq_before * scale
        unsettled &= ~(_settle(value - before, value, 1e-16) & _settle(slope - slope_before, slope, 1e-15))
        if not np.any(unsettled):
            break
    else:
        slope[unsettled] = np.nan
    return _gamma_factor(a, x) * (slope + value * (np.log(x) - special.psi(a)))


def _settle(change: np.ndarray, total: np.ndarray, eps: float) -> Any:
    return np.abs(change) <= eps * np.abs(total) + 1e-300


def _settled(change: np.ndarray, total: np.ndarray) -> bool:
    return bool(np.all(_settle(change, total, _EPS)))


def betainc_a(a: Any, b: Any, x: Any) -> Any:
    """The derivative of ``scipy.special.betainc(a, b, x)`` with respect to `a`; 0 where `x` is 0 or 1."""
    return _beta_slopes(a, b, x)[0]


def betainc_b(a: Any, b: Any, x: Any) -> Any:
    """The derivative of ``scipy.special.betainc(a, b, x)`` with respect to `b`; 0 where `x` is 0 or 1."""
    return _beta_slopes(a, b, x)[1]


def _beta_slopes(a: Any, b: Any, x: Any) -> tuple[Any, Any]:
    a, b, x = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (a, b, x)))
    by_a, by_b = np.zeros(a.shape), np.zeros(a.shape)
    inner = (x > 0) & (x < 1)
    low = inner & (x <= (a + 1.0) / (a + b + 2.0))
    high = inner & ~low  # I(a, b, x) = 1 - I(b, a, 1 - x)
    by_a[low], by_b[low] = _beta_series(a[low], b[low], x[low], 1.0 - x[low])
    swapped = _beta_series(b[high], a[high], 1.0 - x[high], x[high])
    by_a[high], by_b[high] = -swapped[1], -swapped[0]
    outside = ~(a > 0) | ~(b > 0) | ~((x >= 0) & (x <= 1))
    by_a[outside] = by_b[outside] = np.nan
    return by_a[()], by_b[()]


def _beta_series(a: np.ndarray, b: np.ndarray, x: np.ndarray, x1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """I = x^a x1^b / (a B(a, b)) * sum of x^n (a + b) ... (a + b + n - 1) / ((a + 1) ... (a + n)), x1 = 1 - x"""
    term, by_a, by_b = np.ones_like(a), np.zeros_like(a), np.zeros_like(a)
    total, total_a, total_b = term.copy(), by_a.copy(), by_b.copy()
    for n in range(LIMIT):
        down = a + 1.0 + n
        ratio = x * (a + b + n) / down
        by_a = by_a * ratio + term * (x - ratio) / down
        by_b = by_b * ratio + term * x / down
        term = term * ratio
        total, total_a, total_b = total + term, total_a + by_a, total_b + by_b
        if _settled(term, total) and _settled(by_a, total_a) and _settled(by_b, total_b):
            break
    else:
        total_a[...] = total_b[...] = np.nan
    factor = np.exp(special.xlogy(a, x) + special.xlogy(b, x1) - special.betaln(a, b)) / a
    common = special.psi(a + b)
    return (factor * (total_a + total * (np.log(x) - 1.0 / a - special.psi(a) + common)),
            factor * (total_b + total * (np.log(x1) - special.psi(b) + common)))
