class Scaled:
    def __init__(self, s):
        self.s = s

    def __enter__(self):
        return self.s

    def __exit__(self, kind, value, trace):
        return kind is not None


def f(x):
    y = x
    with Scaled(x) as v:  # error: a context manager that is made of differentiated values
        y = y + v
    return y
