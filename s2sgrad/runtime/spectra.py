"""Adjoints of the discrete Fourier transforms of real numbers, and of transforms that cut or pad their argument."""
from __future__ import annotations

from typing import Any

import numpy as np


def fit_to(b: Any, like: Any) -> Any:
    """`b` cut or continued with zeros to the shape of `like`; real where `like` is."""
    shape = np.shape(like)
    if np.shape(b) != shape:
        b = b[tuple(map(slice, shape))]
        b = np.pad(b, [(0, n - k) for n, k in zip(shape, np.shape(b))])
    return np.real(b) if np.iscomplexobj(b) and not np.iscomplexobj(like) else b


def length_along(x: Any, n: Any, axis: int) -> int:
    """The length of a transform along an axis of `x`."""
    return int(np.shape(x)[axis] if n is None else n)


def lengths_along(x: Any, s: Any, axes: Any) -> tuple[int, ...]:
    """The lengths of a transform along several axes of `x`, by default the last ones."""
    where = axes_of(x, s, axes)
    given = [None] * len(where) if s is None else [s] if isinstance(s, int) else s
    return tuple(int(np.shape(x)[axis]) if n is None or n == -1 else int(n) for axis, n in zip(where, given))


def axes_of(x: Any, s: Any, axes: Any) -> tuple[int, ...]:
    """The axes that a transform runs over."""
    if axes is not None:
        given = np.atleast_1d(axes).tolist()  # SciPy takes numbers for sequences of one
        if len({k % np.ndim(x) for k in given}) < len(given):
            raise NotImplementedError("transforms that run over an axis twice have no derivative here")
        return tuple(given)
    return tuple(range(np.ndim(x) - (np.ndim(x) if s is None else np.size(s)), np.ndim(x)))


def half_weights(b: Any, n: int, axis: int) -> Any:
    """What each frequency of half a spectrum counts in the spectrum of `n` real numbers: twice, but at the ends."""
    count = n // 2 + 1
    weights = np.full(count, 2.0, dtype=np.asarray(b).real.dtype)
    weights[0] = 1.0
    if n % 2 == 0:
        weights[-1] = 1.0
    return weights.reshape([count if k == axis % np.ndim(b) else 1 for k in range(np.ndim(b))])


def irfft_adjoint(by: Any, a: Any, axis: int, norm: Any) -> Any:
    """The adjoint of `a` in ``np.fft.irfft(a, n, axis, norm)``."""
    n = np.shape(by)[axis]
    return fit_to(half_weights(by, n, axis) * np.fft.ihfft(by, n, axis, norm), a)


def hfft_adjoint(by: Any, a: Any, axis: int, norm: Any) -> Any:
    """The adjoint of `a` in ``np.fft.hfft(a, n, axis, norm)``."""
    n = np.shape(by)[axis]
    return fit_to(half_weights(by, n, axis) * np.fft.rfft(by, n, axis, norm), a)


def rfftn_adjoint(by: Any, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The adjoint of `a` in ``np.fft.rfftn(a, s, axes, norm)``."""
    where = axes_of(a, s, axes)
    return fit_to(np.real(np.fft.fftn(by, lengths_along(a, s, axes), where, norm)), a)


def irfftn_adjoint(by: Any, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The adjoint of `a` in ``np.fft.irfftn(a, s, axes, norm)``."""
    *others, last = axes_of(a, s, axes)
    n = np.shape(by)[last]
    half = half_weights(by, n, last) * np.fft.ihfft(by, n, last, norm)
    return fit_to(np.fft.ifftn(half, [np.shape(by)[k] for k in others], others, norm) if others else half, a)


def irfftn_again(x: Any, b: Any, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """``np.fft.irfftn(x, s, axes, norm)`` to the shape of `b`, for an `x` in the shape of `a`."""
    where = axes_of(a, s, axes)
    return np.fft.irfftn(x, [np.shape(b)[k] for k in where], where, norm)
