"""Adjoints of `np.pad`, which pads one axis after the other, each time the whole array so far."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.precision import inexact, real_like

_LINEAR = ("edge", "reflect", "symmetric", "wrap", "mean", "linear_ramp")
_SELECTING: dict[Any, Any] = {"maximum": np.max, "minimum": np.min, "median": np.median}


def pad_adjoint(b: Any, x: Any, pad_width: Any, mode: Any = "constant", stat_length: Any = None,
                reflect_type: str = "even") -> Any:
    """The adjoint of the array that was padded."""
    pairs = _pairs(pad_width, np.ndim(x))
    if mode in ("constant", "empty"):
        return b[tuple(slice(before, before + n) for (before, _), n in zip(pairs, np.shape(x)))]
    steps = _steps(x, pairs, mode, stat_length, reflect_type)
    for axis in reversed(range(len(pairs))):
        rows = _unpadded(steps[axis], axis, pairs, mode, stat_length, reflect_type, np.moveaxis(b, axis, 0))
        b = np.moveaxis(rows, 0, axis)
    return real_like(b, x)


def _steps(x: Any, pairs: Any, mode: Any, stat_length: Any, reflect_type: str) -> list[Any]:
    """The array before each axis is padded; only what chooses among values needs more than the shape."""
    steps = []
    options = _options(mode, stat_length, reflect_type, None)
    for axis in range(len(pairs)):
        steps.append(x)
        if mode in _SELECTING:
            x = np.pad(x, [p if n == axis else (0, 0) for n, p in enumerate(pairs)], mode, **options)
    return steps


def _unpadded(x: Any, axis: int, pairs: Any, mode: Any, stat_length: Any, reflect_type: str, b: Any) -> Any:
    """The transpose of padding one axis, which is the first of `b`."""
    before, after = pairs[axis]
    n = np.shape(x)[axis]
    if not before and not after:
        return b
    if mode in _SELECTING:
        return _selected(np.moveaxis(x, axis, 0), b, before, after, mode, _length(stat_length, axis, np.ndim(x)))
    if mode not in _LINEAR:
        raise NotImplementedError(f"np.pad with mode={mode!r} has no derivative")
    options = _options(mode, stat_length, reflect_type, axis, np.ndim(x))
    if mode in ("edge", "wrap") or mode in ("reflect", "symmetric") and reflect_type == "even":
        where = np.pad(np.arange(n), (before, after), mode)
        out = np.zeros((n, *np.shape(b)[1:]), dtype=inexact(b))
        np.add.at(out, where, b)
        return out
    matrix = np.pad(np.eye(n), ((before, after), (0, 0)), mode, **options)
    return np.tensordot(matrix, b, (0, 0))


def _selected(x: Any, b: Any, before: int, after: int, mode: str, lengths: tuple[Any, Any]) -> Any:
    """The transpose of padding with the maximum, minimum or median of the edge; ties share alike."""
    n = len(x)
    out = b[before:before + n].copy()
    sides = ((b[:before], slice(0, lengths[0])), (b[before + n:], slice(-lengths[1] if lengths[1] else None, None)))
    for part, edge in sides:
        if len(part):
            region = x[edge]
            chosen = region == _SELECTING[mode](region, axis=0)
            if mode == "median":
                order = np.argsort(np.argsort(region, axis=0, kind="stable"), axis=0, kind="stable")
                chosen = (order == (len(region) - 1) // 2) * 0.5 + (order == len(region) // 2) * 0.5
            out[edge] += np.sum(part, axis=0) * chosen / np.sum(chosen, axis=0)
    return out


def pad_tangent(dx: Any, x: Any, pad_width: Any, mode: Any = "constant", dconstant: Any = 0.0, dend: Any = 0.0,
                stat_length: Any = None, reflect_type: str = "even") -> Any:
    """The tangent of the padded array."""
    if mode == "constant":
        return np.pad(dx, pad_width, mode, constant_values=dconstant)
    if mode == "linear_ramp":
        return np.pad(dx, pad_width, mode, end_values=dend)
    if mode not in _SELECTING:
        return np.pad(dx, pad_width, mode, **_options(mode, stat_length, reflect_type, None))
    pairs = _pairs(pad_width, np.ndim(x))
    for axis, step in enumerate(_steps(x, pairs, mode, stat_length, reflect_type)):
        dx = _selected_tangent(dx, step, axis, pairs[axis], mode, _length(stat_length, axis, np.ndim(x)))
    return dx


def _selected_tangent(dx: Any, x: Any, axis: int, pair: Any, mode: str, lengths: tuple[Any, Any]) -> Any:
    before, after = pair
    n = np.shape(x)[axis]
    shape = np.shape(np.moveaxis(x, axis, 0))
    probe = np.zeros((before + n + after, *shape[1:]))
    rows = []
    for row in range(len(probe)):  # each padded row is a combination of rows: read its weights off the transpose
        probe[row] = 1.0
        weights = _selected(np.moveaxis(x, axis, 0), probe, before, after, mode, lengths)
        rows.append(np.sum(weights * np.moveaxis(dx, axis, 0), axis=0))
        probe[row] = 0.0
    return np.moveaxis(np.stack(rows), 0, axis)


def padded_ends(b: Any, x: Any, pad_width: Any, mode: Any, ends: Any) -> Any:
    """The adjoint of `constant_values` (or, for a linear ramp, of `end_values`)."""
    rank = np.ndim(x)
    out = np.zeros((rank, 2), dtype=inexact(b))
    pairs = _pairs(pad_width, rank)
    for axis in reversed(range(rank)):
        before, after = pairs[axis]
        rows = np.moveaxis(b, axis, 0)
        n = len(rows) - before - after
        if mode == "linear_ramp":
            total = rows.reshape(len(rows), -1).sum(axis=1)
            out[axis, 0] = np.sum(total[:before] * np.linspace(1.0, 0.0, before, endpoint=False))
            out[axis, 1] = np.sum(total[before + n:] * np.linspace(1.0, 0.0, after, endpoint=False)[::-1])
            edge = rows[before:before + n].copy()
            edge[0] += np.tensordot(np.linspace(0.0, 1.0, before, endpoint=False), rows[:before], 1)
            edge[-1] += np.tensordot(np.linspace(0.0, 1.0, after, endpoint=False)[::-1], rows[before + n:], 1)
        else:
            out[axis] = rows[:before].sum(), rows[before + n:].sum()
            edge = rows[before:before + n]
        b = np.moveaxis(edge, 0, axis)
    shape = np.shape(ends)
    if len(shape) == 2:
        return real_like(out.reshape(rank, 2) if shape == (rank, 2) else out.sum(axis=0, keepdims=True), ends)
    return real_like(out.sum(axis=0) if shape == (2,) else out.sum().reshape(shape), ends)


def _pairs(pad_width: Any, rank: int) -> list[tuple[int, int]]:
    if isinstance(pad_width, dict):
        given = {axis % rank: width for axis, width in pad_width.items()}
        return [tuple(np.broadcast_to(given.get(n, 0), 2).tolist()) for n in range(rank)]
    return [tuple(p) for p in np.broadcast_to(pad_width, (rank, 2)).tolist()]


def _length(stat_length: Any, axis: int, rank: int) -> tuple[Any, Any]:
    if stat_length is None:
        return None, None
    before, after = np.broadcast_to(stat_length, (rank, 2)).tolist()[axis]
    return before, after


def _options(mode: str, stat_length: Any, reflect_type: str, axis: int | None, rank: int = 0) -> dict[str, Any]:
    """The keywords of `np.pad` that its mode takes; those that go by axis, for one axis of an array or for all."""
    if mode in ("mean", *_SELECTING) and stat_length is not None:
        if axis is None:
            return {"stat_length": stat_length}
        lengths = _length(stat_length, axis, rank)
        return {"stat_length": (lengths,)} if mode == "mean" else {"stat_length": stat_length}
    return {"reflect_type": reflect_type} if mode in ("reflect", "symmetric") else {}
