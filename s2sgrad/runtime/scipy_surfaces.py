"""Slopes of the splines of FITPACK, of one and of two variables, to whatever order.

The derivative of a piecewise polynomial of degree k is zero above order k. What lies beyond the data of a spline of two
variables is evaluated at the border, and so it is with one variable where ``ext=3`` asks for that: slopes are zero there.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate

_AT_THE_END = (3, "const")


def spline_slope(f: Any, x: Any, nu: int, ext: Any = None) -> Any:
    """The derivative of order `nu` of a `UnivariateSpline`, or of knots, coefficients and degree, at points."""
    if isinstance(f, interpolate.UnivariateSpline):
        t, k, ext = *(f._eval_args[n] for n in (0, 2)), f.ext if ext is None else ext
        value = f(x, min(nu, k), ext)
    else:
        t, k = (f.t, f.k) if isinstance(f, interpolate.BSpline) else (f[0], f[2])
        value = interpolate.splev(x, f, min(nu, k), ext or 0)
    if nu > k:
        return np.zeros_like(value)
    if ext in _AT_THE_END:
        low, high = t[k], t[-k - 1]
        return np.where((np.asarray(x) < low) | (np.asarray(x) > high), 0.0, value)[()]
    return value


def surface_slope(f: Any, x: Any, y: Any, dx: int, dy: int, grid: bool = True) -> Any:
    """The derivative of order `dx` in `x` and `dy` in `y` of a spline of two variables.

    `f` is a `BivariateSpline`, or knots, coefficients and degrees. Of points of a grid the result has the shape
    ``(np.size(x), np.size(y))``, of single points that of `x` and `y` broadcast.
    """
    (tx, ty, c), (kx, ky) = (f[:3], f[3:]) if isinstance(f, (list, tuple)) else (f.tck, f.degrees)
    x, y = np.asarray(x, float), np.asarray(y, float)
    if grid:
        x, y = np.ravel(x), np.ravel(y)
    else:
        x, y = np.broadcast_arrays(x, y)
    c = np.reshape(c, (len(tx) - kx - 1, len(ty) - ky - 1))
    along_x = _along(tx, c, kx, x, dx)
    along_y = _along(ty, np.eye(c.shape[1]), ky, y, dy)
    return along_x @ along_y.T if grid else np.sum(along_x * along_y, axis=-1)


def _along(t: Any, c: Any, k: int, x: Any, order: int) -> Any:
    """What splines with the coefficients in the columns of `c` give at points within the knots, and zero slope beyond."""
    if order > k:
        return np.zeros((*x.shape, c.shape[1]))
    low, high = t[k], t[-k - 1]
    out = interpolate.BSpline(t, c, k)(np.clip(x, low, high), order)
    return np.where(np.expand_dims((x < low) | (x > high), -1), 0.0, out) if order else out
