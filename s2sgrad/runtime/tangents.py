"""Tangents of structured values: zeros, shapes, and what follows a container when its primal is rearranged.

The tangent of a value mirrors it, container by container and array by array, so that whatever the program does to
the one can be done to the other. The tangent of an object is a namespace with a tangent for each attribute: it has no
methods and no properties, which would compute with tangents as if they were values.
"""
from __future__ import annotations

import collections
import enum
import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.runtime.fields import Fields, attributes_of
from s2sgrad.runtime.sparse import is_sparse, zero_sparse
from s2sgrad.runtime.structures import Mirror, copy, same_kind

_WITHOUT = (str, bytes, type, type(None), types.FunctionType, types.BuiltinFunctionType, types.MethodType, enum.Enum,
            types.ModuleType, functools.partial)
_SEQUENCES = (list, tuple, collections.deque)


def zero_tangent(x: Any) -> Any:
    """The zero tangent of `x`: its structure and shapes, floating point. What `x` holds twice, it holds twice.

    What has no tangent at all (a string, a function, None) is mirrored by None.
    """
    if type(x) is float:
        return 0.0
    return _zero(x, {})


def _zero(x: Any, made: dict[int, Any]) -> Any:
    if isinstance(x, (float, int)):
        return 0.0
    if isinstance(x, np.generic):
        return x.dtype.type(0) if x.dtype.kind in "fc" else 0.0
    if isinstance(x, complex):
        return 0j
    if isinstance(x, _WITHOUT):
        return None
    if is_sparse(x):
        return zero_sparse(x)
    if id(x) not in made:
        _structure(x, made)
    return made[id(x)]


def _same_table(x: dict[Any, Any]) -> dict[Any, Any]:
    """A dict of the kind of `x`, for tangents. One that makes what it is asked for makes the tangent of that."""
    table = {} if type(x) is dict else same_kind(x)
    if isinstance(x, collections.defaultdict) and isinstance(table, collections.defaultdict):
        factory = x.default_factory
        table.default_factory = None if factory is None else lambda: zero_tangent(factory())
    return table


def _structure(x: Any, made: dict[int, Any]) -> None:
    """Enter the zero of something that may hold itself."""
    if isinstance(x, np.ndarray):
        made[id(x)] = _zero_array(x, made)
    elif isinstance(x, tuple):
        parts = [_zero(v, made) for v in x]
        made[id(x)] = type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    elif isinstance(x, collections.deque):
        new = made[id(x)] = collections.deque(maxlen=x.maxlen)
        new.extend(_zero(v, made) for v in x)
    elif isinstance(x, (list, range)):
        items = made[id(x)] = Mirror().named(x._fields) if isinstance(x, Mirror) else []
        items.extend(_zero(v, made) for v in x)
    elif isinstance(x, dict):
        table = made[id(x)] = _same_table(x)
        for k, v in x.items():
            table[k] = _zero(v, made)
    elif hasattr(type(x), "__zero_tangent__"):
        made[id(x)] = x.__zero_tangent__(lambda v: _zero(v, made))
    else:
        space = made[id(x)] = types.SimpleNamespace()
        for k, v in attributes(x).items():
            setattr(space, k, _zero(v, made))


def _zero_array(x: np.ndarray, made: dict[int, Any]) -> np.ndarray:
    if x.dtype.kind in "fc":
        return np.zeros_like(x)
    if x.dtype != object:
        return np.zeros_like(x, dtype=float)
    out = np.empty_like(x)
    for at in np.ndindex(x.shape):
        out[at] = _zero(x[at], made)
    return out


def attributes(x: Any) -> dict[str, Any]:
    """The data attributes of an object: its own, in ``__dict__`` or in slots, and those of its classes."""
    if isinstance(x, Fields):
        return dict(vars(x))
    found: dict[str, Any] = {}
    for cls in reversed(type(x).__mro__[:-1]):
        found.update((k, v) for k, v in vars(cls).items() if k[:2] != "__" and not hasattr(type(v), "__get__"))
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(x, name):
                found[name] = getattr(x, name)
    found.update(getattr(x, "__dict__", {}))
    return found


def number_tangent(dx: Any) -> Any:
    """The tangent of ``float(x)``, which is zero where `x` is text."""
    return 0.0 if dx is None else copy(dx)


