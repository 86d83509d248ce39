"""Where derivative rules are declared and found.

A rule is a small function that is never called: its source is the template that the compiler instantiates. Kinds,
from the shortest to the most general:

`partials`
    Elementwise functions: return one partial derivative for each input.
`linear`
    Functions linear in one argument: the tangent is the function itself; the rule returns the transpose.
`bilinear`
    Functions linear in each of several arguments: gives the tangent, beside an `adjoint`.
`adjoint`, `tangent`
    Everything else, in Tangent's notation: ``d[a] = d[y] * ...``.
`macro_adjoint`, `macro_tangent`
    Rules computed from the call's constants (``np.einsum``): functions on core expressions that *are* called.
`expansion`
    Functions that are short for others: the body says what they stand for, and takes the place of the call.
`nondifferentiable`
    Derivative zero: the call just runs.
`unsupported`
    No rule, and why.

The first parameter of a rule is the result, the others are the function's parameters under the names that NumPy
gives them, so that calls by keyword bind; parameters that a rule does not list, or annotates with ``None``, are
refused when they are passed, and so are calls for which a rule comes to a ``raise``. A partial derivative that is
None, or ``d[x] = None``, refuses calls in which that argument varies, for the reason that the docstring of the rule
gives. Rules never mention broadcasting, accumulation or complex conjugation: the differentiator sees to those.
"""
from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import threading
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, TypeVar

import numpy as np

from s2sgrad.ir.node import dataclass
from s2sgrad.ir.remember import remembering

F = TypeVar("F", bound=Callable[..., Any])


class _Adjoint:
    """``d[x]`` in a rule: the adjoint (in `adjoint`) or the tangent (in `tangent`) of ``x``."""

    def __getitem__(self, key: Any) -> Any:
        raise TypeError("d[...] has a meaning only inside a derivative rule")

    def __setitem__(self, key: Any, value: Any) -> None:
        self[key]


d = _Adjoint()


def rank(x: Any) -> int | None:
    """In a rule: how many axes a parameter or the result has, where the compiler can prove it, else None.

    Conditions on it are decided while the derivative is made, so ``if rank(a) == 2`` selects the plain formula, and
    the branch for what is not known calls a run-time helper.
    """
    raise TypeError("rank(...) has a meaning only inside a derivative rule")


def known(x: Any) -> bool:
    """In a rule: is a parameter a constant of the program, such as the 3 in ``x ** 3``?"""
    raise TypeError("known(...) has a meaning only inside a derivative rule")


def is_real(x: Any) -> bool:
    """In a rule: is a parameter certainly real?"""
    raise TypeError("is_real(...) has a meaning only inside a derivative rule")


def is_complex(x: Any) -> bool:
    """In a rule: is a parameter certainly complex?"""
    raise TypeError("is_complex(...) has a meaning only inside a derivative rule")


def absent(b: Any) -> bool:
    """In a rule: is the adjoint of one of several results zero because nothing uses that result?"""
    raise TypeError("absent(...) has a meaning only inside a derivative rule")


class Refused(Exception):
    """There is a rule, but not for a call like this one; the message says what is in the way."""


