import numpy as np


def f(x):
    view = memoryview(np.array([x, x]))  # error: memoryview cannot be differentiated
    return view[0] * x
