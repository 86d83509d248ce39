"""`scipy.stats`: rare continuous distributions, one entry of the table each; see `rules.scipy_stats`.

A score by a shape parameter that is the order of a Bessel function has no closed form, and is refused.
"""
from __future__ import annotations

from s2sgrad.rules.scipy_stats import Distribution, announce

_PHI = "np.exp(-0.5 * {0} * {0}) / math.sqrt(2.0 * math.pi)"
#: phi(u) / Phi(u), also far out
_MILLS = "np.exp(-0.5 * {0} * {0} - special.log_ndtr({0})) / math.sqrt(2.0 * math.pi)"
_INVERSE_GAUSSIAN = "2.0 / (mu * mu) * np.exp(2.0 / mu + special.log_ndtr({0}))"

# ---- what entries below are made of, in z and the shape parameters
_NEAR, _FAR = "(1.0 + (z - c) ** 2)", "(1.0 + (z + c) ** 2)"                        # foldcauchy
_RISE = "(-np.expm1(-c * z))"                                                       # genexpon
_SURVIVAL = f"np.exp(b * {_RISE} / c - (a + b) * z)"
_LEFT = "(1.0 - c * z)"                                                             # genhalflogistic
_ROOT = f"{_LEFT} ** (1.0 / c)"
_ROOT_C = f"(z / (c * {_LEFT}) + np.log({_LEFT}) / (c * c))"                        # minus the derivative of its logarithm
_K4 = "(1.0 - k * z)"                                                               # kappa4
_W = f"{_K4} ** (1.0 / k)"
_W_K = f"({_W} * (np.log({_K4}) / (k * k) + z / (k * {_K4})))"                      # minus its derivative
_V = f"(1.0 - h * {_W})"
_G = "np.sqrt(a * a - b * b)"                                                       # hyperbolic distributions
_S = "np.sqrt(1.0 + z * z)"
_HYPERBOLIC = f"special.kve(p - 1.5, a * {_S}) / special.kve(p - 0.5, a * {_S})"
_ORDERS = f"special.kve(p - 1.0, {_G}) / special.kve(p, {_G})"
_NIG = f"special.k0e(a * {_S}) / special.k1e(a * {_S})"
_T = "(z / np.sqrt(a + b + z * z))"                                                 # jf_skew_t
_PULL = f"((a + 0.5) / (1.0 + {_T}) - (b + 0.5) / (1.0 - {_T})) / (a + b + z * z) ** 1.5"
_JF = "special.psi(np.add(a, b)) - math.log(2.0) - 0.5 / (a + b)"
_K3 = "(a + z ** a)"                                                                # kappa3
_NC = "special.ive(0.5 * df, np.sqrt(nc * z)) / special.ive(0.5 * df - 1.0, np.sqrt(nc * z))"
_P3 = "(2.0 * z / skew + 4.0 / (skew * skew))"                                      # pearson3
_P3_BETA = "(z + 4.0 / skew)"                                                       # its derivative by 2 / skew
_LOGS = "(np.log(z) / s)"                                                           # powerlognorm
_R = "(z * z / rho - rho)"                                                          # rel_breitwigner
_SIDE = "(1.0 + a * np.sign(z))"                                                    # skewcauchy
_TOP = "(1.0 + d - c)"                                                              # trapezoid
_BETWEEN = "(np.exp(-a ** c) - np.exp(-b ** c))"                                    # truncweibull_min
_BETWEEN_C = "(np.exp(-b ** c) * special.xlogy(b ** c, b) - np.exp(-a ** c) * special.xlogy(a ** c, a))"
_BALL = "(m / beta / (m - 1.0) * np.exp(-0.5 * beta * beta) + math.sqrt(2.0 * math.pi) * special.ndtr(beta))"
_TAIL = "np.maximum(m / beta - beta - z, m / beta)"                                 # crystalball
_ARGUS = "(special.ndtr({0}) - {0} * " + _PHI + " - 0.5)"
_Q_ARGUS = "(chi * np.sqrt(1.0 - z * z))"
_TL, _TS = "stats.tukeylambda.cdf(z, lam)", "stats.tukeylambda.sf(z, lam)"
_TL_LAM = f"(special.xlogy({_TL} ** lam, {_TL}) - special.xlogy({_TS} ** lam, {_TS}) - z) / lam"  # of the quantile
_TL_BEND = f"(lam - 1.0) * ({_TL} ** (lam - 2.0) - {_TS} ** (lam - 2.0))"              # of the inverse of the density
_WIDER = "np.sqrt(1.0 + 2.0 / df)"                                                  # nct

