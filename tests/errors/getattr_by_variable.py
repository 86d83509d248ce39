class Box:
    def __init__(self, v):
        self.v = v


def f(x, name="v"):
    box = Box(x)
    return getattr(box, name) * x  # error: getattr of differentiated values cannot be differentiated
