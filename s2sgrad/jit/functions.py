"""What generated code for Numba calls instead of the parts of NumPy that Numba lacks.

Each function is what its name says in NumPy as well, so the code for Numba also runs without it.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad import runtime


def square(x: Any) -> Any:
    """``x ** 2``."""
    return x * x


def apart(value: Any, target: Any) -> Any:
    """`value`, or a copy of it where it shares memory with `target`, which is about to change."""
    return value.copy() if isinstance(value, np.ndarray) and np.may_share_memory(value, target) else value


def with_entries(keys: Any, values: Any, x: Any) -> Any:
    """`s2sgrad.runtime.entries_like` of as many keys as values."""
    return runtime.entries_like(dict(zip(keys, values)), x)


def matmul(a: Any, b: Any) -> Any:
    """``a @ b`` of any ranks and element types."""
    return a @ b


def dot(a: Any, b: Any) -> Any:
    """`numpy.dot`."""
    return np.dot(a, b)


def outer(a: Any, b: Any) -> Any:
    """`numpy.outer`."""
    return np.outer(a, b)


def reduce_sum(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`numpy.sum` over any axes."""
    return np.sum(a, axis=axis, keepdims=keepdims)


def reduce_prod(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`numpy.prod` over any axes."""
    return np.prod(a, axis=axis, keepdims=keepdims)


def reduce_mean(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`numpy.mean` over any axes."""
    return np.mean(a, axis=axis, keepdims=keepdims)


def reduce_max(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`numpy.max` over any axes."""
    return np.max(a, axis=axis, keepdims=keepdims)


def reduce_min(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`numpy.min` over any axes."""
    return np.min(a, axis=axis, keepdims=keepdims)


def reduce_var(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`numpy.var` over any axes."""
    return np.var(a, axis=axis, keepdims=keepdims)


def reduce_std(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`numpy.std` over any axes."""
    return np.std(a, axis=axis, keepdims=keepdims)


def reduce_logaddexp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """``numpy.logaddexp.reduce`` over any axes."""
    combined: Any = np.logaddexp
    return combined.reduce(a, axis=axis, keepdims=keepdims)


def reshape(a: Any, shape: Any) -> Any:
    """`numpy.reshape`, of arrays in any layout."""
    return np.reshape(a, shape)


def ravel(a: Any) -> Any:
    """`numpy.ravel`, of arrays in any layout."""
    return np.ravel(a)


def transpose(a: Any, axes: Any = None) -> Any:
    """`numpy.transpose`."""
    return np.transpose(a, axes)


def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """`numpy.swapaxes`."""
    return np.swapaxes(a, axis1, axis2)


def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """`numpy.moveaxis`."""
    return np.moveaxis(a, source, destination)


def expand_dims(a: Any, axis: Any) -> Any:
    """`numpy.expand_dims` at one axis or several."""
    return np.expand_dims(a, axis)


def einsum(subscripts: str, *operands: Any) -> Any:
    """`numpy.einsum` with the subscripts as a string."""
    return np.einsum(subscripts, *operands)


def solve(a: Any, b: Any) -> Any:
    """`numpy.linalg.solve`, of arrays in any layout."""
    return np.linalg.solve(a, b)


def logaddexp(x: Any, y: Any) -> Any:
    """`numpy.logaddexp`."""
    return np.logaddexp(x, y)


def heaviside(x: Any, y: Any) -> Any:
    """`numpy.heaviside`."""
    return np.heaviside(x, y)


def reversed_range(start: int, stop: int, step: int) -> Any:
    """``reversed(range(start, stop, step))``."""
    count = max(0, -((start - stop) // step))
    return range(start + (count - 1) * step, start - step, -step)
