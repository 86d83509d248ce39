"""Graphs as dicts of lists of pairs, walked by recursion: right in reverse and forward mode."""
from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from s2sgrad import check_grads


class Graph:
    def __init__(self):
        self.edges = {}

    def add(self, u, v, w):
        self.edges.setdefault(u, []).append((v, w))

    def total(self, u):
        s = 0.0
        for v, w in self.edges.get(u, []):
            s += w * (1 + self.total(v))
        return s


class LookedUp(Graph):
    def add(self, u, v, w):
        if u not in self.edges:
            self.edges[u] = []
        self.edges[u].append((v, w))


class Default(Graph):
    def __init__(self):
        self.edges = defaultdict(list)

    def add(self, u, v, w):
        self.edges[u].append((v, w))

    def total(self, u):
        return sum(w * (1 + self.total(v)) for v, w in self.edges[u])


@pytest.mark.parametrize("kind", [Graph, LookedUp, Default])
def test_sums_over_paths(kind: type[Any]) -> None:
    def over_paths(a, b):
        g = kind()
        g.add(0, 1, a)
        g.add(0, 2, b)
        g.add(1, 2, a * b)
        return g.total(0)

    check_grads(over_paths, (0.5, 0.8), wrt=(0, 1))
