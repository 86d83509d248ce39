"""`scipy.fft`: discrete Fourier, cosine and sine transforms. The Fourier transforms have the rules of `numpy.fft`."""
from __future__ import annotations

import numpy as np
from scipy import fft

from s2sgrad.rules.fft import fftfreq, fftfreq_tangent
from s2sgrad.rules.registry import adjoint, d, expansion, linear, nondifferentiable, tangent, unsupported
from s2sgrad.runtime import fit_to, hfft_adjoint, irfft_adjoint, irfftn_adjoint, length_along, rfftn_adjoint
from s2sgrad.runtime.scipy_fft import cosine_adjoint, cosines_adjoint
from s2sgrad.runtime.spectra import axes_of

# ---- Fourier transforms -------------------------------------------------------------------------------------------


@linear(fft.fft)
def fft_(by, x, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fit_to(fft.fft(by, axis=axis, norm=norm), x)


@linear(fft.ifft)
def ifft(by, x, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fit_to(fft.ifft(by, axis=axis, norm=norm), x)


@linear(fft.fft2)
def fft2(by, x, s=None, axes=(-2, -1), norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fit_to(fft.fft2(by, axes=axes, norm=norm), x)


@linear(fft.ifft2)
def ifft2(by, x, s=None, axes=(-2, -1), norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fit_to(fft.ifft2(by, axes=axes, norm=norm), x)


@linear(fft.fftn)
def fftn(by, x, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fit_to(fft.fftn(by, axes=axes_of(x, s, axes), norm=norm), x)


@linear(fft.ifftn)
def ifftn(by, x, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fit_to(fft.ifftn(by, axes=axes_of(x, s, axes), norm=norm), x)


@linear(fft.rfft)
def rfft(by, x, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fit_to(np.real(fft.fft(by, length_along(x, n, axis), axis, norm)), x)


@linear(fft.ihfft)
def ihfft(by, x, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fit_to(np.real(fft.ifft(by, length_along(x, n, axis), axis, norm)), x)


@linear(fft.irfft)
def irfft(by, x, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return irfft_adjoint(by, x, axis, norm)


@linear(fft.hfft)
def hfft(by, x, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return hfft_adjoint(by, x, axis, norm)


@linear(fft.rfft2)
def rfft2(by, x, s=None, axes=(-2, -1), norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return rfftn_adjoint(by, x, s, axes, norm)


@linear(fft.irfft2)
def irfft2(by, x, s=None, axes=(-2, -1), norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return irfftn_adjoint(by, x, s, axes, norm)


@linear(fft.rfftn)
def rfftn(by, x, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return rfftn_adjoint(by, x, s, axes, norm)


@linear(fft.irfftn)
def irfftn(by, x, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return irfftn_adjoint(by, x, s, axes, norm)


# The Hermitian transforms are the others of the conjugate, with the scaling of the opposite direction.

@expansion(fft.hfft2)
def hfft2(x, s=None, axes=(-2, -1), norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fft.irfft2(np.conj(x), s, axes, "ortho" if norm == "ortho" else "backward" if norm == "forward" else "forward")


@expansion(fft.hfftn)
def hfftn(x, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return fft.irfftn(np.conj(x), s, axes, "ortho" if norm == "ortho" else "backward" if norm == "forward" else "forward")


@expansion(fft.ihfft2)
def ihfft2(x, s=None, axes=(-2, -1), norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return np.conj(fft.rfft2(x, s, axes, "ortho" if norm == "ortho" else "backward" if norm == "forward" else "forward"))


@expansion(fft.ihfftn)
def ihfftn(x, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None, *, plan: None = None):
    return np.conj(fft.rfftn(x, s, axes, "ortho" if norm == "ortho" else "backward" if norm == "forward" else "forward"))


linear(fft.fftshift, transpose=fft.ifftshift)
linear(fft.ifftshift, transpose=fft.fftshift)
nondifferentiable(fft.next_fast_len)
if hasattr(fft, "prev_fast_len"):
    nondifferentiable(fft.prev_fast_len)


adjoint(fft.fftfreq, fft.rfftfreq)(fftfreq)
tangent(fft.fftfreq, fft.rfftfreq)(fftfreq_tangent)


# The matrix of a Hankel transform is symmetric; for its parameters no derivative is known.

@adjoint(fft.fht)
def fht(y, a, dln, mu, offset=0.0, bias=0.0):
    """no closed form is known for the derivative by a parameter of the transform"""
    d[a] = fft.fht(d[y], dln, mu, offset, bias)
    d[dln] = None
    d[mu] = None
    d[offset] = None
    d[bias] = None


@tangent(fft.fht)
def fht_tangent(y, a, dln, mu, offset=0.0, bias=0.0):
    """no closed form is known for the derivative by a parameter of the transform"""
    d[y] = fft.fht(d[a], dln, mu, offset, bias)
    d[dln] = None
    d[mu] = None
    d[offset] = None
    d[bias] = None


@adjoint(fft.ifht)
def ifht(y, A, dln, mu, offset=0.0, bias=0.0):
    """no closed form is known for the derivative by a parameter of the transform"""
    d[A] = fft.ifht(d[y], dln, mu, offset, bias)
    d[dln] = None
    d[mu] = None
    d[offset] = None
    d[bias] = None


@tangent(fft.ifht)
def ifht_tangent(y, A, dln, mu, offset=0.0, bias=0.0):
    """no closed form is known for the derivative by a parameter of the transform"""
    d[y] = fft.ifht(d[A], dln, mu, offset, bias)
    d[dln] = None
    d[mu] = None
    d[offset] = None
    d[bias] = None


unsupported(fft.fhtoffset, "no closed form is known for the derivative by a parameter of the transform")

# ---- cosine and sine transforms -----------------------------------------------------------------------------------


@linear(fft.dct)
def dct(by, x, type=2, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, orthogonalize=None):
    return cosine_adjoint("dct", by, x, type, n, axis, norm, orthogonalize)


@linear(fft.idct)
def idct(by, x, type=2, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, orthogonalize=None):
    return cosine_adjoint("idct", by, x, type, n, axis, norm, orthogonalize)


@linear(fft.dst)
def dst(by, x, type=2, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, orthogonalize=None):
    return cosine_adjoint("dst", by, x, type, n, axis, norm, orthogonalize)


@linear(fft.idst)
def idst(by, x, type=2, n=None, axis=-1, norm=None, overwrite_x: None = False, workers=None, orthogonalize=None):
    return cosine_adjoint("idst", by, x, type, n, axis, norm, orthogonalize)


@linear(fft.dctn)
def dctn(by, x, type=2, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None, *,
         orthogonalize=None):
    return cosines_adjoint("dct", by, x, type, s, axes, norm, orthogonalize)


@linear(fft.idctn)
def idctn(by, x, type=2, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None,
          orthogonalize=None):
    return cosines_adjoint("idct", by, x, type, s, axes, norm, orthogonalize)


@linear(fft.dstn)
def dstn(by, x, type=2, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None,
         orthogonalize=None):
    return cosines_adjoint("dst", by, x, type, s, axes, norm, orthogonalize)


@linear(fft.idstn)
def idstn(by, x, type=2, s=None, axes=None, norm=None, overwrite_x: None = False, workers=None,
          orthogonalize=None):
    return cosines_adjoint("idst", by, x, type, s, axes, norm, orthogonalize)
