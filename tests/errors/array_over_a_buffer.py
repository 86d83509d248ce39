import numpy as np


def f(x):
    view = np.ndarray((2,), buffer=np.array([x, x]))  # error: buffer= is not supported
    return view[0] * x
