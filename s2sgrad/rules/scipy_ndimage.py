"""`scipy.ndimage`: linear filters, and interpolation by `map_coordinates`.

The tangent of a filter is the filter itself, with 0 for the constant beyond the edges.
"""
from __future__ import annotations

import math

import numpy as np
from scipy import ndimage

from s2sgrad.rules.registry import adjoint, d, expansion, known, linear, nondifferentiable, tangent
from s2sgrad.rules.typing import same_as_first
from s2sgrad.runtime import like, real_like
from s2sgrad.runtime.scipy_ndimage import (
    along,
    continued,
    continued_adjoint,
    correlate_adjoint,
    correlate_weights_adjoint,
    edge_adjoint,
    gaussian_adjoint,
    gaussian_laplace_adjoint,
    gaussian_weights,
    laplace_adjoint,
    map_coordinates_adjoint,
    map_coordinates_tangent,
    mirrored_origin,
    on_axis,
    origin_on_axis,
    uniform_adjoint,
    window_of,
)

# ---- correlations -------------------------------------------------------------------------------------------------


@adjoint(ndimage.correlate, type=same_as_first)
def correlate(y, input, weights, output: None = None, mode="reflect", cval=0.0, origin=0, *, axes: None = None):
    """what is beyond the edges is a constant"""
    d[cval] = None
    d[input] = correlate_adjoint(d[y], input, weights, mode, origin)
    d[weights] = correlate_weights_adjoint(d[y], input, weights, mode, cval, origin)


@tangent(ndimage.correlate)
def correlate_tangent(y, input, weights, output: None = None, mode="reflect", cval=0.0, origin=0, *, axes: None = None):
    d[y] = (ndimage.correlate(d[input], weights, mode=mode, origin=origin)
            + ndimage.correlate(input, d[weights], mode=mode, cval=cval, origin=origin))


@adjoint(ndimage.convolve, type=same_as_first)
def convolve(y, input, weights, output: None = None, mode="reflect", cval=0.0, origin=0, *, axes: None = None):
    """what is beyond the edges is a constant"""
    d[cval] = None
    at = mirrored_origin(weights, origin)
    d[input] = correlate_adjoint(d[y], input, np.conj(np.flip(weights)), mode, at)
    d[weights] = np.conj(np.flip(correlate_weights_adjoint(d[y], input, weights, mode, cval, at)))


@tangent(ndimage.convolve)
def convolve_tangent(y, input, weights, output: None = None, mode="reflect", cval=0.0, origin=0, *, axes: None = None):
    d[y] = (ndimage.convolve(d[input], weights, mode=mode, origin=origin)
            + ndimage.convolve(input, d[weights], mode=mode, cval=cval, origin=origin))


@adjoint(ndimage.correlate1d, type=same_as_first)
def correlate1d(y, input, weights, axis=-1, output: None = None, mode="reflect", cval=0.0, origin=0):
    """what is beyond the edges is a constant"""
    d[cval] = None
    w = on_axis(weights, input, axis)
    at = origin_on_axis(input, axis, origin)
    d[input] = correlate_adjoint(d[y], input, w, mode, at)
    d[weights] = np.ravel(correlate_weights_adjoint(d[y], input, w, mode, cval, at))


@tangent(ndimage.correlate1d)
def correlate1d_tangent(y, input, weights, axis=-1, output: None = None, mode="reflect", cval=0.0, origin=0):
    d[y] = (ndimage.correlate1d(d[input], weights, axis=axis, mode=mode, origin=origin)
            + ndimage.correlate1d(input, d[weights], axis=axis, mode=mode, cval=cval, origin=origin))


@adjoint(ndimage.convolve1d, type=same_as_first)
def convolve1d(y, input, weights, axis=-1, output: None = None, mode="reflect", cval=0.0, origin=0):
    """what is beyond the edges is a constant"""
    d[cval] = None
    w = np.conj(np.flip(on_axis(weights, input, axis)))
    at = origin_on_axis(input, axis, mirrored_origin(weights, origin)[0])
    d[input] = correlate_adjoint(d[y], input, w, mode, at)
    d[weights] = np.conj(np.flip(np.ravel(correlate_weights_adjoint(d[y], input, w, mode, cval, at))))


