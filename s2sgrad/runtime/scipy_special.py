"""Small functions that derivatives of `scipy.special` need beside those of SciPy."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from s2sgrad.runtime.precision import inexact
from s2sgrad.runtime.special import BERNOULLI


def ratio(x: Any, y: Any) -> Any:
    """``x / y``, and 0 where `x` is 0, whatever `y` is."""
    x, y = np.asarray(x), np.asarray(y)
    zero = x == 0
    return np.where(zero, 0.0, x / np.where(zero, 1.0, y))[()]


def sinhc(x: Any) -> Any:
    """``sinh(x) / x``, and 1 at 0."""
    y = np.sinc(1j * x / np.pi)
    return y if np.iscomplexobj(x) else np.real(y)


def spence_slope(z: Any) -> Any:
    """The derivative of ``scipy.special.spence(z)``, ``log(z) / (1 - z)``.

    SciPy's `hyp2f1`, which is regular at 1, is inexact for some complex numbers.
    """
    if not np.iscomplexobj(z):
        return -special.hyp2f1(1.0, 1.0, 2.0, 1.0 - z)
    return np.log(z) / (1.0 - z)


def spence_curvature(z: Any) -> Any:
    """The second derivative of ``scipy.special.spence(z)``."""
    if not np.iscomplexobj(z):
        return 0.5 * special.hyp2f1(2.0, 2.0, 3.0, 1.0 - z)
    return (1.0 / z + np.log(z) / (1.0 - z)) / (1.0 - z)


def polygamma_of_complex(n: int, x: Any) -> Any:
    """The `n`-th derivative of ``scipy.special.psi``, for n > 0, of complex numbers, too; SciPy has that of real ones.

    By the recurrence and the asymptotic series of DLMF 5.15.5 and 5.15.8.
    """
    if not np.iscomplexobj(x):
        return np.asarray(special.polygamma(n, x)).astype(inexact(x))[()]
    z, sign = np.asarray(x), -1.0 if n % 2 == 0 else 1.0
    factorial, total = special.factorial(n), 0.0
    steps = max(0, int(np.ceil(16 + n - np.min(z.real, initial=16.0 + n))))
    for k in range(steps):
        total = total + factorial / (z + k) ** (n + 1)
    z = z + steps
    total = total + factorial / (n * z ** n) + factorial / (2.0 * z ** (n + 1))
    for k, b in enumerate(BERNOULLI, 1):
        total = total + b * special.poch(2 * k + 1, n - 1) / z ** (2 * k + n)
    return (sign * total)[()]


def ellipkinc_m(phi: Any, m: Any) -> Any:
    """The derivative of ``scipy.special.ellipkinc(phi, m)`` with respect to `m`.

    By Carlson's integrals (DLMF 19.25.5, 19.18.1), which are regular at m = 0; beyond a quarter period the function is
    quasi-periodic.
    """
    turns = np.round(np.asarray(phi) / np.pi)
    s, c2 = np.sin(phi - turns * np.pi), np.cos(phi) ** 2
    return s ** 3 / 6.0 * special.elliprd(c2, 1.0, 1.0 - m * s * s) + turns * special.elliprd(0.0, 1.0, 1.0 - m) / 3.0


def ellipeinc_m(phi: Any, m: Any) -> Any:
    """The derivative of ``scipy.special.ellipeinc(phi, m)`` with respect to `m`; see `ellipkinc_m`."""
    turns = np.round(np.asarray(phi) / np.pi)
    s, c2 = np.sin(phi - turns * np.pi), np.cos(phi) ** 2
    return -(s ** 3 / 6.0 * special.elliprd(c2, 1.0 - m * s * s, 1.0) + turns * special.elliprd(0.0, 1.0 - m,
                                                                                                1.0) / 3.0)


def boxcox_lmbda(x: Any, lmbda: Any) -> Any:
    """The derivative of ``(exp(lmbda x) - 1) / lmbda`` with respect to `lmbda`: x^2 / 2 where that is 0."""
    return 0.5 * x * x * special.hyp1f1(2.0, 3.0, lmbda * x)


def real_only(z: Any) -> Any:
    """`z`, which must be real: of functions of complex numbers that are not analytic.

    Raises `TypeError` for complex numbers.
    """
    if np.iscomplexobj(z):
        raise TypeError("the scale of this function is not analytic: it has a derivative for real arguments only")
    return z


def zeta_slope(x: Any, q: Any) -> Any:
    """The derivative of ``scipy.special.zeta(x, q)`` by `x`: the sum of Euler and Maclaurin, differentiated term by term."""
    total = 0.0
    for k in range(10):
        total = total - np.log(q + k) * (q + k) ** -x
    w = q + 10.0
    log = np.log(w)
    total = total - w ** (1.0 - x) * (log / (x - 1.0) + 1.0 / (x - 1.0) ** 2) - 0.5 * log * w ** -x
    for k, b in enumerate(BERNOULLI[:8], 1):  # of ``b / (2k)! * x (x + 1) ... (x + 2k - 2) / w ** (x + 2k - 1)``
        rising, inverses = 1.0, 0.0  # the product and its derivative
        for n in range(2 * k - 1):
            rising, inverses = rising * (x + n), inverses * (x + n) + rising
        total = total + b / math.factorial(2 * k) * (inverses - log * rising) * w ** (1.0 - 2 * k - x)
    return total


def kolmogorov_slope(x: Any) -> Any:
    """The derivative of ``scipy.special.kolmogorov(x)``: of two series for one function each is for its half of the numbers."""
    small = np.asarray(x) < 0.8
    low, high = np.where(small, x, 0.8), np.where(small, 0.8, x)
    below: Any = 0.0
    above: Any = 0.0
    for k in range(1, 8):
        rate = (2 * k - 1) ** 2 * math.pi ** 2 / 8.0
        below = below + (1.0 - 2.0 * rate / low ** 2) * np.exp(-rate / low ** 2)
        above = above + (-1.0) ** k * 8.0 * k ** 2 * high * np.exp(-2.0 * (k * high) ** 2)
    return np.where(small, np.where(low > 0.0, math.sqrt(2.0 * math.pi) / low ** 2 * below, 0.0), above)[()]


def signed_seed(bsize: Any, bsign: Any, sign: Any) -> Any:
    """The adjoint of ``log(s)`` from those of ``log(abs(s))`` and ``sign = s / abs(s)``, which is constant where `s` is real."""
    return bsize + 1j * np.imag(bsign * sign) if np.iscomplexobj(sign) else bsize


def signed_tangent(moved: Any, sign: Any) -> tuple[Any, Any]:
    """The tangents of ``log(abs(s))`` and ``s / abs(s)`` from that of ``log(s)``."""
    return (np.real(moved), 1j * sign * np.imag(moved)) if np.iscomplexobj(sign) else (moved, np.zeros(np.shape(sign)))
