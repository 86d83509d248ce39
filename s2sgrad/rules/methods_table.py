"""Methods and attributes of arrays as the functions that they are short for, and methods without a derivative."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import remembered
from s2sgrad.runtime.rearrange import diagonal_view

#: Methods whose results have no derivative, whatever the receiver is.
INACTIVE_METHODS = frozenset((
    "all", "any", "argmax", "argmin", "argsort", "argpartition", "nonzero", "searchsorted", "tobytes", "tofile", "dump",
    "dumps", "keys", "index", "count", "startswith", "endswith", "format", "join", "split", "strip", "lower", "upper",
    "is_integer", "as_integer_ratio", "hex", "bit_length", "__len__", "__contains__", "isdigit", "isalpha"))


def library(path: str) -> Expr:
    """A reference to a NumPy function by its path below ``numpy``."""
    value: object = np
    for name in path.split("."):
        value = getattr(value, name)
    return E.ref("numpy." + path, value, library=True)


def _same(name: str) -> Callable[[Expr], Expr]:
    """``x.name(...)`` is ``np.name(x, ...)``."""
    return lambda e: _call(name, e, E.arguments(e))


def _call(name: str, e: Expr, rest: tuple[tuple[str, Expr], ...]) -> Expr:
    return E.call_with(library(name), (("", e.args[0].args[0]), *rest))


def _packed(name: str) -> Callable[[Expr], Expr]:
    """Methods that take a shape either as one tuple or as several arguments."""
    def convert(e: Expr) -> Expr:
        rest = E.arguments(e)
        plain = [a if mark == "" else E.star(a) for mark, a in rest if mark in ("", "*")]
        others = tuple((m, a) for m, a in rest if m not in ("", "*"))
        if len(plain) == 1 and plain[0].head != "star":
            return _call(name, e, rest)
        whole = len(plain) == 1 and _is_shape(plain[0].args[0])
        packed = plain[0].args[0] if whole else E.tuple_(*plain)
        return _call(name, e, ((("", packed),) if plain else ()) + others)
    return convert


def _is_shape(e: Expr) -> bool:
    """Is `e` a shape of an array, or a part of one?"""
    return e.head == "attr" and e.data == "shape" or e.head == "index" and e.args[1].head == "slice" and _is_shape(e.args[0])


def _own(name: str) -> Callable[[Expr], Expr]:
    """Methods that no function of NumPy's stands for: the rule is that of the method of `numpy.ndarray`."""
    return lambda e: _call(f"ndarray.{name}", e, E.arguments(e))


def _astype(e: Expr) -> Expr:
    """``x.astype(t, copy=False)`` may be a view, as ``np.asarray(x, t)`` may."""
    rest = E.arguments(e)
    given = dict(zip(("dtype", "order", "casting", "subok", "copy"), [a for mark, a in rest if mark == ""]), **dict(rest))
    if E.is_const(given.get("copy", E.const(True)), True) or "dtype" not in given:
        return _call("ndarray.astype", e, rest)
    return _call("asarray", e, (("", given["dtype"]),))


def _compress(e: Expr) -> Expr:
    """``x.compress(condition)`` is ``np.compress(condition, x)``."""
    (_, condition), *rest = E.arguments(e)
    return E.call_with(library("compress"), (("", condition), ("", e.args[0].args[0]), *rest))


#: Methods that are called like the functions of NumPy of the same name.
SAME_AS_FUNCTIONS = ("sum", "mean", "std", "var", "prod", "max", "min", "cumsum", "cumprod", "dot", "ravel", "squeeze",
                     "swapaxes", "repeat", "take", "diagonal", "trace", "clip", "round", "choose", "copy")
_OWN = ("byteswap", "conj", "flatten", "getfield", "item", "to_device", "tolist", "view")

#: How a method call on an array is written as a call of a function.
ARRAY_METHODS: dict[str, Callable[[Expr], Expr]] = {
    **{name: _same(name) for name in SAME_AS_FUNCTIONS},
    **{name: _own(name) for name in _OWN if hasattr(np.ndarray, name)},
    "astype": _astype, "compress": _compress, "conjugate": _own("conj"), "ptp": _same("ptp"),
    "reshape": _packed("reshape"), "transpose": _packed("transpose"),
}

#: How an attribute of an array is written as a call of a function.
ARRAY_ATTRIBUTES: dict[str, str] = {
    "T": "transpose", "real": "real", "imag": "imag",
    **({"mT": "matrix_transpose"} if hasattr(np, "matrix_transpose") else {})}

