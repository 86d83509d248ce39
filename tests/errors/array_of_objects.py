import numpy as np


def f(x):
    values = np.array([x, 0.0], dtype=object)  # error: an array of objects holds what is put into it
    return values[0] * values[0]
