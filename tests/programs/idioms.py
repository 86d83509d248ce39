"""Programs in idioms of everyday Python: functions that the operator module makes, parsers, lists with methods of their own."""
from operator import attrgetter, itemgetter, methodcaller

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


CASES = [
    Case(parts_by_getters, ({"a": 0.3}, [0.3, 0.7, 1.2]), ("table", "xs")),
    Case(parts_of_rows, ([(0.3, 0.9), (0.7, 0.2)],), ("rows",)),
    Case(attributes_by_getters, (Site(Plot(0.3, 0.4)),), ("site",)),
    Case(methods_by_callers, (Plot(0.3, 0.4), 0.7), ("plot", "k")),
    Case(largest_by_getter, ([Plot(0.3, 0.4), Plot(0.5, 0.7)],), ("plots",)),
    Case(parsed, ({"x": 0.7, "y": 1.3},), ("values",)),
    Case(list_with_methods, (0.4, 0.3), ("x", "y")),
    Case(list_with_methods_given, (Stack([0.4, 0.3]),), ("stack",)),
]
