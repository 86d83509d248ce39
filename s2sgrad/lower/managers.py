"""Context managers: which of them may suppress an exception."""
from __future__ import annotations

import contextlib
import inspect
import sys
import types
from typing import Any

import gast

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.source import read
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr

_SUPPRESSING = (contextlib.suppress, contextlib.ExitStack)


def lets_exceptions_pass(e: Expr) -> bool:
    """Does the manager that `e` makes surely hand on the exceptions of its block?"""
    fn = E.callee(e) if e.head == "call" else type(e.data.value) if e.head == "ref" else None
    if fn is None:
        return False
    if isinstance(fn, type):
        return _class_passes(fn)
    made_from = getattr(fn, "__wrapped__", None)  # a generator function under contextlib.contextmanager
    if isinstance(made_from, types.FunctionType):
        return not _has(made_from, gast.ExceptHandler)
    return is_library(fn)


def _class_passes(cls: type) -> bool:
    if is_library(cls):
        return not issubclass(cls, _SUPPRESSING)
    leave = inspect.getattr_static(cls, "__exit__", None)
    return isinstance(leave, types.FunctionType) and not _has(leave, gast.Return)


def is_library(obj: Any) -> bool:
    return str(getattr(obj, "__module__", None)).partition(".")[0] in sys.stdlib_module_names | {"numpy", "scipy"}


def _has(f: types.FunctionType, kind: type) -> bool:
    """Does the source of a function have such a node: a handler, or a return of something other than nothing?"""
    try:
        _, tree = read(f)
    except DerivativeError:
        return True
    return any(isinstance(n, kind) and not (isinstance(n, gast.Return) and _is_false(n.value)) for n in gast.walk(tree))


def _is_false(value: Any) -> bool:
    return value is None or isinstance(value, gast.Constant) and value.value in (None, False)
