"""`scipy.stats`: densities, distribution functions and quantiles of continuous distributions.

With z = (x - loc) / scale and f the density of the standard distribution, all follows from the derivatives of log f by
z and by the shape parameters, and of the distribution function by the shape parameters: one line of the table for each
distribution. Where a table has None, the derivative has no closed form and is refused. At the ends of a support and
outside it derivatives are 0, where the density is 0.
"""
from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import special, stats

from s2sgrad.rules import families
from s2sgrad.rules.registry import expansion, known, partials
from s2sgrad.runtime import exp_difference
from s2sgrad.runtime.objects import function_with_source
from s2sgrad.runtime.scipy_incomplete import betainc_a, betainc_b, gammainc_a

_SCOPE: dict[str, Any] = {"np": np, "math": math, "special": special, "stats": stats, "gammainc_a": gammainc_a,
                          "betainc_a": betainc_a, "betainc_b": betainc_b, "known": known,
                          "exp_difference": exp_difference}


class Distribution(NamedTuple):
    """A standard distribution: expressions in z and the names of `shapes`, separated by spaces.

    `score` is the derivative of the logarithm of the density by z, `shape_scores` those by the shape parameters, and
    `cdf_slopes` the derivatives of the distribution function by the shape parameters. `bounded` says that the density
    is 0 somewhere. Without a `score`, the density has no derivative and the distribution function one by its variable.
    """

    name: str
    score: str | None
    shapes: str = ""
    shape_scores: tuple[str | None, ...] = ()
    cdf_slopes: tuple[str | None, ...] = ()
    bounded: bool = True


_T_CDF = ("0.25 * np.sign(z) * betainc_b(0.5, 0.5 * df, z * z / (df + z * z)) - 0.5 * z / df * stats.t.pdf(z, df)",)
_F_CDF = ("0.5 * betainc_a(0.5 * dfn, 0.5 * dfd, dfn * z / (dfd + dfn * z)) + z / dfn * stats.f.pdf(z, dfn, dfd)",
          "0.5 * betainc_b(0.5 * dfn, 0.5 * dfd, dfn * z / (dfd + dfn * z)) - z / dfd * stats.f.pdf(z, dfn, dfd)")
_GENNORM_CDF = ("np.sign(z) * (special.xlogy(np.abs(z), np.abs(z)) / beta * stats.gennorm.pdf(z, beta)"
                " - 0.5 * gammainc_a(1.0 / beta, np.abs(z) ** beta) / (beta * beta))",)

