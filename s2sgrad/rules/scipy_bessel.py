"""`scipy.special`: Bessel, Airy, Kelvin, Struve, parabolic cylinder and spherical functions.

Derivatives with respect to the argument follow the recurrences of the DLMF (10.6.1, 10.29.1, 9.9, 10.63, 11.4.27,
12.2), in the forms that hold at 0 as well. Orders are not differentiated: no closed form is known. The scaled functions
that are not analytic (`ive`, `jve`, `yve`: their scale is the absolute value of a part) have derivatives for real
arguments only; `i0e` and `i1e` have 0 for the slope of the absolute value at 0.
"""
from __future__ import annotations

import math

import numpy as np
from scipy import special

from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, d, nondifferentiable, partials, tangent
from s2sgrad.rules.scipy_special import complex_valued
from s2sgrad.rules.typing import Operands, elementwise, several
from s2sgrad.runtime.scipy_special import real_only

# ---- Bessel functions -------------------------------------------------------------------------------------------

@partials(special.j0)
def j0(y, x):
    return -special.j1(x)


@partials(special.j1)
def j1(y, x):
    return 0.5 * (special.j0(x) - special.jn(2, x))


@partials(special.jv)
def jv(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.jv(v - 1, z) - special.jv(v + 1, z))


@partials(special.y0)
def y0(y, x):
    return -special.y1(x)


@partials(special.y1)
def y1(y, x):
    return special.y0(x) - y / x


@partials(special.yn)
def yn(y, n, x):
    """its order is an integer"""
    return None, 0.5 * (special.yn(n - 1, x) - special.yn(n + 1, x))


@partials(special.yv)
def yv(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.yv(v - 1, z) - special.yv(v + 1, z))


@partials(special.hankel1, type=complex_valued)
def hankel1(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.hankel1(v - 1, z) - special.hankel1(v + 1, z))


@partials(special.hankel2, type=complex_valued)
def hankel2(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.hankel2(v - 1, z) - special.hankel2(v + 1, z))


@partials(special.hankel1e, type=complex_valued)
def hankel1e(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.hankel1e(v - 1, z) - special.hankel1e(v + 1, z)) - 1j * y


@partials(special.hankel2e, type=complex_valued)
def hankel2e(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.hankel2e(v - 1, z) - special.hankel2e(v + 1, z)) + 1j * y


@partials(special.jve)
def jve(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.jve(v - 1, real_only(z)) - special.jve(v + 1, z))


@partials(special.yve)
def yve(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.yve(v - 1, real_only(z)) - special.yve(v + 1, z))


# ---- modified Bessel functions ----------------------------------------------------------------------------------

@partials(special.i0)
def i0(y, x):
    return special.i1(x)


@partials(special.i1)
def i1(y, x):
    return 0.5 * (special.i0(x) + special.iv(2, x))


@partials(special.iv)
def iv(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.iv(v - 1, z) + special.iv(v + 1, z))


@partials(special.k0)
def k0(y, x):
    return -special.k1(x)


@partials(special.k1)
def k1(y, x):
    return -special.k0(x) - y / x


@partials(special.kn)
def kn(y, n, x):
    """its order is an integer"""
    return None, -0.5 * (special.kn(n - 1, x) + special.kn(n + 1, x))


