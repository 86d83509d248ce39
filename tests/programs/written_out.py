"""Loops over a few arrays that they change: updates of parameters, gradients that are clipped."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


def clipped(a, b):
    da, db = np.zeros_like(a), np.zeros_like(b)
    for _ in range(2):
        da += a * b
        db += b * b
        for d in [da, db]:
            np.clip(d, -1.5, 1.5, out=d)
    return np.sum(da * db * a)


def adagrad(a, b, rate):
    ma, mb = np.zeros_like(a), np.zeros_like(b)
    for _ in range(2):
        for p, g, m in zip([a, b], [a * b, b * 2], [ma, mb]):
            m += g * g
            p += -rate * g / np.sqrt(m + 0.1)
    return np.sum(a * b)


class Layer:
    def __init__(self, weights, bias):
        self.weights = weights
        self.bias = bias

    def step(self, dw, db, rate):
        for p, g in zip([self.weights, self.bias], [dw, db]):
            p -= rate * g

    def scale(self, grads, rate):
        for p, g in zip((self.weights, self.bias), grads):
            p *= 1.0 - rate * g


def steps_of_a_layer(a, b, rate):
    layer = Layer(a.copy(), b.copy())
    layer.step(a * b, b * b, rate)
    layer.scale([a, b], rate)
    return np.sum(layer.weights * layer.bias)


def numbers(x, y):
    total = 0.0
    for v in (x, y):
        v += x * y
        total += v * v
    return total


A = np.array([0.4, 1.2, -0.7])
B = np.array([0.9, 0.3, 1.1])
CASES = [
    Case(clipped, (A, B), ("a", "b")),
    Case(adagrad, (A, B, 0.1), ("a", "b", "rate")),
    Case(steps_of_a_layer, (A, B, 0.1), ("a", "b", "rate")),
    Case(numbers, (0.7, 0.4), ("x", "y")),
]
