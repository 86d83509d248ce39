"""Classes that are defined inside functions."""
import collections
import dataclasses
import enum
import typing
from abc import ABC, abstractmethod

from programs.harness import Case


def accumulator(x):
    class Accumulator:
        def __init__(self, k):
            self.k = k
            self.total = 0.0

        def add(self, v):
            self.total += v * self.k

    made = Accumulator(x)
    for i in range(3):
        made.add(x * i)
    return made.total * x


def linked(x, n):
    class Node:
        def __init__(self, v, below=None):
            self.v = v
            self.below = below

        def depth(self):
            return 1 if self.below is None else 1 + self.below.depth()

    top = None
    for i in range(n):
        top = Node(x ** i, top)
    total = 0.0
    while top is not None:
        total += top.v * top.v
        top = top.below
    return total


def with_decorators(x):
    @dataclasses.dataclass
    class Pair:
        a: float
        b: float = 2.0

        def product(self):
            return self.a * self.b

    class Point(typing.NamedTuple):
        u: float
        v: float = 3.0

    pair, point = Pair(x), Point(x)
    pair.b = pair.a * x
    return pair.product() + point.u * point.v


def inherited(x, y):
    import math

    class Kind(enum.Enum):
        SUM = 1
        PRODUCT = 2

    class Base(ABC):
        factor = 2.0

        def __init__(self, w):
            self.w = w

        @abstractmethod
        def kind(self): ...

        def of(self, v):
            return self.w * v * self.factor if self.kind() is Kind.PRODUCT else self.w + v

    class Sine(Base):
        def kind(self):
            return Kind.PRODUCT

        def of(self, v):
            return super().of(v) + math.sin(v)

    class Shifted(Base):
        def kind(self):
            return Kind.SUM

    return sum(b.of(y) for b in [Sine(x), Shifted(x * y)]) * Sine(y).of(x)


def dual_numbers(x, y):
    class Dual:
        def __init__(self, a, b):
            self.a, self.b = a, b

        def __add__(self, other):
            return Dual(self.a + other.a, self.b + other.b)

        def __mul__(self, other):
            return Dual(self.a * other.a, self.a * other.b + self.b * other.a)

    u, v = Dual(x, 1.0), Dual(y, 0.0)
    w = u * v + u * u
    return w.a * w.b


def within(k):
    def scaled(x):
        class Scale:
            def __init__(self, a):
                self.a = a

            def of(self, v):
                return v * k * self.a

        return Scale(x).of(x)

    return scaled


def named_tuples(x, k):
    State = collections.namedtuple("State", ["x", "v"], defaults=(0.5,))
    s = State(x)
    for _ in range(3):
        s = s._replace(x=s.x + k * s.v, v=s.v - k * s.x)
    return s.x * s.v


def named_tuples_in_a_dict(xs):
    Point = collections.namedtuple("Point", "a b")

    def norm(p: Point):
        return p.a ** 2 + p.b

    points = {i: Point(x, b=x * 2) for i, x in enumerate(xs)}
    return sum(norm(p) for p in points.values())


CASES = [
    Case(named_tuples, (1.3, 0.7), ("x", "k")),
    Case(named_tuples_in_a_dict, ([1.3, 0.7],), ("xs",)),
    Case(accumulator, (1.3,), ("x",)),
    Case(linked, (1.3, 4), ("x",)),
    Case(with_decorators, (1.3,), ("x",)),
    Case(inherited, (1.3, 0.7), ("x", "y")),
    Case(dual_numbers, (1.3, 0.7), ("x", "y")),
    Case(within(3.0), (1.3,), ("x",)),
]
