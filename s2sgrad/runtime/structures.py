"""Adjoints of structured values: zeros of any structure, copies, sums, and additions to a part."""
from __future__ import annotations

import collections
import copy as _copy
import dataclasses
import operator
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2sgrad.runtime.elements import array_of, is_sequence, zeros_of
from s2sgrad.runtime.fields import Fields, attributes_of, require_no_operator, set_attribute
from s2sgrad.runtime.shapes import unbroadcast
from s2sgrad.runtime.sparse import is_sparse, zero_sparse

_NUMBERS = frozenset((float, int, np.float64))
_FLOATS = frozenset((float, np.float64))
_ZERO = np.float64(0.0)
_DOUBLE = np.dtype(np.float64)
_ROUTINES = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)


class Mirror(list):  # type: ignore[type-arg]
    """The adjoint of a tuple while it is added to: a list, with the names of the tuple's fields if it has any."""

    _fields: tuple[str, ...] = ()

    def named(self, fields: tuple[str, ...]) -> Mirror:
        if fields:
            self._fields = fields
        return self

    def __getattr__(self, name: str) -> Any:
        if name in self._fields:
            return self[self._fields.index(name)]
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._fields:
            self[self._fields.index(name)] = value
        else:
            super().__setattr__(name, value)

    def __add__(self, other: Any) -> Any:
        """NumPy makes arrays of tuples; what it gives is an array, or a number for all elements."""
        return add(self, [other] * len(self) if type(other) in _NUMBERS else other)

    __iadd__ = __add__


class HeldList(list):  # type: ignore[type-arg]
    """The adjoint of a list that a dict or an object holds.

    Nothing may tell that ``d["losses"]`` is no array where NumPy is called with it, so that what it gives is added in place.
    """

    def __iadd__(self, other: Any) -> Any:  # type: ignore[misc]
        if isinstance(other, np.ndarray):
            self[:] = map(add, self, other)
            return self
        return super().__iadd__(other)


def _zero_held(x: Any) -> Any:
    return HeldList(map(_zero_held, x)) if type(x) is list else zeros_like(x)


def structured_like(b: Any, x: Any) -> Any:
    """An adjoint in the structure of `x`, with tuples as tuples; `TypeError` where it does not have the shape of its value."""
    if type(b) is np.ndarray and type(x) is np.ndarray and b.shape == x.shape or type(x) is float and type(b) in _FLOATS:
        return b
    if isinstance(x, tuple):
        parts = [structured_like(v, w) for v, w in zip(b, x)] if is_sequence(b) else [structured_like(b, w) for w in x]
        return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    if isinstance(x, Mirror) and is_sequence(b):
        return Mirror(map(structured_like, b, x)).named(x._fields)
    if isinstance(x, list) and is_sequence(b):
        if len(b) != len(x):
            raise TypeError("the length of a list was changed by an assignment to a slice, and the derivative was made for an "
                            "array; annotate the parameter with list")
        return [structured_like(v, w) for v, w in zip(b, x)]
    if isinstance(x, dict) and isinstance(b, dict):
        return {k: structured_like(v, x[k]) if k in x else v for k, v in b.items()}
    if isinstance(x, np.ndarray) and isinstance(b, tuple):
        return array_of(b, x)
    if isinstance(b, (float, int)) and not b:
        b = zeros_like(x)
    if isinstance(b, np.ndarray) and b.shape != np.shape(x) and isinstance(x, (np.ndarray, np.generic, float, int)):
        raise TypeError(f"elements of shape {np.shape(x)} and {b.shape} are used together, and were taken for elements of one "
                        "shape when the derivative was made; annotate the parameter, or specialize the derivative")
    if isinstance(x, Fields) and type(b) is x._of:  # the attributes of its class are no part of it
        return Fields(type(b), attributes_of(b))
    own = attributes_of(x) if isinstance(b, Fields) or type(b) is type(x) else None
    return b if own is None else _object_like(b, x, own)


