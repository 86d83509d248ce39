"""`scipy.special`: gamma and error functions, exponential integrals, elementary functions.

Formulas are those of the NIST Digital Library of Mathematical Functions (DLMF). A derivative is infinite or NaN where
its formula is: at poles, and at the ends of domains (`logit` at 0 and 1, `erfinv` at -1 and 1).
"""
from __future__ import annotations

import dataclasses
import math

import numpy as np
from scipy import special

from s2sgrad.ir import types as T
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import absent, adjoint, d, is_real, nondifferentiable, partials, tangent
from s2sgrad.rules.typing import Operands, elementwise, first, same_as_first, several
from s2sgrad.runtime.scipy_incomplete import betainc_a, betainc_b, gammainc_a
from s2sgrad.runtime.scipy_special import (
    boxcox_lmbda,
    kolmogorov_slope,
    polygamma_of_complex,
    sinhc,
    spence_curvature,
    spence_slope,
    zeta_slope,
)


def complex_valued(operands: Operands) -> T.Type:
    """The type of an elementwise function that gives complex numbers even for real ones."""
    t = elementwise(operands)
    return dataclasses.replace(t, dtype="complex")


# ---- the gamma function and its kin -----------------------------------------------------------------------------

@partials(special.gamma)
def gamma(y, x):
    return y * special.psi(x)


@partials(special.gammaln, special.loggamma)
def gammaln(y, x):
    return special.psi(x)


@partials(special.rgamma)
def rgamma(y, x):
    return -y * special.psi(x)


@partials(special.psi)
def psi(y, x):
    if is_real(x):
        return special.polygamma(1, x)
    return polygamma_of_complex(1, x)


@partials(special.polygamma)
def polygamma(y, n, x):
    """its order is an integer"""
    return None, special.polygamma(n + 1, x)


@partials(polygamma_of_complex)
def polygamma_again(y, n, x):
    """its order is an integer"""
    return None, polygamma_of_complex(n + 1, x)


@partials(special.multigammaln, type=same_as_first)
def multigammaln(y, a, d):
    """its dimension is an integer"""
    return np.sum(special.psi(np.expand_dims(a, -1) - 0.5 * np.arange(d)), axis=-1), None


@partials(special.beta)
def beta(y, a, b):
    c = special.psi(np.add(a, b))
    return y * (special.psi(a) - c), y * (special.psi(b) - c)


@partials(special.betaln)
def betaln(y, a, b):
    c = special.psi(np.add(a, b))
    return special.psi(a) - c, special.psi(b) - c


@partials(special.poch)
def poch(y, z, m):
    c = special.psi(np.add(z, m))
    return y * (c - special.psi(z)), y * c


@partials(special.binom)
def binom(y, n, k):
    c = special.psi(n - k + 1.0)
    return y * (special.psi(n + 1.0) - c), y * (c - special.psi(k + 1.0))


@partials(special.comb)
def comb(y, N, k, exact: None = False, repetition: None = False):
    c = special.psi(N - k + 1.0)
    return y * (special.psi(N + 1.0) - c), y * (c - special.psi(k + 1.0))


@partials(special.perm)
def perm(y, N, k, exact: None = False):
    c = special.psi(N - k + 1.0)
    return y * (special.psi(N + 1.0) - c), y * c


@partials(special.factorial)
def factorial(y, n, exact: None = False):
    return y * special.psi(n + 1.0)


@partials(special.zeta)
def zeta(y, x, q=1.0):
    return zeta_slope(x, q), -x * special.zeta(x + 1.0, q)


@partials(special.zetac)
def zetac(y, x):
    return zeta_slope(x, 1.0)


@partials(special.kolmogorov)
def kolmogorov(y, x):
    return kolmogorov_slope(x)


@partials(special.kolmogi)
def kolmogi(y, p):
    return 1.0 / kolmogorov_slope(y)


# ---- incomplete gamma and beta functions ------------------------------------------------------------------------

@partials(special.gammainc)
def gammainc(y, a, x):
    return gammainc_a(a, x), np.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))


@partials(special.gammaincc)
def gammaincc(y, a, x):
    return -gammainc_a(a, x), -np.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))


@partials(special.gammaincinv)
def gammaincinv(x, a, p):
    slope = np.exp(special.gammaln(a) + x - special.xlogy(a - 1.0, x))
    return -gammainc_a(a, x) * slope, slope


@partials(special.gammainccinv)
def gammainccinv(x, a, q):
    slope = np.exp(special.gammaln(a) + x - special.xlogy(a - 1.0, x))
    return -gammainc_a(a, x) * slope, -slope


@partials(gammainc_a)
def gammainc_by_a(y, a, x):
    """the second derivative by the parameter has no closed form"""
    density = np.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))
    return None, special.xlogy(density, x) - density * special.psi(a)


