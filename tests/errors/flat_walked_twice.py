import numpy as np


def f(x):
    values = np.outer([x, x], [1.0, x]).flat
    y = sum(values)
    for v in values:  # error: values is an iterator over the elements of an array, which may be walked through only once
        y = y * v
    return y
