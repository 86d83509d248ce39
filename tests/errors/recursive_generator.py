def values(x, n):
    yield x  # error: generator functions cannot be differentiated
    if n > 0:
        yield from values(x * x, n - 1)


def f(x):
    return sum(v for v in values(x, 2))
