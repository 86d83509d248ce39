class Box:
    def __init__(self, v):
        self.v = v


def f(x, name="v"):
    box = Box(x)
    setattr(box, name, x * x)  # error: setattr of differentiated values cannot be differentiated
    return box.v
