"""A first look: functions of one variable, of an array, with a loop, and with parameters in a dict.

    python examples/quickstart.py       runs them
    s2sgrad examples/quickstart.py      prints the source of their derivatives
"""
import math

import numpy as np

from s2sgrad import grad, value_and_grad


def cubic(x):
    y = x ** 3 - 1 / x
    return y


def squares(x, n):
    for _ in range(n):
        if x < 20.0:
            x = x * x
    return x


def damped_wave(t, decay=0.5):
    return math.exp(-decay * t) * math.sin(3.0 * t)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def network(params, x, y):
    h = np.tanh(x @ params["w1"] + params["b1"])
    r = h @ params["w2"] + params["b2"] - y
    loss = np.mean(r ** 2)
    return loss


def heat(u, rate, steps):
    for _ in range(steps):
        u[1:-1] += rate * (u[:-2] + u[2:] - 2 * u[1:-1])
    energy = np.sum(u ** 2)
    return energy


def main():
    print("cubic'(2)            ", grad(cubic)(2.0))
    print("squares'(1.5, 3)     ", grad(squares)(1.5, 3))
    print("damped_wave'(0.4)    ", grad(damped_wave)(0.4))
    print("rosenbrock'          ", grad(rosenbrock)(np.array([1.2, 0.7, -0.3])))

    rng = np.random.default_rng(0)
    params = {"w1": rng.normal(size=(2, 3)), "b1": np.zeros(3), "w2": rng.normal(size=(3, 1)), "b2": np.zeros(1)}
    loss, gradient = value_and_grad(network)(params, rng.normal(size=(8, 2)), rng.normal(size=(8, 1)))
    print("network              ", loss, {name: g.shape for name, g in gradient.items()})

    du, drate = grad(heat, wrt=("u", "rate"))(np.sin(np.linspace(0.0, 3.0, 6)), 0.2, 10)
    print("heat                 ", du, drate)

    print()
    print("The source of squares':")
    print(grad(squares).source)


if __name__ == "__main__":
    main()
