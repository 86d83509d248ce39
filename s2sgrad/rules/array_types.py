"""Types of the results of functions that make, join and rearrange arrays."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from s2sgrad.ir import types as T
from s2sgrad.rules.typing import UNKNOWN, Operand, Operands, TypeRule, axis_length, first

#: The dtype of results that have the dtype of the arrays that they are made of.
NUMBERS = ("int", "float", "complex", "bool")


def shape_of(o: Operand) -> T.AnyShape:
    """The shape of an operand as an array: of a display of numbers or arrays of one shape, too.

    NumPy takes no display of numbers and arrays of different shapes, so that one whose shape is known tells that of all.
    """
    if o.expr.head in ("list", "tuple"):
        if any(p.expr.head == "star" for p in o.parts):
            return None
        inner = list(dict.fromkeys(map(shape_of, o.parts)))
        shape = inner[0] if len(inner) == 1 else next((s for s in inner if known(s) is not None), None)
        if not o.parts or not isinstance(shape, T.Shape):
            return T.Shape((T.dim(0),)) if not o.parts else None
        return T.Shape((T.dim(len(o.parts)), *shape.dims), shape.tail)
    if o.type.kind == "number":
        return T.SCALAR
    return o.type.shape if o.type.kind in ("array", "numeric", "any") else None


def dtype_of(o: Operand) -> str | None:
    if o.expr.head in ("list", "tuple"):
        return joined_dtype(o.parts)
    return o.type.dtype


def joined_dtype(operands: Iterable[Operand]) -> str | None:
    """The element type of an array made of all operands."""
    found = [dtype_of(o) for o in operands]
    if not found:
        return "float"
    out = found[0]
    for dtype in found[1:]:
        out = T.join_dtype(out, dtype)
    return out


def converted(rule: TypeRule) -> TypeRule:
    """The type that a rule finds, where ``dtype=`` asks for no other elements."""
    def made(operands: Operands) -> T.Type:
        found = rule(operands)
        return found if operands["dtype"].value is None else T.numeric(found.shape, None, found.is_array)
    return made


def rank_of(o: Operand) -> int | None:
    shape = shape_of(o)
    return shape.rank if isinstance(shape, T.Shape) else None


def known(shape: T.AnyShape) -> tuple[T.Dim, ...] | None:
    """The lengths of all axes, where their number is known."""
    return shape.dims if isinstance(shape, T.Shape) and shape.rank is not None else None


def at_least(shape: T.AnyShape, rank: Any) -> T.AnyShape:
    """`shape` with axes of length one in front where it has fewer than `rank`."""
    dims = known(shape)
    if rank in (0, None) or isinstance(shape, T.Shape) and isinstance(rank, int) and len(shape.dims) >= rank:
        return shape
    if dims is None or not isinstance(rank, int):
        return None
    return T.Shape((T.UNIT,) * (rank - len(dims)) + dims)


def vector(o: Operand) -> T.Shape | None:
    """The shape of a vector operand."""
    shape = shape_of(o)
    return shape if isinstance(shape, T.Shape) and shape.rank == 1 else None


def total(dims: Iterable[T.Dim]) -> T.Dim:
    """The number of elements of an array."""
    rest: list[T.Dim] = []
    count = 1
    for k in dims:
        if k.symbol is None:
            count *= k.offset
        else:
            rest.append(k)
    if not rest:
        return T.dim(count)
    return rest[0] if len(rest) == 1 and count == 1 else T.Dim(("total", count, *rest))


def added(dims: Iterable[T.Dim]) -> T.Dim:
    """The length of arrays joined along an axis."""
    rest: list[T.Dim] = []
    offset = 0
    for k in dims:
        offset += k.offset
        if k.symbol is not None:
            rest.append(T.Dim(k.symbol))
    if not rest:
        return T.dim(offset)
    return T.Dim(rest[0].symbol if len(rest) == 1 else ("added", *rest), offset)


def axis_of(o: Operand | None, rank: int, default: Any = 0) -> int | None:
    """The axis that an argument names, None where it is not a constant."""
    value = default if o is None else o.value
    return value % rank if isinstance(value, int) and -rank <= value < rank else None


def array_of(o: Operand, shape: T.AnyShape) -> T.Type:
    """An array of the element type of an operand."""
    return T.array(shape, dtype_of(o))


def reshaped(operands: Operands, name: str = "shape") -> T.Type:
    """The shape that an argument gives; -1 stands for what is left."""
    o = first(operands)
    made = reshape_argument(operands[name], shape_of(o))
    return array_of(o, made)


def reshape_argument(o: Operand, old: T.AnyShape) -> T.Shape | None:
    entries = o.expr.args if o.expr.head in ("tuple", "list") else (o.expr,)
    if o.expr.head not in ("tuple", "list") and o.type.kind != "number" or any(e.head == "star" for e in entries):
        return None
    dims = [axis_length(e) for e in entries]
    signs = [_constant_integer(e) for e in entries]
    if -1 in signs:
        at = signs.index(-1)
        whole = known(old)
        if len(dims) == 1:
            dims[0] = T.Dim(("total", old)) if whole is None else total(whole)
        else:
            dims[at] = T.Dim(("rest", old, *(k for n, k in enumerate(dims) if n != at)))
    elif any(s is None and not _is_length(e) for s, e in zip(signs, entries)):
        return T.Shape(tuple(T.Dim(("reshape", e, old)) for e in entries))  # it might be -1
    return T.Shape(tuple(dims))


def _constant_integer(e: Any) -> int | None:
    if e.head == "op" and e.data == "-" and len(e.args) == 1 and e.args[0].head == "const":
        return -int(e.args[0].data)
    return e.data if e.head == "const" and isinstance(e.data, int) else None


def _is_length(e: Any) -> bool:
    """Is it surely the length of something, and so not -1?"""
    return e.head == "index" and e.args[0].head == "attr" and e.args[0].data == "shape"


def flat(operands: Operands) -> T.Type:
    o = first(operands)
    dims = known(shape_of(o))
    return array_of(o, T.Shape((T.Dim(("total", shape_of(o))) if dims is None else total(dims),)))


def permuted(operands: Operands) -> T.Type:
    """Transposition: the axes the other way round, or in the order that is given."""
    o = first(operands)
    dims = known(shape_of(o))
    axes = operands["axes"].value if "axes" in operands else None
    if dims is None or axes is UNKNOWN:
        return array_of(o, None)
    order = tuple(range(len(dims)))[::-1] if axes is None else tuple(a % len(dims) for a in axes)
    return array_of(o, T.Shape(tuple(dims[n] for n in order)))


def swapped(operands: Operands, first_axis: Any = None, second_axis: Any = None) -> T.Type:
    o = first(operands)
    dims = known(shape_of(o))
    if dims is None:
        return array_of(o, None)
    a = axis_of(operands.get("axis1"), len(dims), first_axis)
    b = axis_of(operands.get("axis2"), len(dims), second_axis)
    if a is None or b is None:
        return array_of(o, None)
    out = list(dims)
    out[a], out[b] = out[b], out[a]
    return array_of(o, T.Shape(tuple(out)))


def moved(operands: Operands) -> T.Type:
    o = first(operands)
    dims = known(shape_of(o))
    if dims is None:
        return array_of(o, None)
    source, target = axis_of(operands["source"], len(dims)), axis_of(operands["destination"], len(dims))
    if source is None or target is None:
        return array_of(o, None)
    rest = [k for n, k in enumerate(dims) if n != source]
    rest.insert(target, dims[source])
    return array_of(o, T.Shape(tuple(rest)))


def expanded(operands: Operands) -> T.Type:
    o = first(operands)
    dims, axis = known(shape_of(o)), operands["axis"].value
    back = T.axis_put_back(shape_of(o), axis)
    if back is not None:
        return array_of(o, back)
    if dims is None:
        leading = isinstance(shape_of(o), T.Shape) and axis == 0
        shape: Any = shape_of(o)
        return array_of(o, T.Shape((T.UNIT, *shape.dims), shape.tail) if leading else None)
    if axis is UNKNOWN or axis is None:
        return array_of(o, None)
    axes = axis if isinstance(axis, tuple) else (axis,)
    rank = len(dims) + len(axes)
    placed = {a % rank for a in axes}
    rest = iter(dims)
    return array_of(o, T.Shape(tuple(T.UNIT if n in placed else next(rest) for n in range(rank))))


def squeezed(operands: Operands) -> T.Type:
    o = first(operands)
    shape, axis = shape_of(o), operands["axis"].value
    dims = known(shape)
    if not dims or axis is UNKNOWN or axis is None:
        return T.Type("numeric", T.axis_taken_away(shape, axis), dtype_of(o))
    axes = {a % len(dims) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return T.numeric(T.Shape(tuple(k for n, k in enumerate(dims) if n not in axes)), dtype_of(o))


def joined(operands: Operands) -> T.Type:
    """The result of joining arrays along an axis that they have."""
    o = first(operands)
    dims = [known(shape_of(p)) for p in o.parts]
    dtype = joined_dtype(o.parts) if o.parts else None
    if not dims or any(k is None for k in dims) or len({len(k) for k in dims if k is not None}) != 1:
        return T.array(None, dtype)
    rows = [k for k in dims if k is not None]
    if "axis" in operands and operands["axis"].value is None:
        return T.array(T.Shape((added(total(k) for k in rows),)), dtype)
    axis = axis_of(operands.get("axis"), len(rows[0])) if rows[0] else None
    if axis is None:
        return T.array(None, dtype)
    return T.array(T.Shape((*rows[0][:axis], added(k[axis] for k in rows), *rows[0][axis + 1:])), dtype)


def stacked(operands: Operands) -> T.Type:
    """The result of joining arrays along a new axis."""
    o = first(operands)
    dtype = joined_dtype(o.parts) if o.parts else None
    shape = next((s for s in map(shape_of, o.parts) if known(s) is not None), None)
    dims = known(shape)
    axis = None if dims is None else axis_of(operands.get("axis"), len(dims) + 1)
    if dims is None or axis is None:
        return T.array(None, dtype)
    return T.array(T.Shape((*dims[:axis], T.dim(len(o.parts)), *dims[axis:])), dtype)


def of_shape(operands: Operands) -> T.Type:
    """An array of the first operand's elements in the shape that ``shape`` gives."""
    from s2sgrad.rules.typing import shape_argument
    return array_of(first(operands), shape_argument(operands["shape"]))


