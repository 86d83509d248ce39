"""Additions to parts that were broadcast."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.shapes import unbroadcast
from s2sgrad.runtime.structures import BASIC, add, add_at, structured_like, zeros_like


def add_fitted(b: Any, key: Any, value: Any) -> None:
    """``b[key] += value``, with `value` summed to the shape of the part, which may have been broadcast to that of `value`.

    Positions that `key` names twice count twice.
    """
    if not isinstance(b, np.ndarray):
        b[key] = add(b[key], unbroadcast(value, b[key]))
    elif isinstance(key, BASIC) or type(key) is tuple and all(isinstance(k, BASIC) for k in key):
        b[key] += unbroadcast(value, b[key])
    else:
        whole = type(value) is np.ndarray and value.shape == _shape(b, key) and value.dtype.kind == b.dtype.kind
        np.add.at(b, key, value if whole else unbroadcast(value, b[key]))


def placed(b: Any, key: Any, x: Any) -> Any:
    """An adjoint in the structure of `x` that is `b`, as `add_fitted` adds it, at `key`, and zero elsewhere."""
    out = zeros_like(x)
    if type(out) is np.ndarray and (type(b) is float or type(b) is np.float64):
        add_at(out, key, b)
        return out
    if not isinstance(out, np.ndarray) and isinstance(b, (list, tuple, dict)):
        out[key] = add(out[key], b)
    else:
        add_fitted(out, key, b)
    return structured_like(out, x)


def _shape(b: np.ndarray, key: Any) -> tuple[int, ...] | None:
    """The shape of ``b[key]``, where it shows without taking the part."""
    if type(key) is np.ndarray:
        return key.shape + b.shape[1:] if key.dtype.kind in "iu" else None
    first = key[0] if type(key) is tuple and key else None
    if type(first) is np.ndarray and all(type(k) is np.ndarray and k.shape == first.shape and k.dtype.kind in "iu" for k in key):
        return first.shape + b.shape[len(key):]
    return None
