"""`scipy.interpolate`: interpolants of given data at points that vary, and interpolation on regular grids.

The slope of a spline is a spline. At a knot where the slope jumps it is that of the piece which the interpolant itself
uses there. `CubicSpline`, `PchipInterpolator`, `make_interp_spline`, `interp1d`, `RegularGridInterpolator`, `interpn` and
their kin may be given values that vary, where the interpolant is made in the function; elsewhere the data are constants.
"""
from __future__ import annotations

import numpy as np
from scipy import interpolate

from s2sgrad.rules.registry import (
    adjoint,
    d,
    expansion,
    known,
    linear,
    linear_in_data,
    makes_object,
    partials,
    tangent,
    unsupported,
)
from s2sgrad.runtime import unbroadcast
from s2sgrad.runtime.scipy_interpolate import (
    along_points,
    at_points,
    by_slopes,
    grid_adjoint,
    grid_tangent,
    homogeneous,
    interpolant_slope,
    interpolated,
    interpolated_by_akima,
    interpolated_monotonically,
    interpolated_on_grid,
    moved_points,
    on_values,
    spread_along,
    summed_along,
    values_adjoint,
)
from s2sgrad.runtime.scipy_surfaces import spline_slope, surface_slope

# ---- splines and piecewise polynomials ----------------------------------------------------------------------------


@adjoint(interpolate.PPoly.__call__, interpolate.BSpline.__call__)
def piecewise(y, self, x, nu=0, extrapolate=None):
    """the data of an interpolant are constants"""
    d[self] = None
    slope = self(x, nu + 1) if known(extrapolate) and extrapolate is None else self(x, nu + 1, extrapolate)
    d[x] = at_points(d[y], slope, x, self)


@tangent(interpolate.PPoly.__call__, interpolate.BSpline.__call__)
def piecewise_tangent(y, self, x, nu=0, extrapolate=None):
    slope = self(x, nu + 1) if known(extrapolate) and extrapolate is None else self(x, nu + 1, extrapolate)
    d[y] = along_points(d[x], slope, self)


@partials(interpolate.PPoly.integrate, interpolate.BSpline.integrate)
def piecewise_integral(y, self, a, b, extrapolate=None):
    """the data of an interpolant are constants"""
    if known(extrapolate) and extrapolate is None:
        return None, -self(a), self(b)
    return None, -self(a, 0, extrapolate), self(b, 0, extrapolate)


@partials(interpolate.UnivariateSpline.__call__)
def univariate(y, self, x, nu=0, ext=None):
    """the data of an interpolant are constants"""
    return None, spline_slope(self, x, nu + 1, ext)


@adjoint(spline_slope)
def spline_slope_rule(y, f, x, nu, ext=None):
    """the data of an interpolant are constants"""
    d[f] = None
    d[x] = d[y] * spline_slope(f, x, nu + 1, ext)


@tangent(spline_slope)
def spline_slope_tangent(y, f, x, nu, ext=None):
    d[y] = d[x] * spline_slope(f, x, nu + 1, ext)


@partials(interpolate.UnivariateSpline.integral)
def univariate_integral(y, self, a, b):
    """the data of an interpolant are constants"""
    return None, -self(a, 0, 1), self(b, 0, 1)  # it is zero beyond the data


@adjoint(interpolate.interp1d.__call__, interpolate.BarycentricInterpolator.__call__)
def interpolant(y, self, x):
    """the data of an interpolant are constants"""
    d[self] = None
    d[x] = at_points(d[y], interpolant_slope(self, x), x, self)


@tangent(interpolate.interp1d.__call__, interpolate.BarycentricInterpolator.__call__)
def interpolant_tangent(y, self, x):
    d[y] = along_points(d[x], interpolant_slope(self, x), self)


unsupported(interpolant_slope, "use CubicSpline or make_interp_spline for second derivatives")


@partials(interpolate.RectBivariateSpline.ev)
def bivariate(z, self, xi, yi, dx=0, dy=0):
    """the data of an interpolant are constants"""
    return None, surface_slope(self, xi, yi, dx + 1, dy, False), surface_slope(self, xi, yi, dx, dy + 1, False)


