"""`scipy.stats`: the less common continuous distributions, one entry of the table each; see `rules.scipy_stats`."""
from __future__ import annotations

from s2sgrad.rules.scipy_stats import Distribution, announce

_PHI = "np.exp(-0.5 * {0} * {0}) / math.sqrt(2.0 * math.pi)"
_SU = "(a + b * np.arcsinh(z))"
_SB = "(a + b * special.logit(z))"
_EXTREME = "(1.0 - c * z) ** (1.0 / c)"
_EXTREME_C = f"{_EXTREME} * (-np.log(1.0 - c * z) / (c * c) - z / (c * (1.0 - c * z)))"
_FATIGUE = "((np.sqrt(z) - 1.0 / np.sqrt(z)) / c)"
_WEIB = "-np.expm1(-z ** c)"

TABLE = (
    # ---- on the whole line
    Distribution("genlogistic", "(c + 1.0) * special.expit(-z) - 1.0", "c", ("1.0 / c - np.log1p(np.exp(-z))",),
                 ("-np.log1p(np.exp(-z)) * (1.0 + np.exp(-z)) ** -c",), False),
    Distribution("johnsonsu", f"-z / (z * z + 1.0) - {_SU} * b / np.sqrt(z * z + 1.0)", "a b",
                 (f"-{_SU}", f"1.0 / b - {_SU} * np.arcsinh(z)"),
                 (_PHI.format(_SU), f"np.arcsinh(z) * {_PHI.format(_SU)}"), False),
    Distribution("dweibull", "np.sign(z) * (c - 1.0 - c * np.abs(z) ** c) / np.abs(z)", "c",
                 ("1.0 / c + np.log(np.abs(z)) * (1.0 - np.abs(z) ** c)",),
                 ("0.5 * np.sign(z) * np.abs(z) ** c * np.log(np.abs(z)) * np.exp(-np.abs(z) ** c)",), False),
    Distribution("laplace_asymmetric", "np.where(z >= 0.0, -kappa, 1.0 / kappa)", "kappa",
                 ("(1.0 / (kappa * kappa) - 1.0) / (kappa + 1.0 / kappa) - np.where(z >= 0.0, z, z / (kappa * kappa))",
                  ),
                 ("np.exp(-np.where(z >= 0.0, kappa * z, -z / kappa))"
                  " * (np.abs(z) + 2.0 * kappa / (kappa * kappa + 1.0)) / (kappa * kappa + 1.0)",), False),
    Distribution("powernorm", f"-z - (c - 1.0) * {_PHI.format('z')} / special.ndtr(-z)", "c",
                 ("1.0 / c + special.log_ndtr(-z)",), ("-special.ndtr(-z) ** c * special.log_ndtr(-z)",), False),
    # ---- on a half line
    Distribution("gibrat", "-(1.0 + np.log(z)) / z"),
    Distribution("wald", "-1.5 / z - (z * z - 1.0) / (2.0 * z * z)"),
    Distribution("levy_l", "(0.5 / z + 1.5) / -z"),
    Distribution("gompertz", "1.0 - c * np.exp(z)", "c", ("1.0 / c - np.expm1(z)",),
                 ("np.expm1(z) * np.exp(-c * np.expm1(z))",)),
    Distribution("invweibull", "(c * z ** -c - c - 1.0) / z", "c", ("1.0 / c + np.log(z) * (z ** -c - 1.0)",),
                 ("z ** -c * np.log(z) * np.exp(-z ** -c)",)),
    Distribution("weibull_max", "(c * (-z) ** c - c + 1.0) / -z", "c", ("1.0 / c + np.log(-z) * (1.0 - (-z) ** c)",),
                 ("-(-z) ** c * np.log(-z) * np.exp(-(-z) ** c)",)),
    Distribution("genextreme", f"({_EXTREME} - 1.0 + c) / (1.0 - c * z)", "c",
                 (f"((1.0 - c) / ({_EXTREME}) - 1.0) * ({_EXTREME_C}) - np.log(1.0 - c * z) / c",),
                 (f"-np.exp(-{_EXTREME}) * ({_EXTREME_C})",)),
    Distribution("gengamma", "(c * a - 1.0 - c * z ** c) / z", "a c",
                 ("c * np.log(z) - special.psi(a)", "1.0 / c + (a - z ** c) * np.log(z)"),
                 ("np.sign(c) * gammainc_a(a, z ** c)", "z * np.log(z) / c * stats.gengamma.pdf(z, a, c)")),
    Distribution("exponweib", f"(c - 1.0 - c * z ** c * (1.0 - (a - 1.0) * np.exp(-z ** c) / ({_WEIB}))) / z", "a c",
                 (f"1.0 / a + np.log({_WEIB})",
                  f"1.0 / c + np.log(z) * (1.0 - z ** c * (1.0 - (a - 1.0) * np.exp(-z ** c) / ({_WEIB})))"),
                 (f"({_WEIB}) ** a * np.log({_WEIB})", "z * np.log(z) / c * stats.exponweib.pdf(z, a, c)")),
    Distribution("halfgennorm", "-beta * z ** (beta - 1.0)", "beta",
                 ("1.0 / beta + special.psi(1.0 / beta) / (beta * beta) - z ** beta * np.log(z)",),
                 ("z * np.log(z) / beta * stats.halfgennorm.pdf(z, beta)"
                  " - gammainc_a(1.0 / beta, z ** beta) / (beta * beta)",)),
    Distribution("burr12", "(c - 1.0 - (d + 1.0) * c * z ** c / (1.0 + z ** c)) / z", "c d",
                 ("1.0 / c + np.log(z) * (1.0 - (d + 1.0) * z ** c / (1.0 + z ** c))", "1.0 / d - np.log1p(z ** c)"),
                 ("d * z ** c * np.log(z) * (1.0 + z ** c) ** (-d - 1.0)", "np.log1p(z ** c) * (1.0 + z ** c) ** -d")),
    Distribution("burr", "((d + 1.0) * c * z ** -c / (1.0 + z ** -c) - c - 1.0) / z", "c d",
                 ("1.0 / c + np.log(z) * ((d + 1.0) * z ** -c / (1.0 + z ** -c) - 1.0)", "1.0 / d - np.log1p(z ** -c)"),
                 ("d * z ** -c * np.log(z) * (1.0 + z ** -c) ** (-d - 1.0)",
                  "-np.log1p(z ** -c) * (1.0 + z ** -c) ** -d")),
    Distribution("mielke", "(k - 1.0 - (s + k) * z ** s / (1.0 + z ** s)) / z", "k s",
                 ("1.0 / k + np.log(z) - np.log1p(z ** s) / s",
                  "k / (s * s) * np.log1p(z ** s) - (1.0 + k / s) * z ** s * np.log(z) / (1.0 + z ** s)"),
                 ("stats.mielke.cdf(z, k, s) * (np.log(z) - np.log1p(z ** s) / s)",
                  "stats.mielke.cdf(z, k, s) * k / s * (np.log1p(z ** s) / s - z ** s * np.log(z) / (1.0 + z ** s))")),
    Distribution("fatiguelife", "1.0 / (z + 1.0) - 1.5 / z - (z * z - 1.0) / (2.0 * (c * z) ** 2)", "c",
                 ("(z - 1.0) ** 2 / (z * c ** 3) - 1.0 / c",), (f"-{_FATIGUE} / c * {_PHI.format(_FATIGUE)}",)),
    Distribution("foldnorm", "c * np.tanh(c * z) - z", "c", ("z * np.tanh(c * z) - c",),
                 (f"{_PHI.format('(z + c)')} - {_PHI.format('(z - c)')}",)),
    Distribution("rice", "1.0 / z - z + b * special.i1e(b * z) / special.i0e(b * z)", "b",
                 ("z * special.i1e(b * z) / special.i0e(b * z) - b",),
                 ("-z * special.i1e(b * z) * np.exp(-0.5 * (z - b) ** 2)",)),
    Distribution("exponpow", "(b - 1.0 - b * z ** b * np.expm1(z ** b)) / z", "b",
                 ("1.0 / b + np.log(z) * (1.0 - z ** b * np.expm1(z ** b))",),
                 ("z ** b * np.log(z) * np.exp(z ** b - np.expm1(z ** b))",)),
    Distribution("loglaplace", "np.where(z < 1.0, c - 1.0, -c - 1.0) / z", "c", ("1.0 / c - np.abs(np.log(z))",),
                 ("0.5 * np.log(z) * np.exp(-c * np.abs(np.log(z)))",)),
    # ---- on an interval
    Distribution("arcsine", "0.5 / (1.0 - z) - 0.5 / z"),
    Distribution("semicircular", "-z / (1.0 - z * z)"),
    Distribution("anglit", "-2.0 * np.tan(2.0 * z)"),
    Distribution("johnsonsb", f"(2.0 * z - 1.0 - {_SB} * b) / (z * (1.0 - z))", "a b",
                 (f"-{_SB}", f"1.0 / b - {_SB} * special.logit(z)"),
                 (_PHI.format(_SB), f"special.logit(z) * {_PHI.format(_SB)}")),
    Distribution("loguniform", "-1.0 / z", "a b", ("1.0 / (a * np.log(b / a))", "-1.0 / (b * np.log(b / a))"),
                 ("-np.log(b / z) / (a * np.log(b / a) ** 2)", "-np.log(z / a) / (b * np.log(b / a) ** 2)")),
    Distribution("triang", "np.where(z < c, 1.0 / z, -1.0 / (1.0 - z))", "c",
                 ("np.where(z < c, -1.0 / c, 1.0 / (1.0 - c))",),
                 ("-np.where(z < c, z / c, (1.0 - z) / (1.0 - c)) ** 2",)),
    Distribution("bradford", "-c / (1.0 + c * z)", "c",
                 ("1.0 / c - 1.0 / ((1.0 + c) * np.log1p(c)) - z / (1.0 + c * z)",),
                 ("z / ((1.0 + c * z) * np.log1p(c)) - np.log1p(c * z) / ((1.0 + c) * np.log1p(c) ** 2)",)),
)

announce(TABLE)
