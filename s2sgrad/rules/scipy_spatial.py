"""`scipy.spatial.distance` and `scipy.cluster.vq`: distances between points.

A distance of 0 has no derivative where it is a root: NaN or infinity, as the formula says.
"""
from __future__ import annotations

import numpy as np
from scipy import spatial, special
from scipy.cluster import vq as clusters
from scipy.spatial import distance

from s2sgrad.rules.registry import expansion, linear, nondifferentiable, unsupported
from s2sgrad.runtime.scipy_spatial import squareform_adjoint


@expansion(distance.euclidean)
def euclidean(u, v, w=None):
    return np.sqrt(np.sum((u - v) ** 2 if w is None else w * (u - v) ** 2))


@expansion(distance.sqeuclidean)
def sqeuclidean(u, v, w=None):
    return np.sum((u - v) ** 2 if w is None else w * (u - v) ** 2)


@expansion(distance.cityblock)
def cityblock(u, v, w=None):
    return np.sum(np.abs(u - v) if w is None else w * np.abs(u - v))


@expansion(distance.chebyshev)
def chebyshev(u, v, w: None = None):
    return np.max(np.abs(u - v))


@expansion(distance.minkowski)
def minkowski(u, v, p=2, w=None):
    return np.sum(np.abs(u - v) ** p if w is None else w * np.abs(u - v) ** p) ** (1.0 / p)


@expansion(distance.cosine)
def cosine(u, v, w=None):
    a, b = (u, v) if w is None else (w * u, w * v)
    return 1.0 - np.sum(a * v) / np.sqrt(np.sum(a * u) * np.sum(b * v))


@expansion(distance.correlation)
def correlation(u, v, w: None = None, centered: None = True):
    a, b = u - np.mean(u), v - np.mean(v)
    return 1.0 - np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b))


@expansion(distance.canberra)
def canberra(u, v, w=None):
    parts = np.abs(u - v) / (np.abs(u) + np.abs(v))
    return np.sum(parts if w is None else w * parts)


@expansion(distance.braycurtis)
def braycurtis(u, v, w=None):
    if w is None:
        return np.sum(np.abs(u - v)) / np.sum(np.abs(u + v))
    return np.sum(w * np.abs(u - v)) / np.sum(w * np.abs(u + v))


@expansion(distance.mahalanobis)
def mahalanobis(u, v, VI):
    away = u - v
    return np.sqrt(away @ VI @ away)


@expansion(distance.seuclidean)
def seuclidean(u, v, V):
    return np.sqrt(np.sum((u - v) ** 2 / V))


@expansion(distance.jensenshannon)
def jensenshannon(p, q, base=None, *, axis=0, keepdims=False):
    a = p / np.sum(p, axis=axis, keepdims=True)
    b = q / np.sum(q, axis=axis, keepdims=True)
    middle = 0.5 * (a + b)
    apart = np.sum(special.rel_entr(a, middle) + special.rel_entr(b, middle), axis=axis, keepdims=keepdims)
    return np.sqrt(0.5 * apart if base is None else 0.5 / np.log(base) * apart)


# ---- of all pairs -----------------------------------------------------------------------------------------------------

@expansion(distance.cdist)
def cdist(XA, XB, metric="euclidean", *, out: None = None, p=2, V=None, VI=None):
    a, b = np.expand_dims(XA, 1), XB
    if metric == "correlation":
        a = a - np.mean(a, axis=-1, keepdims=True)
        b = b - np.mean(b, axis=-1, keepdims=True)
    if metric in ("cosine", "correlation"):
        return 1.0 - np.sum(a * b, axis=-1) / np.sqrt(np.sum(a * a, axis=-1) * np.sum(b * b, axis=-1))
    if metric == "canberra":
        return np.sum(np.abs(a - b) / (np.abs(a) + np.abs(b)), axis=-1)
    if metric == "braycurtis":
        return np.sum(np.abs(a - b), axis=-1) / np.sum(np.abs(a + b), axis=-1)
    away = a - b
    if metric in ("euclidean", "euclid", "eu", "e"):
        return np.sqrt(np.sum(away ** 2, axis=-1))
    if metric in ("sqeuclidean", "sqe", "sqeuclid"):
        return np.sum(away ** 2, axis=-1)
    if metric in ("cityblock", "manhattan"):
        return np.sum(np.abs(away), axis=-1)
    if metric in ("chebyshev", "chebychev"):
        return np.max(np.abs(away), axis=-1)
    if metric == "seuclidean":
        return np.sqrt(np.sum(away ** 2 / V, axis=-1))
    if metric == "mahalanobis":
        return np.sqrt(np.sum(away * (away @ VI), axis=-1))
    if metric == "minkowski":
        return np.sum(np.abs(away) ** p, axis=-1) ** (1.0 / p)
    if metric in ("hamming", "matching"):
        return np.mean(a != b, axis=-1)
    raise NotImplementedError("this metric is not supported")


