"""Slopes of the interpolants of `scipy.interpolate`, and the shapes of what they give.

An interpolant of data of shape (..., n, ...) along an axis gives, at points of any shape, that shape in the place of n.
"""
from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy import interpolate

from s2sgrad.runtime.precision import real_like
from s2sgrad.runtime.scipy_surfaces import spline_slope


def _axis(f: Any) -> int:
    return int(getattr(f, "axis", getattr(f, "_y_axis", 0)))


def at_points(by: Any, slope: Any, x: Any, f: Any) -> Any:
    """The adjoint of the points, from that of the values and from the slopes there: a sum over the axes of the data."""
    first, last = _axis(f), _axis(f) + np.ndim(x)
    product = by * slope
    return np.sum(product, axis=(*range(first), *range(last, np.ndim(product))))


def along_points(dx: Any, slope: Any, f: Any) -> Any:
    """The tangent of the values, from that of the points and from the slopes there."""
    trailing = np.ndim(slope) - np.ndim(dx) - _axis(f)
    return np.reshape(dx, np.shape(dx) + (1,) * trailing) * slope


def summed_along(product: Any, x: Any, y: Any, axis: int) -> Any:
    """The adjoint of the points of one axis of a grid, of which axes of length one are left out."""
    points = y if axis else x
    if np.ndim(points) == 0:
        return np.sum(product)
    return np.reshape(np.sum(np.reshape(product, (np.size(x), np.size(y))), axis=1 - axis), np.shape(points))


def spread_along(dpoints: Any, slope: Any, x: Any, y: Any, axis: int) -> Any:
    """The tangent on a grid, from those of the points of one axis and from the slopes along it."""
    column = np.reshape(dpoints, (1, -1) if axis else (-1, 1))
    return np.reshape(np.broadcast_to(column, (np.size(x), np.size(y))), np.shape(slope)) * slope


def interpolant_slope(f: Any, x: Any) -> Any:
    """The slope of an `interp1d`, `KroghInterpolator` or `BarycentricInterpolator` at points.

    Of a piecewise constant or linear `interp1d`: at a data point the slope to its left; 0 where it gives a constant
    beyond the data.
    """
    if not isinstance(f, interpolate.interp1d):
        return f.derivative(x)
    points = np.asarray(x, dtype=float)
    rows = np.moveaxis(np.asarray(f.y), f.axis, 0)
    beyond = (points < f.x[0]) | (points > f.x[-1])
    if f._kind == "spline":
        found = np.reshape(f._spline.derivative()(np.ravel(points)), np.shape(points) + rows.shape[1:])
    elif f._kind == "linear":
        k = np.clip(np.searchsorted(f.x, points), 1, len(f.x) - 1)
        found = (rows[k] - rows[k - 1]) / np.reshape(f.x[k] - f.x[k - 1], np.shape(points) + (1,) * (rows.ndim - 1))
    else:
        found = np.zeros(np.shape(points) + rows.shape[1:])
    if not f._extrapolate:
        found = np.where(np.reshape(beyond, np.shape(points) + (1,) * (rows.ndim - 1)), 0.0, found)
    count = np.ndim(points)
    return np.moveaxis(found, list(range(count)), list(range(f.axis, f.axis + count)))


# ---- values that vary -----------------------------------------------------------------------------------------------

def interpolated(make: Any, points: Any, values: Any, options: Any, x: Any, nu: int = 0) -> Any:
    """The interpolant that ``make(points, values, **options)`` gives, or its derivative of order `nu`, at `x`."""
    f = make(points, values, **options)
    if not nu:
        return f(x)
    if isinstance(f, interpolate.UnivariateSpline):
        return spline_slope(f, x, nu)
    if isinstance(f, _WITH_ORDER):
        return f(x, nu)
    if nu == 1:
        return interpolant_slope(f, x)
    if not isinstance(f, interpolate.interp1d):
        return f.derivative(x, nu)
    if f._kind == "spline":
        raise NotImplementedError("use make_interp_spline for second derivatives")
    return np.zeros_like(interpolant_slope(f, x))


