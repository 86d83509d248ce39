"""`scipy.stats`: discrete and multivariate distributions, and statistics of samples.

Probabilities are differentiated with respect to the parameters of a distribution; counts and shifts are integers.
The quantiles of discrete distributions are constant where they have a derivative.
"""
from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special, stats

from s2sgrad.rules.registry import (
    adjoint,
    d,
    expansion,
    known,
    makes_object,
    nondifferentiable,
    partials,
    tangent,
    unsupported,
)
from s2sgrad.rules.scipy_stats import define
from s2sgrad.runtime.scipy_densities_stats import Density
from s2sgrad.runtime.scipy_stats import (
    dirichlet_adjoint,
    dirichlet_tangent,
    kde_slopes,
    normal_adjoint,
    normal_tangent,
    poisson_entropy_slope,
)


class Counts(NamedTuple):
    """A discrete distribution: for each of its `shapes`, the derivative of the logarithm of the probability of j, and
    that of the distribution function, in terms of j and of the probability f of j; None for integers."""

    name: str
    shapes: str
    scores: tuple[str | None, ...]
    cdf_slopes: tuple[str | None, ...]


TABLE = (
    Counts("poisson", "mu", ("j / mu - 1.0",), ("-f",)),
    Counts("bernoulli", "p", ("(j - p) / (p * (1.0 - p))",), ("-(1.0 - j) * f / (1.0 - p)",)),
    Counts("binom", "n p", (None, "(j - n * p) / (p * (1.0 - p))"), (None, "-(n - j) * f / (1.0 - p)")),
    Counts("geom", "p", ("1.0 / p - (j - 1.0) / (1.0 - p)",), ("j * f / p",)),
    Counts("nbinom", "n p", ("special.psi(j + n) - special.psi(n) + np.log(p)", "n / p - j / (1.0 - p)"),
           ("betainc_a(n, j + 1.0, p)", "(n + j) * f / p")),
    Counts("betabinom", "n a b",
           (None, "special.psi(j + a) - special.psi(n + a + b) + special.psi(a + b) - special.psi(a)",
            "special.psi(n - j + b) - special.psi(n + a + b) + special.psi(a + b) - special.psi(b)"),
            (None, None, None)),
    Counts("betanbinom", "n a b",
           (None, "special.psi(a + n) - special.psi(a + b + n + j) + special.psi(a + b) - special.psi(a)",
            "special.psi(b + j) - special.psi(a + b + n + j) + special.psi(a + b) - special.psi(b)"),
           (None, None, None)),
    Counts("planck", "lambda_", ("1.0 / np.expm1(lambda_) - j",), ("(j + 1.0) * np.exp(-lambda_ * (j + 1.0))",)),
    Counts("logser", "p", ("j / p + 1.0 / ((1.0 - p) * np.log1p(-p))",), (None,)),
    Counts("dlaplace", "a", ("1.0 / np.sinh(a) - np.abs(j)",), (None,)),
    Counts("yulesimon", "alpha", ("1.0 / alpha + special.psi(alpha + 1.0) - special.psi(j + alpha + 1.0)",), (None,)),
)


def _declare(t: Counts) -> None:
    args = ", ".join([*t.shapes.split(), "loc"])
    doc = '    """counts are integers, and for some parameters no closed form is known"""\n'
    for method, factor in (("logpmf", ""), ("pmf", "y * "), ("cdf", ""), ("sf", "-"), ("logcdf", "np.exp(-y) * "),
                           ("logsf", "-np.exp(-y) * ")):
        density = method in ("logpmf", "pmf")
        if not density and not any(t.cdf_slopes):
            continue
        slopes = [None if s is None else f"{factor}({s})" for s in (t.scores if density else t.cdf_slopes)]
        body = "    j = k - loc\n" if density else \
            f"    j = np.floor(k - loc)\n    f = stats.{t.name}.pmf(np.floor(k), {args})\n"
        result = ", ".join(["None", *(s or "None" for s in slopes), "None"])
        name = f"{t.name}_{method}"
        text = f"def {name}(y, k, {', '.join(t.shapes.split())}, loc=0):\n{doc}{body}    return {result}\n"
        partials(getattr(getattr(stats, t.name), method))(define(name, text))
    nondifferentiable(*(getattr(getattr(stats, t.name), m) for m in ("ppf", "isf", "median", "interval", "support")))


