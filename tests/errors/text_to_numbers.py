import numpy as np


def f(x):
    return np.fromiter((v * v for v in [x, x]), float)[0] * x  # error: fromiter cannot be differentiated
