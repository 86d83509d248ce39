"""Networks of modules that keep a state, which the method of a base class calls with whatever it is given."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(12)


class Module:
    def __init__(self):
        self.training = True

    def __call__(self, *inputs, **options):
        return self.forward(*inputs, **options)


class Affine(Module):
    def __init__(self, w, b):
        super().__init__()
        self.w, self.b = w, b

    def forward(self, x):
        return x @ self.w + self.b


class Tanh(Module):
    def forward(self, x):
        return np.tanh(x)


class Centred(Module):
    """Keeps a running mean, which it uses instead once it is no longer trained."""

    def __init__(self, gain, momentum=0.9):
        super().__init__()
        self.gain = gain
        self.momentum = momentum
        self.mean = np.zeros_like(gain)

    def forward(self, x):
        mean = self.mean
        if self.training:
            mean = x.mean(0)
            self.mean = self.momentum * self.mean + (1.0 - self.momentum) * mean
        return (x - mean) * self.gain


class Chain(Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def eval(self):
        for layer in self.layers:
            layer.training = False
        return self


class Block(Module):
    def __init__(self, w, b, gain):
        super().__init__()
        self.affine = Affine(w, b)
        self.centred = Centred(gain)
        self.act = Tanh()

    def forward(self, x, scale=1.0):
        return self.act(self.centred(self.affine(x))) * scale


def chained(w, b, gain, x):
    net = Chain(Affine(w, b), Centred(gain), Tanh())
    trained = net(x)
    return np.sum(trained ** 2) + np.sum(net.eval()(x))


def called_where_it_is_made(w, b, gain, x):
    return np.sum(Chain(Affine(w, b), Centred(gain))(x) ** 2)


def block_in_turns(w, b, gain, x):
    block = Block(w, b, gain)
    for k in range(3):
        x = block(x, scale=1.0 + k)
    return np.sum(x) + np.sum(block.centred.mean)


ARGS = (0.5 * rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3), rng.normal(size=(4, 3)))
CASES = [
    Case(chained, ARGS, ("w", "b", "gain", "x")),
    Case(chained, ARGS, ("x",)),
    Case(called_where_it_is_made, ARGS, ("w", "b", "gain", "x")),
    Case(called_where_it_is_made, ARGS, ("x",)),
    Case(block_in_turns, ARGS, ("w", "b", "gain", "x")),
    Case(block_in_turns, ARGS, ("gain",)),
]