@partials(special.kv)
def kv(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, -0.5 * (special.kv(v - 1, z) + special.kv(v + 1, z))


@partials(special.i0e)
def i0e(y, x):
    return special.i1e(x) - np.sign(x) * y


@partials(special.i1e)
def i1e(y, x):
    return 0.5 * (special.i0e(x) + special.ive(2, x)) - np.sign(x) * y


@partials(special.ive)
def ive(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.ive(v - 1, z) + special.ive(v + 1, z)) - np.sign(real_only(z)) * y


@partials(special.k0e)
def k0e(y, x):
    return y - special.k1e(x)


@partials(special.k1e)
def k1e(y, x):
    return y - 0.5 * (special.k0e(x) + special.kve(2, x))


@partials(special.kve)
def kve(y, v, z):
    """no closed form is known for the derivative by the order"""
    return None, y - 0.5 * (special.kve(v - 1, z) + special.kve(v + 1, z))


@partials(real_only)
def real_only_rule(y, z):
    return 1.0


# ---- their derivatives ------------------------------------------------------------------------------------------

@partials(special.jvp)
def jvp(y, v, z, n=1):
    """no closed form is known for the derivative by the order"""
    return None, special.jvp(v, z, n + 1)


@partials(special.yvp)
def yvp(y, v, z, n=1):
    """no closed form is known for the derivative by the order"""
    return None, special.yvp(v, z, n + 1)


@partials(special.ivp)
def ivp(y, v, z, n=1):
    """no closed form is known for the derivative by the order"""
    return None, special.ivp(v, z, n + 1)


@partials(special.kvp)
def kvp(y, v, z, n=1):
    """no closed form is known for the derivative by the order"""
    return None, special.kvp(v, z, n + 1)


@partials(special.h1vp, type=complex_valued)
def h1vp(y, v, z, n=1):
    """no closed form is known for the derivative by the order"""
    return None, special.h1vp(v, z, n + 1)


@partials(special.h2vp, type=complex_valued)
def h2vp(y, v, z, n=1):
    """no closed form is known for the derivative by the order"""
    return None, special.h2vp(v, z, n + 1)


# ---- spherical Bessel functions ---------------------------------------------------------------------------------

@partials(special.spherical_jn)
def spherical_jn(y, n, z, derivative=False):
    """its order is an integer"""
    if derivative:
        return None, (n * (n + 1.0) / (z * z) - 1.0) * special.spherical_jn(n, z) - 2.0 * y / z
    return None, special.spherical_jn(n, z, derivative=True)


@partials(special.spherical_yn)
def spherical_yn(y, n, z, derivative=False):
    """its order is an integer"""
    if derivative:
        return None, (n * (n + 1.0) / (z * z) - 1.0) * special.spherical_yn(n, z) - 2.0 * y / z
    return None, special.spherical_yn(n, z, derivative=True)


@partials(special.spherical_in)
def spherical_in(y, n, z, derivative=False):
    """its order is an integer"""
    if derivative:
        return None, (n * (n + 1.0) / (z * z) + 1.0) * special.spherical_in(n, z) - 2.0 * y / z
    return None, special.spherical_in(n, z, derivative=True)


@partials(special.spherical_kn)
def spherical_kn(y, n, z, derivative=False):
    """its order is an integer"""
    if derivative:
        return None, (n * (n + 1.0) / (z * z) + 1.0) * special.spherical_kn(n, z) - 2.0 * y / z
    return None, special.spherical_kn(n, z, derivative=True)


# ---- Airy functions ---------------------------------------------------------------------------------------------

@adjoint(special.airy, type=several(4))
def airy(y, z):
    d[z] = (d[y][0] * y[1] + d[y][2] * y[3]) + z * (d[y][1] * y[0] + d[y][3] * y[2])


@tangent(special.airy)
def airy_tangent(y, z):
    d[y] = d[z] * y[1], d[z] * (z * y[0]), d[z] * y[3], d[z] * (z * y[2])


@adjoint(special.itairy, type=several(4))
def itairy(y, x):
    here = special.airy(x)
    there = special.airy(-x)
    d[x] = d[y][0] * here[0] + d[y][1] * here[2] + d[y][2] * there[0] + d[y][3] * there[2]


@tangent(special.itairy)
def itairy_tangent(y, x):
    here = special.airy(x)
    there = special.airy(-x)
    d[y] = d[x] * here[0], d[x] * here[2], d[x] * there[0], d[x] * there[2]


# ---- integrals of Bessel functions ------------------------------------------------------------------------------

@adjoint(special.itj0y0, type=several(2))
def itj0y0(y, x):
    d[x] = d[y][0] * special.j0(x) + d[y][1] * special.y0(x)


@tangent(special.itj0y0)
def itj0y0_tangent(y, x):
    d[y] = d[x] * special.j0(x), d[x] * special.y0(x)


@adjoint(special.it2j0y0, type=several(2))
def it2j0y0(y, x):
    d[x] = (d[y][0] * (1.0 - special.j0(x)) - d[y][1] * special.y0(x)) / x


@tangent(special.it2j0y0)
def it2j0y0_tangent(y, x):
    d[y] = d[x] * (1.0 - special.j0(x)) / x, -d[x] * special.y0(x) / x


@adjoint(special.iti0k0, type=several(2))
def iti0k0(y, x):
    d[x] = d[y][0] * special.i0(x) + d[y][1] * special.k0(x)


@tangent(special.iti0k0)
def iti0k0_tangent(y, x):
    d[y] = d[x] * special.i0(x), d[x] * special.k0(x)


@adjoint(special.it2i0k0, type=several(2))
def it2i0k0(y, x):
    d[x] = (d[y][0] * (special.i0(x) - 1.0) - d[y][1] * special.k0(x)) / x


@tangent(special.it2i0k0)
def it2i0k0_tangent(y, x):
    d[y] = d[x] * (special.i0(x) - 1.0) / x, -d[x] * special.k0(x) / x


# ---- Struve functions -------------------------------------------------------------------------------------------

@partials(special.struve)
def struve(y, v, x):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.struve(v - 1, x) - special.struve(v + 1, x)
                        + (0.5 * x) ** v * special.rgamma(v + 1.5) / math.sqrt(math.pi))


