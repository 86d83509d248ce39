CACHE = {}


def f(x):
    CACHE["v"] = x * x
    return CACHE["v"] * x  # error: CACHE, an object from outside the function, holds differentiated values and is read again