def same_shape(operands: Operands) -> T.Type:
    """An array of the shape of the first operand."""
    o = first(operands)
    return array_of(o, shape_of(o))


def some_array(operands: Operands) -> T.Type:
    """An array of the element type of the first operand."""
    return array_of(first(operands), None)


def parts(operands: Operands) -> T.Type:
    """Several arrays, whose shapes may differ."""
    return T.list_of(array_of(first(operands), None))


def sections(operands: Operands) -> T.Type:
    """Parts of equal length, where their number is given."""
    o, count = first(operands), operands["indices_or_sections"].value
    dims = known(shape_of(o))
    axis = None if dims is None else axis_of(operands["axis"], len(dims))
    if dims is None or axis is None or not isinstance(count, int) or not count:
        return parts(operands)
    whole = dims[axis]
    part = T.dim(whole.offset // count) if whole.symbol is None else T.Dim(("section", whole, count))
    return T.list_of(array_of(o, T.Shape((*dims[:axis], part, *dims[axis + 1:]))))


def stacked_rows(operands: Operands) -> T.Type:
    """Matrices and rows on top of each other."""
    return _matrices(operands, lambda dims: (T.UNIT, dims[0]), 0)


def beside_columns(operands: Operands) -> T.Type:
    """Matrices and columns beside each other."""
    return _matrices(operands, lambda dims: (dims[0], T.UNIT), 1)


def _matrices(operands: Operands, of_vector: Callable[[tuple[T.Dim, ...]], tuple[T.Dim, ...]], axis: int) -> T.Type:
    o = first(operands)
    dtype = joined_dtype(o.parts) if o.parts else None
    rows = []
    for p in o.parts:
        dims = known(shape_of(p))
        if dims is None or len(dims) not in (1, 2):
            return T.array(None, dtype)
        rows.append(of_vector(dims) if len(dims) == 1 else dims)
    if not rows or len({k[1 - axis] for k in rows}) != 1:
        return T.array(None, dtype)
    length = added(k[axis] for k in rows)
    return T.array(T.Shape((rows[0][0], length) if axis else (length, rows[0][1])), dtype)


def combined(operands: Operands) -> T.Type:
    """An array of the element type that the first two operands have together."""
    a, b = tuple(operands.values())[:2]
    return T.array(None, joined_dtype((a, b)))


def contracted(operands: Operands) -> T.Type:
    """A number or an array of the element type that the first two operands have together."""
    a, b = tuple(operands.values())[:2]
    return T.Type("numeric", None, joined_dtype((a, b)))


def line(operands: Operands) -> T.Type:
    """A vector of the element type that the first two operands have together."""
    a, b = tuple(operands.values())[:2]
    return T.array(T.Shape((T.Dim(("line", *(o.expr for o in operands.values()), shape_of(a), shape_of(b))),)),
                   joined_dtype((a, b)))