@dataclass(eq=False)
class Rule:
    """All that is known about one primitive. Rules are filled in while modules load and only read afterwards."""

    names: list[str] = field(default_factory=list)
    partials: Callable[..., Any] | None = None
    linear: Callable[..., Any] | None = None
    linear_in: str | None = None
    bilinear_in: tuple[str, ...] = ()
    adjoint: Callable[..., Any] | None = None
    tangent: Callable[..., Any] | None = None
    macro_adjoint: Callable[..., Any] | None = None
    macro_tangent: Callable[..., Any] | None = None
    expansion: Callable[..., Any] | None = None
    with_captured: Callable[..., Any] | None = None
    functions: tuple[str, ...] = ()
    zero: bool = False
    reason: str | None = None
    view: tuple[str, ...] = ()
    type: Callable[..., Any] | None = None
    scalar: bool = False
    multilinear: bool = False
    new: bool = False
    declared_by: Callable[..., Any] | None = None
    skip: int = 1

    @property
    def differentiable(self) -> bool:
        return any((self.partials, self.linear, self.adjoint, self.tangent, self.macro_adjoint, self.expansion))

    @property
    def of_user(self) -> bool:
        """Was it declared outside of this library?"""
        return self.declared_by is not None and not str(getattr(self.declared_by, "__module__", "")).startswith("s2sgrad.")

    @property
    def elementwise(self) -> bool:
        return self.partials is not None

    @property
    def is_product(self) -> bool:
        """Is it linear in each of several arguments, so that the adjoint of one is complex where another is?"""
        return bool(self.bilinear_in) or self.multilinear

    def bound(self, positional: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
        """What `Signature.bind` gives, where no parameter takes several arguments and nothing is wrong; empty otherwise."""
        out: dict[str, Any] = {}
        given = len(positional)
        named = 0
        for n, (name, default, by_place, by_name) in enumerate(self._parameters):
            if n < given:
                if not by_place or name in keywords:
                    return {}
                out[name] = positional[n]
            elif by_name and name in keywords:
                out[name] = keywords[name]
                named += 1
            elif default is inspect.Parameter.empty:
                return {}
            else:
                out[name] = default
        return out if named == len(keywords) and given <= len(out) else {}

    @functools.cached_property
    def _parameters(self) -> tuple[tuple[str, Any, bool, bool], ...]:
        """The parameters with their defaults, and whether they may be given by place, and by name; none if one takes several."""
        parameters = () if self.signature is None else tuple(self.signature.parameters.values())
        if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
            return ()
        return tuple((p.name, p.default, p.kind is not p.KEYWORD_ONLY, p.kind is not p.POSITIONAL_ONLY) for p in parameters)

    @functools.cached_property
    def signature(self) -> inspect.Signature | None:
        """The parameters that calls bind to: those of the declaring function after the result."""
        if self.declared_by is None:
            return None
        try:
            inspect.signature(self.declared_by)
        except (TypeError, ValueError):  # written in C, without a signature
            if isinstance(self.declared_by, np.ufunc):
                return _ufunc_signature(self.declared_by.nin)
            return inspect.Signature([inspect.Parameter("argument", inspect.Parameter.POSITIONAL_ONLY, default=None),
                                      inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL),
                                      inspect.Parameter("options", inspect.Parameter.VAR_KEYWORD)])
        return inspect.Signature(list(inspect.signature(self.declared_by).parameters.values())[self.skip:])

    @property
    def first(self) -> str:
        """The parameter that a linear rule is linear in."""
        assert self.signature is not None
        return self.linear_in or next(iter(self.signature.parameters))


def _ufunc_signature(count: int) -> inspect.Signature:
    """The parameters of a ufunc; NumPy 1 does not tell."""
    inputs = [inspect.Parameter("x" if count == 1 else f"x{n + 1}", inspect.Parameter.POSITIONAL_ONLY)
              for n in range(count)]
    options = {"out": None, "where": True, "casting": "same_kind", "order": "K", "dtype": None, "subok": True}
    return inspect.Signature(inputs + [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
                                       for name, default in options.items()])


_RULES: dict[Any, Rule] = {}
_LOADERS: dict[str, Callable[[], None]] = {}


def _key(fn: Any) -> Any:
    try:
        hash(fn)
    except TypeError:
        return id(fn)
    return fn


#: The functions whose families are loaded: those with rules, and a number of those without.
_met: set[Any] = set()
_LIMIT = 8192


def rule_for(fn: Any) -> Rule | None:
    """The rule of a function, loading the family that it belongs to first."""
    try:
        key, met = fn, fn in _met
    except TypeError:  # it cannot be looked up in a table
        key, met = _key(fn), False
    if not met:
        from s2sgrad.rules import families
        families.load_for(fn)
        if key in _RULES or type(fn) is types.FunctionType and not fn.__closure__ and len(_met) < _LIMIT:
            _met.add(key)
    if _collecting.asked is not None:
        _collecting.asked.add(key)
    return _RULES.get(key)


# ---- rules that users declare ---------------------------------------------------------------------------------------

#: What a rule of one kind says, and so what a user's rule of another kind puts aside.
_KINDS = ("partials", "linear", "linear_in", "bilinear_in", "expansion", "adjoint", "tangent", "macro_adjoint",
          "macro_tangent", "zero", "reason")


class _Collecting(threading.local):
    #: The functions whose rules were asked for.
    asked: set[Any] | None = None


_collecting = _Collecting()
_changes: dict[Any, int] = {}


@contextlib.contextmanager
def asked_rules() -> Iterator[set[Any]]:
    """Collect the functions whose rules are asked for in a ``with`` block; those of inner blocks count as well."""
    outer = _collecting.asked
    inner: set[Any] = set()
    _collecting.asked = inner
    try:
        with remembering():  # what is remembered was asked for in this block
            yield inner
    finally:
        if outer is not None:
            outer |= inner
        _collecting.asked = outer


def version() -> int:
    """Goes up with every rule that a user declares."""
    return len(_changes) and max(_changes.values())


def changed(fn: Any) -> int:
    """The `version` at which a user last declared a rule for a function; 0 where none has."""
    return _changes.get(_key(fn), 0)


