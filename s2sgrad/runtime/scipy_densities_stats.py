"""What a density that is estimated from varying samples is while it is differentiated."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special


class Density:
    """A `scipy.stats.gaussian_kde`, with the methods that have derivatives."""

    def __init__(self, dataset: Any, bw_method: Any, weights: Any) -> None:
        self.dataset = np.atleast_2d(dataset)
        self.d, self.n = np.shape(self.dataset)
        self.weights = np.ones(self.n) / self.n if weights is None else weights / np.sum(weights)
        self.neff = 1.0 / np.sum(self.weights ** 2)
        if bw_method is None or bw_method == "scott":
            self.factor = self.neff ** (-1.0 / (self.d + 4))
        elif bw_method == "silverman":
            self.factor = (self.neff * (self.d + 2) / 4.0) ** (-1.0 / (self.d + 4))
        else:
            self.factor = bw_method
        away = self.dataset - np.expand_dims(self.dataset @ self.weights, 1)
        self.covariance = self.factor ** 2 / (1.0 - 1.0 / self.neff) * ((away * self.weights) @ away.T)

    def logpdf(self, x: Any) -> Any:
        points = np.reshape(x, (self.d, -1))
        whitened = np.linalg.inv(np.linalg.cholesky(self.covariance))
        away = np.expand_dims(whitened @ points, 1) - np.expand_dims(whitened @ self.dataset, 2)
        exponents = np.expand_dims(np.log(self.weights), 1) - 0.5 * np.sum(away ** 2, axis=0)
        return special.logsumexp(exponents, axis=0) + np.sum(np.log(np.diagonal(whitened))) - 0.5 * self.d * np.log(2.0 * np.pi)

    def evaluate(self, points: Any) -> Any:
        return np.exp(self.logpdf(points))

    def pdf(self, x: Any) -> Any:
        return np.exp(self.logpdf(x))

    def __call__(self, points: Any) -> Any:
        return np.exp(self.logpdf(points))

    def integrate_box_1d(self, low: Any, high: Any) -> Any:
        spread = np.sqrt(self.covariance[0, 0])
        return np.sum(self.weights * (special.ndtr((high - self.dataset[0]) / spread)
                                      - special.ndtr((low - self.dataset[0]) / spread)))

    def integrate_gaussian(self, mean: Any, cov: Any) -> Any:
        added = np.reshape(cov, (self.d, self.d))
        whole = self.covariance + np.triu(added) + np.triu(added, 1).T  # SciPy reads one triangle
        away = self.dataset - np.reshape(mean, (self.d, 1))
        kernels = np.exp(-0.5 * np.sum(away * np.linalg.solve(whole, away), axis=0))
        return np.sum(self.weights * kernels) / np.sqrt(np.linalg.det(2.0 * np.pi * whole))
