"""`scipy.signal`: convolutions, linear filters and spectra. See `s2sgrad.runtime.scipy_signal` for the conventions."""
from __future__ import annotations

import math

import numpy as np
from scipy import ndimage, signal

from s2sgrad.rules.registry import (
    adjoint,
    bilinear,
    d,
    expansion,
    known,
    linear,
    nondifferentiable,
    partials,
    tangent,
    unsupported,
)
from s2sgrad.runtime import real_like, unbroadcast
from s2sgrad.runtime.scipy_signal import (
    along_axis,
    analytic_adjoint,
    convolve_adjoint,
    convolve_adjoint_right,
    convolve_along_adjoint,
    convolve_along_adjoint_right,
    correlate_adjoint,
    correlate_adjoint_right,
    cross_spectrum,
    frequencies_of,
    inverse_short_time_transform,
    lfilter_adjoint,
    lfilter_adjoint_a,
    lfilter_adjoint_b,
    lfilter_from_adjoint,
    lfilter_from_tangent,
    lfilter_tangent,
    places_in_window,
    power_spectrum,
    samples_of_window,
    short_time_transform,
    sosfilt_at_rest,
    sosfilt_from,
    window_of_values,
)

# ---- convolutions -----------------------------------------------------------------------------------------------


@adjoint(signal.convolve)
def convolve(y, in1, in2, mode="full", method="auto"):
    d[in1] = unbroadcast(convolve_adjoint(d[y], in1, in2, mode), in1)
    d[in2] = unbroadcast(convolve_adjoint_right(d[y], in1, in2, mode), in2)


@adjoint(signal.fftconvolve, signal.oaconvolve)
def fftconvolve(y, in1, in2, mode="full", axes=None):
    if known(axes) and axes is None:
        d[in1] = unbroadcast(convolve_adjoint(d[y], in1, in2, mode), in1)
        d[in2] = unbroadcast(convolve_adjoint_right(d[y], in1, in2, mode), in2)
    else:
        d[in1] = unbroadcast(convolve_along_adjoint(d[y], in1, in2, mode, axes), in1)
        d[in2] = unbroadcast(convolve_along_adjoint_right(d[y], in1, in2, mode, axes), in2)


bilinear(signal.convolve, signal.fftconvolve, signal.oaconvolve, wrt=("in1", "in2"))


@adjoint(signal.correlate)
def correlate(y, in1, in2, mode="full", method="auto"):
    d[in1] = unbroadcast(correlate_adjoint(d[y], in1, in2, mode), in1)
    d[in2] = unbroadcast(correlate_adjoint_right(d[y], in1, in2, mode), in2)


bilinear(signal.correlate, wrt=("in1", "in2"))


@expansion(signal.medfilt)
def medfilt(volume, kernel_size=None):
    return ndimage.median_filter(volume, size=3 if kernel_size is None else kernel_size, mode="constant")


@expansion(signal.medfilt2d)
def medfilt2d(input, kernel_size=3):
    return ndimage.median_filter(input, size=kernel_size, mode="constant")


