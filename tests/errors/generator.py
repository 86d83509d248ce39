def f(x):
    yield x * x  # error: generator functions cannot be differentiated