def broadcast_tangent(dy: Any, y: Any) -> Any:
    """The tangent `dy` of the array or number `y`, repeated along the axes that only other operands have.

    Raises `TypeError` where `y` is neither, since joining containers is not arithmetic.
    """
    if type(dy) is float and type(y) is float:
        return dy
    if isinstance(y, (list, tuple, dict, str)):
        if type(dy) is type(y) and len(dy) == len(y):
            return dy
        raise TypeError(f"the tangent of a {type(y).__name__} cannot be formed by arithmetic; annotate the parameters "
                        "that are lists, so that + is known to join them")
    shape = np.shape(y)
    widened = np.iscomplexobj(y) and not np.iscomplexobj(dy)
    if np.shape(dy) == shape and not (widened and shape):
        return dy
    dtype = np.result_type(dy, np.asarray(y).dtype if np.asarray(y).dtype.kind in "fc" else float)
    return np.array(np.broadcast_to(dy, shape), dtype=dtype)


def check_tangent(dx: Any, x: Any) -> Any:
    """The tangent `dx` that a caller gives for `x`, as the namespaces and containers that mirror `x`.

    It is as precise as `x`. Attributes and keys that `dx` leaves out, and those that have no tangent, are zero.
    Raises `ValueError` for an array of another shape than its primal, `TypeError` for another structure.
    """
    if isinstance(x, (np.ndarray, float, int, complex, np.generic)):
        return _checked_number(dx, x)
    return _checked(dx, x, {})


def array_tangent(dx: Any, x: Any) -> Any:
    """As `check_tangent`, of what is used as an array: lists, which NumPy's functions take for arrays, have an array."""
    if isinstance(x, (np.ndarray, float, int, complex, np.generic)):
        return _checked_number(dx, x)
    made = check_tangent(dx, x)
    return np.array(made) if isinstance(made, (list, tuple)) else made


def _checked(dx: Any, x: Any, made: dict[int, Any]) -> Any:
    """As `check_tangent`; what is held in several places, or holds itself, has one tangent, which is entered in `made`."""
    if isinstance(x, (np.ndarray, float, int, complex, np.generic)):
        return _checked_number(dx, x)
    if isinstance(x, _WITHOUT):
        return None
    if id(x) in made:
        return made[id(x)]
    if isinstance(x, dict):
        if not isinstance(dx, dict):
            raise TypeError(f"the tangent of a dict has to be a dict with its keys, not {type(dx).__name__}")
        new = made[id(x)] = _same_table(x)
        for k, v in x.items():
            new[k] = _checked(dx[k], v, made) if k in dx else _zero(v, made)
        return new
    if isinstance(x, _SEQUENCES):
        if not isinstance(dx, (*_SEQUENCES, np.ndarray)) or len(dx) != len(x):
            raise TypeError(f"the tangent of a {type(x).__name__} of length {len(x)} has to be one of that length too")
        if isinstance(x, tuple):
            parts = [_checked(d, v, made) for d, v in zip(dx, x)]
            return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
        items: Any = [] if isinstance(x, list) else collections.deque(maxlen=x.maxlen)
        made[id(x)] = items
        items.extend(_checked(d, v, made) for d, v in zip(dx, x))
        return items
    given = attributes_of(dx) or {}  # what its class holds is no part of it
    space = made[id(x)] = types.SimpleNamespace()
    for k, v in attributes(x).items():
        setattr(space, k, _checked(given[k], v, made) if k in given else _zero(v, made))
    return space


def spread_tangent(dx: Any, x: Any) -> Any:
    """The tangent `dx` of `x`, checked; for an array, a number stands for itself everywhere."""
    if isinstance(x, np.ndarray) and isinstance(dx, (float, int, complex, np.generic)):
        dx = np.full(x.shape, dx, np.result_type(x, dx) if x.dtype.kind in "fc" else float)
    return check_tangent(dx, x)


def _checked_number(dx: Any, x: Any) -> Any:
    if type(dx) is float and isinstance(x, float):
        return x.dtype.type(dx) if isinstance(x, np.float64) else dx  # it has methods that are asked for
    if np.shape(dx) != np.shape(x):
        raise ValueError(f"the tangent has shape {np.shape(dx)}, its primal has shape {np.shape(x)}")
    kind, same = getattr(x, "dtype", None), getattr(dx, "dtype", None)
    if isinstance(dx, np.ndarray) and kind is not None and kind.kind in "fc" and same is not None and kind != same \
            and (kind.kind == same.kind or kind.kind == "c" or same.kind in "iub"):
        return dx.astype(kind)
    return np.asarray(dx, kind if kind is not None and kind.kind in "fc" else float) if isinstance(dx, list) else dx


