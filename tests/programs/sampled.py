"""Points that a method makes, which its caller goes through while it changes what holds the method's object."""
import numpy as np

from programs.harness import Case


class Spread:
    def points(self, x, width):
        out = np.zeros((3, len(x)))
        out[0] = x
        out[1] = x + width
        out[2] = x - width
        return out


class Propagation:
    def __init__(self, x, spread):
        self.x = x
        self.spread = spread
        self.moved = np.zeros((3, 2))

    def step(self, width):
        points = self.spread.points(self.x, width)
        for i, p in enumerate(points):
            self.moved[i] = np.sin(p) * p[::-1]
        self.x = np.mean(self.moved, axis=0)


def propagated(x, width):
    model = Propagation(x, Spread())
    for _ in range(2):
        model.step(width)
    return np.sum(model.x ** 2)


CASES = [
    Case(propagated, (np.array([0.3, 0.8]), 0.2), ("x", "width")),
]
