"""Functions that change what they are given through other names, and leave it to the caller to look at it."""
import numpy as np

from programs.harness import Case


def put_through_name(a, v):
    t = a
    t[0] = v * v


def put_in_loop(a, b, v):
    t = a
    for i in range(3):
        t[i] = v * b[0]
        b[i] = t[i - 1] * v


def put_through_view(a, b, v):
    c = a[:]
    for i in range(3):
        c[i] = v * b[0]
        b[i] = c[i - 1] * v


def put_through_array(a, b, v):
    a = np.asarray(a, dtype=float)
    a[1] = v * b[0]
    b[2] = a[1] * v
    a = a + b
    return np.sum(a)


def put_exchanged(a, b, v):
    a, b = b, a
    b[0] = v * a[1]


def put_in_turn(a, b, v):
    t = a
    a = b
    b = t
    a[1] = v * b[0]
    b[2] = a[1] * v


def put_shorter(a, v):
    a[0] = v * v
    a = a[1:]
    a[0] = v * v
    a = a[1:]
    a[0] = v * v


def named(x, a):
    put_through_name(a, x)
    return np.sum(a ** 2)


def named_constant(x):
    a = np.ones(3)
    put_through_name(a, x)
    return np.sum(a ** 2)


def shorter(x):
    a = np.ones(4) * x
    put_shorter(a, x)
    return np.sum(a ** 3)


def _twice(x, put):
    a = np.ones(4) * x
    b = np.arange(4.0) + x
    for _ in range(2):
        put(a, b, x)
        a += b
    return np.sum(a ** 2) + np.sum(b ** 3) + np.sum(a * b)


def looped(x):
    return _twice(x, put_in_loop)


def viewed(x):
    return _twice(x, put_through_view)


def as_array(x):
    return _twice(x, put_through_array)


def exchanged(x):
    return _twice(x, put_exchanged)


def in_turn(x):
    return _twice(x, put_in_turn)


def rows_of_views(a, v):
    s = 0.0
    rows = a.reshape(2, 2)
    for row in rows:
        s += np.sum(row * row) * v
    return s


def changed_after_views(x):
    a = np.arange(4.0) + x
    s = 0.0
    for _ in range(3):
        s += rows_of_views(a, x)
        a *= x
    return s


def swapped_with_a_third(x, n):
    u = np.sin(np.arange(8.0) * x)
    v = np.zeros(8)
    for _ in range(n):
        v[::2] = u[:4] * u[1]
        v[1::2] = u[4:] + x
        t = u
        u = v
        v = t
    return np.sum(u ** 2)


def transformed(x, y, n):
    for _ in range(n):
        y[::2] = x[:4] * x[1]
        y[1::2] = x[4:] + x[:4]
        t = x
        x = y
        y = t
    return x


def transformed_elsewhere(x):
    u = np.sin(np.arange(8.0) * x)
    return np.sum(transformed(u, np.zeros(8), 3) ** 2)


def turned_view(a, b):
    v = a[::-1]
    a, v = a, v
    v += b
    return np.sum(v ** 2 * 0.3) + np.sum(a * np.arange(4.0))


def name_of_exchanged_views(b):
    a = b * 1.0
    w = a
    u = a[:]
    u, w = w, u
    t = u
    t[...] = (w @ w) * np.ones(4)
    return np.sum(a)


def nothing(u, w, r):
    return None


def given_twice(a, p):
    nothing(a, a, p * p)
    return np.sum(a * p)


def added_twice(a):
    a[:2] += np.sum(a) * 0.2
    a[:2] += np.sum(a * a) * 0.2
    return np.sum(a * a)


class Rod:
    def __init__(self, heat, rate):
        self.heat = heat.copy()
        self.next = np.zeros_like(heat)
        self.rate = rate

    def step(self):
        u = self.heat
        self.next[1:-1] = u[1:-1] + self.rate * (u[2:] - 2 * u[1:-1] + u[:-2]) * u[1:-1]
        self.heat, self.next = self.next, self.heat


def buffers_of_an_object(a, p):
    rod = Rod(a, p)
    for _ in range(3):
        rod.step()
    return np.sum(rod.heat ** 2) + np.sum(rod.next)


def waved(a, p):
    before, now, after = a.copy(), a.copy(), np.zeros(4)
    for _ in range(4):
        after[1:-1] = 2 * now[1:-1] - before[1:-1] + p * (now[2:] - 2 * now[1:-1] + now[:-2])
        t = before
        before = now
        now = after
        after = t
    return np.sum(now ** 2)


