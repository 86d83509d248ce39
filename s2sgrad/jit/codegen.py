"""Implementations that depend on ranks and axes, written out as text for Numba to compile."""
from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import literal_unroll, njit
from numba.core import types as nb
from numba.extending import overload

from s2sgrad.emit.load import filename_for, register

#: The functions that have an implementation for Numba.
KNOWN: set[Any] = set()


def implement(*functions: Any) -> Callable[[Any], Any]:
    """Declare how Numba compiles `functions`: the decorated function chooses an implementation by the types.

    It returns None where there is none. Numba wants the parameters of both to agree, annotations included, so it is
    shown both without.
    """
    def declare(choose: Any) -> Any:
        @functools.wraps(choose)
        def bare(*args: Any, **options: Any) -> Any:
            try:
                chosen = choose(*args, **options)
            except NotStatic:
                return None
            if chosen is not None:
                chosen.__annotations__ = {}
            return chosen

        given = inspect.signature(choose)
        bare.__signature__ = given.replace(  # type: ignore[attr-defined]
            parameters=[p.replace(annotation=p.empty) for p in given.parameters.values()],
            return_annotation=given.empty)
        for fn in functions:
            overload(fn, prefer_literal=True)(bare)
            KNOWN.add(fn)
        return choose
    return declare


def define(text: str, **names: Any) -> Any:
    """The function that `text` defines."""
    scope: dict[str, Any] = {"np": np, "math": math, **names}
    filename = filename_for("implementation")
    register(filename, text)
    exec(compile(text, filename, "exec"), scope)
    return next(v for n, v in reversed(scope.items()) if callable(v) and getattr(v, "__code__", None) is not None
                and v.__code__.co_filename == filename)


class NotStatic(Exception):
    """A value is not known when the code is compiled."""


def static(t: Any) -> Any:
    """The value of an argument that is known when the code is compiled."""
    if isinstance(t, nb.Literal):
        return t.literal_value
    if isinstance(t, nb.Omitted):
        return t.value
    if isinstance(t, nb.NoneType) or t is None:
        return None
    if isinstance(t, nb.BaseTuple):
        return tuple(map(static, t))
    if not isinstance(t, nb.Type):
        return t
    raise NotStatic(str(t))


def is_array(t: Any) -> bool:
    return isinstance(t, nb.Array)


def is_number(t: Any) -> bool:
    return isinstance(nb.unliteral(t), (nb.Number, nb.Boolean))


def rank(t: Any) -> int:
    return t.ndim if is_array(t) else 0


def is_complex(t: Any) -> bool:
    return isinstance(t.dtype if is_array(t) else t, nb.Complex)


def element(t: Any) -> Any:
    """The type of the elements of an array, or of a number."""
    return t.dtype if is_array(t) else nb.unliteral(t)


def dtype_name(t: Any) -> str:
    """The name of an element type below ``np``."""
    return "bool_" if isinstance(t, nb.Boolean) else str(t)


def inexact(t: Any) -> Any:
    """The floating-point type in which sums and products of elements of a type are computed."""
    return t if isinstance(t, (nb.Float, nb.Complex)) else nb.float64


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes counted from the front, in order; all of them for None."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(sorted(k % ndim for k in (axis if isinstance(axis, tuple) else (axis,))))


def nest(ndim: int, extents: list[str], body: str, start: int = 4) -> str:
    """Loops over `ndim` indices ``i0``, ``i1``, ... around one line."""
    lines = [f"{' ' * (start + 4 * k)}for i{k} in range({extents[k]}):" for k in range(ndim)]
    return "\n".join([*lines, " " * (start + 4 * ndim) + body]) + "\n"


def key(parts: list[str]) -> str:
    """A subscript with these indices."""
    return f"[{', '.join(parts)}]" if parts else ""


__all__ = ["KNOWN", "NotStatic", "axes_of", "define", "dtype_name", "element", "implement", "inexact", "is_array",
           "is_complex", "is_number", "key", "literal_unroll", "nb", "nest", "njit", "rank", "static"]