TABLE = (
    # ---- on the whole line
    Distribution("crystalball", f"np.where(z > -beta, -z, m / {_TAIL})", "beta m",
                 (f"(1.0 + m / (beta * beta)) / (m - 1.0) * np.exp(-0.5 * beta * beta) / {_BALL}"
                  f" + np.where(z > -beta, 0.0, m * (m / (beta * beta) + 1.0) / {_TAIL} - m / beta - beta)",
                  f"np.exp(-0.5 * beta * beta) / (beta * (m - 1.0) ** 2 * {_BALL})"
                  f" + np.where(z > -beta, 0.0, np.log(m / (beta * {_TAIL})) + 1.0 - m / (beta * {_TAIL}))"),
                 (None, None), False),
    Distribution("dgamma", "np.sign(z) * ((a - 1.0) / np.abs(z) - 1.0)", "a", ("np.log(np.abs(z)) - special.psi(a)",),
                 ("0.5 * np.sign(z) * gammainc_a(a, np.abs(z))",), False),
    Distribution("exponnorm", f"{_MILLS.format('(z - 1.0 / K)')} - 1.0 / K", "K",
                 (f"(z + {_MILLS.format('(z - 1.0 / K)')} - 1.0 / K) / (K * K) - 1.0 / K",),
                 (f"-stats.exponnorm.pdf(z, K) * (z + {_MILLS.format('(z - 1.0 / K)')} - 1.0 / K) / K",), False),
    Distribution("genhyperbolic", f"b - a * z / {_S} * {_HYPERBOLIC}", "p a b",
                 (None, f"2.0 * p * a / (a * a - b * b) + a / {_G} * {_ORDERS} - (2.0 * p - 1.0) / a - {_S} * {_HYPERBOLIC}",
                  f"z - 2.0 * p * b / (a * a - b * b) - b / {_G} * {_ORDERS}"), (None, None, None), False),
    Distribution("norminvgauss", f"b - a * z / {_S} * {_NIG} - 2.0 * z / (1.0 + z * z)", "a b",
                 (f"a / {_G} - {_S} * {_NIG}", f"z - b / {_G}"), (None, None), False),
    Distribution("jf_skew_t", f"{_PULL} * (a + b)", "a b",
                 (f"np.log1p({_T}) - 0.5 * z * {_PULL} - special.psi(a) + {_JF}",
                  f"np.log1p(-{_T}) - 0.5 * z * {_PULL} - special.psi(b) + {_JF}"),
                 (f"betainc_a(a, b, 0.5 + 0.5 * {_T}) - 0.5 * z / (a + b) * stats.jf_skew_t.pdf(z, a, b)",
                  f"betainc_b(a, b, 0.5 + 0.5 * {_T}) - 0.5 * z / (a + b) * stats.jf_skew_t.pdf(z, a, b)"), False),
    Distribution("skewcauchy", f"-2.0 * z / (z * z + {_SIDE} ** 2)", "a",
                 (f"2.0 * z * z * np.sign(z) / ({_SIDE} * (z * z + {_SIDE} ** 2))",),
                 (f"np.sign(z) / math.pi * (np.arctan(z / {_SIDE}) - z * {_SIDE} / (z * z + {_SIDE} ** 2)) - 0.5",), False),
    Distribution("nct", f"(df * ({_WIDER} * stats.nct.pdf({_WIDER} * z, df + 2.0, nc) / stats.nct.pdf(z, df, nc) - 1.0)"
                 " - 1.0) / z", "df nc", (None, None), (None, None), False),
    Distribution("kstwobign", None),
    Distribution("landau", None, bounded=False),
    # ---- on a half line
    Distribution("erlang", "(a - 1.0) / z - 1.0", "a", ("np.log(z) - special.psi(a)",), ("gammainc_a(a, z)",)),
    Distribution("alpha", "((a - 1.0 / z) / -z - 2.0) / z", "a", (f"1.0 / z - a - {_MILLS.format('a')}",),
                 (f"({_PHI.format('(a - 1.0 / z)')} - stats.alpha.cdf(z, a) * {_PHI.format('a')}) / special.ndtr(a)",)),
    Distribution("foldcauchy", f"-2.0 * ((z - c) / {_NEAR} ** 2 + (z + c) / {_FAR} ** 2) / (1.0 / {_NEAR} + 1.0 / {_FAR})", "c",
                 (f"2.0 * ((z - c) / {_NEAR} ** 2 - (z + c) / {_FAR} ** 2) / (1.0 / {_NEAR} + 1.0 / {_FAR})",),
                 (f"(1.0 / {_FAR} - 1.0 / {_NEAR}) / math.pi",)),
    Distribution("genexpon", f"b * c * np.exp(-c * z) / (a + b * {_RISE}) - a - b * {_RISE}", "a b c",
                 (f"1.0 / (a + b * {_RISE}) - z", f"{_RISE} / (a + b * {_RISE}) - z + {_RISE} / c",
                  f"b * z * np.exp(-c * z) * (1.0 / (a + b * {_RISE}) + 1.0 / c) - b * {_RISE} / (c * c)"),
                 (f"z * {_SURVIVAL}", f"(z - {_RISE} / c) * {_SURVIVAL}",
                  f"b * ({_RISE} / c - z * np.exp(-c * z)) / c * {_SURVIVAL}")),
    Distribution("geninvgauss", "(p - 1.0) / z - 0.5 * b * (1.0 - 1.0 / (z * z))", "p b",
                 (None, "special.kve(p - 1.0, b) / special.kve(p, b) + p / b - 0.5 * (z + 1.0 / z)"), (None, None)),
    Distribution("kappa3", f"-(a + 1.0) * z ** (a - 1.0) / {_K3}", "a",
                 (f"1.0 / a + np.log({_K3}) / (a * a) - (1.0 + 1.0 / a) * (1.0 + z ** a * np.log(z)) / {_K3}",),
                 (f"stats.kappa3.cdf(z, a) * (np.log({_K3}) / (a * a) - (1.0 + z ** a * np.log(z)) / (a * {_K3}))",)),
    Distribution("ncx2", f"(0.5 * df - 1.0) / z - 0.5 + 0.5 * np.sqrt(nc / z) * {_NC}", "df nc",
                 (None, f"0.5 * np.sqrt(z / nc) * {_NC} - 0.5"), (None, "-stats.ncx2.pdf(z, df + 2.0, nc)")),
    Distribution("powerlognorm", f"-(1.0 + ({_LOGS} + (c - 1.0) * {_MILLS.format(f'-{_LOGS}')}) / s) / z", "c s",
                 (f"1.0 / c + special.log_ndtr(-{_LOGS})",
                  f"(({_LOGS} + (c - 1.0) * {_MILLS.format(f'-{_LOGS}')}) * {_LOGS} - 1.0) / s"),
                 (f"-special.log_ndtr(-{_LOGS}) * special.ndtr(-{_LOGS}) ** c",
                  f"-z * {_LOGS} * stats.powerlognorm.pdf(z, c, s)")),
    Distribution("recipinvgauss", "0.5 / (mu * z) ** 2 - 0.5 / z - 0.5", "mu", ("(1.0 / (mu * z) - 1.0) / (mu * mu)",),
                 (_INVERSE_GAUSSIAN.format("-(1.0 / (mu * z) + 1.0) * np.sqrt(z)"),)),
    Distribution("rel_breitwigner", f"-4.0 * {_R} * z / (rho * (1.0 + {_R} ** 2))", "rho",
                 ("0.5 / (np.sqrt(1.0 + rho ** -2) * (1.0 + np.sqrt(1.0 + rho ** -2)) * rho ** 3) - 1.0 / (rho ** 3 + rho)"
                  f" + 2.0 * {_R} * (z * z / (rho * rho) + 1.0) / (1.0 + {_R} ** 2)",), (None,)),
    Distribution("ncf", None, "dfn dfd nc", (), (None, None, None)),
    Distribution("studentized_range", None, "k df", (), (None, None)),
    Distribution("dpareto_lognorm", None, "u s a b", (), (None, None, None, None)),
    # ---- on an interval, or bounded by the shape
    Distribution("ksone", None, "n", (), (None,)),
    Distribution("kstwo", None, "n", (), (None,)),
    Distribution("irwinhall", "(stats.irwinhall.pdf(z, n - 1) - stats.irwinhall.pdf(z - 1.0, n - 1))"
                 " / np.maximum(stats.irwinhall.pdf(z, n), 1e-300)", "n", (None,), (None,)),
    Distribution("tukeylambda", f"-{_TL_BEND} * stats.tukeylambda.pdf(z, lam) ** 2", "lam",
                 (f"stats.tukeylambda.pdf(z, lam) * ({_TL_BEND} * stats.tukeylambda.pdf(z, lam) * {_TL_LAM}"
                  f" - {_TL} ** (lam - 1.0) * np.log({_TL}) - {_TS} ** (lam - 1.0) * np.log({_TS}))",),
                 (f"-stats.tukeylambda.pdf(z, lam) * {_TL_LAM}",)),
    Distribution("argus", "1.0 / z - z / (1.0 - z * z) + chi * chi * z", "chi",
                 (f"3.0 / chi - chi * chi * {_PHI.format('chi')} / {_ARGUS.format('chi')} - chi * (1.0 - z * z)",),
                 (f"({_ARGUS.format(_Q_ARGUS)} * chi ** 2 * {_PHI.format('chi')} / {_ARGUS.format('chi')}"
                  f" - {_Q_ARGUS} ** 3 / chi * {_PHI.format(_Q_ARGUS)}) / {_ARGUS.format('chi')}",)),
    Distribution("cosine", "-np.tan(0.5 * z)"),
    Distribution("genhalflogistic", f"((c - 1.0) + 2.0 * {_ROOT} / (1.0 + {_ROOT})) / {_LEFT}", "c",
                 (f"z / {_LEFT} - {_ROOT_C} * (1.0 - {_ROOT}) / (1.0 + {_ROOT})",),
                 (f"2.0 * {_ROOT} * {_ROOT_C} / (1.0 + {_ROOT}) ** 2",)),
    Distribution("kappa4", f"((k - 1.0) + (1.0 - h) * {_W} / {_V}) / {_K4}", "h k",
                 (f"-np.log({_V}) / (h * h) - (1.0 / h - 1.0) * {_W} / {_V}",
                  f"(1.0 - h) * {_W_K} / {_V} - (1.0 / k - 1.0) * z / {_K4} - np.log({_K4}) / (k * k)"),
                 (f"-{_V} ** (1.0 / h) * (np.log({_V}) / (h * h) + {_W} / (h * {_V}))", f"{_V} ** (1.0 / h - 1.0) * {_W_K}")),
    Distribution("pearson3", f"2.0 / skew * ((4.0 / (skew * skew) - 1.0) / {_P3} - 1.0)", "skew",
                 (f"-1.0 / skew + 2.0 / (skew * skew) * (4.0 / skew * (special.psi(4.0 / (skew * skew)) - np.log({_P3}))"
                  f" - (4.0 / (skew * skew) - 1.0) * {_P3_BETA} / {_P3} + {_P3_BETA})",),
                 (f"-np.sign(skew) * 8.0 / skew ** 3 * gammainc_a(4.0 / (skew * skew), {_P3})"
                  f" - {_P3_BETA} / skew * stats.pearson3.pdf(z, skew)",)),
    Distribution("rdist", "(2.0 - c) * z / (1.0 - z * z)", "c",
                 ("0.5 * (np.log1p(-z * z) - special.psi(0.5 * c) + special.psi(0.5 * (c + 1.0)))",),
                 ("0.5 * (betainc_a(0.5 * c, 0.5 * c, 0.5 + 0.5 * z) + betainc_b(0.5 * c, 0.5 * c, 0.5 + 0.5 * z))",)),
    Distribution("reciprocal", "-1.0 / z", "a b", ("1.0 / (a * np.log(b / a))", "-1.0 / (b * np.log(b / a))"),
                 ("-np.log(b / z) / (a * np.log(b / a) ** 2)", "-np.log(z / a) / (b * np.log(b / a) ** 2)")),
    Distribution("trapezoid", "np.where(z < c, 1.0 / z, np.where(z < d, 0.0, -1.0 / (1.0 - z)))", "c d",
                 (f"1.0 / {_TOP} - np.where(z < c, 1.0 / c, 0.0)", f"np.where(z < d, 0.0, 1.0 / (1.0 - d)) - 1.0 / {_TOP}"),
                 (f"np.where(z < c, z * z / (c * {_TOP}) * (1.0 / {_TOP} - 1.0 / c), np.where(z < d,"
                  f" (2.0 * z - 1.0 - d) / {_TOP} ** 2, -(1.0 - z) ** 2 / ({_TOP} ** 2 * (1.0 - d))))",
                  f"np.where(z < c, -z * z / (c * {_TOP} ** 2), np.where(z < d, (c - 2.0 * z) / {_TOP} ** 2,"
                  f" (1.0 - z) ** 2 / ({_TOP} * (1.0 - d)) * (1.0 / {_TOP} - 1.0 / (1.0 - d))))")),
    Distribution("truncpareto", "-(b + 1.0) / z", "b c",
                 ("1.0 / b - np.log(c) / (c ** b - 1.0) - np.log(z)", "-b / (c * (c ** b - 1.0))"),
                 ("(z ** -b * np.log(z) - stats.truncpareto.cdf(z, b, c) * c ** -b * np.log(c)) / (1.0 - c ** -b)",
                  "-b * stats.truncpareto.cdf(z, b, c) / (c * (c ** b - 1.0))")),
    Distribution("truncweibull_min", "(c - 1.0 - c * z ** c) / z", "c a b",
                 (f"1.0 / c + np.log(z) * (1.0 - z ** c) - {_BETWEEN_C} / {_BETWEEN}",
                  f"c * a ** (c - 1.0) * np.exp(-a ** c) / {_BETWEEN}", f"-c * b ** (c - 1.0) * np.exp(-b ** c) / {_BETWEEN}"),
                 ("(z ** c * np.log(z) * np.exp(-z ** c) - np.exp(-a ** c) * special.xlogy(a ** c, a)"
                  f" - stats.truncweibull_min.cdf(z, c, a, b) * {_BETWEEN_C}) / {_BETWEEN}",
                  f"-c * a ** (c - 1.0) * np.exp(-a ** c) / {_BETWEEN} * stats.truncweibull_min.sf(z, c, a, b)",
                  f"-c * b ** (c - 1.0) * np.exp(-b ** c) / {_BETWEEN} * stats.truncweibull_min.cdf(z, c, a, b)")),
    Distribution("vonmises_line", "-kappa * np.sin(z)", "kappa", ("np.cos(z) - special.i1e(kappa) / special.i0e(kappa)",),
                 (None,)),
)

announce(TABLE)