def entries_like(b: Any, x: Any) -> Any:
    """An adjoint in the structure of `x`, of which the dict `b` has what belongs to some entries; the others are zero.

    It shares no memory with `b`.
    """
    if type(x) is np.ndarray and x.dtype is _DOUBLE and 0 in b and min(b) == 0:  # no element goes by two positions, often
        made = np.zeros(x.shape)
        for k, v in b.items():
            made[k] = v
        return made
    if isinstance(x, dict):
        zeros = x if type(x) is dict else zeros_like(x)
        out = {k: _entry_like(b[k], v) if k in b else structured_like(zeros_like(v), v) for k, v in x.items()}
        if type(x) is dict:
            return out
        for k, v in out.items():
            zeros[k] = v
        return zeros
    out = zeros_like(x)
    if type(out) is np.ndarray:
        for k, v in b.items():
            out[k] += entries_like(v, x[k]) if isinstance(v, dict) else v
        return out
    for k, v in b.items():
        out[k] = add(out[k], entries_like(v, x[k]) if isinstance(v, dict) else v)
    return structured_like(out, x)


def _entry_like(b: Any, x: Any) -> Any:
    if type(b) is np.ndarray and type(x) is np.ndarray and b.shape == x.shape and b.dtype is x.dtype:
        return b.copy()
    if isinstance(b, dict):
        return entries_like(b, x)
    out = zeros_like(x)
    if type(out) is np.ndarray:
        out += b
        return out
    return structured_like(add(out, b), x)


def entries_of(by: Any, b: Any) -> Any:
    """Of the adjoint of ``entries_like(b, x)``, what belongs to `b`."""
    return {k: entries_of(by[k], v) if isinstance(v, dict) else unbroadcast(by[k], v) for k, v in b.items()}


def same_kind(x: dict[Any, Any]) -> dict[Any, Any]:
    """A copy of a dict of another class, which is to mirror it. What is missing must not be computed of adjoints or tangents."""
    missing = getattr(type(x), "__missing__", None)
    if isinstance(missing, types.FunctionType) and missing.__module__ != "collections":
        raise TypeError(f"{type(x).__name__} computes what it does not hold (__missing__), which cannot be differentiated; "
                        "use get or setdefault")
    return _copy.copy(x)


def _object_like(b: Any, x: Any, own: dict[str, Any]) -> Any:
    """An adjoint as an object of the class of `x`."""
    new = _copy.copy(x)
    if new is x:
        return b
    for k, v in _each(lambda k: structured_like(getattr(b, k, 0.0), own[k]), {k: k for k in own}).items():
        set_attribute(new, k, v)
    return new


def from_elements(b: Any, x: Any) -> Any:
    """The adjoint of a sequence `x` from those of its elements; zero for a dict, of which the keys were taken."""
    if isinstance(x, dict):
        return zeros_like(x)
    return np.array(b).reshape(x.shape) if isinstance(x, np.ndarray) else _sequence_like(list(b), x)


def _sequence_like(items: list[Any], x: Any) -> Any:
    """The adjoints of the elements of `x`, by the names of its fields as well if it is a named tuple; of a deque a deque, which
    can be rotated."""
    if isinstance(x, collections.deque):
        return collections.deque(items)
    fields = getattr(x, "_fields", ())
    return Mirror(items).named(fields) if fields else items


def replaced(p: Any, names: tuple[str, ...], values: tuple[Any, ...]) -> Any:
    """``p._replace(name=value, ...)`` of a named tuple, ``dataclasses.replace(p, name=value, ...)``."""
    changes = dict(zip(names, values))
    if dataclasses.is_dataclass(p):
        if hasattr(p, "__post_init__"):
            raise TypeError(f"dataclasses.replace of {type(p).__name__}, which has __post_init__, cannot be differentiated; "
                            "call the class")
        return dataclasses.replace(p, **changes)  # type: ignore[type-var]
    if isinstance(p, types.SimpleNamespace):             # the tangent of an object
        return types.SimpleNamespace(**{**vars(p), **changes})
    if isinstance(p, Mirror):
        return Mirror(changes.get(n, v) for n, v in zip(p._fields, p)).named(p._fields)
    return Fields(_class_of(p), {**_fields(p), **changes}) if isinstance(p, Fields) else p._replace(**changes)


