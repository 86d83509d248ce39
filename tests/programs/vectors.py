"""Classes with operators, whose objects are elements of containers, attributes of other objects, and results of functions."""
import functools
import math
import operator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from programs.harness import Case


class Vec:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, k):
        if isinstance(k, Vec):
            return Vec(self.x * k.x, self.y * k.y, self.z * k.z)
        return Vec(self.x * k, self.y * k, self.z * k)

    __rmul__ = __mul__

    def __truediv__(self, k):
        return Vec(self.x / k, self.y / k, self.z / k)

    def __neg__(self):
        return Vec(-self.x, -self.y, -self.z)

    def __getitem__(self, i):
        return (self.x, self.y, self.z)[i]

    def __len__(self):
        return 3

    def __iter__(self):
        return iter([self.x, self.y, self.z])

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def norm(self):
        return math.sqrt(self.dot(self))

    def normalized(self):
        return self / self.norm()

    def reflected(self, n):
        return self - n * (2.0 * self.dot(n))


class Ray:
    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction

    def at(self, t):
        return self.origin + self.direction * t


class Material:
    def __init__(self, color, ambient=0.1, specular=0.5):
        self.color = color
        self.ambient = ambient
        self.specular = specular


class Sphere:
    def __init__(self, center, radius, material):
        self.center = center
        self.radius = radius
        self.material = material

    def intersect(self, ray):
        offset = ray.origin - self.center
        b = offset.dot(ray.direction)
        c = offset.dot(offset) - self.radius ** 2
        discriminant = b * b - c
        if discriminant < 0:
            return None
        t = -b - math.sqrt(discriminant)
        return t if t > 0 else None

    def normal(self, p):
        return (p - self.center) / self.radius


def trace(ray, spheres, light, depth):
    nearest, nearest_t = None, 1e9
    for s in spheres:
        t = s.intersect(ray)
        if t is not None and t < nearest_t:
            nearest, nearest_t = s, t
    if nearest is None:
        return Vec(0.1, 0.1, 0.1)
    p = ray.at(nearest_t)
    n = nearest.normal(p)
    to_light = (light - p).normalized()
    color = nearest.material.color * (nearest.material.ambient + max(0.0, n.dot(to_light)))
    if depth > 0:
        mirrored = Ray(p + n * 1e-3, ray.direction.reflected(n))
        color = color + nearest.material.specular * trace(mirrored, spheres, light, depth - 1)
    return color


def ray_tracer(spheres, light):
    color = trace(Ray(Vec(0.0, 0.0, 0.0), Vec(0.05, 0.02, 1.0).normalized()), spheres, light, 1)
    return color.dot(color)


def ray(x):
    p = Ray(Vec(x, 1.0, 0.5), Vec(0.5, x, x * x)).at(2.0)
    return p.dot(p)


def ray_argument(r):
    p = r.origin + r.direction * 2.0
    return p.dot(p)


def elements(x):
    vs = [Vec(x, 1.0, 2.0), Vec(2.0, x, x)]
    s = vs[0] + vs[1] * x
    for v in vs:
        s = s + v * x
    return s.dot(vs[0])


def sums(x):
    vs = [Vec(x, 1.0, 2.0), Vec(2.0, x, x), Vec(x * x, 0.5, 1.0)]
    a = sum(vs, Vec(0.0, 0.0, 0.0))
    b = functools.reduce(operator.add, vs)
    c = functools.reduce(lambda p, q: p + q * 2.0, vs)
    return a.dot(b) + c.norm() + sum(v.norm() for v in vs)


def variance(vs):
    mean = sum(vs, Vec(0.0, 0.0, 0.0)) / len(vs)
    return sum((v - mean).dot(v - mean) for v in vs)


def pair_potential(vs):
    energy = 0.0
    for i in range(len(vs)):
        for j in range(i + 1, len(vs)):
            energy += 1.0 / (vs[i] - vs[j]).norm()
    return energy


class Body:
    def __init__(self, position, velocity, mass):
        self.position = position
        self.velocity = velocity
        self.mass = mass


