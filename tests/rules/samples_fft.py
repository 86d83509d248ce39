"""Samples of discrete Fourier transforms."""
from __future__ import annotations

import numpy as np

from rules.harness import Sample, sample

RNG = np.random.default_rng(3)
REAL5, REAL6 = RNG.normal(size=5), RNG.normal(size=6)
COMPLEX5 = REAL5 + 1j * RNG.normal(size=5)
COMPLEX4 = COMPLEX5[:4]
REAL34 = RNG.normal(size=(3, 4))
COMPLEX34 = REAL34 + 1j * RNG.normal(size=(3, 4))
COMPLEX234 = RNG.normal(size=(2, 3, 4)) + 1j * RNG.normal(size=(2, 3, 4))
REAL234 = RNG.normal(size=(2, 3, 5))

_LINE = ("", ", 4", ", n=7", ", norm='ortho'", ", norm='forward'", ", axis=0")
_GRID = ("", ", s=(4, 3), axes=(0, 1)", ", norm='ortho'", ", axes=(1, 0)", ", s=(2, 5), axes=(0, 1), norm='forward'")

SAMPLES: list[Sample] = [
    *[sample(fn, f"np.fft.{fn.__name__}(x{options})", x=x)
      for fn in (np.fft.fft, np.fft.ifft) for options in _LINE for x in (REAL5, COMPLEX5)],
    *[sample(fn, f"np.fft.{fn.__name__}(x{options})", x=x)
      for fn in (np.fft.rfft, np.fft.ihfft) for options in _LINE for x in (REAL5, REAL6)],
    *[sample(fn, f"np.fft.{fn.__name__}(x{options})", x=x)
      for fn in (np.fft.irfft, np.fft.hfft) for options in _LINE for x in (COMPLEX4, COMPLEX5, REAL5)],
    *[sample(fn, f"np.fft.{fn.__name__}(x, axis=0)", x=COMPLEX34)
      for fn in (np.fft.fft, np.fft.ifft, np.fft.irfft, np.fft.hfft)],
    *[sample(fn, f"np.fft.{fn.__name__}(x, 4, 0)", x=REAL34) for fn in (np.fft.rfft, np.fft.ihfft)],
    *[sample(fn, f"np.fft.{fn.__name__}(x{options})", x=x)
      for fn in (np.fft.fft2, np.fft.ifft2, np.fft.fftn, np.fft.ifftn)
      for options in _GRID for x in (REAL34, COMPLEX34)],
    *[sample(fn, f"np.fft.{fn.__name__}(x{options})", x=x) for fn in (np.fft.rfft2, np.fft.rfftn)
      for options in _GRID for x in (REAL34,)],
    *[sample(fn, f"np.fft.{fn.__name__}(x{options})", x=x) for fn in (np.fft.irfft2, np.fft.irfftn)
      for options in _GRID for x in (COMPLEX34,)],
    sample(np.fft.fftn, "np.fft.fftn(x, axes=(0, 2))", x=COMPLEX234),
    sample(np.fft.ifftn, "np.fft.ifftn(x)", x=COMPLEX234),
    sample(np.fft.rfftn, "np.fft.rfftn(x, axes=(0, 2))", x=REAL234),
    sample(np.fft.irfftn, "np.fft.irfftn(x)", x=COMPLEX234),
    sample(np.fft.irfftn, "np.fft.irfftn(x, s=(4,), axes=(1,))", x=COMPLEX234),
    sample(np.fft.fftshift, "np.fft.fftshift(x)", x=REAL34),
    sample(np.fft.fftshift, "np.fft.fftshift(x, axes=1)", x=REAL34),
    sample(np.fft.ifftshift, "np.fft.ifftshift(x)", x=REAL5),
    sample(np.fft.fftfreq, "np.fft.fftfreq(5, x)", x=0.3),
    sample(np.fft.rfftfreq, "np.fft.rfftfreq(6, d=x)", x=0.3),
    sample(np.fft.fftfreq, "np.fft.fftfreq(3, x)", x=np.array([[0.3], [0.4]])),
    sample(np.fft.ifft, "np.real(np.fft.ifft(np.fft.fft(x) * np.exp(y)))", x=REAL5, y=COMPLEX5),
    sample(np.fft.irfft, "np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(y), n=5)", x=REAL5, y=REAL5 * 2),
    sample(np.fft.fft, "np.abs(np.fft.fft(x)) ** 2", x=REAL5),
]
