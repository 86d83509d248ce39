class Weight:
    def __init__(self, v):
        self.v = v


def f(x):
    w = Weight(x)
    table = {w: 1.0}
    for k in table:
        k.v = k.v * x  # error: an object that is taken from the keys of a dict is changed, which cannot be differentiated
    return w.v
