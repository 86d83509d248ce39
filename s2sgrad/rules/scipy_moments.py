"""`scipy.stats`: means, variances and entropies of distributions by their parameters, one line each.

What stands in the table are those of the standard distribution; `loc` and `scale` are seen to here.
"""
from __future__ import annotations

from typing import Any, NamedTuple

from scipy import stats

from s2sgrad.rules.registry import expansion
from s2sgrad.rules.scipy_stats import define

_GAMMA = "np.euler_gamma"
_FOLDED = "math.sqrt(2.0 / math.pi) * np.exp(-0.5 * c * c) + c * special.erf(c / math.sqrt(2.0))"
_MEAN_AND_VARIANCE = """    if moments != "mv":
        raise NotImplementedError("moments other than the mean and the variance")
"""


class Moments(NamedTuple):
    """Expressions in the names of `shapes`; those of a distribution of integers, which have no scale, are `discrete`."""

    name: str
    mean: str
    var: str
    entropy: str | None = None
    shapes: str = ""
    discrete: bool = False


TABLE = (
    Moments("norm", "0.0", "1.0", "0.5 * math.log(2.0 * math.pi * math.e)"),
    Moments("expon", "1.0", "1.0", "1.0"),
    Moments("uniform", "0.5", "1.0 / 12.0", "0.0"),
    Moments("laplace", "0.0", "2.0", "1.0 + math.log(2.0)"),
    Moments("logistic", "0.0", "math.pi ** 2 / 3.0", "2.0"),
    Moments("gumbel_r", _GAMMA, "math.pi ** 2 / 6.0", f"1.0 + {_GAMMA}"),
    Moments("gumbel_l", f"-{_GAMMA}", "math.pi ** 2 / 6.0", f"1.0 + {_GAMMA}"),
    Moments("rayleigh", "math.sqrt(0.5 * math.pi)", "2.0 - 0.5 * math.pi", f"1.0 + 0.5 * {_GAMMA} - 0.5 * math.log(2.0)"),
    Moments("gamma", "a", "a", "a + special.gammaln(a) + (1.0 - a) * special.psi(a)", "a"),
    Moments("chi2", "df", "2.0 * df", "0.5 * df + math.log(2.0) + special.gammaln(0.5 * df)"
            " + (1.0 - 0.5 * df) * special.psi(0.5 * df)", "df"),
    Moments("beta", "a / (a + b)", "a * b / ((a + b) ** 2 * (a + b + 1.0))", "special.betaln(a, b) - (a - 1.0) * special.psi(a)"
            " - (b - 1.0) * special.psi(b) + (a + b - 2.0) * special.psi(a + b)", "a b"),
    Moments("t", "np.where(df > 1.0, 0.0, np.inf)[()]",
            "np.where(df > 2.0, df / (df - 2.0), np.where(df > 1.0, np.inf, np.nan))[()]",
            "0.5 * (df + 1.0) * (special.psi(0.5 * (df + 1.0)) - special.psi(0.5 * df))"
            " + 0.5 * np.log(df) + special.betaln(0.5 * df, 0.5)", "df"),
    Moments("lognorm", "np.exp(0.5 * s * s)", "np.expm1(s * s) * np.exp(s * s)",
            "0.5 * (1.0 + math.log(2.0 * math.pi)) + np.log(s)", "s"),
    Moments("pareto", "np.where(b > 1.0, b / (b - 1.0), np.inf)[()]",
            "np.where(b > 2.0, b / ((b - 1.0) ** 2 * (b - 2.0)), np.inf)[()]", "1.0 + 1.0 / b - np.log(b)", "b"),
    Moments("weibull_min", "special.gamma(1.0 + 1.0 / c)", "special.gamma(1.0 + 2.0 / c) - special.gamma(1.0 + 1.0 / c) ** 2",
            f"{_GAMMA} * (1.0 - 1.0 / c) - np.log(c) + 1.0", "c"),
    Moments("maxwell", "math.sqrt(8.0 / math.pi)", "3.0 - 8.0 / math.pi", f"{_GAMMA} + 0.5 * math.log(2.0 * math.pi) - 0.5"),
    Moments("halfnorm", "math.sqrt(2.0 / math.pi)", "1.0 - 2.0 / math.pi", "0.5 * math.log(0.5 * math.pi) + 0.5"),
    Moments("halflogistic", "math.log(4.0)", "math.pi ** 2 / 3.0 - math.log(4.0) ** 2", "2.0 - math.log(2.0)"),
    Moments("moyal", f"{_GAMMA} + math.log(2.0)", "0.5 * math.pi ** 2",
            f"0.5 + 0.5 * math.log(2.0 * math.pi) + 0.5 * ({_GAMMA} + math.log(2.0))"),
    Moments("arcsine", "0.5", "0.125", "math.log(0.25 * math.pi)"),
    Moments("semicircular", "0.0", "0.25", "math.log(math.pi) - 0.5"),
    Moments("hypsecant", "0.0", "0.25 * math.pi ** 2", "math.log(2.0 * math.pi)"),
    Moments("gibrat", "math.exp(0.5)", "math.expm1(1.0) * math.e", "0.5 * (1.0 + math.log(2.0 * math.pi))"),
    Moments("anglit", "0.0", "math.pi ** 2 / 16.0 - 0.5", "1.0 - math.log(2.0)"),
    Moments("cosine", "0.0", "math.pi ** 2 / 3.0 - 2.0", "math.log(4.0 * math.pi) - 1.0"),
    Moments("wald", "1.0", "1.0"),
    Moments("invgamma", "np.where(a > 1.0, 1.0 / (a - 1.0), np.inf)[()]",
            "np.where(a > 2.0, 1.0 / ((a - 1.0) ** 2 * (a - 2.0)), np.inf)[()]",
            "a + special.gammaln(a) - (1.0 + a) * special.psi(a)", "a"),
    Moments("f", "np.where(dfd > 2.0, dfd / (dfd - 2.0), np.inf)[()]",
            "np.where(dfd > 4.0, 2.0 * dfd ** 2 * (dfn + dfd - 2.0) / (dfn * (dfd - 2.0) ** 2 * (dfd - 4.0)), np.inf)[()]",
            "np.log(dfd / dfn) + special.betaln(0.5 * dfn, 0.5 * dfd)"
            " + (1.0 - 0.5 * dfn) * special.psi(0.5 * dfn) - (1.0 + 0.5 * dfd) * special.psi(0.5 * dfd)"
            " + 0.5 * (dfn + dfd) * special.psi(0.5 * (dfn + dfd))",
            "dfn dfd"),
    Moments("invgauss", "mu", "mu ** 3", None, "mu"),
    Moments("triang", "(1.0 + c) / 3.0", "(1.0 - c + c * c) / 18.0", "0.5 - math.log(2.0)", "c"),
    Moments("powerlaw", "a / (a + 1.0)", "a / ((a + 1.0) ** 2 * (a + 2.0))", "1.0 - 1.0 / a - np.log(a)", "a"),
    Moments("gennorm", "0.0", "special.gamma(3.0 / beta) / special.gamma(1.0 / beta)",
            "1.0 / beta - np.log(0.5 * beta) + special.gammaln(1.0 / beta)", "beta"),
    Moments("skewnorm", "math.sqrt(2.0 / math.pi) * a / np.sqrt(1.0 + a * a)", "1.0 - 2.0 / math.pi * a * a / (1.0 + a * a)",
            None, "a"),
    Moments("loggamma", "special.psi(c)", "special.polygamma(1, c)", "special.gammaln(c) - c * special.psi(c) + c", "c"),
    Moments("nakagami", "special.poch(nu, 0.5) / np.sqrt(nu)", "1.0 - special.poch(nu, 0.5) ** 2 / nu", None, "nu"),
    Moments("lomax", "np.where(c > 1.0, 1.0 / (c - 1.0), np.inf)[()]",
            "np.where(c > 2.0, c / ((c - 1.0) ** 2 * (c - 2.0)), np.inf)[()]", "1.0 + 1.0 / c - np.log(c)", "c"),
    Moments("genpareto", "np.where(c < 1.0, 1.0 / (1.0 - c), np.inf)[()]",
            "np.where(c < 0.5, 1.0 / ((1.0 - c) ** 2 * (1.0 - 2.0 * c)), np.inf)[()]", "1.0 + c", "c"),
    Moments("betaprime", "np.where(b > 1.0, a / (b - 1.0), np.inf)[()]",
            "np.where(b > 2.0, a * (a + b - 1.0) / ((b - 2.0) * (b - 1.0) ** 2), np.inf)[()]", None, "a b"),
    Moments("chi", "math.sqrt(2.0) * special.poch(0.5 * df, 0.5)", "df - 2.0 * special.poch(0.5 * df, 0.5) ** 2",
            "special.gammaln(0.5 * df) + 0.5 * (df - math.log(2.0) - (df - 1.0) * special.psi(0.5 * df))", "df"),
    Moments("exponnorm", "K", "1.0 + K * K", None, "K"),
    Moments("gengamma", "special.poch(a, 1.0 / c)", "special.poch(a, 2.0 / c) - special.poch(a, 1.0 / c) ** 2",
            "a * (1.0 - special.psi(a)) + special.psi(a) / c + special.gammaln(a) - np.log(np.abs(c))", "a c"),
    Moments("genlogistic", f"{_GAMMA} + special.psi(c)", "math.pi ** 2 / 6.0 + special.polygamma(1, c)", None, "c"),
    Moments("weibull_max", "-special.gamma(1.0 + 1.0 / c)", "special.gamma(1.0 + 2.0 / c) - special.gamma(1.0 + 1.0 / c) ** 2",
            f"{_GAMMA} * (1.0 - 1.0 / c) - np.log(c) + 1.0", "c"),
    Moments("invweibull", "np.where(c > 1.0, special.gamma(1.0 - 1.0 / c), np.inf)[()]",
            "np.where(c > 2.0, special.gamma(1.0 - 2.0 / c) - special.gamma(1.0 - 1.0 / c) ** 2, np.inf)[()]",
            f"1.0 + {_GAMMA} + {_GAMMA} / c - np.log(c)", "c"),
    Moments("laplace_asymmetric", "1.0 / kappa - kappa", "1.0 / kappa ** 2 + kappa ** 2", "1.0 + np.log(kappa + 1.0 / kappa)",
            "kappa"),
    Moments("fisk", "np.where(c > 1.0, 1.0 / np.sinc(1.0 / c), np.inf)[()]",
            "np.where(c > 2.0, 1.0 / np.sinc(2.0 / c) - 1.0 / np.sinc(1.0 / c) ** 2, np.inf)[()]", "2.0 - np.log(c)", "c"),
    Moments("johnsonsu", "-np.exp(0.5 / b ** 2) * np.sinh(a / b)",
            "0.5 * np.expm1(b ** -2) * (np.exp(b ** -2) * np.cosh(2.0 * a / b) + 1.0)", None, "a b"),
    Moments("loguniform", "(b - a) / np.log(b / a)", "0.5 * (b * b - a * a) / np.log(b / a) - ((b - a) / np.log(b / a)) ** 2",
            "0.5 * np.log(a * b) + np.log(np.log(b / a))", "a b"),
    Moments("truncnorm", "stats.truncnorm.pdf(a, a, b) - stats.truncnorm.pdf(b, a, b)",
            "1.0 + np.maximum(a, -1e100) * stats.truncnorm.pdf(a, a, b) - np.minimum(b, 1e100) * stats.truncnorm.pdf(b, a, b)"
            " - (stats.truncnorm.pdf(a, a, b) - stats.truncnorm.pdf(b, a, b)) ** 2", None, "a b"),
    Moments("truncexpon", "1.0 - b / np.expm1(b)", "1.0 - b * b * np.exp(b) / np.expm1(b) ** 2",
            "1.0 - b / np.expm1(b) + np.log(-np.expm1(-b))", "b"),
    Moments("genextreme", "(1.0 - special.gamma(1.0 + c)) / c",
            "(special.gamma(1.0 + 2.0 * c) - special.gamma(1.0 + c) ** 2) / c ** 2", f"1.0 + {_GAMMA} * (1.0 - c)", "c"),
    Moments("fatiguelife", "1.0 + 0.5 * c * c", "c * c * (1.0 + 1.25 * c * c)", None, "c"),
    Moments("foldnorm", _FOLDED, f"1.0 + c * c - ({_FOLDED}) ** 2", None, "c"),
    Moments("dweibull", "0.0", "special.gamma(1.0 + 2.0 / c)",
            f"{_GAMMA} * (1.0 - 1.0 / c) - np.log(c) + 1.0 + math.log(2.0)", "c"),
    Moments("dgamma", "0.0", "a * (a + 1.0)", "math.log(2.0) + a + special.gammaln(a) + (1.0 - a) * special.psi(a)", "a"),
    Moments("erlang", "a", "a", "a + special.gammaln(a) + (1.0 - a) * special.psi(a)", "a"),
    Moments("burr12", "d * special.beta(d - 1.0 / c, 1.0 + 1.0 / c)",
            "d * special.beta(d - 2.0 / c, 1.0 + 2.0 / c) - (d * special.beta(d - 1.0 / c, 1.0 + 1.0 / c)) ** 2", None, "c d"),
    Moments("loglaplace", "np.where(c > 1.0, c ** 2 / (c ** 2 - 1.0), np.inf)[()]",
            "np.where(c > 2.0, c ** 2 / (c ** 2 - 4.0) - (c ** 2 / (c ** 2 - 1.0)) ** 2, np.inf)[()]",
            "1.0 + np.log(2.0 / c)", "c"),
    Moments("pearson3", "0.0", "1.0", None, "skew"),
    Moments("halfgennorm", "special.gamma(2.0 / beta) / special.gamma(1.0 / beta)", "special.gamma(3.0 / beta)"
            " / special.gamma(1.0 / beta) - (special.gamma(2.0 / beta) / special.gamma(1.0 / beta)) ** 2",
            "1.0 / beta - np.log(beta) + special.gammaln(1.0 / beta)", "beta"),
    Moments("bradford", "(c - np.log1p(c)) / (c * np.log1p(c))",
            "((c + 2.0) * np.log1p(c) - 2.0 * c) / (2.0 * c * np.log1p(c) ** 2)",
            "0.5 * np.log1p(c) - np.log(c / np.log1p(c))", "c"),
    Moments("rdist", "0.0", "1.0 / (c + 1.0)", None, "c"),
    Moments("trapezoid", "(1.0 + d + d * d - c * c) / (3.0 * (1.0 + d - c))", "(1.0 + d + d * d + d ** 3 - c ** 3)"
            " / (6.0 * (1.0 + d - c)) - ((1.0 + d + d * d - c * c) / (3.0 * (1.0 + d - c))) ** 2",
            "0.5 * (1.0 - d + c) / (1.0 + d - c) + np.log(0.5 * (1.0 + d - c))", "c d"),
    Moments("bernoulli", "p", "p * (1.0 - p)", "special.entr(p) + special.entr(1.0 - p)", "p", True),
    Moments("binom", "n * p", "n * p * (1.0 - p)", None, "n p", True),
    Moments("geom", "1.0 / p", "(1.0 - p) / p ** 2", None, "p", True),
    Moments("nbinom", "n * (1.0 - p) / p", "n * (1.0 - p) / p ** 2", None, "n p", True),
    Moments("poisson", "mu", "mu", None, "mu", True),
    Moments("betabinom", "n * a / (a + b)", "n * a * b * (a + b + n) / ((a + b) ** 2 * (a + b + 1.0))", None, "n a b", True),
    Moments("logser", "-p / ((1.0 - p) * np.log1p(-p))", "-p * (p + np.log1p(-p)) / ((1.0 - p) * np.log1p(-p)) ** 2", None,
            "p", True),
    Moments("planck", "1.0 / np.expm1(lambda_)", "np.exp(-lambda_) / np.expm1(-lambda_) ** 2", None, "lambda_", True),
    Moments("dlaplace", "0.0", "0.5 / np.sinh(0.5 * a) ** 2", None, "a", True),
    Moments("skellam", "mu1 - mu2", "mu1 + mu2", None, "mu1 mu2", True),
    Moments("yulesimon", "np.where(alpha > 1.0, alpha / (alpha - 1.0), np.inf)[()]",
            "np.where(alpha > 2.0, alpha ** 2 / ((alpha - 2.0) * (alpha - 1.0) ** 2), np.inf)[()]", None, "alpha", True),
    Moments("betanbinom", "np.where(a > 1.0, n * b / (a - 1.0), np.inf)[()]",
            "np.where(a > 2.0, n * (n + a - 1.0) * b * (a + b - 1.0) / ((a - 2.0) * (a - 1.0) ** 2), np.inf)[()]", None,
            "n a b", True),
)


def _declare(t: Moments) -> None:
    scale = "" if t.discrete else "scale * "
    params = ", ".join([*t.shapes.split(), "loc=0", *([] if t.discrete else ["scale=1"])])
    found = {"mean": f"loc + {scale}({t.mean})", "var": f"{scale}{scale}({t.var})", "std": f"{scale}np.sqrt({t.var})"}
    found["stats"] = ", ".join(f"({found[m]})" for m in ("mean", "var"))
    if t.entropy is not None:
        found["entropy"] = t.entropy if t.discrete else f"{t.entropy} + np.log(scale)"
    distribution: Any = getattr(stats, t.name, None)
    if distribution is None:  # later versions of SciPy have it
        return
    for method, text in found.items():
        name = f"{t.name}_{method}"
        listed, check = (params, "") if method != "stats" else (f"{params}, moments='mv'", _MEAN_AND_VARIANCE)
        expansion(getattr(distribution, method))(define(name, f"def {name}({listed}):\n{check}    return {text}\n"))


for _moments in TABLE:
    _declare(_moments)
