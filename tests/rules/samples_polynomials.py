"""Samples of `numpy.polynomial`: every function of all six families of polynomials."""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from rules.harness import Sample, sample

X = np.array([0.3, -0.8, 0.6])
Y = np.array([0.1, 0.5, -0.4])
C = np.array([0.7, -1.2, 0.4, 0.9])
TABLE = np.arange(9.0).reshape(3, 3) % 5 * 0.3 - 0.4
CUBE = np.arange(8.0).reshape(2, 2, 2) % 5 * 0.3 - 0.4
ROOTS = np.array([-6.0, 11.0, -6.3, 1.0])


def _of(module: Any, name: str) -> list[Sample]:
    def one(code: str, **args: Any) -> Sample:
        called = code.partition("(")[0]
        covered = getattr(module, called.replace("@", name))
        options = {k: args.pop(k) for k in ("order", "modes") if k in args}
        return sample(covered, "m." + code.replace("@", name), names={"m": module}, **options, **args)

    return [
        one("@val(x, c)", x=X, c=C), one("@val(x, c)", x=0.4, c=C), one("@val(x, c)", x=X[:2], c=TABLE),
        one("@val(x, c, tensor=False)", x=X, c=TABLE), one("@val2d(x, y, c)", x=X, y=Y, c=TABLE),
        one("@grid2d(x, y, c)", x=X, y=Y[:2], c=TABLE), one("@val3d(x, y, z, c)", x=X, y=Y, z=X * Y, c=CUBE),
        one("@grid3d(x, y, z, c)", x=X, y=Y[:2], z=X * Y, c=CUBE), one("@vander(x, 3)", x=X), one("@vander(x, 0)", x=X),
        one("@der(c)", c=C), one("@der(c, 2, s)", c=C, s=1.3), one("@der(c, axis=1)", c=TABLE),
        one("@int(c)", c=C), one("@int(c, 2, axis=1)", c=TABLE), one("@int(c, 1, k, lo, s)", c=C, k=0.3, lo=0.2, s=1.4),
        one("@add(c, x)", c=C, x=X), one("@sub(c, x)", c=C, x=X), one("@mul(c, x)", c=C, x=X), one("@mulx(c)", c=C),
        one("@div(c, x)", c=C, x=X), one("@div(c, k)", c=C, k=1.3),
        one("@div(c, x)", c=C.astype(np.float32), x=X.astype(np.float32), tol=1e-3, order=1),
        one("@pow(x, 3)", x=X), one("@roots(c)", c=ROOTS, tol=1e-5),
        one("@fromroots(x)", x=X), one("@fit(x, y, 2)", x=np.append(X, 0.9), y=C),
        one("@fit(x, y, 1, w=w)", x=X, y=TABLE, w=np.array([0.5, 1.0, 1.5])),
        *([one(f, c=C) for f in ("@2poly(c)", "poly2@(c)", "@2poly(c=c)", "poly2@(pol=c)")] if name != "poly" else []),
    ]


_CLASSES = [
    sample((), "np.poly1d(c).deriv(2).coeffs * np.sum(np.poly1d(c).c) * np.sum(np.poly1d(c).integ().roots ** 2)", c=C),
    sample((), "p = np.poly1d(c)\nq = 3.0 * p * p - p.deriv() + 1.0\nq(c) * q.deriv()(0.3) + (-p)(c)", c=C),
    sample((), "p = np.poly1d(c, True)\n(p ** 2)(0.3) * p.c[1] + np.poly1d(c, r=False)(0.4) + (p ** 3).deriv()(c[0] + 0.1)", c=C),
    sample((), "p = np.poly1d(c)\nd = p.deriv()\nnp.abs(d.r) * p(0.3) * d.coefficients[0]", c=C),
    sample((), "np.polynomial.Polynomial(c)(x)", x=X, c=C),
    sample((), "p = np.polynomial.Polynomial(c)\n(p / k)(0.4) + (p // 2.0).coef + (p % k).coef", order=1, c=C, k=1.3),
    sample((), "np.polynomial.Chebyshev(c, domain=[0.0, 2.0])(x)", x=X, c=C),
]

SAMPLES: list[Sample] = [s for module, name in (
    (polynomial, "poly"), (chebyshev, "cheb"), (legendre, "leg"), (hermite, "herm"), (hermite_e, "herme"),
    (laguerre, "lag")) for s in _of(module, name)] + _CLASSES