def unchanged_since(earlier: int, asked: Iterable[Any]) -> bool:
    """Has no user declared a rule for any of some functions since `version` was `earlier`?"""
    return version() == earlier or all(_changes.get(key, 0) <= earlier for key in asked)


def _put_aside(fn: Any, rule: Rule, facts: Mapping[str, Any]) -> None:
    """A rule that a user declares wins over what the library says about the same function.

    Another reverse-mode rule ends what was known of both modes; a `tangent` leaves the reverse-mode rule as it is.
    """
    declared = {k for k in facts if k in _KINDS and facts[k] is not None}
    _changes[_key(fn)] = version() + 1
    if not declared:
        return
    kept = {"tangent"} if "adjoint" in declared else set()
    if declared <= {"tangent"}:
        kept = set(_KINDS) - {"tangent", "macro_tangent", "bilinear_in", "zero", "reason"}
    blank = Rule()
    for kind in _KINDS:
        if kind not in kept:
            setattr(rule, kind, getattr(blank, kind))
    rule.__dict__.pop("signature", None)
    if declared != {"tangent"} or not rule.differentiable:
        rule.declared_by, rule.type, rule.view, rule.scalar, rule.new = None, None, (), False, False


def all_rules() -> Mapping[Any, Rule]:
    return _RULES


def _declare(fns: tuple[Any, ...], by: Callable[..., Any] | None = None, skip: int = 1, **facts: Any) -> None:
    by_user = not str(sys._getframe(2).f_globals.get("__name__")).startswith("s2sgrad.rules.")
    for fn in fns:
        if by_user:
            rule_for(fn)  # the library's rule comes first, whenever it is loaded
        rule = _RULES.setdefault(_key(fn), Rule())
        if by_user:
            _put_aside(fn, rule, facts)
        name: str = getattr(fn, "__qualname__", None) or getattr(fn, "__name__", repr(fn))
        if name not in rule.names:
            rule.names.append(name)
        for key, value in facts.items():
            if value is not None:
                setattr(rule, key, value)
        if by is not None and (rule.declared_by is None or "tangent" not in facts):
            rule.declared_by, rule.skip = by, skip


def partials(*fns: Any, scalar: bool = False, type: Callable[..., Any] | None = None) -> Callable[[F], F]:
    """The rule of elementwise functions: ``return`` the partial derivative by each input, or a tuple of them.

    `scalar` says that the functions take and give numbers only (those of `math`).

    >>> @partials(np.tanh)
    ... def tanh(y, x):
    ...     return 1.0 - y * y
    """
    def register(fn: F) -> F:
        _declare(fns, fn, partials=fn, scalar=scalar or None, type=type)
        return fn
    return register


def linear(*fns: Any, transpose: Any = None, wrt: str | None = None, view: bool = False,
           type: Callable[..., Any] | None = None) -> Any:
    """The rule of functions that are linear in one argument (`wrt`, by default the first).

    The decorated function takes the adjoint of the result and the parameters, and returns the transpose applied to
    the adjoint; of the argument itself it may ask the shape only. ``linear(np.flip, transpose=np.flip)`` is short
    for a transpose that takes the same further arguments.
    """
    views = (wrt or "",) if view else None
    if transpose is not None:
        _declare(fns, fns[0], skip=0, linear=transpose, linear_in=wrt, view=views, type=type)
        return None

    def register(fn: F) -> F:
        _declare(fns, fn, linear=fn, linear_in=wrt, view=views, type=type)
        return fn
    return register


def bilinear(*fns: Any, wrt: tuple[str, str]) -> None:
    """The tangent of functions that are linear in each of two arguments; their `adjoint` is declared beside it."""
    _declare(fns, bilinear_in=wrt)


def adjoint(*fns: Any, view: tuple[str, ...] = (), type: Callable[..., Any] | None = None,
            new: bool = False) -> Callable[[F], F]:
    """The reverse-mode rule of functions: statements that assign ``d[x]`` for each input that has a derivative.

    `view` names the arguments that the result may share memory with; `new` says that neither the result nor its tangent
    shares any, whatever options say, for calls that only the run shows to be what they are.
    """
    def register(fn: F) -> F:
        _declare(fns, fn, adjoint=fn, view=view or None, type=type, new=new or None)
        return fn
    return register


def tangent(*fns: Any, type: Callable[..., Any] | None = None) -> Callable[[F], F]:
    """The forward-mode rule of functions: statements that assign ``d[y]`` from the ``d[x]`` of the inputs."""
    def register(fn: F) -> F:
        _declare(fns, fn, tangent=fn, type=type)
        return fn
    return register


