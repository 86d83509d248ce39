"""NumPy functions that apply a function given to them, as the statements that they perform.

    np.vectorize(f)(x)                     np.reshape(np.array([f(v) for v in np.ravel(x)]), np.shape(x))
    np.piecewise(x, [c, ...], [f, ...])    y = np.zeros_like(x); y[c] = f(x[c]); ...
    np.apply_along_axis(f, axis, x)        f of each row, in an array
"""
from __future__ import annotations

import functools
import gc
import re
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
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
    return _gathered(E.call_with(fn, (*(("", v) for v in targets), *rest)), targets, rows, None, cx)


def _gathered(element: Expr, targets: list[Expr], rows: list[Expr], dtype: Expr | None, cx: Context) -> Expr:
    """The array of an expression for each of the variables in it."""
    target = targets[0] if len(rows) == 1 else E.tuple_(*targets)
    iterable = rows[0] if len(rows) == 1 else E.call(E.ref("zip", zip), *rows)
    values = value(Expr("comp", (element, iterable), E.Comprehension("list", ((target, 0),))), cx)
    return _call("array", values) if dtype is None else _call("array", values, dtype)


# ---- np.vectorize -----------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Vectorized:
    """What `np.vectorize` has made: of which function, the type of its results, and the axes and arguments that it does not
    walk along."""

    fn: Expr
    dtype: Expr | None = None
    cores: tuple[int, ...] = ()
    excluded: frozenset[int | str] = frozenset()


def vectorized(made: Vectorized, e: Expr, cx: Context) -> Expr:
    """A call of a function made by `np.vectorize`."""
    given = E.arguments(e)
    walked = [n for n, (mark, _) in enumerate(given) if (mark or n) not in made.excluded]
    if not walked or any(mark in ("*", "**") for mark, _ in given):
        raise cx.refuse("this call of a vectorized function cannot be differentiated", "pass the arguments one by one")
    args = [atom(a, cx) for _, a in given]
    cores = dict(zip(walked, made.cores)) if made.cores else {}
    if len(walked) == 1 and not cores:
        shape = cx.temporary(_call("shape", args[walked[0]]), "shape")
        rows = [cx.temporary(_call("ravel", args[walked[0]]), "flat")]
    else:
        shape = cx.temporary(_call("broadcast_shapes", *(_outer(args[n], cores.get(n, 0)) for n in walked)), "shape")
        rows = [_rows(args[n], shape, cores.get(n, 0), cx) for n in walked]
    targets = [E.var(cx.names.fresh("v")) for _ in walked]
    places = dict(zip(walked, targets))
    element = E.call_with(made.fn, tuple((mark, places.get(n, args[n])) for n, (mark, _) in enumerate(given)))
    results = cx.temporary(_gathered(element, targets, rows, made.dtype, cx))
    if made.cores:
        shape = E.op("+", shape, E.index(E.attr(results, "shape"), E.slice_(E.const(1))))
    return value(_call("reshape", results, shape), cx)


def _outer(a: Expr, core: int) -> Expr:
    """The shape of an argument without the axes that one call gets."""
    return E.index(_call("shape", a), E.slice_(None, E.const(-core))) if core else _call("shape", a)


def _rows(a: Expr, shape: Expr, core: int, cx: Context) -> Expr:
    """What each call gets of an argument, one after the other."""
    if not core:
        return cx.temporary(_call("ravel", cx.temporary(_call("broadcast_to", a, shape))), "flat")
    inner = cx.temporary(E.index(_call("shape", a), E.slice_(E.const(-core))), "shape")
    whole = cx.temporary(_call("broadcast_to", a, E.op("+", shape, inner)))
    return cx.temporary(_call("reshape", whole, E.op("+", E.tuple_(E.const(-1)), inner)), "rows")


def function_of_vectorize(e: Expr, cx: Context) -> Vectorized:
    """What ``np.vectorize(...)`` makes."""
    given = E.arguments(e)
    options = {mark: a for mark, a in given[1:] if mark not in ("doc", "cache")}
    known = {mark: constant(E.tuple_(*a.args) if a.head in ("list", "set") else a)
             for mark, a in options.items() if mark in ("signature", "excluded")}
    if not given or given[0][0] not in ("", "pyfunc") or None in known.values() or not options.keys() <= {
            "otypes", "signature", "excluded"}:
        raise cx.refuse("np.vectorize with these options cannot be differentiated", "write a loop")
    types = options.get("otypes")
    dtype = types.args[0] if types is not None and types.head in ("list", "tuple") and len(types.args) == 1 else types
    dtype = None if dtype is None or constant(dtype) in ((float,), ("d",)) else dtype
    excluded = frozenset((known.get("excluded") or ((),))[0] or ())
    return Vectorized(given[0][1], dtype, _cores((known.get("signature") or (None,))[0], cx), excluded)


