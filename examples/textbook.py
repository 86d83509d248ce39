"""The calculus of a textbook, with a plot of each where Matplotlib is installed.

    python examples/textbook.py [FOLDER]     writes the plots there (``plots`` unless given)

1. The tangent line of x³ - 1/x.
2. The gradient of 3x₁² + 5 exp(x₂).
3. The gradient of the Euclidean norm, x / ‖x‖.
"""
import sys
from pathlib import Path

import numpy as np

from s2sgrad import grad


def cubic(x):
    return x ** 3 - 1 / x


def bowl(x):
    return 3 * x[0] ** 2 + 5 * np.exp(x[1])


def norm(x):
    return np.sqrt(np.sum(x ** 2))


def tangent_line(f, x0):
    """The line that touches the graph of f at x0."""
    slope = grad(f)(x0)
    return lambda x: f(x0) + slope * (x - x0)


def report():
    x0 = 1.0
    slope = grad(cubic)(x0)
    print(f"f(x) = x^3 - 1/x has the slope {slope} at {x0}: the tangent is y = {slope} (x - {x0}) + {cubic(x0)}")
    assert slope == 3 * x0 ** 2 + 1 / x0 ** 2

    x = np.array([0.5, -0.2])
    gradient = grad(bowl)(x)
    print(f"3 x1^2 + 5 exp(x2) has the gradient {gradient} at {x}")
    assert np.allclose(gradient, [6 * x[0], 5 * np.exp(x[1])])

    x = np.array([3.0, 4.0])
    gradient = grad(norm)(x)
    print(f"||x|| has the gradient {gradient} at {x}")
    assert np.allclose(gradient, x / 5.0)


def plot(folder):
    try:
        import matplotlib
    except ImportError:
        print("Matplotlib is not installed: no plots (python -m pip install matplotlib)")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)

    figure, axes = plt.subplots(figsize=(6, 4))
    xs = np.linspace(0.3, 2.2, 200)
    axes.plot(xs, cubic(xs), label="$x^3 - 1/x$")
    for x0 in (0.6, 1.0, 1.7):
        near = np.linspace(x0 - 0.4, x0 + 0.4, 2)
        axes.plot(near, tangent_line(cubic, x0)(near), "--", label=f"tangent at {x0}")
    axes.legend()
    figure.savefig(folder / "tangent_lines.png", dpi=120)

    for name, f, low, high in (("bowl", bowl, -1.0, 1.0), ("norm", norm, -2.0, 2.05)):
        figure, axes = plt.subplots(figsize=(5, 4))
        side = np.linspace(low, high, 12)
        points = [np.array([a, b]) for a in side for b in side]
        arrows = np.array([grad(f)(p) for p in points])
        fine = np.linspace(low, high, 60)
        levels = [[f(np.array([a, b])) for a in fine] for b in fine]
        axes.contour(fine, fine, levels, 12, linewidths=0.7)
        axes.quiver(*np.array(points).T, *arrows.T, angles="xy")
        axes.set_title(f"the gradient of {name}")
        figure.savefig(folder / f"gradient_of_{name}.png", dpi=120)
    plt.close("all")
    print(f"plots are in {folder}")


def main(folder="plots"):
    report()
    plot(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:2])
