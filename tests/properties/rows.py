"""Writes random numerical programs whose rows, columns and blocks have names: eliminations, rotations, sweeps by helpers."""
from __future__ import annotations

from properties.author import Author

SUPPORT = '''\
import numpy as np


def scaled(r, s):
    r *= s


def axpy(s, r, t):
    t += s * r


def rotated(r, t, s):
    c, d = np.cos(s), np.sin(s)
    kept = r.copy()
    r[:] = c * r + d * t
    t[:] = c * t - d * kept


def relaxed(u, s):
    for row in u:
        row[1:-1] += s * (row[2:] - row[1:-1])
    return u


def smoothed(u, s):
    left, right = u[:, :-1], u[:, 1:]
    right += s * left
    axpy(s, 0.5 * u[0], u[-1])


def swept(u, s):
    change = 0.0
    for i in range(1, len(u)):
        above, row = u[i - 1], u[i]
        new = row + s * above
        change += np.sum((new - row) ** 2)
        row[:] = new
        if change > 1.13:
            return change
    return 0.5 * change


def norm_and_unit(r):
    n = np.sqrt(np.sum(r ** 2) + 1.0)
    return n, r / n


def projected(r, others):
    for t in others:
        r -= 0.3 * (t @ r) * t
    return r


def eliminated(u, y):
    n = len(u)
    for k in range(n - 1):
        for i in range(k + 1, n):
            row, top = u[i], u[k]
            m = row[k] / (3.0 + top[k] ** 2)
            row[k:] -= m * top[k:]
            y[i] -= m * y[k]


def largest(r):
    best = 0
    for i in range(1, len(r)):
        if r[i] > r[best]:
            best = i
    return best


def exchanged(u, i, j):
    if i != j:
        u[[i, j]] = u[[j, i]]


def added(r, s, out):
    np.multiply(r, s, out=out)
    out[0] += r[-1]
    return out


'''
FLOATS = (
    "{s}", "{s}", "{r}[{i}]", "{r}[{i}]", "{m}[{i}, {i}]", "{b}[0, 1]", "{b}[1][0]", "({S} * {S})", "({S} + {S})",
    "({S} - {S})", "np.tanh({S})", "({r} @ {r}) * 0.2", "np.sum({r}) * 0.3", "np.sum({b}) * 0.2", "{r}[largest({r})]",
    "np.dot({r}, {A}) * 0.2", "norm_and_unit({r})[0]", "{r}.max()", "sum({r}) * 0.2", "({S} / (2.0 + {s} ** 2))",
    "np.linalg.norm({r})", "{m}[{i}].sum() * 0.1", "({S} if {C} else {S})", "swept({m}.copy(), {S}) * 0.1",
)
ARRAYS = (
    "{r}", "{r}", "{r}", "{m}[{i}]", "{m}[:, {i}]", "({A} + {A}) * 0.5", "({S} * {A})", "({A} * {A} * 0.5)", "np.tanh({A})",
    "({m} @ {r}) * 0.3", "{m}.sum(axis=0) * 0.3", "norm_and_unit({r})[1]", "{r}[::-1]", "({A} - {A})", "{r}.copy()",
    "projected({r}.copy(), {m}[1:3])", "added({r}, {S}, np.zeros(4))", "np.array([{S}, {s}, {S}, 0.4])", "{b}.ravel()",
    "np.array([row @ {r} for row in {m}]) * 0.2", "np.where({r} > 0.213, {A}, {r})",
)
MATRICES = (
    "{m}", "{m}", "{m}.T", "({M} + {M}) * 0.5", "{m}.copy()", "({S} * {M})", "np.outer({r}, {r}) * 0.5", "({M} * {A})",
    "np.sin({M})", "relaxed({m}.copy(), {S})", "np.array([{r}, {r}, {r}, {A}])", "np.vstack([{r}, {b}.ravel(), {r}, {A}])",
    "np.array([row * {s} for row in {m}])",
)
CONDITIONS = (
    "{S} > 0.013", "{S} < 0.417", "{s} < {s}", "k % 2 == 0", "k > 1", "np.abs({r}).max() > 0.917", "np.sum({b}) > 0.113",
)
SIMPLE = (
    "{r'} = {m}[{i}]", "{r'} = {m}[{i}]", "{r'} = {m}[:, {i}]", "{r'} = {m}[{i}, :]", "{r'} = {m}.T[{i}]",
    "{r'} = {m}.ravel()[::5]", "{r'}, {r'} = {m}[{i}], {m}[{i}]", "{b'} = {m}[1:-1, 1:-1]", "{b'} = {m}[:2, 2:]",
    "{b'} = {m}[::2, 1::2]", "{r} = {m}[{i}]", "{r} -= {S} * {m}[{i}]", "{r} -= {S} * {r}", "{r} /= 1.5 + {r} ** 2",
    "{r} *= {S}", "{r} += {A}", "{r}[:] = {A}", "{r}[...] = {A}", "{r}[{i}] = {S}", "{r}[{i}] -= {r}[{i}] * {S}",
    "{r}[1:] -= {S} * {r}[:-1]", "{r}[1:-1] = 0.5 * ({r}[2:] + {r}[:-2])", "{r}[:], {r}[:] = {A}, {A}",
    "{r}[::2] *= {r}[1::2]", "{r}[{r} > 0.317] *= {S}", "{r'} = {A}", "{r'} = {A}", "{r'} = {r}.copy()", "{b} *= {S}",
    "{b}[:] = {b}.T * {S}", "{b} += {m}[2:, :2]", "{b}[0] -= {S} * {b}[1]", "{b}[:, 1] = {r}[:2]", "{b'} = {b}.copy()",
    "{s'} = {S}", "{s} = {S}", "{s} += {S}", "{s'} = {r}[{i}]", "{m'} = {M}", "{m'} = {M}", "{m} *= {S}", "{m} += {A}",
    "{m}[{i}] = {A}", "{m}[:, {i}] -= {S} * {r}", "{m}[{i}] -= {m}[{i}, {i}] * {m}[{i}]", "{m}[1:-1, 1:-1] += {S} * {b}",
    "{m}[1:] = {m}[:-1]", "scaled({r}, {S})", "scaled({m}[1:-1], {S})", "scaled({m}[:, {i}], {S})", "axpy({S}, {r}, {r})",
    "axpy({S}, {r}, {m}[{i}])", "axpy({S}, {m}[{i}], {m}[{i}])", "rotated({m}[0], {m}[2], {S})",
    "rotated({m}[:, 1], {m}[:, 3], {S})", "rotated({r}, {m}[{i}], {S})", "relaxed({m}, {S})", "relaxed({m}[1:-1], {S})",
    "relaxed({m}[:, ::-1], {S})", "relaxed({m}.T, {S})", "smoothed({m}, {S})", "smoothed({m}[1:], {S})",
    "smoothed({b}, {S})", "{s'} = swept({m}, {S})", "swept({m}[::-1], {S})", "{s} += swept({m}[:, 1:], {S})",
    "{s'}, {r'} = norm_and_unit({r})", "{s'}, {m}[{i}] = norm_and_unit({m}[{i}])", "projected({m}[{i}], {m}[1:3])",
    "{r'} = projected({r}, {m}[2:])", "projected({r}, [{r}, {A}])", "eliminated({m}, {r})",
    "eliminated({m}.copy(), {m}[{i}])", "exchanged({m}, k, largest({m}[:, 0]))", "exchanged({m}, 0, {i})",
    "added({r}, {S}, {r})", "added({m}[{i}], {S}, {m}[{i}])", "{r'} = added({A}, {S}, {m}[:, {i}])",
    "np.add({A}, {A}, out={r})", "np.multiply({A}, {S}, out={m}[{i}])", "np.subtract({r}, {A}, out={r})",
    "np.matmul({m}, {A}, out={m}[:, {i}])", "np.sum({m}, axis=0, out={r})", "np.cumsum({A}, out={r})", "np.copyto({r}, {A})",
    "{m}.sum(axis=1, out={m}[{i}])", "np.add({m}[1:3, 1:3], {S}, out={b})",
)
BLOCKS = (
    "if {C}:", "if {C}: else:", "for k in range(3):", "for k in range(1, 4):", "for k in range(3, 0, -1):",
    "for k in range(k, 4):", "for {r'} in {m}:", "for {r'} in {m}.T:", "for {r'} in {m}[1:]:",
    "for {r'} in ({r}, {m}[{i}]):", "for k, {r'} in enumerate({m}):", "for {r'}, {r'} in zip({m}, {m}):",
    "for {r'}, {r'} in zip({m}[1:], {m}[:-1]):", "for {r'}, {s'} in zip({m}, {r}):",
    "for k, ({r'}, {s'}) in enumerate(zip({m}, {r})):", "for {s'} in {r}:", "while {s} < 0.517:",
    "for {b'} in ({b}, {m}[2:, 2:]):",
)


