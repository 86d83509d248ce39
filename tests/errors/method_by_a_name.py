class Box:
    def __init__(self, v):
        self.v = v

    def doubled(self):
        return 2.0 * self.v


def f(x, name="doubled"):
    box = Box(x)
    return getattr(box, name)() * x  # error: a method that is looked up by a name which is computed cannot be differentiated
