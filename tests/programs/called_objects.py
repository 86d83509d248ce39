"""Objects that change when they are called, also by other objects: layers that keep what they gave, optimizers, filters."""
from __future__ import annotations

import numpy as np

from programs.harness import Case


class Linear:
    def __init__(self, w, b=None):
        self.weight = w
        self.bias = b

    def __call__(self, x):
        self.out = x @ self.weight
        if self.bias is not None:
            self.out += self.bias
        return self.out

    def parameters(self):
        return [self.weight] + ([] if self.bias is None else [self.bias])


class Flatten:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        b, t, c = x.shape
        x = x.reshape(b, t // self.n, c * self.n)
        if x.shape[1] == 1:
            x = x.reshape(b, -1)
        self.out = x
        return self.out

    def parameters(self):
        return []


class Net:
    def __init__(self, layers, act):
        self.layers = layers
        self.act = act

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        self.out = self.act(x)
        return self.out

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


def net_that_keeps_its_outputs(net, x):
    y = net(x)
    return np.sum(y ** 2) + 0.01 * sum(np.sum(p ** 2) for p in net.parameters())


def layers_called_in_turn(layers, x):
    for layer in layers:
        x = layer(x)
    return np.sum(np.sin(x)) + np.sum(layers[-1].out ** 2)


def net_of_new_layers(w, v, x):
    net = Net([Linear(w, np.zeros(4)), Linear(v)], np.tanh)
    return np.sum(net(x)) + np.sum(net.layers[0].out ** 2)


def saliency(net, x):
    """By the input alone: what the layers keep of it belongs to a net that is not differentiated."""
    return np.sum(net(x) ** 2)


def pushed(q, p, force):
    q, p = q.copy(), p.copy()
    p -= force(q) / 2
    for n in range(2):
        q += p
        if n != 1:
            p -= force(q)
    return q @ p


def function_beside_such_classes(q, p, precision):
    force = lambda z: precision @ z
    return pushed(q, p, force)


def damped(t, k, c):
    return np.exp(-k * t) * np.sin(c * t)


def given_function_with_its_arguments(f, x, args):
    """That may be an object of a class above as well."""
    return f(x, *args) + f(2 * x, *args)


class NotBracketedError(Exception):
    pass


def regula_falsi(f, a, b, args=()):
    if f(a, *args) * f(b, *args) > 0:
        raise NotBracketedError
    for _ in range(3):
        a = b - f(b, *args) * (b - a) / (f(b, *args) - f(a, *args))
    return a


def parabola(t, k, c):
    return k * t * t - c


def root_in_another_bracket(k, c):
    args = (k, c)
    y = k
    try:
        y = regula_falsi(parabola, 5.0, 6.0, args)
    except NotBracketedError:
        try:
            y = regula_falsi(parabola, 0.1, 3.0, args)
        except NotBracketedError:
            pass
    return y


rng = np.random.default_rng(11)
R = rng.normal
W, V, X = R(size=(4, 4)), R(size=(4, 3)), R(size=(5, 4))
CASES = [
    Case(net_that_keeps_its_outputs, (Net([Linear(W, R(size=4)), Linear(V)], np.sin), X), ("net", "x")),
    Case(layers_called_in_turn, ([Flatten(2), Linear(R(size=(8, 3)), R(size=3))], R(size=(5, 2, 4))), ("layers", "x")),
    Case(net_of_new_layers, (W, V, X), ("w", "v", "x")),
    Case(saliency, (Net([Linear(W, R(size=4)), Linear(V)], np.sin), X), ("x",)),
    Case(function_beside_such_classes, (np.array([0.3, 0.4]), np.array([0.1, -0.5]), np.array([[2.0, 0.3], [0.3, 1.0]])),
         ("q", "p", "precision")),
    Case(given_function_with_its_arguments, (damped, 1.3, (2.2, 1.1)), ("x", "args")),
    Case(root_in_another_bracket, (1.3, 2.2), ("k", "c")),
]
