"""Layers that keep what they are given, in lists, in networks and in blocks of blocks: their class is known at run time."""
import numpy as np

from programs.harness import Case


class Layer:
    def __init__(self, k):
        self.k = k


class Linear(Layer):
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b


class Tanh(Layer):
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out


class Relu(Layer):
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask


class Dropout(Layer):
    def forward(self, x):
        return x * self.k


class Residual(Layer):
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        self.x = x
        for layer in self.layers:
            x = layer.forward(x)
        return x + self.x


class Network:
    def __init__(self, layers):
        self.layers = layers
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        for layer in self.layers:
            x = layer.forward(x)
        self.out = x
        return x

    def loss(self, x, y):
        out = self.forward(x)
        return np.mean((out - y) ** 2)


def layers_in_a_list(layers, x, y):
    for layer in layers:
        x = layer.forward(x)
    return np.sum((x - y) ** 2)


def loss_of_a_network(net, x, y):
    return net.loss(x, y)


def what_the_network_kept(net, x, y):
    for _ in range(2):
        net.forward(x)
    return np.mean((net.out - y) ** 2) + net.calls


def network_made_inside(w1, w2, x, y):
    net = Network([Linear(w1, np.zeros(4)), Tanh(1.0), Linear(w2, np.zeros(2))])
    return net.loss(x, y)


def network_filled_inside(w1, w2, x, y):
    net = Network([])
    net.layers.append(Linear(w1, np.zeros(4)))
    net.layers.append(Tanh(1.0))
    net.layers.append(Linear(w2, np.zeros(2)))
    return np.mean((net.forward(x) - y) ** 2)


def blocks_of_blocks(block, x):
    return np.sum(block.forward(x) ** 2)


def cached_input(layers, x):
    for layer in layers:
        x = layer.forward(x)
    return np.sum(x * layers[0].x @ layers[0].w)


class Cell:
    def __init__(self, w):
        self.w = w
        self.h = 0.5

    def run(self, x, n):
        self.h = np.tanh(self.w * x + self.h)
        return self.h if n == 0 else self.run(self.h * x, n - 1)


class Cells:
    def __init__(self, *cells):
        self.cells = list(cells)

    def run(self, x, n):
        for cell in self.cells:
            x = cell.run(x, n)
        return x


def cells_in_a_row(a, b, x):
    row = Cells(Cell(a), Cell(b), Cell(a * b))
    return row.run(row.run(x, 1), 0)


def network_called_twice(w1, w2, x):
    """Of the layers the classes are known, and no other network is among them."""
    layers = [Linear(w1, np.zeros(4)), Tanh(1.0)]
    net = Network(layers)
    net.layers.append(Linear(w2, np.zeros(2)))
    first = net.forward(x)
    return np.sum(first ** 2) + np.sum(net.forward(0.5 * x) * first) + net.calls


def another_class_later(w1, w2, x):
    net = Network([Linear(w1, np.zeros(4))])
    y = net.forward(x)
    net.layers.append(Residual([Linear(w2, np.zeros(4)), Tanh(1.0)]))
    return np.sum(net.forward(x) * y)


rng = np.random.default_rng(0)
W1, B1, W2, B2 = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2)), rng.normal(size=2)
X, Y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
SQUARE = [rng.normal(size=(2, 2)) for _ in range(4)]
NET = Network([Linear(W1, B1), Tanh(1.0), Dropout(0.5), Linear(W2, B2), Relu(2.0)])
BLOCK = Residual([Linear(SQUARE[0], B2), Residual([Tanh(1.0), Linear(SQUARE[1], B2)]), Linear(SQUARE[2], B2)])
CASES = [
    Case(layers_in_a_list, (NET.layers, X, Y), ("layers", "x")),
    Case(loss_of_a_network, (NET, X, Y), ("net", "x")),
    Case(what_the_network_kept, (NET, X, Y), ("net", "x")),
    Case(network_made_inside, (W1, W2, X, Y), ("w1", "w2")),
    Case(network_filled_inside, (W1, W2, X, Y), ("w1", "w2")),
    Case(network_called_twice, (W1, W2, X), ("w1", "w2", "x")),
    Case(another_class_later, (W1, np.vstack([W1, B1]), X), ("w1", "w2", "x")),
    Case(cells_in_a_row, (0.3, 0.4, 0.7), ("a", "b", "x")),
    Case(blocks_of_blocks, (BLOCK, X[:, :2]), ("block", "x")),
    Case(cached_input, ([Linear(SQUARE[0], B2), Tanh(1.0)], X[:, :2]), ("layers", "x")),
]
