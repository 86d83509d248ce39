"""Adjoints and tangents of multivariate distributions in `scipy.stats`.

All of this is plain NumPy with derivatives of its own, so derivatives of any order follow.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special


def _matrix(cov: Any, n: int) -> Any:
    """The covariance matrix that a number, the diagonal or a matrix stands for."""
    return cov * np.eye(n) if np.ndim(cov) == 0 else np.diag(cov) if np.ndim(cov) == 1 else cov


def _like_cov(b: Any, cov: Any) -> Any:
    return np.trace(b) if np.ndim(cov) == 0 else np.diagonal(b) if np.ndim(cov) == 1 else b


def _dimension(x: Any, mean: Any, cov: Any) -> int:
    if np.ndim(cov) > 0:
        return int(np.shape(cov)[0])
    if mean is not None:
        return max(1, np.size(mean))
    return 1


def _scaled(x: Any, mean: Any, cov: Any, singular: bool) -> tuple[Any, Any]:
    """The deviations from the mean, one a row, multiplied by the inverse of the covariance; and that inverse."""
    n = _dimension(x, mean, cov)
    inverse = np.linalg.pinv(_matrix(cov, n)) if singular else np.linalg.inv(_matrix(cov, n))
    rows = np.reshape(x, (-1, n)) if mean is None else np.reshape(x, (-1, n)) - np.reshape(mean, (-1,))
    return rows @ inverse, inverse


def normal_adjoint(b: Any, x: Any, mean: Any, cov: Any, singular: bool = False) -> tuple[Any, Any, Any]:
    """The adjoints of x, mean and cov in ``scipy.stats.multivariate_normal.logpdf(x, mean, cov)``."""
    scaled, inverse = _scaled(x, mean, cov, singular)
    weighted = np.reshape(b, (-1, 1)) * scaled
    bcov = 0.5 * (np.transpose(scaled) @ weighted - np.sum(b) * inverse)
    return np.reshape(-weighted, np.shape(x)), _like_mean(np.sum(weighted, axis=0), mean), _like_cov(bcov, cov)


def _like_mean(b: Any, mean: Any) -> Any:
    return 0.0 if mean is None else np.reshape(b, np.shape(mean))


def normal_tangent(dx: Any, dmean: Any, dcov: Any, y: Any, x: Any, mean: Any, cov: Any, singular: bool = False) -> Any:
    """The tangent of ``scipy.stats.multivariate_normal.logpdf(x, mean, cov)``."""
    scaled, inverse = _scaled(x, mean, cov, singular)
    n = np.shape(inverse)[0]
    moved = np.reshape(dx, (-1, n)) if mean is None else np.reshape(dx, (-1, n)) - np.reshape(dmean, (-1,))
    dmatrix = _matrix(dcov, n)
    rates = np.sum(scaled * (0.5 * scaled @ dmatrix - moved), axis=1) - 0.5 * np.sum(inverse * dmatrix)
    return np.reshape(rates, np.shape(y))


def dirichlet_adjoint(b: Any, x: Any, alpha: Any) -> tuple[Any, Any]:
    """The adjoints of x and alpha in ``scipy.stats.dirichlet.logpdf(x, alpha)``; `x` may lack the last component."""
    powers = _beside(alpha - 1.0, x)
    full = _completed(x, alpha)
    bfull = b * powers / full
    bx = bfull if np.shape(x)[0] == np.size(alpha) else bfull[:-1] - bfull[-1:]
    slopes = np.log(full) - _beside(special.psi(alpha) - special.psi(np.sum(alpha)), x)
    balpha = b * slopes
    return bx, np.sum(balpha, axis=tuple(range(1, np.ndim(x)))) if np.ndim(x) > 1 else balpha


def dirichlet_tangent(dx: Any, dalpha: Any, x: Any, alpha: Any) -> Any:
    """The tangent of ``scipy.stats.dirichlet.logpdf(x, alpha)``."""
    full = _completed(x, alpha)
    dfull = dx if np.shape(x)[0] == np.size(alpha) else np.concatenate((dx, -np.sum(dx, axis=0, keepdims=True)))
    slopes = np.log(full) - _beside(special.psi(alpha) - special.psi(np.sum(alpha)), x)
    return np.sum(_beside(alpha - 1.0, x) / full * dfull + _beside(dalpha, x) * slopes, axis=0)


def _beside(v: Any, x: Any) -> Any:
    """A vector along the first axis of `x`."""
    return np.reshape(v, (-1,) + (1,) * (np.ndim(x) - 1))


def _completed(x: Any, alpha: Any) -> Any:
    return x if np.shape(x)[0] == np.size(alpha) else np.concatenate((x, 1.0 - np.sum(x, axis=0, keepdims=True)))


def kde_slopes(kde: Any, points: Any) -> Any:
    """The gradients of the density that a `scipy.stats.gaussian_kde` estimates, one column for each point."""
    columns = np.reshape(points, (kde.d, -1))
    away = np.expand_dims(columns, 2) - np.expand_dims(kde.dataset, 1)
    pulls = np.einsum("ij,jkl->ikl", kde.inv_cov, away)
    kernels = np.exp(-0.5 * np.sum(away * pulls, axis=0)) / np.sqrt(np.linalg.det(2.0 * np.pi * kde.covariance))
    return -np.sum(pulls * (kernels * kde.weights), axis=2)


def poisson_entropy_slope(mu: Any) -> Any:
    """The derivative of the entropy of a Poisson distribution: the mean of log((k + 1) / mu) over k."""
    mu = np.asarray(mu, dtype=float)
    last = int(np.max(mu) + 12.0 * np.sqrt(np.max(mu)) + 40.0)
    k = np.arange(last)
    rate = np.expand_dims(mu, -1)
    return np.sum(np.exp(special.xlogy(k, rate) - rate - special.gammaln(k + 1.0)) * np.log((k + 1.0) / rate), axis=-1)