#: The attributes and methods that numbers have as arrays do.
NUMBER_ATTRIBUTES = frozenset(("real", "imag", "conj", "conjugate"))


def _array(e: Expr) -> Expr:
    """``np.array(x, copy=False)`` may be a view, as ``np.asarray(x)`` may."""
    rest = E.arguments(e)
    given = dict(rest)
    least = given.get("ndmin", E.const(0))
    if E.is_const(given.get("copy", E.const(True)), True) or rest[0][0] != "" or least.head != "const" \
            or least.data not in _AT_LEAST:
        return e
    plain = E.call_with(library("asarray"), tuple((mark, a) for mark, a in rest if mark in ("", "dtype")))
    return E.call(library(_AT_LEAST[least.data]), plain) if least.data else plain


_AT_LEAST = {0: "", 1: "atleast_1d", 2: "atleast_2d"}


def _einsum(e: Expr) -> Expr:
    """Axes in another order, and diagonals, are views: ``np.einsum("ii->i", x)``."""
    given = E.arguments(e)
    if len(given) != 2 or any(mark for mark, _ in given) or given[0][1].head != "const" or not isinstance(given[0][1].data, str):
        return e
    axes, arrow, result = given[0][1].data.replace(" ", "").partition("->")
    if not arrow:
        result = "".join(sorted(axes))
    twice = [k for k in sorted(set(axes)) if axes.count(k) > 1]
    if not axes.isalpha() or sorted(set(axes)) != sorted(result) or len(twice) > 1 or len(axes) > len(result) + 1:
        return e
    x = given[1][1]
    if twice:
        first = axes.index(twice[0])
        second = axes.index(twice[0], first + 1)
        x = E.call(_DIAGONAL, x, E.const(0), E.const(first), E.const(second))
        axes = axes.replace(twice[0], "") + twice[0]
    order = tuple(axes.index(k) for k in result)
    return x if order == tuple(range(len(order))) and twice else E.call(library("transpose"), x, E.tuple_(*map(E.const, order)))


_DIAGONAL = E.ref("s2sgrad.runtime.diagonal_view", diagonal_view, library=True)

def _astype_function(e: Expr) -> Expr:
    """``np.astype(x, t, copy=False)`` may be a view, as ``np.asarray(x, t)`` may."""
    given = dict(zip(("x", "dtype"), [a for mark, a in E.arguments(e) if mark == ""]), **dict(E.arguments(e)))
    if E.is_const(given.get("copy", E.const(True)), True) or not {"x", "dtype"} <= given.keys():
        return e
    return E.call(library("asarray"), given["x"], given["dtype"])


def _none_of(order: int) -> Callable[[Expr], Expr]:
    """``np.diff(x, 0)`` is `x` itself."""
    def written_out(e: Expr) -> Expr:
        given = dict(zip(("x", "order"), [a for mark, a in E.arguments(e) if mark == ""]), **dict(E.arguments(e)))
        x = next((given[n] for n in ("x", "a", "p", "M") if n in given), None)
        times = given.get("order", given.get("n", given.get("m")))
        return E.call(library("asarray"), x) if x is not None and times is not None and E.is_const(times, order) else e
    return written_out


#: Functions that may give a view or a copy, as their arguments say.
_FUNCTIONS: dict[object, Callable[[Expr], Expr]] = {
    np.array: _array, np.einsum: _einsum, np.linalg.matrix_power: _none_of(1),
    **dict.fromkeys((np.diff, np.polyder, np.polyint), _none_of(0)),
    **({np.astype: _astype_function} if hasattr(np, "astype") else {})}


def canonical(e: Expr) -> Expr:
    """`e` with a method or attribute of an array on the outside written as the function that it stands for."""
    if e.head == "call":
        changes = e.args[0].head == "attr" or len(e.args) > 2 and E.hashable_callee(e) in _FUNCTIONS
    else:
        changes = e.head == "attr"
    return _written_out(e) if changes else e


@remembered
def _written_out(e: Expr) -> Expr:
    if e.head == "attr":
        return E.call(library(ARRAY_ATTRIBUTES[e.data]), e.args[0]) if e.data in ARRAY_ATTRIBUTES else e
    if e.args[0].head == "ref":
        return _FUNCTIONS[E.hashable_callee(e)](e)
    convert = ARRAY_METHODS.get(e.args[0].data)
    return e if convert is None else convert(e)


def is_concatenation(e: Expr) -> bool:
    """Is this a subscript of `numpy.r_` or `numpy.c_`, which is a call in other words?"""
    return e.head == "index" and e.args[0].head == "ref" and any(e.args[0].data.value is x for x in (np.r_, np.c_))
