"""Updates of what their own right-hand sides change, and parts of expressions that change what other parts read."""
import numpy as np

from programs.harness import Case


class Counter:
    def __init__(self, v, s):
        self.v = v
        self.s = s

    def step(self, x):
        self.s = 0.5 * self.s + x
        return self.s


def bump(x, p):
    x[1] = 3.0 * p
    return x[1]


def attribute_updated(x, p):
    c = Counter(x, p)
    c.s += p * c.step(p)
    return c.s * np.sum(c.v)


def element_updated(x, p):
    x[1] += bump(x, p)
    return np.sum(x * x)


def element_updated_by_a_closure(x, p):
    def change():
        x[1] = 3.0 * p
        return x[1]
    x[1] *= change()
    return np.sum(x * x)


def element_of_an_attribute_updated(x, p):
    c = Counter(x, p)
    c.v[1] -= bump(c.v, p)
    return np.sum(x * x)


def read_before_and_after(x, p):
    c = Counter(x, p)
    d = {"a": c.s, "b": c.step(p), "c": c.s}
    return d["a"] + 2 * d["b"] ** 2 + 3 * d["c"] + c.s * c.step(p) - c.s ** 2


def element_read_before_and_after(x, p):
    t = (x[1], bump(x, p), x[1])
    return t[0] + 2 * t[1] ** 2 + 3 * t[2] + x[1] * (bump(x, p * p) + x[1])


def stored_in_turn(x, p):
    x[0], x[1] = x[1], bump(x, p)
    return np.sum(x * x)


class Recorder:
    def __init__(self, s):
        self.s = s
        self.n = 1
        self.log = []

    def step(self, x):
        self.s = 0.5 * self.s + x
        self.n += 1
        self.log.append(x)
        return self.s


def grown(xs, x):
    xs.append(x)
    return x * x


def condition_that_steps(x, p):
    c = Recorder(p)
    y = 0.1 * p
    if c.s > c.step(0.1 * p):
        y = p * c.s
    z = p if c.s - c.step(0.2) > 0.0 else x[0]
    return c.s * (y + z + int(c.s > c.step(0.01)))


def loop_whose_condition_steps(x, p):
    c = Recorder(p)
    n = 0
    while n < 9 and c.s > c.step(0.02 * p):
        n += 1
    while c.s - c.step(0.3) < -0.01:
        n += 1
    return c.s * n + p


def chain_that_stops(x, p):
    c = Recorder(p)
    y = p
    if p < 0.1 < c.step(p * p):
        y = 2.0 * p
    if 2.0 > p > c.n - 3.0 > c.step(p) - 5.0 > c.n - 9.0:
        y += c.s * p
    return c.s * y


def length_before_it_grows(x, p):
    xs = [p]
    return len(xs) * grown(xs, x[1]) + xs[-1] * len(xs)


def list_shortened_by_conditions(x, p):
    xs = [0.1, 0.2, p, x[0], 0.3, x[1]]
    y = 0.0
    while len(xs) > (0 if xs.pop() > 100.0 else 4):
        y += xs[-1] * len(xs)
    if xs[-1] > xs.pop() - 0.1 and xs[-1] == p and xs[-1] - xs.pop() == 0.0:
        y += p * 3.0
    return y * p


def length_before_and_after(x, p):
    xs = [0.1, 0.2, p, x[0], 0.3, x[1]]
    y = 0.0
    while True:
        n = len(xs)
        t = xs.pop()
        if not n > (0 if t > 100.0 else 4):
            break
        else:
            y += xs[-1] * len(xs)
    return y * p


def position_before_it_moves(x, p):
    c = Recorder(p)
    y = x[c.n] * c.step(p) * x[c.n]
    for i in range(len(c.log), 4 + int(c.step(p) > 100.0), c.n):
        y += i * c.s * x[i]
    return y


def text_and_calls_in_turn(x, p):
    c = Recorder(p)
    text = f"{c.n} {c.step(p) > 0} {c.n}"
    y = 2.0 * p if text == "1 True 2" else p
    if max(c.n, int(c.step(p) > 0.0)) == 2 and "a b".split(" ")[0] == "a":
        y *= c.s
    if not (len(c.log) > 2 or c.step(p) > 5.0) and len(c.log) == 3:
        y += c.s
    return y


class Pair:
    def __init__(self, u, w):
        self.u = u
        self.w = w

    def renewed(self):
        self.u = self.w * 2.0
        return self.w[0]

    def exchanged(self):
        self.u, self.w = self.w, self.u
        return self.w[0]


def element_of_what_is_replaced(x, p):
    c = Pair(x, np.sin(x) * p)
    c.u[-1] += c.renewed()
    return np.sum(x ** 2) + np.sum(c.u ** 2)


def element_of_what_is_exchanged(x, p):
    u, w = x * p, np.sin(x)
    c = Pair(u, w)
    c.u[1:] *= c.exchanged()
    return np.sum(u ** 2) + 3.0 * np.sum(w ** 2)


X = np.array([0.3, 0.5, -0.4, 0.7])
CASES = [Case(f, (X, 0.6), ("x", "p")) for f in (
    attribute_updated, element_updated, element_updated_by_a_closure, element_of_an_attribute_updated, read_before_and_after,
    element_read_before_and_after, stored_in_turn, condition_that_steps, loop_whose_condition_steps, chain_that_stops,
    length_before_it_grows, length_before_and_after, list_shortened_by_conditions, position_before_it_moves, text_and_calls_in_turn,
    element_of_what_is_replaced, element_of_what_is_exchanged)]