def orbits(bodies, dt):
    for _ in range(3):
        for a in bodies:
            force = Vec(0.0, 0.0, 0.0)
            for b in bodies:
                if a is not b:
                    d = b.position - a.position
                    force = force + d * (b.mass / (d.norm() ** 3 + 0.1))
            a.velocity = a.velocity + force * dt
        for a in bodies:
            a.position = a.position + a.velocity * dt
    return sum(0.5 * b.mass * b.velocity.dot(b.velocity) for b in bodies)


def orbits_by_updates(bodies, dt):
    for _ in range(3):
        for a in bodies:
            for b in bodies:
                if a is not b:
                    d = b.position - a.position
                    a.velocity += d * (b.mass * dt / (d.norm() ** 3 + 0.1))
        for a in bodies:
            a.position += a.velocity * dt
    return sum(0.5 * b.mass * b.velocity.dot(b.velocity) for b in bodies)


def iterated(body, w: Vec):
    v = body.position
    return v[0] * w[1] + sum(c * c for c in v) + sum(a * b for a, b in zip(v, w)) + (v + w)[2] + v.norm()


def dot_of_either(v, w):
    """Of arrays or of vectors: what is there decides."""
    s = v * 2.0 + w
    return s.dot(w) * v.dot(v)


class Dual:
    def __init__(self, re, du=0.0):
        self.re = re
        self.du = du

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.re + other.re, self.du + other.du)

    __radd__ = __add__

    def __sub__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.re - other.re, self.du - other.du)

    def __rsub__(self, other):
        return Dual(other - self.re, -self.du)

    def __mul__(self, other):
        if not isinstance(other, Dual):
            return Dual(self.re * other, self.du * other)
        return Dual(self.re * other.re, self.re * other.du + self.du * other.re)

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.re / other.re, (self.du * other.re - self.re * other.du) / other.re ** 2)

    def __pow__(self, n):
        return Dual(self.re ** n, n * self.re ** (n - 1) * self.du)

    def sin(self):
        return Dual(math.sin(self.re), math.cos(self.re) * self.du)


def horner(coefficients, x):
    y = Dual(0.0)
    for c in coefficients:
        y = y * x + c
    return y


def dual_polynomial(a, x):
    y = horner([a, 2.0, -a, 1.0], Dual(x, 1.0))
    return y.re + y.du


def dual_list(a, x):
    ds = [Dual(x, 1.0), Dual(a, 0.5)]
    squares = sum(d * d for d in ds)
    t = 3.0 * ds[0] - ds[1] / (1.0 + ds[0])
    u = 2.0 - ds[1]
    return squares.du + t.re * t.du + u.du * u.re + (ds[0] ** 3).du + ds[1].sin().du


class Quaternion:
    def __init__(self, w, x, y, z):
        self.parts = (w, x, y, z)

    def __mul__(self, other):
        a, b, c, d = self.parts
        e, f, g, h = other.parts
        return Quaternion(a * e - b * f - c * g - d * h, a * f + b * e + c * h - d * g,
                          a * g - b * h + c * e + d * f, a * h + b * g - c * f + d * e)

    def conjugate(self):
        w, x, y, z = self.parts
        return Quaternion(w, -x, -y, -z)

    def rotate(self, v):
        return (self * Quaternion(0.0, *v) * self.conjugate()).parts[1:]

    @property
    def norm(self):
        return math.sqrt(sum(c * c for c in self.parts))


def quaternions(angle):
    qs = [Quaternion(math.cos(angle), math.sin(angle), 0.0, 0.0), Quaternion(math.cos(2 * angle), 0.0, math.sin(angle), 0.1)]
    q = functools.reduce(lambda a, b: a * b, qs)
    v = q.rotate((1.0, angle, 0.5))
    return v[0] + 2 * v[1] * v[2] + q.norm


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __add__(self, other):
        return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows)])

    def __matmul__(self, other):
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*other.rows)] for r in self.rows])

    def __mul__(self, k):
        return Matrix([[a * k for a in r] for r in self.rows])

    def __getitem__(self, key):
        return self.rows[key[0]][key[1]]

    def trace(self):
        return sum(self.rows[i][i] for i in range(len(self.rows)))


