"""Programs in which a variable stands for one array and then for another, while both go by other names, too."""
import numpy as np

from programs.harness import Case


def best_kept(x0):
    x = x0.copy()
    best = x
    for _ in range(3):
        x = x * 0.9
        x[0] += 0.1
        if np.sum(x ** 2) < np.sum(best ** 2):
            best = x
    return np.sum(best ** 3)


def two_steps_back(u0, dt):
    u = u0.copy()
    u_old = u
    for _ in range(3):
        u_new = 2 * u - u_old + dt * np.sin(u)
        u_new[0] = 0.0
        u_new[-1] = u_new[-2]
        u_old = u
        u = u_new
    return np.sum(u ** 2) + np.sum(u_old)


def relaxed_until_it_stays(u, w):
    old = u
    for _ in range(4):
        new = old.copy()
        for i in range(1, 3):
            new[i] = (1 - w) * old[i] + w * 0.5 * (new[i - 1] + old[i + 1])
        if np.max(np.abs(new - old)) < 1e-9:
            break
        old = new
    return np.sum(new ** 2)


def larger_and_smaller(u, w):
    v = u * w
    v[0] = 1.0
    z = u * u
    z[1] = w
    if np.sum(v) > np.sum(z):
        big, small = v, z
    else:
        big, small = z, v
    return np.sum(big * 2 + small ** 2) + v[0] * z[1] * w


def line_search(x, a):
    def value(x):
        return np.sum((x - 1) ** 2 * x)
    fx = value(x)
    for _ in range(3):
        g = 3 * x ** 2
        g[0] *= 0.5
        t = 1.0
        cand = x
        for _ in range(3):
            cand = x - t * a * g
            cand[cand < 0] = 0.0
            if value(cand) < fx:
                break
            t *= 0.5
        x = cand
        fx = value(x)
    return fx + x[1]


def row_before(x, s):
    a = np.zeros((4, 4))
    a[0] = x
    prev = a[0]
    for i in range(1, 4):
        a[i] = prev * s + x
        prev = a[i]
    return np.sum(a ** 2) + np.sum(prev)


def momentum(x, s):
    v = np.zeros(4)
    p = x
    for _ in range(3):
        g = 2 * p
        g[1:] += p[:-1]
        v = 0.9 * v - s * g
        q = p
        p = q + v
        p[3] = q[2]
    return np.sum(p ** 2) + np.sum(q * v)


def named_again(a, b):
    k = 1
    c = a[-1] * b
    b, a = c, a
    a, c = a, c
    c[k], b[2] = a[k + 1] * (a @ c), c[2]
    return np.sum(b ** 2 * 0.3) + np.sum(c ** 2 * 0.3)


def three_names(x, a):
    y = a * x
    first, second = y, y
    third = first
    third[0] = 3 * x[1] * second[2]
    return np.sum(second ** 2)


def windows_that_overlap(x, a):
    y = a * x
    left = y[:3]
    right = y[1:]
    window = left
    window[1] = 3 * x[1]
    return np.sum(right ** 2)


def shapes_of_one(x, a):
    y = a * x
    flat, turned = y.reshape(-1), y.T
    line, same = flat.ravel(), turned
    line[1] = 3 * x[1]
    same[2] = line[1] * line[0]
    line[0] = same[1] ** 2
    return np.sum(same ** 2)


def in_a_pair(x, a):
    y = a * x
    pair = (y, y)
    p, q = pair
    first, second = p, q
    first[1] = 3 * x[1]
    second[2] = first[1] * first[0]
    return np.sum(first ** 2)


X = np.array([0.3, 0.5, 0.4, 0.7])
CASES = [
    Case(three_names, (X, 0.3), ("x", "a")),
    Case(windows_that_overlap, (X, 0.3), ("x", "a")),
    Case(shapes_of_one, (X, 0.3), ("x", "a")),
    Case(in_a_pair, (X, 0.3), ("x", "a")),
    Case(best_kept, (X,), ("x0",), smoke=True),
    Case(two_steps_back, (X, 0.3), ("u0", "dt")),
    Case(relaxed_until_it_stays, (X, 0.3), ("u", "w")),
    Case(larger_and_smaller, (X, 0.3), ("u", "w")),
    Case(line_search, (X, 0.3), ("x", "a")),
    Case(row_before, (X, 0.3), ("x", "s")),
    Case(momentum, (X, 0.3), ("x", "s")),
    Case(named_again, (X, X[::-1].copy()), ("a", "b")),
]
