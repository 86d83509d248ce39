"""Layers that call each other by what their base class passes on, and expressions that are built before they have values."""
from functools import reduce

import numpy as np

from programs.harness import Case


class Module:
    def __call__(self, *args, **options):
        return self.forward(*args, **options)


class Scale(Module):
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        return x * self.w


class Shift(Module):
    def __init__(self, b):
        self.b = b

    def forward(self, x, sign=1):
        return x + sign * self.b


class InTurn(Module):
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Folded(InTurn):
    def forward(self, x):
        return reduce(lambda y, layer: layer(y), self.layers, x)


class Residual(Module):
    def __init__(self, inner):
        self.inner = inner

    def forward(self, x, **options):
        return x + self.inner(x, **options)


def layers_in_turn(w, b, x):
    return np.sum(InTurn(Scale(w), Shift(b))(x) ** 2)


def folded_layers(w, b, x):
    return np.sum(Folded(Scale(w), Shift(b))(x) ** 2)


def layers_within_layers(w, b, x):
    return np.sum(InTurn(Scale(w), Residual(Shift(b)), Scale(w))(x) ** 2)


def options_passed_on(w, b, x):
    return np.sum(Residual(Shift(b))(x * w, sign=-1) ** 2)


def given_network(network, x):
    return np.sum(network(x) ** 2)


class Term:
    def __add__(self, other):
        return Joined("+", self, other)

    def __mul__(self, other):
        return Joined("*", self, other)


class Number(Term):
    def __init__(self, value):
        self.value = value

    def at(self, values):
        return self.value


class Name(Term):
    def __init__(self, name):
        self.name = name

    def at(self, values):
        return values[self.name]


class Joined(Term):
    OPERATORS = {"+": lambda a, b: a + b, "*": lambda a, b: a * b}

    def __init__(self, symbol, left, right):
        self.symbol, self.left, self.right = symbol, left, right

    def at(self, values):
        return self.OPERATORS[self.symbol](self.left.at(values), self.right.at(values))


def expression(x, y):
    made = Number(2.0) * Name("x") * Name("y") + Name("x") * Number(y)
    return made.at({"x": x, "y": y})


def given_expression(made, x, y):
    return made.at({"x": x, "y": y})


class Matrix:
    def __init__(self, entries):
        self.entries = np.asarray(entries)

    def __add__(self, other):
        return Matrix(self.entries + (other.entries if isinstance(other, Matrix) else other))

    def __mul__(self, other):
        return Matrix(self.entries * (other.entries if isinstance(other, Matrix) else other))

    __rmul__ = __mul__

    def __matmul__(self, other):
        return Matrix(self.entries @ other.entries)

    def __getitem__(self, k):
        return Matrix(self.entries[k])

    def sum(self):
        return self.entries.sum()

    @property
    def T(self):
        return Matrix(self.entries.T)


def products_of_matrices(m, n):
    u = Matrix(m)
    v = Matrix(n)
    return ((u @ v.T + 1.0) * 2.0 + 0.5 * (u[0] * v[0])[1]).sum()


W, B, X = np.array([0.7, -1.1, 0.4]), 0.3, np.array([1.2, 0.5, -0.8])
CASES = [
    *(Case(f, (W, B, X), wrt) for f in (layers_in_turn, folded_layers, layers_within_layers, options_passed_on)
      for wrt in (("w", "b", "x"), ("w",), ("b",))),
    Case(given_network, (Residual(InTurn(Scale(1.3), Residual(Shift(0.2)), Scale(0.7))), X), ("network", "x")),
    Case(expression, (1.3, 0.7), ("x", "y")), Case(expression, (1.3, 0.7), ("y",)),
    *(Case(products_of_matrices, (np.array([[0.4, 0.3], [0.2, -0.5]]), np.array([[1.1, 0.6], [-0.7, 0.8]])), wrt)
      for wrt in (("m", "n"), ("m",))),
    Case(given_expression, (Number(2.0) * Name("x") * Name("y") + Name("x") * Number(3.0), 1.3, 0.7), ("made", "x", "y")),
]
