"""Images as splines: their coefficients, and the weights of those around a point."""
from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
from scipy import ndimage

from s2sgrad.runtime.padding import pad_adjoint

#: How far SciPy continues an image whose edges it cannot treat exactly.
_MARGIN = 12
_CONTINUED = {"nearest": "edge", "grid-constant": "constant"}


def cardinal_spline(x: Any, degree: int, nu: int = 0) -> Any:
    """The B-spline of a degree whose knots are one apart, around 0, or its `nu`-th derivative; sums of truncated powers."""
    if nu:
        return cardinal_spline(x + 0.5, degree - 1, nu - 1) - cardinal_spline(x - 0.5, degree - 1, nu - 1)
    right = 0.5 * (degree + 1) - np.abs(x)  # it is even, and few powers are left at its end
    if degree == 0:
        return np.where(right > 0.0, 1.0, np.where(right == 0.0, 0.5, 0.0))
    return sum((-1.0) ** k * math.comb(degree + 1, k) / math.factorial(degree) * np.maximum(right - k, 0.0) ** degree
               for k in range(degree // 2 + 2))


def spline_coefficients(x: Any, order: int, mode: str, cval: Any, prefilter: bool) -> tuple[Any, int]:
    """What SciPy weighs of an image `x`, and how many pixels that has beyond its edges."""
    if order < 2 or not prefilter:
        return x, 0
    if mode not in _CONTINUED:
        return ndimage.spline_filter(x, order, np.result_type(x, float), mode), 0
    whole = np.pad(x, _MARGIN, "constant", constant_values=cval) if mode == "grid-constant" else np.pad(x, _MARGIN, "edge")
    return ndimage.spline_filter(whole, order, np.result_type(x, float), mode), _MARGIN


def spline_coefficients_adjoint(b: Any, x: Any, order: int, mode: str, prefilter: bool) -> Any:
    """The adjoint of the image `x` in `spline_coefficients`."""
    if order < 2 or not prefilter:
        return b
    b = spline_filter_adjoint(b, order, mode)
    return pad_adjoint(b, x, _MARGIN, _CONTINUED[mode], None, "even") if mode in _CONTINUED else b


def spline_filter_adjoint(b: Any, order: int, mode: str) -> Any:
    """The transpose of ``scipy.ndimage.spline_filter(x, order, mode=mode)``."""
    for axis in range(np.ndim(b)):
        b = along_axis_transposed(b, axis, order, mode)
    return b


def along_axis_transposed(b: Any, axis: int, order: int, mode: str) -> Any:
    """The transpose of ``scipy.ndimage.spline_filter1d(x, order, axis, mode=mode)``."""
    if order < 2:
        return b
    return np.moveaxis(np.tensordot(_filter_matrix(np.shape(b)[axis], order, mode), b, (0, axis)), 0, axis)


@functools.lru_cache(32)
def _filter_matrix(n: int, order: int, mode: str) -> Any:
    return ndimage.spline_filter1d(np.eye(n), order, 0, mode=mode)
