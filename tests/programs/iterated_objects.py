"""Objects that say what iterating over them gives, beside lists of objects, where one of the classes cannot be differentiated."""
from typing import Protocol

from programs.harness import Case


class Tree:
    """Walked by a generator that calls itself, which is refused where it is met."""

    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


class Grid:
    def __init__(self, rows):
        self.rows = rows

    def __iter__(self):
        return iter(self.rows)


class HasArea(Protocol):
    def area(self) -> float: ...


class Square:
    def __init__(self, a):
        self.a = a

    def area(self):
        return self.a ** 2


def areas(shapes: list[HasArea]):
    return sum(s.area() for s in shapes)


def squares(grid: Grid):
    total = grid.rows[0]
    for v in grid:
        total += v * v
    return total


def squares_of_all(grids: list[Grid]):
    total = 0.0
    for grid in grids:
        for v in grid:
            total += v * v
    return total


class Rows:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]

    def total(self):
        return sum(a * (1 + n) for row in self.rows for n, a in enumerate(row))


def pairs(xs, ys):
    return Rows(zip(xs, ys)).total() * Rows(enumerate(xs)).total()


CASES = [
    Case(pairs, ([0.3, 0.4], [0.5, 0.9]), ("xs", "ys")),
    Case(areas, ([Square(0.4), Square(0.5)],), ("shapes",)),
    Case(squares, (Grid([0.4, 0.5]),), ("grid",)),
    Case(squares_of_all, ([Grid([0.4, 0.5]), Grid([0.7])],), ("grids",)),
]
