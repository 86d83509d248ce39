"""Slices with computed bounds: of the lengths of axes, of parameters, of variables that change."""
import numpy as np

from programs.harness import Case


def growing(x, i, k):
    s = 0.0
    t = x[:i]
    while i < k:
        u = x[:i]
        s += np.sum(t * u)
        t = u
        i += 1
        if i > 2:
            t = x[:i]
    return s


def named(x, n):
    y = np.zeros(n)
    y[1:n - 1] = x[:n - 2] + x[2:n] * x[1:n - 1]
    return np.sum(y ** 2)


def windows(x, w):
    s = 0.0
    k = len(w)
    for i in range(len(x) - k + 1):
        s += np.sum(x[i:i + k] * w) ** 2
    return s


def pairs_of_windows(x, y, k):
    out = np.zeros(len(x) - k + 1)
    for i in range(len(out)):
        out[i] = np.sum(x[i:i + k] * y[i:i + k])
    return np.sum(out ** 2)


def convolved(img, mask):
    h, w = img.shape
    out = np.zeros((h - 2, w - 2))
    for i in range(3):
        for j in range(3):
            out += img[i:h - 2 + i, j:w - 2 + j] * mask[i, j]
    return np.sum(np.tanh(out))


def clipped(x, y, n):
    return np.sum(x[1:n] * y[2:n + 1])


def masked(img, m):
    return np.sum(img[1:-1, 1:-1] * m[1:-1, 1:-1])


def halves(x):
    n = x.shape[0] // 2
    a = x[:n]
    b = x[n:2 * n]
    return np.sum(a * b * b)


def even(x):
    n = len(x)
    e = x[0:n:2]
    o = x[1:n:2]
    return np.sum(e * o ** 2)


def lists_that_grow(xs, x):
    n = len(xs)
    a = x[:n]
    xs = xs + [1.0]
    m = len(xs)
    return np.sum(a) * np.sum(x[:m])


def counted(x):
    xs = []
    s = 0.0
    for v in range(3):
        n = len(xs) + 1
        a = x[:n]
        xs.append(v)
        b = x[:len(xs) + 1]
        s += np.sum(a[:1] * b) + np.sum(a) * np.sum(b)
    return s


def outer(x, y):
    n, = x.shape
    z = np.empty(x.shape)
    for i in range(n):
        z[:i] = x[:i] * y
        z[i:] = x[i:] + y
    return np.sum(z ** 3)


def pooled(x):
    best = np.empty([x.shape[0], x.shape[1] // 2, x.shape[2]])
    for i in range(x.shape[1] // 2):
        best[:, i, :] = np.max(x[:, 2 * i:2 * i + 2, :], axis=1)
    return np.sum(best ** 3)


def diffused(u, rate, n, steps):
    v = np.empty(u.shape)
    for _ in range(steps):
        for j in range(1, n - 1):
            v[1:n - 1, j] = u[1:n - 1, j] + rate * (u[j, 2:n] - 2.0 * u[j, 1:n - 1] + u[j, 0:n - 2])
        for j in range(n - 2, 0, -1):
            u[1:n - 1, j] = v[1:n - 1, j] + rate * v[1:n - 1, 1]
    return np.sum(u ** 2)


def limited(field, coefficient):
    rows = field.shape[0] - 4
    curved = 4.0 * field[1:rows + 3, :] - (field[2:rows + 4, :] + field[0:rows + 2, :])
    flux = curved[1:, :] - curved[:-1, :]
    flux = np.where(flux * (field[2:rows + 3, :] - field[1:rows + 2, :]) > 0, 0, flux)
    return np.sum((field[2:rows + 2, :] - coefficient * (flux[1:, :] - flux[:-1, :])) ** 2)


V = np.array([0.3, 0.5, -0.4, 0.7, 0.2, -0.6])
M = np.sin(np.arange(30.0)).reshape(5, 6)
CASES = [
    Case(growing, (V, 1, 2), ("x",)), Case(growing, (V, 1, 4), ("x",)), Case(named, (V, 6), ("x",)),
    Case(windows, (V, V[:3] * 2.0), ("x", "w")), Case(pairs_of_windows, (V, V[::-1] * 0.5, 3), ("x", "y")),
    Case(convolved, (M, M[:3, :3] * 2.0), ("img", "mask")), Case(clipped, (V, V * 0.7, 5), ("x", "y")),
    Case(clipped, (V[:3], V[:3] * 2.0, 3), ("x", "y")), Case(masked, (M[:, :, None] * np.ones(2), M[:, :, None] + 1.0), ("img", "m")),
    Case(masked, (M, M + 1.0), ("img", "m")), Case(halves, (V,), ("x",)), Case(even, (V,), ("x",)),
    Case(lists_that_grow, ([1.0], V), ("x",)), Case(counted, (V,), ("x",)), Case(outer, (V, 0.7), ("x", "y")),
    Case(outer, (V, np.array([0.3])), ("x", "y")), Case(pooled, (np.sin(np.arange(24.0) ** 2).reshape(2, 6, 2),), ("x",)),
    Case(diffused, (M[:, :5] + 1.0, 0.1, 5, 2), ("u", "rate")), Case(limited, (np.cos(np.arange(24.0) ** 2).reshape(8, 3), 0.3), ("field", "coefficient")),
]
