"""Programs in idioms of everyday Python: functions that the operator module makes, parsers, lists with methods of their own."""
import dataclasses
import itertools
from operator import attrgetter, itemgetter, methodcaller

import numpy as np

from programs.harness import Case


class Plot:
    def __init__(self, width, depth):
        self.width = width
        self.depth = depth

    def area(self, times=1.0):
        return self.width * self.depth * times

    def widen(self, k):
        self.width = self.width * k


class Site:
    def __init__(self, plot):
        self.plot = plot


class Stack(list):
    def push(self, v):
        self.append(v)

    def total(self):
        return sum(self)


first = itemgetter(0)
width = attrgetter("width")


def parts_by_getters(table, xs):
    middle = itemgetter(1)
    outer = itemgetter(0, 2)
    a, b = outer(xs)
    return itemgetter("a")(table) * a * b + middle(xs) * first(xs)


def parts_of_rows(rows):
    rows = sorted(rows, key=itemgetter(1))
    return sum(map(itemgetter(1), rows)) * first(rows)[0] + rows[1][0] ** 2


def attributes_by_getters(site):
    a, b = attrgetter("plot.width", "plot.depth")(site)
    return a * b * b + width(site.plot)


def methods_by_callers(plot, k):
    methodcaller("widen", 2.0)(plot)
    area = methodcaller("area", times=3.0)
    return area(plot) * methodcaller("area")(plot) * k


def largest_by_getter(plots):
    return max(plots, key=attrgetter("width")).depth * min(plots, key=width).width