@adjoint(interpolate.RectBivariateSpline.__call__, surface_slope)
def bivariate_grid(z, self, x, y, dx=0, dy=0, grid=True):
    """the data of an interpolant are constants"""
    d[self] = None
    if grid:
        d[x] = summed_along(d[z] * surface_slope(self, x, y, dx + 1, dy), x, y, 0)
        d[y] = summed_along(d[z] * surface_slope(self, x, y, dx, dy + 1), x, y, 1)
    else:
        d[x] = unbroadcast(d[z] * surface_slope(self, x, y, dx + 1, dy, False), x)
        d[y] = unbroadcast(d[z] * surface_slope(self, x, y, dx, dy + 1, False), y)


@tangent(interpolate.RectBivariateSpline.__call__, surface_slope)
def bivariate_grid_tangent(z, self, x, y, dx=0, dy=0, grid=True):
    if grid:
        d[z] = (spread_along(d[x], surface_slope(self, x, y, dx + 1, dy), x, y, 0)
                + spread_along(d[y], surface_slope(self, x, y, dx, dy + 1), x, y, 1))
    else:
        d[z] = d[x] * surface_slope(self, x, y, dx + 1, dy, False) + d[y] * surface_slope(self, x, y, dx, dy + 1, False)


@adjoint(interpolate.splev)
def splev(y, x, tck, der=0, ext=0):
    """knots and coefficients are constants"""
    d[tck] = None
    d[x] = d[y] * spline_slope(tck, x, der + 1, ext)


@tangent(interpolate.splev)
def splev_tangent(y, x, tck, der=0, ext=0):
    d[y] = d[x] * spline_slope(tck, x, der + 1, ext)


@adjoint(interpolate.splint)
def splint(y, a, b, tck, full_output: None = 0):
    """knots and coefficients are constants"""
    d[tck] = None
    d[a] = -d[y] * interpolate.splev(a, tck, 0, 1)  # it is zero beyond the data
    d[b] = d[y] * interpolate.splev(b, tck, 0, 1)


@tangent(interpolate.splint)
def splint_tangent(y, a, b, tck, full_output: None = 0):
    d[y] = d[b] * interpolate.splev(b, tck, 0, 1) - d[a] * interpolate.splev(a, tck, 0, 1)


@adjoint(interpolate.bisplev)
def bisplev(z, x, y, tck, dx=0, dy=0):
    """knots and coefficients are constants"""
    d[tck] = None
    d[x] = summed_along(d[z] * np.reshape(surface_slope(tck, x, y, dx + 1, dy), np.shape(z)), x, y, 0)
    d[y] = summed_along(d[z] * np.reshape(surface_slope(tck, x, y, dx, dy + 1), np.shape(z)), x, y, 1)


@tangent(interpolate.bisplev)
def bisplev_tangent(z, x, y, tck, dx=0, dy=0):
    d[z] = (spread_along(d[x], np.reshape(surface_slope(tck, x, y, dx + 1, dy), np.shape(z)), x, y, 0)
            + spread_along(d[y], np.reshape(surface_slope(tck, x, y, dx, dy + 1), np.shape(z)), x, y, 1))


# ---- regular grids ------------------------------------------------------------------------------------------------

@adjoint(interpolate.RegularGridInterpolator.__call__)
def regular_grid(y, self, xi, method=None, *, nu: None = None):
    """the data of an interpolant are constants; interpn takes values that vary"""
    d[self] = None
    method_ = self.method if method is None else method
    d[xi] = grid_adjoint(d[y], self.grid, self.values, xi, method_, self.fill_value)[1]


@tangent(interpolate.RegularGridInterpolator.__call__)
def regular_grid_tangent(y, self, xi, method=None, *, nu: None = None):
    method_ = self.method if method is None else method
    d[y] = grid_tangent(np.zeros_like(self.values), d[xi], self.grid, self.values, xi, method_, self.fill_value)


@adjoint(interpolate.interpn)
def interpn(y, points, values, xi, method="linear", bounds_error=True, fill_value=np.nan):
    """the grid is a constant"""
    d[points] = None
    d[fill_value] = None
    parts = grid_adjoint(d[y], points, values, xi, method, fill_value)
    d[values] = parts[0]
    d[xi] = parts[1]


@tangent(interpolate.interpn)
def interpn_tangent(y, points, values, xi, method="linear", bounds_error=True, fill_value=np.nan):
    d[y] = grid_tangent(d[values], d[xi], points, values, xi, method, fill_value)


