"""Adjoints of containers and objects that are held in several places: one for each object, wherever it is."""
from __future__ import annotations

import collections
from typing import Any

import numpy as np

from s2sgrad.runtime.fields import Fields, attributes_of
from s2sgrad.runtime.restoring import MISSING
from s2sgrad.runtime.structures import Mirror, add_to, zeros_like

#: By the identity of an object: the object, which is kept alive, and its adjoint.
Mirrors = dict[int, tuple[Any, Any]]

_CONTAINERS = (list, tuple, dict, collections.deque)


def mirror(x: Any, mirrors: Mirrors) -> Any:
    """The adjoint of a container or object, zero where there was none yet; what `x` holds has its adjoint in its place.

    `TypeError` is raised for a number or an array, which has no adjoint of its own.
    """
    if x is None or isinstance(x, (str, bool)) or callable(x) and attributes_of(x) is None:
        return 0.0
    if not _is_structure(x):
        raise TypeError(f"{type(x).__name__} values are held in several containers, and were taken for objects or containers "
                        "when the derivative was made; put a copy into each container")
    return _mirror(x, mirrors)


def _is_structure(x: Any) -> bool:
    if isinstance(x, (float, int, complex, str, np.ndarray, np.generic, type(None))):
        return False
    return isinstance(x, _CONTAINERS) or attributes_of(x) is not None


def _mirror(x: Any, mirrors: Mirrors) -> Any:
    found = mirrors.get(id(x))
    if found is not None:
        return found[1]
    b: Any
    if isinstance(x, dict):
        b = {}
        mirrors[id(x)] = x, b
        b.update((k, _zero(v, mirrors)) for k, v in x.items())
    elif isinstance(x, (list, tuple, collections.deque)):
        b = [] if isinstance(x, list) else collections.deque() if isinstance(x, collections.deque) else Mirror()
        mirrors[id(x)] = x, b
        b.extend(_zero(v, mirrors) for v in x)
        if isinstance(x, tuple):
            b.named(getattr(x, "_fields", ()))
    elif hasattr(type(x), "__zero_adjoint__"):  # what it keeps has its share in what is made of it
        b = x.__zero_adjoint__()
        mirrors[id(x)] = x, b
    else:
        b = Fields(type(x))
        mirrors[id(x)] = x, b
        b.__dict__.update((k, _zero(v, mirrors)) for k, v in (attributes_of(x) or {}).items())
    return b


def _zero(x: Any, mirrors: Mirrors) -> Any:
    return _mirror(x, mirrors) if _is_structure(x) else zeros_like(x)


def mirror_array(x: Any, mirrors: Mirrors) -> Any:
    """The adjoint of an array, or of a view of one: that of the same memory, zero where there was none yet.

    `TypeError` is raised for anything else, which has no memory of its own.
    """
    owner = _owner(x)
    found = mirrors.get(id(owner))
    if found is None:
        found = mirrors[id(owner)] = owner, _memory(owner)
    low, memory = found[1]
    if not x.size:
        return np.zeros(x.shape, memory.dtype)
    if x.dtype != owner.dtype or any(step == 0 and n > 1 or step % x.itemsize for step, n in zip(x.strides, x.shape)):
        raise TypeError("an array that is changed in place is seen as if its elements were of another type, or each of them "
                        "several; copy the view")
    first = (_address(x) - low) // x.itemsize * memory.itemsize
    return np.ndarray(x.shape, memory.dtype, memory, first, tuple(step // x.itemsize * memory.itemsize for step in x.strides))


def link_array(mirrors: Mirrors, x: Any, b: Any) -> None:
    """Let the adjoint of an array, of which no part has one yet, start from `b`."""
    owner = _owner(x)
    known = mirrors.get(id(owner))
    if known is None:  # the rest of what it may be a view of is out of reach
        mirrors[id(owner)] = owner, _memory(x)
    else:
        mirrors[id(owner)] = owner, _memory(owner)
        low, memory = known[1]
        whole = mirrors[id(owner)][1]
        whole[1][(low - whole[0]) // owner.itemsize:][:memory.size] = memory
    mirror_array(x, mirrors)[...] = b


#: The address of the first of some elements in memory, and adjoints for as many as there are.
Memory = tuple[int, "np.ndarray[Any, Any]"]


def _owner(x: Any) -> Any:
    """The array that an array is a view of, or is."""
    if type(x) is not np.ndarray:
        raise TypeError(f"a variable that stands for several arrays by turns stands for a {type(x).__name__}, and was taken for "
                        "an array when the derivative was made; use a name of its own for each")
    while type(x.base) is np.ndarray:
        x = x.base
    if x.base is not None or x.dtype.kind not in "fciub":
        raise TypeError("an array that is changed in place holds no numbers, or lies in memory that something else manages; "
                        "copy it")
    return x


def _address(x: np.ndarray[Any, Any]) -> int:
    return int(x.__array_interface__["data"][0])


def _memory(x: np.ndarray[Any, Any]) -> Memory:
    """Zeros for all elements that lie between the first and the last of an array in memory."""
    steps = [(n - 1) * step for n, step in zip(x.shape, x.strides)] if x.size else [-x.itemsize]
    low, high = (sum(step for step in steps if (step < 0) is below) for below in (True, False))
    return _address(x) + low, np.zeros((high - low) // x.itemsize + 1, x.dtype if x.dtype.kind in "fc" else float)


def mirror_field(x: Any, name: str, mirrors: Mirrors) -> Any:
    """The adjoint of what an attribute holds: that of the object itself, zero for a number or an array."""
    return _zero(getattr(x, name, 0.0), mirrors)


def mirror_part(x: Any, key: Any, mirrors: Mirrors) -> Any:
    """The adjoint of what ``x[key]`` holds, as `mirror_field`; 0.0 where a dict does not have the key."""
    if isinstance(x, dict) and key not in x:
        return 0.0
    if isinstance(key, slice):
        return [_zero(v, mirrors) for v in x[key]]
    return _zero(x[key], mirrors)


def link(mirrors: Mirrors, x: Any, b: Any) -> None:
    """Let `b`, which came from elsewhere, be the adjoint of `x`, and what it holds those of what `x` holds.

    What has an adjoint already keeps it, and `b` is added to it.
    """
    if not _is_structure(x) or isinstance(b, (float, int)):
        return
    known = mirrors.get(id(x))
    if known is not None:
        if known[1] is not b:
            add_to(known[1], b)
        return
    mirrors[id(x)] = x, b
    if isinstance(x, dict):
        parts = [(v, b[k]) for k, v in x.items() if k in b]
    elif isinstance(x, _CONTAINERS):
        parts = list(zip(x, b))
    else:
        parts = [(v, getattr(b, k, 0.0)) for k, v in (attributes_of(x) or {}).items()]
    for v, w in parts:
        link(mirrors, v, w)


def held_attribute(x: Any, name: str) -> Any:
    """What ``x.name = ...`` is about to replace: the object itself."""
    return getattr(x, name, MISSING)
