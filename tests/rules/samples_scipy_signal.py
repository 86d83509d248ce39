"""Samples of `scipy.signal` and `scipy.ndimage`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage, signal

from rules.harness import Sample, sample

X = np.array([0.3, -1.1, 0.7, 2.0, 0.1, -0.4, 1.3])
V = np.array([0.8, -0.5, 1.7])
EVEN = np.array([0.8, -0.5, 1.7, 0.4])
A = np.arange(20.0).reshape(4, 5) % 7 * 0.3 - 0.8
APART = A + 0.01 * np.arange(20.0).reshape(4, 5) ** 1.5  # no two elements are equal
CUBE = np.sin(np.arange(24.0)).reshape(3, 2, 4)
K = np.array([[0.2, -0.7, 0.4], [1.1, 0.3, -0.6]])
Z = V + 0.3j
RNG = np.random.default_rng(5)
LONG = RNG.normal(size=40)
OTHER = RNG.normal(size=40)
NAMES = {"signal": signal, "ndimage": ndimage}


def one(fn: Any, code: str, tol: float = 1e-6, order: int = 2, wrt: tuple[str, ...] | None = None,
        **args: Any) -> Sample:
    return sample(fn, code, wrt=wrt, tol=tol, order=order, names=NAMES, **args)


CONVOLUTIONS = [
    *(one(getattr(signal, f), f"signal.{f}(x, v, mode='{m}')", x=X, v=V)
      for f in ("convolve", "correlate", "fftconvolve", "oaconvolve") for m in ("full", "same", "valid")),
    *(one(getattr(signal, f), f"signal.{f}(x, v, mode='{m}')", x=X, v=EVEN)
      for f in ("convolve", "correlate") for m in ("same", "valid")),
    *(one(getattr(signal, f), f"signal.{f}(v, x, mode='{m}')", x=X, v=V)
      for f in ("convolve", "correlate") for m in ("full", "same", "valid")),
    *(one(getattr(signal, f), f"signal.{f}(a, k, mode='{m}')", a=A, k=K)
      for f in ("convolve", "correlate") for m in ("full", "same", "valid")),
    *(one(getattr(signal, f), f"signal.{f}(a, k, mode='{m}', boundary='{b}')", a=A, k=K)
      for f in ("convolve2d", "correlate2d") for m in ("full", "same", "valid") for b in ("fill", "wrap", "symm")),
    *(one(signal.fftconvolve, f"signal.fftconvolve(a, k, mode='{m}', axes=1)", a=A, k=K[:1]) for m in ("full", "same", "valid")),
    one(signal.fftconvolve, "signal.fftconvolve(k, a, mode='same', axes=[-1])", a=A, k=K[:1]),
    one(signal.oaconvolve, "signal.oaconvolve(a, k, axes=(0, 1))", a=A, k=K),
    one(signal.convolve, "signal.convolve(x, z)", x=X, z=Z),
    one(signal.correlate, "signal.correlate(x, z)", x=X, z=Z),
]

FILTERS = [
    one(signal.lfilter, "signal.lfilter(b, a, x)", b=V, a=np.array([1.4, -0.5, 0.2]), x=X),
    one(signal.lfilter, "signal.lfilter(b, [1.0, -0.4], x, axis=0)", b=V, x=A),
    *(one(signal.lfilter, f"signal.lfilter(b, a, x, zi=s){part}", b=V, a=np.array([1.4, -0.5, 0.2, 0.1]), x=x,
          s=np.array([0.3, -0.2, 0.7])) for x in (X, X[:2]) for part in ("", "[0]", "[1]")),
    one(signal.lfilter, "signal.lfilter(b, [1.0, -0.4], x, 0, s)", b=V, x=A, s=A[:len(V) - 1] + 0.2),
    one(signal.lfilter, "y, s = signal.lfilter(b, a, x[:3], zi=signal.lfilter_zi([0.2, 0.3], [1.0, -0.4]) * x[0])\n"
        "signal.lfilter(b, a, x[3:], zi=s)[0] * y[2]", b=np.array([0.2, 0.3]), a=np.array([1.0, -0.4]), x=X),
    one(signal.hilbert, "signal.hilbert(x, 4)", x=X),
    one(signal.hilbert, "np.abs(signal.hilbert(a, N=9, axis=0))", a=A),
    one(signal.sosfilt, "signal.sosfilt(signal.butter(3, 0.3, output='sos'), x)", x=X),
    one(signal.sosfilt, "sos = signal.butter(3, 0.3, output='sos')\nsignal.sosfilt(sos, x, zi=signal.sosfilt_zi(sos) * x[0])",
        x=X),
    one(signal.sosfilt, "signal.sosfilt(s, a, axis=1, zi=z)", order=1, wrt=("a", "z"), a=A, z=np.full((2, 4, 2), 0.3),
        s=np.array([[0.3, 0.5, 0.2, 1.0, 0.4, 0.1], [0.7, -0.2, 0.1, 1.0, -0.3, 0.2]])),
    one(signal.filtfilt, "signal.filtfilt([0.3, 0.5], [1.0, -0.2], x)", x=LONG[:12]),
    one(signal.sosfiltfilt, "signal.sosfiltfilt(signal.butter(2, 0.3, output='sos'), x)", x=LONG[:14]),
    one(signal.medfilt, "signal.medfilt(x)", x=X),
    one(signal.medfilt, "signal.medfilt(a, (1, 3))", a=A + 0.01 * np.arange(20.0).reshape(4, 5) ** 1.5),
    one(signal.medfilt2d, "signal.medfilt2d(a, 3)", a=A + 0.01 * np.arange(20.0).reshape(4, 5) ** 1.5),
    one(signal.savgol_filter, "signal.savgol_filter(x, 5, 2)", x=X),
    one(signal.savgol_filter, "signal.savgol_filter(x, 3, 1, deriv=1, axis=0, mode='nearest')", x=A),
    one(signal.detrend, "signal.detrend(x)", x=X),
    one(signal.detrend, "signal.detrend(a, axis=0, type='constant')", a=A),
    one(signal.resample, "signal.resample(x, 5)", x=X),
    one(signal.resample_poly, "signal.resample_poly(x, 3, 2)", x=X),
    one(signal.hilbert, "signal.hilbert(x)", x=X),
    one(signal.hilbert, "np.abs(signal.hilbert(a, axis=0))", a=A),
]

SPECTRA = [
    one(signal.welch, "signal.welch(x, nperseg=16)[1]", x=LONG),
    one(signal.welch, "signal.welch(x, fs=2.0, window='boxcar', nperseg=10, noverlap=3, scaling='spectrum')[1]",
        x=LONG),
    one(signal.welch, "signal.welch(x, nperseg=15, detrend='linear', axis=0)[1]", x=LONG.reshape(20, 2)),
    one(signal.csd, "signal.csd(x, y, nperseg=16)[1]", x=LONG, y=OTHER),
    one(signal.csd, "signal.csd(x, y, nperseg=16)[1] * signal.csd(y, x, nperseg=16)[1]", order=1, x=LONG, y=OTHER[:30]),
    one(signal.periodogram, "signal.periodogram(x)[1]", x=LONG[:9]),
    one(signal.stft, "signal.stft(x, nperseg=12)[2]", x=LONG),
    one(signal.istft, "signal.istft(a + 0.2j * a[::-1], nperseg=6)[1]", a=A),
    one(signal.istft, "signal.istft(signal.stft(x, nperseg=12)[2] * 1.5, nperseg=12)[1] ** 2", order=1, x=LONG),
    one(signal.stft, "np.abs(signal.stft(x, nperseg=10, noverlap=7, boundary=None, padded=False)[2])", x=LONG),
]

MODES = ("reflect", "mirror", "nearest", "wrap", "constant")
IMAGES = [
    *(one(getattr(ndimage, f), f"ndimage.{f}(a, k, mode='{m}')", a=A, k=K) for f in ("correlate",
                                                                                     "convolve") for m in MODES),
    one(ndimage.correlate, "ndimage.correlate(a, k, mode='constant', cval=0.7, origin=(0, 1))", a=A, k=K),
    one(ndimage.convolve, "ndimage.convolve(a, k, origin=(-1, -1))", a=A, k=K),
    *(one(getattr(ndimage, f), f"ndimage.{f}(a, k, mode='{m}')", a=a, k=k)
      for f in ("correlate", "convolve") for m in ("mirror", "constant")
      for a, k in ((A + 0.3j, K - 0.2j), (A, 1j * K), (1j * A, K))),
    *(one(getattr(ndimage, f), f"ndimage.{f}(x, v)", x=X + 0.1j, v=1j * V) for f in ("correlate1d", "convolve1d")),
    *(one(getattr(ndimage, f), f"ndimage.{f}(x, v, mode='{m}')", x=X, v=V)
      for f in ("correlate1d", "convolve1d") for m in MODES),
    *(one(getattr(ndimage, f), f"ndimage.{f}(a, v, axis=0, origin=-1)", a=A, v=EVEN) for f in ("correlate1d",
                                                                                               "convolve1d")),
    *(one(ndimage.gaussian_filter, f"ndimage.gaussian_filter(a, 0.7, mode='{m}')", a=A) for m in MODES),
    one(ndimage.gaussian_filter, "ndimage.gaussian_filter(a, (0.7, 1.1), order=(0, 1))", a=A),
    one(ndimage.gaussian_filter1d, "ndimage.gaussian_filter1d(x, 1.2, order=2, truncate=2.0)", x=X),
    one(ndimage.uniform_filter, "ndimage.uniform_filter(a, 2)", a=A),
    one(ndimage.uniform_filter1d, "ndimage.uniform_filter1d(x, 3, mode='constant', cval=2.0)", x=X),
    *(one(getattr(ndimage, f), f"ndimage.{f}(a, axis={k}, mode='nearest')", a=A)
      for f in ("sobel", "prewitt") for k in (0, -1)),
    one(ndimage.sum_labels, "ndimage.sum_labels(a) ** 2", a=A),
    one(ndimage.mean, "ndimage.mean(a) ** 2", a=A),
    *(one(ndimage.laplace, "ndimage.laplace(a) ** 2", a=a) for a in (A, np.array(0.7), 0.7)),
    one(ndimage.gaussian_laplace, "ndimage.gaussian_laplace(a, 0.6) ** 2", a=0.7),
    one(ndimage.gaussian_laplace, "ndimage.gaussian_laplace(a, 0.6)", a=A),
    one(ndimage.fourier_gaussian, "np.real(np.fft.ifft(ndimage.fourier_gaussian(np.fft.fft(x), 0.8)))", x=X),
    one(ndimage.fourier_uniform, "np.real(np.fft.ifft(ndimage.fourier_uniform(np.fft.fft(x), 3)))", x=X),
    one(ndimage.fourier_shift, "np.real(np.fft.ifft(ndimage.fourier_shift(np.fft.fft(x), 1.3)))", x=X),
    one(ndimage.fourier_shift, "ndimage.fourier_shift(x, 1.3)", x=X),
    *(one(ndimage.map_coordinates, f"ndimage.map_coordinates(a, c, order=1, mode='{m}')", a=A,
          c=np.array([[0.3, 1.7, 2.9, -1.2, 3.7], [1.2, 3.4, 0.6, 2.3, 4.6]]))
      for m in ("constant", "nearest", "reflect", "mirror", "wrap", "grid-wrap", "grid-constant")),
    *(one(ndimage.map_coordinates, f"ndimage.map_coordinates(a, c, order={k}, mode='{m}')", a=A,
          c=np.array([[0.3, 1.7, 2.9, -1.2], [1.2, 3.4, 0.6, 2.3]]))
      for k, m in ((3, "constant"), (2, "nearest"), (4, "reflect"), (5, "mirror"), (3, "wrap"), (2, "grid-wrap"),
                   (3, "grid-constant"), (3, "nearest"))),
    one(ndimage.map_coordinates, "ndimage.map_coordinates(a, c, prefilter=False)", a=A, c=np.array([[0.3, 1.7], [1.2, 3.4]])),
    one(ndimage.map_coordinates, "ndimage.map_coordinates(a + 1j * a[::-1], c)", a=A, c=np.array([[0.3, 1.7], [1.2, 3.4]])),
    one(ndimage.spline_filter, "ndimage.spline_filter(a, mode='reflect')", a=A),
    one(ndimage.spline_filter1d, "ndimage.spline_filter1d(a, 2, 0) * ndimage.spline_filter1d(a, 1)", a=A),
    *(one(ndimage.zoom, f"ndimage.zoom(a, {options})", a=A) for options in ("1.5", "[0.6, 2.0], order=1, mode='nearest'", "1")),
    *(one(ndimage.rotate, f"ndimage.rotate(a, t{options})", a=A, t=23.0) for options in ("", ", (0, 1), False, order=1")),
    one(ndimage.rotate, "ndimage.rotate(a, t, (0, 2), mode='reflect')", a=CUBE, t=-41.0, order=1),
    one(ndimage.shift, "ndimage.shift(a, s)", a=A, s=np.array([0.4, -0.7])),
    one(ndimage.affine_transform, "ndimage.affine_transform(a, m, [0.11, 0.23], mode='nearest')", a=A,
        m=np.array([[0.9, 0.1], [-0.05, 1.07]])),
    one(ndimage.gaussian_gradient_magnitude, "ndimage.gaussian_gradient_magnitude(a, 0.8, mode='nearest')", a=A),
    one(ndimage.gaussian_gradient_magnitude, "ndimage.gaussian_gradient_magnitude(a, 0.8) ** 2", a=0.7),
    one(ndimage.extrema, "low, high, *_ = ndimage.extrema(a)\nlow * high", a=APART),
    *(one(ndimage.percentile_filter, f"ndimage.percentile_filter(a, {q}, 3)", a=APART) for q in (30, -20, 100)),
    *(one(getattr(ndimage, f), f"ndimage.{f}(a, size=3, mode='nearest') ** 2", a=APART)
      for f in ("grey_erosion", "grey_dilation", "grey_opening", "grey_closing", "white_tophat", "black_tophat",
                "morphological_gradient")),
    one(ndimage.map_coordinates, "ndimage.map_coordinates(a, [[0.4, 1.2], [1.1, 0.3]], order=0)", a=A, order=1),
    one(ndimage.map_coordinates, "ndimage.map_coordinates(a, c, order=0, mode='nearest')", wrt=("a",), a=A,
        c=np.array([[0.3, 1.7, 2.9, -1.2], [1.2, 3.4, 0.6, 2.3]])),
]

DESIGNED = [
    *(one(getattr(signal.windows, w), f"signal.windows.{w}(7, {values}) * signal.windows.{w}(8, {values}, sym=False)[1:]", b=0.7)
      for w, values in (("kaiser", "3 * b"), ("gaussian", "b"), ("general_gaussian", "1.3, b"), ("general_gaussian", "b, 1.7"),
                        ("exponential", "None, b"), ("general_hamming", "b"), ("tukey", "b"), ("general_cosine", "[b, 0.3, b]"))),
    *(one(signal.get_window, f"signal.get_window({w}, 8)", b=0.7)
      for w in ("('kaiser', b)", "b", "('gaussian', b)", "('general_gaussian', 1.0, b)", "('general_hamming', b)",
                "('exponential', None, b)", "('tukey', b)", "('general_cosine', [b, 0.3])")),
    one(signal.upfirdn, "signal.upfirdn(v, x, 3, 2)", v=V, x=X),
    one(signal.upfirdn, "signal.upfirdn(v, a, 2, axis=0)", v=V, a=A),
    *(one(signal.decimate, f"signal.decimate(x, 2, {options})", x=np.cos(np.arange(40.0)))
      for options in ("zero_phase=False", "4, 'fir'")),
]
LABELS = np.array([[1, 1, 2, 0, 2]] * 4)
NAMES["LABELS"] = LABELS
WAVES = [
    one(signal.coherence, "signal.coherence(x, y, nperseg=8)[1]", x=LONG, y=OTHER, tol=1e-5),
    *(one(signal.freqz, f"signal.freqz(b, a, {options})[1]", b=V, a=np.array([1.0, 0.3]))
      for options in ("4", "[0.3, 1.4], fs=4.0")),
    one(signal.freqz, "signal.freqz(b, worN=4)[1]", b=V),
    one(signal.freqs, "signal.freqs(b, a, w)[1]", b=V, a=np.array([1.0, 0.3, 0.2]), w=np.array([0.4, 1.6])),
    one(signal.deconvolve, "signal.deconvolve(x, v)", x=X, v=V),
    *(one(signal.chirp, f"signal.chirp(t, f, 1.2, g, '{m}', p)", t=np.array([0.1, 0.4, 0.7]), f=0.8, g=2.1, p=20.0)
      for m in ("linear", "logarithmic", "quadratic", "hyperbolic")),
    *(one(signal.sawtooth, f"signal.sawtooth(t{options})", t=np.array([0.1, 2.4, 5.7, 9.1])) for options in ("", ", 0.3")),
    one(signal.gausspulse, "signal.gausspulse(t, f)", t=np.array([0.1, 0.4, 0.7]), f=1.3),
    one(signal.gausspulse, "signal.gausspulse(t, f, retquad=True, retenv=True)", t=np.array([0.1, 0.4, 0.7]), f=1.3),
]
WINDOWS = [
    *(one(getattr(ndimage, f), f"ndimage.{f}(a, {options})", a=A + 0.01 * np.arange(20.0).reshape(4, 5) ** 1.5)
      for f in ("maximum_filter", "minimum_filter", "median_filter")
      for options in ("3", "(2, 3), mode='constant', cval=0.1", "2, mode='nearest'", "3, mode='wrap'", "3, mode='mirror'")),
    one(ndimage.rank_filter, "ndimage.rank_filter(a, 1, 3)", a=A + 0.01 * np.arange(20.0).reshape(4, 5) ** 1.5),
    one(ndimage.shift, "ndimage.shift(a, s, order=1, mode='nearest')", a=A, s=np.array([0.4, -0.7]), order=1),
    one(ndimage.shift, "ndimage.shift(a, 0.3, order=1)", a=A),
    one(ndimage.affine_transform, "ndimage.affine_transform(a, m, o, order=1, mode='nearest')", a=A, order=1,
        m=np.array([[0.9, 0.1], [-0.05, 1.07]]), o=np.array([0.11, 0.23])),
    one(ndimage.affine_transform, "ndimage.affine_transform(a, np.ravel(m), order=1, output_shape=(2, 3))", a=A, order=1,
        m=np.array([0.9, 0.8])),
    *(one(getattr(ndimage, f), f"ndimage.{f}(a{options})", a=A)
      for f in ("sum", "sum_labels", "mean", "variance", "standard_deviation")
      for options in ("", ", LABELS, [1, 2]", ", LABELS")),
    one(ndimage.center_of_mass, "ndimage.center_of_mass(a)", a=A + 2.0),
    *(one(getattr(ndimage, f), f"ndimage.{f}(a)", a=A + 0.01 * np.arange(20.0).reshape(4, 5) ** 1.5)
      for f in ("maximum", "minimum", "median")),
]

SAMPLES: list[Sample] = [*WAVES, *WINDOWS, *DESIGNED, *CONVOLUTIONS, *FILTERS, *SPECTRA, *IMAGES]
