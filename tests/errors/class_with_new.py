class Scaled:
    def __new__(cls, v):
        made = object.__new__(cls)
        made.v = v * 3
        return made


def f(x):
    return Scaled(x).v  # error: the class Scaled says itself how its objects are made
