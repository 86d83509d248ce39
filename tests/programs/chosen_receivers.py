"""Methods of what an expression chooses, and of what it makes."""
from programs.harness import Case


class Account:
    def __init__(self):
        self.sum = 0.0

    def __call__(self, v):
        self.sum += v
        return self

    def put(self, v):
        self.sum += v
        return self


def called_by_choice(x, y):
    a, b = Account(), Account()
    for n, v in enumerate([x, y, x * y]):
        (a if n % 2 else b)(v)
        last = (n % 2 and a or b).put(v).sum
    return a.sum * b.sum * last


def appended_by_choice(x, y):
    a, b = [], []
    for n, v in enumerate([x, y, x * y]):
        (a if n % 2 else b).append(v)
    return a[0] * b[0] + b[1]


class Histogram(dict):
    def add(self, k, v):
        self[k] = self.get(k, 0.0) + v
        return self


def chained_from_the_constructor(x, y):
    found = Histogram().add("a", x).add("b", y).add("a", x * y)
    return found["a"] * found["b"]


CASES = [
    Case(called_by_choice, (1.1, 0.6), ("x", "y")),
    Case(called_by_choice, (1.1, 0.6), ("y",)),
    Case(appended_by_choice, (1.1, 0.6), ("x", "y")),
    Case(appended_by_choice, (1.1, 0.6), ("y",)),
    Case(chained_from_the_constructor, (1.1, 0.6), ("x", "y")),
    Case(chained_from_the_constructor, (1.1, 0.6), ("y",)),
]