#: Interpolants that are called with the order of the derivative that they give.
_WITH_ORDER = (interpolate.PPoly, interpolate.BSpline, interpolate.UnivariateSpline)


def axis_of_values(make: Any, values: Any, options: Any) -> int:
    """The axis of the values along which they are interpolated."""
    return int(options.get("axis", -1 if make is interpolate.interp1d else 0)) % np.ndim(values)


def _of_unit_values(make: Any, points: Any, length: int, options: Any, x: Any, nu: int) -> Any:
    """What each of the values counts at each point, the values on the last axis."""
    plain = homogeneous(options)
    if isinstance(make, type) and issubclass(make, interpolate.UnivariateSpline):  # it takes one column only
        return np.stack([interpolated(make, points, unit, plain, x, nu) for unit in np.eye(length)], axis=-1)
    return interpolated(make, points, np.eye(length), {**plain, "axis": 0}, x, nu)


def homogeneous(options: Any) -> Any:
    """The options with 0 for the constants that are given beyond the data."""
    fill = options.get("fill_value")
    constant = fill is not None and not isinstance(fill, str)
    return {**options, "fill_value": 0.0} if constant else options


def values_adjoint(by: Any, make: Any, points: Any, values: Any, options: Any, x: Any, nu: int) -> Any:
    """The adjoint of the values in `interpolated`."""
    axis, count = axis_of_values(make, values, options), np.ndim(x)
    weights = _of_unit_values(make, points, np.shape(values)[axis], options, x, nu)
    flow = np.tensordot(weights, by, (list(range(count)), list(range(axis, axis + count))))
    return real_like(np.moveaxis(flow, 0, axis), values)


def on_values(product: Any, make: Any, values: Any, options: Any, x: Any) -> Any:
    """The adjoint of the points from the product of that of the result with the slopes."""
    axis, count = axis_of_values(make, values, options), np.ndim(x)
    return np.sum(product, axis=(*range(axis), *range(axis + count, np.ndim(product))))


def moved_points(dx: Any, slope: Any, make: Any, values: Any, options: Any) -> Any:
    """The part of the tangent of `interpolated` that comes from the points."""
    trailing = np.ndim(slope) - np.ndim(dx) - axis_of_values(make, values, options)
    return np.reshape(dx, np.shape(dx) + (1,) * trailing) * slope


def interpolated_monotonically(make: Any, points: Any, values: Any, options: Any, x: Any, nu: int = 0) -> Any:
    """The `scipy.interpolate.PchipInterpolator` of points and values, or its derivative of order `nu`, at `x`."""
    return interpolated(make, points, values, options, x, nu)


def interpolated_by_akima(make: Any, points: Any, values: Any, options: Any, x: Any, nu: int = 0) -> Any:
    """The `scipy.interpolate.Akima1DInterpolator` of points and values, or its derivative of order `nu`, at `x`."""
    return interpolated(make, points, values, options, x, nu)


def by_slopes(points: Any, values: Any, slopes: Any, h: Any, m: Any, x: Any, nu: int) -> Any:
    """The piecewise cubic with given slopes at the points, which are `h` apart; `m` are the slopes between them."""
    return interpolated(interpolate.CubicHermiteSpline, points, values, {"dydx": slopes}, x, nu)


def interpolated_on_grid(make: Any, points: Any, values: Any, options: Any, xi: Any, method: Any = None) -> Any:
    """The `scipy.interpolate.RegularGridInterpolator` of a grid and values, at points."""
    return make(points, values, **options)(xi, method)


# ---- regular grids --------------------------------------------------------------------------------------------------