@expansion(signal.convolve2d)
def convolve2d(in1, in2, mode="full", boundary="fill", fillvalue: None = 0):
    if boundary == "fill":
        return signal.convolve(in1, in2, mode=mode, method="direct")
    if mode == "valid":
        return signal.convolve(in1, in2, mode="valid", method="direct")
    m, n = np.shape(in2)
    around = np.pad(in1, ((m - 1, m - 1), (n - 1, n - 1)), "wrap" if boundary == "wrap" else "symmetric")
    full = signal.convolve(around, in2, mode="valid", method="direct")
    if mode == "full":
        return full
    return full[(m - 1) // 2:(m - 1) // 2 + np.shape(in1)[0], (n - 1) // 2:(n - 1) // 2 + np.shape(in1)[1]]


@expansion(signal.correlate2d)
def correlate2d(in1, in2, mode="full", boundary="fill", fillvalue: None = 0):
    if mode == "valid":
        return signal.correlate(in1, in2, mode="valid", method="direct")
    m, n = np.shape(in2)
    if boundary == "fill":
        full = signal.correlate(in1, in2, mode="full", method="direct")
    else:
        around = np.pad(in1, ((m - 1, m - 1), (n - 1, n - 1)), "wrap" if boundary == "wrap" else "symmetric")
        full = signal.correlate(around, in2, mode="valid", method="direct")
    if mode == "full":
        return full
    return full[m // 2:m // 2 + np.shape(in1)[0], n // 2:n // 2 + np.shape(in1)[1]]


# ---- filters ----------------------------------------------------------------------------------------------------

@adjoint(signal.lfilter)
def lfilter(y, b, a, x, axis=-1, zi=None):
    if zi is None:
        d[x] = real_like(lfilter_adjoint(d[y], b, a, axis), x)
        d[b] = real_like(lfilter_adjoint_b(d[y], b, a, x, axis), b)
        d[a] = real_like(lfilter_adjoint_a(d[y], a, y, axis), a)
    else:
        parts = lfilter_from_adjoint(d[y][0], d[y][1], b, a, x, axis, y[0], y[1])
        d[b] = real_like(parts[0], b)
        d[a] = real_like(parts[1], a)
        d[x] = real_like(parts[2], x)
        d[zi] = real_like(unbroadcast(parts[3], zi), zi)


@tangent(signal.lfilter)
def lfilter_tangent_(y, b, a, x, axis=-1, zi=None):
    if zi is None:
        d[y] = lfilter_tangent(d[b], d[a], d[x], b, a, x, y, axis)
    else:
        d[y] = lfilter_from_tangent(d[b], d[a], d[x], d[zi], b, a, x, axis, y[0], y[1])


@expansion(signal.sosfilt)
def sosfilt(sos, x, axis=-1, zi=None):
    if zi is None:
        return sosfilt_at_rest(sos, x, axis)
    return sosfilt_from(sos, x, axis, zi)


@adjoint(sosfilt_at_rest)
def sosfilt_at_rest_(y, sos, x, axis):
    """its sections are constants; give zi, or use lfilter"""
    d[sos] = None
    d[x] = np.flip(signal.sosfilt(sos, np.flip(d[y], axis), axis=axis), axis)


@tangent(sosfilt_at_rest)
def sosfilt_tangent(y, sos, x, axis):
    d[y] = signal.sosfilt(sos, d[x], axis=axis)


@linear(signal.detrend)
def detrend(by, data, axis=-1, type="linear", bp=0, overwrite_data: None = False):
    return signal.detrend(by, axis=axis, type=type, bp=bp)


@adjoint(signal.savgol_filter)
def savgol_filter(y, x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval: None = 0.0):
    """the spacing of the samples is a constant"""
    d[delta] = None
    matrix = signal.savgol_filter(np.eye(np.shape(x)[axis]), window_length, polyorder, deriv, delta, axis=0, mode=mode)
    d[x] = along_axis(np.transpose(matrix), d[y], axis)


@tangent(signal.savgol_filter)
def savgol_filter_tangent(y, x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval: None = 0.0):
    d[y] = signal.savgol_filter(d[x], window_length, polyorder, deriv, delta, axis=axis, mode=mode)


@adjoint(signal.filtfilt)
def filtfilt(y, b, a, x, axis=-1, padtype="odd", padlen=None, method="pad", irlen=None):
    """the coefficients also decide how its ends are started"""
    d[b] = None
    d[a] = None
    matrix = signal.filtfilt(b, a, np.eye(np.shape(x)[axis]), axis=0, padtype=padtype, padlen=padlen, method=method,
                             irlen=irlen)
    d[x] = along_axis(np.transpose(matrix), d[y], axis)


@tangent(signal.filtfilt)
def filtfilt_tangent(y, b, a, x, axis=-1, padtype="odd", padlen=None, method="pad", irlen=None):
    d[y] = signal.filtfilt(b, a, d[x], axis=axis, padtype=padtype, padlen=padlen, method=method, irlen=irlen)


@adjoint(signal.sosfiltfilt)
def sosfiltfilt(y, sos, x, axis=-1, padtype="odd", padlen=None):
    """its sections are constants"""
    d[sos] = None
    matrix = signal.sosfiltfilt(sos, np.eye(np.shape(x)[axis]), axis=0, padtype=padtype, padlen=padlen)
    d[x] = along_axis(np.transpose(matrix), d[y], axis)


@tangent(signal.sosfiltfilt)
def sosfiltfilt_tangent(y, sos, x, axis=-1, padtype="odd", padlen=None):
    d[y] = signal.sosfiltfilt(sos, d[x], axis=axis, padtype=padtype, padlen=padlen)


@linear(signal.resample)
def resample(by, x, num, t: None = None, axis=0, window=None, domain: None = "time"):
    matrix = signal.resample(np.eye(np.shape(x)[axis]), num, axis=0, window=window)
    return real_like(along_axis(np.transpose(matrix), by, axis), x)


@linear(signal.resample_poly)
def resample_poly(by, x, up, down, axis=0, window=("kaiser", 5.0), padtype: None = "constant", cval: None = None):
    matrix = signal.resample_poly(np.eye(np.shape(x)[axis]), up, down, axis=0, window=window)
    return real_like(along_axis(np.transpose(matrix), by, axis), x)


@linear(signal.decimate)
def decimate(by, x, q, n=None, ftype="iir", axis=-1, zero_phase=True):
    matrix = signal.decimate(np.eye(np.shape(x)[axis]), q, n, ftype, axis=0, zero_phase=zero_phase)
    return real_like(along_axis(np.transpose(matrix), by, axis), x)


@expansion(signal.upfirdn)
def upfirdn(h, x, up=1, down=1, axis=-1, mode: None = "constant", cval: None = 0):
    rows = np.moveaxis(x, axis, -1)
    apart = np.reshape(np.expand_dims(rows, -1) * np.eye(1, up)[0], np.shape(rows)[:-1] + (-1,))
    whole = signal.convolve(apart[..., :np.shape(apart)[-1] - up + 1], np.reshape(h, (1,) * (np.ndim(x) - 1) + (-1,)))
    return np.moveaxis(whole[..., ::down], -1, axis)


@linear(signal.hilbert)
def hilbert(by, x, N=None, axis=-1):
    return analytic_adjoint(by, x, N, axis)


# ---- spectra ------------------------------------------------------------------------------------------------------

@expansion(signal.csd)
def csd(x, y, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant", return_onesided=True,
        scaling="density", axis=-1, average: None = "mean"):
    return cross_spectrum(x, y, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis)


@expansion(signal.welch)
def welch(x, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant", return_onesided=True,
          scaling="density", axis=-1, average: None = "mean"):
    return power_spectrum(x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis)


@expansion(signal.periodogram)
def periodogram(x, fs=1.0, window="boxcar", nfft=None, detrend="constant", return_onesided=True, scaling="density",
                axis=-1):
    n = np.shape(x)[axis]
    return power_spectrum(x, fs, window, n, 0, nfft, detrend, return_onesided, scaling, axis)


@expansion(signal.stft)
def stft(x, fs=1.0, window="hann", nperseg=256, noverlap=None, nfft=None, detrend=False, return_onesided=True,
         boundary="zeros", padded=True, axis=-1, scaling="spectrum"):
    return short_time_transform(x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, boundary, padded,
                                axis,
                                scaling)


@expansion(signal.istft)
def istft(Zxx, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, input_onesided=True, boundary=True,
          time_axis=-1, freq_axis=-2, scaling="spectrum"):
    return inverse_short_time_transform(Zxx, fs, window, nperseg, noverlap, nfft, input_onesided, boundary, time_axis,
                                        freq_axis, scaling)


@expansion(signal.coherence)
def coherence(x, y, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant", axis=-1):
    frequencies, pxx = signal.welch(x, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)
    pyy = signal.welch(y, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)[1]
    pxy = signal.csd(x, y, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)[1]
    return frequencies, np.abs(pxy) ** 2 / pxx / pyy


@expansion(signal.freqz)
def freqz(b, a=1, worN=512, whole: None = False, plot: None = None, fs=2.0 * math.pi, include_nyquist: None = False):
    w = frequencies_of(worN, fs)
    z = np.exp(-2.0j * math.pi / fs * w)
    return w, np.polyval(np.flip(np.atleast_1d(b)), z) / np.polyval(np.flip(np.atleast_1d(a)), z)


@expansion(signal.freqs)
def freqs(b, a, worN, plot: None = None):
    w = np.asarray(worN)
    return w, np.polyval(np.atleast_1d(b), 1j * w) / np.polyval(np.atleast_1d(a), 1j * w)


@expansion(signal.deconvolve)
def deconvolve(signal, divisor):
    quotient = np.polydiv(signal, divisor)[0]
    return quotient, signal - np.convolve(divisor, quotient)


# ---- wave forms ---------------------------------------------------------------------------------------------------

@expansion(signal.chirp)
def chirp(t, f0, t1, f1, method="linear", phi=0, vertex_zero=True, *, complex: None = False):
    if not known(method):
        raise ValueError("the method is not a constant")
    if method in ("linear", "lin", "li"):
        turns = f0 * t + 0.5 * (f1 - f0) / t1 * t ** 2
    elif method in ("logarithmic", "log", "lo"):
        turns = f0 * t1 / np.log(f1 / f0) * ((f1 / f0) ** (t / t1) - 1.0)
    elif method in ("quadratic", "quad", "q") and vertex_zero:
        turns = f0 * t + (f1 - f0) / (3.0 * t1 ** 2) * t ** 3
    elif method in ("hyperbolic", "hyp"):
        turns = f0 * f1 * t1 / (f0 - f1) * np.log(np.abs(1.0 + (f0 - f1) * t / (f1 * t1)))
    else:
        raise ValueError("of the quadratic ones, only those with vertex_zero=True have a derivative")
    return np.cos(2.0 * math.pi * turns + math.pi / 180.0 * phi)


@partials(signal.sawtooth)
def sawtooth(y, t, width=1):
    """it jumps where its width decides"""
    rising = np.mod(t, 2.0 * math.pi) < 2.0 * math.pi * width
    return np.where(rising, 1.0 / width, 1.0 / (width - 1.0 - (width == 1.0))) / math.pi, None


@expansion(signal.gausspulse)
def gausspulse(t, fc=1000, bw=0.5, bwr=-6, tpr: None = -60, retquad=False, retenv=False):
    envelope = np.exp((math.pi * fc * bw) ** 2 / (4.0 * np.log(10.0 ** (bwr / 20.0))) * t * t)
    if not retquad and not retenv:
        return envelope * np.cos(2.0 * math.pi * fc * t)
    if not retquad:
        return envelope * np.cos(2.0 * math.pi * fc * t), envelope
    if not retenv:
        return envelope * np.cos(2.0 * math.pi * fc * t), envelope * np.sin(2.0 * math.pi * fc * t)
    return envelope * np.cos(2.0 * math.pi * fc * t), envelope * np.sin(2.0 * math.pi * fc * t), envelope


# ---- windows ------------------------------------------------------------------------------------------------------

@expansion(signal.windows.kaiser)
def kaiser(M, beta, sym=True):
    inside = np.sqrt(1.0 - places_in_window(M, sym) ** 2)
    return np.i0(beta * inside) / np.i0(beta)


@expansion(signal.windows.gaussian)
def gaussian(M, std, sym=True):
    return np.exp(-0.5 * (samples_of_window(M, sym) / std) ** 2)


@expansion(signal.windows.general_gaussian)
def general_gaussian(M, p, sig, sym=True):
    return np.exp(-0.5 * np.abs(samples_of_window(M, sym) / sig) ** (2.0 * p))


@expansion(signal.windows.exponential)
def exponential(M, center: None = None, tau=1.0, sym=True):
    return np.exp(-np.abs(samples_of_window(M, sym)) / tau)


@expansion(signal.windows.general_hamming)
def general_hamming(M, alpha, sym=True):
    return alpha + (1.0 - alpha) * np.cos(math.pi * places_in_window(M, sym))


@expansion(signal.windows.general_cosine)
def general_cosine(M, a, sym=True):
    angles = math.pi * (places_in_window(M, sym) + 1.0)
    return np.cos(np.outer(angles, np.arange(len(a)))) @ (np.asarray(a) * (-1.0) ** np.arange(len(a)))


@expansion(signal.windows.tukey)
def tukey(M, alpha=0.5, sym=True):
    depth = (1.0 - np.abs(places_in_window(M, sym))) / alpha
    return np.where(depth < 1.0, 0.5 - 0.5 * np.cos(math.pi * np.minimum(depth, 1.0)), 1.0)


@expansion(signal.get_window)
def get_window(window, Nx, fftbins=True):
    return window_of_values(window, Nx, not fftbins)


# ---- without derivatives ------------------------------------------------------------------------------------------

nondifferentiable(signal.unit_impulse, signal.choose_conv_method, signal.find_peaks, signal.argrelmax,
                  signal.argrelmin, signal.argrelextrema, signal.square)
for _fn in (signal.firwin, signal.butter, signal.cheby1, signal.cheby2, signal.ellip, signal.bessel,
            signal.iirfilter, frequencies_of):
    unsupported(_fn, "a window or filter is designed from constants here")
for _fn in (signal.order_filter, signal.wiener):
    unsupported(_fn, "it chooses among samples")