TABLE = (
    # ---- on the whole line
    Distribution("norm", "-z", bounded=False),
    Distribution("cauchy", "-2.0 * z / (1.0 + z * z)", bounded=False),
    Distribution("laplace", "-np.sign(z)", bounded=False),
    Distribution("logistic", "-np.tanh(0.5 * z)", bounded=False),
    Distribution("hypsecant", "-np.tanh(z)", bounded=False),
    Distribution("gumbel_r", "np.exp(-z) - 1.0", bounded=False),
    Distribution("gumbel_l", "1.0 - np.exp(z)", bounded=False),
    Distribution("moyal", "0.5 * (np.exp(-z) - 1.0)", bounded=False),
    Distribution("t", "-(df + 1.0) * z / (df + z * z)", "df",
                 ("0.5 * (special.psi(0.5 * (df + 1.0)) - special.psi(0.5 * df) - 1.0 / df - np.log1p(z * z / df)"
                  " + (df + 1.0) * z * z / (df * (df + z * z)))",), _T_CDF, False),
    Distribution("gennorm", "-beta * np.abs(z) ** (beta - 1.0) * np.sign(z)", "beta",
                 ("1.0 / beta + special.psi(1.0 / beta) / (beta * beta)"
                  " - special.xlogy(np.abs(z) ** beta, np.abs(z))",),
                 _GENNORM_CDF, False),
    Distribution("skewnorm", "a * np.exp(-0.5 * (a * z) ** 2 - special.log_ndtr(a * z)) / math.sqrt(2.0 * math.pi) - z",
                 "a",
                 ("z * np.exp(-0.5 * (a * z) ** 2 - special.log_ndtr(a * z)) / math.sqrt(2.0 * math.pi)",),
                 ("-np.exp(-0.5 * z * z * (1.0 + a * a)) / (math.pi * (1.0 + a * a))",), False),
    Distribution("loggamma", "c - np.exp(z)", "c", ("z - special.psi(c)",), ("gammainc_a(c, np.exp(z))",), False),
    # ---- on the positive half
    Distribution("expon", "-1.0"),
    Distribution("halfnorm", "-z"),
    Distribution("halfcauchy", "-2.0 * z / (1.0 + z * z)"),
    Distribution("halflogistic", "-np.tanh(0.5 * z)"),
    Distribution("rayleigh", "1.0 / z - z"),
    Distribution("maxwell", "2.0 / z - z"),
    Distribution("levy", "(0.5 / z - 1.5) / z"),
    Distribution("gamma", "(a - 1.0) / z - 1.0", "a", ("np.log(z) - special.psi(a)",), ("gammainc_a(a, z)",)),
    Distribution("chi2", "(0.5 * df - 1.0) / z - 0.5", "df", ("0.5 * (np.log(0.5 * z) - special.psi(0.5 * df))",),
                 ("0.5 * gammainc_a(0.5 * df, 0.5 * z)",)),
    Distribution("chi", "(df - 1.0) / z - z", "df", ("0.5 * (np.log(0.5 * z * z) - special.psi(0.5 * df))",),
                 ("0.5 * gammainc_a(0.5 * df, 0.5 * z * z)",)),
    Distribution("invgamma", "(1.0 / z - a - 1.0) / z", "a", ("-np.log(z) - special.psi(a)",),
                 ("-gammainc_a(a, 1.0 / z)",)),
    Distribution("nakagami", "(2.0 * nu - 1.0) / z - 2.0 * nu * z", "nu",
                 ("np.log(nu) + 1.0 - special.psi(nu) + 2.0 * np.log(z) - z * z",),
                 ("gammainc_a(nu, nu * z * z) + 0.5 * z / nu * stats.nakagami.pdf(z, nu)",)),
    Distribution("f", "(0.5 * dfn - 1.0) / z - 0.5 * (dfn + dfd) * dfn / (dfd + dfn * z)", "dfn dfd",
                 ("0.5 * (np.log(dfn * z / (dfd + dfn * z)) + 1.0 - (dfn + dfd) * z / (dfd + dfn * z)"
                  " - special.psi(0.5 * dfn) + special.psi(0.5 * (dfn + dfd)))",
                  "0.5 * (np.log(dfd / (dfd + dfn * z)) - dfn / dfd + (dfn + dfd) * dfn * z / (dfd * (dfd + dfn * z))"
                  " - special.psi(0.5 * dfd) + special.psi(0.5 * (dfn + dfd)))"), _F_CDF),
    Distribution("betaprime", "(a - 1.0) / z - (a + b) / (1.0 + z)", "a b",
                 ("np.log(z / (1.0 + z)) - special.psi(a) + special.psi(np.add(a, b))",
                  "-np.log1p(z) - special.psi(b) + special.psi(np.add(a, b))"),
                 ("betainc_a(a, b, z / (1.0 + z))", "betainc_b(a, b, z / (1.0 + z))")),
    Distribution("lognorm", "-(1.0 + np.log(z) / (s * s)) / z", "s", ("((np.log(z) / s) ** 2 - 1.0) / s",),
                 ("-np.log(z) * np.exp(-0.5 * (np.log(z) / s) ** 2) / (s * s * math.sqrt(2.0 * math.pi))",)),
    Distribution("weibull_min", "(c - 1.0 - c * z ** c) / z", "c", ("1.0 / c + np.log(z) * (1.0 - z ** c)",),
                 ("np.log(z) * z ** c * np.exp(-z ** c)",)),
    Distribution("fisk", "(c - 1.0 - 2.0 * c * z ** c / (1.0 + z ** c)) / z", "c",
                 ("1.0 / c + np.log(z) * (1.0 - 2.0 * z ** c / (1.0 + z ** c))",),
                 ("np.log(z) * z ** c / (1.0 + z ** c) ** 2",)),
    Distribution("invgauss", "-1.5 / z - (z * z - mu * mu) / (2.0 * (mu * z) ** 2)", "mu", ("(z - mu) / mu ** 3",),
                 ("-2.0 / (mu * mu) * np.exp(2.0 / mu + special.log_ndtr(-(z / mu + 1.0) / np.sqrt(z)))",)),
    Distribution("lomax", "-(c + 1.0) / (1.0 + z)", "c", ("1.0 / c - np.log1p(z)",),
                 ("np.log1p(z) * (1.0 + z) ** -c",)),
    Distribution("genpareto", "-(1.0 + c) / (1.0 + c * z)", "c",
                 ("np.log1p(c * z) / (c * c) - (1.0 + 1.0 / c) * z / (1.0 + c * z)",),
                 ("(z / (c * (1.0 + c * z)) - np.log1p(c * z) / (c * c)) * (1.0 + c * z) ** (-1.0 / c)",)),
    # ---- on an interval or beyond a point
    Distribution("uniform", "0.0 * z"),
    Distribution("beta", "(a - 1.0) / z - (b - 1.0) / (1.0 - z)", "a b",
                 ("np.log(z) - special.psi(a) + special.psi(np.add(a, b))",
                  "np.log1p(-z) - special.psi(b) + special.psi(np.add(a, b))"),
                 ("betainc_a(a, b, z)", "betainc_b(a, b, z)")),
    Distribution("pareto", "-(b + 1.0) / z", "b", ("1.0 / b - np.log(z)",), ("np.log(z) * z ** -b",)),
    Distribution("powerlaw", "(a - 1.0) / z", "a", ("1.0 / a + np.log(z)",), ("np.log(z) * z ** a",)),
    Distribution("truncexpon", "-1.0", "b", ("-1.0 / np.expm1(b)",), ("stats.truncexpon.cdf(z, b) / -np.expm1(b)",)),
    Distribution("truncnorm", "-z", "a b", ("stats.truncnorm.pdf(a, a, b)", "-stats.truncnorm.pdf(b, a, b)"),
                 ("-stats.truncnorm.pdf(a, a, b) * stats.truncnorm.sf(z, a, b)",
                  "-stats.truncnorm.pdf(b, a, b) * stats.truncnorm.cdf(z, a, b)")),
    Distribution("vonmises", "-kappa * np.sin(z)", "kappa",
                 ("np.cos(z) - special.i1e(kappa) / special.i0e(kappa)",), (None,), False),
    Distribution("wrapcauchy", "-2.0 * c * np.sin(z) / (1.0 + c * c - 2.0 * c * np.cos(z))", "c",
                 ("-2.0 * c / (1.0 - c * c) - 2.0 * (c - np.cos(z)) / (1.0 + c * c - 2.0 * c * np.cos(z))",),
                 ("np.sin(z) / (math.pi * (1.0 + c * c - 2.0 * c * np.cos(z)))",)),
)

