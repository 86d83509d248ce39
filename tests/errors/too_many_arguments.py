def g(a):
    for _ in range(2):
        a = a * a
    return a


def f(x):
    return g(x, x)  # error: gives more arguments than it takes
