"""`scipy.special`: hypergeometric functions, elliptic integrals, orthogonal polynomials, distribution functions.

Derivatives with respect to arguments are formulas of the DLMF (13.3.15, 15.5.1, 19.18, 18.9.15-26, 22.13). By the
parameters of the hypergeometric functions they are sums (see `runtime.scipy_hypergeometric`), by those of the
incomplete gamma and beta functions as well. Elliptic integrals are regular at m = 0, where textbook formulas are 0 / 0.
"""
from __future__ import annotations

import math

import numpy as np
from scipy import special

from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, d, expansion, nondifferentiable, partials, tangent
from s2sgrad.rules.typing import several
from s2sgrad.runtime import safe_divide, unbroadcast
from s2sgrad.runtime.scipy_hypergeometric import hyp1f1_a, hyp1f1_b, hyp2f1_a, hyp2f1_c
from s2sgrad.runtime.scipy_incomplete import betainc_a, betainc_b, gammainc_a
from s2sgrad.runtime.scipy_special import ellipeinc_m, ellipkinc_m

# ---- hypergeometric functions -----------------------------------------------------------------------------------

@partials(special.hyp0f1)
def hyp0f1(y, v, z):
    """no closed form is known for the derivative by the parameter"""
    return None, special.hyp0f1(v + 1.0, z) / v


@partials(special.hyp1f1)
def hyp1f1(y, a, b, x):
    return hyp1f1_a(a, b, x), hyp1f1_b(a, b, x), a / b * special.hyp1f1(a + 1.0, b + 1.0, x)


@partials(special.hyp2f1)
def hyp2f1(y, a, b, c, z):
    return (hyp2f1_a(a, b, c, z), hyp2f1_a(b, a, c, z), hyp2f1_c(a, b, c, z),
            a * b / c * special.hyp2f1(a + 1.0, b + 1.0, c + 1.0, z))


@partials(special.hyperu)
def hyperu(y, a, b, x):
    """no closed form is known for the derivatives by the parameters"""
    return None, None, -a * special.hyperu(a + 1.0, b + 1.0, x)


@partials(hyp1f1_a)
def hyp1f1_by_a(y, a, b, x):
    """second derivatives by parameters have no closed form"""
    return None, None, (special.hyp1f1(a + 1.0, b + 1.0, x) + a * hyp1f1_a(a + 1.0, b + 1.0, x)) / b


@partials(hyp1f1_b)
def hyp1f1_by_b(y, a, b, x):
    """second derivatives by parameters have no closed form"""
    return None, None, a / b * (hyp1f1_b(a + 1.0, b + 1.0, x) - special.hyp1f1(a + 1.0, b + 1.0, x) / b)


@partials(hyp2f1_a)
def hyp2f1_by_a(y, a, b, c, x):
    """second derivatives by parameters have no closed form"""
    value = special.hyp2f1(a + 1.0, b + 1.0, c + 1.0, x)
    return None, None, None, b / c * (value + a * hyp2f1_a(a + 1.0, b + 1.0, c + 1.0, x))


@partials(hyp2f1_c)
def hyp2f1_by_c(y, a, b, c, x):
    """second derivatives by parameters have no closed form"""
    value = special.hyp2f1(a + 1.0, b + 1.0, c + 1.0, x)
    return None, None, None, a * b / c * (hyp2f1_c(a + 1.0, b + 1.0, c + 1.0, x) - value / c)


@partials(special.wright_bessel)
def wright_bessel(y, a, b, x):
    """no closed form is known for the derivatives by the parameters"""
    return None, None, special.wright_bessel(a, np.add(a, b), x)


@partials(*functions("log_wright_bessel", library=special))
def log_wright_bessel(y, a, b, x):
    """no closed form is known for the derivatives by the parameters"""
    return None, None, np.exp(special.log_wright_bessel(a, np.add(a, b), x) - y)


# ---- elliptic integrals and functions -----------------------------------------------------------------------------

@partials(special.ellipk)
def ellipk(y, m):
    return 0.125 * math.pi * special.hyp2f1(1.5, 1.5, 2.0, m)


