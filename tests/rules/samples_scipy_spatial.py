"""Samples of `scipy.spatial.distance` and `scipy.cluster.vq`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import spatial
from scipy.cluster import vq as clusters
from scipy.spatial import distance

from rules.harness import Sample, sample

U = np.array([0.3, 1.1, 0.7])
V = np.array([2.0, 0.1, 0.4])
A = np.array([[0.3, -1.2], [0.7, 2.0], [0.1, -0.4], [1.6, 0.9]])
B = np.array([[0.2, -0.7], [1.45, 1.1]])
E = np.array([[0.3, -1.2, 0.4], [0.7, 2.0, 1.1], [0.1, -0.4, 2.3]])
METRICS = ("euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine", "canberra", "braycurtis")


def one(fn: Any, code: str, **args: Any) -> Sample:
    return sample(fn, code, names={"distance": distance, "clusters": clusters, "spatial": spatial}, **args)


SAMPLES: list[Sample] = [
    *(one(getattr(distance, f), f"distance.{f}(u, v)", u=U, v=V)
      for f in ("euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine", "correlation", "canberra",
                "braycurtis")),
    *(one(getattr(distance, f), f"distance.{f}(u, v, w=w)", u=U, v=V, w=np.array([0.4, 1.3, 0.8]))
      for f in ("euclidean", "sqeuclidean", "cityblock", "minkowski", "cosine", "canberra", "braycurtis")),
    one(distance.euclidean, "distance.euclidean(u, v)", u=U + 0.3j * V, v=V - 0.7j),
    one(distance.hamming, "distance.hamming(u, v) * u", u=U, v=V),
    *(one(f, f"distance.{f.__name__}({points}, 'hamming') * a[0, 0]", a=A)
      for f, points in ((distance.pdist, "a"), (distance.cdist, "a, a[:2]"))),
    one(distance.minkowski, "distance.minkowski(u, v, p)", u=U, v=V, p=3.0),
    one(distance.mahalanobis, "distance.mahalanobis(u, v, m)", u=U[:2], v=V[:2], m=np.array([[1.4, 0.3], [0.3, 2.0]])),
    *(one(distance.cdist, f"distance.cdist(a, b, '{m}')", a=A, b=B)
      for m in METRICS),
    one(distance.cdist, "distance.cdist(a, b, 'minkowski', p=3)", a=A, b=B),
    one(distance.cdist, "distance.cdist(a, b, lambda u, v: s * np.sum((u - v) ** 2))", a=A, b=B, s=1.3),
    one(distance.pdist, "distance.pdist(a, metric=lambda u, v: s * np.sum((u - v) ** 2))", a=A, s=1.3),
    *(one(distance.pdist, f"distance.pdist(a, '{m}')", a=A) for m in METRICS),
    one(distance.cdist, "distance.cdist(a, b, 'seuclidean', V=v)", a=A, b=B, v=np.array([0.8, 1.4])),
    one(distance.cdist, "distance.cdist(a, b, 'mahalanobis', VI=m)", a=A, b=B, m=np.array([[1.4, 0.3], [0.3, 2.0]])),
    one(distance.cdist, "distance.cdist(c, e, 'correlation')", c=np.stack((U, V)),
        e=np.stack((U[::-1], V * 2.0, V[::-1]))),
    *(one(distance.cdist, f"distance.cdist(a, b, '{m}', w=w)", a=A, b=B, w=np.array([0.4, 1.3])) for m in METRICS),
    *(one(distance.pdist, f"distance.pdist(a, '{m}', w=w)", a=E, w=U) for m in ("correlation", "hamming", "minkowski")),
    *(one(distance.pdist, f"distance.pdist(a, '{m}')", a=A) for m in ("seuclidean", "mahalanobis")),
    one(distance.cdist, "distance.cdist(a, b, 'mahalanobis')", a=A, b=B),
    one(distance.cdist, "distance.cdist(a, b, 'jensenshannon')", a=np.stack((U, V)), b=np.stack((U[::-1], V[::-1]))),
    one(distance.correlation, "distance.correlation(u, v, w)", u=U, v=V, w=np.array([0.4, 1.3, 0.8])),
    one(distance.correlation, "distance.correlation(u, v, centered=False)", u=U, v=V),
    one(distance.chebyshev, "distance.chebyshev(u, v, w=np.array([1.0, 0.0, 2.0]))", u=U, v=V),
    one(distance.seuclidean, "distance.seuclidean(u, v, s)", u=U, v=V, s=np.array([0.8, 1.4, 0.6])),
    one(distance.jensenshannon, "distance.jensenshannon(u, v)", u=U, v=V),
    one(distance.jensenshannon, "distance.jensenshannon(u, v, 2.0)", u=U, v=V),
    one(distance.squareform, "distance.squareform(distance.pdist(a) ** 2)", a=A),
    one(distance.squareform, "distance.squareform(np.outer(u, u), checks=False)", u=U),
    one(spatial.distance_matrix, "spatial.distance_matrix(a, b)", a=A, b=B),
    one(spatial.distance_matrix, "spatial.distance_matrix(a, b, 3)", a=A, b=B),
    one(spatial.minkowski_distance, "spatial.minkowski_distance(a[:2], b, 3)", a=A, b=B),
    one(spatial.minkowski_distance_p, "spatial.minkowski_distance_p(a[:2], b, 3)", a=A, b=B),
    one(clusters.vq, "clusters.vq(a, b)[1]", a=A, b=B),
    one(clusters.whiten, "clusters.whiten(a)", a=A),
]
