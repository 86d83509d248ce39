"""Writes random programs on matrices: rows, columns and blocks, their views, broadcasting, reductions, updates in place."""
from __future__ import annotations

from properties.author import Author

SUPPORT = '''\
import numpy as np


def relaxed(u, s):
    u[1:-1, 1:-1] += s * (u[2:, 1:-1] - 2.0 * u[1:-1, 1:-1] + u[:-2, 1:-1])


def diffused(u, s):
    n = u.shape[0]
    new = u.copy()
    for i in range(1, n - 1):
        for j in range(1, n - 1):
            new[i, j] = u[i, j] + s * (u[i - 1, j] + u[i, j + 1] - 2.0 * u[i, j])
    return new


def normalized(u):
    for i in range(u.shape[0]):
        u[i] /= 1.0 + np.sqrt(np.sum(u[i] ** 2))
    return u


def inner(u):
    return u[1:3, 1:]


def exchanged(u, i, j):
    u[[i, j]] = u[[j, i]]


def bounded(u):
    u[0, :] = u[1, :]
    u[:, -1] = 0.0


'''
FLOATS = ("{s}", "{s}", "{m}[{i}, {i}]", "{m}[{i}][{i}]", "{a}[{i}]", "{a}[{i}]", "({S} * {S})", "({S} + {S})",
          "({S} - {S})",
          "np.sin({S})", "np.tanh({S})", "np.sum({M}) * 0.1", "np.mean({A})", "({A} @ {A}) * 0.2", "np.trace({M}) * 0.2",
          "np.linalg.norm({A} + 3.0) * 0.1", "{m}.max()", "{m}[{i}].sum() * 0.3", "np.sum({m} * {m}) * 0.1",
          "({A} @ {M} @ {A}) * 0.05", "inner({m})[0, 0]")
ARRAYS = ("{a}", "{a}", "{m}[{i}]", "{m}[:, {i}]", "({A} + {A}) * 0.5", "({A} * {A})", "({S} * {A})", "np.tanh({A})",
          "({M} @ {A}) * 0.3", "{M}.sum(axis=0) * 0.3", "{M}.mean(axis=1)", "np.diag({m})", "{m}.max(axis=1)", "{a}[::-1]",
          "({A} - {A}.mean())", "{m}[{i}, ::-1]", "np.cumsum({A}) * 0.3", "np.append({a}[1:], {S})",
          "np.dot({a}, {m}) * 0.3",
          "np.where({a} > 0.113, {A}, {A})", "{m}[[0, 1, 2, 3], [1, 2, 3, 0]]", "{m}.ravel()[3:7]", "{m}.ravel()[::5]")
MATRICES = ("{m}", "{m}", "{m}", "{m}.T", "({M} + {M}) * 0.5", "({M} * {M})", "({M} @ {M}) * 0.2", "np.outer({A}, {A})",
            "({M} * {A})", "({M} + {A}[:, None]) * 0.5", "({a}[:, np.newaxis] - {a})", "np.sin({M})", "({S} * {M})",
            "({M} / (1.0 + {M} ** 2))", "({M} - {M}.mean(axis=1, keepdims=True))", "np.roll({M}, 1, axis=0)",
            "diffused({m}, {S})",
            "np.where({m} > 0.213, {M}, {M})", "{m}[::-1]", "{m}[:, ::-1]", "np.vstack([{A}, {A}, {A}, {A}])",
            "np.stack([{A}, {a}, {a}, {A}], axis=1)", "np.array([{A}, {a}, {a}, {A}])", "{m}.reshape(2, 8).reshape(4, 4)",
            "np.eye(4) * {S}", "np.maximum({M}, {S})", "np.pad(inner({m}), ((1, 1), (1, 0)))", "normalized({m}.copy())")
