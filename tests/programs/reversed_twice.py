"""Second derivatives by every pair of modes, where the derivative handles objects and containers as the program does."""
from __future__ import annotations

import collections
import copy
from itertools import combinations

import numpy as np

from programs.harness import Case

WEIGHTS = (0.5, 0.25)
SQUARE = np.array([[0.3, 0.7, 0.2], [0.9, 0.4, 0.5], [0.6, 0.1, 0.8]])


class Point:
    def __init__(self, v):
        self.v = v
        self.w = 2 * v


class Trail:
    def __init__(self, v):
        self.v = v
        self.past = [v]


class Offset:
    bias = 0.5

    def __init__(self, w):
        self.w = w

    def at(self, x):
        return self.w * x + self.bias * x


class Stage:
    def __init__(self, function, value):
        self.function = function
        self.value = value


class Gain:
    def __init__(self, gain):
        self.gain = gain

    def __call__(self, v):
        return self.gain * v * v


def copied_or_made(x, steps):
    state = [x, 2 * x]
    for _ in range(steps):
        shifted = list(state)
        for w in WEIGHTS:
            shifted = [s * s * w for s in shifted]
        state[0] += shifted[0] * state[1]
    return state


def made_in_a_branch(x, steps):
    state = [x, 2 * x]
    for n in range(steps):
        shifted = list(state)
        if n > 0:
            shifted = [s * s for s in shifted]
        state[0] += shifted[0] * shifted[1]
    return state


def sorted_points(x):
    points = [Point(x), Point(2 * x)]
    kept = [(points[0], points[1])]
    out = 0.0
    for n in range(3):
        some = points
        if n > 0:
            some = sorted(points, key=lambda p: -p.v)
        some[0].v = some[0].v * x
        some.append(Point(x))
        out += sum(p.v * p.v for p in some)
    return out + kept[0][0].v


def points_backwards(x):
    points = [Point(x), Point(2 * x)]
    kept = [(points[0], points[1])]
    out = 0.0
    for _ in range(2):
        some = list(reversed(points))
        some[0].v = some[0].v * x
        some.append(Point(x))
        out += sum(p.v * p.v for p in some)
    return out + kept[0][0].v


def points_taken_out(x):
    points = [Point(x), Point(2 * x), Point(x * x)]
    kept = [(points[0], points[1])]
    out = 0.0
    for _ in range(2):
        points[0].v = points[0].v * x * points[-1].v
        points.pop()
        out += points[-1].v * points[0].v
    return out + kept[0][0].v


def copied_by_condition(x):
    """One is another name, or a copy, of the object that a list holds."""
    p = Trail(x)
    kept = [p]
    out = 0.0
    for n in range(3):
        q = p
        if n == 1:
            q = copy.deepcopy(p)
        q.v = q.v * x
        out += q.v * q.past[0]
    return out + kept[0].v


def copied_flat_by_condition(x):
    p = Point(x)
    kept = [p]
    out = 0.0
    for n in range(3):
        q = p
        if n == 1:
            q = copy.copy(p)
        q.v = q.v * x
        q.w = q.v * q.w
        out += q.v * q.w
    return out + kept[0].v


def keys_in_order(table):
    keys = sorted(table)
    return sum(table[k] ** 2 * k for k in keys) + table[keys[0]] * keys[1]


def element_put_into_an_array(x, y):
    x[0] = y[1]
    x[1:] += y[:-1] * x[:-1]
    return np.sum(x * y)


def attribute_of_the_class(x, offset):
    return offset.at(x)


def callable_in_an_attribute(stage, y):
    return stage.function(y)


def changed_by_condition(x, flag):
    """Where the array is never made, nothing has its shape."""
    if flag:
        z = np.array([x, x * x])
    y = x * x
    if flag:
        z[0] *= x
    if flag:
        y = y * z[0]
    return y


def assigned_in_conditions(x):
    if (y := x * 3) > 1 and (z := y - 1) > 0:
        return y * z
    return [w := x, w * w][1]




def pairs_of_tuples(x, y):
    system = [([x, 0.2], [y, 0.1], 1.0), ([0.3, y], [x * y, 0.0], 0.5)]
    pairs = list(combinations(system, 2))
    for (p, v, _), (q, _, m) in pairs:
        v[0] -= p[0] * q[1] * m
    return system[0][1][0]


def scaled_sum(a, x, n=1):
    for _ in range(n):
        x *= a
    return np.sum(x)


def scaled_by_a_callee(x, a):
    z = scaled_sum(x=x, a=a)
    y = scaled_sum(a, n=2, x=x)
    return y * z * np.sum(x ** 2)


