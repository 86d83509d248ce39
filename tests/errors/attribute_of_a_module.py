import math


def f(x):
    math.last = x  # error: an assignment to a variable of math, a module or class, cannot be differentiated
    return x * x
