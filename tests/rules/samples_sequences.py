"""Samples of lists and tuples that NumPy makes arrays of, while their parts are used as well."""
from __future__ import annotations

import numpy as np

from rules.harness import Sample, sample

NUMBERS = [0.3, 0.7, 1.5]
ROWS = [[0.3, 0.7], [1.5, 0.2]]
ARRAYS = [np.array([0.3, -1.2, 2.1]), np.array([1.5, 0.43, -0.6])]


def _whole(x: object) -> object:
    """The same as tuples."""
    return tuple(map(_whole, x)) if isinstance(x, list) else x


SAMPLES: list[Sample] = [
    *(sample(f, code, x=x, order=1) for f, code in (
        (np.sum, "np.sum(x) + x[0] * x[1]"),
        (np.std, "np.std(x) * x[0]"),
        (np.max, "np.max(x) * sum(x)"),
        (np.cumsum, "np.cumsum(x)[1] * x[0]"),
        (np.linalg.norm, "np.linalg.norm(x) * x[2]"),
        (np.sin, "np.sum(np.sin(x)) * sum(x[1:])"),
        (np.sin, "np.sum(np.sin(x)) * sum([a * b for a, b in zip(x, x[1:])])"),
        (np.tanh, "np.sum(np.tanh(x)) * sum(sorted(x)[1:])"),
        (np.add, "np.add(x, x)"),
    ) for x in (NUMBERS, _whole(NUMBERS))),
    sample(np.add, "np.add(x, y)", x=NUMBERS, y=[0.5, 0.2, 0.9]),
    # unpacked into a call: how many there are only the run shows
    *(sample(np.meshgrid, f"p, q = np.meshgrid(*x{options})\np * q", x=x, order=1)
      for x, options in ((ARRAYS, ""), (_whole(ARRAYS), ", indexing='ij'"), (np.array(ROWS), ", sparse=True"))),
    sample(np.interp, "np.interp(x, *table) * table[1][0]", x=0.7, table=[np.array([0.0, 0.5, 1.0]), ARRAYS[0]]),
    sample(np.linspace, "np.linspace(*x, 4) * x[0]", x=(0.3, 0.8)),
    sample(np.gradient, "np.gradient(x[0] ** 2, *steps)", x=ARRAYS, steps=[0.3], order=1),
    sample(np.block, "np.sum(np.block(x)) * x[0][1] + x[1][0] ** 2", x=ROWS, order=1),
    sample(np.block, "np.sum(np.block(x)) * x[0][1] + np.sum(x[0])", x=ARRAYS, order=1),
    *(sample(f, f"np.sum({call}) * x[0][1] + x[1][0] ** 2", x=x, order=1) for f, call in (
        (np.linalg.det, "np.linalg.det(x)"), (np.transpose, "np.transpose(x)[0]"),
        (np.dot, "np.dot(x, x[0])"), (np.exp, "np.exp(x)")) for x in (ROWS, _whole(ROWS))),
    *(sample(f, f"np.sum({call}) * x[0][1] + np.sum(x[0])", x=x, order=1) for f, call in (
        (np.linalg.multi_dot, "np.linalg.multi_dot(x)"), (np.choose, "np.choose([0, 1, 0], x)"),
        (np.stack, "np.stack(x)"), (np.mean, "np.mean(x, axis=0)")) for x in (ARRAYS, _whole(ARRAYS))),
]
