import numpy as np


def f(x):
    w = np.matrix([0.2, 0.8])
    variance = w * np.array([[x, 1.0], [1.0, x * x]])  # error: an operator of an np.matrix cannot be differentiated
    return np.sum(variance)