# ---- interpolants of values that vary -------------------------------------------------------------------------------

@adjoint(interpolated)
def interpolated_rule(y, make, points, values, options, x, nu=0):
    """the points of an interpolant are constants"""
    d[points] = None
    d[values] = values_adjoint(d[y], make, points, values, options, x, nu)
    d[x] = on_values(d[y] * interpolated(make, points, values, options, x, nu + 1), make, values, options, x)


@tangent(interpolated)
def interpolated_tangent(y, make, points, values, options, x, nu=0):
    d[y] = (interpolated(make, points, d[values], homogeneous(options), x, nu)
            + moved_points(d[x], interpolated(make, points, values, options, x, nu + 1), make, values, options))


@adjoint(values_adjoint)
def values_adjoint_rule(q, by, make, points, values, options, x, nu):
    """the points of an interpolant are constants"""
    d[points] = None
    d[by] = interpolated(make, points, d[q], homogeneous(options), x, nu)
    d[x] = on_values(by * interpolated(make, points, d[q], homogeneous(options), x, nu + 1), make, values, options, x)


@tangent(values_adjoint)
def values_adjoint_tangent(q, by, make, points, values, options, x, nu):
    d[q] = (values_adjoint(d[by], make, points, values, options, x, nu)
            + values_adjoint(moved_points(d[x], by, make, values, options), make, points, values, options, x, nu + 1))


@linear(on_values)
def on_values_rule(by, product, make, values, options, x):
    return moved_points(by, np.ones_like(product), make, values, options)


@adjoint(moved_points)
def moved_points_rule(y, dx, slope, make, values, options):
    d[dx] = on_values(d[y] * slope, make, values, options, dx)
    d[slope] = moved_points(dx, d[y], make, values, options)


@tangent(moved_points)
def moved_points_tangent(y, dx, slope, make, values, options):
    d[y] = moved_points(d[dx], slope, make, values, options) + moved_points(dx, d[slope], make, values, options)


@expansion(interpolated_on_grid)
def interpolated_on_grid_rule(make, points, values, options, xi, method=None):
    method_ = options.get("method", "linear") if method is None else method
    return interpolate.interpn(points, values, xi, method_, options.get("bounds_error", True),
                               options.get("fill_value", np.nan))


@expansion(interpolated_monotonically)
def interpolated_monotonically_rule(make, points, values, options, x, nu=0):
    if options.get("axis", 0) != 0 or options.get("extrapolate") is False or len(points) < 3 or nu > 2:
        raise NotImplementedError("its values are differentiated where it has three points at least, the first axis and order 2")
    wide = (-1,) + (1,) * (np.ndim(values) - 1)
    h = np.reshape(np.diff(points), wide)
    m = np.diff(values, axis=0) / h
    turns = m[1:] * m[:-1] <= 0.0
    w1, w2 = 2.0 * h[1:] + h[:-1], h[1:] + 2.0 * h[:-1]
    inner = np.where(turns, 0.0, (w1 + w2) / (w1 / np.where(turns, 1.0, m[:-1]) + w2 / np.where(turns, 1.0, m[1:])))
    low = ((2.0 * h[0] + h[1]) * m[0] - h[0] * m[1]) / (h[0] + h[1])
    high = ((2.0 * h[-1] + h[-2]) * m[-1] - h[-1] * m[-2]) / (h[-1] + h[-2])
    low = np.where(low * m[0] <= 0.0, 0.0, np.where((m[0] * m[1] <= 0.0) & (abs(low) > 3.0 * abs(m[0])), 3.0 * m[0], low))
    high = np.where(high * m[-1] <= 0.0, 0.0,
                    np.where((m[-1] * m[-2] <= 0.0) & (abs(high) > 3.0 * abs(m[-1])), 3.0 * m[-1], high))
    slopes = np.concatenate((np.expand_dims(low, 0), inner, np.expand_dims(high, 0)))
    return by_slopes(points, values, slopes, h, m, x, nu)


