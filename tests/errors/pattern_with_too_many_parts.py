from dataclasses import dataclass


@dataclass
class Point:
    x: float


def f(x):
    match Point(x):
        case Point(a, b):  # error: Point accepts 1 positional patterns, and 2 are given
            return a * b
    return x
