"""`scipy.interpolate`: interpolants of given data at points that vary, and interpolation on regular grids.

The slope of a spline is a spline. At a knot where the slope jumps it is that of the piece which the interpolant itself
uses there. `CubicSpline`, `make_interp_spline`, `interp1d`, `RegularGridInterpolator` and `interpn` may be given values
that vary, where the interpolant is made in the function; elsewhere the data are constants.
"""
from __future__ import annotations

import numpy as np
from scipy import interpolate

from s2sgrad.rules.registry import (
    adjoint,
    d,
    expansion,
    known,
    linear_in_data,
    makes_object,
    partials,
    tangent,
    unsupported,
)
from s2sgrad.runtime.scipy_interpolate import (
    along_points,
    at_points,
    grid_adjoint,
    grid_tangent,
    homogeneous,
    interpolant_slope,
    interpolated,
    interpolated_on_grid,
    interpolated_slope,
    moved_points,
    on_values,
    values_adjoint,
)

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
    return None, self(x, nu + 1) if known(ext) and ext is None else self(x, nu + 1, ext)


@partials(interpolate.UnivariateSpline.integral)
def univariate_integral(y, self, a, b):
    """the data of an interpolant are constants"""
    return None, -self(a), self(b)


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
    return None, self.ev(xi, yi, dx + 1, dy), self.ev(xi, yi, dx, dy + 1)


@adjoint(interpolate.RectBivariateSpline.__call__)
def bivariate_grid(z, self, x, y, dx=0, dy=0, grid=True):
    """the data of an interpolant are constants"""
    d[self] = None
    if grid:
        d[x] = np.reshape(np.sum(d[z] * self(x, y, dx + 1, dy), axis=1), np.shape(x))
        d[y] = np.reshape(np.sum(d[z] * self(x, y, dx, dy + 1), axis=0), np.shape(y))
    else:
        d[x] = d[z] * self(x, y, dx + 1, dy, grid=False)
        d[y] = d[z] * self(x, y, dx, dy + 1, grid=False)


@tangent(interpolate.RectBivariateSpline.__call__)
def bivariate_grid_tangent(z, self, x, y, dx=0, dy=0, grid=True):
    if grid:
        d[z] = np.reshape(d[x], (-1, 1)) * self(x, y, dx + 1, dy) + np.ravel(d[y]) * self(x, y, dx, dy + 1)
    else:
        d[z] = d[x] * self(x, y, dx + 1, dy, grid=False) + d[y] * self(x, y, dx, dy + 1, grid=False)


@partials(interpolate.splev)
def splev(y, x, tck, der=0, ext=0):
    """knots and coefficients are constants"""
    return interpolate.splev(x, tck, der + 1, ext), None


@partials(interpolate.splint)
def splint(y, a, b, tck, full_output: None = 0):
    """knots and coefficients are constants"""
    return -interpolate.splev(a, tck), interpolate.splev(b, tck), None


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
    d[x] = on_values(d[y] * interpolated_slope(make, points, values, options, x, nu), make, values, options, x)


@tangent(interpolated)
def interpolated_tangent(y, make, points, values, options, x, nu=0):
    d[y] = (interpolated(make, points, d[values], homogeneous(options), x, nu)
            + moved_points(d[x], interpolated_slope(make, points, values, options, x, nu), make, values, options))


@expansion(interpolated_on_grid)
def interpolated_on_grid_rule(make, points, values, options, xi, method=None):
    method_ = options.get("method", "linear") if method is None else method
    return interpolate.interpn(points, values, xi, method_, options.get("bounds_error", True),
                               options.get("fill_value", np.nan))


for _helper in (interpolated_slope, values_adjoint):
    unsupported(_helper, "interpolants are differentiated once by the values that they are made of")
linear_in_data(interpolate.CubicSpline, interpolate.make_interp_spline, interpolate.interp1d, interpolate.KroghInterpolator,
               interpolate.BarycentricInterpolator, called=interpolated)
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
