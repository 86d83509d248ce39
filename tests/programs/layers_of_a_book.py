"""Layers as a book on deep learning writes them: kept in an ordered dict, each with what its backward pass needs."""
from collections import OrderedDict

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(31)


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx


class Transposed:
    def __init__(self, w):
        self.w = w
        self.x = None

    def forward(self, x):
        self.x = x
        out = np.dot(x, self.w).transpose(0, 2, 1)
        return out


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.original_x_shape = None
        self.dW = None

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = np.dot(self.x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        dx = dx.reshape(*self.original_x_shape)
        return dx


class Net:
    def __init__(self, params):
        self.params = params
        self.layers = OrderedDict()
        self.layers["Transposed"] = Transposed(self.params["w"])
        self.layers["Relu1"] = Relu()
        self.layers["Affine1"] = Affine(self.params["W"], self.params["b"])
        self.layers["Relu2"] = Relu()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x


def predicted(params, x):
    """What a layer reshapes is a view or a copy: its input comes in any order of axes."""
    return Net(params).predict(x)


def passed_back(x, W, b):
    """The shape of what is passed back is an attribute."""
    affine = Affine(W, b)
    y = affine.forward(x)
    return affine.backward(y) * x


CASES = [
    Case(predicted, ({"w": rng.normal(size=(2, 2)), "W": rng.normal(size=(6, 3)), "b": rng.normal(size=3)},
                     rng.normal(size=(2, 3, 2))), ("params", "x")),
    Case(passed_back, (rng.normal(size=(2, 3, 2)), rng.normal(size=(6, 4)), rng.normal(size=4)), ("x", "W", "b")),
]
