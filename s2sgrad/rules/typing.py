"""How rules state the type of a result: small functions from the operands of a call to a `Type`."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.types import Type
from s2sgrad.rules.fold import constant

UNKNOWN = object()


@dataclass(frozen=True)
class Operand:
    """An argument of a call: its expression and what is known of its value; `parts` are those of a display."""

    expr: Expr
    type: Type
    parts: tuple[Operand, ...] = ()

    @property
    def value(self) -> Any:
        """The value of a constant, else `UNKNOWN`."""
        found = constant(self.expr)
        return UNKNOWN if found is None else found[0]

    @property
    def shape(self) -> T.AnyShape:
        return T.SCALAR if self.type.kind == "number" else self.type.shape


Operands = Mapping[str, Operand]
TypeRule = Callable[[Operands], Type]


def first(operands: Operands) -> Operand:
    return next(iter(operands.values()))


def elementwise(operands: Operands) -> Type:
    """Broadcast of all array operands."""
    arrays = [o for o in operands.values() if o.value is UNKNOWN or isinstance(o.value, (int, float, complex))]
    dtype: str | None = arrays[0].type.dtype if arrays else None
    for o in arrays[1:]:
        dtype = T.join_dtype(dtype, o.type.dtype)
    dtype = "float" if dtype in ("int", "bool") else dtype
    return T.numeric(T.broadcast(o.shape for o in arrays), dtype, any(o.type.is_array for o in arrays))


def several(count: int) -> TypeRule:
    """The type of an elementwise function with `count` results."""
    return lambda operands: T.tuple_of((elementwise(operands),) * count)


def same_as_first(operands: Operands) -> Type:
    """The type of the first operand, which becomes an array or a number."""
    o = first(operands)
    return T.numeric(o.shape, o.type.dtype, o.type.is_array)


def like_first(operands: Operands) -> Type:
    """The type of the first operand, of an adjoint of it; what nothing is known of may have any structure."""
    o = first(operands)
    if o.type.kind in ("list", "dict", "object"):
        return Type(o.type.kind)
    return Type("any", o.shape, o.type.dtype) if o.type.kind in ("any", "tuple") else same_as_first(operands)


def number(operands: Operands) -> Type:
    return T.FLOAT


def integer(operands: Operands) -> Type:
    return T.INT


def unknown_array(operands: Operands) -> Type:
    """An array about whose shape nothing is said."""
    return T.array(None, None)


def reduction(operands: Operands) -> Type:
    """`axis` goes, or becomes one with `keepdims`."""
    o = first(operands)
    axis = operands["axis"].value if "axis" in operands else None
    keep = operands["keepdims"].value if "keepdims" in operands else False
    dtype = o.type.dtype
    if axis is None and keep in (False, None):
        return Type("number", T.SCALAR, dtype)
    shape = reduced_shape(o.shape, axis, keep)
    return Type("numeric", None, dtype) if shape is None else T.numeric(shape, dtype)


def reduced_shape(shape: T.AnyShape, axis: Any, keep: Any) -> T.Shape | None:
    if axis is UNKNOWN or keep is UNKNOWN or shape is None:
        return None
    if not isinstance(shape, T.Shape):
        return T.reduction(shape, axis, bool(keep))
    if axis is None:
        return T.Shape((T.UNIT,) * shape.rank) if shape.rank is not None else T.reduction(shape, axis, bool(keep))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if shape.rank == 0:
        return T.SCALAR  # NumPy takes the first or the last axis of a number for none
    if any(a < 0 for a in axes):
        if shape.rank is None:
            return T.reduction(shape, axis, bool(keep))
        axes = tuple(a % shape.rank for a in axes)
    named = T.with_axes(shape, max(axes, default=-1) + 1)
    if named is None:
        return None
    dims = [T.UNIT if n in axes else x for n, x in enumerate(named.dims) if keep or n not in axes]
    return T.Shape(tuple(dims), named.tail)


def shape_argument(o: Operand) -> T.AnyShape:
    """The shape that an argument such as ``(n, 3)`` or ``n`` of `np.zeros` describes."""
    if o.type.kind == "number":
        return T.Shape((o.type.value or axis_length(o.expr),))
    if o.expr.head in ("tuple", "list") and all(a.head != "star" for a in o.expr.args):
        return T.Shape(tuple(part.type.value or axis_length(part.expr) for part in o.parts))
    if o.type.lengths is not None:
        return o.type.lengths
    if o.type.items is not None:
        return T.Shape(tuple(T.Dim(("of", o.expr, n)) for n in range(len(o.type.items))))
    return None


def axis_length(e: Expr) -> T.Dim:
    """The length that an integer expression gives; equal expressions give equal lengths."""
    if e.head == "const" and isinstance(e.data, int):
        return T.dim(e.data)
    if e.head == "op" and e.data in ("+", "-") and len(e.args) == 2 and isinstance(e.args[1].data, int) \
            and e.args[1].head == "const":
        inner = axis_length(e.args[0])
        return T.Dim(inner.symbol, inner.offset + (e.args[1].data if e.data == "+" else -e.args[1].data))
    return T.Dim(("of", e))
