class Lazy:
    def __init__(self, x):
        self.x = x

    def __getattr__(self, name):
        if name == "square":
            return self.x ** 2
        raise AttributeError(name)


def f(x):
    return Lazy(x).square * x  # error: Lazy.square is given by a __getattr__ that computes it
