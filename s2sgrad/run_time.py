"""Calls that generated code resolves when it runs: what `runtime.pullback` and `runtime.pushforward` promise."""
from __future__ import annotations

import collections
import dataclasses
import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.api import Cached, cached, derivative
from s2sgrad.arity import is_open, of_sequence, opened
from s2sgrad.errors import DerivativeError, UnsupportedSyntaxError
from s2sgrad.frontend.resolve import is_of_library
from s2sgrad.lower.effects import effects_of
from s2sgrad.pullbacks import Pull, PullbackOf, PullbackOfPull, PullbackOfPullback, PullbackOfPushforward
from s2sgrad.pushforwards import OfPull, OfPullback, PushforwardOf, Source
from s2sgrad.rules import registry
from s2sgrad.rules.registry import rule_for
from s2sgrad.runtime.bound import Bound
from s2sgrad.runtime.fields import attributes_of
from s2sgrad.runtime.objects import written_method
from s2sgrad.targets import Target, target_of, wrt_names

Pushforward = Callable[..., tuple[Any, Any]]
_CONTAINERS = (dict, list, tuple, collections.deque)


def pullback(fn: Any, wrt: tuple[Any, ...], owner: Any = False, written: Any = None) -> PullbackOf:
    """The pullback of what generated code calls, by the positions and names of its active arguments.

    `owner` is the object of which `fn` is an attribute, True where `fn` itself is the object, False where none varies.
    `written` is `fn` with its parameters written out for a call, if they depend on that.
    """
    key = _call_key(fn, wrt, owner) if written is None else None
    known = None if key is None else _known.get(key)
    if key is not None and known is not None and known.valid() and registry.changed(key[0]) <= known.version:
        forward, backward = known.made.functions[-2:]
        first = (fn.__self__,) if type(fn) is types.MethodType else () if owner is False else (fn,)
        return PullbackOf(Target(known.made.request.function, first), forward, backward, known.made.restores, checked=False,
                          function=fn)
    if isinstance(fn, PullbackOf):
        return _pullback_of_pullback(fn, wrt, owner)
    if isinstance(fn, PushforwardOf):
        return _pullback_of_pushforward(fn, wrt, owner is not False)
    if isinstance(fn, Pull):
        return _pullback_of_pull(fn, wrt, owner is not False)
    if written is None and is_open(fn, wrt):
        return _opened(fn, functools.partial(pullback, wrt=wrt, owner=owner))
    target = _first_made(target_of(fn if written is None else written))
    _check_effects(target)
    names = _parameters(target, wrt)
    owned = owner is not False and bool(target.first)
    attribute = _attribute(fn, owner) if owned else None
    if owned:
        names = (_first_parameter(target.function), *names)
    if not names:  # one of several functions, and it holds nothing that varies
        return PullbackOf(target, lambda *args, **options: (target.function(*args, **options), None), _nothing,
                          restores=False, checked=False, function=fn)
    found = cached(Target(target.function) if owned else target, names, motion="split", seed="like")
    if key is not None and (target.function is key[0] or not isinstance(key[0], types.FunctionType)):
        _make_room(_known)
        _known[key] = found
    made = found.made
    forward, backward = made.functions[-2:]
    stranger = owner is not False and not owned
    held = attribute is not None or stranger and owner is not True and attributes_of(owner) is not None
    return PullbackOf(target, forward, backward, made.restores, checked=False, stranger=stranger,
                      within=(type(owner), attribute) if held else None, function=fn)


def _opened(fn: Any, derive: Callable[..., Any], seeds: int = 0) -> Any:
    """What `derive` makes of a function with its parameters written out for each call, or of the derivative made for that."""
    return opened(fn, derive if hasattr(fn, "of_call") else lambda written: derive(fn, written=written), seeds)


def _nothing(saved: Any, by: Any) -> float:
    """The backward function of what holds nothing that varies."""
    return 0.0


_CallKey = tuple[Callable[..., Any], tuple[Any, ...], bool]
#: The derivatives of functions and methods that were called before, which are not looked for again.
_known: dict[_CallKey, Cached] = {}
_made: dict[int, types.FunctionType] = {}
_LIMIT = 512


def _make_room(table: dict[Any, Any]) -> None:
    while len(table) >= _LIMIT:
        del table[next(iter(table))]