CONDITIONS = ("{S} > 0.013", "{S} < 0.417", "{s} < {s}", "k % 2 == 0", "k > 1")
SIMPLE = (
    "{s} = {S}", "{s'} = {S}", "{s} += {S}", "{s} *= {S}", "{a} = {A}", "{a'} = {A}", "{a'} = {A}", "{a}[{i}] = {S}",
    "{a}[{i}] *= {S}", "{a} *= {S}", "{a} += {A}", "{m} = {M}", "{m'} = {M}", "{m'} = {M}", "{m'} = {m}.copy()",
    "{m}[{i}, {i}] = {S}", "{m}[{i}, {i}] += {S}", "{m}[{i}][{i}] = {S}", "{m}[{i}] = {A}", "{m}[:, {i}] = {A}",
    "{m}[{i}] *= {S}", "{m}[{i}, :] += {A}", "{m}[:, {i}] -= {m}[:, {i}] * {s}", "{m}[1:, :] = {m}[:-1, :] * {s}",
    "{m}[1:-1, 1:-1] = {m}[2:, 1:-1] * {m}[:-2, 1:-1]", "{m}[1:-1, 1:-1] += 0.2 * {m}[1:-1, 2:]", "{m}[{m} > 0.417] *= {s}",
    "{m}[{m} < 0.117] = {s}", "{m} *= {M}", "{m} += {A}", "{m} -= {S}", "{m} /= 1.5 + {A} ** 2", "{m}[...] = {M}",
    "{m}[:] = {A}",
    "{m}[[0, 2]] = {m}[[2, 0]]", "{m}[[0, 2], 1] *= {S}", "{m}[0], {a} = {A}, {A}", "{a'} = {m}[{i}]", "{a'} = {m}[:, {i}]",
    "{m'} = {m}.T", "{m'} = {m}[::-1]", "{m'} = {m}", "{m'} = {m}.reshape(2, 2, 4).reshape(4, 4)", "{m}, {m} = {m}, {m}",
    "relaxed({m}, {S})", "bounded({m})", "exchanged({m}, 0, {i})", "normalized({m})", "{m'} = normalized({m}.copy())",
    "np.fill_diagonal({m}, {S})", "np.multiply({M}, {S}, out={m})", "np.add.at({m}, ([0, 1, 1], [2, 2, 2]), {S})",
    "np.copyto({m}, {M})", "{m}.flat[{i}] = {S}", "{m}.ravel()[{i}] = {S}", "inner({m})[0] *= {s}", "inner({m})[1, 1] = {s}",
    "{m}[1, 1:], {m}[2, :-1] = {a}[1:] * {s}, {a}[:-1]", "{m}[{i}] = {m}[{i}] - {m}[{i}] * {m}[{i}, {i}]",
    "{a'} = np.zeros(4)", "{m'} = np.zeros((4, 4))", "{m'} = np.empty_like({m}); {m'}[:] = {M}",
)
BLOCKS = ("if {C}:", "if {C}: else:", "for k in range(3):", "for k in range(1, 4):", "for k in range(3, 0, -1):",
          "for {a'} in {m}:", "for k, {a'} in enumerate({m}):", "for {a'}, {s'} in zip({m}, {a}):", "while {s} < 0.517:",
          "for {a'} in {m}.T:")


class Grids(Author):
    """Writes one program; the same number gives the same one."""

    support, simple, blocks = SUPPORT, SIMPLE, BLOCKS
    tables = {"S": FLOATS, "A": ARRAYS, "M": MATRICES, "C": CONDITIONS}
    indices = ("0", "1", "2", "-1", "k", "k", "k - 1")
    compound = 0.25

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.names = {"s": ["p"], "a": ["v"], "m": ["m", "n"]}

    def program(self, statements: int) -> str:
        """The source of ``f(m, n, v, p)``."""
        self.block(statements, 1)
        total = " + ".join(f"np.sum({{m}} ** 2 * {weight})" for weight in (0.3, 0.7))
        self.lines.append(self.filled(f"    return {total} + np.sum(m @ np.arange(4.0)) + np.sum({{a}}) + {{s}} - 0.5 * {{s}}"))
        return self.support + "def f(m, n, v, p):\n    k = 1\n" + "\n".join(self.lines) + "\n"
