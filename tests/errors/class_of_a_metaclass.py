class Tripling(type):
    def __call__(cls, v):
        return super().__call__(v * 3)


class Value(metaclass=Tripling):
    def __init__(self, v):
        self.v = v


def f(x):
    return Value(x).v  # error: the class Value says itself how its objects are made
