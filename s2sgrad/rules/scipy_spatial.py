"""`scipy.spatial.distance` and `scipy.cluster.vq`: distances between points.

A distance of 0 has no derivative where it is a root: NaN or infinity, as the formula says.
"""
from __future__ import annotations

import numpy as np
from scipy.cluster import vq as clusters
from scipy.spatial import distance

from s2sgrad.rules.registry import expansion, unsupported


@expansion(distance.euclidean)
def euclidean(u, v, w: None = None):
    return np.sqrt(np.sum((u - v) ** 2))


@expansion(distance.sqeuclidean)
def sqeuclidean(u, v, w: None = None):
    return np.sum((u - v) ** 2)


@expansion(distance.cityblock)
def cityblock(u, v, w: None = None):
    return np.sum(np.abs(u - v))


@expansion(distance.chebyshev)
def chebyshev(u, v, w: None = None):
    return np.max(np.abs(u - v))


@expansion(distance.minkowski)
def minkowski(u, v, p=2, w: None = None):
    return np.sum(np.abs(u - v) ** p) ** (1.0 / p)


@expansion(distance.cosine)
def cosine(u, v, w: None = None):
    return 1.0 - np.sum(u * v) / np.sqrt(np.sum(u * u) * np.sum(v * v))


@expansion(distance.correlation)
def correlation(u, v, w: None = None, centered: None = True):
    a, b = u - np.mean(u), v - np.mean(v)
    return 1.0 - np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b))


@expansion(distance.canberra)
def canberra(u, v, w: None = None):
    return np.sum(np.abs(u - v) / (np.abs(u) + np.abs(v)))


@expansion(distance.braycurtis)
def braycurtis(u, v, w: None = None):
    return np.sum(np.abs(u - v)) / np.sum(np.abs(u + v))


@expansion(distance.mahalanobis)
def mahalanobis(u, v, VI):
    away = u - v
    return np.sqrt(away @ VI @ away)


@expansion(distance.cdist)
def cdist(XA, XB, metric="euclidean", *, out: None = None, p=2):
    if metric not in ("euclidean", "sqeuclidean", "cityblock", "chebyshev", "minkowski"):
        raise NotImplementedError("this metric is not supported")
    away = np.expand_dims(XA, 1) - XB
    if metric == "euclidean":
        return np.sqrt(np.sum(away ** 2, axis=-1))
    if metric == "sqeuclidean":
        return np.sum(away ** 2, axis=-1)
    if metric == "cityblock":
        return np.sum(np.abs(away), axis=-1)
    if metric == "chebyshev":
        return np.max(np.abs(away), axis=-1)
    return np.sum(np.abs(away) ** p, axis=-1) ** (1.0 / p)


@expansion(distance.pdist)
def pdist(X, metric="euclidean", *, out: None = None):
    if metric not in ("euclidean", "sqeuclidean", "cityblock", "chebyshev"):
        raise NotImplementedError("this metric is not supported")
    rows, columns = np.triu_indices(len(X), 1)
    away = X[rows] - X[columns]
    if metric == "euclidean":
        return np.sqrt(np.sum(away ** 2, axis=-1))
    if metric == "sqeuclidean":
        return np.sum(away ** 2, axis=-1)
    if metric == "cityblock":
        return np.sum(np.abs(away), axis=-1)
    return np.max(np.abs(away), axis=-1)


@expansion(clusters.vq)
def vq(obs, code_book, check_finite=True):
    squares = np.sum((np.expand_dims(obs, 1) - code_book) ** 2, axis=-1)
    return np.argmin(squares, axis=1), np.sqrt(np.min(squares, axis=1))


@expansion(clusters.whiten)
def whiten(obs, check_finite=True):
    return obs / np.std(obs, axis=0)


unsupported(clusters.kmeans, "it chooses its centres by repeated search")
unsupported(clusters.kmeans2, "it chooses its centres by repeated search")