@partials(special.ellipkm1)
def ellipkm1(y, p):
    return -0.125 * math.pi * special.hyp2f1(1.5, 1.5, 2.0, 1.0 - p)


@partials(special.ellipe)
def ellipe(y, m):
    return -0.125 * math.pi * special.hyp2f1(0.5, 1.5, 2.0, m)


@partials(special.ellipkinc)
def ellipkinc(y, phi, m):
    return 1.0 / np.sqrt(1.0 - m * np.sin(phi) ** 2), ellipkinc_m(phi, m)


@partials(special.ellipeinc)
def ellipeinc(y, phi, m):
    return np.sqrt(1.0 - m * np.sin(phi) ** 2), ellipeinc_m(phi, m)


@partials(ellipkinc_m)
def ellipkinc_by_m(y, phi, m):
    """the second derivative by m is not provided"""
    s = np.sin(phi) ** 2
    return 0.5 * s / (1.0 - m * s) ** 1.5, None


@partials(ellipeinc_m)
def ellipeinc_by_m(y, phi, m):
    """the second derivative by m is not provided"""
    s = np.sin(phi) ** 2
    return -0.5 * s / np.sqrt(1.0 - m * s), None


@partials(special.agm)
def agm(y, a, b):
    s = np.add(a, b)
    m = ((a - b) / s) ** 2
    slope = 0.125 * math.pi * special.hyp2f1(1.5, 1.5, 2.0, m) / special.ellipk(m) * 4.0 * (a - b) / s ** 3
    return y * (1.0 / s - b * slope), y * (1.0 / s + a * slope)


@partials(*functions("elliprf", library=special))
def elliprf(r, x, y, z):
    return -special.elliprd(y, z, x) / 6.0, -special.elliprd(x, z, y) / 6.0, -special.elliprd(x, y, z) / 6.0


@partials(*functions("elliprc", library=special))
def elliprc(r, x, y):
    return -special.elliprd(y, y, x) / 6.0, -special.elliprd(x, y, y) / 3.0


@partials(*functions("elliprd", library=special))
def elliprd(r, x, y, z):
    """DLMF 19.18.8-14; NaN where two arguments are equal."""
    by_x = 0.5 * (r - special.elliprd(y, z, x)) / (z - x)
    by_y = 0.5 * (r - special.elliprd(x, z, y)) / (z - y)
    return by_x, by_y, -(1.5 * r + x * by_x + y * by_y) / z


@adjoint(special.ellipj, type=several(4))
def ellipj(y, u, m):
    bsn, bcn, bdn, bph = d[y]
    sn, cn, dn, ph = y
    bph = bph + bsn * cn - bcn * sn - bdn * (m * sn * cn / dn)
    d[u] = unbroadcast(bph * dn, u)
    d[m] = unbroadcast(-0.5 * bdn * sn * sn / dn - bph * dn * ellipkinc_m(ph, m), m)


@tangent(special.ellipj)
def ellipj_tangent(y, u, m):
    sn, cn, dn, ph = y
    dph = dn * (d[u] - ellipkinc_m(ph, m) * d[m])
    d[y] = cn * dph, -sn * dph, -(m * sn * cn * dph + 0.5 * sn * sn * d[m]) / dn, dph


# ---- orthogonal polynomials; their degree may be any number, and is not differentiated ------------------------------

@partials(special.eval_jacobi)
def eval_jacobi(y, n, alpha, beta, x):
    """no closed form is known for the derivatives by degree and parameters"""
    return None, None, None, 0.5 * (n + alpha + beta + 1.0) * special.eval_jacobi(n - 1, alpha + 1.0, beta + 1.0, x)


@partials(special.eval_sh_jacobi)
def eval_sh_jacobi(y, n, p, q, x):
    """no closed form is known for the derivatives by degree and parameters"""
    return None, None, None, n * special.eval_sh_jacobi(n - 1, p + 2.0, q + 1.0, x)


