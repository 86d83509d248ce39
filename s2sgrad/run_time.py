"""Calls that generated code resolves when it runs: what `runtime.pullback` and `runtime.pushforward` promise."""
from __future__ import annotations

import collections
import dataclasses
import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

from s2sgrad import runtime
from s2sgrad.api import derivative
from s2sgrad.arity import is_open, of_call, opened
from s2sgrad.differentiate.tangent_calls import required_parameters
from s2sgrad.errors import UnsupportedSyntaxError
from s2sgrad.lower.effects import effects_of
from s2sgrad.pullbacks import Pull, PullbackOf, of_owner
from s2sgrad.rules.registry import rule_for
from s2sgrad.runtime.fields import attributes_of
from s2sgrad.targets import Target, target_of, wrt_names

Pushforward = Callable[..., tuple[Any, Any]]
_CONTAINERS = (dict, list, tuple, collections.deque)


def pullback(fn: Any, wrt: tuple[Any, ...], owner: Any = False) -> PullbackOf:
    """The pullback of what generated code calls, by the positions and names of its active arguments.

    `owner` is the object of which `fn` is an attribute, True where `fn` itself is the object, False where none varies.
    """
    if is_open(fn, wrt):
        return opened(fn, functools.partial(pullback, wrt=wrt, owner=owner))
    target = _first_made(target_of(fn))
    _check_effects(target)
    names = _parameters(target, wrt)
    owned = owner is not False and bool(target.first)
    attribute = _attribute(fn, owner) if owned else None
    if owned:
        names = (_first_parameter(target.function), *names)
    made = derivative(Target(target.function) if owned else target, names, motion="split", seed="like")
    forward, backward = made.functions[-2:]
    stranger = owner is not False and not owned
    held = attribute is not None or stranger and owner is not True and attributes_of(owner) is not None
    return PullbackOf(target, forward, backward, made.restores, checked=False, stranger=stranger,
                      within=(type(owner), attribute) if held else None, function=fn)


_made: dict[int, types.FunctionType] = {}
_LIMIT = 512


def _first_made(target: Target) -> Target:
    """The first of the functions that a ``lambda`` or ``def`` has made, where they all do the same.

    A function that makes functions whenever it runs, a table of lambdas say, has derivatives made once.
    """
    f = target.function
    if not isinstance(f, types.FunctionType) or f.__closure__ or f.__defaults__ or f.__kwdefaults__ or f.__dict__ \
            or "<locals>" not in f.__qualname__ or rule_for(f) is not None:
        return target
    first = _made.get(id(f.__code__))
    if first is not None and first.__code__ is f.__code__ and first.__globals__ is f.__globals__:
        return dataclasses.replace(target, function=first)
    while len(_made) >= _LIMIT:
        del _made[next(iter(_made))]
    _made[id(f.__code__)] = f
    return target


def _attribute(fn: Any, owner: Any) -> str | None:
    """The attribute of its owner that a callable object is; None for methods, and where it has no other owner."""
    if owner is True or isinstance(fn, types.MethodType) and (fn.__self__ is owner or isinstance(fn.__self__, type)):
        return None
    found = [name for name, held in (attributes_of(owner) or {}).items() if held is fn]
    if not found or isinstance(fn, types.MethodType):
        raise UnsupportedSyntaxError(
            f"{fn!r}, which is known only at run time, is a function of another object than the {type(owner).__name__} that "
            "it was taken from\n  = help: keep the object and call its method")
    return found[0]


def pushforward(fn: Any, wrt: tuple[Any, ...], owner: Any = False, own: bool = False) -> Pushforward:
    """The pushforward of what generated code calls; the derivatives of pullbacks are found in their two parts."""
    if isinstance(fn, types.BuiltinMethodType) and isinstance(fn.__self__, _CONTAINERS):
        return runtime.container_pushforward(fn, wrt, owner is not False)
    if is_open(fn, wrt):
        def open_call(tangents: tuple[Any, ...], *args: Any, **options: Any) -> tuple[Any, Any]:
            return pushforward(of_call(fn, len(args), tuple(options)), wrt, owner, own)(tangents, *args, **options)
        return open_call
    if isinstance(fn, PullbackOf):
        return _of_pullback(fn, wrt, owner)
    if isinstance(fn, Pull):
        return _of_pull(fn, wrt, owner is not False)
    target = _first_made(target_of(fn))
    _check_effects(target, changeable=own)
    names = _parameters(target, wrt)
    owned = owner is not False and bool(target.first)
    attribute = _attribute(fn, owner) if owned else None
    if owned:
        names = (_first_parameter(target.function), *names)
    run = _tangent(target, target.function, names)

    def returning(tangents: tuple[Any, ...], *args: Any, **options: Any) -> tuple[Any, Any]:
        out = run(_tangents(tangents, owner, owned, attribute), *args, **options)
        return (None, None) if out is None else out

    return returning


