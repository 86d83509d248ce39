"""Additions to places of an array that may be named twice."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.shapes import unbroadcast
from s2sgrad.runtime.structures import BASIC, add

#: What containers of numbers and arrays hold.
_VALUES = (np.ndarray, float, np.float64)


def add_at(b: Any, key: Any, value: Any) -> None:
    """``b[key] += value`` where positions that `key` names twice count twice.

    `value` may be the adjoint of what the part was broadcast to: it is summed to the shape of the part.
    """
    if isinstance(b, np.flatiter):
        np.add.at(b.base, np.unravel_index(np.arange(b.base.size)[key], b.base.shape), value)
    elif not isinstance(b, np.ndarray):
        part = b[key]
        b[key] = add(part, unbroadcast(value, part) if type(value) in _VALUES and type(part) in _VALUES else value)
    elif isinstance(key, BASIC) or type(key) is tuple and all(isinstance(k, BASIC) for k in key):
        b[key] += unbroadcast(value, b[key]) if type(value) is np.ndarray else value
    else:
        if type(value) is np.ndarray and (value.shape != _shape(b, key) or value.dtype.kind == "c" != b.dtype.kind):
            value = unbroadcast(value, b[key])
        np.add.at(b, key, value)


def _shape(b: np.ndarray, key: Any) -> tuple[int, ...] | None:
    """The shape of ``b[key]``, where it shows without taking the part."""
    if type(key) is np.ndarray:
        return key.shape + b.shape[1:] if key.dtype.kind in "iu" else None
    first = key[0] if type(key) is tuple and key else None
    if type(first) is np.ndarray and all(type(k) is np.ndarray and k.shape == first.shape and k.dtype.kind in "iu" for k in key):
        return first.shape + b.shape[len(key):]
    return None