def _call_key(fn: Any, wrt: tuple[Any, ...], owner: Any) -> _CallKey | None:
    """By what a call of a function, or of a method of an object, is known if it was met before."""
    f = fn
    if type(fn) is types.MethodType:
        if owner is not False and owner is not fn.__self__:
            return None
        f = fn.__func__
    elif owner is True:
        f = type(fn).__call__
    elif owner is not False:
        return None
    elif type(fn) is np.ufunc or type(fn) is types.BuiltinFunctionType and isinstance(fn.__self__, types.ModuleType):
        return fn, wrt, False
    if type(f) is not types.FunctionType or f.__dict__:
        return None
    return _twin(f) or f, wrt, owner is not False


def _twin(f: types.FunctionType) -> types.FunctionType | None:
    """The first of the functions that a ``lambda`` or ``def`` without captured variables has made."""
    first = _made.get(id(f.__code__))
    same = first is not None and _is_bare(f) and first.__code__ is f.__code__ and first.__globals__ is f.__globals__
    return first if same else None


def _is_bare(f: types.FunctionType) -> bool:
    """Does a function hold nothing but its code?"""
    return not (f.__closure__ or f.__defaults__ or f.__kwdefaults__ or f.__dict__)


def _first_made(target: Target) -> Target:
    """The first of the functions that a ``lambda`` or ``def`` has made, where they all do the same.

    A function that makes functions whenever it runs, a table of lambdas say, has derivatives made once.
    """
    f = target.function
    if not isinstance(f, types.FunctionType) or not _is_bare(f) or "<locals>" not in f.__qualname__ or rule_for(f) is not None:
        return target
    first = _twin(f)
    if first is not None:
        return dataclasses.replace(target, function=first)
    _make_room(_made)
    _made[id(f.__code__)] = f
    return target


def _pullback_of_pullback(fn: PullbackOf, wrt: tuple[Any, ...], owner: Any) -> PullbackOf:
    if isinstance(fn, PullbackOfPushforward):
        _refuse_third()
    names = _parameters(fn.target, wrt)
    owned = owner is not False and bool(fn.target.first)
    attribute = _attribute(fn.function, owner) if owned else None
    if owned:
        names = (_first_parameter(fn.target.function), *names)
    inner: Any = fn.forward
    if not names:
        nothing = PullbackOfPullback(fn.target, lambda *args, **options: (inner(*args, **options), None), _nothing,
                                     restores=False, checked=False, function=fn.function)
        nothing.inner = fn
        return nothing
    made = derivative(Target(inner), names, motion="split", seed="like")
    forward, backward = made.functions[-2:]
    stranger = owner is not False and not owned
    held = attribute is not None or stranger and owner is not True and attributes_of(owner) is not None
    of = PullbackOfPullback(fn.target, forward, backward, made.restores, checked=False, stranger=stranger,
                            within=(type(owner), attribute) if held else None, function=fn.function)
    of.inner = fn
    return of


def _pullback_of_pushforward(fn: PushforwardOf, wrt: tuple[Any, ...], by_owner: bool) -> PullbackOf:
    names = (*(fn.owner_names() if by_owner else ()), *(n for w in wrt for n in fn.names(w)))
    if not names:
        raise DerivativeError("a function that holds nothing that varies is called by a tangent, and the derivative of that in "
                              "reverse mode cannot be differentiated; use forward mode for both")
    made = derivative(Target(fn.function), names, motion="split", seed="like")
    forward, backward = made.functions[-2:]
    of = PullbackOfPushforward(fn.target, forward, backward, made.restores, checked=False, function=fn)
    of.inner, of.wrt, of.by_owner = fn, wrt, by_owner
    return of


def _pullback_of_pull(pull: Pull, wrt: tuple[Any, ...], owner: bool) -> PullbackOf:
    function: Any = pull.of.backward
    saved, seed = function.__code__.co_varnames[:2]
    names = (*((saved,) if owner else ()), *((seed,) if wrt else ()))
    made = derivative(Target(function), names, motion="split", seed="like")
    forward, backward = made.functions[-2:]
    held = runtime.unshared(pull.saved, True)
    of = PullbackOfPull(Target(function, (held,)), forward, backward, made.restores, checked=False)
    of.inner = pull.of
    return of


