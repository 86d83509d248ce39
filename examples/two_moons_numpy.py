"""A network trained on two moons, in NumPy, with Adam written as an in-place update."""
import sys

import numpy as np

from s2sgrad import value_and_grad


def two_moons(n, noise, rng):
    """Points of two interleaved half circles, of shape (n, 2), and labels 0 and 1."""
    angle = np.pi * rng.random(n)
    labels = np.arange(n) % 2
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = np.where(labels[:, None] == 0, upper, np.array([1.0, 0.5]) - upper)
    return points + noise * rng.normal(size=(n, 2)), labels


def new_network(sizes, rng):
    return [{"w": rng.normal(size=(a, b)) / np.sqrt(a), "b": np.zeros(b)} for a, b in zip(sizes, sizes[1:])]


def scores(network, x):
    for layer in network[:-1]:
        x = np.tanh(x @ layer["w"] + layer["b"])
    return x @ network[-1]["w"] + network[-1]["b"]


def loss(network, x, labels, decay):
    """The mean cross-entropy of the labels, and the squares of the weights."""
    z = scores(network, x)
    z = z - np.max(z, axis=1, keepdims=True)
    log_probabilities = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    data = -np.mean(log_probabilities[np.arange(len(labels)), labels])
    penalty = sum(np.sum(layer["w"] ** 2) for layer in network)
    return data + decay * penalty


class Adam:
    """Kingma & Ba (2015), over the arrays of a list of dicts."""

    def __init__(self, rate):
        self.rate = rate
        self.moments = {}
        self.steps = 0

    def update(self, network, gradient):
        self.steps += 1
        for depth, (layer, step) in enumerate(zip(network, gradient)):
            for name, g in step.items():
                m, v = self.moments.setdefault((depth, name), (np.zeros_like(g), np.zeros_like(g)))
                m += 0.1 * (g - m)
                v += 0.01 * (g ** 2 - v)
                scaled = (m / (1 - 0.9 ** self.steps)) / (np.sqrt(v / (1 - 0.99 ** self.steps)) + 1e-8)
                layer[name] -= self.rate * scaled


def main(steps="200"):
    rng = np.random.default_rng(7)
    x, labels = two_moons(300, 0.1, rng)
    network = new_network([2, 16, 16, 2], rng)
    loss_and_gradient = value_and_grad(loss)
    optimizer = Adam(0.02)
    for step in range(int(steps)):
        value, gradient = loss_and_gradient(network, x, labels, 1e-5)
        optimizer.update(network, gradient)
        if step % 50 == 0 or step == int(steps) - 1:
            hits = np.mean(np.argmax(scores(network, x), axis=1) == labels)
            print(f"step {step:3d}: loss {value:.4f}, accuracy {hits:.0%}")
    return float(value)


if __name__ == "__main__":
    main(*sys.argv[1:2])
