"""Attributes that descriptors of the program keep, and objects that pass on what they are asked for."""
from programs.harness import Case


class Squared:
    """Holds the square of what it is given, under a name of its own."""

    def __set_name__(self, owner, name):
        self.place = "_" + name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return getattr(obj, self.place)

    def __set__(self, obj, value):
        setattr(obj, self.place, value * value)


class Wire:
    width = Squared()
    load = Squared()

    def __init__(self, width):
        self.width = width

    def resistance(self, length):
        self.load = self.width * length
        return length / self.width + self.load


WIRE = Wire(0.6)


def one_wire(x, w):
    wire = Wire(w)
    return wire.width * x


def set_and_updated(x, w):
    wire = Wire(w)
    wire.load = wire.width * x
    wire.width += wire.load
    return wire.resistance(x) * wire.load


def several_wires(x, w):
    return sum(wire.width * x for wire in [Wire(w), Wire(x)])


def given_wire(x, wire):
    return x * wire.width * x


class Body:
    def __init__(self, w):
        self.w = w

    def moved(self, x):
        return self.w * x * x


class Proxy:
    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)


class Counting(Proxy):
    def __init__(self, inner):
        super().__init__(inner)
        self.calls = 0

    def moved(self, x):
        self.calls += 1
        return self._inner.moved(x) * self.w


def passed_on(x, w):
    proxy = Proxy(Body(w))
    proxy._inner.w = proxy.w * x
    return proxy.moved(x) * proxy.w


def counted(x, w):
    proxy = Counting(Body(w))
    return proxy.moved(x) + proxy.moved(w) * proxy.calls


CASES = [
    Case(passed_on, (1.3, 0.7), ("x", "w")),
    Case(counted, (1.3, 0.7), ("x", "w")),
    Case(one_wire, (1.3, 0.7), ("x", "w")),
    Case(set_and_updated, (1.3, 0.7), ("x", "w")),
    Case(several_wires, (1.3, 0.7), ("x", "w")),
    Case(given_wire, (1.3, WIRE), ("x",)),
]
