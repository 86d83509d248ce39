"""Samples of distributions and statistics in `scipy.stats`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from rules.harness import Sample, sample

LINE = np.array([-1.4, 0.3, 2.2])
POSITIVE = np.array([0.6, 1.9, 3.4])
UNIT = np.array([0.62, 0.78, 0.95])
BEYOND = np.array([1.8, 2.9, 4.4])
P = np.array([0.12, 0.47, 0.83])
RV = stats.norm(0.2, scale=1.7)

#: The shape parameters at which a distribution is tried, and where.
POINTS: dict[str, tuple[tuple[float, ...], np.ndarray]] = {
    **dict.fromkeys(("norm", "cauchy", "laplace", "logistic", "hypsecant", "gumbel_r", "gumbel_l", "moyal"),
                    ((), LINE)),
    "t": ((3.4,), LINE), "gennorm": ((1.7,), LINE), "skewnorm": ((1.3,), LINE), "loggamma": ((1.6,), LINE),
    **dict.fromkeys(("expon", "halfnorm", "halfcauchy", "halflogistic", "rayleigh", "maxwell", "levy"), ((), POSITIVE)),
    "gamma": ((1.7,), POSITIVE), "chi2": ((3.3,), POSITIVE), "chi": ((2.6,), POSITIVE), "invgamma": ((1.8,), POSITIVE),
    "nakagami": ((1.4,), POSITIVE), "f": ((3.2, 5.1), POSITIVE), "betaprime": ((1.6, 2.3), POSITIVE),
    "lognorm": ((0.7,), POSITIVE), "weibull_min": ((1.6,), POSITIVE), "fisk": ((2.1,), POSITIVE),
    "invgauss": ((1.2,), POSITIVE), "lomax": ((1.7,), POSITIVE), "genpareto": ((0.4,), POSITIVE),
    "uniform": ((), UNIT), "beta": ((1.6, 2.3), UNIT), "powerlaw": ((1.7,), UNIT), "truncexpon": ((2.3,), UNIT),
    "truncnorm": ((-0.8, 1.9), UNIT), "pareto": ((1.7,), BEYOND), "vonmises": ((1.4,), UNIT),
    "wrapcauchy": ((0.4,), UNIT),
}
#: The less common ones, of which the density, the distribution function and the quantile are tried.
MORE: dict[str, tuple[tuple[float, ...], np.ndarray]] = {
    "genlogistic": ((1.6,), LINE), "johnsonsu": ((0.4, 1.3), LINE), "dweibull": ((1.7,), LINE),
    "laplace_asymmetric": ((1.4,), LINE), "powernorm": ((1.6,), LINE), "gibrat": ((), POSITIVE), "wald": ((), POSITIVE),
    "levy_l": ((), -POSITIVE), "gompertz": ((0.3,), UNIT), "invweibull": ((1.6,), POSITIVE),
    "weibull_max": ((1.6,), -POSITIVE), "genextreme": ((0.2,), UNIT), "gengamma": ((1.6, 1.2), POSITIVE),
    "exponweib": ((1.6, 1.2), POSITIVE), "halfgennorm": ((1.4,), POSITIVE), "burr12": ((1.6, 1.2), POSITIVE),
    "burr": ((1.6, 1.2), POSITIVE), "mielke": ((1.6, 2.2), POSITIVE), "fatiguelife": ((0.9,), POSITIVE),
    "foldnorm": ((0.8,), POSITIVE), "rice": ((0.8,), POSITIVE), "exponpow": ((1.3,), UNIT),
    "loglaplace": ((1.6,), POSITIVE),
    "arcsine": ((), UNIT), "semicircular": ((), UNIT), "anglit": ((), UNIT - 0.8), "johnsonsb": ((0.4, 1.3), UNIT),
    "loguniform": ((0.3, 2.6), UNIT), "triang": ((0.7,), UNIT), "bradford": ((1.6,), UNIT),
    "crystalball": ((1.2, 3.1), LINE), "dgamma": ((1.6,), LINE), "exponnorm": ((1.3,), LINE),
    "genhyperbolic": ((0.6, 1.5, -0.5), LINE), "norminvgauss": ((1.3, 0.5), LINE), "jf_skew_t": ((2.1, 1.4), LINE),
    "skewcauchy": ((0.4,), LINE), "erlang": ((2.0,), POSITIVE), "alpha": ((1.4,), POSITIVE), "foldcauchy": ((1.4,), POSITIVE),
    "genexpon": ((0.7, 0.4, 1.2), POSITIVE), "geninvgauss": ((1.3, 1.6), POSITIVE), "kappa3": ((1.4,), POSITIVE),
    "ncx2": ((3.3, 1.7), POSITIVE), "powerlognorm": ((1.6, 0.7), POSITIVE), "recipinvgauss": ((0.9,), POSITIVE),
    "rel_breitwigner": ((1.3,), POSITIVE), "argus": ((1.3,), UNIT), "cosine": ((), LINE), "genhalflogistic": ((0.6,), UNIT),
    "kappa4": ((0.4, 0.3), UNIT), "pearson3": ((1.1,), LINE), "rdist": ((1.6,), UNIT - 0.8), "reciprocal": ((0.3, 2.6), UNIT),
    "trapezoid": ((0.7, 0.9), UNIT), "truncpareto": ((1.8, 5.3), BEYOND), "truncweibull_min": ((1.6, 0.2, 1.9), UNIT),
    "vonmises_line": ((1.4,), UNIT), "tukeylambda": ((0.3,), LINE),
}
#: Those without derivatives by their shapes, and whether densities have derivatives; some came with later versions.
OF_FIXED_SHAPE: dict[str, tuple[str, np.ndarray, bool]] = {
    "nct": ("5.0, 0.4, ", LINE, True), "irwinhall": ("4, ", POSITIVE, True), "kstwobign": ("", POSITIVE, False),
    "landau": ("", LINE, False), "ncf": ("4.0, 6.0, 0.5, ", POSITIVE, False), "ksone": ("10, ", UNIT / 3, False),
    "studentized_range": ("3, 10, ", POSITIVE, False), "dpareto_lognorm": ("1.0, 0.5, 2.0, 3.0, ", POSITIVE, False),
    "kstwo": ("10, ", UNIT / 3, False),
}
#: No closed form for the derivative of the distribution function by the shape.
FIXED_CDF = ("vonmises", "crystalball", "genhyperbolic", "norminvgauss", "geninvgauss", "rel_breitwigner", "vonmises_line")
#: Nor for any by the first shape, which is the order of a Bessel function.
FIXED_ORDER = ("genhyperbolic", "geninvgauss", "ncx2")
#: The distribution function itself is computed too roughly for second differences, or by a method without a rule.
FIRST_ORDER = ("t", "gamma", "chi2", "chi", "f", "beta", "betaprime", "invgamma", "nakagami", "gennorm", "loggamma",
               "gengamma",
               "halfgennorm", "rice", "dgamma", "erlang", "jf_skew_t", "pearson3", "rdist", "genhyperbolic", "norminvgauss",
               "geninvgauss", "ncx2", "crystalball")


def one(fn: Any, code: str, tol: float = 1e-6, order: int = 2, wrt: tuple[str, ...] | None = None,
        **args: Any) -> Sample:
    return sample(fn, code, wrt=wrt, tol=tol, order=order, names={"stats": stats, "RV": RV}, **args)


ALL_METHODS = ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf")


def _continuous(points: dict[str, tuple[tuple[float, ...], np.ndarray]], methods: tuple[str, ...]) -> list[Sample]:
    out = []
    for name, (shapes, x) in points.items():
        distribution = getattr(stats, name)
        given = {f"k{n}": k for n, k in enumerate(shapes)}
        at = 0.2 + 1.3 * x if name not in ("vonmises", "wrapcauchy") else x
        for method in methods:
            density = method in ("logpdf", "pdf")
            fixed = not density and name in FIXED_CDF
            written_out = len(shapes) if fixed else int(name in FIXED_ORDER)
            keys = dict(list(given.items())[written_out:])
            shown = ", ".join([*map(str, shapes[:written_out]), *keys])
            arguments = f"x, {shown + ', ' if shown else ''}m, s"
            order = 2 if method in ("logpdf", "cdf", "ppf") and (density or name not in FIRST_ORDER) else 1
            point = P if method in ("ppf", "isf") else at
            scale = {"m": 0.2, "s": 1.3} if name not in ("vonmises", "wrapcauchy") else {"m": 0.1, "s": 1.0}
            out.append(one(getattr(distribution, method), f"stats.{name}.{method}({arguments})", order=order, tol=1e-5, x=point,
                           **keys, **scale))
    return out


CONTINUOUS = _continuous(POINTS, ALL_METHODS) + _continuous(MORE, ("logpdf", "cdf", "ppf"))
CONTINUOUS += [
    one(getattr(distribution, m), f"stats.{name}.{m}(x, {shapes}m, s)", order=2 if m == "logpdf" else 1, tol=1e-5,
        x=P if m == "ppf" else 0.2 + 1.3 * x, m=0.2, s=1.3)
    for name, (shapes, x, whole) in OF_FIXED_SHAPE.items() if (distribution := getattr(stats, name, None)) is not None
    for m in (("logpdf", "cdf", "ppf") if whole else ("cdf", "ppf"))]
RANGES = [
    *(one(getattr(getattr(stats, name), m), f"stats.{name}({', '.join(keys)}, scale=s).{m}({level})", order=1, tol=1e-5,
          s=1.3, **keys, **({"c": 0.9} if level else {}))
      for name, keys in (("gamma", {"a": 1.7}), ("norm", {"m": 0.2}), ("truncnorm", {"a": -0.8, "b": 1.9}))
      for m, level in (("median", ""), ("interval", "c"))),
    one(stats.uniform.support, "stats.uniform.support(m, s)", m=0.2, s=1.3),
    one(stats.expon.support, "stats.expon(m, scale=s).support()[0]", m=0.2, s=1.3),
    one(stats.gamma.stats, "stats.gamma.stats(a, m, s)", a=1.7, m=0.2, s=1.3),
    one(stats.beta.stats, "stats.beta.stats(a, b, moments='mv')[1]", a=1.7, b=0.9),
    one(stats.poisson.stats, "stats.poisson(mu).stats()", mu=2.3),
    *(one(getattr(stats.binom, m), f"k * np.array(stats.binom(5, k).{m}({level}))", k=0.3)
      for m, level in (("median", ""), ("interval", "0.8"), ("support", ""))),
]
CALLS = [
    one(stats.norm.logpdf, "stats.norm.logpdf(x)", x=LINE),
    one(stats.norm.logpdf, "stats.norm.logpdf(x, scale=s)", x=0.7, s=1.3),
    one(stats.gamma.logpdf, "stats.gamma.logpdf(x, a=a, scale=s)", x=POSITIVE, a=POSITIVE, s=1.3),
    one(stats.gamma.logpdf, "stats.gamma.logpdf(x, 2.0)", x=POSITIVE),
    one(stats.gamma.cdf, "stats.gamma.cdf(x, 2.0)", x=POSITIVE),
    one(stats.norm.cdf, "stats.norm.cdf(x, loc=m)", x=LINE, m=LINE),
]

COUNTS = np.array([0, 1, 3])
METHODS = ("logpmf", "pmf", "cdf", "sf", "logcdf", "logsf")
DISCRETE = [
    one(stats.poisson.entropy, "stats.poisson.entropy(mu)", order=1, tol=1e-5, mu=POSITIVE),
    *(one(getattr(stats.poisson, m), f"stats.poisson.{m}(k, mu)", k=COUNTS, mu=1.7) for m in METHODS),
    *(one(getattr(stats.poisson, m), f"stats.poisson.{m}(2, mu, loc=1)", mu=POSITIVE) for m in METHODS[:2]),
    *(one(getattr(stats.bernoulli, m), f"stats.bernoulli.{m}([0], p)", p=0.4) for m in METHODS),
    *(one(getattr(stats.binom, m), f"stats.binom.{m}(k, 5, p)", k=COUNTS, p=0.4) for m in METHODS),
    *(one(getattr(stats.geom, m), f"stats.geom.{m}(k + 1, p)", k=COUNTS, p=0.4) for m in METHODS),
    *(one(getattr(stats.nbinom, m), f"stats.nbinom.{m}(k, n, p)", k=COUNTS, n=3.0, p=0.4, order=1) for m in METHODS),
    *(one(getattr(stats.betabinom, m), f"stats.betabinom.{m}(k, 4, a, b)", k=COUNTS, a=1.3,
          b=2.2) for m in METHODS[:2]),
]

SPD = "c = np.array([[1.9, 0.4], [0.4, 1.2]]) * s\n"
POINTS_2D = np.array([[0.3, -0.7], [1.1, 0.4], [-0.2, 0.9]])
MULTIVARIATE = [
    *(one(getattr(stats.multivariate_normal, m), SPD + f"stats.multivariate_normal.{m}(x, m, c)", x=POINTS_2D,
          m=LINE[:2],
          s=1.3) for m in ("logpdf", "pdf")),
    one(stats.multivariate_normal.logpdf, SPD + "stats.multivariate_normal.logpdf(x, m, c)", x=LINE[:2], m=LINE[1:],
        s=1.3),
    one(stats.multivariate_normal.logpdf, "stats.multivariate_normal.logpdf(x, m, c)", x=POINTS_2D, m=LINE[:2],
        c=POSITIVE[:2]),
    one(stats.multivariate_normal.logpdf, "stats.multivariate_normal.logpdf(x, cov=c)", x=LINE, c=1.4),
    one(stats.multivariate_normal.logpdf, "stats.multivariate_normal.logpdf(x, m, c)", x=LINE[:2], m=LINE[1:], c=1.4),
    one(stats.multivariate_normal.entropy, SPD + "stats.multivariate_normal.entropy(cov=c)", s=1.3),
    *(one(getattr(stats.dirichlet, m), f"stats.dirichlet.{m}(x, a)", x=np.array([0.2, 0.5]), a=POSITIVE)
      for m in ("logpdf", "pdf")),
    one(stats.dirichlet.logpdf, "stats.dirichlet.logpdf(x / np.sum(x, axis=0), a)",
        x=np.array([[0.2, 0.6], [0.5, 0.9], [1.1, 0.3]]),
        a=POSITIVE),
    one(stats.multinomial.logpmf, "stats.multinomial.logpmf([2, 1, 3], 6, p / np.sum(p))", p=UNIT),
]

GRID = np.array([[0.3, 1.1, 0.7], [2.0, 0.9, 1.4]])
STATISTICS = [
    one(stats.gmean, "stats.gmean(x)", x=POSITIVE),
    one(stats.gmean, "stats.gmean(x, axis=1)", x=GRID),
    one(stats.hmean, "stats.hmean(x)", x=GRID),
    one(stats.pmean, "stats.pmean(x, 3.0)", x=POSITIVE),
    one(stats.zscore, "stats.zscore(x, axis=1, ddof=1)", x=GRID),
    one(stats.sem, "stats.sem(x)", x=POSITIVE),
    one(stats.variation, "stats.variation(x)", x=POSITIVE),
    one(stats.skew, "stats.skew(x)", x=POSITIVE),
    one(stats.kurtosis, "stats.kurtosis(x, axis=1)", x=GRID),
    one(stats.entropy, "stats.entropy(x)", x=POSITIVE),
    one(stats.entropy, "stats.entropy(x, y, base=2)", x=POSITIVE, y=UNIT),
]

DENSITIES = [
    one(stats.gaussian_kde.evaluate, "stats.gaussian_kde([0.1, 0.5, 1.7])(x)", x=LINE),
    one(stats.gaussian_kde.logpdf,
        "k = stats.gaussian_kde(np.array([[0.1, 0.5, 1.7, 0.2], [0.9, -0.2, 0.4, 0.7]]))\nk.logpdf(x)",
        x=POINTS_2D.T),
    *(one(stats.gaussian_kde, f"k = stats.gaussian_kde(s{options})\nk({x}) * k.logpdf({x}) * k.factor", s=s, b=0.4,
          w=np.arange(1.0, 5.0))
      for s, x in ((np.array([0.1, 0.5, 1.7, 0.2]), "[0.3, 0.9]"),
                   (np.array([[0.1, 0.5, 1.7, 0.2], [0.9, -0.2, 0.4, 0.7]]), "s[:, :2] + 0.1"))
      for options in ("", ", 'silverman'", ", b", ", weights=w")),
    one(stats.gaussian_kde, "k = stats.gaussian_kde(s)\nk.pdf(x) * k.integrate_box_1d(-x, x) * k.integrate_gaussian(x, x * x)",
        s=np.array([0.1, 0.5, 1.7, 0.2]), x=0.6),
    one(stats.gaussian_kde, "stats.gaussian_kde(s).integrate_gaussian(m, c)", m=np.array([0.1, 0.4]),
        c=np.array([[0.7, 0.2], [0.3, 0.9]]), s=np.array([[0.1, 0.5, 1.7, 0.2], [0.9, -0.2, 0.4, 0.7]])),
    one(stats.gaussian_kde.pdf, "k = stats.gaussian_kde([0.1, 0.5, 1.7], weights=[0.2, 0.3, 0.5])\nk.pdf(x)", x=LINE),
]
FROZEN = [
    one(stats.norm.logpdf, "rv = stats.norm(m, scale=s)\nrv.logpdf(x) + rv.cdf(x)", x=LINE, m=0.3, s=1.4),
    one(stats.gamma.logpdf, "stats.gamma(a, scale=2.0).logpdf(x)", x=POSITIVE, a=1.7),
    one(stats.norm.logpdf, "RV.logpdf(x)", x=LINE),
]

#: The shape parameters of distributions with moments in closed form; the last are those of integers.
MOMENTS: dict[str, tuple[float, ...]] = {
    **dict.fromkeys(("norm", "expon", "uniform", "laplace", "logistic", "gumbel_r", "gumbel_l", "rayleigh"), ()),
    "gamma": (1.7,), "chi2": (3.3,), "beta": (1.6, 2.3), "t": (3.4,), "lognorm": (0.7,), "pareto": (2.8,),
    "maxwell": (), "halfnorm": (), "halflogistic": (), "moyal": (), "arcsine": (), "semicircular": (), "hypsecant": (),
    "gibrat": (), "anglit": (), "cosine": (), "wald": (), "invgamma": (3.3,), "f": (3.3, 6.1), "invgauss": (3.3,),
    "triang": (0.3,), "powerlaw": (3.3,), "gennorm": (3.3,), "skewnorm": (3.3,), "loggamma": (3.3,), "nakagami": (3.3,),
    "lomax": (3.3,), "genpareto": (0.21,), "betaprime": (3.3, 5.4), "chi": (3.3,), "exponnorm": (3.3,),
    "gengamma": (3.3, 5.4), "genlogistic": (3.3,), "weibull_max": (3.3,), "invweibull": (3.3,), "laplace_asymmetric": (3.3,),
    "fisk": (3.3,), "johnsonsu": (3.3, 5.4), "loguniform": (3.3, 5.4), "truncnorm": (-0.8, 1.9), "truncexpon": (2.3,),
    "genextreme": (0.2,), "fatiguelife": (0.9,), "foldnorm": (0.8,), "dweibull": (1.7,), "dgamma": (1.6,), "erlang": (2.0,),
    "burr12": (3.3, 5.4), "loglaplace": (3.3,), "pearson3": (1.1,), "halfgennorm": (1.4,), "bradford": (1.6,), "rdist": (1.6,),
    "trapezoid": (0.3, 0.8),
    "weibull_min": (1.6,), "bernoulli": (0.3,), "binom": (5, 0.3), "geom": (0.3,), "nbinom": (3.0, 0.4), "poisson": (2.3,),
    "betabinom": (5, 3.8, 4.3), "logser": (0.4,), "planck": (3.3,), "dlaplace": (3.3,), "skellam": (3.3, 3.8),
    "yulesimon": (3.3,), "betanbinom": (5, 3.8, 4.3),
}
_INTEGERS = ("bernoulli", "binom", "geom", "nbinom", "poisson", "betabinom", "logser", "planck", "dlaplace", "skellam",
             "yulesimon", "betanbinom")
_WITHOUT_ENTROPY = (*_INTEGERS[1:], "wald", "invgauss", "skewnorm", "nakagami", "betaprime", "exponnorm", "genlogistic",
                    "johnsonsu", "truncnorm", "fatiguelife", "foldnorm", "burr12", "pearson3", "rdist")


def _moments(name: str, shapes: tuple[float, ...]) -> list[Sample]:
    args = {f"p{n}": p for n, p in enumerate(shapes)} | {"m": 0.3} | ({} if name in _INTEGERS else {"s": 1.4})
    methods = ("mean", "var", "std") if name in _WITHOUT_ENTROPY else ("mean", "var", "std", "entropy")
    if not hasattr(stats, name):
        return []
    return [one(getattr(getattr(stats, name), f), f"stats.{name}.{f}({', '.join(args)})",
                wrt=tuple(n for n, a in args.items() if isinstance(a, float)), **args) for f in methods]


ROWS = np.array([[0.3, -1.2, 0.8], [1.4, 0.6, -0.5], [-0.7, 2.1, 0.2], [0.9, -0.4, 1.7], [0.1, 1.1, -1.6]])
_AMOUNTS = np.abs(ROWS) + 0.3
SPREADS = [
    *(one(getattr(stats, f), f"stats.{f}(x, bias=False{options})", x=ROWS) for f in ("skew", "kurtosis")
      for options in ("", ", axis=None")),
    one(stats.zmap, "stats.zmap(x, y, axis=1)", x=ROWS, y=ROWS[::-1] * 1.3),
    *(one(getattr(stats, f), f"stats.{f}(x{options})", x=_AMOUNTS) for f in ("gzscore", "gstd", "tstd", "tvar", "tmean")
      for options in ("", ", axis=0")),
    *(one(stats.moment, f"stats.moment(x, {options})", x=ROWS)
      for options in ("3", "2, axis=None", "4, axis=1", "[2, 3], axis=1", "(2, 4)")),
    *(one(stats.iqr, f"stats.iqr(x{options})", x=ROWS) for options in (", axis=None", ", axis=0")),
    *(one(stats.median_abs_deviation, f"stats.median_abs_deviation(x{options})", x=x)  # where no two are as far away
      for x, options in ((ROWS, ", axis=0"), (ROWS[:3, :2] ** 3, ", axis=None"))),
    *(one(stats.trim_mean, f"stats.trim_mean(x, 0.2{options})", x=ROWS) for options in ("", ", axis=None")),
    *(one(getattr(stats, f), f"stats.{f}(x{options})", x=_AMOUNTS) for f in ("circmean", "circvar", "circstd")
      for options in ("", ", high=180.0, low=-180.0, axis=0")),
    *(one(getattr(stats, f), f"stats.{f}(x, p)", x=x, p=0.3)
      for f, x in (("boxcox", _AMOUNTS[:, 0]), ("yeojohnson", ROWS[:, 0]))),
    *(one(getattr(stats, f), f"stats.{f}(p, x)", x=x, p=0.3)
      for f, x in (("boxcox_llf", _AMOUNTS[:, 0]), ("yeojohnson_llf", ROWS[:, 0]))),
    one(stats.multinomial.pmf, "stats.multinomial.pmf([0, 1, 3], 4, p / np.sum(p))", p=np.array([0.2, 0.5, 0.3])),
    *(one(getattr(stats.dirichlet, f), f"stats.dirichlet.{f}(a)", a=np.array([1.2, 2.0, 0.8]))
      for f in ("mean", "var", "entropy")),
    *(one(getattr(stats.multivariate_t, f), f"stats.multivariate_t.{f}(x, m, a @ a.T, df=k)", x=ROWS[:2, :2], m=ROWS[2, :2],
          a=ROWS[3:, :2], k=3.3) for f in ("logpdf", "pdf")),
    *(one(getattr(getattr(stats, name), f), f"stats.{name}.{f}({j}, {', '.join(shapes)})", **shapes)
      for name, j, shapes in (("planck", "[0, 1, 3]", {"p": 0.4}), ("logser", "[1, 2, 4]", {"p": 0.4}),
                              ("dlaplace", "[-1, 0, 2]", {"p": 0.7}), ("yulesimon", "[1, 2, 4]", {"p": 2.3}),
                              ("betanbinom", "[0, 1, 3], 5", {"a": 2.3, "b": 1.1})) if hasattr(stats, name)
      for f in ("logpmf", "pmf")),
    *(one(getattr(stats.planck, f), f"stats.planck.{f}([0, 1, 3], p)", p=0.4) for f in ("cdf", "logsf", "sf", "logcdf")),
    one(stats.gengamma.cdf, "stats.gengamma.cdf(x, a, c)", order=1, x=POSITIVE, a=1.6, c=-1.2),
]

SAMPLES: list[Sample] = [*CONTINUOUS, *RANGES, *SPREADS, *CALLS, *DISCRETE, *MULTIVARIATE, *DENSITIES, *FROZEN, *STATISTICS,
                         *(s for name, shapes in MOMENTS.items() for s in _moments(name, shapes))]
