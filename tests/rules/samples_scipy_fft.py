"""Samples of `scipy.fft`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import fft

from rules.harness import Sample, sample
from s2sgrad.runtime.scipy_fft import is_orthonormal

X = np.array([0.3, -1.1, 0.7, 2.0, 0.1])
EVEN = X[:4]
A = np.arange(20.0).reshape(4, 5) % 7 * 0.3 - 0.8
Z = X + 0.4j * X[::-1]


def one(fn: Any, code: str, **args: Any) -> Sample:
    return sample(fn, code, names={"fft": fft}, **args)


FOURIER = [
    *(one(getattr(fft, f), f"fft.{f}(x)", x=x) for f in ("fft", "ifft", "rfft", "ihfft") for x in (X, EVEN)),
    *(one(getattr(fft, f), f"fft.{f}(z, n=4)", z=Z) for f in ("fft", "ifft", "irfft", "hfft")),
    *(one(getattr(fft, f), f"fft.{f}(a, norm='ortho')", a=A)
      for f in ("fft2", "ifft2", "fftn", "ifftn", "rfft2", "rfftn")),
    *(one(getattr(fft, f), f"fft.{f}(a + 0.3j * a ** 2)", a=A) for f in ("irfft2", "irfftn")),
    one(fft.rfft, "fft.rfft(a, n=7, axis=0)", a=A),
    *(one(getattr(fft, f), f"fft.{f}(a + 0.3j * a ** 2, {options})", a=A)
      for f in ("hfft2", "hfftn") for options in ("norm=None", "norm='ortho'", "s=(3, 4), norm='forward'")),
    *(one(getattr(fft, f), f"fft.{f}(a, {options})", a=A)
      for f in ("ihfft2", "ihfftn") for options in ("norm=None", "norm='ortho'", "s=(3, 4), norm='forward'")),
    one(fft.fftn, "fft.fftn(a, 3, axes=1)", a=A),
    *(one(getattr(fft, f), f"fft.{f}(a, 0.3, mu=0.5, bias=0.1)", a=A) for f in ("fht", "ifht")),
    *(one(getattr(fft, f), f"fft.{f}(4, dt)", dt=0.3) for f in ("fftfreq", "rfftfreq")),
    one(fft.fftshift, "fft.fftshift(x)", x=X),
    one(fft.ifftshift, "fft.ifftshift(x)", x=X),
]

COSINES = [
    *(one(getattr(fft, f), f"fft.{f}(x, {t}, norm={norm!r})", x=X)
      for f in ("dct", "idct", "dst", "idst") for t in (1, 2, 3, 4) for norm in (None, "ortho", "forward")
      if norm != "ortho" or f.endswith("dct") or t in (1, 4) or is_orthonormal()),
    one(fft.dct, "fft.dct(a, n=3, axis=0)", a=A),
    one(fft.dct, "fft.dct(x, n=8)", x=X),
    *(one(getattr(fft, f), f"fft.{f}(a)", a=A) for f in ("dctn", "idctn", "dstn", "idstn")),
    one(fft.dctn, "fft.dctn(a, axes=1, norm='ortho')", a=A),
    *(one(fft.dctn, f"fft.dctn(a, {options})", a=A) for options in ("s=(3, 5)", "s=[2, 6], axes=(1, 0)", "3, s=4, axes=1")),
    one(fft.idstn, "fft.idstn(a, s=(5,))", a=A),
]

SAMPLES: list[Sample] = [*FOURIER, *COSINES]