def function_of_object(fn: Any, text: str, cx: Context) -> Vectorized:
    """What an object that `np.vectorize` has made calls, and how."""
    kinds = [np.dtype(t) for t in fn.otypes or ()]  # letters or types
    dtype = E.const(kinds[0].char) if kinds and kinds[0].char != "d" else None
    return Vectorized(E.ref(f"{text}.pyfunc", fn.pyfunc), dtype, _cores(fn.signature, cx), frozenset(fn.excluded))


def function_of_frompyfunc(e: Expr, cx: Context) -> Vectorized:
    """What ``np.frompyfunc(f, count, 1)`` makes."""
    given = [a for mark, a in E.arguments(e) if mark == ""]
    if len(given) != 3 or not E.is_const(given[2], 1):
        raise cx.refuse("np.frompyfunc of several results cannot be differentiated", "make a function of each")
    return Vectorized(given[0])


def function_of_ufunc(fn: np.ufunc, text: str) -> Vectorized | None:
    """What a ufunc calls that `np.frompyfunc` has made of a function of Python."""
    called = [f for f in gc.get_referents(fn) if isinstance(f, types.FunctionType)] if fn.nout == 1 else []
    return Vectorized(E.ref(f"{text}.function", called[0])) if len(called) == 1 else None


def _cores(signature: str | None, cx: Context) -> tuple[int, ...]:
    """How many axes of each argument one call gets, by a signature like ``(n),(n,m)->(m)``."""
    if signature is None:
        return ()
    arguments, _, results = signature.partition("->")
    if results.count("(") != 1:
        raise cx.refuse("np.vectorize of several results cannot be differentiated", "write a loop")
    return tuple(len([k for k in part.split(",") if k.strip()]) for part in re.findall(r"\(([^)]*)\)", arguments))


# ---- np.poly1d --------------------------------------------------------------------------------------------------

def coefficients_of(e: Expr, cx: Context) -> Expr | None:
    """The coefficients of ``np.poly1d(c)``, its derivatives and integrals, and sums, products and powers of such polynomials."""
    if e.head == "var" and e.data in cx.callables:
        return coefficients_of(cx.callables[e.data], cx)
    if e.head == "op" and e.data in _OPERATORS_OF_POLYNOMIALS and len(e.args) == 2:
        parts = [coefficients_of(a, cx) for a in e.args]
        if parts[0] is None and (parts[1] is None or e.args[0].head != "const"):  # arrays make arrays of polynomials
            return None
        return _call(_OPERATORS_OF_POLYNOMIALS[e.data], *(a if p is None else p for p, a in zip(parts, e.args)))
    if e.head == "op" and e.data == "-" and len(e.args) == 1:
        inner = coefficients_of(e.args[0], cx)
        return None if inner is None else _call("negative", inner)
    if e.head == "op" and e.data == "**" and e.args[1].head == "const" and e.args[1].data in range(1, 9):
        inner = coefficients_of(e.args[0], cx)
        return None if inner is None else functools.reduce(lambda a, b: _call("polymul", a, b), [inner] * e.args[1].data)
    if E.callee(e) is np.poly1d:
        marks = [mark for mark, _ in E.arguments(e)]
        if marks in (["", ""], ["", "r"]) and e.args[2].head == "const":
            return _call("poly", e.args[1]) if e.args[2].data else e.args[1]
        return e.args[1] if marks == [""] else None
    if e.head != "call" or e.args[0].head != "attr" or e.args[0].data not in _OF_POLYNOMIALS:
        return None
    inner = coefficients_of(e.args[0].args[0], cx)
    return None if inner is None else E.call_with(_OF_POLYNOMIALS[e.args[0].data], (("", inner), *E.arguments(e)))


_OPERATORS_OF_POLYNOMIALS = {"+": "polyadd", "-": "polysub", "*": "polymul"}
_OF_POLYNOMIALS = {"deriv": E.ref("numpy.polyder", np.polyder, library=True),
                   "integ": E.ref("numpy.polyint", np.polyint, library=True)}


def attribute_of_polynomial(e: Expr, cx: Context) -> Expr | None:
    """``np.poly1d(c).roots`` is ``np.roots(c)``; None for attributes of anything else."""
    coefficients = coefficients_of(e.args[0], cx) if e.data in _ATTRIBUTES_OF_POLYNOMIALS else None
    return None if coefficients is None else value(_call(_ATTRIBUTES_OF_POLYNOMIALS[e.data], coefficients), cx)


_ATTRIBUTES_OF_POLYNOMIALS = {**dict.fromkeys(("c", "coef", "coeffs", "coefficients"), "asarray"),
                              **dict.fromkeys(("r", "roots"), "roots")}


def evaluated(coefficients: Expr, e: Expr, cx: Context) -> Expr:
    """``np.poly1d(c)(x)`` is ``np.polyval(c, x)``."""
    given = E.arguments(e)
    if len(given) != 1 or given[0][0]:
        raise cx.refuse("this call of a polynomial cannot be differentiated", "use np.polyval")
    return value(_call("polyval", coefficients, given[0][1]), cx)


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