def fields_of(b: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """The adjoints of what `replaced` put in."""
    return tuple(0.0 if type(b) in _NUMBERS else getattr(b, n) for n in names)


def other_fields(b: Any, names: tuple[str, ...], p: Any) -> Any:
    """The adjoint of the object `p` that `replaced` took the other fields from."""
    if type(b) in _NUMBERS:  # zero may be plain 0.0 whatever it is of
        return zeros_like(p)
    zeros = {n: zeros_like(getattr(b, n)) for n in names}
    if isinstance(b, (Mirror, tuple)):
        return Mirror(zeros.get(n, v) for n, v in zip(b._fields, b)).named(b._fields)  # type: ignore[union-attr]
    return Fields(_class_of(b), {**_fields(b), **zeros})


def along_axis(shape: tuple[int, ...], indices: Any, axis: int) -> tuple[Any, ...]:
    """The subscript that takes `indices` along `axis`, as `numpy.take_along_axis` does."""
    axis %= len(shape)
    grid = [np.arange(n).reshape([-1 if k == m else 1 for k in range(len(shape))]) for m, n in enumerate(shape)]
    grid[axis] = indices
    return tuple(grid)


def _each(fn: Callable[[Any], Any], parts: dict[str, Any]) -> dict[str, Any]:
    """What a function gives of each part of an object."""
    try:
        return {k: fn(v) for k, v in parts.items()}
    except RecursionError:
        raise TypeError(_TOO_DEEP) from None


_TOO_DEEP = ("objects that refer to each other in a circle, such as children to their parents, and what is nested too deeply, "
             "such as a chain of hundreds of pairs, cannot be differentiated here; pass the numbers that they hold as "
             "arguments, keep them in one list, or let only one of two objects know the other")


def zeros_like(x: Any) -> Any:
    """The zero of the space that adjoints of `x` live in: same structure, shapes and precision, floating point."""
    if type(x) is float:
        return 0.0
    if type(x) is np.float64:
        return _ZERO
    if type(x) is np.ndarray and x.dtype.kind == "f" and x.flags.c_contiguous:
        return np.zeros(x.shape, x.dtype)  # nearly always, and faster
    try:
        if type(x) is tuple:
            return Mirror(map(zeros_like, x))
        if type(x) is dict:
            return {k: _zero_held(v) for k, v in x.items()}
        if type(x) is list:
            return [zeros_like(x[0])] * len(x) if x and _FLOATS.issuperset(map(type, x)) else [zeros_like(v) for v in x]
    except RecursionError:
        raise TypeError(_TOO_DEEP) from None
    if isinstance(x, np.ndarray):
        return zeros_of(x)
    if isinstance(x, np.generic):
        return x.dtype.type(0) if x.dtype.kind in "fc" else 0.0
    if isinstance(x, complex):
        return 0j
    if is_sparse(x):
        return zero_sparse(x)
    if type(x) is range:
        return [0.0] * len(x)
    if isinstance(x, dict):  # some have attributes as well, such as the results of SciPy's solvers
        table = same_kind(x)
        for k, v in x.items():
            table[k] = _zero_held(v)
        return table
    if isinstance(x, (Mirror, tuple)):
        return Mirror(map(zeros_like, x)).named(getattr(x, "_fields", ()))
    if isinstance(x, collections.deque):
        return collections.deque(map(zeros_like, x))
    if hasattr(type(x), "__zero_adjoint__"):
        return x.__zero_adjoint__()
    own = attributes_of(x)
    if isinstance(x, list):
        if own:
            raise TypeError(f"a {type(x).__name__}, which is a list and has attributes, cannot be differentiated; let an "
                            "attribute hold the list")
        return [zeros_like(v) for v in x]
    return 0.0 if own is None else Fields(type(x), _each(_zero_held, own))


def copy(x: Any) -> Any:
    """A copy of `x` that shares no memory with it."""
    if type(x) in _NUMBERS:
        return x
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, (list, tuple, dict, set, collections.deque)) or attributes_of(x) is not None:
        return _copy.deepcopy(x)
    return x


