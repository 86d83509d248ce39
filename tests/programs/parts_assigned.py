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
def rows_of_lists(m, q):
    for i in range(2):
        v = []
        for k in range(3):
            v.append(m[i, k] * k + q)
        m[i] = v
    return np.sum(m * m)


def all_rows_of_one_list(m, q):
    m[:] = [q * x for x in m[0]]
    return np.sum(m * m)


def all_of_lists(m, q):
    m[:] = [[q * x for x in row] for row in m]
    return np.sum(m * m)


def column_of_a_list(m, q):
    m[:, 1] = [q * x for x in m[:, 0]]
    return np.sum(m * m)


def chosen_of_a_list(m, q):
    m[m > 0.5] = [q * x for x in m[m > 0.5]]
    return np.sum(m * m)


def row_of_one_element(m, q):
    v = [q * x for x in m[0][:1]]
    m[1] = v
    return np.sum(m * m) * q


def array_of_a_list(p, q):
    x, v = np.zeros(3), []
    for k in range(3):
        v.append(p * k + q)
    x[:] = v
    return np.sum(x * x)


ROWS = np.array([[0.3, 0.7, -0.4], [0.9, -0.2, 0.6]])
CASES = [
    *(Case(f, (ROWS, 0.4), ("m", "q")) for f in (rows_of_lists, all_rows_of_one_list, all_of_lists, column_of_a_list,
                                                 chosen_of_a_list, row_of_one_element)),
    Case(array_of_a_list, (0.4, 0.3), ("p", "q")),
    Case(reversed_in_every_turn, ARGS, ("a", "q")),
    Case(transposed_in_every_turn, ARGS, ("a", "q")),
    Case(overwritten_at_once, ARGS, ("a", "q")),
    Case(pairs_in_every_turn, ARGS, ("a", "q")),
    Case(function_of_a_table, (rng.normal(size=3), rng.normal(size=3)), ("m", "v")),
]
