"""Transposes of the linear filters of `scipy.ndimage`, and linear interpolation in images.

A filter extends each axis as its mode says and correlates what it gets with weights; its transpose convolves with the
weights and folds what belongs to the extension back. All of this is plain NumPy and SciPy with derivatives of its own.
"""
from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy import ndimage, signal, special

from s2sgrad.runtime.padding import pad_adjoint
from s2sgrad.runtime.precision import real_like
from s2sgrad.runtime.rearrange import scatter
from s2sgrad.runtime.scipy_splines_ndimage import cardinal_spline, spline_coefficients, spline_coefficients_adjoint

#: NumPy's names for the ways to extend an axis.
_PAD: dict[str, Any] = {"reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect", "nearest": "edge",
                        "wrap": "wrap",
        "grid-wrap": "wrap", "constant": "constant", "grid-constant": "constant"}


def _each(value: Any, count: int) -> list[Any]:
    """An option for each axis."""
    return list(value) if isinstance(value, (list, tuple)) else [value] * count


def _margins(shape: Any, origin: Any) -> list[tuple[int, int]]:
    """How far weights of a shape reach beyond both ends of each axis."""
    starts = [n // 2 + o for n, o in zip(shape, _each(origin, len(shape)))]
    return [(k, n - 1 - k) for k, n in zip(starts, shape)]


def correlate_adjoint(by: Any, x: Any, weights: Any, mode: str, origin: Any) -> Any:
    """The adjoint of `x` in ``scipy.ndimage.correlate(x, weights, mode=mode, origin=origin)``."""
    whole = signal.convolve(by, np.conj(weights), mode="full", method="direct")  # complex weights are conjugated there
    return real_like(pad_adjoint(whole, x, _margins(np.shape(weights), origin), _PAD[mode], None, "even"), x)


def correlate_weights_adjoint(by: Any, x: Any, weights: Any, mode: str, cval: Any, origin: Any) -> Any:
    """The adjoint of the weights in ``scipy.ndimage.correlate(x, weights, mode=mode, cval=cval, origin=origin)``."""
    margins = _margins(np.shape(weights), origin)
    if _PAD[mode] == "constant":
        around = np.pad(x, margins, "constant", constant_values=cval)
    else:
        around = np.pad(x, margins, _PAD[mode])
    return real_like(np.conj(signal.correlate(around, np.conj(by), mode="valid", method="direct")), weights)


def mirrored_origin(weights: Any, origin: Any) -> Any:
    """The origin of the correlation with mirrored weights that a convolution is."""
    return [-o - (n % 2 == 0) for n, o in zip(np.shape(weights), _each(origin, np.ndim(weights)))]


def on_axis(weights: Any, x: Any, axis: int) -> Any:
    """Weights along one axis, for an array like `x`."""
    shape = [1] * np.ndim(x)
    shape[axis] = -1
    return np.reshape(weights, shape)


def origin_on_axis(x: Any, axis: int, origin: int) -> list[int]:
    """The origin of a filter along one axis, for all axes."""
    out = [0] * np.ndim(x)
    out[axis] = origin
    return out


def along(by: Any, x: Any, weights: Any, axis: int, mode: str, origin: int = 0) -> Any:
    """The adjoint of `x` in a correlation along one axis."""
    return correlate_adjoint(by, x, on_axis(weights, x, axis), mode, origin_on_axis(x, axis, origin))


def gaussian_weights(sigma: float, order: int, truncate: float, radius: Any) -> Any:
    """The weights of ``scipy.ndimage.gaussian_filter1d``: the mirrored answer to an impulse."""
    reach = int(truncate * float(sigma) + 0.5) if radius is None else int(radius)
    impulse = np.zeros(4 * reach + 1)
    impulse[2 * reach] = 1.0
    answer = ndimage.gaussian_filter1d(impulse, sigma, order=order, mode="constant", truncate=truncate, radius=radius)
    return np.flip(answer[reach:3 * reach + 1])


def gaussian_adjoint(by: Any, x: Any, sigma: Any, order: Any, mode: Any, truncate: float, radius: Any) -> Any:
    """The adjoint of `x` in ``scipy.ndimage.gaussian_filter(x, sigma, order, mode=mode)``."""
    n = np.ndim(x)
    sigmas, orders, radii = _each(sigma, n), _each(order, n), _each(radius, n)
    for axis, s, k, m, r in zip(range(n), sigmas, orders, _each(mode, n), radii):
        if s > 1e-15:
            by = along(by, x, gaussian_weights(s, k, truncate, r), axis, m)
    return by


def uniform_adjoint(by: Any, x: Any, size: Any, mode: Any, origin: Any) -> Any:
    """The adjoint of `x` in ``scipy.ndimage.uniform_filter(x, size, mode=mode, origin=origin)``."""
    n = np.ndim(x)
    for axis, k, m, o in zip(range(n), _each(size, n), _each(mode, n), _each(origin, n)):
        if k > 1:
            by = along(by, x, np.ones(k) / k, axis, m, o)
    return by


def edge_adjoint(by: Any, x: Any, axis: int, mode: Any, middle: float) -> Any:
    """The adjoint of `x` in ``scipy.ndimage.sobel`` (`middle` is 2) or ``prewitt`` (1)."""
    n = np.ndim(x)
    modes = _each(mode, n)
    for k in range(n):
        across = k == axis % n
        by = along(by, x, np.array([-1.0, 0.0, 1.0] if across else [1.0, middle, 1.0]), k, modes[k])
    return by


def laplace_adjoint(by: Any, x: Any, mode: Any) -> Any:
    """The adjoint of `x` in ``scipy.ndimage.laplace(x, mode=mode)``."""
    n = np.ndim(x)
    if n == 0:  # an image without axes stays as it is
        return by
    return sum(along(by, x, np.array([1.0, -2.0, 1.0]), k, m) for k, m in zip(range(n), _each(mode, n)))


def gaussian_laplace_adjoint(by: Any, x: Any, sigma: Any, mode: Any) -> Any:
    """The adjoint of `x` in ``scipy.ndimage.gaussian_laplace(x, sigma, mode=mode)``."""
    n = np.ndim(x)
    if n == 0:
        return by
    return sum(gaussian_adjoint(by, x, sigma, [2 * (k == axis) for k in range(n)], mode, 4.0, None)
               for axis in range(n))


# ---- interpolation --------------------------------------------------------------------------------------------------

def _places(c: Any, n: int, mode: str) -> list[tuple[Any, Any, Any, Any]]:
    """Along one axis: the two neighbours, whether each counts, its weight, and the slope of that."""
    inside = np.ones(np.shape(c), dtype=bool)
    c = np.asarray(c)
    slope = np.ones(np.shape(c))
    if mode == "nearest":
        slope = np.where((c < 0) | (c > n - 1), 0.0, 1.0)
        c = np.clip(c, 0, n - 1)
    elif mode == "constant":
        inside = (c >= 0) & (c <= n - 1)
        c = np.clip(c, 0, n - 1)
    elif mode == "wrap" and n > 1:  # the last point is the first one again
        c = np.where(c < 0, c + (n - 1) * (np.floor(-c / (n - 1)) + 1), np.where(c > n - 1, c % (n - 1), c))
    low = np.floor(c).astype(int)
    share = c - low
    return [(wrapped(k, n, mode), inside & ((k >= 0) & (k < n) if mode == "grid-constant" else True), weight, sign * slope)
            for k, weight, sign in ((low, 1.0 - share, -1.0), (low + 1, share, 1.0))]


def _spline_places(c: Any, n: int, mode: str, order: int) -> list[tuple[Any, Any, Any, Any]]:
    """The same for the ``order + 1`` coefficients of a spline around the points."""
    inside = (c >= 0) & (c <= n - 1) if mode == "constant" else True
    if mode == "wrap" and n > 1:
        c = np.where(c < 0, c + (n - 1) * (np.floor(-c / (n - 1)) + 1), np.where(c > n - 1, c % (n - 1), c))
    first = np.floor(c if order % 2 else c + 0.5).astype(int) - order // 2
    beyond = "mirror" if mode in ("constant", "wrap") else mode  # so does SciPy
    return [(wrapped(k, n, beyond), inside & ((k >= 0) & (k < n) if mode == "grid-constant" else True),
             cardinal_spline(c - k, order), cardinal_spline(c - k, order, 1))
            for k in (first + m for m in range(order + 1))]


def wrapped(k: Any, n: int, mode: str) -> Any:
    """The pixels that stand at positions beyond the edges of an axis of `n`."""
    if mode in ("constant", "grid-constant", "nearest", "wrap"):
        return np.clip(k, 0, n - 1)
    if mode == "grid-wrap":
        return k % n
    if mode == "mirror":
        k = k % max(2 * n - 2, 1)
        return np.where(k < n, k, 2 * n - 2 - k)
    if mode in ("reflect", "grid-mirror"):
        k = k % (2 * n)
        return np.where(k < n, k, 2 * n - 1 - k)
    raise NotImplementedError(f"scipy.ndimage.map_coordinates with mode={mode!r} has no derivative here")


def _corners(x: Any, coordinates: Any, order: int, mode: str) -> list[tuple[Any, Any, list[Any]]]:
    """For each corner around the points: its flat position (-1 for none), its weight, and the slopes of that."""
    shape = np.shape(x)
    axes = [_places(c, n, mode) if order < 2 else _spline_places(c, n, mode, order) for c, n in zip(coordinates, shape)]
    out = []
    for sides in itertools.product(range(max(order, 1) + 1), repeat=len(shape)):
        chosen = [a[s] for a, s in zip(axes, sides)]
        where = np.ravel_multi_index(tuple(at for at, _, _, _ in chosen), shape)
        counts = np.all([inside for _, inside, _, _ in chosen], axis=0)
        slopes = [np.prod([slope if m == k else w for m, (_, _, w, slope) in enumerate(chosen)], axis=0)
                  for k in range(len(shape))]
        out.append((np.where(counts, where, -1), np.prod([w for _, _, w, _ in chosen], axis=0), slopes))
    return out


def _nearest(x: Any, coordinates: Any, mode: str) -> Any:
    coordinates = np.asarray(coordinates)
    corners = _corners(x, np.floor(coordinates + 0.5), 1, mode)
    inside = [(c >= 0) & (c <= n - 1) for c, n in zip(coordinates, np.shape(x))] if mode == "constant" else [True]
    return np.where(np.all(inside, axis=0), corners[0][0], -1)


def map_coordinates_adjoint(by: Any, x: Any, coordinates: Any, order: int, mode: str, cval: Any,
                            prefilter: bool = True) -> tuple[Any, Any]:
    """The adjoints of `x` and the coordinates in ``scipy.ndimage.map_coordinates(x, coordinates, order=order)``."""
    if order == 0:
        return scatter(by, _nearest(x, coordinates, mode), x), np.zeros(np.shape(coordinates))
    image, margin = spline_coefficients(x, order, mode, cval, prefilter)
    bx = np.zeros(np.shape(image))
    bc = np.zeros(np.shape(coordinates))
    for where, weight, slopes in _corners(image, np.asarray(coordinates) + margin, order, mode):
        value = np.where(where < 0, cval, np.ravel(image)[where])
        bx = bx + scatter(by * weight, where, image)
        bc = bc + np.stack([by * value * s for s in slopes])
    return spline_coefficients_adjoint(bx, x, order, mode, prefilter), bc


def map_coordinates_tangent(dx: Any, dc: Any, x: Any, coordinates: Any, order: int, mode: str, cval: Any,
                            prefilter: bool = True) -> Any:
    """The tangent of ``scipy.ndimage.map_coordinates(x, coordinates, order=order)``."""
    if order == 0:
        where = _nearest(x, coordinates, mode)
        return np.where(where < 0, 0.0, np.ravel(dx)[where])
    image, margin = spline_coefficients(x, order, mode, cval, prefilter)
    image_moved = spline_coefficients(dx, order, mode, 0.0, prefilter)[0]
    total = np.zeros(np.shape(coordinates)[1:])
    for where, weight, slopes in _corners(image, np.asarray(coordinates) + margin, order, mode):
        value = np.where(where < 0, cval, np.ravel(image)[where])
        moved = np.where(where < 0, 0.0, np.ravel(image_moved)[where])
        total = total + weight * moved + value * np.sum(np.stack(slopes) * dc, axis=0)
    return total


# ---- windows --------------------------------------------------------------------------------------------------------

def window_of(size: Any, rank: int) -> tuple[int, ...]:
    """The extent of the neighbourhood of a pixel, by axis."""
    return tuple(int(n) for n in np.broadcast_to(size, (rank,)))


def continued(image: Any, extent: tuple[int, ...], mode: str, cval: float) -> Any:
    """`image` with what the windows of its pixels reach beyond its edges."""
    widths = [(n // 2, (n - 1) // 2) for n in extent]
    return np.pad(image, widths, _PAD[mode], **({"constant_values": cval} if "constant" in mode else {}))


def continued_adjoint(b: Any, image: Any, extent: tuple[int, ...], mode: str) -> Any:
    """The adjoint of `image` in `continued`."""
    return pad_adjoint(b, image, [(n // 2, (n - 1) // 2) for n in extent], _PAD[mode])


def odd_window(size: Any, rank: int) -> tuple[int, ...]:
    """The same for a dilation, whose window is mirrored: where it has no middle, that is another one."""
    extent = window_of(size, rank)
    if any(n % 2 == 0 for n in extent):
        raise NotImplementedError("dilations by windows of even extent have no derivative here")
    return extent


def gaussian_gradients(x: Any, sigma: Any, mode: Any, cval: Any) -> Any:
    """The derivatives of an image along its axes, as ``scipy.ndimage.gaussian_gradient_magnitude`` takes them."""
    n = np.ndim(x)
    return np.stack([ndimage.gaussian_filter(x, sigma, order=[int(k == axis) for k in range(n)], mode=mode, cval=cval)
                     for axis in range(n)])


# ---- where images come from -----------------------------------------------------------------------------------------

def zoomed_places(shape: tuple[int, ...], zoom: Any) -> Any:
    """The places in an image that ``scipy.ndimage.zoom`` looks at; of `zoom` they have the number of pixels, and no more."""
    wanted = tuple(int(round(n * z)) for n, z in zip(shape, np.broadcast_to(zoom, len(shape))))
    steps = [(n - 1) / (m - 1) if m > 1 else 1.0 for n, m in zip(shape, wanted)]
    return np.indices(wanted) * np.reshape(steps, (-1,) + (1,) * len(shape))


def turned(x: Any, angle: Any, axes: Any, reshape: bool, order: int, mode: str, cval: Any, prefilter: bool) -> Any:
    """``scipy.ndimage.rotate``, of one plane after the other."""
    first, second = sorted(k % np.ndim(x) for k in axes)
    planes = np.moveaxis(x, (first, second), (-2, -1))
    n, m = np.shape(planes)[-2:]
    places = np.indices(turned_shape(n, m, angle) if reshape else (n, m))
    c, s = special.cosdg(angle), special.sindg(angle)
    above = places[0] - 0.5 * (np.shape(places)[1] - 1)
    beside = places[1] - 0.5 * (np.shape(places)[2] - 1)
    there = np.stack((c * above + s * beside + 0.5 * (n - 1), c * beside - s * above + 0.5 * (m - 1)))
    found = np.stack([ndimage.map_coordinates(plane, there, order=order, mode=mode, cval=cval, prefilter=prefilter)
                      for plane in np.reshape(planes, (-1, n, m))])
    return np.moveaxis(np.reshape(found, np.shape(planes)[:-2] + np.shape(places)[1:]), (-2, -1), (first, second))


def turned_shape(n: int, m: int, angle: Any) -> tuple[int, int]:
    """The number of pixels that a plane of `n` times `m` has when it is turned."""
    c, s = special.cosdg(angle), special.sindg(angle)
    height, width = (np.ptp(np.array([[c, s], [-s, c]]) @ [[0, 0, n, n], [0, m, 0, m]], axis=1) + 0.5).astype(int)
    return int(height), int(width)
