"""`scipy.ndimage`: images that are moved, turned and zoomed, and what is made of the filters."""
from __future__ import annotations

import math

import numpy as np
from scipy import ndimage

from s2sgrad.rules.registry import expansion, linear, nondifferentiable, partials, unsupported
from s2sgrad.runtime.scipy_ndimage import gaussian_gradients, odd_window, turned, turned_shape, window_of, zoomed_places
from s2sgrad.runtime.scipy_splines_ndimage import along_axis_transposed, cardinal_spline, spline_filter_adjoint

# ---- splines --------------------------------------------------------------------------------------------------------


@partials(cardinal_spline)
def cardinal_spline_slope(y, x, degree, nu=0):
    return cardinal_spline(x, degree, nu + 1)


@linear(ndimage.spline_filter1d)
def spline_filter1d(by, input, order=3, axis=-1, output=np.float64, mode="mirror"):
    return along_axis_transposed(by, axis, order, mode)


@linear(along_axis_transposed)
def along_axis_again(by, b, axis, order, mode):
    return ndimage.spline_filter1d(by, order, axis, np.result_type(by, float), mode)


@linear(ndimage.spline_filter)
def spline_filter(by, input, order=3, output=np.float64, mode="mirror"):
    return spline_filter_adjoint(by, order, mode)


# ---- images elsewhere -----------------------------------------------------------------------------------------------

@expansion(ndimage.shift)
def shift_(input, shift, output: None = None, order=3, mode="constant", cval=0.0, prefilter=True):
    places = np.indices(np.shape(input)) - np.reshape(shift * np.ones(np.ndim(input)), (-1,) + (1,) * np.ndim(input))
    return ndimage.map_coordinates(input, places, order=order, mode=mode, cval=cval, prefilter=prefilter)


@expansion(ndimage.affine_transform)
def affine_transform(input, matrix, offset=0.0, output_shape=None, output: None = None, order=3, mode="constant", cval=0.0,
                     prefilter=True):
    places = np.indices(np.shape(input) if output_shape is None else output_shape)
    start = np.reshape(offset * np.ones(np.ndim(input)), (-1,) + (1,) * np.ndim(input))
    whole = np.diag(matrix) if np.ndim(matrix) == 1 else matrix
    return ndimage.map_coordinates(input, np.tensordot(whole, places, 1) + start, order=order, mode=mode, cval=cval,
                                   prefilter=prefilter)


@expansion(ndimage.zoom)
def zoom_(input, zoom, output: None = None, order=3, mode="constant", cval=0.0, prefilter=True, *, grid_mode: None = False):
    return ndimage.map_coordinates(input, zoomed_places(np.shape(input), zoom), order=order, mode=mode, cval=cval,
                                   prefilter=prefilter)


@expansion(ndimage.rotate)
def rotate(input, angle, axes=(1, 0), reshape=True, output: None = None, order=3, mode="constant", cval=0.0, prefilter=True):
    return turned(input, angle, axes, reshape, order, mode, cval, prefilter)


nondifferentiable(zoomed_places, turned_shape)
unsupported(ndimage.geometric_transform, "use ndimage.map_coordinates, which has a derivative")

# ---- made of filters ------------------------------------------------------------------------------------------------

@expansion(ndimage.gaussian_gradient_magnitude)
def gaussian_gradient_magnitude(input, sigma, output: None = None, mode="reflect", cval=0.0, *, axes: None = None):
    if np.ndim(input) == 0:
        return np.asarray(input)
    return np.linalg.norm(gaussian_gradients(input, sigma, mode, cval), axis=0)  # which has derivative 0 at 0


@expansion(ndimage.percentile_filter)
def percentile_filter(input, percentile, size=None, footprint: None = None, output: None = None, mode="reflect", cval=0.0,
                      origin: None = 0, *, axes: None = None):
    count = math.prod(window_of(size, np.ndim(input)))
    share = percentile + 100.0 if percentile < 0.0 else percentile
    return ndimage.rank_filter(input, min(int(count * share / 100.0), count - 1), size, mode=mode, cval=cval)


@expansion(ndimage.grey_erosion)
def grey_erosion(input, size=None, footprint: None = None, structure: None = None, output: None = None, mode="reflect", cval=0.0,
                 origin: None = 0, *, axes: None = None):
    return ndimage.minimum_filter(input, size, mode=mode, cval=cval)


@expansion(ndimage.grey_dilation)
def grey_dilation(input, size=None, footprint: None = None, structure: None = None, output: None = None, mode="reflect",
                  cval=0.0, origin: None = 0, *, axes: None = None):
    return ndimage.maximum_filter(input, odd_window(size, np.ndim(input)), mode=mode, cval=cval)


@expansion(ndimage.grey_opening)
def grey_opening(input, size=None, footprint: None = None, structure: None = None, output: None = None, mode="reflect", cval=0.0,
                 origin: None = 0, *, axes: None = None):
    return ndimage.grey_dilation(ndimage.grey_erosion(input, size, mode=mode, cval=cval), size, mode=mode, cval=cval)


@expansion(ndimage.grey_closing)
def grey_closing(input, size=None, footprint: None = None, structure: None = None, output: None = None, mode="reflect", cval=0.0,
                 origin: None = 0, *, axes: None = None):
    return ndimage.grey_erosion(ndimage.grey_dilation(input, size, mode=mode, cval=cval), size, mode=mode, cval=cval)


@expansion(ndimage.white_tophat)
def white_tophat(input, size=None, footprint: None = None, structure: None = None, output: None = None, mode="reflect", cval=0.0,
                 origin: None = 0, *, axes: None = None):
    return input - ndimage.grey_opening(input, size, mode=mode, cval=cval)


@expansion(ndimage.black_tophat)
def black_tophat(input, size=None, footprint: None = None, structure: None = None, output: None = None, mode="reflect", cval=0.0,
                 origin: None = 0, *, axes: None = None):
    return ndimage.grey_closing(input, size, mode=mode, cval=cval) - input


@expansion(ndimage.morphological_gradient)
def morphological_gradient(input, size=None, footprint: None = None, structure: None = None, output: None = None, mode="reflect",
                           cval=0.0, origin: None = 0, *, axes: None = None):
    return ndimage.grey_dilation(input, size, mode=mode, cval=cval) - ndimage.grey_erosion(input, size, mode=mode, cval=cval)


@expansion(ndimage.extrema)
def extrema(input, labels: None = None, index: None = None):
    return (np.min(input), np.max(input), ndimage.minimum_position(input), ndimage.maximum_position(input))