@tangent(ndimage.convolve1d)
def convolve1d_tangent(y, input, weights, axis=-1, output: None = None, mode="reflect", cval=0.0, origin=0):
    d[y] = (ndimage.convolve1d(d[input], weights, axis=axis, mode=mode, origin=origin)
            + ndimage.convolve1d(input, d[weights], axis=axis, mode=mode, cval=cval, origin=origin))


# ---- filters with fixed weights -------------------------------------------------------------------------------------

@adjoint(ndimage.gaussian_filter, type=same_as_first)
def gaussian_filter(y, input, sigma, order=0, output: None = None, mode="reflect", cval=0.0, truncate=4.0, *,
                    radius=None,
                    axes: None = None):
    """the number of weights depends on sigma, and what is beyond the edges is a constant"""
    d[sigma] = None
    d[cval] = None
    d[input] = gaussian_adjoint(d[y], input, sigma, order, mode, truncate, radius)


@tangent(ndimage.gaussian_filter)
def gaussian_filter_tangent(y, input, sigma, order=0, output: None = None, mode="reflect", cval=0.0, truncate=4.0, *,
                            radius=None, axes: None = None):
    d[y] = ndimage.gaussian_filter(d[input], sigma, order, mode=mode, truncate=truncate, radius=radius)


@adjoint(ndimage.gaussian_filter1d, type=same_as_first)
def gaussian_filter1d(y, input, sigma, axis=-1, order=0, output: None = None, mode="reflect", cval=0.0, truncate=4.0, *,
                      radius=None):
    """the number of weights depends on sigma, and what is beyond the edges is a constant"""
    d[sigma] = None
    d[cval] = None
    d[input] = along(d[y], input, gaussian_weights(sigma, order, truncate, radius), axis, mode)


@tangent(ndimage.gaussian_filter1d)
def gaussian_filter1d_tangent(y, input, sigma, axis=-1, order=0, output: None = None, mode="reflect", cval=0.0,
                              truncate=4.0, *, radius=None):
    d[y] = ndimage.gaussian_filter1d(d[input], sigma, axis, order, mode=mode, truncate=truncate, radius=radius)


@adjoint(ndimage.uniform_filter, type=same_as_first)
def uniform_filter(y, input, size=3, output: None = None, mode="reflect", cval=0.0, origin=0, *, axes: None = None):
    """what is beyond the edges is a constant"""
    d[cval] = None
    d[input] = uniform_adjoint(d[y], input, size, mode, origin)


@tangent(ndimage.uniform_filter)
def uniform_filter_tangent(y, input, size=3, output: None = None, mode="reflect", cval=0.0, origin=0, *,
                           axes: None = None):
    d[y] = ndimage.uniform_filter(d[input], size, mode=mode, origin=origin)


@adjoint(ndimage.uniform_filter1d, type=same_as_first)
def uniform_filter1d(y, input, size, axis=-1, output: None = None, mode="reflect", cval=0.0, origin=0):
    """what is beyond the edges is a constant"""
    d[cval] = None
    d[input] = along(d[y], input, np.ones(size) / size, axis, mode, origin)


@tangent(ndimage.uniform_filter1d)
def uniform_filter1d_tangent(y, input, size, axis=-1, output: None = None, mode="reflect", cval=0.0, origin=0):
    d[y] = ndimage.uniform_filter1d(d[input], size, axis, mode=mode, origin=origin)


@adjoint(ndimage.sobel, type=same_as_first)
def sobel(y, input, axis=-1, output: None = None, mode="reflect", cval=0.0):
    """what is beyond the edges is a constant"""
    d[cval] = None
    d[input] = edge_adjoint(d[y], input, axis, mode, 2.0)


@tangent(ndimage.sobel)
def sobel_tangent(y, input, axis=-1, output: None = None, mode="reflect", cval=0.0):
    d[y] = ndimage.sobel(d[input], axis, mode=mode)


@adjoint(ndimage.prewitt, type=same_as_first)
def prewitt(y, input, axis=-1, output: None = None, mode="reflect", cval=0.0):
    """what is beyond the edges is a constant"""
    d[cval] = None
    d[input] = edge_adjoint(d[y], input, axis, mode, 1.0)


