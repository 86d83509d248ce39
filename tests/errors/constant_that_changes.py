import numpy as np

from s2sgrad import stop_gradient


def f(x):
    x = np.array([x, x])
    y = stop_gradient(x)  # error: stop_gradient of an array that is changed in place cannot be differentiated
    y[0] = 5.0
    return np.sum(x * x * y)
