"""Element types: what a cast does to derivatives."""
from __future__ import annotations

from typing import Any

import numpy as np

OF_OBJECTS = "an array of objects holds what is put into it, which cannot be differentiated"


def cast_like(b: Any, x: Any, y: Any) -> Any:
    """The adjoint of `x` from the adjoint `b` of ``y = x`` cast to another element type.

    It has the precision of `x`, is real where `x` is, and zero where `y` cannot vary continuously.
    """
    if _cast_to(y).kind not in "fc":
        return np.zeros(np.shape(x), dtype=inexact(x))
    kind = _dtype(x)
    if np.iscomplexobj(b) and kind.kind != "c":
        b = np.real(b)
    return np.asarray(b, dtype=kind) if kind.kind in "fc" and _dtype(b) != kind else b


def cast_tangent(dx: Any, y: Any) -> Any:
    """The tangent of ``y = x`` cast to another element type."""
    kind = _cast_to(y)
    return np.asarray(dx, dtype=kind) if kind.kind in "fc" else np.zeros(np.shape(y))


def cast_copy(dx: Any, y: Any) -> Any:
    """The tangent of ``y = x.astype(t)``, which is new as `y` is."""
    return np.array(cast_tangent(dx, y))


def _cast_to(y: Any) -> np.dtype[Any]:
    """The element type that something was cast to; objects hold what varies as lists do, and integers do not."""
    kind = _dtype(y)
    if kind.kind == "O":
        raise TypeError(f"{OF_OBJECTS}; use a list, or dtype=float")
    return kind


def _dtype(x: Any) -> np.dtype[Any]:
    return np.asarray(x).dtype


def inexact(b: Any) -> np.dtype[Any]:
    """The element type of an array of numbers like `b`, floating-point at least."""
    kind = _dtype(b)
    return kind if kind.kind in "fc" else np.dtype(float)


def real_like(b: Any, x: Any) -> Any:
    """The real part of `b` where `x` is real; in single precision where `x` is an array of that."""
    if type(b) is np.ndarray:
        if type(x) is np.ndarray and b.dtype is x.dtype:  # nearly always
            return b
        if b.dtype.kind == "f":
            return b if type(x) is not np.ndarray else in_kind_of(b, x)
    b = np.real(b) if np.iscomplexobj(b) and not np.iscomplexobj(x) else b
    return in_kind_of(b, x) if type(x) is np.ndarray else b


def in_kind_of(b: Any, like: np.ndarray) -> Any:
    """`b` in single precision where `like` is: beside an array of double precision, the adjoint of one that is not.

    It is complex where `like` is, since what is added to it in place may be.
    """
    own, kind = np.result_type(b), like.dtype
    narrower = own.kind == kind.kind and own.itemsize > kind.itemsize
    return np.asarray(b).astype(kind) if own.kind in "fc" and narrower or own.kind == "f" and kind.kind == "c" else b


def as_inexact(b: Any, like: Any) -> Any:
    """The seed `b` in floating-point numbers, complex where `like` is: what is added to it in place would be cast to integers."""
    if isinstance(b, float) or not isinstance(b, (np.ndarray, np.generic, int, complex, list, tuple)):
        return b
    array = np.asarray(b)
    if array.dtype.kind in "biu":
        return array.astype(inexact(like))
    if array.dtype.kind == "f" and np.iscomplexobj(like):
        return array.astype(np.result_type(array, np.complex64))
    return array if isinstance(b, (list, tuple)) else b
