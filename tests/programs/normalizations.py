"""Helpers with axes among their arguments, and what they return: softmax, normalization, distances, as models share them."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(61)


def R(shape=()):
    return rng.uniform(0.2, 1.2, shape) if shape else float(rng.uniform(0.2, 1.2))


# ---- axes that are given, left to their defaults and passed on ------------------------------------------------------

def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def logsumexp(a, axis=None, keepdims=False):
    m = np.max(a, axis=axis, keepdims=True)
    s = np.log(np.sum(np.exp(a - m), axis=axis, keepdims=True)) + m
    if not keepdims:
        s = np.squeeze(s, axis=axis)
    return s


def log_softmax(x, axis=-1):
    return x - logsumexp(x, axis=axis, keepdims=True)


def standardized(x, axis=0, eps=1e-5):
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True) + eps)


def unit(x, axis=-1):
    return x / np.sqrt(np.sum(x ** 2, axis=axis))[..., None]


def total(x, axis):
    return np.sum(np.sqrt(x), axis=axis)


def cross_entropy(w, x, labels):
    logp = log_softmax(x @ w)
    return -np.mean(logp[np.arange(len(labels)), labels]) + logsumexp(w) + np.sum(logsumexp(x, axis=0) ** 2)


def two_axes(x, w):
    a = softmax(x)
    b = softmax(x, axis=0)
    return np.sum(a * b * w) + np.sum(softmax(w, 1)[:, 0])


def whitened(x, scale):
    y = standardized(x) * scale
    z = standardized(x.T, axis=1, eps=0.1)
    return np.sum(np.tanh(y)) + np.sum(z[0] * scale[0])


def cosine(a, b):
    return unit(a) @ unit(b).T


def totals(x, axes):
    out = 0.0
    for axis in axes:
        out += np.sum(total(x, axis) ** 2)
    return out + np.sum(total(x, (0, 1))) + np.prod(total(x, 0))


def swapped_axis(x):
    axis = 0
    y = total(x, axis)
    axis = 1
    return np.sum(y ** 2) * np.sum(total(x, axis) ** 3)


def rebound_axis(x, axis=None):
    def along(v, axis=None):
        if axis is None:
            axis = 0
        return np.sum(v ** 2, axis=axis)
    return np.sum(along(x) ** 2) + np.sum(along(x, 1) ** 3)


# ---- what comes back ------------------------------------------------------------------------------------------------

def moments(x):
    return np.mean(x), np.var(x)


def energy(x):
    return 0.5 * np.sum(x ** 2)


def scaled(x, s):
    return s * x


def centred(x):
    return x - np.mean(x, axis=0)


def depth(x, n):
    return energy(x) if n == 0 else energy(x) * depth(0.5 * x, n - 1)


def mixed(x, flat):
    return np.sum(x) if flat else x


def fitted(x, y, s):
    m, v = moments(x)
    c = centred(scaled(y, s))
    return (energy(c) - m) / v + np.sum(c * x * energy(x)) + depth(x, 2)


def either(x, y):
    return np.sum(mixed(x, True) * y) + np.sum(mixed(x, False) * y) ** 2


def wider(x, y):
    """The second call gives a matrix where the first one gave a vector."""
    return np.sum(scaled(x, 2.0) * y) + np.sum(scaled(y, x) * x) + np.sum(scaled(scaled(x, y), x[0]))


class Layer:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, x):
        return np.tanh(x @ self.w + self.b)


def layered(w, b, x):
    h = Layer(w, b)(x)
    g = Layer(w.T, x[0])(h)
    return np.sum(softmax(g) * standardized(x)) + energy(centred(h))


# ---- of what a callee saves only the shape --------------------------------------------------------------------------

def convolved(x, k):
    n, m = k.shape
    out = np.zeros((x.shape[0] - n + 1, x.shape[1] - m + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[i:i + n, j:j + m] * k)
    return out


def pooled(x):
    return x.reshape(x.shape[0] // 2, 2, -1, 2).max(axis=(1, 3))


def convolution(x, k, w):
    return logsumexp(w * pooled(np.tanh(convolved(x, k))))


def smoothed(u, n=2, *, rate=0.1):
    for _ in range(n):
        u[1:-1] += rate * (u[:-2] - 2 * u[1:-1] + u[2:])
    return u


def smoothed_columns(m, r):
    """A row is smoothed by a callee that takes it for a vector, because of what it does with it."""
    work = m.copy()
    for j in range(work.shape[1]):
        smoothed(work[:, j], rate=r * (j + 1))
    best = smoothed(work[0])
    return np.sum(work ** 2) + best.sum()


def maybe_longer(x, more=None):
    y = x * x
    if more is not None:
        extra = np.zeros(len(more))
        for i in range(len(extra)):
            extra[i] = y[i] * 2.0
        y = y + np.sum(extra)
    return y


def optional(x):
    return np.sum(maybe_longer(x) * maybe_longer(x, [1, 2]))


CASES = [
    Case(convolution, (R((5, 5)), R((2, 2)), R((2, 2))), ("x", "k", "w")),
    Case(smoothed_columns, (R((4, 3)), 0.2), ("m", "r")),
    Case(optional, (R((4,)),), ("x",)),
    Case(cross_entropy, (R((3, 4)), R((5, 3)), np.array([0, 1, 3, 2, 2])), ("w", "x")),
    Case(two_axes, (R((3, 4)), R((3, 4))), ("x", "w")),
    Case(whitened, (R((5, 3)), R((3,))), ("x", "scale")),
    Case(cosine, (R((3, 4)), R((2, 4))), ("a", "b")),
    Case(totals, (R((3, 4)), (0, 1, -1)), ("x",)),
    Case(swapped_axis, (R((3, 4)),), ("x",)),
    Case(rebound_axis, (R((3, 4)),), ("x",)),
    Case(fitted, (R((4,)), R((4,)), R()), ("x", "y", "s")),
    Case(either, (R((4,)), R((4,))), ("x", "y")),
    Case(wider, (R((4,)), R((3, 4))), ("x", "y")),
    Case(layered, (R((4, 3)), R((3,)), R((2, 4))), ("w", "b", "x")),
]
