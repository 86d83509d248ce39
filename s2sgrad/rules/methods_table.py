"""Methods and attributes of arrays as the functions that they are short for, and methods without a derivative."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.remember import remembered

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
        plain = [a for mark, a in rest if mark == ""]
        others = tuple((m, a) for m, a in rest if m != "")
        if len(plain) != 1:
            packed = (("", E.tuple_(*plain)),) if plain else ()
            return _call(name, e, packed + others)
        return _call(name, e, rest)
    return convert


def _own(name: str) -> Callable[[Expr], Expr]:
    """Methods that no function of NumPy's stands for: the rule is that of the method of `numpy.ndarray`."""
    return lambda e: _call(f"ndarray.{name}", e, E.arguments(e))


def _compress(e: Expr) -> Expr:
    """``x.compress(condition)`` is ``np.compress(condition, x)``."""
    (_, condition), *rest = E.arguments(e)
    return E.call_with(library("compress"), (("", condition), ("", e.args[0].args[0]), *rest))


#: Methods that are called like the functions of NumPy of the same name.
SAME_AS_FUNCTIONS = ("sum", "mean", "std", "var", "prod", "max", "min", "cumsum", "cumprod", "dot", "ravel", "squeeze",
                     "swapaxes", "repeat", "take", "diagonal", "trace", "clip", "round", "choose", "copy")
_OWN = ("astype", "byteswap", "conj", "flatten", "getfield", "item", "to_device", "tolist", "view")

#: How a method call on an array is written as a call of a function.
ARRAY_METHODS: dict[str, Callable[[Expr], Expr]] = {
    **{name: _same(name) for name in SAME_AS_FUNCTIONS},
    **{name: _own(name) for name in _OWN if hasattr(np.ndarray, name)},
    "compress": _compress, "conjugate": _own("conj"), "ptp": _same("ptp"),
    "reshape": _packed("reshape"), "transpose": _packed("transpose"),
}

#: How an attribute of an array is written as a call of a function.
ARRAY_ATTRIBUTES: dict[str, str] = {
    "T": "transpose", "real": "real", "imag": "imag",
    **({"mT": "matrix_transpose"} if hasattr(np, "matrix_transpose") else {})}


def canonical(e: Expr) -> Expr:
    """`e` with a method or attribute of an array on the outside written as the function that it stands for."""
    if e.head == "attr" or e.head == "call" and e.args[0].head == "attr":
        return _written_out(e)
    return e


@remembered
def _written_out(e: Expr) -> Expr:
    if e.head == "attr":
        return E.call(library(ARRAY_ATTRIBUTES[e.data]), e.args[0]) if e.data in ARRAY_ATTRIBUTES else e
    convert = ARRAY_METHODS.get(e.args[0].data)
    return e if convert is None else convert(e)


def is_concatenation(e: Expr) -> bool:
    """Is this a subscript of `numpy.r_` or `numpy.c_`, which is a call in other words?"""
    return e.head == "index" and e.args[0].head == "ref" and any(e.args[0].data.value is x for x in (np.r_, np.c_))
