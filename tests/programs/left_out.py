"""Parameters that are None by default and handed on to functions of NumPy, given and left out."""
import numpy as np

from programs.harness import Case

A = np.array([[0.4, 1.0, -0.3, 0.2], [0.6, -0.8, 0.5, 1.3], [1.1, 0.2, 0.7, -0.6]])


def trapezoids(y, x=None, dx=1.0, axis=-1):
    return np.sum(np.trapezoid(y, x, dx, axis) ** 2)


def average_of(a, axis=None, weights=None):
    return np.sum(np.average(a, axis=axis, weights=weights) ** 2)


def covariances(m, y=None, ddof=None):
    return np.sum(np.cov(m, y, ddof=ddof) ** 2)


def differences(a, to_end=None, to_begin=None):
    return np.sum(np.ediff1d(a, to_end, to_begin) ** 3)


def by_a_helper(a, w=None):
    return average_of(a, 0, w) * average_of(a)


CASES = [
    Case(trapezoids, (A,), ("y",)),
    Case(trapezoids, (A, np.array([0.0, 1.0, 3.0, 4.5])), ("y", "x")),
    Case(average_of, (A,), ("a",)),
    Case(average_of, (A, 1, np.array([0.5, 1.0, 0.2, 0.7])), ("a", "weights")),
    Case(covariances, (A,), ("m",)),
    Case(covariances, (A, A[::-1] ** 2), ("m", "y")),
    Case(differences, (A,), ("a",)),
    Case(differences, (A, 0.7, np.array([1.0, 2.0])), ("a", "to_end", "to_begin")),
    Case(by_a_helper, (A,), ("a",)),
    Case(by_a_helper, (A, np.array([0.5, 1.0, 0.2])), ("a", "w")),
]
