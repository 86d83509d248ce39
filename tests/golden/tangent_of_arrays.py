"""Forward mode with arrays that are written."""
import numpy as np


def f(x, w):
    y = np.zeros(2)
    y[0] = np.sum(x * w)
    y[1] = y[0] * y[0]
    return y


# derive: jvp(f, wrt=("x", "w"))
# call: tfdxw(np.array([1.0, 2.0]), np.array([0.5, 0.1]), np.array([1.0, 0.0]), np.array([0.0, 1.0]))

# ---- generated ----
import numpy as np
from s2sgrad.runtime import array_tangent


def tfdxw(x, w, dx, dw):
    dx, dw, dy = array_tangent(dx, x), array_tangent(dw, w), np.zeros(2)
    y = np.zeros(2)
    dy[0] = np.sum(dx * w + dw * x)
    y[0] = np.sum(x * w)
    dy[1] = 2 * dy[0] * y[0]
    return dy


# ---- numbers ----
# tfdxw(np.array([1.0, 2.0]), np.array([0.5, 0.1]), np.array([1.0, 0.0]), np.array([0.0, 1.0])) = [2.5, 3.5]
