"""What Numba's types say about arguments, in the terms of the compiler."""
from __future__ import annotations

from typing import Any

from numba.core import types as nb

from s2sgrad.ir import types as T
from s2sgrad.ir.types import Type


def type_of(name: str, t: Any) -> Type:
    """The type of a parameter: ranks and element types are known, lengths of axes are symbols."""
    t = nb.unliteral(t)
    if isinstance(t, nb.Omitted):
        return type_of(name, nb.unliteral(_typeof(t.value)))
    if isinstance(t, nb.Array):
        dtype = _dtype(t.dtype)
        if dtype is None:
            return T.ANY
        return T.array(T.Shape(tuple(T.Dim(("axis", name, k)) for k in range(t.ndim))), dtype)
    if isinstance(t, nb.NamedTuple):
        return T.ANY
    if isinstance(t, nb.BaseTuple):
        return T.tuple_of(type_of(f"{name}[{k}]", v) for k, v in enumerate(t))
    if isinstance(t, (nb.List, nb.ListType)):
        return T.list_of(_of_any_shape(type_of(name, t.dtype)))
    if isinstance(t, nb.UnicodeType):
        return T.STR
    if isinstance(t, nb.NoneType):
        return T.NONE
    dtype = _dtype(t)
    return T.ANY if dtype is None else Type("number", T.SCALAR, dtype)


def _typeof(value: Any) -> Any:
    from numba import typeof
    return typeof(value)


def _of_any_shape(t: Type) -> Type:
    """The type of the elements of a list, whose lengths may differ from one to the next."""
    if t.kind == "array":
        return T.array(None, t.dtype)
    if t.kind == "tuple" and t.items is not None:
        return T.tuple_of(map(_of_any_shape, t.items))
    return t


def _dtype(t: Any) -> str | None:
    for kind, name in ((nb.Boolean, "bool"), (nb.Integer, "int"), (nb.Float, "float"), (nb.Complex, "complex")):
        if isinstance(t, kind):
            return name
    return None