@tangent(ndimage.prewitt)
def prewitt_tangent(y, input, axis=-1, output: None = None, mode="reflect", cval=0.0):
    d[y] = ndimage.prewitt(d[input], axis, mode=mode)


@adjoint(ndimage.laplace, type=same_as_first)
def laplace(y, input, output: None = None, mode="reflect", cval=0.0, *, axes: None = None):
    """what is beyond the edges is a constant"""
    d[cval] = None
    d[input] = laplace_adjoint(d[y], input, mode)


@tangent(ndimage.laplace)
def laplace_tangent(y, input, output: None = None, mode="reflect", cval=0.0, *, axes: None = None):
    d[y] = ndimage.laplace(d[input], mode=mode)


@adjoint(ndimage.gaussian_laplace, type=same_as_first)
def gaussian_laplace(y, input, sigma, output: None = None, mode="reflect", cval=0.0, *, axes: None = None):
    """the number of weights depends on sigma, and what is beyond the edges is a constant"""
    d[sigma] = None
    d[cval] = None
    d[input] = gaussian_laplace_adjoint(d[y], input, sigma, mode)


@tangent(ndimage.gaussian_laplace)
def gaussian_laplace_tangent(y, input, sigma, output: None = None, mode="reflect", cval=0.0, *, axes: None = None):
    d[y] = ndimage.gaussian_laplace(d[input], sigma, mode=mode)


@adjoint(ndimage.fourier_gaussian)
def fourier_gaussian(y, input, sigma, n=-1, axis=-1, output: None = None):
    """its parameter is a constant"""
    d[sigma] = None
    d[input] = ndimage.fourier_gaussian(d[y], sigma, n, axis)


@tangent(ndimage.fourier_gaussian)
def fourier_gaussian_tangent(y, input, sigma, n=-1, axis=-1, output: None = None):
    d[y] = ndimage.fourier_gaussian(d[input], sigma, n, axis)


@adjoint(ndimage.fourier_uniform)
def fourier_uniform(y, input, size, n=-1, axis=-1, output: None = None):
    """its parameter is a constant"""
    d[size] = None
    d[input] = ndimage.fourier_uniform(d[y], size, n, axis)


@tangent(ndimage.fourier_uniform)
def fourier_uniform_tangent(y, input, size, n=-1, axis=-1, output: None = None):
    d[y] = ndimage.fourier_uniform(d[input], size, n, axis)


@adjoint(ndimage.fourier_shift)
def fourier_shift(y, input, shift, n=-1, axis=-1, output: None = None):
    """its parameter is a constant"""
    d[shift] = None
    d[input] = like(ndimage.fourier_shift(d[y], shift, n, axis), input)


@tangent(ndimage.fourier_shift)
def fourier_shift_tangent(y, input, shift, n=-1, axis=-1, output: None = None):
    d[y] = ndimage.fourier_shift(d[input], shift, n, axis)


# ---- interpolation ------------------------------------------------------------------------------------------------

@adjoint(ndimage.map_coordinates)
def map_coordinates(y, input, coordinates, output: None = None, order=3, mode="constant", cval=0.0, prefilter=True):
    """what is beyond the edges is a constant"""
    d[cval] = None
    parts = map_coordinates_adjoint(d[y], input, coordinates, order, mode, cval, prefilter)
    d[input] = real_like(parts[0], input)
    d[coordinates] = real_like(parts[1], coordinates)


@tangent(ndimage.map_coordinates)
def map_coordinates_tangent_(y, input, coordinates, output: None = None, order=3, mode="constant", cval=0.0,
                             prefilter=True):
    d[y] = map_coordinates_tangent(d[input], d[coordinates], input, coordinates, order, mode, cval, prefilter)


# ---- measurements -------------------------------------------------------------------------------------------------

def _total(input, labels=None, index=None):
    if known(labels) and labels is None:
        return np.sum(input)
    if known(index) and index is None:
        return np.sum(np.where(np.asarray(labels) > 0, input, 0.0))
    chosen = np.expand_dims(labels, 0) == np.reshape(index, (-1,) + (1,) * np.ndim(input))
    return np.reshape(np.sum(chosen * input, axis=tuple(range(1, np.ndim(input) + 1))), np.shape(index))


