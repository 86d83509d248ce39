"""Which expressions may be evaluated a second time, in the backward sweep, and give the same."""
from __future__ import annotations

from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.methods_table import INACTIVE_METHODS, canonical
from s2sgrad.rules.registry import rule_for

#: Functions with rules that do something, or use something up.
_ONCE = frozenset((next, iter, input, open, print, id, setattr, delattr))
#: Methods of containers that change nothing.
_QUERIES = frozenset(("get", "keys", "values", "items", "copy"))


def repeatable(e: Expr) -> bool:
    """Does `e` do nothing but give a value, which depends on its operands alone?

    That is so for what has a rule, and is not taken for granted of functions of users and of methods of objects.
    """
    if not e.heads & (E.CALL | E.WALRUS):
        return True
    if e.head == "walrus":
        return False
    if e.head == "function":
        return True
    if e.head == "call" and not _is_pure_call(e):
        return False
    return all(map(repeatable, e.args))


def _is_pure_call(e: Expr) -> bool:
    fn = e.args[0]
    if fn.head == "ref":
        return _is_pure(fn.data.value)
    return fn.head == "attr" and (fn.data in INACTIVE_METHODS or fn.data in _QUERIES or canonical(e) is not e)


def _is_pure(fn: Any) -> bool:
    owner = getattr(fn, "__self__", None)
    if any(cls.__module__.startswith("numpy.random") for cls in type(owner).__mro__) or rule_for(fn) is None:
        return False
    return not str(getattr(fn, "__module__", "")).startswith(("numpy.random", "random")) \
        and not (E.is_hashable(fn) and fn in _ONCE)
