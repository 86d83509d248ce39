"""Samples of sums, products, moments, extrema and what accumulates along an axis."""
from __future__ import annotations

import numpy as np

from rules.harness import Sample, sample

RNG = np.random.default_rng(0)
VECTOR = np.array([0.3, -1.2, 2.1, 0.7])
MATRIX = RNG.normal(size=(3, 4))
CUBE = RNG.normal(size=(2, 3, 4))
SINGLE = np.array([0.3, 1.2, 2.1], dtype=np.float32)
COMPLEX = RNG.normal(size=(2, 3)) + 1j * RNG.normal(size=(2, 3))
WITH_ZEROS = np.array([[1.5, 0.0, -2.0, 0.5], [0.0, 0.7, 0.0, 1.1], [2.0, 3.0, -1.0, 0.4]])
MASK = np.array([[True, False, True, True], [True, True, False, False], [False, True, True, True]])
WITH_NAN = np.where(MASK, MATRIX, np.nan)

_AXES = ("", ", axis=0", ", axis=-1", ", axis=(0, 2)", ", axis=1, keepdims=True", ", axis=None, keepdims=True",
    ", 0, None")
_REDUCTIONS = (np.sum, np.mean, np.prod, np.var, np.std, np.max, np.min, np.ptp)


def _codes(f: np.ufunc, extra: str = "") -> list[str]:
    axes = _AXES[:-1] if f in (np.max, np.min, np.ptp) else _AXES
    return [f"np.{f.__name__}(x{axis}{extra})" for axis in axes]