def part_that_is_read_and_changed(a, q, x):
    """The adjoint of the right-hand side is part of what it adds to next."""
    v = a * q
    t = np.max(x)
    v[1:] += 0.1 * v[:-1] * t
    return np.sum(v) * 0.3 + np.sum(v * a) * t


def elements_read_in_a_branch(b, p, q):
    if p < q:
        q = np.tanh(b[2] * b[0])
    b[1] = np.tanh(b[0] * q)
    return np.sum(b ** 2) * q


def element_stored_before_an_update(a, b, p):
    c = p * b + 0.3
    a[0] = c[2] ** 2
    a += np.tanh(0.5 * b)
    return np.sum(a ** 2 * 0.3)


def elements_beside_quotients(x, y):
    """What is divided in the derivative is read where that is differentiated; elements are added to the adjoint."""
    s = x[0] * x[1] + np.sum(x[1:] ** 2)
    return x / y, s * s


def quotients_of_parameters(p, y):
    s = p["x"][0] * p["x"][1]
    return np.sum((p["x"] / y) ** 2) * s


def corrected(z, x):
    """An element is changed, then all of them, by what is made of a display of elements."""
    x = x.copy()
    for k in range(len(z)):
        x[0] += 0.1 * x[2]
        h = np.array([[x[0], x[1], 0.0]])
        x += (h * z[k]).flatten()
    return x


def sigma_points(x, n):
    """What is looped over is made anew in every iteration of another loop."""
    for _ in range(n):
        points = np.outer(x, x)
        for i, p in enumerate(points):
            points[i] = np.array([p[0] + 0.1 * p[1], p[1] - 0.1 * np.sin(p[0])])
        x = np.sum(points, axis=0)
    return x


def neighbours_or_none(u, c):
    before = u.copy()
    for _ in range(2):
        for i in range(len(u)):
            left = before[i - 1] if i > 0 else 0.0
            right = before[i + 1] if i < len(u) - 1 else 0.0
            u[i] = before[i] + c * (left * right - 2 * before[i])
        before[:] = u
    return u


def neighbours_or_itself(u, c):
    n = len(u)
    for i in range(n):
        left = u[i - 1] if i > 0 else u[i]
        right = u[i + 1] if i < n - 1 else u[i]
        u[i] = u[i] + c * (left * right - 2 * u[i])
    return u


def raised(u, k):
    t = 0.0
    for i in range(3):
        t = t + k * i
    return u + t


def raised_twice(u, k):
    t = u / k
    for _ in range(2):
        t = raised(t, k)
    return t


def variables_of_one_name(x, k):
    """What a callee saves is put back into a variable that is read after the loop."""
    s = x[0] * x[1]
    y = raised_twice(x, k)
    y[0] = y[1] * s
    z = raised_twice(y, k) / y
    return z * z[0], s


def cheapest_paths(x):
    costs = np.zeros(4)
    for i in range(3):
        costs[i + 1] = np.max([costs[i], x[i]]) + x[i] ** 2 * np.min((x[0], costs[i] - x[i]))
    return costs
def update_by_an_outer_product(a, u, v, w):
    a += np.outer(u, v)
    w += a @ u


def updated_product(a, u, v, w):
    update_by_an_outer_product(a, u, v, w)
    return np.sum(w * w)


def update_by_itself(a, u, w):
    a += u
    w += a @ w


def product_with_itself(a, u, w):
    update_by_itself(a, u, w)
    return np.sum(w * w)


def filtered(a, image):
    decay = np.exp(-a)
    rows = decay * image
    out = rows
    for i in range(rows.shape[0] - 1, -1, -1):
        rows[i, :] = decay * rows[1, :]
    out[:] = image + rows * decay
    return out


def filtered_image(a, image):
    return np.sum(filtered(a, image) ** 2)


def flux(k, state):
    out = np.zeros_like(state)
    speed = state[..., k]
    out[..., k] = state[..., k] * speed
    return out


def fluxes(states):
    out = np.zeros(states.shape)
    state = np.zeros(states.shape[1])
    for i in range(states.shape[0]):
        state[:] = states[i, :]
        out[i, :] = flux(1, state)
    return np.sum(out * out)


def subscripts_with_names(u, k):
    """Views by slices that have names."""
    inner, left = slice(1, -1), slice(-2)
    right = slice(2, None)
    for _ in range(2):
        u[inner] += k * (u[left] - 2.0 * u[inner] + u[right]) * u[inner]
        u[left] *= np.sin(u[right])
    return u


def relaxed(u, s):
    u[1:-1] += s * (u[2:] - 2.0 * u[1:-1] + u[:-2])


def relaxed_on_condition(m, n):
    """The function that is called in a branch keeps views, which are looked at before."""
    n[...] = m * n
    if np.sum(n * m) > 100.0:
        relaxed(n, np.sum(np.maximum(m, n.max())) * 0.2)
    return np.sum(n * n * m)


