"""What functions of Python and NumPy make of objects: ``abs(v)``, ``float(v)``, ``np.asarray(v)``."""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.dispatch import in_sight
from s2sgrad.lower.object_names import is_defined
from s2sgrad.lower.operands import value
from s2sgrad.lower.operators import call_method, looks_like_object, operation_for, support
from s2sgrad.runtime.objects import UNARY


def as_array(e: Expr, cx: Context) -> Expr:
    """What NumPy takes an object for that it is given: what ``__array__`` returns."""
    if e.head == "call" and cx.varied.of(e) and E.callee(e) in cx.visible:
        made = value(e, cx)
        e = made if made.head == "var" else cx.temporary(made)
    if e.head != "var" or cx.generated or not cx.varied.of(e):
        return e
    if cx.class_of(e) is not None:
        return call_method(e, "__array__", (), cx) or e
    if looks_like_object(e, cx):
        return in_sight(e, "__array__", (), cx) or e
    if e.data not in cx.kinds:
        cx.emit(S.Do(E.call(support("require_no_object"), e, E.const("__array__")), cx.loc))
    return e


CONVERSIONS: dict[object, str] = {abs: "__abs__", float: "__float__", round: "__round__", complex: "__complex__"}


def conversion(e: Expr, cx: Context) -> Expr | None:
    """``abs(v)`` and its kin of an object of known class."""
    name = next((n for fn, n in CONVERSIONS.items() if E.callee(e) is fn), None)
    if name is None or len(e.args) < 2:
        return None
    if e.args[1].head != "var" and cx.varied.of(e.args[1]) and is_defined(name, cx):
        made = value(e.args[1], cx)
        e = E.rebuild(e, (e.args[0], made if made.head == "var" else cx.temporary(made), *e.args[2:]))
    if e.args[1].head != "var":
        return None
    symbol = name.strip("_")
    if symbol in UNARY and cx.class_of(e.args[1]) is None and is_defined(name, cx) and not cx.generated:
        if looks_like_object(e.args[1], cx):
            return E.call(operation_for(symbol, e.args[1:2], (name,), cx), e.args[1])
        cx.emit(S.Do(E.call(support("require_no_object"), e.args[1], E.const(name)), cx.loc))
    return call_method(e.args[1], name, e.args[2:], cx)

