"""Programs built of objects: attributes, methods, inheritance, properties, dataclasses."""
import math
from dataclasses import dataclass, field, replace
from typing import Callable

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(18)


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    __rmul__ = __mul__

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __len__(self):
        return 2

    @property
    def norm(self):
        return math.sqrt(self @ self)

    @staticmethod
    def polar(r, angle):
        return Vector(r * math.cos(angle), r * math.sin(angle))

    @classmethod
    def diagonal(cls, a):
        return cls(a, a)


def vector_class(r, angle, scale):
    v = Vector.polar(r, angle)
    w = Vector.diagonal(scale) + v * 2.0
    u = -w + 3.0 * v
    return u.norm * (v @ w) + u[0] * len(u)


def vector_argument(v, factor):
    moved = v * factor + Vector(1.0, factor)
    return moved.norm + v.y


class Spring:
    def __init__(self, stiffness, length):
        self.stiffness = stiffness
        self.length = length

    def force(self, x):
        return -self.stiffness * (x - self.length)


class DampedSpring(Spring):
    def __init__(self, stiffness, length, damping):
        super().__init__(stiffness, length)
        self.damping = damping

    def force(self, x, v=0.0):
        return super().force(x) - self.damping * v


class Oscillator:
    def __init__(self, spring, x, v):
        self.spring = spring
        self.x, self.v = x, v
        self.trace = []

    def step(self, dt):
        self.v += dt * self.spring.force(self.x, self.v)
        self.x += dt * self.v
        self.trace.append(self.x)
        return self


def simulate_oscillator(stiffness, length, damping, x0, steps):
    body = Oscillator(DampedSpring(stiffness, length, damping), x0, 0.0)
    for _ in range(steps):
        body.step(0.1)
    return body.x, sum(body.trace)


class Shape:
    def area(self):
        raise NotImplementedError

    def describe(self):
        return f"{type(self).__name__} of area {self.area():.2f}"

    def density(self, mass):
        return mass / self.area()


class Circle(Shape):
    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return math.pi * self.radius ** 2


class Rectangle(Shape):
    def __init__(self, width, height):
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height


def polymorphic_areas(radius, width, height):
    shapes = [Circle(radius), Rectangle(width, height), Circle(width)]
    total = 0.0
    for shape in shapes:
        if isinstance(shape, Circle):
            total += shape.density(2.0)
        total += shape.area()
    return total


class Dense:
    def __init__(self, w, b, activation=None):
        self.w = w
        self.b = b
        self.activation = activation

    def __call__(self, x):
        y = x @ self.w + self.b
        return self.activation(y) if self.activation else y


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in (layer.w, layer.b)]


def relu(x):
    return np.maximum(x, 0.0)


def model_loss(model, x, y):
    error = model(x) - y
    return np.mean(error ** 2) + 0.01 * sum(np.sum(p ** 2) for p in model.parameters())


def build_and_call(w1, w2, x):
    net = Sequential(Dense(w1, np.zeros(w1.shape[1]), np.tanh), Dense(w2, 0.1))
    return np.sum(net(x) ** 2)


@dataclass
class Account:
    balance: float
    rate: float = 0.05
    log: list = field(default_factory=list)

    def deposit(self, amount):
        self.balance += amount
        self.log.append(amount)

    def accrue(self, years):
        for _ in range(years):
            self.balance *= 1 + self.rate

    @property
    def taxed(self):
        return self.balance * 0.8 if self.balance > 100 else self.balance


def savings(start, monthly, rate):
    account = Account(start, rate)
    for month in range(4):
        account.deposit(monthly * (month + 1))
        if month % 2:
            account.accrue(1)
    return account.taxed + sum(account.log)


@dataclass(frozen=True)
class Gaussian:
    mean: float
    std: float

    def log_density(self, x):
        z = (x - self.mean) / self.std
        return -0.5 * z * z - math.log(self.std) - 0.5 * math.log(2 * math.pi)

    def __mul__(self, other):
        precision = 1 / self.std ** 2 + 1 / other.std ** 2
        mean = (self.mean / self.std ** 2 + other.mean / other.std ** 2) / precision
        return Gaussian(mean, precision ** -0.5)


def product_of_gaussians(prior, measurements, noise):
    belief = prior
    for m in measurements:
        belief = belief * Gaussian(m, noise)
    belief = replace(belief, mean=belief.mean + 0.1)
    return belief.log_density(0.5), belief


class Grid:
    """A grid that relaxes itself in place."""

    def __init__(self, values, source):
        self.u = values.copy()
        self.source = source
        self.sweeps = 0

    def relax(self, omega):
        u = self.u
        for i in range(1, len(u) - 1):
            u[i] += omega * (0.5 * (u[i - 1] + u[i + 1] + self.source[i]) - u[i])
        self.sweeps += 1

    def energy(self):
        return np.sum(np.diff(self.u) ** 2) * 0.5 - self.source @ self.u


