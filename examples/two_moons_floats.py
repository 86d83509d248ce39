"""A network trained on two moons, in plain Python: floats, lists and loops, no arrays anywhere."""
import math
import random
import sys

from s2sgrad import value_and_grad


def two_moons(n, noise, rng):
    """Points of two interleaved half circles, and labels +1 and -1."""
    points, labels = [], []
    for i in range(n):
        angle = math.pi * rng.random()
        x, y = math.cos(angle), math.sin(angle)
        if i % 2:
            x, y = 1.0 - x, 0.5 - y
        points.append((x + rng.gauss(0.0, noise), y + rng.gauss(0.0, noise)))
        labels.append(-1.0 if i % 2 else 1.0)
    return points, labels


def new_network(sizes, rng):
    """Layers of neurons; a neuron is its weights and its bias."""
    return [{"weights": [[rng.gauss(0.0, 1.0) / math.sqrt(n_in) for _ in range(n_in)] for _ in range(n_out)],
             "biases": [0.0] * n_out}
            for n_in, n_out in zip(sizes, sizes[1:])]


def score(network, point):
    values = point
    for depth, layer in enumerate(network):
        outputs = []
        for weights, bias in zip(layer["weights"], layer["biases"]):
            total = bias
            for w, v in zip(weights, values):
                total += w * v
            outputs.append(math.tanh(total) if depth < len(network) - 1 else total)
        values = outputs
    return values[0]


def loss(network, points, labels, decay):
    """The mean logistic loss, and the square of every weight."""
    data = 0.0
    for point, label in zip(points, labels):
        data += math.log(1.0 + math.exp(-label * score(network, point)))
    penalty = 0.0
    for layer in network:
        for weights in layer["weights"]:
            for w in weights:
                penalty += w * w
    return data / len(points) + decay * penalty


def descend(network, gradient, rate):
    """A network one step down the gradient, which has the structure of the network."""
    return [{"weights": [[w - rate * g for w, g in zip(ws, gs)] for ws, gs in zip(layer["weights"], step["weights"])],
             "biases": [b - rate * g for b, g in zip(layer["biases"], step["biases"])]}
            for layer, step in zip(network, gradient)]


def accuracy(network, points, labels):
    return sum((score(network, p) > 0) == (label > 0) for p, label in zip(points, labels)) / len(points)


def main(steps="60"):
    rng = random.Random(7)
    points, labels = two_moons(60, 0.08, rng)
    network = new_network([2, 8, 8, 1], rng)
    loss_and_gradient = value_and_grad(loss)
    for step in range(int(steps)):
        value, gradient = loss_and_gradient(network, points, labels, 1e-4)
        network = descend(network, gradient, 1.0)
        if step % 10 == 0 or step == int(steps) - 1:
            print(f"step {step:3d}: loss {value:.4f}, accuracy {accuracy(network, points, labels):.0%}")
    return value


if __name__ == "__main__":
    main(*sys.argv[1:2])