for _entry in TABLE:
    if hasattr(stats, _entry.name):  # betanbinom came with SciPy 1.12
        _declare(_entry)


@partials(stats.poisson.entropy)
def poisson_entropy(y, mu, loc=0):
    """counts are integers"""
    return poisson_entropy_slope(mu), None


unsupported(poisson_entropy_slope, "the second derivative is another infinite sum")

# ---- multivariate distributions -------------------------------------------------------------------------------------


@adjoint(stats.multivariate_normal.logpdf)
def normal_logpdf(y, x, mean=None, cov=1, allow_singular=False):
    parts = normal_adjoint(d[y], x, mean, cov, allow_singular)
    d[x] = parts[0]
    d[mean] = parts[1]
    d[cov] = parts[2]


@tangent(stats.multivariate_normal.logpdf)
def normal_logpdf_tangent(y, x, mean=None, cov=1, allow_singular=False):
    d[y] = normal_tangent(d[x], d[mean], d[cov], y, x, mean, cov, allow_singular)


@adjoint(stats.multivariate_normal.pdf)
def normal_pdf(y, x, mean=None, cov=1, allow_singular=False):
    parts = normal_adjoint(d[y] * y, x, mean, cov, allow_singular)
    d[x] = parts[0]
    d[mean] = parts[1]
    d[cov] = parts[2]


@tangent(stats.multivariate_normal.pdf)
def normal_pdf_tangent(y, x, mean=None, cov=1, allow_singular=False):
    d[y] = y * normal_tangent(d[x], d[mean], d[cov], y, x, mean, cov, allow_singular)


@adjoint(stats.multivariate_normal.entropy)
def normal_entropy(y, mean=None, cov=1):
    d[mean] = 0.0 * mean
    d[cov] = 0.5 * d[y] * (np.transpose(np.linalg.inv(cov)) if np.ndim(cov) == 2 else 1.0 / cov)


@tangent(stats.multivariate_normal.entropy)
def normal_entropy_tangent(y, mean=None, cov=1):
    d[y] = 0.5 * np.sum(d[cov] * (np.transpose(np.linalg.inv(cov)) if np.ndim(cov) == 2 else 1.0 / cov))


unsupported(stats.multivariate_normal.cdf, "it is computed by random sampling")


@adjoint(stats.dirichlet.logpdf)
def dirichlet_logpdf(y, x, alpha):
    parts = dirichlet_adjoint(d[y], x, alpha)
    d[x] = parts[0]
    d[alpha] = parts[1]


@tangent(stats.dirichlet.logpdf)
def dirichlet_logpdf_tangent(y, x, alpha):
    d[y] = dirichlet_tangent(d[x], d[alpha], x, alpha)


@adjoint(stats.dirichlet.pdf)
def dirichlet_pdf(y, x, alpha):
    parts = dirichlet_adjoint(d[y] * y, x, alpha)
    d[x] = parts[0]
    d[alpha] = parts[1]


@tangent(stats.dirichlet.pdf)
def dirichlet_pdf_tangent(y, x, alpha):
    d[y] = y * dirichlet_tangent(d[x], d[alpha], x, alpha)


@adjoint(stats.multinomial.logpmf)
def multinomial_logpmf(y, x, n, p):
    """counts are integers"""
    d[x] = None
    d[n] = None
    d[p] = np.concatenate((d[y] * (x[:-1] / p[:-1] - x[-1] / p[-1]), np.zeros(1)))


@tangent(stats.multinomial.logpmf)
def multinomial_logpmf_tangent(y, x, n, p):
    d[y] = np.sum((x[:-1] / p[:-1] - x[-1] / p[-1]) * d[p][:-1])


@expansion(stats.multinomial.pmf)
def multinomial_pmf(x, n, p):
    return np.exp(stats.multinomial.logpmf(x, n, p))


@expansion(stats.dirichlet.mean)
def dirichlet_mean(alpha):
    return alpha / np.sum(alpha)


@expansion(stats.dirichlet.var)
def dirichlet_var(alpha):
    total = np.sum(alpha)
    return alpha * (total - alpha) / (total * total * (total + 1.0))