SAMPLES: list[Sample] = [
    *(sample(f, code, x=CUBE) for f in _REDUCTIONS for code in _codes(f)),
    *(sample(f, f"np.{f.__name__}(x, axis=0)", x=VECTOR) for f in _REDUCTIONS),
    *(sample(f, f"np.{f.__name__}(x) * x[0]", x=SINGLE, tol=1e-3, order=1) for f in _REDUCTIONS),
    *(sample(f, f"np.{f.__name__}(x{axis})", x=COMPLEX) for f in (np.sum, np.mean, np.prod, np.var, np.std)
      for axis in ("", ", axis=1")),
    *(sample(f, f"np.{f.__name__}(x, axis=1, where=m)", x=MATRIX, m=MASK)
      for f in (np.sum, np.mean, np.prod, np.var, np.std)),
    *(sample(f, f"np.{f.__name__}(x, where=m, initial={start})", x=MATRIX, m=MASK)
      for f, start in ((np.sum, 2.0), (np.prod, 2.0), (np.max, -9.0), (np.min, 9.0))),
    *(sample(f, f"np.{f.__name__}(x, axis=0, initial=s)", x=MATRIX, s=1.7) for f in (np.sum, np.prod)),
    *(sample(f, f"np.{f.__name__}(x, axis=1, initial=s, where=m, keepdims=True)", x=MATRIX, s=s, m=MASK)
      for f in (np.max, np.min, np.nanmax, np.nanmin) for s in (0.3, -2.0, 2.0)),
    *(sample(f, f"x.{f.__name__}(initial=s) * x", x=MATRIX, s=s) for f in (np.max, np.min) for s in (-9.0, 9.0)),
    *(sample(f, f"np.{f.__name__}(x, axis=0{options}, mean=m)", x=x, m=x[:1] + 0.1)
      for f in (np.var, np.std, np.nanvar, np.nanstd) for x in (MATRIX, COMPLEX)
      for options in ("", ", ddof=0.5, keepdims=True")),
    *(sample(f, f"np.{f.__name__}(x, axis=1, where=m, mean=np.mean(x, axis=1, keepdims=True))", x=MATRIX, m=MASK)
      for f in (np.var, np.std)),
    *(sample(f, f"np.{f.__name__}(x, axis=axis, {option}=k)", x=x, axis=axis, k=0.7)
      for f, option in ((np.var, "ddof"), (np.std, "ddof"), (np.std, "correction"), (np.var, "correction"))
      for axis, x in ((None, MATRIX), (0, COMPLEX))),
    sample(np.std, "np.std(x, mean=m)", x=SINGLE, m=0.7, tol=1e-3, order=1),
    *(sample(f, f"np.{f.__name__}(x, axis=1, keepdims=np._NoValue) * x[:, 0]", x=MATRIX) for f in (np.sum, np.max, np.std)),
    sample(np.sum, "np.sum(x, axis=1, keepdims=k)", x=MATRIX, k=np._NoValue),
    *(sample(f, f"x.{f.__name__}() + x.{f.__name__}(1)", x=MATRIX) for f in _REDUCTIONS[:-1]),
    *(sample(f, f"np.{f.__name__}(x, axis=1, dtype=complex)", x=MATRIX, order=1)
      for f in (np.sum, np.mean, np.prod, np.cumsum, np.cumprod, np.nansum)),
    *(sample(f, f"np.{f.__name__}(x, axis=0, dtype=np.float64)", x=SINGLE, tol=1e-3, order=1)
      for f in (np.sum, np.mean, np.prod, np.var, np.std, np.cumsum, np.cumprod, np.nanmean)),
    sample(np.sum, "np.sum(x, dtype=int) * x", x=MATRIX, order=1),
    *(sample(np.cumsum, f"{code} ** 2", x=np.array(0.7)) for code in ("np.cumsum(x, axis=0)", "x.cumsum(axis=-1)")),
    sample(np.cumprod, "np.cumprod(x, axis=0)", x=np.array(0.7), order=1),
    sample(np.sum, "np.sum([x, y, x * y])", x=1.3, y=0.7),
    sample(np.sum, "np.sum(x) * np.mean(x)", x=1.3),
    sample(np.var, "np.var(x, ddof=1) + np.std(x, axis=1, ddof=1).sum()", x=MATRIX),
    sample((np.amax, np.amin), "np.amax(x, axis=0) * np.amin(x)", x=MATRIX),
    sample(np.prod, "np.prod(x)", x=np.array([1.5, 0.0, -2.0, 0.5])),
    sample(np.prod, "np.prod(x, axis=1)", x=WITH_ZEROS),
    # along an axis
    *(sample(f, f"np.{f.__name__}(x{axis})", x=MATRIX) for f in (np.cumsum, np.cumprod)
      for axis in ("", ", axis=0", ", axis=-1")),
    sample(np.cumprod, "np.cumprod(x, axis=1)", x=WITH_ZEROS),
    sample(np.cumprod, "np.cumprod(x)", x=COMPLEX),
    sample(np.kaiser, "np.kaiser(5, x)", x=1.7),
    sample(np.kaiser, "np.kaiser(1, x)", x=1.7),
    *(sample(np.diff, "np.diff(x, 2, 1, np._NoValue if k is None else k, a)", x=MATRIX, k=k, a=np._NoValue)
      for k in (None, 0.4)),
    *(sample(np.diff, f"np.diff(x{options})", x=CUBE)
      for options in ("", ", axis=0", ", n=2", ", 2, 1", ", prepend=0.0", ", append=np.ones((2, 3, 2))",
                      ", axis=1, append=x[:, -1:]", ", 2, 0, prepend=x[:1] ** 2, append=x[0, 0, 0]",
                      ", 0, 0, prepend=x[:1] ** 2")),
    *(sample(np.gradient, f"np.gradient(x{options})", x=CUBE[0]) for options in (
        ", axis=0", ", axis=-1, edge_order=2", ", 0.5, axis=1", "", ", 0.5, 2.0",
        ", np.array([0.0, 0.5, 2.0, 2.5]), axis=1")),
    sample(np.gradient, "np.gradient(x, 0.3) * x", x=VECTOR),
    *(sample(np.gradient, f"np.gradient(x, {options})", x=CUBE[0], t=np.cumsum(0.4 + np.arange(CUBE.shape[2]) % 3), h=0.3,
             order=1)
      for options in ("h, t", "h, t, edge_order=2", "t * h, axis=-1", "t, axis=1, edge_order=2")),
    *(sample(np.gradient, f"np.gradient(x, {steps})", x=CUBE[0], h=0.3, k=1.2, order=1) for steps in (
        "h, k", "h", "k, axis=1", "h, k, axis=(1, 0)", "h, k, edge_order=2", "0.5, h")),
    sample(np.ediff1d, "np.ediff1d(x)", x=MATRIX),
    sample(np.ediff1d, "np.ediff1d(x, to_end=x[0, 0], to_begin=[y, 2.0])", x=MATRIX, y=1.3),
    sample(np.ediff1d, "np.ediff1d(x, y) * np.ediff1d(x, to_begin=y)", x=VECTOR, y=1.3),

]
if hasattr(np, "trapezoid"):
    SAMPLES += [
        sample(np.trapezoid, "np.trapezoid(x)", x=VECTOR),
        sample(np.trapezoid, "np.trapezoid(x, y, axis=0)", x=MATRIX, y=np.array([0.0, 0.4, 1.5])),
        sample(np.trapezoid, "np.trapezoid(x, dx=h, axis=-1)", x=MATRIX, h=0.3),
    ]
