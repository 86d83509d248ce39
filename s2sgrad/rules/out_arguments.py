"""The array that a function of NumPy is given for its result, and what it is allowed to overwrite."""
from __future__ import annotations

import functools
import inspect
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.methods_table import canonical

#: Where methods of ufuncs take it.
_UFUNC_METHODS = {"reduce": 3, "accumulate": 3, "reduceat": 4}


def given_out(e: Expr) -> Expr | None:
    """The array, or the tuple of arrays, that a call is given for its result, by keyword or by position."""
    if "out" in e.data.marks:
        return e.args[1 + e.data.marks.index("out")]
    if len(e.args) < 3:
        return None
    if e.args[0].head == "attr" and e.args[0].data != "dot":  # many objects have a method of that name
        e = canonical(e)
    fn = E.callee(e)
    if fn is None or not E.is_hashable(fn):
        return None
    place = _position(fn)
    given = [a for mark, a in E.arguments(e) if mark == ""]
    return given[place] if place is not None and len(given) > place and not E.is_const(given[place], None) else None


def without_out(e: Expr) -> Expr:
    """A call without the array for its result."""
    place = None if not E.is_hashable(E.callee(e)) else _position(E.callee(e))
    given = E.arguments(e)
    kept = tuple((m, a) for n, (m, a) in enumerate(given) if m != "out" and not (
        n == place and m == "" and all(mark == "" for mark, _ in given[:n])))
    if len(kept) < len(given) and any(m == "" for m, _ in kept[place:] if place is not None):
        kept = tuple((m, E.NONE if n == place and m == "" else a) for n, (m, a) in enumerate(given) if m != "out")
    return E.call_with(e.args[0], kept)


@functools.lru_cache(maxsize=1024)
def _position(fn: Any) -> int | None:
    """The position at which a function of NumPy takes the array for its result."""
    if isinstance(fn, np.ufunc):
        return fn.nin
    if isinstance(getattr(fn, "__self__", None), np.ufunc):
        return _UFUNC_METHODS.get(fn.__name__)
    if (getattr(fn, "__module__", None) or "").partition(".")[0] != "numpy" or isinstance(fn, type):
        return None
    try:
        parameters = inspect.signature(fn).parameters
    except (TypeError, ValueError):
        return None
    found = parameters.get("out")
    return list(parameters).index("out") if found is not None and found.kind is found.POSITIONAL_OR_KEYWORD else None


def keeps_operands(e: Expr) -> Expr:
    """A call of NumPy or SciPy that may overwrite its operands, without the permission: derivatives need them."""
    given = E.arguments(e)
    kept = tuple((m, a) for m, a in given if not (m.startswith("overwrite_") and a.head == "const"))
    return e if len(kept) == len(given) or not is_numpy(E.callee(e)) else E.call_with(e.args[0], kept)


def is_numpy(fn: Any) -> bool:
    """Is this a function of NumPy or SciPy, or a method of one of their ufuncs?"""
    if isinstance(getattr(fn, "__self__", None), np.ufunc):
        return True
    return (getattr(fn, "__module__", None) or "").partition(".")[0] in ("numpy", "scipy")