def own_copy(b: Any) -> Any:
    """A copy of an adjoint that may be changed in place, part by part: of a tuple it is a list."""
    if isinstance(b, (Mirror, tuple)):
        return Mirror(map(own_copy, b)).named(getattr(b, "_fields", ()))
    if isinstance(b, list):
        return [own_copy(v) for v in b]
    if isinstance(b, dict):
        return {k: own_copy(v) for k, v in b.items()}
    if isinstance(b, collections.deque):
        return collections.deque(map(own_copy, b))
    own = attributes_of(b)
    return copy(b) if own is None else Fields(_class_of(b), _each(own_copy, own))


#: Keys that name no position twice.
BASIC = (int, slice, np.integer)


def add_at(b: Any, key: Any, value: Any) -> None:
    """``b[key] += value`` where positions that `key` names twice count twice."""
    if type(b) is np.ndarray and type(key) is int:
        b[key] += value
    elif isinstance(b, np.flatiter):
        np.add.at(b.base, np.unravel_index(np.arange(b.base.size)[key], b.base.shape), value)
    elif not isinstance(b, np.ndarray):
        b[key] = add(b[key], value)
    elif isinstance(key, BASIC) or type(key) is tuple and all(isinstance(k, BASIC) for k in key):
        b[key] += value
    else:
        np.add.at(b, key, value)


def add_part(b: Any, key: Any, value: Any) -> None:
    """``b[key] += value``, in place where the part is a structure or an array that others may hold as well."""
    if isinstance(b, np.ndarray):
        add_at(b, key, value)
        return
    part = b[key]
    if isinstance(b, list) and isinstance(key, slice):  # a list of its own, of the same elements
        check_length(places := range(len(b))[key], value)
        for k, v in zip(places, value):
            add_part(b, k, v)
    elif _is_changeable(part):
        add_to(part, value)
    else:
        b[key] = add(part, value)


def take_at(b: Any, key: Any) -> Any:
    """The adjoint of what ``a[key] = v`` wrote, which leaves zero behind in `b`.

    Where `key` names a position twice the last value written there is the one that stays, so it gets all.
    """
    if isinstance(b, np.flatiter):
        return take_at(b.base, np.unravel_index(np.arange(b.base.size)[key], b.base.shape))
    if isinstance(key, (int, slice)) or not isinstance(b, np.ndarray):
        value = copy(b[key])
        b[key] = zeros_like(value) if isinstance(b, list) else 0.0
        return value
    value = b[key]
    if not np.ndim(value):
        value = copy(value)  # ``b[..., k]`` is a view
        b[key] = 0.0
        return value
    named = np.zeros(b.shape, dtype=bool)
    named[key] = True
    if np.count_nonzero(named) == value.size:  # nothing is named twice
        value = value.copy()  # it may be a view
        b[key] = 0.0
        return value
    order = np.zeros(b.shape, dtype=np.intp)
    order[key] = np.arange(1, value.size + 1).reshape(value.shape)
    value = np.where(order[key] == np.arange(1, value.size + 1).reshape(value.shape), value, 0.0)
    b[key] = 0.0
    return value


def spread(b: Any, xs: Any) -> Any:
    """The adjoint of the elements of `xs` in their sum."""
    if type(xs) is not np.ndarray and len(xs) and not isinstance(xs[0], (float, np.ndarray)):
        require_no_operator(xs[0], b)
    return _sequence_like([b] * len(xs), xs) if not isinstance(xs, np.ndarray) else np.broadcast_to(b, xs.shape)


