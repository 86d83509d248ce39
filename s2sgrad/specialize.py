"""The types of given arguments, for derivatives made for them alone."""
from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
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


#: What is of these types is known by its type, an array by its shape and the type of its elements.
_PLAIN = frozenset((bool, int, float, complex, str, np.float64, type(None)))
_MET = 64


def checked(types: Types, names: Sequence[str]) -> Callable[[tuple[Any, ...], dict[str, Any]], None]:
    """`check_types` of the arguments of calls of a function with parameters `names`; what has been seen is known again."""
    met: set[tuple[Any, ...]] = set()

    def check(args: tuple[Any, ...], options: dict[str, Any]) -> None:
        key = tuple([(x.shape, x.dtype) if type(x) is np.ndarray else type(x) for x in args])
        if key in met and not options:
            return
        check_types(types, {**dict(zip(names, args)), **options})
        if not options and len(met) < _MET and all(type(k) is tuple or k in _PLAIN for k in key):
            met.add(key)
    return check


def check_types(types: Types, given: Mapping[str, Any]) -> None:
    """Raise `TypeError` where arguments are not like those that a derivative was made for: rank, kind of numbers, structure.

    Lengths may be others, as long as those that were equal are, and those that were 1.
    """
    lengths: dict[int, int] = {}
    for name, t in types:
        if name in given and not _fits(given[name], t, lengths):
            raise TypeError(f"{name} is {_described(given[name])}, and this derivative was specialized for other arguments; "
                            "call the one that it was made from, or specialize that for these arguments")


def _fits(x: Any, t: Type, lengths: dict[int, int]) -> bool:
    if t.kind == "any":
        return True
    if t.kind == "array":
        return isinstance(x, np.ndarray) and t.dtype in (None, _DTYPES.get(x.dtype.kind)) and (
            not isinstance(t.shape, T.Shape) or t.shape.rank is None or _fit(x.shape, t.shape.dims, lengths))
    if t.kind == "number":
        found = type_of_value(x)
        return found.kind == "number" and (found.dtype == t.dtype or (found.dtype, t.dtype) == ("int", "float"))
    if t.kind == "tuple" and t.items is not None:
        return type(x) is tuple and len(x) == len(t.items) and all(_fits(v, u, lengths) for v, u in zip(x, t.items))
    if t.kind == "list":
        return isinstance(x, list) and (t.element is None or all(_fits(v, t.element, lengths) for v in x))
    if t.kind == "dict" and t.fields is not None:
        return isinstance(x, dict) and x.keys() == dict(t.fields).keys() and all(_fits(x[k], u, lengths) for k, u in t.fields)
    return type_of_value(x).kind == t.kind


def _fit(shape: tuple[int, ...], dims: tuple[T.Dim, ...], lengths: dict[int, int]) -> bool:
    known = [(n, d.offset) for n, d in zip(shape, dims) if d.symbol is None]
    return len(shape) == len(dims) and all((n == 1) == (m == 1) and lengths.setdefault(m, n) == n for n, m in known)


def _described(x: Any) -> str:
    return f"an array of shape {x.shape} and type {x.dtype}" if isinstance(x, np.ndarray) else f"of type {type(x).__name__}"


def _joined(types: list[Type]) -> Type | None:
    if not types:
        return None
    out = types[0]
    for t in types[1:]:
        out = T.join(out, t)
    return out
