"""Samples of the Bessel functions and their kin in `scipy.special`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from rules.harness import Sample, sample

X = np.array([0.4, 1.7, 5.2])
SIGNED = np.array([-2.1, -0.3, 0.0, 1.4])
Z = np.array([0.4 + 0.3j, 1.2 - 0.7j])


def one(fn: Any, code: str, tol: float = 1e-6, order: int = 2, **args: Any) -> Sample:
    return sample(fn, f"special.{code}", tol=tol, order=order, names={"special": special}, **args)


BESSEL = [
    *(one(getattr(special, name), f"{name}(x)", x=SIGNED) for name in ("j0", "j1", "i0", "i1")),
    *(one(getattr(special, name), f"{name}(x)", x=X) for name in ("y0", "y1", "k0", "k1", "i0e", "i1e", "k0e", "k1e")),
    one(special.j0, "j0(x)", x=0.7),
    one(special.i0e, "i0e(x)", x=-X),
    one(special.jv, "jv(1.5, x)", x=X),
    one(special.jv, "jv(np.arange(3), x)", x=X),
    one(special.jn, "jn(2, x)", x=SIGNED),
    one(special.jv, "jv(0.7, z)", z=Z),
    one(special.yn, "yn(2, x)", x=X),
    one(special.yn, "yn(0, x)", x=X),
    one(special.yv, "yv(0.7, x)", x=X),
    one(special.iv, "iv(0.7, x)", x=X),
    one(special.kn, "kn(0, x)", x=X),
    one(special.kn, "kn(3, x)", x=X),
    one(special.kv, "kv(0.7, x)", x=X),
    one(special.ive, "ive(1.2, x)", x=X),
    one(special.ive, "ive(2, x)", x=-X),
    one(special.kve, "kve(1.2, x)", x=X),
    one(special.kve, "kve(1.2, z)", z=Z),
    one(special.jve, "jve(1.2, x)", x=X),
    one(special.yve, "yve(1.2, x)", x=X),
    one(special.hankel1, "hankel1(0.6, x)", x=X),
    one(special.hankel2, "hankel2(0.6, z)", z=Z),
    one(special.hankel1e, "hankel1e(0.6, x)", x=X),
    one(special.hankel2e, "hankel2e(0.6, x)", x=X),
    one(special.jvp, "jvp(0.6, x)", x=X),
    one(special.yvp, "yvp(0.6, x, 2)", x=X),
    one(special.ivp, "ivp(0.6, x)", x=X),
    one(special.kvp, "kvp(0.6, x)", x=X),
    one(special.h1vp, "h1vp(0.6, x)", x=X),
    one(special.h2vp, "h2vp(0.6, x)", x=X),
    *(one(getattr(special, f"spherical_{kind}"), f"spherical_{kind}(2, x)", x=X) for kind in ("jn", "yn", "in", "kn")),
    *(one(getattr(special, f"spherical_{kind}"), f"spherical_{kind}(1, x, derivative=True)", x=X)
      for kind in ("jn", "yn", "in", "kn")),
]

AIRY = [
    one(special.airy, "airy(x)", x=SIGNED),
    one(special.airy, "airy(x)[0]", x=0.6),
    one(special.airy, "airy(z)[2]", z=Z),
    one(special.itairy, "itairy(x)", x=X[:2], tol=1e-2),
    one(special.itj0y0, "itj0y0(x)", x=X),
    one(special.it2j0y0, "it2j0y0(x)", x=X, tol=1e-5),
    one(special.iti0k0, "iti0k0(x)", x=X),
    one(special.it2i0k0, "it2i0k0(x)", x=X, tol=1e-5),
    one(special.struve, "struve(1.2, x)", x=X),
    one(special.modstruve, "modstruve(1.2, x)", x=X),
    one(special.itstruve0, "itstruve0(x)", x=X),
    one(special.it2struve0, "it2struve0(x)", x=X),
    one(special.itmodstruve0, "itmodstruve0(x)", x=X),
    *(one(getattr(special, name), f"{name}(x)", x=X)
      for name in ("ber", "bei", "ker", "kei", "berp", "beip", "kerp", "keip")),
    one(special.pbdv, "pbdv(1.3, x)", x=X),
    one(special.pbvv, "pbvv(1.3, x)", x=X),
    one(special.pbwa, "pbwa(0.8, x)", x=X[:2]),
    one(special.lpmv, "lpmv(1, 2.0, x)", x=np.array([-0.6, 0.2, 0.7])),
]
if hasattr(special, "sph_harm_y"):
    AIRY += [one(special.sph_harm_y, "sph_harm_y(3, 1, t, p)", t=np.array([0.4, 1.2]), p=np.array([0.7, -1.1])),
             one(special.sph_harm_y, "sph_harm_y(2, 2, t, p)", t=np.array([0.0, 1.2]), p=0.3, order=1)]

SAMPLES: list[Sample] = [*BESSEL, *AIRY]
