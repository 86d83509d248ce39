"""Elementwise functions and products of matrices."""
import numpy as np


def f(w, b, x):
    h = np.tanh(x @ w + b)
    return np.sum(h * h)


# derive: grad(f, wrt=("w", "b"))
# call: dfdwb(np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([0.5, -0.5]), np.array([[1.0, 2.0], [3.0, -1.0]]))

# ---- generated ----
import numpy as np
from s2sgrad.runtime import matmul_adjoint_right, unbroadcast


def dfdwb(w, b, x, by=1.0):
    h = np.tanh(x @ w + b)
    # Grad of: return np.sum(h * h)
    # Grad of: h = np.tanh(x @ w + b)
    bt = 2 * by * h * (1.0 - h * h)
    return matmul_adjoint_right(bt, x, w), unbroadcast(bt, b)


# ---- numbers ----
# dfdwb(np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([0.5, -0.5]), np.array([[1.0, 2.0], [3.0, -1.0]])) = ([[2.68914859429, -0.872683653221], [0.290263318893, 1.98690584097]], [1.23542463152, 0.193680103182])