class Matrices:
    def __init__(self, a, b):
        self.a = a
        self.b = b


def matrices(x):
    both = Matrices(Matrix([[x, 1.0], [2.0, x * x]]), Matrix([[1.0, x], [x, 3.0]]))
    m = both.a @ both.b + both.a * x
    return m.trace() + m[0, 1] * m[1, 0]


def matrices_argument(both):
    m = both.a @ both.b + both.a * 2.0
    return m.trace() + m[0, 1] * m[1, 0]


@dataclass
class Point:
    x: float
    y: float

    def __post_init__(self):
        self.r = math.hypot(self.x, self.y)

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Point(self.x * k, self.y * k)


@dataclass
class Segment:
    a: Point
    b: Point

    def middle(self):
        return (self.a + self.b) * 0.5


def segments(x):
    ss = [Segment(Point(x, 1.0), Point(2.0, x)), Segment(Point(x * x, 1.0), Point(2.0, 0.5))]
    return sum(s.middle().r for s in ss) + (ss[0].a + ss[1].b).r


def segments_argument(ss):
    return sum(s.middle().r for s in ss) + (ss[0].a + ss[1].b).x


class Pair(NamedTuple):
    x: float
    y: float

    def __add__(self, other):
        return Pair(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Pair(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Pair(self.x * k, self.y * k)

    def dot(self, other):
        return self.x * other.x + self.y * other.y


def named_tuples(x):
    ps = [Pair(x, 1.0), Pair(2.0, x), Pair(x * x, x)]
    d = ps[1] - ps[0]
    s = ps[0]
    for p in ps[1:]:
        s = s + p * 2.0
    return d.dot(s) + s.x


def named_tuples_argument(ps):
    d = ps[1] - ps[0]
    s = ps[0]
    for p in ps[1:]:
        s = s + p * 2.0
    return d.dot(s) + s.x


class Interval:
    def __init__(self, low, high):
        self.low = low
        self.high = high

    def __add__(self, other):
        return Interval(self.low + other.low, self.high + other.high)

    def __mul__(self, other):
        ends = [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high]
        return Interval(min(ends), max(ends))


def intervals(x, y):
    known = {"x": Interval(x, x + 0.5), "y": Interval(-y, y)}
    r = known["x"] * known["y"] + known["x"] * known["x"]
    return r.high * r.low


class Quantity:
    def __init__(self, value, unit):
        self.value = value
        self.unit = unit

    def __add__(self, other):
        if self.unit != other.unit:
            raise ValueError("units differ")
        return Quantity(self.value + other.value, self.unit)

    def __rmul__(self, k):
        return Quantity(k * self.value, self.unit)


def quantities(x):
    known = {"length": Quantity(x, "m"), "width": Quantity(x * x, "m")}
    total = known["length"] + 2.0 * known["width"]
    return total.value * len(total.unit)


class Log:
    """A positive number by its logarithm: the sum of two is no sum of theirs."""

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Log(math.log(math.exp(self.value) + math.exp(other.value)))

    def __mul__(self, other):
        return Log(self.value + other.value)


def squared(number):
    return number.value * number.value


def logarithms(a, b):
    return squared(a + b)


def logarithms_in_list(ls):
    s = ls[0]
    for number in ls[1:]:
        s = s + number
    return squared(s) + squared(sum(ls[1:], ls[0] * ls[1]))


class Account:
    def __init__(self, balance, rate):
        self.balance = balance
        self.rate = rate

    def __iadd__(self, other):
        self.balance += other.balance
        self.rate += other.rate * self.balance
        return self

    def __imul__(self, k):
        self.balance *= k
        self.rate *= k
        return self

    def __setitem__(self, i, v):
        if i == 0:
            self.balance = v
        else:
            self.rate = v

    def __getitem__(self, i):
        return self.balance if i == 0 else self.rate


class Bank:
    def __init__(self, account):
        self.account = account


def updates(x: float):
    bank = Bank(Account(x, 1.0))
    for other in [Account(x * x, 2.0), Account(1.0, x)]:
        bank.account += other
        bank.account *= x
    bank.account[1] = bank.account[0] * x
    return bank.account.balance * bank.account.rate


def updates_argument(bank, others):
    for other in others:
        bank.account += other
        bank.account *= 1.5
    bank.account[1] = bank.account[0] * 2.0
    return bank.account.balance * bank.account.rate


SPHERES = [Sphere(Vec(0.0, 0.0, 3.0), 1.1, Material(Vec(1.0, 0.2, 0.3))),
           Sphere(Vec(1.0, 0.5, 4.0), 1.0, Material(Vec(0.2, 0.9, 0.3)))]
VECTORS = [Vec(1.0, 0.5, 2.0), Vec(0.3, -0.4, 0.2), Vec(1.2, 0.1, -0.7)]
BODIES = [Body(Vec(1.0, 0.5, 0.2), Vec(0.3, -0.4, 0.2), 1.0), Body(Vec(-1.0, 0.7, 0.3), Vec(0.1, 0.2, 0.3), 2.0),
          Body(Vec(0.2, -0.9, 0.4), Vec(0.5, 0.1, -0.2), 0.7)]

CASES = [
    Case(ray_tracer, (SPHERES, Vec(3.0, 5.0, -3.0)), ("spheres", "light"), smoke=True),
    Case(ray, (1.3,), ("x",)),
    Case(ray_argument, (Ray(VECTORS[0], VECTORS[1]),), ("r",)),
    Case(elements, (1.3,), ("x",)),
    Case(sums, (1.3,), ("x",)),
    Case(variance, (VECTORS,), ("vs",)),
    Case(pair_potential, (VECTORS,), ("vs",)),
    Case(orbits, (BODIES, 0.1), ("bodies", "dt")),
    Case(orbits_by_updates, (BODIES, 0.1), ("bodies", "dt")),
    Case(iterated, (BODIES[0], VECTORS[1]), ("body", "w")),
    Case(dot_of_either, (VECTORS[0], VECTORS[1]), ("v", "w")),
    Case(dual_polynomial, (0.7, 1.3), ("a", "x")),
    Case(dual_list, (0.7, 1.3), ("a", "x")),
    Case(quaternions, (0.6,), ("angle",)),
    Case(matrices, (1.2,), ("x",)),
    Case(matrices_argument, (Matrices(Matrix([[1.0, 2.0], [3.0, 4.0]]), Matrix([[0.5, 0.2], [0.1, 0.7]])),), ("both",)),
    Case(segments, (1.3,), ("x",)),
    Case(segments_argument, ([Segment(Point(1.0, 2.0), Point(3.0, 4.0)), Segment(Point(0.3, 0.2), Point(0.5, 0.6))],), ("ss",)),
    Case(named_tuples, (1.3,), ("x",)),
    Case(named_tuples_argument, ([Pair(1.0, 2.0), Pair(3.0, 4.0), Pair(0.5, 0.6)],), ("ps",)),
    Case(intervals, (1.2, 0.7), ("x", "y")),
    Case(quantities, (1.3,), ("x",)),
    Case(logarithms, (Log(1.0), Log(2.0)), ("a", "b")),
    Case(logarithms_in_list, ([Log(1.0), Log(2.0), Log(0.5)],), ("ls",)),
    Case(updates, (1.2,), ("x",)),
    Case(updates_argument, (Bank(Account(1.0, 2.0)), [Account(0.5, 0.6), Account(0.7, 0.8)]), ("bank", "others")),
]


def dot_of_arrays(v, w):
    return dot_of_either(v, w)


CASES.append(Case(dot_of_arrays, (np.array([1.0, 2.0]), np.array([0.3, 0.4])), ("v", "w")))
