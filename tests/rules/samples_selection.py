"""Samples of choosing, sorting and order statistics."""
from __future__ import annotations

import numpy as np

from rules.harness import Sample, sample

RNG = np.random.default_rng(1)
VECTOR = np.array([0.3, -1.2, 2.1, 0.7])
OTHER = np.array([1.5, 0.43, -0.6, 2.2])
MATRIX = RNG.normal(size=(3, 4))
CUBE = RNG.normal(size=(2, 3, 4))
COMPLEX = RNG.normal(size=3) + 1j * RNG.normal(size=3)
WITH_NAN = np.where(RNG.uniform(size=(3, 5)) < 0.8, RNG.normal(size=(3, 5)), np.nan)
INDEX = np.array([[0, 2], [2, 1]])

SAMPLES: list[Sample] = [
    sample(np.where, "np.where(x > 0.5, x * y, y)", x=VECTOR, y=OTHER),
    sample(np.where, "np.where(x[:, None] > 0.5, x, y)", x=VECTOR, y=1.3),
    sample(np.where, "np.where(x > 0.0, np.sqrt(np.abs(x)), 0.0)[np.where(x > 0)]", x=VECTOR),
    sample(np.choose, "np.choose(k, [x, y, x * y, 2.0])", x=VECTOR, y=OTHER, k=np.array([0, 2, 1, 3])),
    sample(np.choose, "np.choose(k, x)", x=MATRIX, k=np.array([0, 2, 1, 1])),
    sample(np.choose, "np.choose(k, (x, y), mode='wrap')", x=VECTOR, y=1.3, k=np.array([0, 2, 1, 3])),
    sample(np.select, "np.select([x > 1.0, x > 0.5], [x * y, y], y * y)", x=VECTOR, y=OTHER),
    sample(np.select, "np.select([x > 1.0, x < 0.0], [x, s], default=2.0 * s)", x=VECTOR, s=1.3),
    *(sample(np.take, f"np.take(x, k{options})", x=CUBE, k=INDEX)
      for options in ("", ", axis=1", ", axis=-1", ", 2, mode='wrap'")),
    sample(np.take, "np.take(x, 2) * x.take([0, 0, 3])", x=VECTOR),
    *(sample(np.take, "x.flat[0] ** 2 + np.sum(x.flat[:]) * 2.0", x=x) for x in (np.float64(0.7), np.array(0.7), MATRIX)),
    sample(np.take, "np.take(x, [0, 0], axis=0) * np.take(x, 0, axis=-1)", x=np.array(1.3)),
    sample(np.compress, "np.compress([True, False, True], x, axis=0)", x=MATRIX),
    sample(np.compress, "np.compress(x.ravel() > 0, x)", x=MATRIX),
    sample(np.extract, "np.extract(x > 0, x)", x=MATRIX),
    sample(np.unique, "np.unique(x) * 2", x=np.array([2.0, 1.0, 3.0, 5.0])),
    *(sample(np.unique, f"v, *rest = np.unique(x, {flags})\nv * np.size(rest[-1])", x=np.array([2.0, 1.0, 3.0, 5.0]))
      for flags in ("return_index=True", "return_inverse=True, return_counts=True", "True, True, True")),
    sample(np.unique, "np.unique(x, return_counts=True)[0]", x=np.array([2.0, 1.0, 3.0, 5.0])),
    *(sample(np.clip, f"np.clip(x, {bounds})", x=MATRIX, y=-0.2)
      for bounds in ("-0.5, 0.5", "y, None", "None, 0.4", "y, y + 1.0")),
    sample(np.clip, "np.clip(x, y, 1.0)", x=MATRIX, y=VECTOR * 0.3),
    sample(np.clip, "x.clip(-0.5, 0.5) * x.clip(min=0.1)", x=MATRIX),
    *(sample(np.sort, f"np.sort(x{options})", x=MATRIX)
      for options in ("", ", axis=0", ", axis=None", ", -1, 'mergesort'")),
    sample(np.sort, "np.sort(x)", x=COMPLEX),
    *(sample(np.sort, "np.sort(x, k)", x=MATRIX, k=k) for k in (None, 0)),
    sample(np.sort_complex, "np.sort_complex(x)", x=VECTOR),
    *(sample(np.partition, f"np.partition(x, 2{options})", x=MATRIX) for options in ("", ", axis=0", ", axis=None")),
    *(sample(f, f"np.{f.__name__}(x{options})", x=MATRIX) for f in (np.median, np.nanmedian)
      for options in ("", ", axis=0", ", axis=1, keepdims=True", ", axis=(0, 1)")),
    *(sample(f, f"np.{f.__name__}(x, {q}{options})", x=CUBE)
      for f, q in ((np.quantile, "0.3"), (np.quantile, "[0.2, 0.77]"), (np.percentile, "35"),
      (np.percentile, "[20, 77.0]"))
      for options in ("", ", axis=1", ", axis=(0, 2), keepdims=True", ", axis=0, method='hazen'",
      ", axis=-1, method='midpoint'")),
    sample(np.quantile, "np.quantile(x, q)", x=VECTOR, q=0.37),
    sample(np.quantile, "np.quantile(x, q, axis=1)", x=MATRIX, q=np.array([0.37, 0.71])),
    *(sample(f, f"np.{f.__name__}(x, {q}, method='inverted_cdf', weights=w{options})", x=MATRIX, w=np.abs(w), wrt="x")
      for f, q in ((np.quantile, "0.4"), (np.quantile, "[0.3, 0.8]"), (np.nanquantile, "0.4"), (np.percentile, "[35.0]"),
                   (np.nanpercentile, "35"))
      for w, options in ((MATRIX[::-1], ""), (MATRIX[::-1], ", axis=(0, 1)"),
                         (np.tile(VECTOR, (3, 1)), ", axis=1, keepdims=True"))),
    *(sample(np.quantile, f"np.quantile(x, 0.4, method='inverted_cdf', weights=w, axis={k})", x=MATRIX, w=w, wrt="x")
      for w, k in (([1.0, 3.0, 2.0, 1.5], 1), (VECTOR[:3] ** 2, 0))),
    sample(np.quantile, "np.quantile(x, q, method='inverted_cdf', weights=w) * w", x=VECTOR, q=0.37, w=VECTOR ** 2),
    sample(np.nanmedian, "np.nanmedian(x, axis=1)", x=WITH_NAN),
    sample(np.nanquantile, "np.nanquantile(x, 0.3, axis=1, keepdims=True)", x=WITH_NAN),
    sample(np.nanpercentile, "np.nanpercentile(x, [20, 60], axis=0)", x=WITH_NAN),
    sample(np.bincount, "np.bincount(k, w, minlength=7)", k=np.array([0, 3, 3, 5]), w=VECTOR),
    sample(np.histogram, "np.histogram(VALUES, 3, weights=w)[0] * w[0]", w=VECTOR, names={"VALUES": OTHER}),
    sample(np.histogram, "counts, edges = np.histogram(x, 3)\ncounts[0] * edges * x[0]", x=VECTOR),
    sample(np.histogram2d, "np.histogram2d(x, x, 2)[0][0, 0] * x", x=VECTOR),
    sample(np.histogram2d, "h, e, f = np.histogram2d(x, y, (2, 3))\nh[0, 0] * e[0] * f", x=VECTOR, y=OTHER),
    sample(np.histogram2d, "np.histogram2d(x, y, 2, ((0.0, 1.0), (0.0, 2.0)))[1] * x[0]", x=VECTOR, y=OTHER),
    sample(np.histogramdd, "h, e = np.histogramdd(x, 2)\ne[0] * e[1][0] * h[0, 0]",
           x=VECTOR[:, None] * np.array([1.0, 2.0]) + np.array([0.0, 0.3])),
    sample(np.histogramdd, "np.histogramdd(x, (2, 3))[1][1] * x[0, 0]", x=VECTOR[:, None] * np.array([1.0, 2.0])),
    sample(np.histogramdd, "np.histogramdd(x, 2)[0][0, 0] * x", x=VECTOR[:, None] * np.array([1.0, 2.0])),
    sample(np.histogram, "h, e = np.histogram(x, 3, weights=w, density=True)\nh * e[1:]", x=VECTOR, w=OTHER),
    sample(np.histogram, "np.histogram(x, 3, density=True)[0] * x[0]", x=VECTOR),
    sample(np.histogram, "np.histogram(VALUES, [-9.0, 0.0, 9.0], None, True, w)[0] * w[0]", w=VECTOR, names={"VALUES": OTHER}),
    sample(np.histogram2d, "np.histogram2d(x, y, 2, None, None, w)[0] * w[0]", x=VECTOR, y=OTHER, w=VECTOR * OTHER),
    sample(np.histogramdd, "h, e = np.histogramdd(x, (2, 3), weights=w)\nh * e[0][1] * w[0]",
           x=VECTOR[:, None] * np.array([1.0, 2.0]), w=OTHER),
    sample(np.histogram_bin_edges, "np.histogram_bin_edges(x, 3)", x=VECTOR),
    sample(np.histogram_bin_edges, "np.histogram_bin_edges(x, 3, (a, b))", x=VECTOR, a=-9.0, b=7.0),
    sample(np.histogram_bin_edges, "np.histogram_bin_edges(x, 3, r)", x=VECTOR, r=np.array([-9.0, 7.0])),
    *(sample(np.histogram, f"h, e = np.histogram(x, 3, (a, b){options})\nh * e[1:]", x=VECTOR, a=-9.0, b=7.0, w=OTHER)
      for options in ("", ", True", ", weights=w")),
]