@partials(special.modstruve)
def modstruve(y, v, x):
    """no closed form is known for the derivative by the order"""
    return None, 0.5 * (special.modstruve(v - 1, x) + special.modstruve(v + 1, x)
                        + (0.5 * x) ** v * special.rgamma(v + 1.5) / math.sqrt(math.pi))


@partials(special.itstruve0)
def itstruve0(y, x):
    return special.struve(0, x)


@partials(special.it2struve0)
def it2struve0(y, x):
    return -special.struve(0, x) / x


@partials(special.itmodstruve0)
def itmodstruve0(y, x):
    return special.modstruve(0, x)


# ---- Kelvin functions -------------------------------------------------------------------------------------------

@partials(special.ber)
def ber(y, x):
    return special.berp(x)


@partials(special.bei)
def bei(y, x):
    return special.beip(x)


@partials(special.ker)
def ker(y, x):
    return special.kerp(x)


@partials(special.kei)
def kei(y, x):
    return special.keip(x)


@partials(special.berp)
def berp(y, x):
    return -special.bei(x) - y / x


@partials(special.beip)
def beip(y, x):
    return special.ber(x) - y / x


@partials(special.kerp)
def kerp(y, x):
    return -special.kei(x) - y / x


@partials(special.keip)
def keip(y, x):
    return special.ker(x) - y / x


# ---- parabolic cylinder functions: pairs of a value and its derivative --------------------------------------------

@adjoint(special.pbdv, special.pbvv, type=several(2))
def pbdv(y, v, x):
    """no closed form is known for the derivative by the order"""
    d[v] = None
    d[x] = d[y][0] * y[1] + d[y][1] * (0.25 * x * x - v - 0.5) * y[0]


@tangent(special.pbdv, special.pbvv)
def pbdv_tangent(y, v, x):
    d[y] = d[x] * y[1], d[x] * (0.25 * x * x - v - 0.5) * y[0]


@adjoint(special.pbwa, type=several(2))
def pbwa(y, a, x):
    """no closed form is known for the derivative by the parameter"""
    d[a] = None
    d[x] = d[y][0] * y[1] + d[y][1] * (a - 0.25 * x * x) * y[0]


@tangent(special.pbwa)
def pbwa_tangent(y, a, x):
    d[y] = d[x] * y[1], d[x] * (a - 0.25 * x * x) * y[0]


# ---- spherical harmonics and associated Legendre functions --------------------------------------------------------

def _harmonic(operands: Operands) -> object:
    return complex_valued({n: o for n, o in operands.items() if n != "diff_n"})


@partials(*functions("sph_harm_y", library=special), type=_harmonic)
def sph_harm_y(y, n, m, theta, phi, *, diff_n: None = 0):
    """degree and order are integers"""
    up = np.sqrt(np.maximum((n - m) * (n + m + 1.0), 0.0)) * np.exp(-1j * phi) * special.sph_harm_y(n, m + 1, theta,
                                                                                                    phi)
    down = np.sqrt(np.maximum((n + m) * (n - m + 1.0), 0.0)) * np.exp(1j * phi) * special.sph_harm_y(n, m - 1, theta,
                                                                                                     phi)
    return None, None, 0.5 * (up - down), 1j * m * y


@partials(special.lpmv, type=elementwise)
def lpmv(y, m, v, x):
    """no closed form is known for the derivatives by order and degree"""
    return None, None, (v * x * y - (v + m) * special.lpmv(m, v - 1.0, x)) / (x * x - 1.0)


nondifferentiable(special.jn_zeros, special.jnp_zeros, special.yn_zeros, special.ynp_zeros, special.jnjnp_zeros,
                  special.ai_zeros, special.bi_zeros, special.ber_zeros, special.bei_zeros, special.ker_zeros,
                  special.kei_zeros, special.y0_zeros, special.y1_zeros, special.y1p_zeros)
