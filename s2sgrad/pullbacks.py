"""What `pullback` returns: a pair of generated functions, run in two steps.

The pullback of a pullback is one of the forward function, and that of what it gave, the pull, one of the backward function.
The adjoint of a pull is that of what it saved.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.runtime.fields import Fields
from s2sgrad.targets import Target


class PullbackOf:
    """``value, pull = PullbackOf(...)(*args)``: runs the forward function and keeps what it saved.

    `restores`: the backward function changes what it is given. `checked`: seeds are held against the value.
    `stranger`: an adjoint is expected for the object that the function was taken from, which it does not know;
    `within`: the class of that object, and the attribute that holds the function, whose adjoint it knows if it has one.
    """

    def __init__(self, target: Target, forward: Callable[..., Any], backward: Callable[..., Any], restores: bool,
                 checked: bool, stranger: bool = False, within: tuple[type, str | None] | None = None,
                 function: Any = None) -> None:
        self.stranger = stranger
        self.within = within
        self.function = function
        self.target = target
        self.forward = forward
        self.backward = backward
        self.restores = restores
        self.checked = checked

    def __call__(self, *args: Any, **options: Any) -> tuple[Any, Pull]:
        positional, named = self.flat(args, options)
        value, saved = self.forward(*positional, **named)
        if self.checked and not isinstance(value, _NUMBERS) and _may_share(value, saved):
            return _copied(value), Pull(self, saved, value)
        return self.shown(value), Pull(self, saved, value)

    def flat(self, args: tuple[Any, ...], options: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of the forward function in a call."""
        return (*self.target.first, *args), {**dict(self.target.named), **options}

    def shown(self, value: Any) -> Any:
        """What a caller gets for a result of the forward function; its tangent likewise."""
        return value

    def shown_tangent(self, moved: Any) -> Any:
        return moved

    def seed_of(self, seed: Any, value: Any) -> Any:
        """The adjoint of a result of the forward function from that of what a caller got for it."""
        return runtime.check_seed(seed, value) if self.checked else seed

    def gradients(self, result: Any) -> Any:
        """What a caller gets for the gradients that the backward function returns."""
        return of_owner(result, self)


_NUMBERS = (float, int, complex, np.generic)


def _may_share(value: Any, saved: Any) -> bool:
    """May a result share memory with what the backward function needs? Then the caller gets a copy, and may change it."""
    for kept in saved if isinstance(saved, tuple) else (saved,):
        if isinstance(kept, np.ndarray) and isinstance(value, np.ndarray):
            if np.may_share_memory(kept, value):
                return True
        elif kept is not None and not isinstance(kept, (*_NUMBERS, str)):
            return True
    return False


def _copied(value: Any) -> Any:
    """A copy of arrays, and of containers of them."""
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(map(_copied, value))
    return {k: _copied(v) for k, v in value.items()} if type(value) is dict else value


class PullbackOfPullback(PullbackOf):
    """That of `inner`: the forward function gives what `inner` computed and what it saved."""

    inner: PullbackOf

    def shown(self, value: Any) -> Any:
        return self.inner.shown(value[0]), Pull(self.inner, value[1], value[0])

    def shown_tangent(self, moved: Any) -> Any:
        return self.inner.shown_tangent(moved[0]), moved[1]

    def seed_of(self, seed: Any, value: Any) -> Any:
        first = self.inner.seed_of(seed[0], value[0])
        return _structured(first, value[0]), _structured(seed[1], value[1])


class PullbackOfPull(PullbackOf):
    """That of a pull of `inner`: the function gives gradients, from what was saved and a seed."""

    inner: PullbackOf

    def shown(self, value: Any) -> Any:
        return of_owner(value, self.inner)

    def shown_tangent(self, moved: Any) -> Any:
        return of_owner(moved, self.inner)

    def seed_of(self, seed: Any, value: Any) -> Any:
        return _structured(without_owner(seed, value, self.inner), value)


class PullbackOfPushforward(PullbackOf):
    """That of a pushforward, by its tangents and by the arguments of the function: the function gives result and tangent."""

    inner: Any
    wrt: tuple[Any, ...]
    by_owner: bool

    def flat(self, args: tuple[Any, ...], options: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        found: tuple[tuple[Any, ...], dict[str, Any]] = self.inner.flat(args, options)
        return found

    def shown(self, value: Any) -> Any:
        return self.inner.shown(value)

    def seed_of(self, seed: Any, value: Any) -> Any:
        return tuple(_structured(b, v) for b, v in zip(seed, value))

    def gradients(self, result: Any) -> Any:
        out = gathered_all(self.inner, self.wrt, self.by_owner, result if isinstance(result, tuple) else (result,))
        return out[0] if len(out) == 1 else out


def gathered_all(inner: Any, wrt: Sequence[Any], by_owner: bool, parts: Sequence[Any]) -> tuple[Any, ...]:
    """The parts that a function gives for several arguments of `inner`, put together: for its object first, if `by_owner`."""
    rest, out = list(parts), []
    if by_owner:
        count = len(inner.owner_names())
        out.append(inner.gathered_owner(rest[:count]))
        del rest[:count]
    for w in wrt:
        count = len(inner.names(w))
        out.append(inner.gathered(w, rest[:count]))
        del rest[:count]
    return tuple(out)


def _structured(b: Any, x: Any) -> Any:
    """An adjoint, which may be plain zero, in the structure of `x`."""
    return runtime.zeros_like(x) if isinstance(b, (float, int)) and not b else b


class Pull:
    """``pull(seed)``: the vector-Jacobian product at the arguments that the pullback was called with."""

    def __init__(self, of: PullbackOf, saved: Any, value: Any) -> None:
        self.of = of
        self.saved = saved
        self.value = value

    def __call__(self, seed: Any) -> Any:
        seed = self.of.seed_of(seed, self.value)
        result = self.of.backward(runtime.unshared(self.saved, self.of.restores), seed)
        return self.of.gradients(result)

    def __with_saved__(self, copy: Callable[[Any], Any]) -> Pull:
        """The same of a copy of what it saved."""
        return Pull(self.of, copy(self.saved), self.value)

    def __zero_tangent__(self, zero: Callable[[Any], Any]) -> Any:
        """The tangent of a pull is that of what it saved."""
        return zero(self.saved)

    def __zero_adjoint__(self) -> Any:
        return runtime.zeros_like(self.saved)


def of_owner(result: Any, of: PullbackOf) -> Any:
    """Gradients, that of the object which a function was taken from first."""
    if of.stranger:
        zero = 0.0 if of.within is None else Fields(of.within[0])
        return (zero, *result) if isinstance(result, tuple) else (zero, result)
    if of.within is None:
        return result
    cls, name = of.within
    assert name is not None
    if isinstance(result, tuple):
        return (Fields(cls, {name: result[0]}), *result[1:])
    return Fields(cls, {name: result})


def without_owner(b: Any, result: Any, of: PullbackOf) -> Any:
    """The adjoint of gradients from that of what `of_owner` made of them."""
    if of.stranger:
        return tuple(b[1:]) if isinstance(result, tuple) else b[1]
    if of.within is None:
        return b
    name = of.within[1]
    assert name is not None
    if isinstance(result, tuple):
        return (_field(b[0], name), *b[1:])
    return _field(b, name)


def _field(b: Any, name: str) -> Any:
    """The adjoint of an attribute from that of an object, which is an object of its class where a caller gave it."""
    return 0.0 if isinstance(b, (float, int)) else getattr(b, name, 0.0)
