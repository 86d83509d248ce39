"""Transposes of the linear filters of `scipy.ndimage`, and linear interpolation in images.

A filter extends each axis as its mode says and correlates what it gets with weights; its transpose convolves with the
weights and folds what belongs to the extension back. All of this is plain NumPy and SciPy with derivatives of its own.
"""
from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy import ndimage, signal

from s2sgrad.runtime.padding import pad_adjoint
from s2sgrad.runtime.rearrange import scatter

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
    whole = signal.convolve(by, weights, mode="full", method="direct")
    return pad_adjoint(whole, x, _margins(np.shape(weights), origin), _PAD[mode], None, "even")


def correlate_weights_adjoint(by: Any, x: Any, weights: Any, mode: str, cval: Any, origin: Any) -> Any:
    """The adjoint of the weights in ``scipy.ndimage.correlate(x, weights, mode=mode, cval=cval, origin=origin)``."""
    margins = _margins(np.shape(weights), origin)
    if _PAD[mode] == "constant":
        around = np.pad(x, margins, "constant", constant_values=cval)
    else:
        around = np.pad(x, margins, _PAD[mode])
    return signal.correlate(around, by, mode="valid", method="direct")


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

def _places(c: Any, n: int, mode: str) -> tuple[Any, Any, Any, Any, Any, Any]:
    """Along one axis: the two neighbours, whether each counts, the weight of the second, and its slope."""
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
    found = [(_wrapped(k, n, mode), inside & ((k >= 0) & (k < n) if mode == "grid-constant" else True))
             for k in (low, low + 1)]
    return found[0][0], found[0][1], found[1][0], found[1][1], c - low, slope


def _wrapped(k: Any, n: int, mode: str) -> Any:
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


def _corners(x: Any, coordinates: Any, mode: str) -> list[tuple[Any, Any, list[Any]]]:
    """For each corner around the points: its flat position (-1 for none), its weight, and the slopes of that."""
    shape = np.shape(x)
    axes = [_places(c, n, mode) for c, n in zip(coordinates, shape)]
    out = []
    for sides in itertools.product((0, 1), repeat=len(shape)):
        where = np.ravel_multi_index(tuple(a[2 * s] for a, s in zip(axes, sides)), shape)
        counts = np.all([a[2 * s + 1] for a, s in zip(axes, sides)], axis=0)
        weights = [a[4] if s else 1.0 - a[4] for a, s in zip(axes, sides)]
        signs = [a[5] if s else -a[5] for a, s in zip(axes, sides)]
        slopes = [np.prod([signs[m] if m == k else w for m, w in enumerate(weights)], axis=0)
                  for k in range(len(shape))]
        out.append((np.where(counts, where, -1), np.prod(weights, axis=0), slopes))
    return out


def check_order(order: int) -> None:
    """Raises `NotImplementedError` for splines of degree above 1."""
    if order > 1:
        raise NotImplementedError("scipy.ndimage.map_coordinates is differentiated with order=0 and order=1")


def _nearest(x: Any, coordinates: Any, mode: str) -> Any:
    coordinates = np.asarray(coordinates)
    corners = _corners(x, np.floor(coordinates + 0.5), mode)
    inside = [(c >= 0) & (c <= n - 1) for c, n in zip(coordinates, np.shape(x))] if mode == "constant" else [True]
    return np.where(np.all(inside, axis=0), corners[0][0], -1)


def map_coordinates_adjoint(by: Any, x: Any, coordinates: Any, order: int, mode: str, cval: Any) -> tuple[Any, Any]:
    """The adjoints of `x` and the coordinates in ``scipy.ndimage.map_coordinates(x, coordinates, order=order)``."""
    check_order(order)
    if order == 0:
        return scatter(by, _nearest(x, coordinates, mode), x), np.zeros(np.shape(coordinates))
    bx = np.zeros(np.shape(x))
    bc = np.zeros(np.shape(coordinates))
    for where, weight, slopes in _corners(x, coordinates, mode):
        value = np.where(where < 0, cval, np.ravel(x)[where])
        bx = bx + scatter(by * weight, where, x)
        bc = bc + np.stack([by * value * s for s in slopes])
    return bx, bc


def map_coordinates_tangent(dx: Any, dc: Any, x: Any, coordinates: Any, order: int, mode: str, cval: Any) -> Any:
    """The tangent of ``scipy.ndimage.map_coordinates(x, coordinates, order=order)``."""
    check_order(order)
    if order == 0:
        where = _nearest(x, coordinates, mode)
        return np.where(where < 0, 0.0, np.ravel(dx)[where])
    total = np.zeros(np.shape(coordinates)[1:])
    for where, weight, slopes in _corners(x, coordinates, mode):
        value = np.where(where < 0, cval, np.ravel(x)[where])
        moved = np.where(where < 0, 0.0, np.ravel(dx)[where])
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
