class Doubling:
    def __init__(self, v):
        self.v = v  # error: Doubling has a __setattr__ of its own

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2)


def f(x):
    return Doubling(x).v
