"""Programs of public collections as they are printed there: the sources of benchmarks and of books on numerical methods."""
import math

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(29)


def reverse_bits(N, data):
    n = N // 2
    j = 0
    for i in range(n - 1):
        ii = i << 1
        jj = j << 1
        k = n >> 1
        if i < j:
            tmp_real = data[ii]
            tmp_imag = data[ii + 1]
            data[ii] = data[jj]
            data[ii + 1] = data[jj + 1]
            data[jj] = tmp_real
            data[jj + 1] = tmp_imag
        while k <= j:
            j -= k
            k >>= 1
        j += k


def transform(N, data, direction):
    n = N // 2
    dual = 1
    if n == 1:
        return
    reverse_bits(N, data)
    while dual < n:
        w_real = 1.0
        w_imag = 0.0
        theta = 2.0 * direction * math.pi / (2.0 * float(dual))
        s = math.sin(theta)
        t = math.sin(theta / 2.0)
        s2 = 2.0 * t * t
        for a in range(dual):
            if a:
                tmp_real = w_real - s * w_imag - s2 * w_real
                tmp_imag = w_imag + s * w_real - s2 * w_imag
                w_real = tmp_real
                w_imag = tmp_imag
            for b in range(0, n, 2 * dual):
                i = 2 * (b + a)
                j = 2 * (b + a + dual)
                z1_real = data[j]
                z1_imag = data[j + 1]
                wd_real = w_real * z1_real - w_imag * z1_imag
                wd_imag = w_real * z1_imag + w_imag * z1_real
                data[j] = data[i] - wd_real
                data[j + 1] = data[i + 1] - wd_imag
                data[i] += wd_real
                data[i + 1] += wd_imag
        dual *= 2


def transformed_and_back(data):
    """The rows of an array may not be exchanged like this: what is taken out of `data` is a number."""
    transform(8, data, -1)
    data[3] *= 1.3
    transform(8, data, +1)
    return sum([d * d * (i + 1) for i, d in enumerate(data)])


def substituted(a, n, indx, b):
    ii = -1
    for i in range(n):
        ip = indx[i]
        sum = b[ip]
        b[ip] = b[i]
        if ii >= 0:
            for j in range(ii, i):
                sum -= a[i][j] * b[j]
        elif sum:
            ii = i
        b[i] = sum
    for i in range(n - 1, -1, -1):
        sum = b[i]
        for j in range(i + 1, n):
            sum -= a[i][j] * b[j]
        b[i] = sum / a[i][i]
    return b


def combinations(l):
    result = []
    for x in range(len(l) - 1):
        ls = l[x + 1:]
        for y in ls:
            result.append((l[x], y))
    return result


def advance(dt, n, bodies, pairs):
    for i in range(n):
        for (([x1, y1], v1, m1), ([x2, y2], v2, m2)) in pairs:
            dx = x1 - x2
            dy = y1 - y2
            mag = dt * ((dx * dx + dy * dy) ** (-1.5))
            b1m = m1 * mag
            b2m = m2 * mag
            v1[0] -= dx * b2m
            v1[1] -= dy * b2m
            v2[0] += dx * b1m
            v2[1] += dy * b1m
        for (r, [vx, vy], m) in bodies:
            r[0] += dt * vx
            r[1] += dt * vy


def report_energy(bodies, pairs, e=0.0):
    for (((x1, y1), v1, m1), ((x2, y2), v2, m2)) in pairs:
        dx = x1 - x2
        dy = y1 - y2
        e -= (m1 * m2) / ((dx * dx + dy * dy) ** 0.5)
    for (r, [vx, vy], m) in bodies:
        e += m * (vx * vx + vy * vy) / 2.
    return e


def offset_momentum(ref, bodies, px=0.0, py=0.0):
    for (r, [vx, vy], m) in bodies:
        px -= vx * m
        py -= vy * m
    (r, v, m) = ref
    v[0] = px / m
    v[1] = py / m


def energy_of_a_system(bodies, dt):
    """The reference is one of the bodies, and elements of it are of different kinds."""
    system = list(bodies.values())
    pairs = combinations(system)
    offset_momentum(bodies["sun"], system)
    advance(dt, 2, system, pairs)
    return report_energy(system, pairs)


def entry_changed_under_two_names(bodies):
    system = [bodies["sun"], bodies["jupiter"]]
    v = bodies["sun"][1]
    v[0] = 3.0 * v[0]
    e = 0.0
    for b in system:
        e += b[2] * b[1][0] ** 2
    return e


class Finish(object):
    def __init__(self, **kwargs):
        self.gloss = kwargs.get("gloss", 0.2)
        self.offset = 0.5 if "offset" in kwargs else 0.0


class Glossy(Finish):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.gloss = self.gloss * kwargs["gloss"]


def inherited_options(x):
    return Glossy(gloss=x, offset=1.0).gloss + Glossy(gloss=2.0).offset


class Spline(object):
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.h = np.diff(x)

    def at(self, t):
        return self.y[1] * (t - self.x[1]) + self.h[0] ** 2


class Curve(object):
    def __init__(self, x, y):
        self.s = self.lengths(x, y)
        self.spline = Spline(self.s, x)

    def lengths(self, x, y):
        self.ds = np.hypot(np.diff(x), np.diff(y))
        s = [0]
        s.extend(np.cumsum(self.ds))
        return s

    def at(self, t):
        return self.spline.at(t)


def point_of_a_curve(x, y, t):
    """A list in an attribute is handed to functions of NumPy."""
    return Curve(x, y).at(t)


def arc_lengths(x, y):
    s = [0]
    s.extend(np.cumsum(np.hypot(np.diff(x), np.diff(y))))
    return s


def list_that_a_function_returns(x, y, t):
    s = arc_lengths(x, y)
    h = np.diff(s)
    return (t - s[1]) * h[1]


def list_in_two_places_of_a_dict(d, t):
    x = d["a"]
    h = np.cumsum(x)
    d["b"] = x
    return x[1] * h[0] * t + d["b"][2]


BODIES = {"sun": ([0.1, 0.2], [0.5, -0.3], 39.5), "jupiter": ([4.8, -1.2], [0.6, 2.8], 2.0),
          "saturn": ([3.3, 4.1], [-1.0, 1.8], 1.5)}

CASES = [
    Case(inherited_options, (1.2,), ("x",)),
    Case(point_of_a_curve, (np.array([0.1, 1.2, 2.1, 2.9]), np.array([0.3, -0.4, 0.8, 1.1]), 1.2), ("x", "y", "t")),
    Case(list_that_a_function_returns, (np.array([0.1, 1.2, 2.1]), np.array([0.3, -0.4, 0.8]), 1.2), ("x", "y", "t")),
    Case(list_in_two_places_of_a_dict, ({"a": [1.0, 2.0, 4.0]}, 1.2), ("d", "t")),
    Case(energy_of_a_system, (BODIES, 0.01), ("bodies", "dt")),
    Case(entry_changed_under_two_names, (BODIES,), ("bodies",)),
    Case(transformed_and_back, (rng.normal(size=8).tolist(),), ("data",)),
    Case(substituted, ((rng.normal(size=(3, 3)) + 2 * np.eye(3)).tolist(), 3, [2, 0, 1], [1.0, 2.0, 3.0]), ("a", "b")),
]