def macro_adjoint(*fns: Any, signature: Callable[..., Any], type: Callable[..., Any] | None = None,
                  multilinear: bool = False) -> Callable[[F], F]:
    """A reverse-mode rule that computes its expressions: ``fn(found, result, seed, type_of)`` yields pairs of an operand
    and what is added to its adjoint. `signature` is a function with the parameters that calls bind to; `multilinear`
    says that the functions are linear in each operand."""
    def register(fn: F) -> F:
        _declare(fns, signature, skip=0, macro_adjoint=fn, type=type, multilinear=multilinear or None)
        return fn
    return register


def macro_tangent(*fns: Any) -> Callable[[F], F]:
    """A forward-mode rule that computes its expression: ``fn(found, result, tangent, type_of) -> Expr``.

    `found` is the `Application`, `result` stands for the value of the call, ``tangent(operand)`` is the expression of
    an operand's tangent, in the operand's shape, or None where the operand does not vary, and ``type_of(e)`` tells what is
    known of the value of an expression.
    """
    def register(fn: F) -> F:
        _declare(fns, macro_tangent=fn)
        return fn
    return register


def expansion(*fns: Any, new: bool = False) -> Callable[[F], F]:
    """State what functions are short for: statements and a ``return``, in functions that have rules.

    A call with differentiated arguments is replaced by them, with conditions that its constants decide left out. `new`
    says that the result never shares memory with an argument, for calls that only the run shows to be what they are.

    >>> @expansion(np.nansum)
    ... def nansum(a, axis=None):
    ...     return np.sum(np.where(np.isnan(a), 0.0, a), axis=axis)
    """
    def register(fn: F) -> F:
        _declare(fns, fn, skip=0, expansion=fn, new=new or None)
        return fn
    return register


_MADE: dict[Any, type] = {}


def makes_object(cls: type, *fns: Any) -> None:
    """Say that calls of a class and of other functions give an object of that class, whose methods have rules."""
    _MADE.update({_key(fn): cls for fn in (cls, *fns)})


def object_made(fn: Any) -> type | None:
    """The class of the object that a call of `fn` gives, where its methods have rules."""
    from s2sgrad.rules import families
    families.load_for(fn)
    return _MADE.get(_key(fn))


_WITH_DATA: dict[Any, Callable[..., Any]] = {}


def linear_in_data(*makers: Any, called: Callable[..., Any]) -> None:
    """Say that what `makers` make of points and values is linear in the values.

    ``called(maker, points, values, options, *arguments)`` makes the object and calls it; it has a rule, by which the
    values are differentiated.
    """
    _WITH_DATA.update({_key(maker): called for maker in makers})


def called_with_data(maker: Any) -> Callable[..., Any] | None:
    """The function that makes an object of data and calls it, for objects that are linear in their data."""
    return _WITH_DATA.get(_key(maker)) if object_made(maker) is not None else None


def takes_function(fn: Any, with_captured: Callable[..., Any], *functions: str) -> None:
    """Say that the first argument of a primitive is a function that it calls.

    ``with_captured(function, captured, ...)`` is the primitive for a function that takes a tuple of values before its
    own arguments; it has rules of its own, by which what a nested function captures is differentiated. A primitive that calls
    several of its arguments, the `functions`, gets what each captures by the name ``func_held``, and all by name.
    """
    _declare((fn,), with_captured=with_captured, functions=functions)
    _PLAIN[with_captured] = fn


_PLAIN: dict[Any, Any] = {}


def without_captured(fn: Any) -> Any:
    """The function of the library behind one that takes captured values; `fn` itself where it is none."""
    return _PLAIN.get(_key(fn), fn)


def nondifferentiable(*fns: Any, type: Callable[..., Any] | None = None, view: tuple[str, ...] = ()) -> Any:
    """Declare functions whose derivative is zero (or has no meaning): calls to them just run.

    Usable as a decorator of a single function, which it returns. Where the type of the result depends on the
    arguments, `type` gives the rule; its operands are bound by the signature of the function, if it has one. `view`
    names the arguments that the result may share memory with.
    """
    _declare(fns, zero=True, type=type, view=view or None)
    for fn in fns:
        rule = _RULES[_key(fn)]
        if (type is not None or view) and rule.declared_by is None:
            rule.declared_by, rule.skip = fn, 0
    return fns[0] if fns else None


def unsupported(fn: Any, reason: str) -> None:
    """Say why a function has no derivative; the reason is part of the error that a call of it raises."""
    _declare((fn,), reason=reason)


def derived_type(*fns: Any) -> Callable[[F], F]:
    """State the type of the result of functions from the types of their arguments."""
    def register(fn: F) -> F:
        _declare(fns, type=fn)
        return fn
    return register
