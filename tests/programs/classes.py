"""Classes with operators, properties, inheritance and fields, known when the derivative is made or only when it runs."""
import functools
import math
from dataclasses import dataclass, field, replace

from programs.harness import Case


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        if not isinstance(other, Vec):
            return NotImplemented
        return Vec(self.x + other.x, self.y + other.y)

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def __sub__(self, other):
        return self + (-other)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    def __rmul__(self, k):
        return self * k

    def __truediv__(self, k):
        return Vec(self.x / k, self.y / k)

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __setitem__(self, i, v):
        if i == 0:
            self.x = v
        else:
            self.y = v

    def __len__(self):
        return 2

    def __abs__(self):
        return math.sqrt(self @ self)

    def __bool__(self):
        return self.x > 0

    def dot(self, other):
        return self @ other

    def sum(self):
        return (self.x + self.y) * 3

    def mean(self):
        return self.sum() / 6

    def copy(self):
        return Vec(self.x * 2, self.y)

    @property
    def T(self):
        return Vec(self.y, self.x)

    @property
    def norm(self):
        return math.sqrt(self @ self)

    @norm.setter
    def norm(self, n):
        k = n / self.norm
        self.x = self.x * k
        self.y = self.y * k

    @functools.cached_property
    def cube(self):
        return self.x ** 3

    @classmethod
    def unit(cls, angle):
        return cls(math.cos(angle), math.sin(angle))

    @staticmethod
    def mix(a, b, t):
        return a * (1 - t) + b * t


def operators(a, b):
    v = Vec(a, b)
    w = 2.0 * v + Vec(b, a) / 3.0 - v
    return (v @ w) * abs(w) + w[0] * v[1] + len(v) * w.norm


def operators_in_place(a, b):
    v = Vec(a, b)
    v += Vec(b, a * b)
    v *= 2.0
    v[0] = v[1] * a
    v[1] += b
    return v.x * v.y


def setter_of_a_property(a, b):
    v = Vec(a, b)
    v.norm = a * 3
    v.norm *= b
    return v.x + v.y * 2 + (a if v else b)


def cached_property_that_stays(a, b):
    v = Vec(a, b)
    t = v.cube
    v.x = v.x * 2
    return t * v.cube * v.x + b


def methods_named_like_those_of_arrays(a, b):
    v, w = Vec.unit(a), Vec.mix(Vec.unit(a), Vec.unit(b), 0.3)
    return w.dot(v) + w.mean() + w.T.x * v.sum() + w.copy().x


def operators_of_arguments(v, w, k):
    u = v * k + w
    z = k * u - v
    return (u @ z) + u.norm + z[0] * k + abs(z) + (-z).x


def methods_of_arguments(v: Vec, w: "Vec"):
    return v.dot(w) + v.sum() * w.mean() + v.T.x * w.copy().y


def sum_of_vectors(vectors, k):
    total = Vec(0.0, 0.0)
    for v in vectors:
        total = total + v * k
    return total @ total


def class_by_condition(a, b, small):
    v = Vec(a, b) if small else Poly(a, b)
    return v.first() if not small else v.x * abs(v)


class Poly:
    def __init__(self, *coefficients):
        self.coefficients = list(coefficients)

    def __call__(self, x):
        out = 0.0
        for k, a in enumerate(self.coefficients):
            out += a * x ** k
        return out

    def __add__(self, other):
        return Poly(*[a + b for a, b in zip(self.coefficients, other.coefficients)])

    def first(self):
        return self.coefficients[0]


def polynomials_made_here(a, b, x):
    p = Poly(a, b, a * b)
    q = p + Poly(1.0, a, 2.0)
    return p(x) * q(x)


def polynomials_as_arguments(p, q, x):
    return (p + q)(x) * p(x) + q.first()


@dataclass
class Tally:
    total: float = 0.0
    items: list = field(default_factory=list)
    scale: float = 2.0

    def add(self, v):
        self.total += v * self.scale
        self.items.append(v)
        return self

    def update(self, v):
        self.total = self.total * v

    def append(self, v):
        self.items.append(v * 3)

    def pop(self):
        return self.items.pop() * 2

    def count(self):
        return self.total * 2


def methods_named_like_those_of_lists(x, y):
    tally = Tally()
    tally.add(x).add(y)
    tally.update(x)
    tally.append(y)
    t = tally.pop()
    return tally.total * t + sum(tally.items) + tally.count() * y


def count_of_an_argument(tally: Tally, x):
    return tally.count() * x + tally.scale


class Base:
    def __init__(self, w):
        self.w = w

    def f(self, x):
        return self.w * x

    def g(self, x):
        return self.f(x) + 1.0


