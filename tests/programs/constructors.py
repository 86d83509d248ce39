"""Objects made by constructors that are inherited, chained, generated or called on a condition."""
import math
from dataclasses import dataclass, field, replace

import numpy as np

from programs.harness import Case


class Dual:
    def __init__(self, re, eps=0.0):
        self.re = re
        self.eps = eps

    def _lift(self, o):
        return o if isinstance(o, Dual) else Dual(o)

    def __add__(self, o):
        o = self._lift(o)
        return Dual(self.re + o.re, self.eps + o.eps)
    __radd__ = __add__

    def __sub__(self, o):
        return self + (-1.0) * self._lift(o)

    def __mul__(self, o):
        o = self._lift(o)
        return Dual(self.re * o.re, self.re * o.eps + self.eps * o.re)
    __rmul__ = __mul__

    def __truediv__(self, o):
        o = self._lift(o)
        return Dual(self.re / o.re, (self.eps * o.re - self.re * o.eps) / o.re ** 2)

    def __pow__(self, n):
        out = Dual(1.0)
        for _ in range(n):
            out = out * self
        return out

    def sin(self):
        return Dual(math.sin(self.re), math.cos(self.re) * self.eps)


def lifted_operands(x, y):
    a = Dual(x, 1.0)
    b = a * a + y
    c = 2.0 * b / a
    return c.re * c.eps


def dual_numbers(x, y):
    a = Dual(x, 1.0)
    b = a * y + 2.0 * a ** 3 - a / (a + 1.0)
    c = b.sin() + 1
    return c.re * c.eps


@dataclass(frozen=True)
class Body:
    mass: float
    pos: np.ndarray
    vel: np.ndarray
    tags: list = field(default_factory=list)

    def kinetic(self):
        return 0.5 * self.mass * np.dot(self.vel, self.vel)

    def moved(self, dt, force):
        v = self.vel + dt * force / self.mass
        return replace(self, pos=self.pos + dt * v, vel=v)


def frozen_body(b, k):
    for i in range(4):
        b = b.moved(0.1, -k * b.pos)
    return b.kinetic() + k * b.pos @ b.pos


@dataclass
class Circle:
    r: float


@dataclass
class Rect:
    w: float
    h: float


class Square(Rect):
    def __init__(self, s):
        super().__init__(s, s)


def match_shapes(a, b):
    def area(s):
        match s:
            case Circle(r=r):
                return math.pi * r * r
            case Square(w=w):
                return w * w
            case Rect(w, h) if w > h:
                return w * h * 2
            case Rect(w, h):
                return w * h
            case _:
                return 0.0
    return sum(area(s) * (i + 1) for i, s in enumerate([Circle(a), Rect(a, b), Rect(b, a), Square(b), "none"]))


@dataclass
class Box:
    w: float
    h: float = 1.0
    log: list = field(default_factory=list)

    def area(self):
        return self.w * self.h


class Plain(Box):
    def area(self):
        return super().area() + 1.0


class Plainer(Plain):
    pass


@dataclass
class Post(Box):
    scale: float = 2.0

    def __post_init__(self):
        self.total = self.scale * self.w


class PostSub(Post):
    def __post_init__(self):
        super().__post_init__()
        self.total = self.total * self.h


class PostInit(Post):
    def __init__(self, s):
        super().__init__(s, scale=3.0, h=s)
        self.log.append(s)


def inherited_constructors(x, y):
    s = Plain(x, y)
    t = Plainer(h=y, w=x)
    u = PostSub(x, y)
    v = PostInit(y)
    return s.area() * t.area() + u.total * v.total + v.log[0]


@dataclass(frozen=True)
class Frozen:
    a: float
    b: float = 2.0

    def value(self):
        return self.a * self.b


class FrozenSub(Frozen):
    def value(self):
        return super().value() ** 2


def inherited_frozen(x, y):
    s = FrozenSub(x, y)
    return s.value() + FrozenSub(y).value()


def frozen_argument(f, y):
    return f.value() * y + f.b


@dataclass(frozen=True)
class Checked:
    amount: float
    unit: str = "m"

    def __post_init__(self):
        if self.unit not in ("m", "s"):
            raise ValueError(f"unknown unit {self.unit}")

    def __add__(self, other):
        if other.unit != self.unit:
            raise TypeError("units")
        return Checked(self.amount + other.amount, self.unit)

    def __mul__(self, k):
        return Checked(self.amount * k, self.unit)


def checked_amounts(x, y):
    ledger = [Checked(x), Checked(x) * y, Checked(y, "m")]
    total = Checked(0.0)
    for m in ledger:
        total = total + m
    return (total * y).amount * ledger[0].amount


@dataclass(frozen=True, slots=True)
class Direction:
    x: float
    y: float
    length: float = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "length", math.hypot(self.x, self.y))

    def unit(self):
        return Direction(self.x / self.length, self.y / self.length)


def computed_when_made(x, y):
    d = Direction(x, y)
    for _ in range(3):
        u = d.unit()
        d = Direction(u.x * y + x, u.y)
    return d.length * d.x


def computed_and_kept(x, y):
    held = {"first": Direction(x, y), "second": Direction(y, x * y).unit()}
    return sum(v.length * v.x for v in held.values()) * held["first"].length


def replaced_when_computed(x, y):
    b = Post(x, scale=y)
    c = replace(b, scale=b.total * y)
    d = replace(Direction(x, y), y=c.total)
    return c.total * b.total + d.length


V, W = np.array([0.3, -0.8]), np.array([0.5, 1.1])
CASES = [
    Case(lifted_operands, (0.7, 1.4), ("x", "y")),
    Case(dual_numbers, (0.7, 1.4), ("x", "y")),
    Case(frozen_body, (Body(1.5, V, W), 0.1), ("b", "k")),
    Case(match_shapes, (1.2, 0.4), ("a", "b")),
    Case(inherited_constructors, (0.7, 1.4), ("x", "y")),
    Case(inherited_frozen, (0.7, 1.4), ("x", "y")),
    Case(checked_amounts, (0.7, 1.4), ("x", "y"), smoke=True),
    Case(computed_when_made, (0.7, 1.4), ("x", "y")),
    Case(computed_and_kept, (0.7, 1.4), ("x", "y")),
    Case(replaced_when_computed, (0.7, 1.4), ("x", "y")),
    Case(frozen_argument, (FrozenSub(0.4, 1.1), 1.4), ("f", "y")),
]