class Rows(Author):
    """Writes one program; the same number gives the same one."""

    support, simple, blocks = SUPPORT, SIMPLE, BLOCKS
    tables = {"S": FLOATS, "A": ARRAYS, "M": MATRICES, "C": CONDITIONS}
    indices = ("0", "1", "2", "-1", "k", "k", "k - 1")
    compound = 0.28

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.names = {"s": ["p"], "r": ["v"], "b": ["b"], "m": ["m", "n"]}

    def program(self, statements: int) -> str:
        """The source of ``f(m, n, v, p)``."""
        before = self.random.randint(1, statements)
        self.block(before, 1)
        if self.random.random() < 0.3:  # it may be over already
            self.lines += [self.filled("    if {C}:"), self.filled("        return np.sum({r} * {r}) + np.sum({m}) * {S}")]
        self.block(statements - before, 1)
        total = " + ".join(f"np.sum({{m}} ** 2 * {weight})" for weight in (0.3, 0.7))
        rest = "np.sum(m @ np.arange(4.0)) + np.sum({r}) + np.sum({b} ** 2) + {s} * 0.5"
        self.lines.append(self.filled(f"    return {total} + {rest}"))
        return self.support + "def f(m, n, v, p):\n    k = 1\n    b = n[1:3, :2]\n" + "\n".join(self.lines) + "\n"
