"""Programs as textbooks print them: numbers without annotations, lists of numbers, functions that get functions."""
import math

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(23)


def log_gamma(xx):
    coefficients = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2]
    y = x = xx
    tmp = x + 5.5
    tmp -= (x + 0.5) * math.log(tmp)
    ser = 1.000000000190015
    for c in coefficients:
        y += 1
        ser += c / y
    return -tmp + math.log(2.5066282746310005 * ser / x)


def incomplete_gamma_series(a, x):
    gln = log_gamma(a)
    if x <= 0.0:
        if x < 0.0:
            raise ValueError("x must not be negative")
        return 0.0, gln
    else:
        ap = a
        term = total = 1.0 / a
        for n in range(100):
            ap += 1
            term *= x / ap
            total += term
            if abs(term) < abs(total) * 1e-15:
                return total * math.exp(-x + a * math.log(x) - gln), gln
        raise ValueError("too many terms")


def incomplete_gamma_fraction(a, x):
    tiny = 1e-300
    gln = log_gamma(a)
    b = x + 1.0 - a
    c = 1.0 / tiny
    d = 1.0 / b
    h = d
    for i in range(1, 100):
        an = -i * (i - a)
        b += 2.0
        d = an * d + b
        if abs(d) < tiny:
            d = tiny
        c = b + an / c
        if abs(c) < tiny:
            c = tiny
        d = 1.0 / d
        change = d * c
        h *= change
        if abs(change - 1.0) < 1e-15:
            break
    return math.exp(-x + a * math.log(x) - gln) * h, gln


def incomplete_gamma(a, x):
    if x < 0.0 or a <= 0.0:
        raise ValueError("out of range")
    if x < a + 1.0:
        value, gln = incomplete_gamma_series(a, x)
        return value
    else:
        value, gln = incomplete_gamma_fraction(a, x)
        return 1.0 - value


def oscillator(x, y):
    return [y[1], -y[0] + 0.3 * (1 - y[0] * y[0]) * y[1]]


def trial_step(y, slope, x, h, rate):
    n = len(y)
    middle = [0.0] * n
    new = [0.0] * n
    error = [0.0] * n
    for i in range(n):
        middle[i] = y[i] + 0.5 * h * slope[i]
    second = rate(x + 0.5 * h, middle)
    for i in range(n):
        new[i] = y[i] + h * second[i]
        error[i] = h * (slope[i] - second[i])
    return new, error


def controlled_step(y, slope, x, wanted, eps, scale, rate):
    h = wanted
    while True:
        new, error = trial_step(y, slope, x, h, rate)
        worst = 0.0
        for i in range(len(y)):
            worst = max(worst, abs(error[i] / scale[i]))
        worst /= eps
        if worst <= 1.0:
            break
        smaller = 0.9 * h * worst ** -0.25
        h = max(smaller, 0.1 * h)
    following = 0.9 * h * worst ** -0.2 if worst > 1.89e-4 else 5.0 * h
    x += h
    for i in range(len(y)):
        y[i] = new[i]
    return x, following


def adaptive_steps(start, end, eps):
    y = start[:]
    x, h = 0.0, 0.5
    for _ in range(100):
        slope = oscillator(x, y)
        scale = [abs(y[i]) + abs(slope[i] * h) + 1e-30 for i in range(len(y))]
        if x + h > end:
            h = end - x
        x, h = controlled_step(y, slope, x, h, eps, scale, oscillator)
        if x >= end:
            return y
    return y


def simpson(f, a, b):
    c = (a + b) / 2.0
    return (b - a) / 6.0 * (f(a) + 4.0 * f(c) + f(b))


def refined(f, a, b, eps, whole):
    c = (a + b) / 2.0
    left = simpson(f, a, c)
    right = simpson(f, c, b)
    if abs(left + right - whole) <= 15.0 * eps:
        return left + right + (left + right - whole) / 15.0
    return refined(f, a, c, eps / 2.0, left) + refined(f, c, b, eps / 2.0, right)


def adaptive_quadrature(k, b):
    def f(t):
        return math.exp(-k * t) * math.sin(t)
    return refined(f, 0.0, b, 1e-4, simpson(f, 0.0, b))


def quadratures_in_a_loop(k, b):
    total = 0.0
    for _ in range(3):
        k = k * 1.1
        total += refined(lambda t: math.exp(-k * t) * math.sin(t), 0.0, b, 1e-4, 1.0)
    return total


def newton_by_recursion(f, df, x):
    return x if abs(f(x)) < 1e-13 else newton_by_recursion(f, df, x - f(x) / df(x))


def root_of_a_parameter(k, x0):
    return newton_by_recursion(lambda x: x ** 3 - k, lambda x: 3 * x * x, x0) * x0


def composed(f, n):
    if n == 0:
        return lambda x: x
    g = composed(f, n - 1)
    return lambda x: f(g(x))


def composed_three_times(k, x):
    return composed(lambda t: math.sin(k * t), 3)(x)


