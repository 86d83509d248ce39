"""Which expressions give something that shares nothing with their operands."""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.rules.bind import CHOOSING, BindError, application, gives_parts
from s2sgrad.rules.methods_table import canonical

#: Run-time helpers whose results are told by what they are given, or are parts of it.
KEEPING = (runtime.mirror, runtime.mirror_array, runtime.mirror_field, runtime.mirror_part, runtime.saved, runtime.entry,
           runtime.held_attribute)


def is_operation(fn: Expr) -> bool:
    """Is this an operator of objects, which gives something new?"""
    return E.callee(fn) is runtime.operation_of and not E.is_const(fn.args[1], "[]") \
        and all(mark == "" for mark, _ in E.arguments(fn))


def computes(e: Expr) -> bool:
    """Does the value of `e` share nothing with its operands?"""
    if e.head in ("op", "compare", "fstring"):
        return True
    if e.head == "call":
        if is_operation(e.args[0]):
            return True
        try:
            found = application(canonical(e))
        except BindError:
            return False
        if found is not None and found.fn in KEEPING:
            return False
        return found is not None and not found.rule.view and not written_arguments(e) and not (
            found.fn in CHOOSING and gives_parts(e))
    return False