@partials(special.betainc)
def betainc(y, a, b, x):
    slope = np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))
    return betainc_a(a, b, x), betainc_b(a, b, x), slope


@partials(*functions("betaincc", library=special))
def betaincc(y, a, b, x):
    slope = np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))
    return -betainc_a(a, b, x), -betainc_b(a, b, x), -slope


@partials(special.betaincinv)
def betaincinv(x, a, b, p):
    slope = np.exp(special.betaln(a, b) - special.xlogy(a - 1.0, x) - special.xlog1py(b - 1.0, -x))
    return -betainc_a(a, b, x) * slope, -betainc_b(a, b, x) * slope, slope


@partials(*functions("betainccinv", library=special))
def betainccinv(x, a, b, q):
    slope = np.exp(special.betaln(a, b) - special.xlogy(a - 1.0, x) - special.xlog1py(b - 1.0, -x))
    return -betainc_a(a, b, x) * slope, -betainc_b(a, b, x) * slope, -slope


@partials(betainc_a)
def betainc_by_a(y, a, b, x):
    """the second derivatives by the parameters have no closed form"""
    density = np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))
    return None, None, special.xlogy(density, x) + density * (special.psi(np.add(a, b)) - special.psi(a))


@partials(betainc_b)
def betainc_by_b(y, a, b, x):
    """the second derivatives by the parameters have no closed form"""
    density = np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))
    return None, None, special.xlog1py(density, -x) + density * (special.psi(np.add(a, b)) - special.psi(b))


# ---- error functions --------------------------------------------------------------------------------------------

@partials(special.erf)
def erf(y, x):
    return 2.0 / math.sqrt(math.pi) * np.exp(-x * x)


@partials(special.erfc)
def erfc(y, x):
    return -2.0 / math.sqrt(math.pi) * np.exp(-x * x)


@partials(special.erfcx)
def erfcx(y, x):
    return 2.0 * (x * y - 1.0 / math.sqrt(math.pi))


@partials(special.erfi)
def erfi(y, x):
    return 2.0 / math.sqrt(math.pi) * np.exp(x * x)


@partials(special.erfinv)
def erfinv(y, x):
    return 0.5 * math.sqrt(math.pi) * np.exp(y * y)


@partials(special.erfcinv)
def erfcinv(y, x):
    return -0.5 * math.sqrt(math.pi) * np.exp(y * y)


@partials(special.dawsn)
def dawsn(y, x):
    return 1.0 - 2.0 * x * y


@partials(special.wofz, type=complex_valued)
def wofz(y, z):
    return 2.0j / math.sqrt(math.pi) - 2.0 * z * y


@partials(special.ndtr)
def ndtr(y, x):
    return np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


@partials(special.log_ndtr)
def log_ndtr(y, x):
    return np.exp(-0.5 * x * x - y) / math.sqrt(2.0 * math.pi)


@partials(special.ndtri)
def ndtri(y, p):
    return math.sqrt(2.0 * math.pi) * np.exp(0.5 * y * y)


@partials(*functions("ndtri_exp", library=special))
def ndtri_exp(y, x):
    return math.sqrt(2.0 * math.pi) * np.exp(x + 0.5 * y * y)


@partials(special.owens_t)
def owens_t(y, h, a):
    g = np.exp(-0.5 * h * h)
    return (-special.erf(a * h / math.sqrt(2.0)) * g / (2.0 * math.sqrt(2.0 * math.pi)),
            g * np.exp(-0.5 * (a * h) ** 2) / (2.0 * math.pi * (1.0 + a * a)))


@partials(special.voigt_profile)
def voigt_profile(y, x, sigma, gamma):
    z = (x + 1j * gamma) / (math.sqrt(2.0) * sigma)
    slope = (2j / math.sqrt(math.pi) - 2.0 * z * special.wofz(z)) / (2.0 * math.sqrt(math.pi) * sigma * sigma)
    return np.real(slope), -y / sigma - math.sqrt(2.0) * np.real(slope * z), -np.imag(slope)


@adjoint(special.fresnel, type=several(2))
def fresnel(y, z):
    d[z] = d[y][0] * np.sin(0.5 * math.pi * z * z) + d[y][1] * np.cos(0.5 * math.pi * z * z)


@tangent(special.fresnel)
def fresnel_tangent(y, z):
    d[y] = (d[z] * np.sin(0.5 * math.pi * z * z), d[z] * np.cos(0.5 * math.pi * z * z))


# ---- exponential, logarithmic and trigonometric integrals -------------------------------------------------------

@partials(special.exp1)
def exp1(y, x):
    return -np.exp(-x) / x


@partials(special.expi)
def expi(y, x):
    return np.exp(x) / x


