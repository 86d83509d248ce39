"""Functions that take elements of an array or a container they are given: of atoms, cells, tables, themselves."""
import numpy as np

from programs.harness import Case
from s2sgrad import checkpoint

V = np.array([0.3, -1.2, 0.8, 0.5])
M = np.array([[0.3, -1.2, 0.8], [1.1, 0.4, -0.6], [-0.7, 0.9, 0.2]])


def attraction(positions, i, j, depth):
    d = positions[i] - positions[j]
    s6 = (depth / (d @ d + 0.1)) ** 3
    return 4.0 * (s6 * s6 - s6)


def energy_of_pairs(positions, depth):
    e = 0.0
    for i in range(len(positions)):
        for j in range(i):
            e += attraction(positions, i, j, depth)
    return e


def fill(y, x, i):
    if x[i] > 0.0:
        y[i] = x[i] * x[i]
    else:
        y[i] = -x[i]


def filled_by_a_function(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        fill(y, x, i)
    return np.sum(y ** 2)


def faded(x, i, k):
    if k == 0:
        return x[i]
    return faded(x, i, k - 1) * 0.5 * x[i]


def elements_in_recursion(x):
    s = 0.0
    for i in range(len(x)):
        s += faded(x, i, 2)
    return s


def in_turns(a, b, i):
    if i == 0:
        return a[0] * b[1]
    return in_turns(b, a, i - 1) * a[i]


def parameters_change_places(a, b):
    return in_turns(a, b, 3) * in_turns(b, a, 2)


def even(x, i):
    if i == 0:
        return x[0]
    return odd(x, i - 1) * x[i]


def odd(x, i):
    if i == 0:
        return x[1]
    return even(x, i - 1) + x[i]


def elements_in_mutual_recursion(x):
    return even(x, 3) * odd(x, 2)


def corner(x, i):
    if i > 2:
        return x[i] * x[i - 1]
    return x[i]


def next_to_corner(x, i):
    t = corner(x, i)
    return t * t + corner(x, i + 1)


def handed_on(x):
    s = 0.0
    for i in range(3):
        s += next_to_corner(x, i)
    return s * x[0]


def crossed(x, y, i):
    if i % 2:
        return x[i] * y[i]
    return x[i] + y[i] * y[i]


def one_array_for_two_parameters(x):
    return crossed(x, x, 1) * crossed(x, x, 2)


def rows_and_views(A):
    s = 0.0
    for i in range(2):
        s += crossed(A[i], A[i - 1], 1) * crossed(A[1:, 0], A[:-1, 1], i)
    return s


def either(p, x):
    if x > 1.0:
        return p["w"] * x + p["b"]
    return p["w"] * x * x


def entries_of_a_dict(p, xs):
    s = 0.0
    for v in xs:
        s += either(p, v)
    return s


def elements_of_a_tuple(t):
    s = corner(t, 0)
    return s * corner(t, 3)


def changed_after_the_call(x):
    y = x * 2.0
    s = corner(y, 3)
    y[2] = s * s
    return s * corner(y, 3) + np.sum(y)


@checkpoint
def neighbours(x, i):
    t = np.sin(x[i])
    return t * x[i - 1]


def elements_computed_again(x):
    s = 0.0
    for i in range(len(x)):
        s += neighbours(x, i) * s + x[0]
    return s


def sum_or_element(x, i):
    if i > 0:
        return np.sum(x) * x[i]
    return x[0]


def all_and_elements(x):
    return sum_or_element(x, 0) * sum_or_element(x, 1)


def two_elements(x, i):
    if i > 1:
        return x[i], x[i - 1] * 2.0
    return x[i] * x[i], x[0]


def one_of_two_results(x):
    s = 0.0
    for i in range(3):
        a, b = two_elements(x, i)
        if i == 1:
            s += a
        else:
            s += b * b
    return s


def cell(p, h, x):
    z = np.tanh(p["W"] @ h + p["U"] * x + p["b"])
    return z


def one_cell_in_a_loop(p, xs):
    h = np.zeros(3)
    for x in xs:
        h = cell(p, h, x)
    return np.sum(h) + np.sum(p["W"] ** 2)


def one_of_two_cells(p, q, xs):
    h = np.zeros(3)
    for k, x in enumerate(xs):
        r = p if k % 2 else q
        h = cell(r, h, x)
    return np.sum(h) * np.sum(q["b"])


def cells_of_layers(ps, x):
    for layer in ps:
        x = cell(layer, x, 0.3)
    return np.sum(cell(ps[0], x, 0.1))


def weights(scale):
    return {"W": scale * M, "U": scale * V[:3], "b": scale * V[1:]}


CASES = [
    Case(one_cell_in_a_loop, (weights(0.5), [0.1, 0.3, 0.5]), ("p", "xs")),
    Case(one_of_two_cells, (weights(0.5), weights(0.3), [0.1, 0.3, 0.5]), ("p", "q")),
    Case(cells_of_layers, ([weights(0.5), weights(0.3)], V[1:]), ("ps", "x")),
    Case(energy_of_pairs, (M, 0.7), ("positions", "depth")),
    Case(parameters_change_places, (V, V[::-1].copy()), ("a", "b")),
    Case(rows_and_views, (M,), ("A",)),
    Case(entries_of_a_dict, ({"w": 0.3, "b": 0.2, "c": 1.0}, [0.5, 2.0, 3.0]), ("p", "xs")),
    Case(elements_of_a_tuple, ((0.3, 0.5, 0.7, 0.2),), ("t",)),
    *(Case(f, (V,), ("x",)) for f in (
        one_of_two_results, filled_by_a_function, elements_in_recursion, elements_in_mutual_recursion, handed_on, one_array_for_two_parameters,
        changed_after_the_call, elements_computed_again, all_and_elements)),
]
