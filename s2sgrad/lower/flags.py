"""Integers that hold flags: ``mask | Flags.FULL``, ``mask |= 4`` and the like are no unions of dicts, and do not vary."""
from __future__ import annotations

import inspect

from s2sgrad.ir.expr import Expr

_OF_INTEGERS = ("|", "&", "^", "<<", ">>", "~")


def is_integer(e: Expr) -> bool:
    """Is this evidently an integer, so that ``m | e`` is one, too, and no dict?"""
    if e.head == "attr":
        base = e.args[0].data.value if e.args[0].head == "ref" else None
        return isinstance(base, type) and isinstance(inspect.getattr_static(base, str(e.data), None), int)
    if e.head == "op" and e.data in _OF_INTEGERS:
        return e.data in ("<<", ">>", "~") or any(map(is_integer, e.args))
    if e.head == "ifexp":
        return all(map(is_integer, e.args[1:]))
    value = e.data if e.head == "const" else e.data.value if e.head == "ref" else None
    return e.head == "compare" or isinstance(value, int)