def inverted_where_positive(x):
    """Nothing tells that what the mask selects parts of is an array."""
    r = x * x
    r[r > 0.1] **= -1.0
    r[[0, 2]] *= r[1]
    return np.sum(r * r)


class Amplifier:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        return x * self.w


class Damped:
    def __init__(self, b):
        self.b = b
        self.mean = np.zeros(3)

    def forward(self, x):
        self.mean = 0.9 * self.mean + 0.1 * x
        return x + self.mean * self.b


class Stages:
    def __init__(self, *layers):
        self.layers = list(layers)

    def run(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x


def layers_with_a_state(w, b, x):
    """The layers are held by a tuple and by a list of its elements."""
    stages = Stages(Amplifier(w), Damped(b))
    return np.sum(stages.run(stages.run(x)) ** 2)


def by_halves(x):
    if len(x) == 1:
        return x + 0j
    even, odd = by_halves(x[::2]), by_halves(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(len(x) // 2) / len(x)) * odd
    return np.concatenate([even + turned, even - turned])


def power_of_frequencies(x):
    """Adjoints that are real at first, of what is complex."""
    return np.sum(np.abs(by_halves(x)) ** 2 * np.arange(len(x)))


def copied_where_it_may_grow(xs, p):
    if len(xs) > 3:
        xs.insert(1, p)
    before = list(xs)
    xs[0] *= sum(v * v for v in before) * p
    return sum(xs)


def fed_at_the_other_end(x, y):
    line = collections.deque([x, y, x * y])
    line.appendleft(x * x)
    last = line.pop()
    return sum(line) * last


def first_alone(v):
    out = np.zeros(6)
    out[0] = v[0]
    return out


def halved(v):
    half = 0.5 * v + 0.1
    return half


def made_anew_each_time(a, b):
    b = first_alone(b)
    for k in range(4, 0, -1):
        b = first_alone(b)
    b = np.exp(-halved(b) ** 2) + a[k + 1]
    return np.sum(b ** 2 * 0.3) + np.sum(a ** 2)


def averaged(v):
    out = 0.5 * v + 0.1
    out[0] = v[1] * v[2]
    for i in range(1, 5):
        out[i] = 0.3 * out[i - 1] * v[i + 1]
    return out


def written_and_not_read(a, b, p):
    for _ in range(2):
        c = averaged(b)
        a[3] *= (b @ a) * 0.1
        c[2] = np.sin(a[2]) * p
    return np.sum(a ** 2) + np.sum(b * c) * p


def _first(values):
    return values[0]


def stored_twice_in_a_loop(a, b, q):
    b, a = a, b
    a[5:] *= a[2]
    before = a.copy()
    for k in range(4, 0, -1):
        a[k], a[k] = q, _first(before)
    a += 0.5
    b[1:] = before[:-1]
    return a**2 + b**2


def fitted_in_place(x, mu, weights):
    for k in range(2):
        mu[k] = (x * mu[k]).sum()
        weights[k] = np.sin(mu[k]) / len(x)
    return mu, weights


def eliminated_by_bands(bands, v):
    a, x = np.copy(bands), np.copy(v)
    n = len(x)
    for m in range(n):
        div = a[0, m]
        x[m] /= div
        if m + 1 < n:
            x[m + 1] -= a[1, m] * x[m]
            a[0, m + 1] -= a[1, m] * a[1, m] / div
        for i in range(2):
            a[i, m] /= div
    for m in range(n - 2, -1, -1):
        x[m] -= a[1, m] * x[m + 1]
    return x


def phases(z):
    """Adjoints of what is real are real, also of those of the derivative."""
    return np.sum(np.exp(1j * np.angle(z))).real + np.sum(np.abs(np.exp(1j * np.abs(z)) + z))


def put_after_a_sum(a, b, q):
    total = -q
    for k in range(1, 5):
        total += b
    b[k], a[k] = total[0], np.sum(total)
    return b.copy() ** 2


CASES = [
    Case(phases, (np.array([0.3 + 0.4j, -0.5 + 1.1j]),), ("z",)),
    Case(elements_beside_quotients, (np.array([0.3, 0.5, -0.4]), np.array([0.7, -0.2, 1.1])), ("x", "y"), smoke=True),
    Case(quotients_of_parameters, ({"x": np.array([0.3, 0.5, -0.4])}, np.array([0.7, -0.2, 1.1])), ("p", "y")),
    Case(corrected, (np.array([1.0, 1.1, 0.9]), np.array([1.0, 0.5, 0.3])), ("z", "x")),
    Case(sigma_points, (np.array([0.3, 0.5]), 2), ("x",)),
    Case(neighbours_or_none, (np.array([0.3, 0.5, -0.4, 0.9]), 0.3), ("u", "c")),
    Case(neighbours_or_itself, (np.array([0.3, 0.5, -0.4, 0.9]), 0.3), ("u", "c")),
    Case(variables_of_one_name, (np.array([0.3, 0.5, 0.8]), 0.7), ("x", "k")),
    Case(cheapest_paths, (np.array([0.3, 0.5, -0.4]),), ("x",)),
    Case(element_stored_before_an_update, (np.array([0.3, 0.5, -0.4]), np.array([0.7, -0.2, 1.1]), 0.6), ("a", "b", "p")),
    Case(elements_read_in_a_branch, (np.array([0.3, 1.4, 0.7]), 0.7, -0.3), ("b", "p", "q")),
    Case(part_that_is_read_and_changed, (np.array([0.3, 1.4, 0.7, 0.9]), 0.8, np.array([0.2, 0.9])), ("a", "q", "x")),
    Case(pairs_of_tuples, (0.3, 0.8), ("x", "y")),
    Case(scaled_by_a_callee, (np.array([0.3, 1.4, 0.7]), 0.8), ("x", "a")),
    Case(changed_by_condition, (0.7, False), ("x",), smoke=True),
    Case(assigned_in_conditions, (0.7,), ("x",)),
    Case(copied_or_made, (0.7, 2), ("x",)),
    Case(made_in_a_branch, (0.7, 2), ("x",)),
    Case(sorted_points, (0.7,), ("x",)),
    Case(points_backwards, (0.7,), ("x",)),
    Case(points_taken_out, (0.7,), ("x",)),
    Case(copied_by_condition, (0.7,), ("x",)),
    Case(copied_flat_by_condition, (0.7,), ("x",)),
    Case(keys_in_order, ({0.5: 0.3, 0.2: 0.9, 1.5: 0.4},), ("table",)),
    Case(element_put_into_an_array, (np.array([0.3, 1.4, 0.7, 0.9]), np.array([0.5, 1.1, 0.2, 1.7])), ("x", "y")),
    Case(attribute_of_the_class, (0.3, Offset(0.4)), ("x", "offset")),
    Case(callable_in_an_attribute, (Stage(Gain(0.3), 0.4), 0.7), ("stage", "y")),
    Case(updated_product, (SQUARE, SQUARE[0], SQUARE[:, 1].copy(), SQUARE[2]), ("a", "u", "v", "w")),
    Case(product_with_itself, (SQUARE, SQUARE.T.copy(), SQUARE[2]), ("a", "u", "w")),
    Case(filtered_image, (0.4, SQUARE), ("a", "image")),
    Case(fluxes, (SQUARE,), ("states",)),
    Case(inverted_where_positive, (np.array([0.5, 0.7, 1.2]),), ("x",)),
    Case(relaxed_on_condition, (np.array([0.3, 1.4, 0.7, 0.9]), np.array([0.5, 1.1, 0.2, 1.7])), ("m", "n")),
    Case(subscripts_with_names, (np.array([0.3, 1.4, 0.7, 0.9, 0.2]), 0.8), ("u", "k")),
    Case(layers_with_a_state, (np.array([0.7, -1.1, 0.4]), 0.3, np.array([1.2, 0.5, -0.8])), ("w", "b", "x")),
    Case(power_of_frequencies, (np.array([0.3, 1.4, 0.7, 0.9]),), ("x",)),
    Case(copied_where_it_may_grow, ([0.41, -0.93, 1.17], 0.3), ("xs", "p")),
    Case(eliminated_by_bands, (np.array([[3.0, 3.4, 2.7, 3.1], [0.4, -0.3, 0.7, 0.0]]), np.array([0.3, 1.1, -0.4, 0.6])),
         ("bands", "v")),
    Case(fed_at_the_other_end, (0.3, 0.7), ("x", "y")),
    Case(made_anew_each_time, (np.arange(6.0) * 0.3, np.arange(6.0) * 0.2 + 0.1), ("a", "b")),
    Case(written_and_not_read, (np.arange(6.0) * 0.3, np.arange(6.0) * 0.2 + 0.1, 0.7), ("a", "b", "p")),
    Case(stored_twice_in_a_loop, (np.arange(6.0) * 0.3 + 0.1, np.arange(6.0) * 0.2 + 0.5, 0.4), ("a", "b", "q")),
    Case(fitted_in_place, (np.array([0.3, -0.4, 0.9]), np.array([0.5, 1.1]), np.array([0.2, 0.4])), ("x", "mu", "weights")),
    Case(put_after_a_sum, (np.arange(6.0) * 0.3, np.arange(6.0) * 0.2 + 0.1, 0.4), ("a", "b", "q")),
]
