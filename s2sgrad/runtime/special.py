"""Special functions that derivatives of NumPy's and math's functions lead to, with derivatives of every order."""
from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sgrad.runtime.reducing import inexact

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def sinc_slope(x: Any, n: int = 1) -> Any:
    """The `n`-th derivative of ``np.sinc``.

    Away from 0 by the recurrence ``z f_n = sin(z + n pi / 2) - n f_(n - 1)`` for ``f = sin(z) / z``, near 0, where that
    cancels, by its Taylor series.
    """
    z = np.pi * (np.asarray(x) if np.iscomplexobj(x) else np.asarray(x, dtype=float))
    small = np.abs(z) < n + 2
    near = np.where(small, z, 0.0)
    series = np.zeros_like(near)
    for k in range(n // 2 + 24, (n + 1) // 2 - 1, -1):
        series = series + (-1.0) ** k * near ** (2 * k - n) / ((2 * k + 1) * float(math.factorial(2 * k - n)))
    far = np.where(small, 1.0, z)
    f = np.sin(far) / far
    for m in range(1, n + 1):
        f = (np.sin(far + m * np.pi / 2) - m * f) / far
    out = np.pi ** n * np.where(small, series, f)
    return out.astype(inexact(x))[()]


def bessel_i(x: Any, n: int) -> Any:
    """The modified Bessel function of the first kind and integer order, ``I_n(x)``.

    By the trapezoidal rule for ``I_n(x) = 1/pi int_0^pi exp(x cos t) cos(n t) dt``, which converges faster than any
    power of the step.
    """
    t = (np.arange(256) + 0.5) * (np.pi / 256)
    values = np.exp(np.asarray(x, dtype=float)[..., None] * np.cos(t)) * np.cos(n * t)
    return np.mean(values, axis=-1).astype(inexact(x))[()]


def polygamma(n: int, x: float) -> float:
    """The `n`-th derivative of the digamma function, for a number that is not 0 or a negative integer.

    By the recurrence ``psi_n(x) = psi_n(x + 1) - (-1)^n n! / x^(n + 1)`` up to where the asymptotic series holds
    (Abramowitz & Stegun 6.4.6, 6.4.11).
    """
    total, sign = 0.0, -1.0 if n % 2 == 0 else 1.0
    factorial = float(math.factorial(n))
    while x < 16.0 + n:
        total += sign * factorial / x ** (n + 1)
        x += 1.0
    if n == 0:
        tail = math.log(x) - 0.5 / x
        tail -= sum(b / (2 * k * x ** (2 * k)) for k, b in enumerate(BERNOULLI, 1))
        return total + tail
    tail = factorial / (n * x ** n) + factorial / (2.0 * x ** (n + 1))
    tail += sum(b * math.factorial(2 * k + n - 1) / (math.factorial(2 * k) * x ** (2 * k + n))
                for k, b in enumerate(BERNOULLI, 1))
    return total + sign * tail
