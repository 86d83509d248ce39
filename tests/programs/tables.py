"""Tables that make what they are asked for."""
from collections import defaultdict

import numpy as np

from programs.harness import Case


def product_by_key(pairs):
    products = defaultdict(lambda: 1.0)
    for key, v in pairs:
        products[key] *= v
    return sum(products.values())


def taken_out_and_made_again(pairs):
    d = defaultdict(lambda: 2.0)
    total = 0.0
    for key, v in pairs:
        d[key] *= v
        total += d.pop(key) * d[key] * v
    return total + sum(d.values())


def nested_defaults(pairs, k):
    d = defaultdict(lambda: {"n": 0, "product": 1.0})
    for key, v in pairs:
        d[key]["n"] += 1
        d[key]["product"] *= v * k
    return sum(m["product"] / m["n"] for m in d.values())


def arrays_by_default(pairs):
    d = defaultdict(lambda: np.ones(2))
    for key, v in pairs:
        d[key] *= v
    return sum(np.sum(a) for a in d.values())


class Products:
    def __init__(self):
        self.table = defaultdict(lambda: 3.0)

    def add(self, key, v):
        self.table[key] *= v
        return self


def products_of_an_object(pairs):
    m = Products()
    for key, v in pairs:
        m.add(key, v)
    return sum(m.table.values())


PAIRS = [("a", 0.4), ("b", 0.5), ("a", 0.7)]
CASES = [
    Case(product_by_key, (PAIRS,), ("pairs",)),
    Case(taken_out_and_made_again, (PAIRS,), ("pairs",)),
    Case(nested_defaults, (PAIRS, 0.4), ("pairs", "k")),
    Case(arrays_by_default, (PAIRS,), ("pairs",)),
    Case(products_of_an_object, (PAIRS,), ("pairs",)),
]