def stepped(u, v, p):
    v[1:-1] = u[1:-1] + p * (u[2:] - 2 * u[1:-1] + u[:-2]) * u[1:-1]
    return v, u


def handed_back_in_turn(a, p):
    u = a.copy()
    v = a.copy()
    for _ in range(4):
        u, v = stepped(u, v, p)
    return np.sum(u ** 2)


def grow(u, v):
    np.multiply(u + v, u, out=u)


def elements_changed_ahead(b, m, p):
    t = p
    for k, s in enumerate(b):
        grow(b, m[0])
        t = t * np.sin(s) + m[k, 0]
    return t * t


def elements_changed_until(b, p):
    t = p
    for k, s in enumerate(b):
        b[k:] *= 1.5
        b[-1] = k
        t = t * s + np.cos(t)
        if t > 2.0:
            break
    return t * t


def elements_changed_again_and_again(b, p):
    t = p
    for j in range(3):
        for k, s in enumerate(b):
            b[k:] *= 1.1
            b[-1] = 0.1 * k + j
            t = np.tanh(t * s) + np.cos(t)
    return t * t


def rows_changed_ahead(m, p):
    t = p
    for row in m:
        m[1:] += row * 0.1
        t = np.tanh(t * np.sum(row)) + np.cos(t)
    return t * t


class Window:
    def __init__(self, u):
        self.u = u
        self.w = u[:]

    def scale(self, v):
        v[1] *= self.w[2]
        return v


def seen_by_two(a, b):
    o = Window(a)
    first = o.scale(b)
    b = a
    o.scale(b)
    return np.sum(first ** 2) + np.sum(o.u * np.arange(4.0)) + np.sum(o.w ** 2)


def rows(m):
    for row in m:
        yield row


def updated_row_of_a_generator(m, p):
    for row in rows(m):
        row *= p
    return np.sum(m ** 2)


def updated_under_a_second_name(m, p):
    r = m[0]
    row = r
    row += p
    return p * np.sum(m ** 2)


def part_of_a_second_name(m, p):
    r = m[0]
    row = r
    rest = row[1:]
    rest += p
    return p * np.sum(m ** 2)


def flattened_second_name(m, p):
    for row in m:
        r = row
        flat = np.ravel(r)
        flat *= p
    return np.sum(m ** 2)


def unless_short(r, p):
    if len(r) == 1:
        return r
    rest = r[1:]
    rest *= p
    return r


def part_of_a_row_changed_by_a_function(m, p):
    unless_short(m[0], p)
    return np.sum(m ** 2)


W = np.array([0.4, -0.7, 1.1, 0.3])
CASES = [
    Case(turned_view, (W, W[::-1] * 2.0), ("a", "b")), Case(turned_view, (W, W[::-1] * 2.0), ("b",)), Case(added_twice, (W,), ("a",)),
    Case(name_of_exchanged_views, (W,), ("b",)), Case(given_twice, (W, 0.7), ("a", "p")), Case(given_twice, (W, 0.7), ("a",)),
    Case(named, (1.3, np.ones(3)), ("x", "a")), Case(named, (1.3, np.ones(3)), ("x",)), Case(named_constant, (1.3,), ("x",)),
    Case(elements_changed_ahead, (W, np.ones((4, 4)) * 0.2, 0.7), ("p",)), Case(elements_changed_until, (W, 0.7), ("p",)),
    Case(elements_changed_again_and_again, (W, 0.7), ("p",)),
    Case(rows_changed_ahead, (np.ones((4, 4)) * 0.2, 0.7), ("p",)),
    Case(seen_by_two, (W, W[::-1] * 2.0), ("a", "b")), Case(seen_by_two, (W, W[::-1] * 2.0), ("a",)),
    *(Case(f, (np.outer(W, W) + 0.2, 0.7), wrt) for f in (updated_row_of_a_generator, updated_under_a_second_name, part_of_a_second_name,
                                                              flattened_second_name, part_of_a_row_changed_by_a_function)
      for wrt in (("m", "p"), ("p",))),
    *(Case(f, (W, 0.7), ("a", "p")) for f in (buffers_of_an_object, waved, handed_back_in_turn)),
    *(Case(f, (0.7,), ("x",)) for f in (shorter, looped, viewed, as_array, exchanged, in_turn, changed_after_views,
                                        transformed_elsewhere)),
    Case(swapped_with_a_third, (0.7, 3), ("x",)), Case(swapped_with_a_third, (0.7, 4), ("x",)),
]