def relax_grid(values, source, omega):
    grid = Grid(values, source)
    while grid.sweeps < 3:
        grid.relax(omega)
    return grid.energy()


class LayerNorm:
    eps = 1e-5

    def __init__(self, dim):
        self.gamma = np.ones(dim)
        self.beta = np.zeros(dim)

    def forward(self, x):
        self.cache = (x - x.mean()) / np.sqrt(x.var() + self.eps)
        return self.gamma * self.cache + self.beta


def set_attributes(x, gain):
    norm = LayerNorm(len(x))
    norm.gamma = norm.gamma * gain
    norm.beta[0] = gain ** 2
    y = norm.forward(x)
    return np.sum(y * norm.cache ** 2)


class Counter:
    def __init__(self):
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        return x ** self.calls


def callable_with_state(x):
    count = Counter()
    return count(x) + count(x) * count(x)


class Pipeline:
    def __init__(self):
        self.steps: list[tuple[str, Callable]] = []

    def add(self, name, function):
        self.steps.append((name, function))
        return self

    def run(self, x):
        for _, function in self.steps:
            x = function(x)
        return x


def fluent_pipeline(x, shift):
    pipeline = Pipeline().add("square", lambda v: v * v).add("shift", lambda v: v + shift).add("sin", np.sin)
    return np.sum(pipeline.run(x))


class Particle:
    __slots__ = ("position", "velocity")

    def __init__(self, position, velocity):
        self.position = position
        self.velocity = velocity


def slots_and_method_reference(p, v, dt):
    particle = Particle(p, v)
    for _ in range(3):
        particle.velocity = particle.velocity - dt * particle.position
        particle.position = particle.position + dt * particle.velocity
    return particle.position * particle.velocity


class ConstantAcceleration:
    g = 9.81
    scale = {"earth": 1.0, "moon": 0.165}

    @classmethod
    def on(cls, body):
        return cls.g * cls.scale[body]

    def height(self, v0, t):
        return v0 * t - 0.5 * self.on("moon") * t ** 2


def class_attributes(v0, t):
    law = ConstantAcceleration()
    return law.height(v0, t) + ConstantAcceleration.on("earth") * t


class Node:
    def __init__(self, value, children=()):
        self.value = value
        self.children = list(children)

    def total(self):
        return self.value ** 2 + sum(0.5 * child.total() for child in self.children)


def recursive_objects(tree):
    return tree.total() + tree.children[0].value


class Stack:
    def __init__(self):
        self.items = []

    def push(self, value):
        self.items.append(value)

    def pop(self):
        return self.items.pop()

    def __bool__(self):
        return bool(self.items)


def stack_object(values):
    stack = Stack()
    for v in values:
        stack.push(v * v)
    total = 1.0
    while stack:
        total = total * 0.5 + stack.pop()
    return total


def counter_closure(x):
    count = 0
    total = 0.0

    def visit(value):
        nonlocal count, total
        count += 1
        total += value * count
        return total

    visit(x)
    visit(x * x)
    return visit(math.sin(x)) + count


CASES = [
    Case(vector_class, (1.3, 0.7, 0.4), ("r", "angle", "scale"), smoke=True),
    Case(vector_argument, (Vector(0.3, 0.9), 1.4), ("v", "factor")),
    Case(simulate_oscillator, (2.0, 1.0, 0.3, 0.4, 4), ("stiffness", "length", "damping", "x0"), smoke=True),
    Case(polymorphic_areas, (0.7, 1.2, 0.9), ("radius", "width", "height")),
    Case(model_loss, (Sequential(Dense(rng.normal(size=(2, 3)), rng.normal(size=3), relu),
                                 Dense(rng.normal(size=(3, 1)), rng.normal(size=1))),
                      rng.normal(size=(4, 2)), rng.normal(size=(4, 1))), ("model", "x")),
    Case(build_and_call, (rng.normal(size=(2, 3)), rng.normal(size=(3, 1)), rng.normal(size=(4, 2))),
         ("w1", "w2", "x")),
    Case(savings, (50.0, 10.0, 0.07), ("start", "monthly", "rate"), smoke=True),
    Case(product_of_gaussians, (Gaussian(0.2, 1.1), [0.4, 0.7], 0.8), ("prior", "measurements", "noise")),
    Case(relax_grid, (rng.random(5), rng.random(5), 1.2), ("values", "source", "omega")),
    Case(set_attributes, (rng.random(4), 1.3), ("x", "gain")),
    Case(callable_with_state, (1.3,), ("x",)),
    Case(fluent_pipeline, (rng.random(3), 0.4), ("x", "shift")),
    Case(slots_and_method_reference, (0.3, 0.9, 0.1), ("p", "v", "dt")),
    Case(class_attributes, (2.0, 0.7), ("v0", "t")),
    Case(recursive_objects, (Node(0.8, [Node(0.3), Node(1.2, [Node(0.5)])]),), ("tree",)),
    Case(stack_object, ([0.3, 0.8, 1.4],), ("values",)),
    Case(counter_closure, (0.8,), ("x",)),
]
