"""Calls of user functions, and of functions known only at run time, in forward mode.

A function with source gets a tangent function ``<g>_tangent`` beside it, which returns the result and its tangent. A
function that is not known now is asked for its pushforward when the derivative runs.
"""
from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2sgrad.analysis.arguments import Given, bind_by_name, given_by
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.calls import check_result, is_attribute, opened, owner_of, position
from s2sgrad.differentiate.naming import tangent_var
from s2sgrad.errors import unsupported
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.source import Location
from s2sgrad.rules.bind import leaves_open
from s2sgrad.rules.registry import rule_for

if TYPE_CHECKING:
    from s2sgrad.differentiate.forward import Forward, Forwarded

PUSHFORWARD = lib.support("pushforward")


@dataclass(frozen=True, eq=False)
class TangentFunction:
    """A derived subroutine.

    It takes the required parameters of the function, then the tangents of `active`, in that order, then the
    parameters with defaults (`parameters_of`). It returns the result and the tangent of the result; nothing where
    the function returns nothing (`returns`). `objects` are the parameters whose tangents must be namespaces.
    """

    name: str
    active: tuple[str, ...]
    returns: bool
    objects: tuple[str, ...] = ()


#: Derives a subroutine with respect to some of its parameters, for a call at a location with arguments of known types.
MakeTangent = Callable[[Any, tuple[str, ...], "Location | None", Given], TangentFunction]


class TangentCalls:
    """The calls of one function in forward mode; `make` gives the tangent function of a subroutine."""

    def __init__(self, make: MakeTangent) -> None:
        self.make = make
        #: Variables handed to subroutines that need namespaces for their tangents.
        self.objects: set[str] = set()

    def handles(self, s: S.Assign | S.Do, f: Forward) -> bool:
        """Is this a call with active arguments that no rule covers?"""
        e = opened(s.value)
        if e.head != "call" or not self._is_active(e, f.facts):
            return False
        fn = e.args[0]
        if fn.head == "ref":
            rule = rule_for(fn.data.value)
            return _has_source(fn.data.value) if rule is None else rule.differentiable and leaves_open(e)
        return fn.head != "attr" or not f.tangents.is_method(s, e)

    @staticmethod
    def _is_active(e: Expr, facts: Facts) -> bool:
        owner = E.root(owner_of(e.args[0]))
        return any(map(facts.is_active, e.args[1:])) or facts.is_active(owner)

    def call(self, s: S.Assign | S.Do, f: Forward) -> S.Block:
        fn = opened(s.value).args[0]
        function = python_function(fn.data.value) if fn.head == "ref" and rule_for(fn.data.value) is None else None
        if function is not None:
            return self._static(s, function, f)
        return self._dynamic(s, f)

    # ---- functions with source --------------------------------------------------------------------------------

    def _static(self, s: S.Assign | S.Do, function: Any, f: Forward) -> S.Block:
        e = s.value
        bound = bind_by_name(function, e)
        wanted = tuple(n for n, a in bound.items() if f.facts.is_active(a))
        made = self.make(function, wanted, s.loc, given_by(function, bound, lambda a: f.facts.type_at(s, a)))
        self.objects.update(bound[n].data for n in made.objects if n in bound and bound[n].head == "var")
        required = required_parameters(function)
        first = [bound[n] for n in required]
        positional = [a for mark, a in E.arguments(e) if mark == ""][len(required):]
        named = {mark: a for mark, a in E.arguments(e) if mark and mark not in required}
        moved = [f.tangents.filled(s, bound[n], []) for n in made.active]
        arguments = (*(("", a) for a in (*first, *moved, *positional)), *named.items())
        call = E.call_with(E.ref(made.name, made), arguments)
        if not made.returns:
            if isinstance(s, S.Do):
                return (S.Do(call, s.loc),)
            none = S.Assign(s.target, E.NONE, s.loc)
            return (S.Do(call, s.loc), none, *f.zeros_of(s, s.target))
        return self._results(s, call, f)

    @staticmethod
    def _results(s: S.Assign | S.Do, call: Expr, f: Forward) -> S.Block:
        """Bind the result and its tangent."""
        if isinstance(s, S.Do):
            return (S.Do(call, s.loc),)
        return (S.Assign(E.tuple_(s.target, _tangents(s.target, f)), call, s.loc),)

    # ---- functions known at run time --------------------------------------------------------------------------

    def _dynamic(self, s: S.Assign | S.Do, f: Forward) -> S.Block:
        e = opened(s.value)
        fn = e.args[0]
        owner = owner_of(fn)
        owned = f.facts.is_active(E.root(owner))
        if not owned and fn.head not in ("ref", "var") and not _made_from(fn).isdisjoint(f.facts.active):
            raise unsupported(s.loc, "a function that is made from differentiated values cannot be differentiated here",
                              "pass the values to the function as arguments")
        active = [n for n, a in enumerate(e.args[1:]) if f.facts.is_active(a)]
        marks = e.data.marks
        if any(marks[n] in ("*", "**") for n in active):
            raise unsupported(s.loc, "arguments unpacked into a function that is not known yet cannot be "
                              "differentiated", "pass the arguments one by one")
        if isinstance(s, S.Assign):
            check_result(s, fn, s.target, f.facts)
        wrt = E.tuple_(*(position(e, n) for n in active))
        options = {"owner": owner if is_attribute(fn) else E.const(True)} if owned else {}
        if owned and not any(p.name in f.facts.aliasing.group(E.root(owner).data) for p in f.facts.function.params):
            options["own"] = E.const(True)
        moved = [f.tangents.mirrored(owner)] if owned else []
        moved += [tangent_var(e.args[1 + n].data) for n in active]
        push = E.call(PUSHFORWARD, fn, wrt, **options)
        call = E.call_with(push, (("", E.tuple_(*moved)), *E.arguments(e)))
        return self._results(s, call, f)


