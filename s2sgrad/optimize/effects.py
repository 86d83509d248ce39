"""What calls in generated code do beside returning a value."""
from __future__ import annotations

from types import FunctionType
from typing import Any

from s2sgrad import runtime
from s2sgrad.differentiate.access import WRITING, Backward
from s2sgrad.differentiate.calls import Pair
from s2sgrad.differentiate.tangent_calls import TangentFunction
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.families import library
from s2sgrad.rules.methods_table import INACTIVE_METHODS, canonical
from s2sgrad.rules.registry import rule_for

_LIBRARIES = frozenset(("builtins", "math", "cmath", "operator", "_operator", "numpy", "scipy.special", "s2sgrad"))
_EFFECTS = frozenset(("print", "input", "open", "next", "setattr", "delattr", "exec", "eval", "iter", "breakpoint",
                      "save", "savez", "savez_compressed", "savetxt", "load", "loadtxt", "genfromtxt", "fromfile",
                      "seterr", "seterrcall", "set_printoptions", "seed"))
_CHECKS = ("require_", "register_")


def _returning_nothing() -> frozenset[Any]:
    """The helpers that say by their annotation that what they do is all that they are for."""
    helpers = ((n, getattr(runtime, n)) for n in runtime.__all__)
    return frozenset(f for n, f in helpers if isinstance(f, FunctionType) and not n.startswith(_CHECKS)
                     and f.__annotations__.get("return") in ("None", None) and "return" in f.__annotations__)


#: Helpers that change their first argument.
CHANGING = WRITING | _returning_nothing()
#: Functions that make a container of the elements of their arguments.
COLLECTS = frozenset((list, tuple, dict, set, frozenset, reversed, zip, enumerate, sorted, iter))
_UNKNOWN = frozenset((runtime.pullback, runtime.pushforward))
_PURE_METHODS = INACTIVE_METHODS - {"tofile", "dump"} | {"items", "values", "get", "astype", "tolist", "item"}


def is_known(e: Expr) -> bool:
    """Is what the call `e` does known: to return a value and, but for the arguments it changes, nothing else?"""
    fn = e.args[0]
    if fn.head == "attr":
        return fn.data in MUTATORS or fn.data in _PURE_METHODS or canonical(e) is not e
    target = E.hashable_callee(e)
    if target is None or target in _UNKNOWN or isinstance(target, (Pair, TangentFunction)):
        return False
    if isinstance(target, Backward):
        return True
    name, module = getattr(target, "__name__", ""), getattr(target, "__module__", None) or ""
    if library(target) not in _LIBRARIES or name in _EFFECTS or "random" in module:
        return False
    if "random" in type(getattr(target, "__self__", None)).__module__:
        return False
    rule = rule_for(target)
    return library(target) == "s2sgrad" or target in COLLECTS or rule is not None and (rule.differentiable or rule.zero)


def leaves_alone(e: Expr) -> bool:
    """Is this a call of a generated function that changes nothing, whatever else it does?"""
    target = E.hashable_callee(e)
    return isinstance(target, Pair) and target.quiet


def changed(e: Expr) -> tuple[Expr, ...]:
    """The arguments that a call with known effects changes."""
    fn = E.hashable_callee(e)
    if isinstance(fn, Backward):
        return tuple(e.args[1 + n] for n in fn.writes)
    if fn in CHANGING:
        return e.args[1:2]
    return written_arguments(e)


def looks_outside(e: Expr) -> bool:
    """Does `e` read something outside of the function that is not a function or a module, so that it may change?"""
    return bool(e.heads & E.VALUE)
