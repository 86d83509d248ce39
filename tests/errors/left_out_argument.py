def g(a, b):
    return a * b


def f(x):
    return g(x)  # error: does not give the argument 'b'
