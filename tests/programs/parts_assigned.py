"""Places of containers that get parts of arrays again and again, and functions that are taken from a table."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(21)


def reversed_in_every_turn(a, q):
    table = {"v": a * q}
    for _ in range(3):
        table["v"] = a[::-1]
    return np.sum(table["v"] ** 2)


def transposed_in_every_turn(a, q):
    held = [a * q]
    for _ in range(3):
        held[0] = a.reshape(2, 2).T
    return np.sum(held[0] ** 2)


def overwritten_at_once(a, q):
    table = {"v": a * q}
    table["v"] = a[::-1] * 1.0
    table["v"] = np.flip(a)
    table["v"] = q * a
    return np.sum(table["v"] ** 2)


def pairs_in_every_turn(a, q):
    table = {"v": a * q}
    for k in range(3):
        table["v"] = [a[k], q * a[0]]
    return table["v"][0] * table["v"][1]


def function_of_a_table(m, v):
    table = {"same": lambda z: z, "square": lambda z: z * z}
    z = m * v
    h = table["same"](z)
    h *= v
    return np.sum(h * z) + np.sum(table["square"](h))


ARGS = (rng.normal(size=4), 0.7)
CASES = [
    Case(reversed_in_every_turn, ARGS, ("a", "q")),
    Case(transposed_in_every_turn, ARGS, ("a", "q")),
    Case(overwritten_at_once, ARGS, ("a", "q")),
    Case(pairs_in_every_turn, ARGS, ("a", "q")),
    Case(function_of_a_table, (rng.normal(size=3), rng.normal(size=3)), ("m", "v")),
]
