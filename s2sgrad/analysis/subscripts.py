"""The type of ``x[key]``."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type

TypeOf = Callable[[Expr], Type]


def subscript(obj: Type, key: Expr, type_of: TypeOf) -> Type:
    """The type of the part of a value of type `obj` that `key` selects."""
    if obj.kind == "tuple" and obj.items is not None:
        return _of_tuple(obj, key)
    if obj.fields is not None and E.is_const(key):
        return dict(obj.fields).get(key.data, T.ANY)
    if obj.kind in ("list", "dict"):
        return obj if key.head == "slice" else obj.element or T.ANY
    if obj.kind == "range":
        return T.INT
    if obj.kind in ("number", "str", "none", "function", "object"):
        return T.ANY
    parts = key.args if key.head == "tuple" else (key,)
    shape = _select(obj.shape, parts, type_of)
    # What is a number or an array, and can be subscripted, is an array.
    certain = obj.is_array or obj.kind == "numeric" or _only_arrays_take(key)
    if shape is None:
        masked = certain and any(is_mask(type_of(p)) for p in parts)
        return Type("array" if masked else "numeric" if certain else "any", None, obj.dtype)
    if shape == T.SCALAR and certain and any(E.is_const(p, ...) for p in parts):
        return Type("array", shape, obj.dtype)  # a view, if only of one element
    if shape == T.SCALAR:
        return Type("number" if certain else "any", shape, obj.dtype)
    if not certain and key.head != "slice":
        return Type("any", shape, obj.dtype)
    return Type("numeric" if certain and not _keeps_axis(parts) else "array" if certain else "any", shape, obj.dtype)


def _keeps_axis(parts: tuple[Expr, ...]) -> bool:
    """Is the selection surely an array, not a number?"""
    return any(p.head == "slice" or E.is_const(p, None) for p in parts)


def _only_arrays_take(key: Expr) -> bool:
    """Does only an array take such a key? ``x[i, 1:]``, ``x[None]``, ``x[...]``; a dict may take ``x[i, j]``."""
    if key.head == "tuple":
        return any(a.head == "slice" or E.is_const(a, None) or E.is_const(a, ...) for a in key.args)
    return E.is_const(key, None) or E.is_const(key, ...)


def _of_tuple(obj: Type, key: Expr) -> Type:
    assert obj.items is not None
    if key.head == "const" and isinstance(key.data, int) and -len(obj.items) <= key.data < len(obj.items):
        return obj.items[key.data]
    if key.head == "slice" and all(a.head == "const" for a in key.args):
        return T.tuple_of(obj.items[slice(*(a.data for a in key.args))])
    return T.ANY


def _at_reduced_axis(shape: T.AnyShape, parts: tuple[Expr, ...]) -> T.Shape | None:
    """``v[:, None]`` where a reduction took that axis, ``v[:, 0]`` where it made it one; None for anything else."""
    found = T.reduced_from(shape)
    if found is None or type(found[1]) is not int:
        return None
    whole, axis, keepdims = found
    assert isinstance(whole, (T.Shape, T.Broadcast))
    full = (E.slice_(),) * axis if axis >= 0 else (E.const(...),) if axis == -1 else None
    if parts[:-1] != full or not E.is_const(parts[-1], 0 if keepdims else None):
        return None
    return T.reduction(whole, axis, not keepdims)


def _select(shape: T.AnyShape, parts: tuple[Expr, ...], type_of: TypeOf) -> T.Shape | None:
    found = _at_reduced_axis(shape, parts)
    if found is not None:
        return found
    if any(E.is_const(p, ...) for p in parts):
        if not isinstance(shape, T.Shape) or shape.rank is None:
            return _select_ellipsis(shape, parts)
        at = next(n for n, p in enumerate(parts) if E.is_const(p, ...))
        used = sum(not E.is_const(p, None) for p in parts) - 1
        full = (E.slice_(),) * (shape.rank - used)
        parts = parts[:at] + full + parts[at + 1:]
    named = T.with_axes(shape, sum(not E.is_const(p, None) for p in parts))
    if named is None:
        return None
    out: list[T.Dim] = []
    axis = 0
    for p in parts:
        if E.is_const(p, None):
            out.append(T.UNIT)
            continue
        if p.head == "slice":
            out.append(_sliced(named.dims[axis], p, type_of))
        elif not is_integer(type_of(p)):
            return None
        axis += 1
    return T.normal(T.Shape((*out, *named.dims[axis:]), named.tail))


def _select_ellipsis(shape: T.AnyShape, parts: tuple[Expr, ...]) -> T.Shape | None:
    return T.normal(shape) if isinstance(shape, T.Shape) and len(parts) == 1 else None


def _sliced(length: T.Dim, p: Expr, type_of: TypeOf) -> T.Dim:
    """The number of elements that a slice takes from an axis."""
    lower, upper = (_bound(a, length, type_of) for a in p.args[:2])
    step: Any = p.args[2].data if p.args[2].head == "const" else object()
    if all(b is None or type(b) is int for b in (lower, upper, step)):
        return sliced(length, lower, upper, step)
    return T.Dim(("slice", length, lower, upper, step))


def _bound(e: Expr, length: T.Dim, type_of: TypeOf) -> Any:
    """A bound of a slice, counted from the end where it is a distance from there, so that equal ones are equal.

    Where the axis is too short for the distance (``x[:n - 3]``, where `n` is two) less is taken, of which nothing is left for
    what has another length.
    """
    if e.head == "const":
        return e.data
    value = _integer(e, type_of)
    if value is None:
        return object()
    if value.symbol is None:
        return value.offset
    if value.symbol == length.symbol and value.offset <= length.offset:
        return value.offset - length.offset or None
    return value


def _integer(e: Expr, type_of: TypeOf) -> T.Dim | None:
    """The integer that a bound is, if it is no None."""
    known = type_of(e).value
    if known is not None:
        return known
    if e.head != "op" or len(e.args) != 2:
        return None
    a, b = (_integer(part, type_of) for part in e.args)
    return None if a is None or b is None else T.calculated(e.data, a, b)


def is_selection(key: Type) -> bool:
    """Is this a mask or an array of positions, or several of them, one for each axis? What it selects is a copy."""
    parts = (key.element, *(key.items or ())) if key.kind == "tuple" else (key,)
    return any(t is not None and t.is_array for t in parts)


def is_mask(key: Type) -> bool:
    """Is this an array of booleans, or one of them? Of an array they select copies, which are arrays in any case."""
    return key.dtype == "bool" and key.kind in ("array", "numeric", "number")


def is_integer(t: Type) -> bool:
    return t.kind == "number" and t.dtype == "int"


def sliced(length: T.Dim, lower: int | None, upper: int | None, step: int | None) -> T.Dim:
    """The number of elements that a slice with constant bounds takes from an axis."""
    if step not in (None, 1):
        if step == -1 and lower is None and upper is None:
            return length
        return T.Dim(("step", length, lower, upper, step))
    if length.symbol is None:
        return T.dim(len(range(*slice(lower, upper).indices(length.offset))))
    lower = lower or 0
    if upper is None and lower >= 0:
        return T.Dim(length.symbol, length.offset - lower)
    if upper is not None and upper < 0 <= lower:
        return T.Dim(length.symbol, length.offset - lower + upper)
    return T.Dim(("cut", length, lower, upper))


def is_reversal(key: Expr) -> bool:
    """Does a subscript turn axes round and nothing else, ``x[::-1]``? It is its own transpose."""
    parts = key.args if key.head == "tuple" else (key,)
    turned = [p == _BACKWARDS for p in parts]
    return any(turned) and all(t or p == E.slice_() or E.is_const(p, ...) for t, p in zip(turned, parts))


_BACKWARDS = E.slice_(E.NONE, E.NONE, E.const(-1))
