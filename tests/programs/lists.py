"""Programs about lists of numbers and arrays: repeated, copied, swapped."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


def page_rank(links, d, n, steps):
    rank = [1.0 / n] * n
    for _ in range(steps):
        new = [(1 - d) / n] * n
        for source, targets in links.items():
            for target, weight in targets:
                new[target] += d * rank[source] * weight
        rank = new
    return rank


def list_as_a_factor(x, w):
    scale = 1.0 / w
    y = [x, x * x] * w
    return np.sum(y * scale * w)


LINKS = {0: [(1, 0.6), (2, 0.4)], 1: [(2, 1.0)], 2: [(0, 0.7), (1, 0.3)]}
CASES = [
    Case(page_rank, (LINKS, 0.85, 3, 3), ("links", "d")),
    Case(list_as_a_factor, (1.3, np.array([2.0, 3.0])), ("x", "w")),
]