if hasattr(np, "cumulative_sum"):
    SAMPLES += [
        sample(np.cumulative_sum, "np.cumulative_sum(x)", x=VECTOR),
        sample(np.cumulative_sum, "np.cumulative_sum(x, axis=1, include_initial=True)", x=MATRIX),
        sample(np.cumulative_prod, "np.cumulative_prod(x, axis=0, include_initial=True)", x=MATRIX),
    ]
SAMPLES += [
    sample(np.average, "np.average(x)", x=MATRIX),
    sample(np.average, "np.average(x, axis=1, returned=True)", x=MATRIX),
    sample(np.average, "np.average(x, axis=0, weights=w, returned=True)", x=MATRIX, w=np.abs(MATRIX[:, 0]) + 0.1),
    sample(np.average, "np.average(x, axis=1, weights=w)", x=MATRIX, w=np.array([0.4, 1.2, 0.3, 0.8])),
    sample(np.average, "np.average(x, weights=w)", x=MATRIX, w=np.abs(MATRIX) + 0.1),
    sample(np.average, "np.average(x, axis=0, keepdims=True)", x=MATRIX),
    *(sample(np.cov, f"np.cov({args})", x=MATRIX, y=MATRIX[::-1] * 1.3 + 0.1)
      for args in ("x", "x, y", "x, rowvar=False, ddof=0", "x[0:1], y[1:]", "x, bias=True")),
    sample(np.cov, "np.cov(x[0], y[1])", x=MATRIX, y=MATRIX[::-1] * 1.3 + 0.1, order=1),
    *(sample(np.corrcoef, f"np.corrcoef({args})", x=MATRIX, y=MATRIX[::-1] * 1.3 + 0.1)
      for args in ("x", "x, y", "x[:2], y[1:]")),
    sample(np.corrcoef, "np.corrcoef(x[0], y[1])", x=MATRIX, y=MATRIX[::-1] * 1.3 + 0.1, order=1),
    *(sample(np.interp, f"np.interp(x, p, f{options})", x=np.array([0.3, 1.2, 2.7, -0.4, 3.9]),
      p=np.array([0.0, 0.9, 2.0, 3.1]),
             f=VECTOR) for options in ("", ", left=-1.0, right=f[0]")),
    sample(np.interp, "np.interp(x, p, f, period=2.5)", x=np.array([0.3, 1.2, 3.7, -0.4, 3.9]),
           p=np.array([0.1, 0.9, 2.0, 2.4]), f=VECTOR),
    sample(np.interp, "np.interp(x, p, f)", x=1.2, p=np.array([0.0, 0.9, 2.0, 3.1]), f=VECTOR),
    # NaN left out
    *(sample(f, f"np.{f.__name__}(x{options})", x=WITH_NAN)
      for f in (np.nansum, np.nanmean, np.nanprod, np.nanvar, np.nanstd, np.nanmax, np.nanmin)
      for options in ("", ", axis=0", ", axis=1, keepdims=True")),
    *(sample(f, f"np.{f.__name__}(x, axis=1)", x=WITH_NAN) for f in (np.nancumsum, np.nancumprod)),
]