def add(a: Any, b: Any) -> Any:
    """The sum of two adjoints of the same structure; None stands for the adjoint of what has none."""
    if type(a) is np.ndarray and type(b) is np.ndarray:
        return a + b
    if type(a) in _NUMBERS and type(b) in _NUMBERS:
        return a + b
    if type(a) is list and type(b) is list and len(a) == len(b) and _FLOATS.issuperset(map(type, a)) \
            and _FLOATS.issuperset(map(type, b)):
        return list(map(operator.add, a, b))
    if type(a) is Mirror and type(b) is Mirror:
        return Mirror(map(add, a, b)).named(a._fields)
    if a is None or b is None or type(b) is str:
        return b if a is None else a
    if isinstance(b, Fields) and isinstance(a, (float, int)) and not a:
        return b
    if type(a) in _NUMBERS and not a and type(b) not in _NUMBERS and (
            isinstance(b, _STRUCTURES) or attributes_of(b) is not None):  # zero may be plain 0.0 whatever it is of
        return own_copy(b)
    if type(a) in _NUMBERS:
        return a + b
    if isinstance(a, (float, np.ndarray, np.generic, complex, int)) or is_sparse(a):
        return a + b
    if isinstance(b, (float, int)) and not b:
        return own_copy(a)
    if isinstance(a, dict):
        return {k: add(v, b[k]) if k in b else v for k, v in a.items()}
    if isinstance(a, (Mirror, tuple)):
        return Mirror(map(add, a, b)).named(getattr(a, "_fields", ()))
    if isinstance(a, collections.deque):
        return collections.deque(map(add, a, b))
    if isinstance(b, (Mirror, tuple)) and isinstance(a, list):
        return Mirror(map(add, a, b)).named(getattr(b, "_fields", ()))
    if isinstance(a, list):
        return [add(a[k], b[k]) for k in range(_shared_length(a, b))]
    if isinstance(a, _ROUTINES):
        raise TypeError(f"{a!r} is a function that depends on what is differentiated and was kept in a variable; call it by "
                        "its name, or as a method of its object")
    return Fields(_class_of(a), _each(lambda k: add(getattr(a, k), getattr(b, k)), {k: k for k in {**_fields(a), **_fields(b)}}))


_STRUCTURES = (list, tuple, dict, collections.deque)


def check_length(a: Sequence[Any], b: Any) -> None:
    if isinstance(b, (list, tuple)) and len(b) != len(a):
        raise TypeError("a list that is repeated, or gets more or fewer elements by an assignment to a slice, was taken for an "
                        "array when the derivative was made; write xs + xs, make a new list, or annotate the parameter with list")


def _shared_length(a: list[Any], b: Any) -> int:
    """How many elements two adjoints have; what nothing was added to, of a list that has grown since then, is left out."""
    if not isinstance(b, (list, tuple)) or len(a) == len(b):
        return len(a)
    shorter, longer = (a, b) if len(a) < len(b) else (b, a)
    if any(type(v) not in _NUMBERS or v for v in longer[len(shorter):]):
        check_length(a, b)
    return len(shorter)


def _class_of(b: Any) -> type | None:
    return b._of if isinstance(b, Fields) else type(b)


def _fields(b: Any) -> dict[str, Any]:
    own = attributes_of(b)
    if own is None:
        raise TypeError(f"adjoints of different structures are added: one is a {type(b).__name__}")
    return own


def add_to(a: Any, b: Any) -> None:
    """Add the adjoint `b` to `a`, a structure that is changed in place; zero may be plain 0.0 whatever `a` is.

    Where they are one, the adjoint of something that is held in several places, it is there already.
    """
    if isinstance(b, (float, int)) and not b:
        return
    if isinstance(a, np.ndarray):
        a += b
    elif a is b:
        return
    elif isinstance(a, (dict, list, collections.deque)):
        for k in a if isinstance(a, dict) else range(_shared_length(a, b) if isinstance(a, list) else len(a)):
            add_part(a, k, b[k])
    else:
        _each(lambda k: add_field(a, k, getattr(b, k)), {k: k for k in _fields(b)})


def add_field(b: Any, name: str, value: Any) -> None:
    """``b.name += value``, in place where the part is a structure or an array that others may hold as well."""
    part = getattr(b, name)
    if _is_changeable(part):
        add_to(part, value)
    else:
        set_attribute(b, name, add(part, value))


def _is_changeable(x: Any) -> bool:
    return not isinstance(x, (float, int, complex, np.generic, str, type(None), tuple)) and not (
        callable(x) and attributes_of(x) is None)
