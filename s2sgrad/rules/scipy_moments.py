"""`scipy.stats`: means, variances and entropies of distributions by their parameters, one line each.

What stands in the table are those of the standard distribution; `loc` and `scale` are seen to here.
"""
from __future__ import annotations

from typing import Any, NamedTuple

from scipy import stats

from s2sgrad.rules.registry import expansion
from s2sgrad.rules.scipy_stats import define

_GAMMA = "np.euler_gamma"


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
    Moments("bernoulli", "p", "p * (1.0 - p)", "special.entr(p) + special.entr(1.0 - p)", "p", True),
    Moments("binom", "n * p", "n * p * (1.0 - p)", None, "n p", True),
    Moments("geom", "1.0 / p", "(1.0 - p) / p ** 2", None, "p", True),
    Moments("nbinom", "n * (1.0 - p) / p", "n * (1.0 - p) / p ** 2", None, "n p", True),
    Moments("poisson", "mu", "mu", None, "mu", True),
)


def _declare(t: Moments) -> None:
    scale = "" if t.discrete else "scale * "
    params = ", ".join([*t.shapes.split(), "loc=0", *([] if t.discrete else ["scale=1"])])
    found = {"mean": f"loc + {scale}({t.mean})", "var": f"{scale}{scale}({t.var})", "std": f"{scale}np.sqrt({t.var})"}
    if t.entropy is not None:
        found["entropy"] = t.entropy if t.discrete else f"{t.entropy} + np.log(scale)"
    distribution: Any = getattr(stats, t.name)
    for method, text in found.items():
        name = f"{t.name}_{method}"
        expansion(getattr(distribution, method))(define(name, f"def {name}({params}):\n    return {text}\n"))


for _moments in TABLE:
    _declare(_moments)