@expansion(stats.dirichlet.entropy)
def dirichlet_entropy(alpha):
    total = np.sum(alpha)
    constant = np.sum(special.gammaln(alpha)) - special.gammaln(total)
    return constant + (total - np.size(alpha)) * special.psi(total) - np.sum((alpha - 1.0) * special.psi(alpha))


@expansion(stats.multivariate_t.logpdf)
def t_logpdf(x, loc, shape, df=1):
    n = np.shape(shape)[0]
    away = x - loc
    distance = np.sum(away * (away @ np.linalg.inv(shape).T), axis=-1)
    scale = special.gammaln(0.5 * (df + n)) - special.gammaln(0.5 * df) - 0.5 * n * np.log(df * math.pi)
    return scale - 0.5 * np.linalg.slogdet(shape)[1] - 0.5 * (df + n) * np.log1p(distance / df)


@expansion(stats.multivariate_t.pdf)
def t_pdf(x, loc=None, shape=1, df=1, allow_singular: None = False):
    return np.exp(stats.multivariate_t.logpdf(x, loc, shape, df))


# ---- estimates of densities -----------------------------------------------------------------------------------------

makes_object(stats.gaussian_kde)


@expansion(stats.gaussian_kde)
def gaussian_kde(dataset, bw_method=None, weights=None):
    return Density(dataset, bw_method, weights)


@adjoint(stats.gaussian_kde.evaluate)
def kde_evaluate(y, self, points):
    """the samples are constants"""
    d[self] = None
    d[points] = np.reshape(d[y] * kde_slopes(self, points), np.shape(points))


@tangent(stats.gaussian_kde.evaluate)
def kde_evaluate_tangent(y, self, points):
    d[y] = np.sum(kde_slopes(self, points) * np.reshape(d[points], (self.d, -1)), axis=0)


@adjoint(stats.gaussian_kde.pdf)
def kde_pdf(y, self, x):
    """the samples are constants"""
    d[self] = None
    d[x] = np.reshape(d[y] * kde_slopes(self, x), np.shape(x))


@tangent(stats.gaussian_kde.pdf)
def kde_pdf_tangent(y, self, x):
    d[y] = np.sum(kde_slopes(self, x) * np.reshape(d[x], (self.d, -1)), axis=0)


@adjoint(stats.gaussian_kde.logpdf)
def kde_logpdf(y, self, x):
    """the samples are constants"""
    d[self] = None
    d[x] = np.reshape(d[y] * np.exp(-y) * kde_slopes(self, x), np.shape(x))


@tangent(stats.gaussian_kde.logpdf)
def kde_logpdf_tangent(y, self, x):
    d[y] = np.exp(-y) * np.sum(kde_slopes(self, x) * np.reshape(d[x], (self.d, -1)), axis=0)


# ---- statistics of samples ------------------------------------------------------------------------------------------

@expansion(stats.gmean)
def gmean(a, axis=0, dtype: None = None, weights=None, *, nan_policy: None = "propagate", keepdims=False):
    if weights is None:
        return np.exp(np.mean(np.log(a), axis=axis, keepdims=keepdims))
    return np.exp(np.average(np.log(a), axis=axis, weights=weights, keepdims=keepdims))


@expansion(stats.hmean)
def hmean(a, axis=0, dtype: None = None, *, weights: None = None, nan_policy: None = "propagate", keepdims=False):
    return 1.0 / np.mean(1.0 / a, axis=axis, keepdims=keepdims)


@expansion(stats.pmean)
def pmean(a, p, *, axis=0, dtype: None = None, weights: None = None, nan_policy: None = "propagate", keepdims=False):
    return np.mean(a ** p, axis=axis, keepdims=keepdims) ** (1.0 / p)


@expansion(stats.zscore)
def zscore(a, axis=0, ddof=0, nan_policy: None = "propagate"):
    return (a - np.mean(a, axis=axis, keepdims=True)) / np.std(a, axis=axis, ddof=ddof, keepdims=True)


@expansion(stats.sem)
def sem(a, axis=0, ddof=1, nan_policy: None = "propagate", *, keepdims=False):
    s = np.std(a, axis=axis, ddof=ddof, keepdims=keepdims)
    return s / (np.size(a) / np.size(s)) ** 0.5


