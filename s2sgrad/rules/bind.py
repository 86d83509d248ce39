"""From an expression to the primitive that it applies and the expressions bound to the primitive's parameters."""
from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import node
from s2sgrad.ir.remember import remembered
from s2sgrad.rules.fold import constant
from s2sgrad.rules.registry import Refused, Rule, rule_for
from s2sgrad.runtime.precision import OF_OBJECTS

OPERATORS: dict[tuple[str, int], Any] = {
    ("+", 2): operator.add, ("-", 2): operator.sub, ("*", 2): operator.mul, ("/", 2): operator.truediv,
    ("//", 2): operator.floordiv, ("%", 2): operator.mod, ("**", 2): operator.pow, ("@", 2): operator.matmul,
    ("&", 2): operator.and_, ("|", 2): operator.or_, ("^", 2): operator.xor, ("<<", 2): operator.lshift,
    (">>", 2): operator.rshift, ("+", 1): operator.pos, ("-", 1): operator.neg, ("~", 1): operator.invert,
    ("not", 1): operator.not_,
}

#: Attributes of arrays (and of most things) that say nothing a derivative depends on.
INACTIVE_ATTRIBUTES = frozenset((
    "shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides", "flags", "__class__", "__name__", "__doc__",
    "__qualname__", "__module__", "ctypes"))


@node
class Application:
    """A primitive with its arguments; `bound` follows the order of the rule's parameters, defaults filled in.

    `where` is the mask of a ufunc's call, outside which the result has nothing to do with the operands.
    """

    fn: Any
    rule: Rule
    bound: Mapping[str, Expr]
    where: Expr | None = None

    def args(self) -> tuple[Expr, ...]:
        return tuple(self.bound.values())

    def others(self, operand: Expr) -> tuple[Expr, ...]:
        """What is passed beside an operand."""
        passed = [a for e in self.args() for a in (e.args if e.head in ("tuple", "list") else (e,))]
        return tuple(a for a in passed if a != operand)


class BindError(Refused):
    """The call passes something that the rule does not know."""


def function_of(e: Expr) -> Any:
    """The object that an operation applies, None where that is not known here."""
    if e.head == "op":
        return OPERATORS.get((e.data, len(e.args)))
    if e.head == "call":
        return E.callee(e)
    return None


def leaves_open(e: Expr) -> bool:
    """Is something unpacked into a call, ``f(x, **options)``, so that only the run shows what is passed?"""
    return e.head == "call" and any(mark in ("*", "**") for mark, _ in E.arguments(e))


def gives_new(e: Expr) -> bool:
    """Is the result of a primitive that options are unpacked into no view of an argument, whatever they say?

    Its rule has to say so: ``np.array(x, copy=False)`` may be one, and the tangent of a cast may be that of `x`.
    """
    rule = rule_for(E.callee(e)) if leaves_open(e) else None
    return rule is not None and rule.new


#: Functions that may give one of several, or a list of them.
CHOOSING = (max, min, sum)


def gives_parts(e: Expr) -> bool:
    """Does a function of numbers give one of several arrays or objects here, ``max(xs, key=f)``, or a list of them,
    ``sum(xs, [])``?"""
    fn = e.args[0].data.value if e.head == "call" and e.args[0].head == "ref" else None
    if fn is max or fn is min:
        return any(mark == "key" for mark, _ in E.arguments(e))
    return fn is sum and any(a.head in ("list", "tuple") for mark, a in E.arguments(e)[1:] if mark in ("", "start"))


def parts_of_call(e: Expr) -> tuple[Expr, ...]:
    """What the value of a call may be made of; the key by which `sorted`, `max` and `min` choose is no part of it."""
    if e.head == "call" and E.callee(e) in (sorted, max, min):
        return tuple(a for mark, a in E.arguments(e) if mark != "key")
    return e.args