@expansion(interpolated_by_akima)
def interpolated_by_akima_rule(make, points, values, options, x, nu=0):
    if options.get("axis", 0) != 0 or options.get("extrapolate") is False or len(points) < 3 or nu > 2:
        raise NotImplementedError("its values are differentiated where it has three points at least, the first axis and order 2")
    h = np.reshape(np.diff(points), (-1,) + (1,) * (np.ndim(values) - 1))
    m = np.diff(values, axis=0) / h
    before, after = 2.0 * m[:1] - m[1:2], 2.0 * m[-1:] - m[-2:-1]
    wide = np.concatenate((2.0 * before - m[:1], before, m, after, 2.0 * after - m[-1:]))
    turns = np.abs(np.diff(wide, axis=0))
    changes = turns + 0.5 * np.abs(wide[1:] + wide[:-1]) if options.get("method") == "makima" else turns
    whole = changes[2:] + changes[:-2]
    bent = whole > 1e-9 * np.max(whole)
    share = np.where(bent, changes[:-2], 0.5) / np.where(bent, whole, 1.0)
    slopes = np.where(bent, wide[1:-2] + share * (wide[2:-1] - wide[1:-2]), 0.5 * (wide[3:] + wide[:-3]))
    return by_slopes(points, values, slopes, h, m, x, nu)


@expansion(by_slopes)
def by_slopes_rule(points, values, slopes, h, m, x, nu):
    k = np.clip(np.searchsorted(points, x, side="right") - 1, 0, len(points) - 2)
    t = np.reshape(x - points[k], np.shape(x) + (1,) * (np.ndim(values) - 1))
    cubic = (slopes[k] - 2.0 * m[k] + slopes[k + 1]) / h[k] ** 2
    square = (m[k] - slopes[k]) / h[k] - cubic * h[k]
    if nu == 2:
        return 2.0 * square + 6.0 * t * cubic
    if nu == 1:
        return slopes[k] + t * (2.0 * square + 3.0 * t * cubic)
    return values[k] + t * (slopes[k] + t * (square + t * cubic))


linear_in_data(interpolate.CubicSpline, interpolate.make_interp_spline, interpolate.interp1d, interpolate.KroghInterpolator,
               interpolate.BarycentricInterpolator, interpolate.BSpline, interpolate.make_lsq_spline,
               interpolate.InterpolatedUnivariateSpline, interpolate.LSQUnivariateSpline, called=interpolated)
linear_in_data(interpolate.PchipInterpolator, called=interpolated_monotonically)
linear_in_data(interpolate.Akima1DInterpolator, called=interpolated_by_akima)
linear_in_data(interpolate.RegularGridInterpolator, called=interpolated_on_grid)

# ---- what makes interpolants ----------------------------------------------------------------------------------------

makes_object(interpolate.BSpline, interpolate.make_interp_spline, interpolate.make_lsq_spline,
             interpolate.make_smoothing_spline, interpolate.BSpline.derivative, interpolate.BSpline.antiderivative)
makes_object(interpolate.PPoly, interpolate.PPoly.derivative, interpolate.PPoly.antiderivative,
             interpolate.Akima1DInterpolator, interpolate.CubicSpline, interpolate.CubicHermiteSpline,
             interpolate.PchipInterpolator)
makes_object(interpolate.UnivariateSpline, interpolate.UnivariateSpline.derivative,
             interpolate.UnivariateSpline.antiderivative, interpolate.InterpolatedUnivariateSpline,
             interpolate.LSQUnivariateSpline)
makes_object(interpolate.interp1d)
makes_object(interpolate.BarycentricInterpolator)
makes_object(interpolate.KroghInterpolator)
makes_object(interpolate.RectBivariateSpline, interpolate.SmoothBivariateSpline)
makes_object(interpolate.RegularGridInterpolator)
for _fn in (interpolate.griddata, interpolate.RBFInterpolator.__call__, interpolate.NdPPoly.__call__):
    unsupported(_fn, "use interpn, RegularGridInterpolator or a spline")


@expansion(interpolate.krogh_interpolate)
def krogh_interpolate(xi, yi, x, der: None = 0, axis=0):
    return interpolate.KroghInterpolator(xi, yi, axis)(x)


@expansion(interpolate.barycentric_interpolate)
def barycentric_interpolate(xi, yi, x, axis=0, *, der: None = 0, rng: None = None):
    return interpolate.BarycentricInterpolator(xi, yi, axis)(x)


@expansion(interpolate.pchip_interpolate)
def pchip_interpolate(xi, yi, x, der=0, axis=0):
    return interpolate.PchipInterpolator(xi, yi, axis)(x, der)
