"""The functions of `statistics` that compute with fractions, so that their source tells nothing of derivatives.

The others (medians, quantiles, correlations) are differentiated like functions of the user's.
"""
from __future__ import annotations

import math
import statistics

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules.registry import adjoint, d, known, tangent
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import restructure, spread


def _number(operands: Operands) -> T.Type:
    return T.FLOAT


# ---- means ----------------------------------------------------------------------------------------------------------

@adjoint(statistics.mean, type=_number)
def mean(y, data):
    d[data] = spread(d[y] / len(data), data)


@tangent(statistics.mean)
def mean_tangent(y, data):
    d[y] = math.fsum(d[data]) / len(data)


@adjoint(statistics.fmean, type=_number)
def fmean(y, data, weights=None):
    if known(weights) and weights is None:
        d[data] = spread(d[y] / len(data), data)
    else:
        d[data] = restructure(d[y] / math.fsum(weights) * np.asarray(weights), data)
        d[weights] = restructure(d[y] / math.fsum(weights) * (np.asarray(data) - y), weights)


@tangent(statistics.fmean)
def fmean_tangent(y, data, weights=None):
    if known(weights) and weights is None:
        d[y] = math.fsum(d[data]) / len(data)
    else:
        d[y] = (np.dot(weights, d[data]) + np.dot(np.asarray(data) - y, d[weights])) / math.fsum(weights)


@adjoint(statistics.geometric_mean, type=_number)
def geometric_mean(y, data):
    d[data] = restructure(d[y] * y / len(data) / np.asarray(data), data)


@tangent(statistics.geometric_mean)
def geometric_mean_tangent(y, data):
    d[y] = y / len(data) * np.sum(np.asarray(d[data]) / np.asarray(data))


@adjoint(statistics.harmonic_mean, type=_number)
def harmonic_mean(y, data, weights=None):
    if known(weights) and weights is None:
        d[data] = restructure(d[y] / len(data) * (y / np.asarray(data)) ** 2, data)
    else:
        d[data] = restructure(d[y] / math.fsum(weights) * (y / np.asarray(data)) ** 2 * np.asarray(weights), data)
        d[weights] = restructure(d[y] * y / math.fsum(weights) * (1.0 - y / np.asarray(data)), weights)


@tangent(statistics.harmonic_mean)
def harmonic_mean_tangent(y, data, weights=None):
    if known(weights) and weights is None:
        d[y] = np.dot((y / np.asarray(data)) ** 2, d[data]) / len(data)
    else:
        d[y] = (np.dot((y / np.asarray(data)) ** 2 * np.asarray(weights), d[data])
                + y * np.dot(1.0 - y / np.asarray(data), d[weights])) / math.fsum(weights)


# ---- moments --------------------------------------------------------------------------------------------------------

@adjoint(statistics.pvariance, type=_number)
def pvariance(y, data, mu=None):
    if known(mu) and mu is None:
        d[data] = restructure(d[y] * 2.0 / len(data) * (np.asarray(data) - np.mean(data)), data)
    else:
        d[data] = restructure(d[y] * 2.0 / len(data) * (np.asarray(data) - mu), data)
        d[mu] = d[y] * 2.0 * (mu - np.mean(data))


@tangent(statistics.pvariance)
def pvariance_tangent(y, data, mu=None):
    if known(mu) and mu is None:
        d[y] = 2.0 / len(data) * np.dot(np.asarray(data) - np.mean(data), d[data])
    else:
        d[y] = 2.0 / len(data) * np.dot(np.asarray(data) - mu, d[data]) + 2.0 * (mu - np.mean(data)) * d[mu]


@adjoint(statistics.variance, type=_number)
def variance(y, data, xbar=None):
    if known(xbar) and xbar is None:
        d[data] = restructure(d[y] * 2.0 / (len(data) - 1) * (np.asarray(data) - np.mean(data)), data)
    else:
        d[data] = restructure(d[y] * 2.0 / (len(data) - 1) * (np.asarray(data) - xbar), data)
        d[xbar] = d[y] * 2.0 * len(data) / (len(data) - 1) * (xbar - np.mean(data))


@tangent(statistics.variance)
def variance_tangent(y, data, xbar=None):
    if known(xbar) and xbar is None:
        d[y] = 2.0 / (len(data) - 1) * np.dot(np.asarray(data) - np.mean(data), d[data])
    else:
        d[y] = (2.0 * np.dot(np.asarray(data) - xbar, d[data])
                + 2.0 * len(data) * (xbar - np.mean(data)) * d[xbar]) / (len(data) - 1)


@adjoint(statistics.pstdev, type=_number)
def pstdev(y, data, mu=None):
    if known(mu) and mu is None:
        d[data] = restructure(d[y] / (len(data) * y) * (np.asarray(data) - np.mean(data)), data)
    else:
        d[data] = restructure(d[y] / (len(data) * y) * (np.asarray(data) - mu), data)
        d[mu] = d[y] / y * (mu - np.mean(data))


@tangent(statistics.pstdev)
def pstdev_tangent(y, data, mu=None):
    if known(mu) and mu is None:
        d[y] = np.dot(np.asarray(data) - np.mean(data), d[data]) / (len(data) * y)
    else:
        d[y] = np.dot(np.asarray(data) - mu, d[data]) / (len(data) * y) + (mu - np.mean(data)) / y * d[mu]


@adjoint(statistics.stdev, type=_number)
def stdev(y, data, xbar=None):
    if known(xbar) and xbar is None:
        d[data] = restructure(d[y] / ((len(data) - 1) * y) * (np.asarray(data) - np.mean(data)), data)
    else:
        d[data] = restructure(d[y] / ((len(data) - 1) * y) * (np.asarray(data) - xbar), data)
        d[xbar] = d[y] * len(data) / ((len(data) - 1) * y) * (xbar - np.mean(data))


@tangent(statistics.stdev)
def stdev_tangent(y, data, xbar=None):
    if known(xbar) and xbar is None:
        d[y] = np.dot(np.asarray(data) - np.mean(data), d[data]) / ((len(data) - 1) * y)
    else:
        d[y] = (np.dot(np.asarray(data) - xbar, d[data])
                + len(data) * (xbar - np.mean(data)) * d[xbar]) / ((len(data) - 1) * y)
