class Halves(dict):
    def __init__(self, x):
        super().__init__(a=x)

    def __missing__(self, key):
        return 0.5 * self["a"]


def f(x):
    d = Halves(x)
    return d["b"]  # error: Halves computes what it does not hold (__missing__), which cannot be differentiated
