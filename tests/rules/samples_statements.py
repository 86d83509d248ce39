"""Samples of functions that are differentiated as the statements that they perform."""
from __future__ import annotations

import math
import operator

import numpy as np

from rules.harness import Sample, sample

VECTOR = np.array([0.3, -1.2, 2.1, 0.7])
OTHER = np.array([1.5, 0.43, -0.6, 2.2])
MATRIX = np.array([[1.0, 2.0, -0.5], [0.3, -1.1, 0.8]])


@np.vectorize
def branching(v: float, w: float) -> float:
    return math.sin(v) * w if v > 0.5 else v * v


def weighted(row: np.ndarray, power: float) -> float:
    return float(np.sum(row ** 2) * power)


def scaled(row: np.ndarray) -> np.ndarray:
    return row * np.sum(row)


NAMES = {"branching": branching, "weighted": weighted, "scaled": scaled}

SAMPLES: list[Sample] = [
    sample(np.copyto, "z = y * 1.0\nnp.copyto(z, x * 2.0)\nz * x", x=VECTOR, y=OTHER),
    sample(np.copyto, "z = y * 1.0\nnp.copyto(z, x, where=x > 0.5)\nz * x", x=VECTOR, y=OTHER),
    sample(np.put, "z = y * 1.0\nnp.put(z, [0, 2], x[:2])\nz * x", x=VECTOR, y=OTHER),
    sample(np.place, "z = y * 1.0\nnp.place(z, z > 1.0, x[:2])\nz * x", x=VECTOR, y=OTHER),
    sample(np.putmask, "z = y * 1.0\nnp.putmask(z, z > 1.0, x)\nz * x", x=VECTOR, y=OTHER),
    sample(np.putmask, "z = x * 1.0\nnp.putmask(z, m, y)\nz * x", x=MATRIX, y=OTHER, m=MATRIX > 0),
    sample(np.fill_diagonal, "z = x * x\nnp.fill_diagonal(z, y[0])\nz * x", x=MATRIX, y=OTHER),
    sample(np.put_along_axis, "z = x * x\nnp.put_along_axis(z, np.array([[1], [0]]), y[:1] * 2.0, 1)\nz * x", x=MATRIX,
           y=OTHER),
    sample(np.piecewise, "np.piecewise(x, [x < 0, x > 1.0], [lambda v: v * v, lambda v: 1.0 / v, 0.5])", x=VECTOR),
    sample(np.piecewise, "np.piecewise(x, [x < 0.0], [lambda v, k: v * k, lambda v, k: np.exp(v) * k], y)", x=MATRIX,
           y=1.3),
    sample(np.vectorize, "branching(x, y)", x=VECTOR, y=OTHER, names=NAMES),
    sample(np.vectorize, "branching(x, 2.0) * np.vectorize(lambda v: v * v if v > 0 else 3.0 * v)(x)", x=MATRIX,
           names=NAMES),
    sample(np.vectorize, "branching(x, y)", x=VECTOR, y=1.3, names=NAMES),
    sample(np.apply_along_axis, "np.apply_along_axis(weighted, 0, x, y)", x=MATRIX, y=1.3, names=NAMES),
    sample(np.apply_along_axis, "np.apply_along_axis(scaled, 1, x) * np.apply_along_axis(scaled, 0, x)", x=MATRIX,
           names=NAMES),
    sample(np.apply_over_axes, "np.apply_over_axes(np.sum, x * x, (0, 1))", x=MATRIX),
    sample(np.apply_over_axes, "np.apply_over_axes(np.cumsum, x * x, 1) * x", x=MATRIX),
    sample(np.setxor1d, "np.setxor1d(x, y)", x=VECTOR, y=OTHER),
    sample(np.setdiff1d, "np.setdiff1d(x, y)", x=VECTOR, y=OTHER),
    sample(np.setdiff1d, "np.setdiff1d(x, y, assume_unique=True) * x[0]", x=VECTOR, y=OTHER),
    sample(operator.getitem, "operator.getitem(x, 1) * x", x=VECTOR),
    # the array for the result, by keyword and by position, of functions and of methods
    *(sample(np.sum, f"z = np.zeros_like(x[0])\n{call}\nz * x", x=MATRIX)
      for call in ("np.sum(x, 0, None, z)", "np.sum(x, axis=0, out=z)", "x.sum(0, None, z)", "x.sum(axis=0, out=z)",
                   "np.add.reduce(x, 0, None, z)", "np.max(x, 0, z)", "np.median(x, axis=0, out=z)")),
    *(sample(np.sum, code, x=MATRIX)
      for code in ("x.sum(axis=0, out=np.zeros(3)) * x", "np.sum(x, 0, None, np.zeros((1, 3)), True) * x",
                   "np.multiply.accumulate(x, axis=1, out=np.zeros_like(x))", "x.clip(-0.3, 0.9, np.zeros_like(x))")),
    sample(np.dot, "z = np.zeros((2, 2))\nnp.dot(x, x.T, z)\nz * x[0, 0]", x=MATRIX),
    sample(np.conjugate, "np.conjugate(x, where=x > 0, out=x * 0.5)", x=MATRIX),
    sample(np.sign, "np.sign(x, where=x > 0, out=x * 0.5) + x", x=MATRIX),
    sample(np.median, "np.median(x.copy(), overwrite_input=True) * x", x=MATRIX),
    # new arrays, parts of arrays, and what they stand for, while one of them is changed
    *(sample(f, f"z = x * 1.0\na = {made}\nz[0] *= z[1]\na * z[0]", x=VECTOR)
      for f, made in ((np.ndarray.astype, "z.astype(float)"), (np.full_like, "np.full_like(z, z)"),
                      (np.modf, "np.modf(z)[0]"), (np.copy, "z.flat[:2]"))),
    *(sample(f, f"z = x * 1.0\na = {made}\nz[0, 0] *= z[1, 1]\na * z[0, 0]", x=MATRIX[:, :2], order=1)
      for f, made in ((np.linalg.matrix_power, "np.linalg.matrix_power(z, 1)"), (np.diff, "np.diff(z, n=0)"),
                      (np.polyint, "np.polyint(z, 0)"), (np.polyder, "np.polyder(z[0], m=0)"),
                      (np.linalg.matrix_power, "np.linalg.matrix_power(a=z, n=1)"), (np.diff, "np.diff(n=0, a=z)"),
                      (np.polyder, "np.polyder(p=z[0], m=0)"))),
    *(sample(np.ndarray.astype, f"a = x.astype(float)\na[{k}] *= x[1]\na + x[1]", x=VECTOR) for k in ("0", "...")),
    *(sample(np.split, f"a, b = {made}\nx[0] = 5.0\na * b", x=VECTOR[:4])
      for made in ("np.split(x, 2)", "np.array_split(x, [2])", "np.hsplit(x, 2)", "list(np.split(x, 2))")),
    sample(np.vsplit, "p = np.vsplit(x, 2)\nx[0, 0] *= x[1, 1]\np[0] * p[1]", x=MATRIX[:2]),
    sample(np.trim_zeros, "np.trim_zeros(x * np.array([0.0, 1.0, 1.0, 0.0]))", x=VECTOR[:4]),
    sample(np.where, "inside = p * x\nabove = np.where(x > p[-1], 1.0, inside)\na = np.where(x < p[0], 2.0, above)\n"
           "if np.all(x == x): a[...] *= x[1]\nx * 3.0 + np.sum(a)", x=np.array([0.3, 0.5, 0.55]),
           p=np.array([0.4, 0.5, 0.6])),
    *(sample(f, f"s = np.linalg.{f.__name__}(x.T @ x + np.diag([1.0, 2.0, 3.0]){options})\ns[0] *= s[1]\ns", x=MATRIX)
      for f, options in ((np.linalg.eigvalsh, ""), (np.linalg.svd, ", compute_uv=False"), (np.linalg.eigvals, ""))),
    # arrays without axes, of which arithmetic makes numbers
    *(sample(np.copy, f"z = x.copy()\n{write}\nz * y", x=np.array(0.7), y=0.3, order=1)
      for write in ("m = x < 0\nz[m] = y * x[m]", "z[...] = y * x", "z[()] *= y * x", "z[z > y] += y * x")),
    # conversions
    sample((np.float64, np.complex128), "np.float64(x) * np.real(np.complex128(x * x))", x=1.3),
    sample(np.float64, "np.float64(x) * x", x=VECTOR),
    sample(np.ndarray.flatten, "x.flatten() * x[0, 0]", x=MATRIX),
    sample(np.ndarray.tolist, "x.tolist()", x=VECTOR),
    sample(np.ndarray.item, "x.item(2) * x[0, 0].item()", x=MATRIX),
    sample(np.ndarray.view, "x.view() * x[0, 0]", x=MATRIX),
    *([sample(np.ndarray.to_device, "x.to_device('cpu') * x[0]", x=VECTOR)]
      if hasattr(np.ndarray, "to_device") else []),
    *([sample((np.unique_all, np.unique_counts, np.unique_inverse),
              "np.unique_all(x)[0] * np.unique_counts(x).values * np.unique_inverse(x)[0]", x=VECTOR)]
      if hasattr(np, "unique_all") else []),
    *([sample(np.unique_values, "np.unique_values(x)", x=VECTOR)] if hasattr(np, "unique_values") else []),
    sample(np.union1d, "np.union1d(x, y)", x=VECTOR, y=OTHER),
]
