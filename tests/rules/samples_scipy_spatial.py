"""Samples of `scipy.spatial.distance` and `scipy.cluster.vq`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy.cluster import vq as clusters
from scipy.spatial import distance

from rules.harness import Sample, sample

U = np.array([0.3, 1.1, 0.7])
V = np.array([2.0, 0.1, 0.4])
A = np.array([[0.3, -1.1], [0.7, 2.0], [0.1, -0.4], [1.6, 0.9]])
B = np.array([[0.2, -0.7], [1.45, 1.1]])


def one(fn: Any, code: str, **args: Any) -> Sample:
    return sample(fn, code, names={"distance": distance, "clusters": clusters}, **args)


SAMPLES: list[Sample] = [
    *(one(getattr(distance, f), f"distance.{f}(u, v)", u=U, v=V)
      for f in ("euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine", "correlation", "canberra",
                "braycurtis")),
    one(distance.minkowski, "distance.minkowski(u, v, p)", u=U, v=V, p=3.0),
    one(distance.mahalanobis, "distance.mahalanobis(u, v, m)", u=U[:2], v=V[:2], m=np.array([[1.4, 0.3], [0.3, 2.0]])),
    *(one(distance.cdist, f"distance.cdist(a, b, '{m}')", a=A, b=B)
      for m in ("euclidean", "sqeuclidean", "cityblock", "chebyshev")),
    one(distance.cdist, "distance.cdist(a, b, 'minkowski', p=3)", a=A, b=B),
    *(one(distance.pdist, f"distance.pdist(a, '{m}')", a=A) for m in ("euclidean", "sqeuclidean", "cityblock",
                                                                      "chebyshev")),
    one(clusters.vq, "clusters.vq(a, b)[1]", a=A, b=B),
    one(clusters.whiten, "clusters.whiten(a)", a=A),
]