def _cells(points: Any, xi: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """For each axis of a grid: the cell that holds each point, the place in it (0 to 1), and the length of the cell."""
    columns = np.moveaxis(np.asarray(xi), -1, 0)
    points = [np.asarray(p) for p in points]
    cells = [np.clip(np.searchsorted(p, c, side="right") - 1, 0, len(p) - 2) for p, c in zip(points, columns)]
    lengths = [p[k + 1] - p[k] for p, k in zip(points, cells)]
    return cells, [(c - p[k]) / h for p, c, k, h in zip(points, columns, cells, lengths)], lengths


def _corners(points: Any, xi: Any, method: Any) -> list[tuple[tuple[Any, ...], Any, list[Any]]]:
    """For each corner of the cells: its index in the grid, its weight, and the slopes of the weight by each
    coordinate."""
    cells, places, lengths = _cells(points, xi)
    if method == "nearest":
        flat = np.zeros(np.shape(places[0]))
        return [(tuple(k + (t > 0.5) for k, t in zip(cells, places)), flat + 1.0, [flat for _ in cells])]
    out = []
    for sides in itertools.product((0, 1), repeat=len(cells)):
        weights = [t if s else 1.0 - t for t, s in zip(places, sides)]
        signs = [(1.0 if s else -1.0) / h for s, h in zip(sides, lengths)]
        slopes = [np.prod([signs[m] if m == k else w for m, w in enumerate(weights)], axis=0)
                  for k in range(len(cells))]
        out.append((tuple(k + s for k, s in zip(cells, sides)), np.prod(weights, axis=0), slopes))
    return out


def _check(method: Any) -> None:
    if method not in ("linear", "nearest"):
        raise NotImplementedError("interpolation on a regular grid is differentiated with method='linear' and 'nearest'")


def _inside(points: Any, xi: Any, fill_value: Any) -> Any:
    """Which points are not given the fill value."""
    if fill_value is None:
        return np.ones(np.shape(xi)[:-1], dtype=bool)
    columns = np.moveaxis(np.asarray(xi), -1, 0)
    return np.all([(c >= p[0]) & (c <= p[-1]) for p, c in zip(points, columns)], axis=0)


def grid_adjoint(by: Any, points: Any, values: Any, xi: Any, method: Any, fill_value: Any) -> tuple[Any, Any]:
    """The adjoints of the values and the points of evaluation in `scipy.interpolate.interpn`."""
    _check(method)
    xi, values = np.asarray(xi, dtype=float), np.asarray(values)
    trailing = np.ndim(values) - len(points)
    mask = _inside(points, xi, fill_value)
    by = np.where(np.reshape(mask, np.shape(mask) + (1,) * trailing), by, 0.0)
    bvalues = np.zeros(np.shape(values))
    bxi = np.zeros(np.shape(xi))
    for where, weight, slopes in _corners(points, xi, method):
        wide = np.reshape(weight, np.shape(weight) + (1,) * trailing)
        np.add.at(bvalues, where, by * wide)
        flow = np.sum(by * values[where], axis=tuple(range(np.ndim(weight), np.ndim(by))))
        bxi = bxi + np.stack([flow * s for s in slopes], axis=-1)
    return bvalues, bxi


def grid_tangent(dvalues: Any, dxi: Any, points: Any, values: Any, xi: Any, method: Any, fill_value: Any) -> Any:
    """The tangent of `scipy.interpolate.interpn`."""
    _check(method)
    xi, values, dvalues = np.asarray(xi, dtype=float), np.asarray(values), np.asarray(dvalues)
    trailing = np.ndim(values) - len(points)
    total = 0.0
    for where, weight, slopes in _corners(points, xi, method):
        rate = np.sum(np.stack(slopes, axis=-1) * dxi, axis=-1)
        wide, moved = (np.reshape(w, np.shape(w) + (1,) * trailing) for w in (weight, rate))
        total = total + wide * dvalues[where] + moved * values[where]
    mask = _inside(points, xi, fill_value)
    return np.where(np.reshape(mask, np.shape(mask) + (1,) * trailing), total, 0.0)