def _tangents(given: tuple[Any, ...], owner: Any, owned: bool, attribute: str | None) -> tuple[Any, ...]:
    """The tangents of what a function depends on, from those of the object it was taken from and of its arguments."""
    if attribute is not None:
        return getattr(given[0], attribute), *given[1:]
    return given[owner is not False and not owned:]


def _of_pullback(fn: PullbackOf, wrt: tuple[Any, ...], owner: Any) -> Pushforward:
    names = _parameters(fn.target, wrt)
    owned = owner is not False and bool(fn.target.first)
    attribute = _attribute(fn.function, owner) if owned else None
    if owned:
        names = (_first_parameter(fn.target.function), *names)
    run = _tangent(fn.target, fn.forward, names)

    def returning(tangents: tuple[Any, ...], *args: Any, **options: Any) -> tuple[Any, Any]:
        (value, saved), (moved, moved_saved) = run(_tangents(tangents, owner, owned, attribute), *args, **options)
        return (value, Pull(fn, saved, value)), (moved, moved_saved)

    return returning


def _of_pull(pull: Pull, wrt: tuple[Any, ...], owner: bool) -> Pushforward:
    backward: Any = pull.of.backward
    made = derivative(Target(backward), backward.__code__.co_varnames[:2], mode="forward", motion="split",
                      seed="like").functions[-1]

    def run(tangents: tuple[Any, ...], seed: Any) -> tuple[Any, Any]:
        if pull.of.checked:
            seed = runtime.check_seed(seed, pull.value)
        moved = tangents[0] if owner else runtime.zero_tangent(pull.saved)
        moved_seed = runtime.check_tangent(tangents[-1], seed) if wrt else runtime.zero_tangent(seed)
        saved, moved = runtime.unshared((pull.saved, moved), True)
        result, moved_result = made(saved, seed, moved, moved_seed)
        return of_owner(result, pull.of), of_owner(moved_result, pull.of)

    return run


def _tangent(target: Target, function: Any, names: tuple[str, ...]) -> Callable[..., Any]:
    """The tangent subroutine of a function that takes what `target` fixes first."""
    made = derivative(Target(function), names, mode="forward", motion="split", seed="like").functions[-1]
    at = len(required_parameters(function))

    def run(tangents: tuple[Any, ...], *args: Any, **options: Any) -> Any:
        given = inspect.signature(function, follow_wrapped=False).bind(
            *target.first, *args, **{**dict(target.named), **options})
        return made(*given.args[:at], *tangents, *given.args[at:], **given.kwargs)

    return run


def _check_effects(target: Target, changeable: bool = False) -> None:
    """Raise for functions that change their arguments, or their object where that is not `changeable`.

    The caller's adjoints would not know, and what belongs to the caller's caller would be changed.
    """
    if effects_of(target.function).written - ({0} if changeable and target.first else set()):
        code = target.function.__code__
        raise UnsupportedSyntaxError(
            f"{target.function.__qualname__} ({code.co_filename}:{code.co_firstlineno}), which is known only at run "
            "time, changes its arguments or its object\n  = help: call it by its name or as a method of an object that "
            "is constructed in the function, or return the new state instead")


def _parameters(target: Target, wrt: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(w if isinstance(w, str) else wrt_names(target, w)[0] for w in wrt)


def _first_parameter(function: types.FunctionType) -> str:
    return function.__code__.co_varnames[0]


runtime.register_hook("pullback", pullback)
runtime.register_hook("pushforward", pushforward)