class Parser:
    def __init__(self, text, values):
        self.tokens = text.split()
        self.at = 0
        self.values = values

    def token(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def taken(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def total(self):
        v = self.product()
        while self.token() in ("+", "-"):
            sign = self.taken()
            w = self.product()
            v = v + w if sign == "+" else v - w
        return v

    def product(self):
        v = self.factor()
        while self.token() == "*":
            self.taken()
            v = v * self.factor()
        return v

    def factor(self):
        t = self.taken()
        if t == "(":
            v = self.total()
            self.taken()
            return v
        return self.values[t] if t in self.values else float(t)


def parsed(values):
    return Parser("x * ( y + 2.0 ) - x * x + 3.0", values).total()


def list_with_methods(x, y):
    stack = Stack()
    stack.push(x)
    stack.push(y * x)
    return stack.total() * stack[0]


def list_with_methods_given(stack):
    return stack.total() * stack[0] ** 2


@dataclasses.dataclass
class Colour:
    lightness: float
    chroma: float
    hue: float = 1.0

    def length(self):
        return sum(getattr(self, f.name) ** 2 for f in dataclasses.fields(self))


@dataclasses.dataclass
class Sample:
    spectrum: np.ndarray
    colour: Colour
    weights: list


def fields_by_name(colour, names):
    y = 1.0
    for f in dataclasses.fields(colour):
        y = y * getattr(colour, f.name)
    for name in names:
        part = getattr(colour, name, 2.0)
        y += part * part
    return y + colour.length()


def objects_by_an_attribute(colours, name):
    return max(colours, key=lambda c: getattr(c, name)).hue * sorted(colours, key=lambda c: getattr(c, name))[0].chroma


def dataclass_as_a_dict(sample):
    d = dataclasses.asdict(sample)
    return np.sum(d["spectrum"] ** 2) * d["colour"]["hue"] + d["weights"][1] * sample.colour.chroma


def dataclass_as_a_tuple(sample):
    spectrum, (lightness, chroma, _), weights = dataclasses.astuple(sample)
    return np.sum(spectrum ** 2) * lightness + weights[0] * chroma


SHAPES = {"square": "squared", "cube": "cubed"}


class Walker:
    KINDS = ("squared", "cubed")

    def __init__(self, values):
        self.held = values

    def squared(self, v):
        return v * v

    def cubed(self, v):
        return v * v * v

    def shaped(self, k, v):
        return getattr(self, self.KINDS[k])(v)

    def visit(self, node):
        return getattr(self, f"visit_{node[0]}")(node)

    def visit_number(self, node):
        return node[1]

    def visit_name(self, node):
        return self.held[node[1]]

    def visit_sum(self, node):
        return self.visit(node[1]) + self.visit(node[2])

    def visit_product(self, node):
        return self.visit(node[1]) * self.visit(node[2])


TREE = ("sum", ("product", ("name", "x"), ("name", "y")), ("product", ("number", 2.0), ("name", "x")))


def visited(values):
    return Walker(values).visit(TREE) ** 2


def methods_by_a_table(walker, kinds, x):
    for kind in kinds:
        x = getattr(walker, SHAPES[kind])(x) * walker.held["x"]
    return walker.shaped(1, x)


def pairs_of_an_iterator(xs):
    it = iter(xs)
    y = next(it)
    for a in it:
        b = next(it)
        y = y * a - b * a
    return y + next(it, 3.0)


def until_none_is_left(xs):
    it = iter(xs)
    y = next(it) - next(it) * 2.0
    v = next(it, None)
    while v is not None:
        y = y * 0.5 + v * v
        v = next(it, None)
    return y


def weights_in_turn(weights, x):
    it = iter(weights)
    for w in it:
        x = np.tanh(w @ x + next(it))
    return np.sum(x)


def round_and_round(xs):
    endless = itertools.cycle(xs)
    y = 0.0
    for k in range(7):
        y += next(endless) * k
    return y


def longer_on_the_way(xs):
    items = list(xs)
    it = iter(items)
    y = next(it)
    items.append(y * 2)
    for v in it:
        y = y + v * v
    return y


rng = np.random.default_rng(17)
COLOUR = Colour(0.7, 1.3, 0.4)
SAMPLE = Sample(np.array([0.3, 0.4]), COLOUR, [0.1, 0.9])
CASES = [
    Case(fields_by_name, (COLOUR, ("hue", "missing")), ("colour",)),
    Case(objects_by_an_attribute, ([COLOUR, Colour(0.2, 0.9)], "lightness"), ("colours",)),
    Case(dataclass_as_a_dict, (SAMPLE,), ("sample",)),
    Case(dataclass_as_a_tuple, (SAMPLE,), ("sample",)),
    Case(pairs_of_an_iterator, ([0.4, 1.2, 0.9, 1.7, 0.3],), ("xs",)),
    Case(until_none_is_left, ([0.4, 1.2, 0.9, 1.7, 0.3],), ("xs",)),
    Case(weights_in_turn, ([rng.normal(size=(2, 2)), rng.normal(size=2)] * 2, rng.normal(size=2)), ("weights", "x")),
    Case(round_and_round, ([0.4, 1.2, 0.9],), ("xs",)),
    Case(longer_on_the_way, ([0.4, 1.2, 0.9],), ("xs",)),
    Case(visited, ({"x": 0.3, "y": 0.7},), ("values",)),
    Case(methods_by_a_table, (Walker({"x": 0.3}), ("square", "cube"), 0.9), ("walker", "x")),
    Case(parts_by_getters, ({"a": 0.3}, [0.3, 0.7, 1.2]), ("table", "xs")),
    Case(parts_of_rows, ([(0.3, 0.9), (0.7, 0.2)],), ("rows",)),
    Case(attributes_by_getters, (Site(Plot(0.3, 0.4)),), ("site",)),
    Case(methods_by_callers, (Plot(0.3, 0.4), 0.7), ("plot", "k")),
    Case(largest_by_getter, ([Plot(0.3, 0.4), Plot(0.5, 0.7)],), ("plots",)),
    Case(parsed, ({"x": 0.7, "y": 1.3},), ("values",)),
    Case(list_with_methods, (0.4, 0.3), ("x", "y")),
    Case(list_with_methods_given, (Stack([0.4, 0.3]),), ("stack",)),
]
