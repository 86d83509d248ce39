"""`scipy.spatial.distance` and `scipy.cluster.vq`: distances between points.

A distance of 0 has no derivative where it is a root: NaN or infinity, as the formula says.
"""
from __future__ import annotations

import numpy as np
from scipy import spatial, special
from scipy.cluster import vq as clusters
from scipy.spatial import distance

from s2sgrad.rules.registry import expansion, linear, nondifferentiable, unsupported
from s2sgrad.runtime.scipy_spatial import apart, squareform_adjoint, total


@expansion(distance.euclidean)
def euclidean(u, v, w=None):
    if w is None:
        return np.linalg.norm(u - v)  # of complex numbers as well
    return np.sqrt(np.sum(w * (u - v) ** 2))


@expansion(distance.sqeuclidean)
def sqeuclidean(u, v, w=None):
    return np.sum((u - v) ** 2 if w is None else w * (u - v) ** 2)


@expansion(distance.cityblock)
def cityblock(u, v, w=None):
    return np.sum(np.abs(u - v) if w is None else w * np.abs(u - v))


@expansion(distance.chebyshev)
def chebyshev(u, v, w=None):
    return apart(u, v, "chebyshev", 2, None, None, w)


@expansion(distance.minkowski)
def minkowski(u, v, p=2, w=None):
    return np.sum(np.abs(u - v) ** p if w is None else w * np.abs(u - v) ** p) ** (1.0 / p)


@expansion(distance.cosine)
def cosine(u, v, w=None):
    return apart(u, v, "cosine", 2, None, None, w)


@expansion(distance.correlation)
def correlation(u, v, w=None, centered=True):
    return apart(u, v, "correlation" if centered else "cosine", 2, None, None, w)


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

@expansion(total)
def total_rule(parts, w):
    return np.sum(parts, axis=-1) if w is None else np.sum(w * parts, axis=-1)


@expansion(apart)
def apart_rule(a, b, metric, p, V, VI, w):
    if metric == "correlation":
        whole = np.shape(a)[-1] if w is None else np.sum(w)
        u, v = a - np.expand_dims(total(a, w) / whole, -1), b - np.expand_dims(total(b, w) / whole, -1)
        return apart(u, v, "cosine", p, V, VI, w)
    if metric == "cosine":
        return 1.0 - total(a * b, w) / np.sqrt(total(a * a, w) * total(b * b, w))
    if metric == "canberra":
        return total(np.abs(a - b) / (np.abs(a) + np.abs(b)), w)
    if metric == "braycurtis":
        return total(np.abs(a - b), w) / total(np.abs(a + b), w)
    if metric in ("hamming", "matching"):
        return np.mean(a != b, axis=-1) if w is None else total(a != b, w) / np.sum(w)
    if metric in ("jensenshannon", "js"):
        return distance.jensenshannon(a, b, axis=-1)
    away = a - b
    if metric in ("euclidean", "euclid", "eu", "e"):
        return np.sqrt(total(away ** 2, w))
    if metric in ("sqeuclidean", "sqe", "sqeuclid"):
        return total(away ** 2, w)
    if metric in ("cityblock", "cblock", "cb", "c", "manhattan"):
        return total(np.abs(away), w)
    if metric in ("chebyshev", "chebychev", "cheby", "cheb", "ch"):
        if w is None:
            return np.max(np.abs(away), axis=-1)
        return np.max(np.where(np.greater(w, 0.0), np.abs(away), 0.0), axis=-1)
    if metric in ("seuclidean", "se", "s"):
        return np.sqrt(total(away ** 2 / V, w))
    if metric in ("mahalanobis", "mahal", "mh"):
        return np.sqrt(np.sum(away * (away @ VI), axis=-1))
    if metric in ("minkowski", "mi", "m", "pnorm"):
        return total(np.abs(away) ** p, w) ** (1.0 / p)
    raise NotImplementedError("this metric is not supported")


@expansion(distance.cdist)
def cdist(XA, XB, metric="euclidean", *, out: None = None, p=2, V=None, VI=None, w=None):
    if callable(metric):
        return np.array([[metric(u, v) for v in XB] for u in XA])
    v = np.var(np.concatenate((XA, XB)), axis=0, ddof=1) if V is None and metric in ("seuclidean", "se", "s") else V
    if VI is None and metric in ("mahalanobis", "mahal", "mh"):
        return apart(np.expand_dims(XA, 1), XB, metric, p, v, np.linalg.inv(np.cov(np.concatenate((XA, XB)).T)).T, w)
    return apart(np.expand_dims(XA, 1), XB, metric, p, v, VI, w)


@expansion(distance.pdist)
def pdist(X, metric="euclidean", *, out: None = None, p=2, V=None, VI=None, w=None):
    rows, columns = np.triu_indices(len(X), 1)
    if callable(metric):
        return np.array([metric(X[i], X[j]) for i, j in zip(rows, columns)])
    v = np.var(X, axis=0, ddof=1) if V is None and metric in ("seuclidean", "se", "s") else V
    if VI is None and metric in ("mahalanobis", "mahal", "mh"):
        return apart(X[rows], X[columns], metric, p, v, np.linalg.inv(np.cov(X.T)).T, w)
    return apart(X[rows], X[columns], metric, p, v, VI, w)


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
