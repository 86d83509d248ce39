"""Adjoints and tangents of `scipy.signal`: convolutions, recursive filters and spectra.

Adjoints pair with directions as ``Re(sum(b * dx))``, without conjugation. All of this is plain NumPy and SciPy with
derivatives of its own, so derivatives of any order follow.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from s2sgrad.runtime.precision import real_like
from s2sgrad.runtime.rearrange import scatter

# ---- convolutions -----------------------------------------------------------------------------------------------


def full_adjoint(by: Any, a: Any, v: Any, mode: str, axes: Any = None) -> Any:
    """The adjoint of the full convolution of `a` and `v`, along all axes or some, from that of the part that `mode` keeps."""
    if mode == "full":
        return by
    along = range(np.ndim(by)) if axes is None else [k % np.ndim(by) for k in axes]
    around = []
    for k, (n, m, kept) in enumerate(zip(np.shape(a), np.shape(v), np.shape(by))):
        full = n + m - 1 if k in along else max(n, m)  # which "same" cuts to that of `a`, too
        before = (full - n) // 2 if mode == "same" else min(n, m) - 1 if k in along else 0
        around.append((before, full - before - kept))
    return np.pad(by, around)


def convolve_adjoint(by: Any, a: Any, v: Any, mode: str) -> Any:
    """The adjoint of `a` in the convolution of `a` and `v`."""
    return signal.correlate(full_adjoint(by, a, v, mode), np.conj(v), mode="valid")


def convolve_adjoint_right(by: Any, a: Any, v: Any, mode: str) -> Any:
    """The adjoint of `v` in the convolution of `a` and `v`."""
    return signal.correlate(full_adjoint(by, a, v, mode), np.conj(a), mode="valid")


def convolve_along_adjoint(by: Any, a: Any, v: Any, mode: str, axes: Any) -> Any:
    """The adjoint of `a` in ``scipy.signal.fftconvolve(a, v, mode, axes)``, with the other axes of the result."""
    return _convolved_back(full_adjoint(by, a, v, mode, _listed(axes)), v, _listed(axes))


def convolve_along_adjoint_right(by: Any, a: Any, v: Any, mode: str, axes: Any) -> Any:
    """The adjoint of `v` in ``scipy.signal.fftconvolve(a, v, mode, axes)``, with the other axes of the result."""
    return _convolved_back(full_adjoint(by, a, v, mode, _listed(axes)), a, _listed(axes))


def _listed(axes: Any) -> tuple[int, ...]:
    return tuple(axes) if np.ndim(axes) else (axes,)


def _convolved_back(by: Any, v: Any, axes: tuple[int, ...]) -> Any:
    return signal.fftconvolve(by, np.flip(v, axes), mode="valid", axes=axes)


def correlate_adjoint(by: Any, a: Any, v: Any, mode: str) -> Any:
    """The adjoint of `a` in the correlation of `a` and `v`."""
    return convolve_adjoint(by, a, np.conj(np.flip(v)), mode)


def correlate_adjoint_right(by: Any, a: Any, v: Any, mode: str) -> Any:
    """The adjoint of `v` in the correlation of `a` and `v`."""
    return np.conj(np.flip(convolve_adjoint_right(by, a, v, mode)))


# ---- recursive filters --------------------------------------------------------------------------------------------

def lfilter_adjoint(by: Any, b: Any, a: Any, axis: int) -> Any:
    """The adjoint of `x` in ``scipy.signal.lfilter(b, a, x, axis)``: the filter run backwards."""
    return np.flip(signal.lfilter(b, a, np.flip(by, axis), axis=axis), axis)


def _delayed_sums(by: Any, x: Any, count: int, axis: int) -> Any:
    """For each delay the sum of ``by[n] * x[n - delay]``."""
    first, second = np.moveaxis(by, axis, -1), np.moveaxis(x, axis, -1)
    n = np.shape(first)[-1]
    return np.stack([np.sum(first[..., min(k, n):] * second[..., :max(n - k, 0)]) for k in range(count)])


def lfilter_adjoint_b(by: Any, b: Any, a: Any, x: Any, axis: int) -> Any:
    """The adjoint of `b` in ``scipy.signal.lfilter(b, a, x, axis)``."""
    return _delayed_sums(by, signal.lfilter(np.ones(1), a, x, axis=axis), np.size(b), axis)


def lfilter_adjoint_a(by: Any, a: Any, y: Any, axis: int) -> Any:
    """The adjoint of `a` in ``y = scipy.signal.lfilter(b, a, x, axis)``."""
    return -_delayed_sums(lfilter_adjoint(by, np.ones(1), a, axis), y, np.size(a), axis)


def lfilter_tangent(db: Any, da: Any, dx: Any, b: Any, a: Any, x: Any, y: Any, axis: int) -> Any:
    """The tangent of ``y = scipy.signal.lfilter(b, a, x, axis)``."""
    one = np.ones(1)
    moved = signal.lfilter(db, one, x, axis=axis) + signal.lfilter(b, one, dx, axis=axis)
    return signal.lfilter(one, a, moved - signal.lfilter(da, one, y, axis=axis), axis=axis)


def _continued(x: Any, count: int, end: Any = 0.0) -> Any:
    """`x` with `count` more samples along the last axis."""
    return np.concatenate((x, np.zeros((*np.shape(x)[:-1], count)) + end), axis=-1)


def _normalized(b: Any, a: Any) -> tuple[Any, Any, Any]:
    """The coefficients of a filter divided by the first of `a`."""
    first = np.atleast_1d(a)[0]
    return np.atleast_1d(b) / first, np.atleast_1d(a) / first, first


def lfilter_from_adjoint(by: Any, bend: Any, b: Any, a: Any, x: Any, axis: int, y: Any, end: Any) -> tuple[Any, Any, Any, Any]:
    """The adjoints of `b`, `a`, `x` and `zi` in ``y, end = scipy.signal.lfilter(b, a, x, axis, zi)``.

    With samples after the last and the states as such, ``u = b * x + zi`` (the star is a convolution): `y` is what ``1 / a``
    makes of the first part of `u`, and the state at the end is the rest of ``u - a * y``.
    """
    one, (over, under, first) = np.ones(1), _normalized(b, a)
    count = np.shape(end)[axis]
    rows, out = _continued(np.moveaxis(x, axis, -1), count), _continued(np.moveaxis(y, axis, -1), count)
    n = np.shape(out)[-1] - count
    whole = np.zeros(np.shape(out))
    bu = whole + _continued(np.moveaxis(by + np.zeros_like(y), axis, -1), count) \
        + np.concatenate((whole[..., :n], np.moveaxis(bend + np.zeros_like(end), axis, -1)), axis=-1)
    bstate = np.concatenate((whole[..., :n], bu[..., n:]), axis=-1)
    at_y = bu[..., :n] - lfilter_adjoint(bstate, under, one, -1)[..., :n]
    bu = np.concatenate((lfilter_adjoint(at_y, one, under, -1), bu[..., n:]), axis=-1)
    bx = np.moveaxis(lfilter_adjoint(bu, over, one, -1)[..., :n], -1, axis)
    bover = _delayed_sums(bu, rows, np.size(over), -1)
    bunder = -_delayed_sums(bu, out, np.size(under), -1)
    bfirst = -(np.sum(bover * over) + np.sum(bunder * under)) / first
    ba = np.concatenate((bunder[:1] / first + bfirst, bunder[1:] / first))
    return np.reshape(bover / first, np.shape(b)), np.reshape(ba, np.shape(a)), bx, np.moveaxis(bu[..., :count], -1, axis)


def lfilter_from_tangent(db: Any, da: Any, dx: Any, dzi: Any, b: Any, a: Any, x: Any, axis: int, y: Any,
                         end: Any) -> tuple[Any, Any]:
    """The tangents of ``y, end = scipy.signal.lfilter(b, a, x, axis, zi)``."""
    one, (over, under, first) = np.ones(1), _normalized(b, a)
    dfirst = np.broadcast_to(da, np.shape(under))[0] / first
    dover = np.broadcast_to(db, np.shape(over)) / first - over * dfirst
    dunder = np.broadcast_to(da, np.shape(under)) / first - under * dfirst
    count = np.shape(end)[axis]
    out = _continued(np.moveaxis(y, axis, -1), count)
    n = np.shape(out)[-1] - count
    moved = np.moveaxis(dx + np.zeros_like(x), axis, -1)
    start = _continued(np.moveaxis(dzi + np.zeros_like(end), axis, -1), n)
    du = signal.lfilter(over, one, _continued(moved, count)) + start - signal.lfilter(dunder, one, out) \
        + signal.lfilter(dover, one, _continued(np.moveaxis(x, axis, -1), count))
    dy = signal.lfilter(one, under, du[..., :n])
    dend = (du - signal.lfilter(under, one, _continued(dy, count)))[..., n:]
    return np.moveaxis(dy, -1, axis), np.moveaxis(dend, -1, axis)


def along_axis(matrix: Any, x: Any, axis: int) -> Any:
    """A matrix applied along one axis."""
    return real_like(np.moveaxis(np.tensordot(matrix, x, (1, axis)), 0, axis), x)


def analytic_adjoint(by: Any, x: Any, count: int | None, axis: int) -> Any:
    """The adjoint of `x` in ``scipy.signal.hilbert(x, count, axis)``, whose matrix is F^-1 diag(h) F with F symmetric.

    It is applied to the first `count` samples of `x`, or to `x` with zeros at its end.
    """
    n = np.shape(by)[axis]
    h = np.zeros(n)
    h[0] = 1.0
    h[1:(n + 1) // 2] = 2.0
    if n % 2 == 0:
        h[n // 2] = 1.0
    shape = [1] * np.ndim(x)
    shape[axis] = n
    b = real_like(np.fft.fft(np.fft.ifft(by, axis=axis) * np.reshape(h, shape), axis=axis), x)
    if count is None or n == np.shape(x)[axis]:
        return b
    kept = np.moveaxis(b, axis, -1)[..., :np.shape(x)[axis]]
    rest = np.zeros((*np.shape(kept)[:-1], np.shape(x)[axis] - np.shape(kept)[-1]), kept.dtype)
    return np.moveaxis(np.concatenate((kept, rest), axis=-1), -1, axis)


# ---- spectra --------------------------------------------------------------------------------------------------------

def window_of(window: Any, nperseg: int) -> Any:
    """The samples of a window, given by name or as they are."""
    return signal.get_window(window, nperseg) if isinstance(window, (str, tuple)) else np.asarray(window)


def segments(x: Any, nperseg: int, step: int, axis: int) -> Any:
    """Overlapping pieces of `x` along its last two axes."""
    rows = np.moveaxis(x, axis, -1)
    count = (np.shape(rows)[-1] - nperseg) // step + 1
    return rows[..., np.arange(count)[:, None] * step + np.arange(nperseg)]


def spectra(x: Any, window: Any, nperseg: int, noverlap: int, nfft: int, detrend: Any, onesided: bool,
            axis: int) -> Any:
    """The Fourier transforms of windowed pieces of `x`: the pieces, then the frequencies last."""
    pieces = segments(x, nperseg, nperseg - noverlap, axis)
    if detrend == "constant":
        pieces = pieces - np.mean(pieces, axis=-1, keepdims=True)
    elif detrend == "linear":
        pieces = signal.detrend(pieces, axis=-1)
    pieces = pieces * window
    return np.fft.rfft(pieces, nfft) if onesided else np.fft.fft(pieces, nfft)


def spectral_weights(window: Any, fs: Any, nfft: int, onesided: bool, scaling: str) -> Any:
    """What the squared transforms are multiplied by: the two sides of a real spectrum are added up."""
    scale = 1.0 / (fs * np.sum(window * window)) if scaling == "density" else 1.0 / np.sum(window) ** 2
    if not onesided:
        return scale * np.ones(nfft)
    weights = 2.0 * np.ones(nfft // 2 + 1)
    weights[0] = 1.0
    if nfft % 2 == 0:
        weights[-1] = 1.0
    return scale * weights


def extended(x: Any, n: int, axis: int) -> Any:
    """`x` with zeros after it along an axis, up to a length of `n`."""
    shape = list(np.shape(x))
    shape[axis] = n - shape[axis]
    return np.concatenate((x, np.zeros(shape)), axis=axis)


def cross_spectrum(x: Any, y: Any, fs: Any, window: Any, nperseg: Any, noverlap: Any, nfft: Any, detrend: Any,
                   onesided: bool, scaling: str, axis: int) -> tuple[Any, Any]:
    """What `scipy.signal.csd` gives for real signals (Welch's method); zeros follow the shorter one."""
    n = max(np.shape(x)[axis], np.shape(y)[axis])
    if np.shape(x)[axis] != np.shape(y)[axis]:
        x, y = extended(x, n, axis), extended(y, n, axis)
    length = len(window) if not isinstance(window, (str, tuple)) else min(256 if nperseg is None else int(nperseg), n)
    overlap = length // 2 if noverlap is None else noverlap
    size = length if nfft is None else nfft
    samples = window_of(window, length)
    first = spectra(x, samples, length, overlap, size, detrend, onesided, axis)
    second = first if y is x else spectra(y, samples, length, overlap, size, detrend, onesided, axis)
    weights = spectral_weights(samples, fs, size, onesided, scaling)
    density = np.mean(np.conj(first) * second * weights, axis=-2)
    frequencies = np.fft.rfftfreq(size, 1.0 / fs) if onesided else np.fft.fftfreq(size, 1.0 / fs)
    return frequencies, np.moveaxis(density, -1, axis)


def power_spectrum(x: Any, fs: Any, window: Any, nperseg: Any, noverlap: Any, nfft: Any, detrend: Any, onesided: bool,
                   scaling: str, axis: int) -> tuple[Any, Any]:
    """What `scipy.signal.welch` gives for a real signal."""
    frequencies, density = cross_spectrum(x, x, fs, window, nperseg, noverlap, nfft, detrend, onesided, scaling, axis)
    return frequencies, np.real(density)


def short_time_transform(x: Any, fs: Any, window: Any, nperseg: Any, noverlap: Any, nfft: Any, detrend: Any,
                         onesided: bool, boundary: Any, padded: bool, axis: int, scaling: str) -> tuple[Any, Any, Any]:
    """What `scipy.signal.stft` gives for a real signal."""
    rows = np.moveaxis(x, axis, -1)
    n = np.shape(rows)[-1]
    length = len(window) if not isinstance(window, (str, tuple)) else min(256 if nperseg is None else int(nperseg), n)
    overlap = length // 2 if noverlap is None else noverlap
    size = length if nfft is None else nfft
    step = length - overlap
    edge = length // 2 if boundary is not None else 0
    if boundary not in (None, "zeros"):
        raise NotImplementedError("scipy.signal.stft is differentiated with boundary 'zeros' or None")
    rest = (-(n + 2 * edge - length) % step) % length if padded else 0
    rows = np.pad(rows, [(0, 0)] * (np.ndim(rows) - 1) + [(edge, edge + rest)])
    samples = window_of(window, length)
    z = spectra(rows, samples, length, overlap, size, detrend, onesided, -1)
    z = z * np.sqrt(spectral_weights(samples, fs, size, False, "density" if scaling == "psd" else "spectrum")[0])
    frequencies = np.fft.rfftfreq(size, 1.0 / fs) if onesided else np.fft.fftfreq(size, 1.0 / fs)
    times = (np.arange(np.shape(z)[-2]) * step + (length / 2.0 if boundary is None else 0.0)) / fs
    return frequencies, times, np.moveaxis(np.swapaxes(z, -1, -2), -2, axis if axis >= 0 else axis - 1)


def inverse_short_time_transform(z: Any, fs: Any, window: Any, nperseg: Any, noverlap: Any, nfft: Any, onesided: bool,
                                 boundary: Any, time_axis: int, freq_axis: int, scaling: str) -> tuple[Any, Any]:
    """What `scipy.signal.istft` gives: the transforms of the pieces back, overlapped and divided by the windows."""
    if (time_axis, freq_axis) != (-1, -2):
        raise NotImplementedError("scipy.signal.istft is differentiated with its default axes")
    bins = np.shape(z)[-2]
    size = 2 * (bins - 1) if onesided else bins
    length = size if nperseg is None else int(nperseg)
    if onesided and nperseg is not None and length == size + 1 and nfft is None:
        size = length  # an odd length, which the number of frequencies does not tell
    size = size if nfft is None else int(nfft)
    overlap = length // 2 if noverlap is None else noverlap
    step = length - overlap
    samples = window_of(window, length)
    pieces = np.swapaxes(z, -1, -2)
    pieces = (np.fft.irfft(pieces, size) if onesided else np.fft.ifft(pieces, size))[..., :length]
    scale = np.sum(samples) if scaling == "spectrum" else np.sqrt(fs * np.sum(samples * samples))
    count = np.shape(pieces)[-2]
    total = step * (count - 1) + length
    where = np.arange(count)[:, None] * step + np.arange(length)
    lead = int(np.prod(np.shape(z)[:-2], dtype=int))
    places = np.arange(lead)[:, None] * total + np.ravel(where)
    sums = scatter(np.ravel(pieces * (samples * scale)), np.ravel(places), np.zeros(lead * total))
    norm = scatter(np.ravel(np.broadcast_to(samples * samples, np.shape(where))), np.ravel(where), np.zeros(total))
    x = np.reshape(sums, (*np.shape(z)[:-2], total)) / np.where(norm > 1e-10, norm, 1.0)
    edge = length // 2 if boundary else 0
    x = x[..., edge:total - edge]
    return np.arange(np.shape(x)[-1]) / fs, x


def frequencies_of(count: Any, fs: float) -> Any:
    """The frequencies at which ``scipy.signal.freqz`` evaluates a filter: so many, or those that are given."""
    return np.linspace(0.0, 0.5 * fs, int(count), endpoint=False) if np.ndim(count) == 0 else np.asarray(count)


# ---- windows --------------------------------------------------------------------------------------------------------

def samples_of_window(count: int, sym: bool) -> Any:
    """Where a window of `count` samples is evaluated, from its middle; one that is not symmetric lacks the last of one more."""
    return np.arange(count) - 0.5 * (count - 1 if sym else count)


def places_in_window(count: int, sym: bool) -> Any:
    """The same between -1 and 1."""
    return samples_of_window(count, sym) / (0.5 * (count - 1 if sym else count))


def window_of_values(window: Any, count: int, sym: bool) -> Any:
    """``scipy.signal.get_window`` of a name and parameters, or of the one parameter of a Kaiser window."""
    if isinstance(window, tuple):
        name = window[0]
        if name in ("kaiser", "ksr"):
            return signal.windows.kaiser(count, window[1], sym)
        if name in ("gaussian", "gauss", "gss"):
            return signal.windows.gaussian(count, window[1], sym)
        if name in ("general gaussian", "general_gaussian", "general gauss", "general_gauss", "ggs"):
            return signal.windows.general_gaussian(count, window[1], window[2], sym)
        if name in ("general_hamming", "general hamming"):
            return signal.windows.general_hamming(count, window[1], sym)
        if name in ("general_cosine", "general cosine"):
            return signal.windows.general_cosine(count, window[1], sym)
        if name in ("exponential", "poisson"):
            return signal.windows.exponential(count, None, window[2], sym)
        if name in ("tukey", "tuk"):
            return signal.windows.tukey(count, window[1], sym)
        raise NotImplementedError(f"the window {name!r} has no derivative by its parameters here")
    return signal.windows.kaiser(count, window, sym)


# ---- sections in a row --------------------------------------------------------------------------------------------

def sosfilt_at_rest(sos: Any, x: Any, axis: int) -> Any:
    """`scipy.signal.sosfilt` without an initial state."""
    return signal.sosfilt(sos, x, axis)


def sosfilt_from(sos: Any, x: Any, axis: int, zi: Any) -> tuple[Any, Any]:
    """`scipy.signal.sosfilt` from an initial state: what is filtered, and the state at the end."""
    last = []
    for n in range(len(sos)):
        x, state = signal.lfilter(sos[n, :3], sos[n, 3:], x, axis, zi[n])
        last.append(state)
    return x, np.stack(last)
