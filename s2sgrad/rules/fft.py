"""Discrete Fourier transforms. The matrix of each transform is symmetric, so most are their own transposes; what is
left to do is to undo cutting and padding (`n`, `s`) and to drop what real arguments cannot use."""
from __future__ import annotations

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules import array_types as A
from s2sgrad.rules.registry import adjoint, is_real, linear, tangent
from s2sgrad.rules.registry import d as derivative  # the frequencies have a parameter d
from s2sgrad.rules.typing import Operands, first
from s2sgrad.runtime import fit_to, hfft_adjoint, irfft_adjoint, irfftn_adjoint, length_along, like, rfftn_adjoint, unbroadcast


def _complex(operands: Operands) -> T.Type:
    o = first(operands)
    whole = all(operands[k].value is None for k in ("n", "s") if k in operands)
    return T.array(A.shape_of(o) if whole else None, "complex")


def _half(operands: Operands) -> T.Type:
    return T.array(None, "complex")


def _real(operands: Operands) -> T.Type:
    return T.array(None, "float")


@linear(np.fft.fft, type=_complex)
def fft(by, a, n=None, axis=-1, norm=None):
    if n is None and is_real(a):
        return np.real(np.fft.fft(by, axis=axis, norm=norm))
    if n is None:
        return like(np.fft.fft(by, axis=axis, norm=norm), a)
    return fit_to(np.fft.fft(by, axis=axis, norm=norm), a)


@linear(np.fft.ifft, type=_complex)
def ifft(by, a, n=None, axis=-1, norm=None):
    if n is None and is_real(a):
        return np.real(np.fft.ifft(by, axis=axis, norm=norm))
    if n is None:
        return like(np.fft.ifft(by, axis=axis, norm=norm), a)
    return fit_to(np.fft.ifft(by, axis=axis, norm=norm), a)


@linear(np.fft.fft2, type=_complex)
def fft2(by, a, s=None, axes=(-2, -1), norm=None):
    if s is None:
        return like(np.fft.fft2(by, axes=axes, norm=norm), a)
    if axes is not None:
        return fit_to(np.fft.fft2(by, axes=axes, norm=norm), a)
    return fit_to(np.fft.fft2(by, axes=tuple(range(-len(s), 0)), norm=norm), a)


@linear(np.fft.ifft2, type=_complex)
def ifft2(by, a, s=None, axes=(-2, -1), norm=None):
    if s is None:
        return like(np.fft.ifft2(by, axes=axes, norm=norm), a)
    if axes is not None:
        return fit_to(np.fft.ifft2(by, axes=axes, norm=norm), a)
    return fit_to(np.fft.ifft2(by, axes=tuple(range(-len(s), 0)), norm=norm), a)


@linear(np.fft.fftn, type=_complex)
def fftn(by, a, s=None, axes=None, norm=None):
    if s is None:
        return like(np.fft.fftn(by, axes=axes, norm=norm), a)
    if axes is not None:
        return fit_to(np.fft.fftn(by, axes=axes, norm=norm), a)
    return fit_to(np.fft.fftn(by, axes=tuple(range(-len(s), 0)), norm=norm), a)


@linear(np.fft.ifftn, type=_complex)
def ifftn(by, a, s=None, axes=None, norm=None):
    if s is None:
        return like(np.fft.ifftn(by, axes=axes, norm=norm), a)
    if axes is not None:
        return fit_to(np.fft.ifftn(by, axes=axes, norm=norm), a)
    return fit_to(np.fft.ifftn(by, axes=tuple(range(-len(s), 0)), norm=norm), a)


@linear(np.fft.rfft, type=_half)
def rfft(by, a, n=None, axis=-1, norm=None):
    if n is None:
        return np.real(np.fft.fft(by, np.shape(a)[axis], axis, norm))
    return fit_to(np.real(np.fft.fft(by, length_along(a, n, axis), axis, norm)), a)


@linear(np.fft.ihfft, type=_half)
def ihfft(by, a, n=None, axis=-1, norm=None):
    if n is None:
        return np.real(np.fft.ifft(by, np.shape(a)[axis], axis, norm))
    return fit_to(np.real(np.fft.ifft(by, length_along(a, n, axis), axis, norm)), a)


@linear(np.fft.irfft, type=_real)
def irfft(by, a, n=None, axis=-1, norm=None):
    return irfft_adjoint(by, a, axis, norm)


@linear(np.fft.hfft, type=_real)
def hfft(by, a, n=None, axis=-1, norm=None):
    return hfft_adjoint(by, a, axis, norm)


@linear(np.fft.rfft2, type=_half)
def rfft2(by, a, s=None, axes=(-2, -1), norm=None):
    return rfftn_adjoint(by, a, s, axes, norm)


@linear(np.fft.irfft2, type=_real)
def irfft2(by, a, s=None, axes=(-2, -1), norm=None):
    return irfftn_adjoint(by, a, s, axes, norm)


@linear(np.fft.rfftn, type=_half)
def rfftn(by, a, s=None, axes=None, norm=None):
    return rfftn_adjoint(by, a, s, axes, norm)


@linear(np.fft.irfftn, type=_real)
def irfftn(by, a, s=None, axes=None, norm=None):
    return irfftn_adjoint(by, a, s, axes, norm)


linear(np.fft.fftshift, transpose=np.fft.ifftshift, type=A.same_shape)
linear(np.fft.ifftshift, transpose=np.fft.fftshift, type=A.same_shape)


@adjoint(np.fft.fftfreq, np.fft.rfftfreq, type=_real)
def fftfreq(y, n, d=1.0):
    derivative[d] = -unbroadcast(derivative[y] * y, d) / d


@tangent(np.fft.fftfreq, np.fft.rfftfreq)
def fftfreq_tangent(y, n, d=1.0):
    derivative[y] = -y * (derivative[d] / d)
