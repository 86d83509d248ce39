"""Calls that change an array where an option says so: ``np.nan_to_num(x, copy=False)``, ``np.nditer(x, op_flags=["readwrite"])``.

And arrays of objects, which hold what is put into them as lists do: ``m = np.empty(2, dtype=object); m[0] = x``; arrays with
fields, of which parts have names; and `np.matrix`, whose ``*`` is ``@``.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.runtime.precision import OF_OBJECTS

_ALLOCATED = frozenset((np.empty, np.zeros, np.full, np.ones, np.array, np.ndarray))
_MATRICES: frozenset[Any] = frozenset((np.matrix, np.asmatrix, np.bmat))


def refuse_overwriting(body: S.Block, calls: list[tuple[S.Stmt, Expr]], cx: Context) -> None:
    """Raise where an option lets a function change its argument, or where an array of objects is filled; `calls` are those of
    the `body`."""
    objects: set[str] = set()
    for s, e in calls:
        fn = e.args[0].data.value if e.args[0].head == "ref" else None
        if fn is np.nan_to_num or fn is np.nditer:
            way_out = _way_out(e)
            if way_out:
                cx.loc = s.loc
                raise cx.refuse(f"{e.args[0].data.text} changes its argument here, which cannot be differentiated", way_out)
        elif len(e.args) > 2 and isinstance(s, S.Assign) and s.target.head == "var" and s.value is e and _is_of_objects(e):
            objects.add(s.target.data)
        elif (made := E.hashable_callee(e)) in _MATRICES or made in _ALLOCATED and _has_fields(e):
            _refuse_kind(made, s, body, cx)
    for s in S.walk_stmts(body) if objects else ():
        root = S.stored_root(s)
        if root is not None and root.data in objects and isinstance(s, S.Assign) and s.value.head in ("var", "index", "attr"):
            cx.loc = s.loc
            raise cx.refuse(OF_OBJECTS, "use a list")


def _way_out(e: Expr) -> str:
    fn = E.hashable_callee(e)
    if fn is np.nan_to_num:
        copy = next((a for n, (mark, a) in enumerate(E.arguments(e)) if mark == "copy" or mark == "" and n == 1), E.const(True))
        return "" if E.is_const(copy, True) or e.args[1].head in ("op", "call") else "write x[...] = np.nan_to_num(x)"
    flags = next((a for mark, a in E.arguments(e) if mark == "op_flags"), E.NONE) if fn is np.nditer else E.NONE
    return "write a loop over the indices" if any("write" in str(part.data) for part in E.walk(flags)) else ""


def _refuse_kind(fn: Any, s: S.Stmt, body: S.Block, cx: Context) -> None:
    """Raise where an array with fields takes what varies, or where an operator combines an `np.matrix` with it."""
    if not isinstance(s, S.Assign) or s.target.head != "var":
        return
    name = s.target.data
    if fn not in _MATRICES:
        if name in cx.varied.by_value:
            cx.loc = s.loc
            raise cx.refuse("an array with fields cannot be differentiated", "use arrays of numbers, one for each field")
        return
    for t in S.walk_stmts(body):
        if any(part.head == "op" and cx.varied.of(part) and any(E.root(a) == s.target for a in part.args)
               for e in S.expressions(t) if name in e.names for part in E.walk(e)):
            cx.loc = t.loc
            raise cx.refuse("an operator of an np.matrix cannot be differentiated",
                            "np.matrix is deprecated; use arrays of two axes and the operator @")


def _has_fields(e: Expr) -> bool:
    return any(a.head == "list" and a.args and a.args[0].head == "tuple" and isinstance(a.args[0].args[0].data, str)
               or a.head == "ref" and getattr(a.data.value, "fields", None) for a in _dtypes(e))


def _dtypes(e: Expr) -> list[Expr]:
    return [a for n, (mark, a) in enumerate(E.arguments(e)) if mark == "dtype" or mark == "" and n > 0]


def _is_of_objects(e: Expr) -> bool:
    """Is this a new array with dtype=object?"""
    if e.head != "call" or E.hashable_callee(e) not in _ALLOCATED:
        return False
    return any(a.head == "ref" and a.data.value in (object, np.object_) or E.is_const(a, "object") or E.is_const(a, "O")
               for a in _dtypes(e))
