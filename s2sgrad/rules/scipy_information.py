"""`scipy.special`: functions of information theory, statistics and learning.

Conventions: ``x log y`` and its kin have derivative 0 with respect to y where x is 0; `huber` has the slope `delta` at
its kink; the derivatives of `logsumexp` and `log_softmax` of minus infinity alone are NaN.
"""
from __future__ import annotations

import numpy as np
from scipy import special

from s2sgrad.ir import types as T
from s2sgrad.rules.registry import adjoint, d, partials, tangent
from s2sgrad.rules.typing import Operands, reduction, same_as_first
from s2sgrad.runtime import restore_axes, unbroadcast
from s2sgrad.runtime.scipy_special import ratio, signed_seed, signed_tangent

# ---- elementwise functions ----------------------------------------------------------------------------------------

@partials(special.huber)
def huber(y, delta, r):
    return np.maximum(np.abs(r) - delta, 0.0), np.clip(r, -delta, delta)


@partials(special.pseudo_huber)
def pseudo_huber(y, delta, r):
    u = np.sqrt(1.0 + (r / delta) ** 2)
    return 2.0 * y / delta - r * r / (delta * u), r / u


@partials(special.xlogy)
def xlogy(z, x, y):
    return np.log(y), ratio(x, y)


@partials(special.xlog1py)
def xlog1py(z, x, y):
    return np.log1p(y), ratio(x, 1.0 + y)


@partials(special.entr)
def entr(y, x):
    return -1.0 - np.log(x)


@partials(special.rel_entr)
def rel_entr(z, x, y):
    return 1.0 + np.log(x / y), -ratio(x, y)


@partials(special.kl_div)
def kl_div(z, x, y):
    return np.log(x / y), 1.0 - ratio(x, y)


@partials(ratio)
def ratio_rule(z, x, y):
    return 1.0 / y, -ratio(z, y)


# ---- reductions -------------------------------------------------------------------------------------------------

def _sum_type(operands: Operands) -> T.Type:
    signed = operands["return_sign"].value if "return_sign" in operands else False
    return reduction(operands) if signed is False else T.ANY


@adjoint(special.logsumexp, type=_sum_type)
def logsumexp(y, a, axis=None, b=None, keepdims=False, return_sign=False):
    if return_sign:
        by = restore_axes(signed_seed(d[y][0], d[y][1], y[1]), a, axis, keepdims)
        w = np.exp(a - restore_axes(y[0], a, axis, keepdims)) / restore_axes(y[1], a, axis, keepdims)
    elif axis is None:
        by = d[y]
        w = np.exp(a - y)
    else:
        by = restore_axes(d[y], a, axis, keepdims)
        w = np.exp(a - restore_axes(y, a, axis, keepdims))
    if b is None:
        d[a] = by * w
    else:
        d[a] = unbroadcast(by * b * w, a)
        d[b] = unbroadcast(by * w, b)


@tangent(special.logsumexp)
def logsumexp_tangent(y, a, axis=None, b=None, keepdims=False, return_sign=False):
    if return_sign:
        w = np.exp(a - restore_axes(y[0], a, axis, keepdims)) / restore_axes(y[1], a, axis, keepdims)
    elif axis is None:
        w = np.exp(a - y)
    else:
        w = np.exp(a - restore_axes(y, a, axis, keepdims))
    moved = np.sum(w * d[a] if b is None else w * (b * d[a] + d[b]), axis=axis, keepdims=keepdims)
    d[y] = signed_tangent(moved, y[1]) if return_sign else moved


@adjoint(special.softmax, type=same_as_first)
def softmax(y, x, axis=None):
    d[x] = y * (d[y] - np.sum(d[y] * y, axis=axis, keepdims=True))


@tangent(special.softmax)
def softmax_tangent(y, x, axis=None):
    d[y] = y * (d[x] - np.sum(d[x] * y, axis=axis, keepdims=True))


@adjoint(special.log_softmax, type=same_as_first)
def log_softmax(y, x, axis=None):
    d[x] = d[y] - np.exp(y) * np.sum(d[y], axis=axis, keepdims=True)


@tangent(special.log_softmax)
def log_softmax_tangent(y, x, axis=None):
    d[y] = d[x] - np.sum(np.exp(y) * d[x], axis=axis, keepdims=True)