@partials(special.expn)
def expn(y, n, x):
    """its order is an integer"""
    return None, np.where(np.equal(n, 0), -(1.0 + 1.0 / x) * y, -special.expn(np.abs(n - 1), x))


@partials(special.exprel)
def exprel(y, x):
    return 0.5 * special.hyp1f1(2.0, 3.0, x)


@partials(special.spence)
def spence(y, z):
    if is_real(z):
        return -special.hyp2f1(1.0, 1.0, 2.0, 1.0 - z)
    return spence_slope(z)


@partials(spence_slope)
def spence_slope_slope(y, z):
    return spence_curvature(z)


@adjoint(special.sici, type=several(2))
def sici(y, x):
    if absent(d[y][1]):
        d[x] = d[y][0] * np.sinc(x / math.pi)
    else:
        d[x] = d[y][0] * np.sinc(x / math.pi) + d[y][1] * (np.cos(x) / x)


@tangent(special.sici)
def sici_tangent(y, x):
    d[y] = (d[x] * np.sinc(x / math.pi), d[x] * (np.cos(x) / x))


@adjoint(special.shichi, type=several(2))
def shichi(y, x):
    if absent(d[y][1]):
        d[x] = d[y][0] * sinhc(x)
    else:
        d[x] = d[y][0] * sinhc(x) + d[y][1] * (np.cosh(x) / x)


@tangent(special.shichi)
def shichi_tangent(y, x):
    d[y] = (d[x] * sinhc(x), d[x] * (np.cosh(x) / x))


@partials(special.lambertw, type=lambda operands: complex_valued({"z": first(operands)}))
def lambertw(y, z, k=0, tol=1e-8):
    return np.exp(-y) / (1.0 + y)


@partials(special.wrightomega)
def wrightomega(y, z):
    return y / (1.0 + y)


# ---- elementary functions ---------------------------------------------------------------------------------------

@partials(special.expit)
def expit(y, x):
    return y * (1.0 - y)


@partials(special.logit)
def logit(y, x):
    return 1.0 / (x * (1.0 - x))


@partials(special.log_expit)
def log_expit(y, x):
    return special.expit(-x)


@partials(*functions("softplus", library=special))
def softplus(y, x):
    return special.expit(x)


@partials(special.exp2)
def exp2(y, x):
    return math.log(2.0) * y


@partials(special.exp10)
def exp10(y, x):
    return math.log(10.0) * y


@partials(special.expm1)
def expm1(y, x):
    return y + 1.0


@partials(special.log1p)
def log1p(y, x):
    return 1.0 / (1.0 + x)


@partials(special.cbrt)
def cbrt(y, x):
    return 1.0 / (3.0 * y * y)


@partials(special.cosm1)
def cosm1(y, x):
    return -np.sin(x)


@partials(special.powm1)
def powm1(z, x, y):
    return y * x ** (y - 1.0), special.xlogy(1.0 + z, x)


@partials(special.sindg)
def sindg(y, x):
    return math.pi / 180.0 * special.cosdg(x)


@partials(special.cosdg)
def cosdg(y, x):
    return -math.pi / 180.0 * special.sindg(x)


@partials(special.tandg)
def tandg(y, x):
    return math.pi / 180.0 * (1.0 + y * y)


@partials(special.cotdg)
def cotdg(y, x):
    return -math.pi / 180.0 * (1.0 + y * y)


@partials(special.radian)
def radian(y, degrees, minutes, seconds):
    return math.pi / 180.0, math.pi / 10800.0, math.pi / 648000.0


@partials(special.boxcox)
def boxcox(y, x, lmbda):
    return x ** (lmbda - 1.0), boxcox_lmbda(np.log(x), lmbda)


@partials(special.boxcox1p)
def boxcox1p(y, x, lmbda):
    return (1.0 + x) ** (lmbda - 1.0), boxcox_lmbda(np.log1p(x), lmbda)


@partials(special.inv_boxcox)
def inv_boxcox(x, y, lmbda):
    slope = x ** (1.0 - lmbda)
    return slope, -boxcox_lmbda(np.log(x), lmbda) * slope


@partials(special.inv_boxcox1p)
def inv_boxcox1p(x, y, lmbda):
    slope = (1.0 + x) ** (1.0 - lmbda)
    return slope, -boxcox_lmbda(np.log1p(x), lmbda) * slope


@partials(boxcox_lmbda)
def boxcox_by_lmbda(y, x, lmbda):
    slope = x * x / 3.0 * special.hyp1f1(3.0, 4.0, lmbda * x)
    return x * special.hyp1f1(2.0, 3.0, lmbda * x) + lmbda * slope, x * slope


nondifferentiable(special.round, special.gammasgn, special.bernoulli, special.euler, special.factorial2,
                  special.factorialk,
                  *functions("stirling2", library=special))