@partials(special.eval_gegenbauer)
def eval_gegenbauer(y, n, alpha, x):
    """no closed form is known for the derivatives by degree and parameter"""
    return None, None, 2.0 * alpha * special.eval_gegenbauer(n - 1, alpha + 1.0, x)


@partials(special.eval_legendre)
def eval_legendre(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, special.eval_gegenbauer(n - 1, 1.5, x)


@expansion(*functions("legendre_p", library=special))
def legendre_p(n, z, *, diff_n: None = 0):
    return special.eval_legendre(n, z)


@expansion(special.assoc_laguerre)
def assoc_laguerre(x, n, k=0.0):
    return special.eval_genlaguerre(n, k, x)


@partials(special.diric)
def diric(y, x, n):
    """its number of terms is an integer"""
    return safe_divide(np.cos(0.5 * n * x) - y * np.cos(0.5 * x), 2.0 * np.sin(0.5 * x)), None


@partials(special.eval_sh_legendre)
def eval_sh_legendre(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, 2.0 * special.eval_gegenbauer(n - 1, 1.5, 2.0 * x - 1.0)


@partials(special.eval_chebyt)
def eval_chebyt(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, n * special.eval_chebyu(n - 1, x)


@partials(special.eval_chebyu)
def eval_chebyu(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, 2.0 * special.eval_gegenbauer(n - 1, 2.0, x)


@partials(special.eval_chebyc)
def eval_chebyc(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, n * special.eval_chebyu(n - 1, 0.5 * x)


@partials(special.eval_chebys)
def eval_chebys(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, special.eval_gegenbauer(n - 1, 2.0, 0.5 * x)


@partials(special.eval_sh_chebyt)
def eval_sh_chebyt(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, 2.0 * n * special.eval_sh_chebyu(n - 1, x)


@partials(special.eval_sh_chebyu)
def eval_sh_chebyu(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, 4.0 * special.eval_gegenbauer(n - 1, 2.0, 2.0 * x - 1.0)


@partials(special.eval_laguerre)
def eval_laguerre(y, n, x):
    """no closed form is known for the derivative by the degree"""
    return None, -special.eval_genlaguerre(n - 1, 1.0, x)


@partials(special.eval_genlaguerre)
def eval_genlaguerre(y, n, alpha, x):
    """no closed form is known for the derivatives by degree and parameter"""
    return None, None, -special.eval_genlaguerre(n - 1, alpha + 1.0, x)


@partials(special.eval_hermite)
def eval_hermite(y, n, x):
    """its degree is an integer"""
    return None, 2.0 * n * special.eval_hermite(np.maximum(n - 1, 0), x)


@partials(special.eval_hermitenorm)
def eval_hermitenorm(y, n, x):
    """its degree is an integer"""
    return None, n * special.eval_hermitenorm(np.maximum(n - 1, 0), x)


nondifferentiable(special.roots_legendre, special.roots_hermite, special.roots_hermitenorm, special.roots_laguerre,
                  special.roots_chebyt, special.roots_chebyu, special.roots_chebyc, special.roots_chebys,
                  special.roots_sh_legendre, special.roots_sh_chebyt, special.roots_sh_chebyu)

# ---- distribution functions -----------------------------------------------------------------------------------------

@partials(special.gdtr)
def gdtr(y, a, b, x):
    density = a * np.exp(special.xlogy(b - 1.0, a * x) - a * x - special.gammaln(b))
    return x / a * density, gammainc_a(b, a * x), density


@partials(special.gdtrc)
def gdtrc(y, a, b, x):
    density = a * np.exp(special.xlogy(b - 1.0, a * x) - a * x - special.gammaln(b))
    return -x / a * density, -gammainc_a(b, a * x), -density


@partials(special.chdtr)
def chdtr(y, v, x):
    return (0.5 * gammainc_a(0.5 * v, 0.5 * x),
            0.5 * np.exp(special.xlogy(0.5 * v - 1.0, 0.5 * x) - 0.5 * x - special.gammaln(0.5 * v)))


@partials(special.chdtrc)
def chdtrc(y, v, x):
    return (-0.5 * gammainc_a(0.5 * v, 0.5 * x),
            -0.5 * np.exp(special.xlogy(0.5 * v - 1.0, 0.5 * x) - 0.5 * x - special.gammaln(0.5 * v)))


@partials(special.chdtri)
def chdtri(x, v, p):
    slope = -2.0 * np.exp(special.gammaln(0.5 * v) + 0.5 * x - special.xlogy(0.5 * v - 1.0, 0.5 * x))
    return 0.5 * gammainc_a(0.5 * v, 0.5 * x) * slope, slope


@partials(special.pdtr)
def pdtr(y, k, m):
    """its first argument is an integer"""
    j = np.floor(k)
    return None, -np.exp(special.xlogy(j, m) - m - special.gammaln(j + 1.0))


@partials(special.pdtrc)
def pdtrc(y, k, m):
    """its first argument is an integer"""
    j = np.floor(k)
    return None, np.exp(special.xlogy(j, m) - m - special.gammaln(j + 1.0))


@partials(special.bdtr)
def bdtr(y, k, n, p):
    """its first two arguments are integers"""
    j = np.floor(k)
    return None, None, -np.exp(special.xlogy(j, p) + special.xlog1py(n - j - 1.0, -p) - special.betaln(n - j, j + 1.0))


@partials(special.bdtrc)
def bdtrc(y, k, n, p):
    """its first two arguments are integers"""
    j = np.floor(k)
    return None, None, np.exp(special.xlogy(j, p) + special.xlog1py(n - j - 1.0, -p) - special.betaln(n - j, j + 1.0))


@partials(special.nbdtr)
def nbdtr(y, k, n, p):
    """its first two arguments are integers"""
    j = np.floor(k)
    return None, None, np.exp(special.xlogy(n - 1.0, p) + special.xlog1py(j, -p) - special.betaln(n, j + 1.0))


@partials(special.nbdtrc)
def nbdtrc(y, k, n, p):
    """its first two arguments are integers"""
    j = np.floor(k)
    return None, None, -np.exp(special.xlogy(n - 1.0, p) + special.xlog1py(j, -p) - special.betaln(n, j + 1.0))


@partials(special.fdtr)
def fdtr(y, dfn, dfd, x):
    a, b, s = 0.5 * dfn, 0.5 * dfd, dfd + dfn * x
    w = dfn * x / s
    slope = np.exp(special.xlogy(a - 1.0, w) + special.xlogy(b - 1.0, dfd / s) - special.betaln(a, b)) / (s * s)
    return (0.5 * betainc_a(a, b, w) + slope * x * dfd, 0.5 * betainc_b(a, b, w) - slope * x * dfn, slope * dfn * dfd)


@partials(special.fdtrc)
def fdtrc(y, dfn, dfd, x):
    a, b, s = 0.5 * dfn, 0.5 * dfd, dfd + dfn * x
    w = dfn * x / s
    slope = np.exp(special.xlogy(a - 1.0, w) + special.xlogy(b - 1.0, dfd / s) - special.betaln(a, b)) / (s * s)
    return (-0.5 * betainc_a(a, b, w) - slope * x * dfd, slope * x * dfn - 0.5 * betainc_b(a, b, w), -slope * dfn * dfd)


@partials(special.stdtr)
def stdtr(y, df, t):
    s = df + t * t
    density = np.exp(-0.5 * (df + 1.0) * np.log1p(t * t / df) - special.betaln(0.5 * df, 0.5)) / np.sqrt(df)
    by_df = 0.25 * np.sign(t) * betainc_b(0.5, 0.5 * df, t * t / s) - 0.5 * density * t / df
    return by_df, density


@partials(special.stdtrit)
def stdtrit(t, df, p):
    s = df + t * t
    slope = np.exp(0.5 * (df + 1.0) * np.log1p(t * t / df) + special.betaln(0.5 * df, 0.5)) * np.sqrt(df)
    return 0.5 * t / df - 0.25 * np.sign(t) * betainc_b(0.5, 0.5 * df, t * t / s) * slope, slope
