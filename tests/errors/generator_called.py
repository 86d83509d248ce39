def values(x):
    yield x  # error: generator functions cannot be differentiated, in values, called from f (


def f(x):
    kept = values(x)
    return next(kept) + sum(v for v in kept)
