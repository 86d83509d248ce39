"""Parts of arrays that are held while the array changes: selections by masks and positions, arrays of objects."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(31)
MASK = np.array([True, False, True, False])


def bounce_back(F, obstacle, tau, steps):
    """Lattice Boltzmann: what flows into an obstacle is put back there after the collision."""
    cx = np.array([0, 1, 0, -1, 0])
    cy = np.array([0, 0, 1, 0, -1])
    weights = np.array([1 / 3, 1 / 6, 1 / 6, 1 / 6, 1 / 6])
    for _ in range(steps):
        for i, x, y in zip(range(5), cx, cy):
            F[:, :, i] = np.roll(F[:, :, i], (x, y), axis=(1, 0))
        wall = F[obstacle, :]
        wall = wall[:, [0, 3, 4, 1, 2]]
        rho = np.sum(F, 2)
        ux = np.sum(F * cx, 2) / rho
        uy = np.sum(F * cy, 2) / rho
        equilibrium = np.zeros(F.shape)
        for i, x, y, w in zip(range(5), cx, cy, weights):
            equilibrium[:, :, i] = rho * w * (1 + 3 * (x * ux + y * uy))
        F += -(1.0 / tau) * (F - equilibrium)
        F[obstacle, :] = wall
    return ux, uy


def fixed_nodes(u, fixed, c):
    held = u[fixed]
    for _ in range(3):
        u += c * u ** 2
        u[fixed] = held
    return u


def columns_by_position(X, columns):
    chosen = X[:, columns]
    X *= X
    return X, chosen


def rows_from_rows(X, into, out_of):
    X[into] = X[out_of]
    return X * X


def changed_selection(X, rows):
    part = X[rows]
    X += X ** 2
    part *= 2.0
    X[rows] = part
    return X


class Layer:
    def __init__(self, weights, active):
        self.weights = weights
        self.active = active

    def decay(self, rate):
        before = self.weights[self.active, :]
        self.weights -= rate * self.weights ** 2
        self.weights[self.active, :] = before

    def clamp(self):
        self.weights += self.weights ** 2
        self.weights[1] = 0.5

    def square(self):
        held = self.weights
        self.weights *= held
        held[0] = 1.0
        self.weights *= held
        return held


def decaying_layer(weights, active, rate):
    layer = Layer(weights.copy(), active)
    for _ in range(2):
        layer.decay(rate)
        layer.clamp()
    return layer.weights


def weights_of_the_argument(weights, x):
    layer = Layer(weights, None)
    out = [layer.weights @ x]
    layer.weights -= 0.1 * layer.weights
    layer.weights -= 0.1 * layer.weights ** 2
    out.append(layer.weights @ x)
    return out


def scaled_by_itself(weights):
    layer = Layer(weights.copy(), None)
    held = layer.square()
    table = {"w": layer.weights * 2.0}
    alias = table["w"]
    table["w"] *= alias
    alias[0] = 1.0
    table["w"] /= 1.0 + alias
    return layer.weights + held + table["w"]


def held_before_an_update(weights, x):
    layer = Layer(weights, None)
    layer.weights = layer.weights - 0.1 * layer.weights ** 2
    held = layer.weights
    layer.weights -= 0.1 * layer.weights ** 2
    return held @ x


def recurrence(X, h0):
    """The row before, which is the start of the recurrence at first."""
    H = np.zeros(X.shape)
    for t in range(len(X)):
        before = H[t - 1] if t > 0 else h0
        H[t] = np.tanh(X[t] + before)
    return H


def state_carried_along(X, h0):
    H = np.empty(X.shape)
    state = h0
    for t, x in enumerate(X):
        H[t] = np.tanh(x * state)
        state = H[t]
    return H, state


def batched_lstm(X, W, c0, h0):
    n, b, inputs = X.shape
    d = W.shape[1] // 4
    joined, out, gates = np.zeros((n, b, len(W))), np.zeros((n, b, d)), np.zeros((n, b, 4 * d))
    C, squashed = np.zeros((n, b, d)), np.zeros((n, b, d))
    for t in range(n):
        h = out[t - 1] if t > 0 else h0
        joined[t, :, 0] = 1
        joined[t, :, 1:inputs + 1] = X[t]
        joined[t, :, inputs + 1:] = h
        gates[t] = joined[t].dot(W)
        gates[t, :, :3 * d] = 1.0 / (1.0 + np.exp(-gates[t, :, :3 * d]))
        gates[t, :, 3 * d:] = np.tanh(gates[t, :, 3 * d:])
        c = C[t - 1] if t > 0 else c0
        C[t] = gates[t, :, :d] * gates[t, :, 3 * d:] + gates[t, :, d:2 * d] * c
        squashed[t] = np.tanh(C[t])
        out[t] = gates[t, :, 2 * d:3 * d] * squashed[t]
    return out, C[t], out[t]


class Holder:
    def __init__(self, v, s):
        self.v = v
        self.s = s

    def total(self):
        return np.sum(self.v * self.v) * 0.1 + self.s


def array_of_numbers_replaced(x, p):
    a = Holder(x * p, p)
    b = Holder(np.array([p, p * p, 0.4]), x[0])
    first = np.sum(b.v) if p < 0 else 0.0
    b.v = a.v
    return np.sum(b.v ** 2) * b.s + first


def array_of_numbers_never_read(x, p):
    a = Holder(x * p, p)
    b = Holder(np.array([p, x[1], 0.4]), x[0])
    b.v = a.v
    return np.sum(b.v ** 2) * b.s


def read_by_a_method_and_changed(x, p):
    a = Holder(x * p, p)
    for held in [a, a]:
        t = held.total()
        a.v[0] = t * a.s
    return a.total()


def masked_and_put(x, p, d):
    x[x > 0.217] = p
    d["v"] = x
    return np.sum(np.sin(x)) - p + d["u"] * d["v"][2]


def array_of_numbers_put_into_a_list_and_replaced(x, p):
    rows = [x, x * p]
    rows.append(np.array([p, p * p, 0.4]))
    rows[-1] = x ** 2
    return sum(np.sum(r) for r in rows) * p


class Counter:
    def __init__(self):
        self.kept = []

    def keep(self, x):
        self.kept.append(x + 1.0)

    def scale(self, p):
        self.kept[-1] *= p


def scale_entry(d, p):
    d["v"] *= p


def updated_entry_of_a_tangent_that_is_shared(x, p):
    d = {"v": x + 1.0}
    d["v"] *= p
    return np.sum(d["v"]) + np.sum(x * x)


def updated_elements_of_a_list(x, p):
    rows = [x + i for i in range(3)]
    for i in range(3):
        rows[i] *= p
        rows[i] += x
    return np.sum(rows[0]) + np.sum(x * x)


def updated_element_that_was_appended(x, p):
    counters = [Counter(), Counter()]
    for counter in counters:
        counter.keep(x)
        counter.scale(p)
    return np.sum(counters[1].kept[0]) + np.sum(x * x)


def updated_entry_with_a_name_elsewhere(x, p):
    v = x + 1.0
    d = {"v": x - 1.0}
    d["v"] -= p * v
    scale_entry(d, p)
    return np.sum(v) + np.sum(d["v"] * x)


def objects_made_in_one_display(x, p):
    counters = [Counter(), Counter()]
    counters[0].keep(x)
    counters[1].keep(x * p)
    return np.sum(counters[0].kept[0]) * len(counters[0].kept) + np.sum(counters[1].kept[-1] * x)


def copies_made_in_one_display(x, p, start):
    rows = [start.copy(), start.copy()]
    rows[0][0] = x[0]
    totals = (list(range(2)), list(range(2)))
    totals[0][1] = x[1]
    return np.sum(rows[1] * x) + np.sum(rows[0]) * p + totals[1][1] * x[2] + totals[0][1] * p


def random_numbers_in_one_display(x, p):
    rng = np.random.default_rng(3)
    t = x * [rng.normal(), rng.normal(), p]
    return np.sum(t * t * x) + np.sum(t ** 3)


def array_times_a_list_twice(x, p):
    weights = [p, 2.0, 3.0]
    t = weights * (x - 1.0)
    t = t + t * t
    return np.sum(t)


CASES = [
    Case(objects_made_in_one_display, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(copies_made_in_one_display, (np.array([0.3, -0.2, 0.5]), 0.7, np.array([1.0, 2.0, 3.0])), ("x", "p")),
    Case(random_numbers_in_one_display, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(array_times_a_list_twice, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(updated_entry_of_a_tangent_that_is_shared, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(updated_elements_of_a_list, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(updated_element_that_was_appended, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(updated_entry_with_a_name_elsewhere, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(array_of_numbers_replaced, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(read_by_a_method_and_changed, (np.array([0.9, -0.1, -0.3]), 0.7), ("x", "p")),
    Case(masked_and_put, (np.array([0.9, -0.1, -0.3]), 0.7, {"u": 0.4, "v": np.array([0.3, -0.2, 0.5])}), ("x", "p", "d")),
    Case(array_of_numbers_never_read, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(array_of_numbers_put_into_a_list_and_replaced, (np.array([0.3, -0.2, 0.5]), 0.7), ("x", "p")),
    Case(recurrence, (rng.random((4, 3)), rng.random(3)), ("X", "h0")),
    Case(state_carried_along, (rng.random((4, 3)), rng.random(3)), ("X", "h0")),
    Case(batched_lstm, (rng.random((3, 2, 3)), rng.random((6, 8)), rng.random((2, 2)), rng.random((2, 2))), ("X", "W", "h0")),
    Case(bounce_back, (1 + 0.1 * rng.random((4, 5, 5)), np.arange(20).reshape(4, 5) % 7 == 3, 0.6, 2), ("F", "tau")),
    Case(fixed_nodes, (rng.random(4), MASK, 0.3), ("u", "c")),
    Case(columns_by_position, (rng.random((3, 4)), np.array([0, 2, 2])), ("X",)),
    Case(rows_from_rows, (rng.random((4, 3)), np.array([0, 1]), np.array([2, 2])), ("X",)),
    Case(changed_selection, (rng.random((4, 3)), MASK), ("X",)),
    Case(decaying_layer, (rng.random((4, 3)), MASK, 0.2), ("weights", "rate")),
    Case(weights_of_the_argument, (rng.random((3, 2)), rng.random(2)), ("weights", "x")),
    Case(scaled_by_itself, (rng.random((4, 3)),), ("weights",)),
    Case(held_before_an_update, (rng.random((3, 2)), rng.random(2)), ("weights", "x")),
]
