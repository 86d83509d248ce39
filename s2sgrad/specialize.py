"""The types of given arguments, for derivatives made for them alone."""
from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.ir.types import Type

Types = tuple[tuple[str, Type], ...]

_DTYPES = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex"}


def argument_types(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Types:
    """The types of the arguments of a call, by parameter, defaults included.

    Lengths of axes are taken as they are; what is proved with them holds for all arguments that broadcast alike.
    Raises `TypeError` where the arguments do not fit the function.
    """
    bound = inspect.signature(function, follow_wrapped=False).bind(*args, **options)
    bound.apply_defaults()
    parameters = inspect.signature(function, follow_wrapped=False).parameters
    plain = {n: v for n, v in bound.arguments.items() if parameters[n].kind not in (inspect.Parameter.VAR_POSITIONAL,
                                                                                  inspect.Parameter.VAR_KEYWORD)}
    return tuple((name, type_of_value(value)) for name, value in plain.items())


def type_of_value(x: Any) -> Type:
    """What is known of a value, from the value."""
    if isinstance(x, (bool, np.bool_)):
        return T.BOOL
    if isinstance(x, (int, float, complex, np.number)):
        return Type("number", T.SCALAR, "int" if isinstance(x, (int, np.integer)) else
                    "complex" if isinstance(x, (complex, np.complexfloating)) else "float")
    if isinstance(x, np.ndarray):
        return T.array(T.Shape(tuple(map(T.dim, x.shape))), _DTYPES.get(x.dtype.kind))
    if isinstance(x, str):
        return T.STR
    if x is None:
        return T.NONE
    if type(x) is tuple:
        return T.tuple_of(map(type_of_value, x))
    if isinstance(x, list):
        return T.list_of(_joined([type_of_value(v) for v in x]))
    if isinstance(x, dict):
        values = {k: type_of_value(v) for k, v in x.items()}
        return Type("dict", element=_joined(list(values.values())), fields=tuple(values.items()))
    return T.ANY


def _joined(types: list[Type]) -> Type | None:
    if not types:
        return None
    out = types[0]
    for t in types[1:]:
        out = T.join(out, t)
    return out