def neville(xa, ya, x):
    n = len(xa)
    c = ya[:]
    d = ya[:]
    nearest = 0
    for i in range(n):
        if abs(x - xa[i]) < abs(x - xa[nearest]):
            nearest = i
    y = ya[nearest]
    nearest -= 1
    for m in range(1, n):
        for i in range(n - m):
            low, high = xa[i] - x, xa[i + m] - x
            w = (c[i + 1] - d[i]) / (low - high)
            d[i] = high * w
            c[i] = low * w
        if 2 * (nearest + 1) < n - m:
            dy = c[nearest + 1]
        else:
            dy = d[nearest]
            nearest -= 1
        y += dy
    return y, dy


class Quaternion:
    def __init__(self, w, x=0.0, y=0.0, z=0.0):
        self.w, self.x, self.y, self.z = w, x, y, z

    @classmethod
    def about(cls, axis, angle):
        s = math.sin(angle / 2)
        return cls(math.cos(angle / 2), *(s * a for a in axis))

    def __iter__(self):
        return iter((self.w, self.x, self.y, self.z))

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            return Quaternion(*(c * other for c in self))
        a, b, c, d = self
        e, f, g, h = other
        return Quaternion(a * e - b * f - c * g - d * h, a * f + b * e + c * h - d * g,
                          a * g + c * e + d * f - b * h, a * h + d * e + b * g - c * f)

    def __abs__(self):
        return math.sqrt(sum(c * c for c in self))

    def conjugate(self):
        w, *rest = self
        return Quaternion(w, *(-c for c in rest))

    def rotate(self, v):
        unit = self * (1.0 / abs(self))
        _, *turned = unit * Quaternion(0.0, *v) * unit.conjugate()
        return turned


def rotated(angle, axis, v):
    return Quaternion.about(axis, angle).rotate(v)


def spinning(omega, dt, n):
    q = Quaternion(1.0)
    for _ in range(n):
        rate = q * Quaternion(0.0, *omega) * 0.5
        q = Quaternion(*(a + dt * b for a, b in zip(q, rate)))
        q = q * (1.0 / abs(q))
    return list(q) + [sum(q), max(q)]


def pairs_of(bodies):
    found = []
    for n in range(len(bodies) - 1):
        for other in bodies[n + 1:]:
            found.append((bodies[n], other))
    return found


def move(dt, n, bodies, pairs):
    for _ in range(n):
        for (([x1, y1], v1, m1), ([x2, y2], v2, m2)) in pairs:
            dx, dy = x1 - x2, y1 - y2
            pull = dt * (dx * dx + dy * dy) ** -1.5
            v1[0] -= dx * m2 * pull
            v1[1] -= dy * m2 * pull
            v2[0] += dx * m1 * pull
            v2[1] += dy * m1 * pull
        for (r, [vx, vy], m) in bodies:
            r[0] += dt * vx
            r[1] += dt * vy


def planets(speed, mass, dt, n):
    bodies = {"sun": ([0.0, 0.0], [0.0, 0.0], 39.5), "giant": ([4.8, -1.2], [0.6, speed], mass), "far": ([8.3, 4.1], [-1.0, 1.8], 0.01)}
    system = list(bodies.values())
    pairs = pairs_of(system)
    move(dt, n, system, pairs)
    energy = 0.0
    for (((x1, y1), _, m1), ((x2, y2), _, m2)) in pairs:
        energy -= m1 * m2 / math.sqrt((x1 - x2) ** 2 + (y1 - y2) ** 2)
    for (_, [vx, vy], m) in system:
        energy += m * (vx * vx + vy * vy) / 2.0
    return energy


def echelon(rows):
    lead = 0
    for r in range(len(rows)):
        if lead >= len(rows[0]):
            return rows
        i = r
        while rows[i][lead] == 0:
            i += 1
            if i == len(rows):
                i = r
                lead += 1
                if len(rows[0]) == lead:
                    return rows
        rows[i], rows[r] = rows[r], rows[i]
        pivot = rows[r][lead]
        rows[r] = [v / float(pivot) for v in rows[r]]
        for i in range(len(rows)):
            if i != r:
                pivot = rows[i][lead]
                rows[i] = [u - pivot * v for v, u in zip(rows[r], rows[i])]
        lead += 1
    return rows


CASES = [
    Case(incomplete_gamma, (2.5, 1.7), ("a", "x")),
    Case(incomplete_gamma_fraction, (1.5, 4.7), ("a", "x")),
    Case(adaptive_steps, ([1.0, 0.5], 2.0, 1e-2), ("start",)),
    Case(adaptive_quadrature, (0.7, 3.0), ("k", "b")),
    Case(quadratures_in_a_loop, (0.7, 1.2), ("k", "b")),
    Case(root_of_a_parameter, (0.7, 1.2), ("k", "x0")),
    Case(composed_three_times, (0.7, 1.2), ("k", "x")),
    Case(neville, ([0.0, 1.0, 2.5, 3.0], [1.0, 2.0, 0.0, 1.0], 0.7), ("xa", "ya", "x")),
    Case(rotated, (0.7, [0.0, 0.6, 0.8], [1.0, 2.0, 3.0]), ("angle", "axis", "v")),
    Case(spinning, ([0.3, -0.2, 0.5], 0.1, 3), ("omega", "dt")),
    Case(planets, (2.8, 0.04, 0.01, 3), ("speed", "mass", "dt")),
    Case(echelon, ([[1.1, 2.0, -1.0, -4.3], [2.0, 3.2, -1.2, -11.0], [-2.0, 0.3, -3.0, 22.0]],), ("rows",)),
]