@expansion(stats.variation)
def variation(a, axis=0, nan_policy: None = "propagate", ddof=0, *, keepdims=False):
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims) / np.mean(a, axis=axis, keepdims=keepdims)


@expansion(stats.skew)
def skew(a, axis=0, bias=True, nan_policy: None = "propagate", *, keepdims=False):
    z = a - np.mean(a, axis=axis, keepdims=True)
    g = np.mean(z ** 3, axis=axis, keepdims=keepdims) / np.mean(z * z, axis=axis, keepdims=keepdims) ** 1.5
    if bias:
        return g
    n = np.size(a) if axis is None else np.shape(a)[axis]
    return math.sqrt(n * (n - 1.0)) / (n - 2.0) * g


@expansion(stats.kurtosis)
def kurtosis(a, axis=0, fisher=True, bias=True, nan_policy: None = "propagate", *, keepdims=False):
    z = a - np.mean(a, axis=axis, keepdims=True)
    k = np.mean(z ** 4, axis=axis, keepdims=keepdims) / np.mean(z * z, axis=axis, keepdims=keepdims) ** 2
    if bias:
        return k - 3.0 if fisher else k
    n = np.size(a) if axis is None else np.shape(a)[axis]
    excess = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * k - 3.0 * (n - 1.0))
    return excess if fisher else excess + 3.0


@expansion(stats.entropy)
def entropy(pk, qk=None, base=None, axis=0, *, nan_policy: None = "propagate", keepdims=False):
    p = pk / np.sum(pk, axis=axis, keepdims=True)
    if qk is None:
        s = np.sum(special.entr(p), axis=axis, keepdims=keepdims)
    else:
        s = np.sum(special.rel_entr(p, qk / np.sum(qk, axis=axis, keepdims=True)), axis=axis, keepdims=keepdims)
    return s if base is None else s / np.log(base)


@expansion(stats.zmap)
def zmap(scores, compare, axis=0, ddof=0, nan_policy: None = "propagate"):
    return (scores - np.mean(compare, axis=axis, keepdims=True)) / np.std(compare, axis=axis, ddof=ddof, keepdims=True)


@expansion(stats.gzscore)
def gzscore(a, *, axis=0, ddof=0, nan_policy: None = "propagate"):
    return stats.zscore(np.log(a), axis=axis, ddof=ddof)


@expansion(stats.gstd)
def gstd(a, axis=0, ddof=1, *, keepdims=False, nan_policy: None = "propagate"):
    return np.exp(np.std(np.log(a), axis=axis, ddof=ddof, keepdims=keepdims))


@expansion(stats.moment)
def moment(a, order=1, axis=0, nan_policy: None = "propagate", *, center=None, keepdims=False):
    around = np.mean(a, axis=axis, keepdims=True) if center is None else center
    if isinstance(order, (list, tuple, np.ndarray)):
        return np.stack([np.mean((a - around) ** n, axis=axis, keepdims=keepdims) for n in order])
    return np.mean((a - around) ** order, axis=axis, keepdims=keepdims)


@expansion(stats.tmean)
def tmean(a, limits: None = None, inclusive: None = (True, True), axis=None, *, nan_policy: None = "propagate",
          keepdims=False):
    return np.mean(a, axis=axis, keepdims=keepdims)


@expansion(stats.tvar)
def tvar(a, limits: None = None, inclusive: None = (True, True), axis=0, ddof=1, *, nan_policy: None = "propagate",
         keepdims=False):
    return np.var(a, axis=axis, ddof=ddof, keepdims=keepdims)


@expansion(stats.tstd)
def tstd(a, limits: None = None, inclusive: None = (True, True), axis=0, ddof=1, *, nan_policy: None = "propagate",
         keepdims=False):
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims)


@expansion(stats.trim_mean)
def trim_mean(a, proportiontocut, axis=0, *, nan_policy: None = "propagate", keepdims=False):
    n = np.size(a) if axis is None else np.shape(a)[axis]
    cut = int(proportiontocut * n)
    rows = np.sort(a, axis=axis)
    return np.mean(np.take(rows, range(cut, n - cut), 0 if axis is None else axis), axis=axis, keepdims=keepdims)