@expansion(distance.pdist)
def pdist(X, metric="euclidean", *, out: None = None, p=2, V=None, VI=None):
    rows, columns = np.triu_indices(len(X), 1)
    a, b = X[rows], X[columns]
    if metric == "correlation":
        a = a - np.mean(a, axis=-1, keepdims=True)
        b = b - np.mean(b, axis=-1, keepdims=True)
    if metric in ("cosine", "correlation"):
        return 1.0 - np.sum(a * b, axis=-1) / np.sqrt(np.sum(a * a, axis=-1) * np.sum(b * b, axis=-1))
    if metric == "canberra":
        return np.sum(np.abs(a - b) / (np.abs(a) + np.abs(b)), axis=-1)
    if metric == "braycurtis":
        return np.sum(np.abs(a - b), axis=-1) / np.sum(np.abs(a + b), axis=-1)
    away = a - b
    if metric in ("euclidean", "euclid", "eu", "e"):
        return np.sqrt(np.sum(away ** 2, axis=-1))
    if metric in ("sqeuclidean", "sqe", "sqeuclid"):
        return np.sum(away ** 2, axis=-1)
    if metric in ("cityblock", "manhattan"):
        return np.sum(np.abs(away), axis=-1)
    if metric in ("chebyshev", "chebychev"):
        return np.max(np.abs(away), axis=-1)
    if metric == "seuclidean":
        return np.sqrt(np.sum(away ** 2 / V, axis=-1))
    if metric == "mahalanobis":
        return np.sqrt(np.sum(away * (away @ VI), axis=-1))
    if metric == "minkowski":
        return np.sum(np.abs(away) ** p, axis=-1) ** (1.0 / p)
    if metric in ("hamming", "matching"):
        return np.mean(a != b, axis=-1)
    raise NotImplementedError("this metric is not supported")


@expansion(spatial.distance_matrix)
def distance_matrix(x, y, p=2, threshold=1000000):
    if p == 2:
        return np.sqrt(np.sum((np.expand_dims(x, 1) - y) ** 2, axis=-1))
    return np.sum(np.abs(np.expand_dims(x, 1) - y) ** p, axis=-1) ** (1.0 / p)


@expansion(spatial.minkowski_distance)
def minkowski_distance(x, y, p=2):
    return np.sum(np.abs(x - y) ** p, axis=-1) ** (1.0 / p)


@expansion(spatial.minkowski_distance_p)
def minkowski_distance_p(x, y, p=2):
    return np.sum(np.abs(x - y) ** p, axis=-1)


@linear(distance.squareform)
def squareform(by, X, force: None = "no", checks=True):
    return squareform_adjoint(by, X)


@linear(squareform_adjoint)
def squareform_again(by, b, X):
    return distance.squareform(by, checks=False)


@expansion(clusters.vq)
def vq(obs, code_book, check_finite=True):
    squares = np.sum((np.expand_dims(obs, 1) - code_book) ** 2, axis=-1)
    return np.argmin(squares, axis=1), np.sqrt(np.min(squares, axis=1))


@expansion(clusters.whiten)
def whiten(obs, check_finite=True):
    return obs / np.std(obs, axis=0)


nondifferentiable(distance.hamming, distance.jaccard, distance.dice, distance.rogerstanimoto, distance.russellrao,
                  distance.sokalsneath, distance.yule)
unsupported(clusters.kmeans, "it chooses its centres by repeated search")
unsupported(clusters.kmeans2, "it chooses its centres by repeated search")
