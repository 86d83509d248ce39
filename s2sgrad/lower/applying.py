"""NumPy functions that apply a function given to them, as the statements that they perform.

    np.vectorize(f)(x)                     np.reshape(np.array([f(v) for v in np.ravel(x)]), np.shape(x))
    np.piecewise(x, [c, ...], [f, ...])    y = np.zeros_like(x); y[c] = f(x[c]); ...
    np.apply_along_axis(f, axis, x)        f of each row, in an array
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.inline import is_function_value
from s2sgrad.lower.operands import atom, plain, value
from s2sgrad.rules.fold import constant
from s2sgrad.rules.methods_table import library
from s2sgrad.runtime import restore_axes


def _call(name: str, *args: Expr, **options: Expr) -> Expr:
    return E.call(library(name), *args, **options)


def _each(fn: Expr, rows: list[Expr], rest: tuple[tuple[str, Expr], ...], cx: Context) -> Expr:
    """``np.array([fn(v, ..., *rest) for v, ... in zip(*rows)])``."""
    targets = [E.var(cx.names.fresh("v")) for _ in rows]
    target = targets[0] if len(rows) == 1 else E.tuple_(*targets)
    iterable = rows[0] if len(rows) == 1 else E.call(E.ref("zip", zip), *rows)
    element = E.call_with(fn, (*(("", v) for v in targets), *rest))
    values = value(Expr("comp", (element, iterable), E.Comprehension("list", ((target, 0),))), cx)
    return _call("array", values)


# ---- np.vectorize -----------------------------------------------------------------------------------------------

def vectorized(fn: Expr, e: Expr, cx: Context) -> Expr:
    """A call of ``np.vectorize(f)``, where `fn` is the function `f`."""
    given = E.arguments(e)
    if not given or any(mark != "" for mark, _ in given):
        raise cx.refuse("a vectorized function that is called with keywords cannot be differentiated",
                        "pass the arguments by position")
    args = [atom(a, cx) for _, a in given]
    if len(args) == 1:
        shape = cx.temporary(_call("shape", args[0]), "shape")
        flat = [cx.temporary(_call("ravel", args[0]), "flat")]
    else:
        shape = cx.temporary(_call("broadcast_shapes", *(_call("shape", a) for a in args)), "shape")
        flat = [cx.temporary(_call("ravel", _broadcast(a, shape, cx)), "flat") for a in args]
    return value(_call("reshape", cx.temporary(_each(fn, flat, (), cx)), shape), cx)


def _broadcast(a: Expr, shape: Expr, cx: Context) -> Expr:
    return cx.temporary(_call("broadcast_to", a, shape))


def function_of_vectorize(e: Expr, cx: Context) -> Expr:
    """The function that ``np.vectorize(...)`` is made from."""
    given = E.arguments(e)
    options = [mark for mark, _ in given[1:] if mark not in ("otypes", "doc", "cache")]
    if not given or given[0][0] not in ("", "pyfunc") or options:
        raise cx.refuse("np.vectorize with these options cannot be differentiated", "write a loop")
    return given[0][1]


def function_of_object(fn: Any, text: str, cx: Context) -> Expr:
    """The function behind an object that `np.vectorize` has made."""
    if fn.signature is not None or fn.excluded:
        raise cx.refuse(f"{text} is made by np.vectorize with options, and cannot be differentiated", "write a loop")
    return E.ref(f"{text}.pyfunc", fn.pyfunc)


# ---- np.piecewise and np.apply_along_axis -----------------------------------------------------------------------

def _piecewise(e: Expr, cx: Context) -> Expr:
    (_, x), (_, conditions), (_, functions), *rest = E.arguments(e)
    if conditions.head not in ("list", "tuple") or functions.head not in ("list", "tuple") \
            or any(a.head == "star" for a in (*conditions.args, *functions.args)):
        raise cx.refuse("np.piecewise of lists that are made elsewhere cannot be differentiated",
                        "write the lists of conditions and functions in the call, or use np.where")
    source = cx.temporary(_call("asarray", atom(x, cx)), "x")
    masks = [cx.temporary(_call("asarray", plain(c, cx)), "mask") for c in conditions.args]
    if len(functions.args) == len(masks) + 1:
        others = masks[0]
        for m in masks[1:]:
            others = E.op("|", others, m)
        masks.append(cx.temporary(E.op("~", others), "mask"))
    result = cx.temporary(_call("zeros_like", source), "y")
    cx.varied.add(result.data)
    for mask, fn in zip(masks, functions.args):
        applied = E.call_with(fn, (("", E.index(source, mask)), *rest)) if is_function_value(fn, cx) else fn
        cx.statements((S.Assign(E.index(result, mask), applied, cx.loc),))
    return result


def _along_axis(e: Expr, cx: Context) -> Expr:
    (_, fn), (_, axis), (_, x), *rest = E.arguments(e)
    source = cx.temporary(_call("asarray", atom(x, cx)), "x")
    place = cx.temporary(E.op("%", plain(axis, cx), E.attr(source, "ndim")), "axis")
    moved = cx.temporary(_call("moveaxis", source, place, E.const(-1)), "rows")
    outer = E.index(E.attr(moved, "shape"), E.slice_(None, E.const(-1)))
    length = E.index(E.attr(moved, "shape"), E.const(-1))
    flat = cx.temporary(_call("reshape", moved, E.tuple_(E.const(-1), length)), "rows")
    kept = tuple((mark, atom(a, cx)) for mark, a in rest)
    results = cx.temporary(_each(fn, [flat], kept, cx))
    inner = E.index(E.attr(results, "shape"), E.slice_(E.const(1)))
    whole = cx.temporary(_call("reshape", results, E.op("+", outer, inner)))
    last = E.call(E.ref("range", range), E.op("-", E.attr(source, "ndim"), E.const(1)), E.attr(whole, "ndim"))
    first = E.call(E.ref("range", range), place,
                   E.op("-", E.op("+", place, E.attr(whole, "ndim")), E.op("-", E.attr(source, "ndim"), E.const(1))))
    return value(_call("moveaxis", whole, E.call(E.ref("tuple", tuple), last), E.call(E.ref("tuple", tuple), first)),
        cx)


def _over_axes(e: Expr, cx: Context) -> Expr:
    (_, fn), (_, x), (_, axes) = E.arguments(e)
    known = constant(E.tuple_(*axes.args) if axes.head == "list" else axes)
    if known is None:
        raise cx.refuse("np.apply_over_axes over axes that are not constants cannot be differentiated",
                        "call the function once for each axis")
    result = cx.temporary(_call("asarray", atom(x, cx)), "x")
    for axis in known[0] if isinstance(known[0], tuple) else known:
        made = cx.temporary(value(E.call(fn, result, E.const(axis)), cx))
        kept = E.compare(E.attr(made, "ndim"), ("==", E.attr(result, "ndim")))
        result = cx.temporary(E.call(_RESTORE_AXES, made, result, E.const(axis), kept), "x")
    return result


_RESTORE_AXES = E.ref("s2sgrad.runtime.restore_axes", restore_axes, library=True)

FUNCTIONS: dict[object, Callable[[Expr, Context], Expr]] = {
    np.piecewise: _piecewise, np.apply_along_axis: _along_axis, np.apply_over_axes: _over_axes,
}
