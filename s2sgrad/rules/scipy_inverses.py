"""`scipy.special`: inverses of distribution functions, noncentral ones, and functions that are several at once."""
from __future__ import annotations

import numpy as np
from scipy import special

from s2sgrad.rules.registry import expansion, partials

# ---- by the inverses of the incomplete gamma and beta functions -------------------------------------------------------


@expansion(special.gdtrix)
def gdtrix(a, b, p):
    return special.gammaincinv(b, p) / a


@expansion(special.pdtri)
def pdtri(k, y):
    return special.gammainccinv(np.floor(k) + 1.0, y)


@expansion(special.bdtri)
def bdtri(k, n, y):
    return 1.0 - special.betaincinv(np.trunc(n) - np.floor(k), np.floor(k) + 1.0, y)


@expansion(special.nbdtri)
def nbdtri(k, n, y):
    return special.betaincinv(np.trunc(n), np.trunc(k) + 1.0, y)


@expansion(special.fdtri)
def fdtri(dfn, dfd, p):
    w = special.betaincinv(0.5 * dfn, 0.5 * dfd, p)
    return dfd * w / (dfn * (1.0 - w))


# ---- others -----------------------------------------------------------------------------------------------------------

@expansion(special.nrdtrimn)
def nrdtrimn(p, std, x):
    return x - std * special.ndtri(p)


@expansion(special.nrdtrisd)
def nrdtrisd(mn, p, x):
    return (x - mn) / special.ndtri(p)


@partials(special.chndtr)
def chndtr(y, x, df, nc):
    """no closed form is known for the derivative by the degrees of freedom"""
    root, order = np.sqrt(nc * x), 0.25 * df - 0.5
    scale = 0.5 * np.exp(root - 0.5 * (x + nc))
    return (scale * (x / nc) ** order * special.ive(2.0 * order, root), None,
            -scale * (x / nc) ** (order + 0.5) * special.ive(2.0 * order + 1.0, root))


@partials(special.tklmbda)
def tklmbda(y, x, lmbda):
    slope = 1.0 / (y ** (lmbda - 1.0) + (1.0 - y) ** (lmbda - 1.0))
    return slope, slope * (x - special.xlogy(y ** lmbda, y) + special.xlog1py((1.0 - y) ** lmbda, -y)) / lmbda


@expansion(special.kelvin)
def kelvin(x):
    return (special.ber(x) + 1j * special.bei(x), special.ker(x) + 1j * special.kei(x),
            special.berp(x) + 1j * special.beip(x), special.kerp(x) + 1j * special.keip(x))
