"""Samples of hypergeometric functions, elliptic integrals, polynomials and distribution functions in
`scipy.special`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from rules.harness import Sample, sample
from s2sgrad.rules.optional import functions

A = np.array([0.6, 1.4, 2.3])
B = np.array([1.1, 0.7, 3.2])
X = np.array([-1.7, 0.3, 0.8])
POSITIVE = np.array([0.4, 1.2, 2.6])
UNIT = np.array([0.15, 0.5, 0.88])
INNER = np.array([-0.7, 0.1, 0.6])


def one(fn: Any, code: str, tol: float = 1e-6, order: int = 2, **args: Any) -> Sample:
    return sample(fn, f"special.{code}", tol=tol, order=order, names={"special": special}, **args)


HYPERGEOMETRIC = [
    one(special.hyp0f1, "hyp0f1(1.4, x)", x=X),
    one(special.hyp1f1, "hyp1f1(a, b, x)", a=A, b=B, x=X, order=1),
    one(special.hyp1f1, "hyp1f1(0.4, 1.7, x)", x=X),
    one(special.hyp2f1, "hyp2f1(a, b, 2.4, x)", a=A, b=B, x=X, order=1),
    one(special.hyp2f1, "hyp2f1(0.3, b, c, 0.4)", b=A, c=B, order=1),
    one(special.hyp2f1, "hyp2f1(0.4, 1.7, 2.2, x)", x=X),
    one(special.hyperu, "hyperu(0.4, 1.7, x)", x=POSITIVE),
    one(special.wright_bessel, "wright_bessel(0.4, 1.7, x)", x=POSITIVE),
    *(one(fn, "log_wright_bessel(0.4, 1.7, x)", x=POSITIVE) for fn in functions("log_wright_bessel", library=special)),
]

ELLIPTIC = [
    one(special.ellipk, "ellipk(x)", x=np.array([-2.0, 0.0, 0.7])),
    one(special.ellipkm1, "ellipkm1(x)", x=UNIT),
    one(special.ellipe, "ellipe(x)", x=np.array([-2.0, 0.0, 0.7])),
    one(special.ellipkinc, "ellipkinc(p, m)", p=np.array([0.4, 2.0, -5.0]), m=np.array([0.3, 0.0, 0.7]), order=1),
    one(special.ellipkinc, "ellipkinc(p, 0.6)", p=np.array([0.4, 2.0, -5.0])),
    one(special.ellipeinc, "ellipeinc(p, m)", p=np.array([0.4, 2.0, -5.0]), m=np.array([0.3, 0.0, 0.7]), order=1),
    one(special.ellipeinc, "ellipeinc(p, 0.6)", p=np.array([0.4, 2.0, -5.0])),
    one(special.ellipj, "ellipj(u, m)", u=np.array([0.4, 2.0, -5.0]), m=np.array([0.3, 0.1, 0.7]), order=1),
    one(special.ellipj, "ellipj(u, 0.4)", u=np.array([0.4, 2.0, -5.0]), order=1),
    one(special.agm, "agm(a, b)", a=A, b=B),
    one(special.elliprf, "elliprf(a, b, 0.9)", a=A, b=B),
    one(special.elliprc, "elliprc(a, b)", a=A, b=B, order=1),
    one(special.elliprd, "elliprd(a, b, c)", a=A, b=B, c=POSITIVE, order=1),
]

POLYNOMIALS = [
    one(special.eval_jacobi, "eval_jacobi(3, 0.4, 1.2, x)", x=INNER),
    one(special.eval_jacobi, "eval_jacobi(0, 0.4, 1.2, x) * x", x=INNER),
    one(special.eval_sh_jacobi, "eval_sh_jacobi(3, 2.4, 1.2, x)", x=UNIT),
    one(special.eval_gegenbauer, "eval_gegenbauer(3, 0.4, x)", x=INNER),
    *(one(getattr(special, f"eval_{name}"), f"eval_{name}(3, x)", x=INNER)
      for name in ("legendre", "chebyt", "chebyu", "chebyc", "chebys", "laguerre", "hermite", "hermitenorm")),
    *(one(getattr(special, f"eval_{name}"), f"eval_{name}(0, x) * x", x=INNER)
      for name in ("legendre", "chebyt", "chebyu", "laguerre", "hermite", "hermitenorm")),
    *(one(getattr(special, f"eval_{name}"), f"eval_{name}(3, x)", x=UNIT) for name in ("sh_legendre", "sh_chebyt",
                                                                                       "sh_chebyu")),
    one(special.eval_legendre, "eval_legendre(2.5, x)", x=INNER),
    *(one(f, "legendre_p(3, x)", x=INNER) for f in functions("legendre_p", library=special)),
    one(special.assoc_laguerre, "assoc_laguerre(x, 3, 0.4)", x=INNER),
    one(special.diric, "diric(x, 5)", x=INNER),
    one(special.eval_genlaguerre, "eval_genlaguerre(3, 0.4, x)", x=INNER),
]

DISTRIBUTIONS = [
    one(special.gdtr, "gdtr(a, b, x)", a=A, b=B, x=POSITIVE, order=1),
    one(special.gdtr, "gdtr(a, 1.4, x)", a=A, x=POSITIVE),
    one(special.gdtrc, "gdtrc(a, b, x)", a=A, b=B, x=POSITIVE, order=1),
    one(special.chdtr, "chdtr(a, x)", a=A, x=POSITIVE, order=1),
    one(special.chdtrc, "chdtrc(a, x)", a=A, x=POSITIVE, order=1),
    one(special.chdtri, "chdtri(a, p)", a=A, p=UNIT, order=1),
    one(special.pdtr, "pdtr(2, m)", m=POSITIVE),
    one(special.pdtrc, "pdtrc(2, m)", m=POSITIVE),
    one(special.bdtr, "bdtr(2, 7, p)", p=UNIT),
    one(special.bdtrc, "bdtrc(2, 7, p)", p=UNIT),
    one(special.nbdtr, "nbdtr(2, 4, p)", p=UNIT),
    one(special.nbdtrc, "nbdtrc(2, 4, p)", p=UNIT),
    one(special.fdtr, "fdtr(a, b, x)", a=3.0 * A, b=4.0 * B, x=POSITIVE, order=1),
    one(special.fdtr, "fdtr(3.0, 5.0, x)", x=POSITIVE),
    one(special.fdtrc, "fdtrc(a, b, x)", a=3.0 * A, b=4.0 * B, x=POSITIVE, order=1),
    one(special.stdtr, "stdtr(df, t)", df=np.array([1.0, 2.5, 8.0]), t=np.array([-1.3, 0.4, 2.2]), order=1),
    one(special.stdtr, "stdtr(4.0, t)", t=np.array([-1.3, 0.4, 2.2])),
    one(special.stdtrit, "stdtrit(df, p)", df=np.array([1.0, 2.5, 8.0]), p=UNIT, order=1, tol=1e-5),
]

SAMPLES: list[Sample] = [*HYPERGEOMETRIC, *ELLIPTIC, *POLYNOMIALS, *DISTRIBUTIONS]
