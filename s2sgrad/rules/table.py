"""What is known about every function of a library: the table behind ``s2sgrad rules``.

>>> from s2sgrad.rules.table import missing, table
>>> [row for row in table("math") if row.name in ("math.sin", "math.floor")]
[Row(name='math.floor', status='zero', detail=''), Row(name='math.sin', status='rule', detail='partials')]
>>> missing("numpy")
[]
"""
from __future__ import annotations

import builtins
import importlib
import operator
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir.node import dataclass
from s2sgrad.rules.bind import INACTIVE_ATTRIBUTES
from s2sgrad.rules.families import FAMILIES, load
from s2sgrad.rules.methods_table import ARRAY_ATTRIBUTES, ARRAY_METHODS, INACTIVE_METHODS, canonical
from s2sgrad.rules.registry import Rule, rule_for

RULE, ZERO, REFUSED, MISSING = "rule", "zero", "refused", "missing"

#: In the order in which a rule is asked; the first that it has says how it is differentiated.
_KINDS = ("partials", "linear", "expansion", "macro_adjoint", "adjoint", "tangent")
#: Functions that lowering writes as the statements that they perform.
_STATEMENTS: frozenset[Any] = frozenset((
    np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal, np.piecewise, np.apply_along_axis,
    np.apply_over_axes,
    np.vectorize, np.ndenumerate, np.add.at, np.subtract.at, operator.getitem, dict, enumerate, filter, getattr, map,
        property, reversed,
    sorted, staticmethod, classmethod, super, zip, iter, list, tuple))
#: Methods and attributes of arrays that are assignments in other words, or views that are written through.
_METHOD_STATEMENTS = frozenset(("fill", "flat", "put", "sort"))
_METHODS_REFUSED = {
    "partition": "assign np.partition(x, kth) to the array", "resize": "make a new array with np.resize",
    "setfield": "assign to the field", "setflags": "copy the array instead of locking it",
    "itemset": "assign to the element", "newbyteorder": "use astype", "device": "it says where the array lies",
    "base": "use the array itself", "data": "use the array itself"}


@dataclass(frozen=True)
class Row:
    """A function: `status` is ``rule``, ``zero``, ``refused`` or ``missing``, `detail` the kind of rule or a reason."""

    name: str
    status: str
    detail: str = ""


def libraries() -> tuple[str, ...]:
    """The names that `table` knows beside those of modules: anything importable is looked through as well."""
    return ("numpy", "numpy.linalg", "numpy.fft", "numpy.ndarray", "numpy.ufunc", "math", "cmath", "operator",
        "builtins")


def table(library: str) -> list[Row]:
    """A row for every public function of a library, in alphabetical order.

    `library` is the name of a module, ``numpy.ndarray`` for the methods and attributes of arrays, or ``numpy.ufunc``
    for the methods of ufuncs. Raises ImportError for a module that cannot be imported.
    """
    for family in FAMILIES:
        if family.partition(".")[0] in ("python", "numpy", library.partition(".")[0]):
            load(family)
    special: dict[str, Callable[[], Iterator[Row]]] = {"numpy.ndarray": _array_rows, "numpy.ufunc": _ufunc_rows}
    rows = special[library]() if library in special else _module_rows(library)
    return sorted(rows, key=lambda row: row.name)


def missing(library: str) -> list[str]:
    """The functions of a library about which nothing is known."""
    return [row.name for row in table(library) if row.status == MISSING]


def show(library: str | None = None, only_missing: bool = False) -> str:
    """The table as text, a line for every function: of one library, or of all."""
    rows = [r for name in ((library,) if library else libraries()) for r in table(name)]
    if only_missing:
        rows = [r for r in rows if r.status == MISSING]
    width = max((len(r.name) for r in rows), default=0)
    return "".join(f"{r.name:{width}}  {r.status:7}  {r.detail}".rstrip() + "\n" for r in rows)


def row(name: str, fn: Any) -> Row:
    """The row of one function."""
    rule = rule_for(fn)
    if _is_statement(fn):
        return Row(name, RULE, "statement")
    if rule is None:
        return Row(name, MISSING)
    return Row(name, *_status(rule))


def _status(rule: Rule) -> tuple[str, str]:
    if rule.reason is not None and not rule.differentiable:
        return REFUSED, rule.reason
    if rule.zero:
        return ZERO, ""
    kind = next((k for k in _KINDS if getattr(rule, k) is not None), "")
    if not kind and rule.functions:  # its rule is that for functions with what they capture
        within = rule_for(rule.with_captured)
        return (MISSING, "") if within is None else _status(within)
    return (RULE, kind) if kind else (MISSING, "")


def _is_statement(fn: Any) -> bool:
    try:
        return fn in _STATEMENTS
    except TypeError:
        return False


def _module_rows(library: str) -> Iterator[Row]:
    module = importlib.import_module(library)
    for name in _public(module):
        value = getattr(module, name, None)
        if callable(value) and not isinstance(value, types.ModuleType) and not _is_exception(value):
            yield row(f"{library}.{name}", value)


def _public(module: types.ModuleType) -> list[str]:
    listed = getattr(module, "__all__", None)
    names = [n for n in dir(module) if not n.startswith("_")] if listed is None else list(listed)
    if module is np:  # the names that NumPy keeps for compatibility are not all in its list
        names += [n for n in dir(module) if not n.startswith("_")]
    if module is builtins:
        names = [n for n in names if n not in ("copyright", "credits", "license")]
    return sorted(set(names))


def _is_exception(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def _ufunc_rows() -> Iterator[Row]:
    from s2sgrad.rules.ufunc_methods import METHODS, UFUNCS
    for ufunc in UFUNCS:
        for method in METHODS:
            yield row(f"numpy.{ufunc.__name__}.{method}", getattr(ufunc, method))


def _array_rows() -> Iterator[Row]:
    for name in (n for n in dir(np.ndarray) if not n.startswith("_")):
        yield _array_row(name)


def _array_row(name: str) -> Row:
    full = f"numpy.ndarray.{name}"
    if name in _METHOD_STATEMENTS:
        return Row(full, RULE, "statement")
    if name in _METHODS_REFUSED:
        return Row(full, REFUSED, _METHODS_REFUSED[name])
    if name in INACTIVE_METHODS or name in INACTIVE_ATTRIBUTES:
        return Row(full, ZERO)
    member = E.attr(E.var("x"), name)
    if name in ARRAY_ATTRIBUTES:
        return row(full, E.callee(canonical(member)))
    if name in ARRAY_METHODS:
        return row(full, E.callee(canonical(E.call(member, E.var("y")))))
    return Row(full, MISSING)