# ---- from the table to rules ------------------------------------------------------------------------------------

_UNIT = "known(scale) and scale == 1"


def _standard(x: str) -> list[str]:
    """Statements for z, without a shift and a division where `loc` and `scale` have their default values."""
    return [f"t = {x} if known(loc) and loc == 0 else {x} - loc", f"z = t if {_UNIT} else t / scale"]


def _rule(t: Distribution, method: str, first: str, lines: list[str], slopes: list[str | None],
          rest: list[str]) -> None:
    """Declare the partial derivatives of a method; they stand in the order of its parameters."""
    fn = getattr(getattr(stats, t.name), method)
    shapes = t.shapes.split()
    params = ", ".join(["y", first, *shapes, "loc=0", "scale=1"])
    result = ", ".join([rest[0], *(s or "None" for s in slopes), *rest[1:]])
    doc = '    """no closed form is known for the derivative by the shape"""\n' if None in slopes else ""
    body = "".join(f"    {line}\n" for line in lines)
    name = f"{t.name}_{method}"
    partials(fn)(define(name, f"def {name}({params}):\n{doc}{body}    return {result}\n"))


def define(name: str, text: str) -> Callable[..., Any]:
    """The rule that `text` spells; its source can be read as if from a file."""
    return function_with_source(text, f"<s2sgrad.rules.scipy_stats {name}>", {**_SCOPE, "__name__": __name__})


