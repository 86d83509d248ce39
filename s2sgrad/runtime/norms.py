"""Derivatives of norms. Where a norm has no derivative, they are the average of those nearby:

zero is mapped to zero by the derivative of every norm, and entries, rows, columns or singular values that attain a
maximum or minimum together share alike.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.linalg import svdvals_adjoint, svdvals_tangent
from s2sgrad.runtime.precision import real_like
from s2sgrad.runtime.values import log_where_positive, safe_divide


def unit(x: Any, norm: Any) -> Any:
    """The derivative of the Euclidean norm: ``conj(x) / norm``, and 0 where the norm is 0."""
    if isinstance(norm, float) and norm and type(x) is np.ndarray and x.dtype.kind == "f":
        return x / norm
    if type(norm) is np.ndarray and norm.dtype.kind == "f" and norm.all():  # nearly always
        size = norm
    else:
        size = np.where(norm == 0, np.inf, norm)
    return np.conj(x) / size if np.iscomplexobj(x) else x / size


def unit_adjoint(b: Any, x: Any, norm: Any) -> tuple[Any, Any]:
    """The adjoints of `x` and `norm` in ``unit(x, norm)``."""
    size = np.where(norm == 0, np.inf, norm)
    return (np.conj(b) if np.iscomplexobj(x) else b) / size, np.sum(-np.real(b * unit(x, norm)) / size,
                                                                     axis=_stretched(norm, x), keepdims=True)


def _stretched(norm: Any, x: Any) -> tuple[int, ...]:
    shape = (1,) * (np.ndim(x) - np.ndim(norm)) + np.shape(norm)
    return tuple(n for n, k in enumerate(shape) if k == 1)


def unit_sign(x: Any) -> Any:
    """The derivative of the absolute value: the conjugate of the direction of `x`, and 0 at 0."""
    return unit(x, np.abs(x)) if np.iscomplexobj(x) else np.sign(x)


def norm_slope(x: Any, y: Any, order: Any, axis: Any) -> Any:
    """The derivative of ``y = np.linalg.norm(x, order, axis, keepdims=True)`` by each element of `x`."""
    axes = tuple(range(np.ndim(x))) if axis is None else tuple(np.atleast_1d(axis) % np.ndim(x))
    if order is None or order == "fro" or order == 2 and len(axes) == 1:
        return unit(x, y)
    return _vector_slope(x, y, order, axes) if len(axes) == 1 else _matrix_slope(x, y, order, axes)


def _vector_slope(x: Any, y: Any, order: Any, axes: tuple[int, ...]) -> Any:
    size = np.abs(x)
    if order == 0:
        return np.zeros_like(np.abs(x))
    if order == 1:
        return unit_sign(x)
    if np.isinf(order):
        return unit_sign(x) * _shares(size == y, x, axes)
    ratio = size / np.where(y == 0, np.inf, y)
    if order < 1:  # the slope is infinite at zero entries; their average over both sides is zero
        ratio = np.where(ratio == 0, np.inf, ratio)
    return unit_sign(x) * ratio ** (order - 1)


def _shares(chosen: Any, x: Any, axis: Any) -> Any:
    """The shares of those that are chosen along an axis, in the precision of `x`."""
    weights = chosen * np.ones_like(np.abs(x))
    return weights / np.sum(weights, axis=axis, keepdims=True)


def _matrix_slope(x: Any, y: Any, order: Any, axes: tuple[int, ...]) -> Any:
    if order in (1, -1, np.inf, -np.inf):
        summed = axes[0] if order in (1, -1) else axes[1]
        other = axes[1] if order in (1, -1) else axes[0]
        chosen = np.sum(np.abs(x), axis=summed, keepdims=True) == y
        return unit_sign(x) * _shares(chosen, x, other)
    matrices = np.moveaxis(x, axes, (-2, -1))
    u, s, vh = np.linalg.svd(matrices, full_matrices=False)
    top = np.moveaxis(y, axes, (-2, -1))[..., 0]
    weights = np.ones_like(s) * (s != 0) if order == "nuc" else (s == (np.max if order == 2 else np.min)(
        s, axis=-1, keepdims=True)) * (top != 0)
    if order != "nuc":
        weights = weights / np.maximum(1.0, np.sum(weights * np.ones_like(s), axis=-1, keepdims=True))
    return np.moveaxis(np.conj((u * np.expand_dims(weights, -2)) @ vh), (-2, -1), axes)


def norm_adjoint(b: Any, y: Any, x: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    """The adjoint of `x` in ``y = np.linalg.norm(x, order, axis, keepdims)``."""
    if axis is None and (order is None or np.ndim(x) not in (1, 2)):
        return b * unit(x, y)
    if axis is None and not keepdims:
        axis = tuple(range(np.ndim(x)))
    if not keepdims:
        b, y = np.expand_dims(b, axis), np.expand_dims(y, axis)
    slope = unit(x, y) if order is None and type(axis) is int else norm_slope(x, y, order, axis)
    return real_like(b * slope, x)


def norm_tangent(dx: Any, y: Any, x: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    """The tangent of ``y = np.linalg.norm(x, order, axis, keepdims)``."""
    if axis is None and not keepdims:
        axes = tuple(range(np.ndim(x)))
        whole = np.expand_dims(y, axes)
    else:
        axes = axis if axis is not None else tuple(range(np.ndim(x)))
        whole = y if keepdims else np.expand_dims(y, axis)
    return np.sum(np.real(dx * norm_slope(x, whole, order, axes)), axis=axes, keepdims=keepdims)


def vector_norm_adjoint(b: Any, y: Any, x: Any, axis: Any, keepdims: bool, order: Any) -> Any:
    """The adjoint of `x` in ``y = np.linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=order)``."""
    axes = tuple(range(np.ndim(x))) if axis is None else tuple(np.atleast_1d(axis) % np.ndim(x))
    if not keepdims:
        b, y = np.expand_dims(b, axes), np.expand_dims(y, axes)
    return real_like(b * (unit(x, y) if order in (None, 2) else _vector_slope(x, y, order, axes)), x)


def vector_norm_tangent(dx: Any, y: Any, x: Any, axis: Any, keepdims: bool, order: Any) -> Any:
    """The tangent of ``y = np.linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=order)``."""
    axes = tuple(range(np.ndim(x))) if axis is None else tuple(np.atleast_1d(axis) % np.ndim(x))
    whole = y if keepdims else np.expand_dims(y, axes)
    slope = unit(x, whole) if order in (None, 2) else _vector_slope(x, whole, order, axes)
    return np.sum(np.real(dx * slope), axis=axes, keepdims=keepdims)


def _condition_slope(x: Any, y: Any, order: Any) -> Any:
    """The derivative of ``y = np.linalg.cond(x, order)``."""
    if order in (None, 2, -2):
        s = np.linalg.svd(x, compute_uv=False)
        top, least = s[..., 0], s[..., -1]
        slopes = np.zeros_like(s)
        above, below = (0, -1) if order != -2 else (-1, 0)
        slopes[..., above] += y / (top if above == 0 else least)
        slopes[..., below] -= y / (least if above == 0 else top)
        return svdvals_adjoint(slopes, x)
    inverse = np.linalg.inv(x)
    axes = (-2, -1)
    own = np.linalg.norm(x, order, axes, True)
    other = np.linalg.norm(inverse, order, axes, True)
    turned = np.swapaxes(inverse, -1, -2)
    return norm_slope(x, own, order, axes) * other - turned @ norm_slope(inverse, other, order, axes) @ turned * own


def cond_adjoint(b: Any, y: Any, x: Any, order: Any) -> Any:
    """The adjoint of `x` in ``y = np.linalg.cond(x, order)``."""
    return real_like(np.expand_dims(b, (-2, -1)) * _condition_slope(x, y, order), x)


def cond_tangent(dx: Any, y: Any, x: Any, order: Any) -> Any:
    """The tangent of ``y = np.linalg.cond(x, order)``."""
    return np.sum(np.real(dx * _condition_slope(x, y, order)), axis=(-2, -1))


__all__ = ["cond_adjoint", "cond_tangent", "norm_adjoint", "norm_slope", "norm_tangent", "svdvals_tangent", "unit",
           "unit_adjoint", "unit_sign", "vector_norm_adjoint", "vector_norm_tangent"]


def norm_order_slope(y: Any, x: Any, ord: Any, axis: Any, keepdims: bool, flat: bool = False) -> Any:
    """The derivative by `ord` of ``y = np.linalg.norm(x, ord, axis, keepdims)``, or of `np.linalg.vector_norm`, which is `flat`.

    The orders of norms of matrices, and infinity, are not followed.
    """
    of_vectors = flat or np.ndim(x) == 1 or isinstance(axis, (int, np.integer))
    if ord is None or isinstance(ord, str) or not of_vectors or not np.isfinite(ord) or ord == 0:
        return np.zeros(np.shape(y))
    powers = np.abs(x) ** ord
    logs = np.sum(powers * log_where_positive(np.abs(x)), axis=axis, keepdims=keepdims)
    return y / ord * (safe_divide(logs, np.sum(powers, axis=axis, keepdims=keepdims)) - log_where_positive(y))


def norm_order_tangent(dord: Any, y: Any, x: Any, ord: Any, axis: Any, keepdims: bool, flat: bool = False) -> Any:
    """The part of the tangent of a norm that comes of its order; none, where that is text."""
    return 0.0 if dord is None else dord * norm_order_slope(y, x, ord, axis, keepdims, flat)
