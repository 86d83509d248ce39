"""Models whose parameters are structures of structures: lists of layers, tables of lists, rows of rows."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(31)


def layers_of_pairs(params, x):
    h = x
    for w, b in params[:-1]:
        h = np.tanh(h @ w + b)
    w, b = params[-1]
    return h @ w + b


def layers_by_position(params, x):
    h = x
    for i in range(len(params) - 1):
        w, b = params[i]
        h = np.tanh(h @ w + b)
    w, b = params[-1]
    return np.sum(h @ w) + b[0]


def layers_of_tables(params, x):
    for layer in params:
        x = np.tanh(x @ layer["w"] + layer["b"])
    return x


def lists_in_a_table(params, x):
    acts = [x]
    for w, b in zip(params["w"][1:], params["b"][1:]):
        acts.append(np.tanh(acts[-1] @ w + b))
    return np.sum(acts[-1]) * params["w"][0][0, 1]


def tables_of_lists(params, x):
    for name in ("encoder", "decoder"):
        for layer in params[name][1:]:
            x = np.tanh(x @ layer["w"] + layer["b"])
    return np.sum(x) * params["encoder"][0]["scale"][1]


def neighbours(rows, x):
    total = 0.0
    for i in range(1, len(rows)):
        for a, b in zip(rows[i], rows[i - 1]):
            total += np.sum(np.sin(x * a) * b)
    return total


def chosen_parts(params, x):
    total = 0.0
    for part in params:
        if part[0] > 0:
            total += part[0] * part[1][0] * x
        else:
            total += part[1][1] ** 2
    return total


def shared_with_a_list(params, x):
    kept = []
    for w, b in params[1:]:
        kept.append(w * b)
        x = x + w
    kept[0] = kept[0] * x
    return kept[0] + params[0][0] * kept[-1]


def layers_in_a_function(params, xs):
    total = 0.0
    for x in xs:
        total += np.sum(layers_of_pairs(params, x) ** 2)
    return total


def positions_that_move(x, a, places, n):
    """What only lends its shape is cut at a position that the loop changes."""
    total = 0.0
    for _ in range(n):
        k = places[0]
        t = x[k:] * 2.0
        total = total + np.sum(a * np.sin(t)) + np.sum(a + t)
        places[0] = places[0] + 1
        x = x * 1.1
    return total


def masks_that_change(x, c, n):
    total = 0.0
    mask = np.array([True, True, False, True])
    for i in range(n):
        t = x[mask]
        total = total + np.sum(c + t) + np.sum(np.cos(c * x[mask & (x > -5.0)]))
        mask[i] = not mask[i]
        x = x * 0.9
    return total


def pairs():
    return [(0.5 * rng.normal(size=(3, 3)), rng.normal(size=3)) for _ in range(3)]


def tables():
    return [{"w": w, "b": b} for w, b in pairs()]


CASES = [
    Case(layers_of_pairs, (pairs(), rng.normal(size=(2, 3))), ("params", "x"), smoke=True),
    Case(layers_by_position, (tuple(pairs()), rng.normal(size=(2, 3))), ("params",)),
    Case(layers_of_tables, (tables(), rng.normal(size=(2, 3))), ("params",), smoke=True),
    Case(lists_in_a_table, ({"w": [w for w, _ in pairs()], "b": [b for _, b in pairs()]}, rng.normal(size=(2, 3))), ("params",)),
    Case(tables_of_lists, ({"encoder": [{"scale": rng.normal(size=3)}, *tables()], "decoder": [None, *tables()]},
                           rng.normal(size=(2, 3))), ("params", "x")),
    Case(neighbours, ([[rng.normal(size=2), 0.3], [0.2, rng.normal(size=2)], [0.7, 0.1]], rng.normal(size=2)), ("rows", "x")),
    Case(chosen_parts, ([(0.3, [1.0, 2.0]), (-0.2, [0.5, 0.6])], 2.0), ("params", "x")),
    Case(shared_with_a_list, ([(0.3, 0.4), (0.5, 0.6), (0.7, 0.8)], 0.9), ("params", "x")),
    Case(layers_in_a_function, (pairs(), rng.normal(size=(2, 2, 3))), ("params", "xs")),
    Case(positions_that_move, (rng.normal(size=6), 0.3, np.array([0]), 3), ("x", "a")),
    Case(masks_that_change, (rng.normal(size=4), 0.4, 3), ("x", "c")),
]