def keyed_tangent(dpairs: Any, pairs: Any) -> Any:
    """The tangent of what a dict is made of or updated with: another dict, or pairs of a key and a value."""
    if isinstance(pairs, dict):
        return dpairs
    return {k: d[1] for (k, _), d in zip(pairs, dpairs)}


def listed_tangent(dx: Any, x: Any) -> list[Any]:
    """The tangent of ``list(x)``: of the keys of a dict it is zero."""
    return [_zero(k, {}) for k in x] if isinstance(x, dict) else list(dx)


def sort_tangent(dxs: Any, xs: Any, axis: int = -1, kind: Any = None, order: Any = None, *, stable: Any = None,
                 key: Any = None, reverse: bool = False) -> None:
    """Bring `dxs` into the order that ``xs.sort(...)`` is about to give to `xs`, a list or an array."""
    if isinstance(xs, np.ndarray):
        dxs[...] = np.take_along_axis(dxs, np.argsort(xs, axis=axis, kind=kind), axis)
    else:
        keys = xs if key is None else [key(x) for x in xs]
        dxs[:] = [dxs[n] for n in sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)]


def partition_tangent(dxs: Any, xs: np.ndarray, kth: Any, axis: int = -1, kind: Any = "introselect") -> None:
    """Bring `dxs` into the order that ``xs.partition(...)`` is about to give to the array `xs`.

    `np.argpartition` may choose another order than `np.partition`, so elements are matched by their rank.
    """
    ranked = np.take_along_axis(dxs, np.argsort(xs, axis=axis), axis)
    there = np.argsort(np.partition(xs, kth, axis=axis, kind=kind), axis=axis)
    np.put_along_axis(dxs, there, ranked, axis)


def remove_tangent(dxs: Any, xs: Any, x: Any) -> None:
    """Remove from `dxs` what ``xs.remove(x)`` is about to remove from the list `xs`."""
    del dxs[xs.index(x)]


#: For the methods of containers, what becomes of their arguments: "v" is a value, which has a tangent, "k" is not.
_METHODS = {
    "get": "kv", "setdefault": "kv", "pop": "kv", "popitem": "k", "popleft": "", "append": "v", "appendleft": "v",
    "insert": "kv", "extend": "v", "extendleft": "v", "clear": "", "reverse": "", "rotate": "k", "items": "",
    "values": "", "copy": "", "__getitem__": "k", "__setitem__": "kv", "__delitem__": "k", "_replace": "",
}
_REARRANGING: dict[str, Callable[..., None]] = {"sort": sort_tangent, "remove": remove_tangent}
_INACTIVE = ("index", "count", "keys", "__len__", "__contains__")


def container_pushforward(fn: Any, wrt: tuple[Any, ...], owner: bool) -> Any:
    """The pushforward of a bound method of a container: the same method, of the container's tangent.

    Raises `TypeError` for a method that is not known, or whose receiver does not vary but is given a tangent to keep.
    """
    xs, name = fn.__self__, fn.__name__
    if name not in (*_METHODS, *_REARRANGING, *_INACTIVE):
        raise TypeError(f"the method {name} of a {type(xs).__name__} has no tangent")
    if not owner and name in _METHODS and "v" in _METHODS[name] and name != "get":
        raise TypeError(f"the {type(xs).__name__} that a value with a tangent is put into does not vary itself")

    def run(tangents: tuple[Any, ...], *args: Any, **options: Any) -> tuple[Any, Any]:
        if name in _INACTIVE:
            return fn(*args, **options), zero_tangent(fn(*args, **options))
        given = dict(zip(wrt, tangents[1:] if owner else tangents))
        dxs = tangents[0] if owner else zero_tangent(xs)
        if name in _REARRANGING:
            _REARRANGING[name](dxs, xs, *args, **options)
            return fn(*args, **options), None
        roles = _METHODS[name]
        moved = [(given[n] if n in given else zero_tangent(a)) if roles[n:n + 1] == "v" else a
                 for n, a in enumerate(args)]
        named = {k: given[k] if k in given else zero_tangent(v) for k, v in options.items()}
        dy = getattr(dxs, name)(*moved, **named)
        return fn(*args, **options), dy

    return run