def _attribute(fn: Any, owner: Any) -> str | None:
    """The attribute of its owner that a callable object is; None for methods, and where it has no other owner."""
    if owner is True or isinstance(fn, (types.MethodType, types.BuiltinMethodType)) and (
            fn.__self__ is owner or isinstance(fn.__self__, type)):
        return None
    found = [name for name, held in (attributes_of(owner) or {}).items() if held is fn]
    if not found or isinstance(fn, types.MethodType):
        raise UnsupportedSyntaxError(
            f"{fn!r}, which is known only at run time, is a function of another object than the {type(owner).__name__} that "
            "it was taken from\n  = help: keep the object and call its method")
    return found[0]


def pushforward(fn: Any, wrt: tuple[Any, ...], owner: Any = False, own: bool = False, written: Any = None) -> Pushforward:
    """The pushforward of what generated code calls; the derivatives of pullbacks are found in their two parts."""
    if isinstance(fn, types.BuiltinMethodType) and isinstance(fn.__self__, _CONTAINERS):
        return runtime.container_pushforward(fn, wrt, owner is not False)
    if isinstance(fn, PushforwardOf):
        return PushforwardOf(fn, wrt, owner is not False, _tangent)
    if isinstance(fn, Pull):
        return PushforwardOf(OfPull(fn), wrt, owner is not False, _tangent)
    if isinstance(fn, PullbackOfPushforward):
        _refuse_third()
    if written is None and not isinstance(fn, PullbackOf) and is_open(fn, wrt):
        made: Pushforward = _opened(fn, functools.partial(pushforward, wrt=wrt, owner=owner, own=own), 1)
        return made
    of = fn if isinstance(fn, PullbackOf) else None
    target = _first_made(target_of(fn if written is None else written)) if of is None else of.target
    owned = owner is not False and bool(target.first)
    attribute = _attribute(fn if of is None else of.function, owner) if owned else None
    if of is not None:
        return PushforwardOf(OfPullback(of, owned, attribute), wrt, owner is not False, _tangent)
    _check_effects(target, changeable=own and not isinstance(fn, Bound))  # of what is bound, the caller has tangents of its own
    return PushforwardOf(Source(target, target.function, owned, attribute), wrt, owner is not False, _tangent)


def _refuse_third() -> None:
    raise UnsupportedSyntaxError("third derivatives of functions that are known only at run time cannot be taken in this "
                                 "order of modes\n  = help: use one mode throughout, or call the functions by name")


def _tangent(function: Any, names: tuple[str, ...]) -> Callable[..., Any]:
    """The tangent subroutine of a function."""
    if not names:  # one of several functions, and it holds nothing that varies
        def at_rest(*args: Any, **options: Any) -> tuple[Any, Any]:
            y = function(*args, **options)
            return y, runtime.zeros_like(y)
        return at_rest
    return derivative(Target(function), names, mode="forward", motion="split", seed="like").functions[-1]


def _check_effects(target: Target, changeable: bool = False) -> None:
    """Raise for functions that change their arguments, or their object where that is not `changeable`.

    The caller's adjoints would not know, and what belongs to the caller's caller would be changed.
    """
    if effects_of(target.function).written - ({0} if changeable and target.first else set()):
        code = target.function.__code__
        raise UnsupportedSyntaxError(
            f"{target.function.__qualname__} ({code.co_filename}:{code.co_firstlineno}), which is known only at run "
            "time, changes its arguments or its object\n  = help: import its class in the module of the function that calls "
            "it, construct the object in the function, or return the new state instead")


def require_unchanging(fn: Any) -> None:
    """Raise `TypeError` for a function or method, or an object that is called, which changes its arguments or the method's
    object."""
    function = fn if isinstance(fn, types.FunctionType) else getattr(fn, "__func__", None) or written_method(type(fn), "__call__")
    own = {0} if not isinstance(fn, (types.FunctionType, types.MethodType)) else set()
    if isinstance(function, types.FunctionType) and not is_of_library(function.__module__ or "") \
            and effects_of(function).written - own:
        raise TypeError(f"{function.__qualname__}, which is known only at run time, changes its arguments or its object, and was "
                        "taken for one that does not when the derivative was made; call it by its name, import its class where "
                        "the function is, or let it return the new state")


def _parameters(target: Target, wrt: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(w if isinstance(w, str) else wrt_names(target, w)[0] for w in wrt)


def _first_parameter(function: types.FunctionType) -> str:
    return function.__code__.co_varnames[0]


runtime.register_hook("of_sequence", of_sequence)
runtime.register_hook("pullback", pullback)
runtime.register_hook("require_unchanging", require_unchanging)
runtime.register_hook("pushforward", pushforward)