class Child(Base):
    bias = 0.5

    def __init__(self, w, b):
        super().__init__(w)
        self.b = b

    def f(self, x):
        return super().f(x) + self.b + self.bias


class Grandchild(Child):
    def f(self, x):
        return super(Grandchild, self).f(x) * 2

    def g(self, x):
        return Base.g(self, x) * x


def inherited_methods(w, b, x, given):
    return Child(w, b).g(x) * Grandchild(b, w).g(x) + given.g(x) * given.w


class Body:
    """Attributes that arrays have as well."""

    def __init__(self, x):
        self.shape = x
        self.size = x * 2
        self.real = x * 3

    def value(self):
        return self.size * self.real


def attributes_named_like_those_of_arrays(x, other: Body):
    body = Body(x)
    return body.value() + body.size * body.shape + other.size * other.real


class Measured:
    """What arrays have as well, as attributes of objects that no variable stands for."""

    def __init__(self, data, parts=()):
        self.data = data
        self.size = 2.0 * data
        self.parts = parts

    def times(self, k):
        return Measured(self.data * k, (self,))


class Holder:
    def __init__(self, held):
        self.held = held


def measured(v):
    return Measured(v * v)


def attributes_of_elements_and_results(x, given):
    several = [Measured(x * n) for n in range(1, 4)]
    holder = Holder(measured(x))
    product = several[1].times(x).times(2.0).data * several[2].size
    return product + holder.held.data * measured(x).size + given.data * given.parts[0].data


@dataclass(frozen=True)
class Normal:
    mean: float
    std: float = 1.0

    def density(self, x):
        return math.exp(-((x - self.mean) / self.std) ** 2)

    def shifted(self, d):
        return Normal(self.mean + d, self.std)


def frozen_dataclasses(x, y, prior):
    g = Normal(x, y)
    h = replace(g.shifted(0.5).shifted(x), std=y * 2)
    return g.density(0.3) * h.density(y) + Normal(mean=y).std + prior.shifted(x).density(0.2) * prior.mean


class Lazy:
    __slots__ = ("x", "cache")

    def __init__(self, x):
        self.x = x

    def compute(self):
        self.cache = self.x ** 2
        return self.cache * self.x


def attributes_that_appear_late(x):
    lazy = Lazy(x)
    total = 0.0
    for _ in range(3):
        total += lazy.compute()
        lazy.x = lazy.x * 0.5 + lazy.cache
    return total * lazy.cache


def rebound_to_another_class(x, n):
    v = Vec(x, x * x)
    total = 0.0
    for i in range(n):
        total = total + v.mean()
        if i == 1:
            v = Tally(total)
            total = v.count()
            v = Vec(total, x)
    return total


CASES = [
    Case(operators, (0.7, 0.4), ("a", "b"), smoke=True),
    Case(operators_in_place, (0.7, 0.4), ("a", "b")),
    Case(setter_of_a_property, (0.7, 0.4), ("a", "b")),
    Case(cached_property_that_stays, (0.7, 0.4), ("a", "b")),
    Case(methods_named_like_those_of_arrays, (0.7, 0.4), ("a", "b")),
    Case(operators_of_arguments, (Vec(0.3, 0.5), Vec(0.9, 0.2), 1.3), ("v", "w", "k"), smoke=True),
    Case(methods_of_arguments, (Vec(0.3, 0.5), Vec(0.9, 0.2)), ("v", "w")),
    Case(sum_of_vectors, ([Vec(0.3, 0.5), Vec(0.9, 0.2)], 1.3), ("vectors", "k")),
    Case(class_by_condition, (0.7, 0.4, True), ("a", "b")),
    Case(polynomials_made_here, (0.7, 0.4, 0.3), ("a", "b", "x")),
    Case(polynomials_as_arguments, (Poly(0.7, 0.4), Poly(0.3, 0.2), 0.6), ("p", "q", "x")),
    Case(methods_named_like_those_of_lists, (0.7, 0.4), ("x", "y")),
    Case(count_of_an_argument, (Tally(0.3), 0.6), ("tally", "x")),
    Case(inherited_methods, (0.7, 0.4, 0.3, Grandchild(0.3, 0.2)), ("w", "b", "x", "given")),
    Case(attributes_named_like_those_of_arrays, (0.7, Body(0.4)), ("x", "other")),
    Case(attributes_of_elements_and_results, (0.7, Measured(0.4, (Measured(0.3),))), ("x", "given")),
    Case(frozen_dataclasses, (0.7, 0.9, Normal(0.2, 0.8)), ("x", "y", "prior")),
    Case(attributes_that_appear_late, (0.7,), ("x",)),
    Case(rebound_to_another_class, (0.7, 4), ("x",)),
]
