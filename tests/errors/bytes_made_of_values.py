import numpy as np


def f(x):
    v = np.array([x, x * x])
    return np.sum(np.frombuffer(v.tobytes())) * x  # error: np.frombuffer makes numbers of text, bytes
