class Kept:
    def __init__(self):
        self.values = {}

    def __get__(self, obj, owner):
        return self.values[id(obj)]

    def __set__(self, obj, value):
        self.values[id(obj)] = value


class Box:
    side = Kept()


def f(x):
    box = Box()
    box.side = x * x  # error: Box.side is a descriptor that keeps values itself
    return box.side * x
