"""Samples of `scipy.special`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from rules.harness import Sample, sample
from s2sgrad.rules.optional import functions

X = np.array([0.31, 1.27, 2.63])
Y = np.array([0.8, 2.4, 0.55])
UNIT = np.array([0.12, 0.47, 0.83])
SIGNED = np.array([-1.3, 0.4, 0.0, 2.2])
GRID = np.array([[0.3, -1.1, 0.7], [2.0, 0.1, -0.4]])
Z = np.array([0.4 + 0.3j, 1.2 - 0.7j])


def one(fn: Any, code: str, tol: float = 1e-6, order: int = 2, wrt: tuple[str, ...] | None = None,
        **args: Any) -> Sample:
    return sample(fn, code, wrt=wrt, tol=tol, order=order, names={"special": special}, **args)


INVERSES = [
    one(special.gdtrix, "special.gdtrix(a, 1.7, p)", a=X, p=UNIT, order=1),
    one(special.pdtri, "special.pdtri(3, p)", p=UNIT, order=1),
    one(special.bdtri, "special.bdtri(3, 5, p)", p=UNIT, order=1),
    one(special.nbdtri, "special.nbdtri(3, 5, p)", p=UNIT, order=1),
    one(special.fdtri, "special.fdtri(a, b, p)", a=3.0 + X, b=5.0 + Y, p=UNIT, order=1),
    one(special.nrdtrimn, "special.nrdtrimn(p, y, x)", p=0.4 * UNIT, y=Y, x=X),
    one(special.nrdtrisd, "special.nrdtrisd(x, p, y)", x=X, p=0.4 * UNIT, y=X + Y),
    one(special.chndtr, "special.chndtr(x, 3.3, y)", x=X, y=Y),
    one(special.tklmbda, "special.tklmbda(x, y)", x=0.2 * X, y=Y),
    one(special.kelvin, "special.kelvin(x)", x=X),
    one(special.logsumexp, "special.logsumexp(x, b=g, axis=1, return_sign=True)", x=GRID, g=GRID[::-1]),
    one(special.logsumexp, "special.logsumexp(x - 1.0, return_sign=True)", x=GRID),
    one(special.logsumexp, "special.logsumexp(x, b=g, axis=1, return_sign=True)", x=GRID + 0.3j, g=GRID[::-1] - 0.2j),
]
GAMMA = [
    one(special.gamma, "special.gamma(x)", x=np.array([-0.4, 0.7, 2.5])),
    one(special.gamma, "special.gamma(x)", x=1.7),
    one(special.gammaln, "special.gammaln(x)", x=X),
    one(special.loggamma, "special.loggamma(x)", x=X),
    one(special.loggamma, "special.loggamma(z)", z=Z),
    one(special.psi, "special.psi(z)", z=np.append(Z, -3.3 + 0.4j)),
    one(special.digamma, "special.digamma(x)", x=np.array([0.7, 2.1], dtype=np.float32), tol=1e-3, order=1),
    one(special.rgamma, "special.rgamma(x)", x=X),
    one(special.psi, "special.psi(x)", x=X),
    one(special.digamma, "special.digamma(x)", x=1.3),
    one(special.polygamma, "special.polygamma(1, x)", x=X),
    one(special.multigammaln, "special.multigammaln(x, 3)", x=2.0 + X),
    one(special.beta, "special.beta(x, y)", x=X, y=Y),
    one(special.betaln, "special.betaln(x, y)", x=X, y=2.3),
    one(special.poch, "special.poch(x, y)", x=X, y=Y),
    *(one(f, f"special.{f.__name__}(x, y)", x=[0.7], y=[2.3]) for f in (special.beta, special.betaln, special.poch)),
    one(special.binom, "special.binom(x, y)", x=3.0 + X, y=Y),
    one(special.comb, "special.comb(x, y)", x=3.0 + X, y=Y),
    one(special.perm, "special.perm(x, y)", x=3.0 + X, y=Y),
    one(special.factorial, "special.factorial(x)", x=X),
    one(special.zeta, "special.zeta(2.5, x)", x=X),
    one(special.zeta, "special.zeta(x, y)", x=1.0 + X, y=Y),
    *(one(f, f"special.{f.__name__}(x)", x=x) for f, x in ((special.zeta, 1.5 + X), (special.zetac, 1.5 + X),
                                                           (special.kolmogorov, np.array([0.4, 0.79, 0.81, 1.6])),
                                                           (special.kolmogi, np.array([0.2, 0.7, 0.95])))),
    one(special.gammainc, "special.gammainc(2.3, x)", x=X),
    one(special.gammainc, "special.gammainc(a, x)", a=np.array([0.4, 2.0, 9.0]), x=np.array([0.7, 5.0, 3.0]), order=1),
    one(special.gammainc, "special.gammainc(2.0, x) * special.gammainc(x, 1.4)", x=1.2, order=1),
    one(special.gammainc, "special.gammainc(a, 2)", a=np.linspace(0.3, 0.9, 40), order=1),
    one(special.gammaincc, "special.gammaincc(a, x)", a=X, x=Y, order=1),
    one(special.gammaincc, "special.gammaincc(1.5, x)", x=X),
    one(special.gammaincinv, "special.gammaincinv(a, p)", a=X, p=UNIT, order=1),
    one(special.gammaincinv, "special.gammaincinv(2.0, p)", p=UNIT, order=1),
    one(special.gammainccinv, "special.gammainccinv(a, p)", a=X, p=UNIT, order=1),
    one(special.betainc, "special.betainc(a, b, x)", a=X, b=Y, x=UNIT, order=1),
    one(special.betainc, "special.betainc(2.0, 1.4, x)", x=UNIT),
    *(one(fn, "special.betaincc(a, b, x)", a=X, b=Y, x=UNIT, order=1) for fn in functions("betaincc", library=special)),
    one(special.betaincinv, "special.betaincinv(a, b, p)", a=X, b=Y, p=UNIT, order=1),
    *(one(fn, "special.betainccinv(a, b, p)", a=X, b=Y, p=UNIT, order=1)
      for fn in functions("betainccinv", library=special)),
]

ERROR = [
    one(special.erf, "special.erf(x)", x=SIGNED),
    one(special.erf, "special.erf(z)", z=Z),
    one(special.erf, "special.erf(x)", x=np.float32([0.3, 1.1]), tol=1e-4, order=1),
    one(special.erfc, "special.erfc(x)", x=GRID),
    one(special.erfcx, "special.erfcx(x)", x=SIGNED),
    one(special.erfi, "special.erfi(x)", x=SIGNED),
    one(special.erfinv, "special.erfinv(x)", x=UNIT),
    one(special.erfcinv, "special.erfcinv(x)", x=UNIT),
    one(special.dawsn, "special.dawsn(x)", x=SIGNED),
    one(special.wofz, "special.wofz(z)", z=Z),
    one(special.wofz, "special.wofz(x)", x=X),
    one(special.ndtr, "special.ndtr(x)", x=SIGNED),
    one(special.log_ndtr, "special.log_ndtr(x)", x=np.array([-20.0, -1.0, 0.5, 3.0])),
    one(special.ndtri, "special.ndtri(x)", x=UNIT),
    one(special.ndtri_exp, "special.ndtri_exp(x)", x=-X),
    one(special.owens_t, "special.owens_t(x, y)", x=X, y=Y),
    one(special.voigt_profile, "special.voigt_profile(x, s, g)", x=SIGNED, s=0.8, g=0.6),
    one(special.fresnel, "s, c = special.fresnel(x)\ns * c", x=SIGNED),
    one(special.fresnel, "special.fresnel(x)[1]", x=0.7),
]

INTEGRALS = [
    one(special.exp1, "special.exp1(x)", x=X),
    one(special.expi, "special.expi(x)", x=X),
    one(special.expn, "special.expn(3, x)", x=X),
    one(special.expn, "special.expn(0, x) + special.expn(1, x)", x=X),
    one(special.exprel, "special.exprel(x)", x=SIGNED),
    one(special.spence, "special.spence(x)", x=np.array([0.4, 1.0, 2.1])),
    one(special.spence, "special.spence(z)", z=np.array([0.9 + 0.9j, 0.5 - 0.87j, 2.0 + 0.3j])),
    one(special.sici, "s, c = special.sici(x)\ns - 2.0 * c", x=X),
    one(special.sici, "special.sici(x)[0]", x=np.array([-1.2, 0.6])),
    one(special.shichi, "s, c = special.shichi(x)\ns * c", x=X),
    one(special.shichi, "s, c = special.shichi(x + 0.3j * x ** 2)\ns * c", x=X),
    one(special.lambertw, "special.lambertw(x)", x=X),
    one(special.lambertw, "special.lambertw(z, 1)", z=Z),
    one(special.wrightomega, "special.wrightomega(x)", x=SIGNED),
]

ELEMENTARY = [
    one(special.expit, "special.expit(x)", x=SIGNED),
    one(special.expit, "special.expit(x)", x=0.3),
    one(special.logit, "special.logit(x)", x=UNIT),
    one(special.log_expit, "special.log_expit(x)", x=SIGNED),
    one(special.exp2, "special.exp2(x)", x=SIGNED),
    one(special.exp10, "special.exp10(x)", x=SIGNED),
    one(special.expm1, "special.expm1(x)", x=SIGNED),
    one(special.log1p, "special.log1p(x)", x=X),
    one(special.cbrt, "special.cbrt(x)", x=X),
    one(special.cosm1, "special.cosm1(x)", x=SIGNED),
    one(special.powm1, "special.powm1(x, y)", x=X, y=Y),
    one(special.sindg, "special.sindg(x)", x=20.0 * X),
    one(special.cosdg, "special.cosdg(x)", x=20.0 * X),
    one(special.tandg, "special.tandg(x)", x=20.0 * X),
    one(special.cotdg, "special.cotdg(x)", x=20.0 * X),
    one(special.radian, "special.radian(x, y, x) ** 2", order=1, x=X, y=Y),
    one(special.radian, "special.radian(x, y, 0.5) ** 2", x=X, y=Y),
    one(special.boxcox, "special.boxcox(x, y)", x=X, y=np.array([0.0, 0.4, -1.2])),
    one(special.boxcox1p, "special.boxcox1p(x, y)", x=X, y=np.array([0.0, 0.4, -1.2])),
    one(special.inv_boxcox, "special.inv_boxcox(x, y)", x=X, y=np.array([0.3, 0.4, 1.2])),
    one(special.inv_boxcox1p, "special.inv_boxcox1p(x, y)", x=X, y=np.array([0.3, 0.4, 1.2])),
    one(special.huber, "special.huber(x, y)", x=X, y=np.array([-2.0, 0.7, 4.0]), order=1),
    one(special.pseudo_huber, "special.pseudo_huber(x, y)", x=X, y=SIGNED[:3]),
    *(one(fn, "special.softplus(x)", x=SIGNED) for fn in functions("softplus", library=special)),
]

INFORMATION = [
    one(special.xlogy, "special.xlogy(x, y)", x=X, y=Y),
    one(special.xlogy, "special.xlogy(0.0, y) + special.xlogy(y, y)", y=Y),
    one(special.xlog1py, "special.xlog1py(x, y)", x=X, y=Y),
    one(special.entr, "special.entr(x)", x=X),
    one(special.rel_entr, "special.rel_entr(x, y)", x=X, y=Y),
    one(special.kl_div, "special.kl_div(x, y)", x=X, y=Y),
    one(special.kl_div, "np.sum(special.kl_div(x, 1.5))", x=X),
    one(special.logsumexp, "special.logsumexp(x)", x=X),
    one(special.logsumexp, "special.logsumexp(x, axis=1)", x=GRID),
    one(special.logsumexp, "special.logsumexp(x, axis=0, keepdims=True)", x=GRID),
    one(special.logsumexp, "special.logsumexp(x, b=w)", x=X, w=Y),
    one(special.logsumexp, "special.logsumexp(x, axis=-1, b=w)", x=GRID, w=Y),
    one(special.logsumexp, "special.logsumexp(x, axis=(0, 1))", x=GRID),
    one(special.softmax, "special.softmax(x)", x=X),
    one(special.softmax, "special.softmax(x, axis=1)", x=GRID),
    one(special.log_softmax, "special.log_softmax(x)", x=X),
    one(special.log_softmax, "special.log_softmax(x, axis=0)", x=GRID),
]

SAMPLES: list[Sample] = [*INVERSES, *GAMMA, *ERROR, *INTEGRALS, *ELEMENTARY, *INFORMATION]
