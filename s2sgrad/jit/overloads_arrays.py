"""Joining, cutting, rearranging and indexing arrays, for Numba."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.jit import functions
from s2sgrad.jit.codegen import (
    axes_of,
    define,
    implement,
    is_array,
    is_complex,
    is_number,
    key,
    nb,
    rank,
    static,
)

# ---- shapes ---------------------------------------------------------------------------------------------------------


@implement(functions.square)
def square(x: Any) -> Any:
    return lambda x: x * x


@implement(functions.apart)
def apart(value: Any, target: Any) -> Any:
    if not is_array(value):
        return lambda value, target: value
    if not is_array(target):
        return lambda value, target: value.copy()
    text = "def run(value, target):\n    if value.size == 0 or target.size == 0:\n        return value.copy()\n"
    for name, t in (("value", value), ("target", target)):
        text += f"    {name}_start = np.int64({name}.ctypes.data)\n    {name}_end = {name}_start + {name}.itemsize\n"
        for k in range(t.ndim):
            text += (f"    reach = ({name}.shape[{k}] - 1) * {name}.strides[{k}]\n    if reach > 0:\n"
                     f"        {name}_end += reach\n    else:\n        {name}_start += reach\n")
    return define(text + "    if value_start < target_end and target_start < value_end:\n"
                         "        return value.copy()\n    return value\n")


@implement(functions.reshape)
def reshape(a: Any, shape: Any) -> Any:
    if is_number(a):
        return lambda a, shape: np.full(shape, a)
    if isinstance(shape, nb.BaseTuple) and not len(shape):
        return lambda a, shape: a.item()
    return (lambda a, shape: a.reshape(shape)) if a.layout == "C" else (
        lambda a, shape: np.ascontiguousarray(a).reshape(shape))


@implement(functions.ravel)
def ravel(a: Any) -> Any:
    if is_number(a):
        return lambda a: np.full(1, a)
    return (lambda a: a.reshape(-1)) if a.layout == "C" else lambda a: a.ravel()


@implement(functions.transpose)
def transpose(a: Any, axes: Any = None) -> Any:
    if rank(a) < 2:
        return lambda a, axes=None: a
    if static(axes) is None:
        return lambda a, axes=None: a.T
    return lambda a, axes=None: np.transpose(a, axes)


def _permuted(a: Any, order: list[int], params: str) -> Any:
    return define(f"def run({params}):\n    return np.transpose(a, ({', '.join(map(str, order))},))\n")


@implement(functions.swapaxes)
def swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    order = list(range(a.ndim))
    i, j = static(axis1), static(axis2)
    order[i], order[j] = order[j], order[i]
    return _permuted(a, order, "a, axis1, axis2")


@implement(functions.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    moved = np.moveaxis(np.empty(range(a.ndim)), static(source), static(destination))
    return _permuted(a, list(moved.shape), "a, source, destination")


@implement(functions.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    if is_number(a):
        return lambda a, axis: np.full(1, a)
    added = static(axis)
    added = added if isinstance(added, tuple) else (added,)
    places = axes_of(added, a.ndim + len(added))
    parts = ["None" if k in places else ":" for k in range(a.ndim + len(added))]
    return define(f"def run(a, axis):\n    return a{key(parts)}\n")


# ---- joining and cutting --------------------------------------------------------------------------------------------

@implement(runtime.split_like)
def split_like(b: Any, arrays: Any, axis: Any) -> Any:
    axis = static(axis) or 0
    if not isinstance(arrays, nb.BaseTuple):
        return None
    n = b.ndim
    axis %= n
    text = "def run(b, arrays, axis):\n    start = 0\n"
    if n > 1:
        others = " * ".join(f"b.shape[{k}]" for k in range(n) if k != axis)
        text += f"    across = max(1, {others})\n"
    parts = []
    for m, a in enumerate(arrays):
        length = f"np.size(arrays[{m}])" + (" // across" if n > 1 else "")
        cut = key([f"start:start + n{m}" if k == axis else ":" for k in range(n)])
        text += f"    n{m} = {length}\n"
        value = f"b{cut}"
        if is_number(a):
            value = f"b{key(['start' if k == axis else '0' for k in range(n)])}"
        elif rank(a) != n:
            value = f"np.ascontiguousarray({value}).reshape(arrays[{m}].shape)"
        if is_complex(b) and not is_complex(a):
            value = f"np.real({value})"
        text += f"    p{m} = {value}\n    start += n{m}\n"
        parts.append(f"p{m}")
    return define(text + f"    return ({', '.join(parts)},)\n")


def _each(parts: str) -> Any:
    def choose(bs: Any, arrays: Any) -> Any:
        if not isinstance(arrays, nb.BaseTuple):
            return None
        text = "".join(f"{parts.format(b=f'bs[{k}]', a=f'arrays[{k}]')}, " for k in range(len(arrays)))
        return define(f"def run(bs, arrays):\n    return ({text})\n", reshape=functions.reshape,
                      unbroadcast=runtime.unbroadcast, expand=runtime.expand)
    return choose


implement(runtime.reshape_each)(_each("reshape({b}, np.shape({a}))"))
implement(runtime.unbroadcast_each)(_each("unbroadcast({b}, {a})"))
implement(runtime.broadcast_each)(_each("expand({b}, {a})"))


@implement(runtime.undiagonal)
def undiagonal(b: Any, like: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    if rank(like) != 2 or sorted((static(axis1) % 2, static(axis2) % 2)) != [0, 1]:
        return None
    place = "k + max(0, -offset), k + max(0, offset)"
    if static(axis1) % 2:
        place = "k + max(0, offset), k + max(0, -offset)"
    return define(f"def run(b, like, offset=0, axis1=0, axis2=1):\n    out = np.zeros(like.shape, b.dtype)\n"
                  f"    for k in range(len(b)):\n        out[{place}] = b[k]\n    return out\n")


@implement(runtime.undiag)
def undiag(b: Any, v: Any, k: Any = 0) -> Any:
    if rank(v) == 2:
        return lambda b, v, k=0: runtime.undiagonal(b, v, k, 0, 1)

    def of_vector(b: Any, v: Any, k: Any = 0) -> Any:
        out = np.empty(len(v), b.dtype)
        for n in range(len(v)):
            out[n] = b[n + max(0, -k), n + max(0, k)]
        return out
    return of_vector


@implement(runtime.untrace)
def untrace(b: Any, like: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    if rank(like) != 2 or static(axis1) != 0 or static(axis2) != 1:
        return None

    def run(b: Any, like: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
        out = np.zeros(like.shape)
        rows, columns = like.shape
        for k in range(max(0, -offset), min(rows, columns - offset)):
            out[k, k + offset] = b
        return out
    return run


@implement(runtime.unrepeat)
def unrepeat(b: Any, a: Any, repeats: Any, axis: Any) -> Any:
    if rank(a) != 1 or not is_number(repeats):
        return None

    def run(b: Any, a: Any, repeats: Any, axis: Any) -> Any:
        out = np.zeros(a.shape, b.dtype)
        for k in range(b.size):
            out[k // repeats] += b[k]
        return out
    return run


@implement(runtime.from_elements)
def from_elements(b: Any, x: Any) -> Any:
    if is_array(x):
        return (lambda b, x: np.array(b)) if is_number(getattr(b, "dtype", None)) else None
    return lambda b, x: b


# ---- subscripts -----------------------------------------------------------------------------------------------------

def _is_plain(t: Any) -> bool:
    """Does a key name no place twice?"""
    if isinstance(t, nb.BaseTuple):
        return all(map(_is_plain, t))
    return not is_array(t) and not isinstance(t, nb.List) or is_array(t) and isinstance(t.dtype, nb.Boolean)


def _repeating(b: Any, index: Any, value: Any) -> str:
    """Code that visits each place that a key with integer arrays of one rank names."""
    keys = list(index) if isinstance(index, nb.BaseTuple) else [index]
    arrays = [k for k, t in enumerate(keys) if is_array(t)]
    if any(keys[k].ndim != 1 for k in arrays) or len(keys) > b.ndim or not all(
            is_array(t) or isinstance(nb.unliteral(t), nb.Integer) for t in keys):
        return ""
    several = isinstance(index, nb.BaseTuple)

    def name(k: int) -> str:
        return f"key[{k}]" if several else "key"

    places = [f"{name(k)}[n]" if k in arrays else name(k) for k in range(len(keys))]
    counts = [f"len({name(k)})" for k in arrays]
    check = f"    if not {' == '.join(counts)}:\n        raise ValueError('indices of different lengths')\n" \
        if len(counts) > 1 else ""
    part = "value" if rank(value) < 1 or rank(value) <= b.ndim - len(keys) else "value[n]"
    if part == "value[n]":
        return check + (f"    count = len({name(arrays[0])})\n    for n in range(count):\n"
                f"        b{key(places)} += value[n if value.shape[0] != 1 else 0]\n")
    return check + f"    for n in range(len({name(arrays[0])})):\n        b{key(places)} += value\n"


@implement(runtime.add_at, np.add.at)
def add_at(b: Any, key: Any, value: Any) -> Any:
    if isinstance(b, nb.List):
        def into_list(b: Any, key: Any, value: Any) -> None:
            b[key] = b[key] + value
        return into_list if isinstance(nb.unliteral(key), nb.Integer) else None
    if not is_array(b):
        return None
    if _is_plain(key):
        def once(b: Any, key: Any, value: Any) -> None:
            b[key] += value
        return once
    if is_array(key) and key.ndim > 1 and rank(value) == key.ndim + b.ndim - 1:
        reshape = functions.reshape
        if b.ndim == 1:
            def flat(b: Any, key: Any, value: Any) -> None:
                keys, values = key.ravel(), value.ravel()
                for n in range(keys.size):
                    b[keys[n]] += values[n]
            return flat

        def rows(b: Any, key: Any, value: Any) -> None:
            keys, values = key.ravel(), reshape(value, (key.size,) + b.shape[1:])
            for n in range(keys.size):
                b[keys[n]] += values[n]
        return rows
    text = _repeating(b, key, value)
    return define(f"def run(b, key, value):\n{text}") if text else None


@implement(runtime.add_fitted)
def add_fitted(b: Any, key: Any, value: Any) -> Any:
    add, fit = runtime.add_at, runtime.unbroadcast
    if not is_array(value):
        return lambda b, key, value: add(b, key, value)
    if _is_plain(key) or is_array(key) and key.ndim == 1:
        def fitted(b: Any, key: Any, value: Any) -> None:
            add(b, key, fit(value, b[key]))
        return fitted
    if is_array(key) and rank(value) == key.ndim + b.ndim - 1:
        def of_shape(b: Any, key: Any, value: Any) -> None:
            if value.shape != key.shape + b.shape[1:]:
                raise ValueError("elements that were broadcast cannot be added to")
            add(b, key, value)
        return of_shape
    if not isinstance(key, nb.UniTuple) or not is_array(key.dtype) or rank(value) != 1 + b.ndim - key.count:
        return None

    def checked(b: Any, key: Any, value: Any) -> None:
        if value.shape[0] != len(key[0]) or value.shape[1:] != b.shape[len(key):]:
            raise ValueError("elements that were broadcast cannot be added to")
        add(b, key, value)
    return checked


@implement(runtime.placed)
def placed(b: Any, key: Any, x: Any) -> Any:
    zeros, add = runtime.zeros_like, runtime.add_fitted
    if isinstance(x, nb.BaseTuple):
        return None

    def run(b: Any, key: Any, x: Any) -> Any:
        out = zeros(x)
        add(out, key, b)
        return out
    return run


@implement(functions.with_entries)
def with_entries(keys: Any, values: Any, x: Any) -> Any:
    if isinstance(x, nb.BaseTuple):
        return None
    parts = "".join(f"    add(out, keys[{n}], values[{n}])\n" for n in range(len(values)))
    return define(f"def run(keys, values, x):\n    out = zeros(x)\n{parts}    return out\n", zeros=runtime.zeros_like,
                  add=runtime.add_fitted)


@implement(runtime.take_at)
def take_at(b: Any, key: Any) -> Any:
    if not is_array(b) or not _is_plain(key):
        return None
    taken = runtime.copy

    def run(b: Any, key: Any) -> Any:
        value = taken(b[key])
        b[key] = 0.0
        return value
    return run


@implement(runtime.scatter)
def scatter(b: Any, where: Any, like: Any) -> Any:
    def run(b: Any, where: Any, like: Any) -> Any:
        out = np.zeros(like.size)
        places, values = np.ravel(where), np.ravel(b)
        for k in range(places.size):
            if places[k] >= 0:
                out[places[k]] += values[k]
        return out.reshape(like.shape)
    return run if is_array(like) and is_array(b) and is_array(where) else None


@implement(runtime.positions)
def positions(x: Any) -> Any:
    return lambda x: np.arange(x.size).reshape(x.shape)