@remembered
def application(e: Expr) -> Application | None:
    """How `e` applies a primitive: None when what it applies has no rule.

    Raises `BindError` when there is a rule, but not for these arguments.
    """
    if e.head == "op":
        fn = OPERATORS[e.data, len(e.args)]
        rule = rule_for(fn)
        if rule is None or rule.signature is None:
            return None if rule is None else Application(fn, rule, {})
        return Application(fn, rule, dict(zip(rule.signature.parameters, e.args)))
    if e.head != "call":
        return None
    fn = E.callee(e)
    rule = None if fn is None else rule_for(fn)
    if rule is None:
        return None
    if rule.signature is None:
        return Application(fn, rule, {})
    if isinstance(fn, np.ufunc):
        e, where = _without_options(fn, e, rule.zero)
        return Application(fn, rule, bind(rule, e), where)
    return Application(fn, rule, bind(rule, e))


#: Options of every ufunc that leave derivatives as they are.
_HARMLESS = frozenset(("casting", "order", "subok", "signature", "sig"))


def _without_options(fn: np.ufunc, e: Expr, zero: bool) -> tuple[Expr, Expr | None]:
    """A call of a ufunc without the keywords that all ufuncs have, and the mask among these; whatever they are is fine for
    one whose derivative is `zero`."""
    kept: list[tuple[str, Expr]] = []
    where: Expr | None = None
    for mark, a in E.arguments(e):
        if mark == "where":
            where = None if E.is_const(a, True) else a
        elif mark == "dtype" and not zero:
            if constant(a) in ((int,), (bool,)):
                raise BindError(f"{fn.__name__} with an integer dtype")
            if constant(a) in ((complex,), (np.complex128,), (np.complex64,)):
                raise BindError(f"{fn.__name__} with a complex dtype; convert the operands")
            _refuse_objects(a)
        elif mark == "out" and not E.is_const(a, None) and not zero:
            raise BindError(f"{fn.__name__} with out= inside an expression")
        elif mark not in _HARMLESS and mark not in ("out", "dtype"):
            kept.append((mark, a))
    return E.call_with(e.args[0], tuple(kept)), where


def bind(rule: Rule, e: Expr) -> dict[str, Expr]:
    """The arguments of the call `e` by parameter, but for ``like=``, which says nothing of NumPy's arrays, and ``out=None``."""
    positional: list[Expr] = []
    keywords: dict[str, Expr] = {}
    assert rule.signature is not None
    parameters = list(rule.signature.parameters.values())
    for mark, a in E.arguments(e):
        if a.head == "ref" and a.data.value is np._NoValue:  # NumPy's way to say that nothing is passed
            if mark == "" and len(positional) < len(parameters):
                positional.append(default_constant(parameters[len(positional)].default))
        elif mark == "":
            positional.append(a)
        elif mark in ("*", "**"):
            raise BindError("arguments unpacked with * into a primitive")
        elif mark in rule.signature.parameters or mark != "like" and (mark != "out" or not E.is_const(a, None)):
            keywords[mark] = a
    bound: dict[str, Any] = rule.bound(positional, keywords)
    if not bound:
        try:
            found = rule.signature.bind(*positional, **keywords)
        except TypeError as error:
            raise BindError(str(error)) from None
        found.apply_defaults()
        bound = found.arguments
    out: dict[str, Expr] = {}
    for name, p in rule.signature.parameters.items():
        value = bound[name]
        if p.annotation == "None" and isinstance(value, Expr) and not E.is_const(value, None) \
                and not (value.head == "const" and type(value.data) is type(p.default) and value.data == p.default):
            raise BindError(f"{name}= is not supported")
        if isinstance(value, Expr):
            if name == "dtype" and not rule.zero:
                _refuse_objects(value)
                if constant(value) in ((int,), (bool,)) and "casting" in bound and "copy" not in bound:
                    raise BindError("an integer dtype")  # of what joins; conversions know that they are constant
        elif p.kind is p.VAR_POSITIONAL:
            value = E.tuple_(*value)
        elif p.kind is p.VAR_KEYWORD:
            value = E.dict_(tuple((E.const(k), v) for k, v in value.items()))
        out[name] = value if isinstance(value, Expr) else default_constant(value)
    return out


def _refuse_objects(dtype: Expr) -> None:
    """Objects in an array are not followed: their derivatives would be zero."""
    if constant(dtype) in ((object,), (np.object_,), ("object",), ("O",)):
        raise BindError(OF_OBJECTS)


def default_constant(value: Any) -> Expr:
    """The constant for a parameter's default; NumPy's marker for "not given" is spelled None."""
    return E.NONE if value is np._NoValue else E.const(value)