def _tangents(target: Expr, f: Forward) -> Expr:
    if target.head in ("tuple", "list"):
        return E.rebuild(target, tuple(_tangents(t, f) for t in target.args))
    return tangent_var(target.data) if f.facts.is_active(target) else E.var(f.tangents.fresh("_"))


def _has_source(fn: Any) -> bool:
    return python_function(fn) is not None or not hasattr(fn, "__objclass__") and callable(fn) \
        and type(fn).__module__ not in ("builtins", "numpy")


def required_parameters(function: Any) -> tuple[str, ...]:
    """The parameters that every call gives by position: those without a default before the first one with one."""
    if type(function) is types.FunctionType and not function.__dict__:  # nearly always, and faster
        code = function.__code__
        return code.co_varnames[:code.co_argcount - len(function.__defaults__ or ())]
    out: list[str] = []
    for p in inspect.signature(function, follow_wrapped=False).parameters.values():
        if p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) or p.default is not p.empty:
            break
        out.append(p.name)
    return tuple(out)


def subroutine(made: TangentFunction, parts: Forwarded, facts: Facts, function: Any) -> S.Function:
    """The definition of a tangent function."""
    fn = facts.function
    at = len(required_parameters(function))
    kind = "positional" if any(p.kind == "positional" for p in fn.params[at:]) else "plain"
    params = (*fn.params[:at], *(S.Param(n, kind) for n in parts.seeds), *fn.params[at:])
    result = E.tuple_(parts.result, parts.tangent) if made.returns else E.NONE
    end = () if E.is_const(result, None) else (S.Return(result),)
    return S.Function(made.name, params, (*parts.body, *end) or (S.Pass(),), None, fn.loc)


def returns_value(body: S.Block) -> bool:
    """Does a function return anything but None?"""
    return any(isinstance(s, S.Return) and not E.is_const(s.value, None) for s in S.walk_stmts(body))


def _made_from(fn: Expr) -> frozenset[str]:
    """The variables that a function depends on; one that is looked up by the class of an object, or is
    that class, or made for a number of arguments, captures nothing."""
    if E.callee(fn) in lib.LOOK_UPS or E.callee(fn) is type:
        return E.NO_NAMES
    return fn.names if fn.head == "var" else frozenset().union(*map(_made_from, fn.args))
