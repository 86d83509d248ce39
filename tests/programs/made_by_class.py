"""Objects of classes that are known when the program runs, and objects chosen, summed and taken apart by what their classes say."""
import dataclasses
import functools
from typing import Generic, TypeVar

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(8)
SHAPES = {}


class Shape:
    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        SHAPES[cls.__name__.lower()] = cls


class Disc(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return 3.0 * self.r ** 2


class Block(Shape):
    def __init__(self, a, b=2.0):
        self.a = a
        self.b = b

    def area(self):
        return self.a * self.b


@dataclasses.dataclass
class Account:
    start: float
    rate: float = 0.5
    entries: list = dataclasses.field(default_factory=list)

    def area(self):
        return self.start * self.rate + sum(self.entries)


class Branch:
    def __init__(self, v, below=()):
        self.v = v
        self.below = list(below)

    def scaled(self, k):
        return self.__class__(self.v * k, [b.scaled(k) for b in self.below])

    def total(self):
        return self.v * self.v + sum(b.total() for b in self.below)


class Tensor:
    def __init__(self, v):
        self.v = v

    def __getitem__(self, k):
        return Tensor(self.v[k])

    def __mul__(self, other):
        return Tensor(self.v * other.v)

    def __add__(self, other):
        return type(self)(self.v + other.v)

    def __radd__(self, other):
        return self if other == 0 else NotImplemented

    def __float__(self):
        return float(np.sum(self.v))

    def __lt__(self, other):
        return float(self) < float(other)

    def sum(self):
        return np.sum(self.v)


class Layer:
    def __init__(self, a, b):
        self.a, self.b = Tensor(a), Tensor(b)

    def row(self):
        return self.a[0] * self.b[0]


class Meter:
    def __init__(self, k):
        self.k = k

    @functools.singledispatchmethod
    def of(self, x):
        raise TypeError(x)

    @of.register
    def _(self, x: Disc):
        return x.r * self.k

    @of.register
    def _(self, x: float):
        return x * x * self.k

    @of.register
    def _(self, x: list):
        return sum(self.of(v) for v in x)


class Pile:
    def __init__(self):
        self.held = []

    def push(self, v):
        self.held.append(v)

    def copy(self):
        other = Pile()
        other.held = list(self.held)
        return other

    def items(self):
        return list(enumerate(self.held))

    def values(self):
        return [3.0 * v for v in self.held]


PILE = Pile()
PILE.push(2.0)


def by_name(x, a, name):
    return SHAPES[name](a).area() * x + sum(SHAPES[n](a * x).area() for n in ("disc", "block"))


def each_class(x, a):
    made = [cls(a) for cls in (Disc, Account)]
    for cls in SHAPES.values():
        made.append(cls(x))
    return sum(m.area() for m in made)


def like_itself(x, k):
    return Branch(x, [Branch(x * x), Branch(2.0, [Branch(k)])]).scaled(k).total()


def parts_of_objects(a, b):
    s, t = Tensor(a), Tensor(b)
    pair = [Tensor(a), Tensor(b)]
    return (s[0] * t[0]).sum() + (pair[0][1] * pair[1][0]).sum() + Layer(a, b).row().sum()


def sums_of_objects(a, b):
    return float(sum([Tensor(a), Tensor(b)])) * sum([Tensor(a)], Tensor(b)).sum() + max([Tensor(a), Tensor(b)]).sum() ** 2


def typed_methods(r, k):
    return Meter(k).of([r, Disc(k), [r * k]]) * Meter(k).of(Disc(r))


def given_meter(r, meter):
    return meter.of(r * r) + meter.of(Disc(r))


def named_like_those_of_dicts(x, y):
    pile = Pile()
    pile.push(x)
    other = pile.copy()
    other.push(y)
    return sum(v * (i + 1) for i, v in other.items()) * sum(pile.values())


def copied_pile(x, pile):
    other = pile.copy()
    other.push(x)
    return sum(other.values()) * x


T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, value: T):
        self.value = value

    def map(self, f):
        return Box[T](f(self.value))


def parameters_for_types(x, k):
    box = Box[np.ndarray](x * k).map(np.sin)
    return np.sum(box.value ** 2)


CASES = [
    Case(parameters_for_types, (rng.normal(size=3), 0.7), ("x", "k")),
    Case(by_name, (1.3, 0.7, "block"), ("x", "a")),
    Case(each_class, (1.3, 0.7), ("x", "a")),
    Case(like_itself, (1.3, 0.7), ("x",)),
    Case(parts_of_objects, (rng.normal(size=(2, 3)), rng.normal(size=(2, 3))), ("a", "b")),
    Case(parts_of_objects, (rng.normal(size=(2, 3)), rng.normal(size=(2, 3))), ("b",)),
    Case(sums_of_objects, (rng.normal(size=3), rng.normal(size=3)), ("a", "b")),
    Case(typed_methods, (1.3, 0.7), ("r", "k")),
    Case(given_meter, (1.3, Meter(0.4)), ("r",)),
    Case(named_like_those_of_dicts, (1.3, 0.7), ("x",)),
    Case(copied_pile, (1.3, PILE), ("x",)),
]