@expansion(stats.iqr)
def iqr(x, axis=None, rng=(25, 75), scale: None = 1.0, nan_policy: None = "propagate", interpolation="linear",
        keepdims=False):
    bounds = np.percentile(x, rng, axis=axis, method=interpolation, keepdims=keepdims)
    return bounds[1] - bounds[0]


@expansion(stats.median_abs_deviation)
def median_abs_deviation(x, axis=0, center: None = np.median, scale: None = 1.0, nan_policy: None = "propagate", *,
                         keepdims=False):
    return np.median(np.abs(x - np.median(x, axis=axis, keepdims=True)), axis=axis, keepdims=keepdims)


# ---- of directions ----------------------------------------------------------------------------------------------------

@expansion(stats.circmean)
def circmean(samples, high=2.0 * math.pi, low=0.0, axis=None, nan_policy: None = "propagate", *, keepdims=False):
    angles = (samples - low) * (2.0 * math.pi / (high - low))
    s = np.mean(np.sin(angles), axis=axis, keepdims=keepdims)
    c = np.mean(np.cos(angles), axis=axis, keepdims=keepdims)
    return np.mod(np.arctan2(s, c), 2.0 * math.pi) * ((high - low) / (2.0 * math.pi)) + low


@expansion(stats.circvar)
def circvar(samples, high=2.0 * math.pi, low=0.0, axis=None, nan_policy: None = "propagate", *, keepdims=False):
    angles = (samples - low) * (2.0 * math.pi / (high - low))
    s = np.mean(np.sin(angles), axis=axis, keepdims=keepdims)
    return 1.0 - np.hypot(s, np.mean(np.cos(angles), axis=axis, keepdims=keepdims))


@expansion(stats.circstd)
def circstd(samples, high=2.0 * math.pi, low=0.0, axis=None, nan_policy: None = "propagate", *, normalize=False,
            keepdims=False):
    angles = (samples - low) * (2.0 * math.pi / (high - low))
    s = np.mean(np.sin(angles), axis=axis, keepdims=keepdims)
    spread = np.sqrt(-2.0 * np.log(np.hypot(s, np.mean(np.cos(angles), axis=axis, keepdims=keepdims))))
    return spread if normalize else spread * ((high - low) / (2.0 * math.pi))


# ---- transformations --------------------------------------------------------------------------------------------------

@expansion(stats.boxcox)
def boxcox(x, lmbda=None, alpha: None = None, optimizer: None = None):
    if known(lmbda) and lmbda is None:
        raise ValueError("the best parameter is searched for; give lmbda")
    return special.boxcox(x, lmbda)


@expansion(stats.boxcox_llf)
def boxcox_llf(lmb, data, *, axis=0, keepdims=False, nan_policy: None = "propagate"):
    spread = np.var(special.boxcox(data, lmb), axis=axis, keepdims=keepdims)
    count = np.size(data) / np.size(spread)
    return (lmb - 1.0) * np.sum(np.log(data), axis=axis, keepdims=keepdims) - 0.5 * count * np.log(spread)


@expansion(stats.yeojohnson)
def yeojohnson(x, lmbda=None):
    if known(lmbda) and lmbda is None:
        raise ValueError("the best parameter is searched for; give lmbda")
    above = np.asarray(x) >= 0.0
    low = -special.boxcox1p(np.where(above, 0.0, -1.0 * x), 2.0 - lmbda)
    return np.where(above, special.boxcox1p(np.where(above, x, 0.0), lmbda), low)


@expansion(stats.yeojohnson_llf)
def yeojohnson_llf(lmb, data, *, axis=0, keepdims=False, nan_policy: None = "propagate"):
    spread = np.var(stats.yeojohnson(data, lmb), axis=axis, keepdims=keepdims)
    moved = np.sum(np.sign(data) * np.log1p(np.abs(data)), axis=axis, keepdims=keepdims)
    return (lmb - 1.0) * moved - 0.5 * np.size(data) / np.size(spread) * np.log(spread)


nondifferentiable(stats.rankdata)
unsupported(stats.mode, "it is one of the elements; take that by its position")
