import numpy as np


def f(x):
    z = np.zeros((3, 3), [("u", float), ("v", float)])  # error: an array with fields cannot be differentiated
    inside = z["u"][1:-1]
    inside[...] = x
    return np.sum(z["u"] ** 2)
