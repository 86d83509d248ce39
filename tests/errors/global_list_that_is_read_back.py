LOG = []


def keep(v):
    LOG.append(v)


def f(x):
    keep(x * x)
    return LOG[-1] * x  # error: LOG, an object from outside the function, holds differentiated values and is read again