def _densities(t: Distribution) -> None:
    for method, inside, factor, one in (("logpdf", "y > -np.inf", "", "1.0"), ("pdf", "y > 0.0", "y * ", "y")):
        def masked(e: str, inside: str = inside) -> str:
            return f"np.where({inside}, {e}, 0.0)" if t.bounded else f"({e})"
        slopes = [None if s is None else f"{factor}{masked(s)}" for s in t.shape_scores]
        assert t.score is not None
        lines = [*_standard("x"), f"score = {factor}{masked(t.score)}", f"g = score if {_UNIT} else score / scale"]
        _rule(t, method, "x", lines, slopes, ["g", "-g", f"-{one if factor else masked(one)} / scale - z * g"])


def _distribution_functions(t: Distribution) -> None:
    args = ", ".join(["x", *t.shapes.split(), "loc, scale"])
    density = f"stats.{t.name}.pdf({args})"
    logarithmic = f"stats.{t.name}.logpdf({args})"
    logarithmic = f"exp_difference({logarithmic}, y)" if t.bounded else f"np.exp({logarithmic} - y)"
    for method, p, factor in (("cdf", density, ""), ("sf", f"-{density}", "-"),
                              ("logcdf", logarithmic, "np.exp(-y) * "),
                              ("logsf", f"-{logarithmic}", "-np.exp(-y) * ")):
        slopes = [None if s is None else _within(t, f"{factor}({s})", args) for s in t.cdf_slopes]
        _rule(t, method, "x", [*_standard("x"), f"f = {p}"], slopes, ["f", "-f", "-z * f"])


def _within(t: Distribution, slope: str, args: str) -> str:
    """A slope of a distribution function, which does not change with the shape where there is no density."""
    return f"np.where(stats.{t.name}.pdf({args}) > 0.0, {slope}, 0.0)" if t.bounded else slope


def _quantiles(t: Distribution) -> None:
    args = ", ".join(["y", *t.shapes.split(), "loc, scale"])
    for method, sign in (("ppf", ""), ("isf", "-")):
        slopes = [None if s is None else f"-({s}) * w" for s in t.cdf_slopes]
        lines = [*_standard("y"), f"w = 1.0 / stats.{t.name}.pdf({args})"]
        _rule(t, method, "q", lines, slopes, [f"{sign}w", "1.0", "z"])


def _ranges(t: Distribution) -> None:
    """What quantiles say, and the ends of a support that does not depend on the shape."""
    distribution: Any = getattr(stats, t.name)
    args = ", ".join([*t.shapes.split(), "loc", "scale"])
    params = args.replace("loc, scale", "loc=0, scale=1")
    found = {"median": (params, f"stats.{t.name}.ppf(0.5, {args})"),
             "interval": (f"confidence, {params}", f"stats.{t.name}.ppf(0.5 - 0.5 * confidence, {args}), "
                                                   f"stats.{t.name}.ppf(0.5 + 0.5 * confidence, {args})")}
    if "_get_support" not in vars(type(distribution)):
        ends = [f"loc + scale * {end!r}" if math.isfinite(end) else f"{'-' * (end < 0)}np.inf"
                for end in (float(distribution.a), float(distribution.b))]
        found["support"] = (params, ", ".join(ends))
    for method, (listed, text) in found.items():
        name = f"{t.name}_{method}"
        expansion(getattr(distribution, method))(define(name, f"def {name}({listed}):\n    return {text}\n"))


_pending: dict[Any, Distribution] = {}


def announce(table: tuple[Distribution, ...]) -> None:
    """Let the rules of distributions be declared when one of their methods is first met."""
    _pending.update({getattr(stats, t.name): t for t in table if hasattr(stats, t.name)})  # some came with later versions


def _meet(fn: Any) -> None:
    t = _pending.pop(getattr(fn, "__self__", None), None) if isinstance(fn, types.MethodType) else None
    if t is not None:
        if t.score is not None:
            _densities(t)
        _distribution_functions(t)
        _quantiles(t)
        _ranges(t)


def declare_all() -> None:
    """Declare the rules of all distributions."""
    for distribution in list(_pending):
        _meet(distribution.pdf)


announce(TABLE)
families.when_met("scipy.stats", _meet)