expansion(ndimage.sum_labels, ndimage.sum)(_total)


@expansion(ndimage.mean)
def mean(input, labels=None, index=None):
    if known(labels) and labels is None:
        return np.mean(input)
    return ndimage.sum_labels(input, labels, index) / ndimage.sum_labels(np.ones(np.shape(input)), labels, index)


@expansion(ndimage.variance)
def variance(input, labels=None, index=None):
    if known(labels) and labels is None:
        return np.var(input)
    squares = ndimage.mean(input * input, labels, index)
    return squares - ndimage.mean(input, labels, index) ** 2


@expansion(ndimage.standard_deviation)
def standard_deviation(input, labels=None, index=None):
    return np.sqrt(ndimage.variance(input, labels, index))


@expansion(ndimage.center_of_mass)
def center_of_mass(input, labels: None = None, index: None = None):
    places = np.indices(np.shape(input))
    return tuple(np.sum(places * input, axis=tuple(range(1, np.ndim(input) + 1))) / np.sum(input))


@expansion(ndimage.maximum)
def maximum(input, labels: None = None, index: None = None):
    return np.max(input)


@expansion(ndimage.minimum)
def minimum(input, labels: None = None, index: None = None):
    return np.min(input)


@expansion(ndimage.median)
def median(input, labels: None = None, index: None = None):
    return np.median(input)


# ---- choosing among pixels ------------------------------------------------------------------------------------------

@adjoint(continued)
def continued_(y, image, extent, mode, cval):
    """what is beyond the edges is a constant"""
    d[cval] = None
    d[image] = continued_adjoint(d[y], image, extent, mode)


@tangent(continued)
def continued_tangent(y, image, extent, mode, cval):
    d[y] = continued(d[image], extent, mode, 0.0)


@linear(continued_adjoint)
def continued_again(by, b, image, extent, mode):
    return continued(by, extent, mode, 0.0)


# Windows of an image that is continued beyond its edges, as `np.pad` does under other names.

@expansion(ndimage.maximum_filter)
def maximum_filter(input, size=None, footprint: None = None, output: None = None, mode="reflect", cval=0.0,
                   origin: None = 0, *, axes: None = None):
    extent = window_of(size, np.ndim(input))
    whole = continued(input, extent, mode, cval)
    return np.max(np.lib.stride_tricks.sliding_window_view(whole, extent), axis=tuple(range(-len(extent), 0)))


@expansion(ndimage.minimum_filter)
def minimum_filter(input, size=None, footprint: None = None, output: None = None, mode="reflect", cval=0.0,
                   origin: None = 0, *, axes: None = None):
    extent = window_of(size, np.ndim(input))
    whole = continued(input, extent, mode, cval)
    return np.min(np.lib.stride_tricks.sliding_window_view(whole, extent), axis=tuple(range(-len(extent), 0)))


@expansion(ndimage.rank_filter)
def rank_filter(input, rank, size=None, footprint: None = None, output: None = None, mode="reflect", cval=0.0,
                origin: None = 0, *, axes: None = None):
    extent = window_of(size, np.ndim(input))
    windows = np.lib.stride_tricks.sliding_window_view(continued(input, extent, mode, cval), extent)
    return np.sort(np.reshape(windows, np.shape(input) + (-1,)), axis=-1)[..., rank]


@expansion(ndimage.median_filter)
def median_filter(input, size=None, footprint: None = None, output: None = None, mode="reflect", cval=0.0,
                  origin: None = 0, *, axes: None = None):
    count = math.prod(window_of(size, np.ndim(input)))
    return ndimage.rank_filter(input, count // 2, size, mode=mode, cval=cval)


nondifferentiable(ndimage.label, ndimage.find_objects, ndimage.binary_dilation, ndimage.binary_erosion,
                  ndimage.binary_opening, ndimage.binary_closing, ndimage.binary_fill_holes, ndimage.maximum_position,
                  ndimage.minimum_position, ndimage.generate_binary_structure, ndimage.distance_transform_edt)
