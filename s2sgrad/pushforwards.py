"""What `pushforward` returns for generated code: a function of tangents and arguments, which has one in its turn.

A source says how the arguments of a call reach a function with source; a pushforward is the tangent function of that, and
itself a source, whose first argument are the tangents.
"""
from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate.tangent_calls import required_parameters
from s2sgrad.pullbacks import Pull, PullbackOf, gathered_all, of_owner
from s2sgrad.runtime.fields import Fields
from s2sgrad.targets import Target, wrt_names

Arguments = tuple[Any, ...]
_VARIABLE = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


class Source:
    """A function with some arguments fixed; `attribute` is that of the owner in which the owner holds it, if it does."""

    def __init__(self, target: Target, function: Any, owned: bool, attribute: str | None) -> None:
        self.target = target
        self.function = function
        self.owned = owned
        self.attribute = attribute

    def flat(self, args: Arguments, options: Mapping[str, Any]) -> tuple[Arguments, dict[str, Any]]:
        """The arguments of the function in a call."""
        code = self.function.__code__
        if not options and not self.target.named and not code.co_kwonlyargcount and not code.co_flags & _VARIABLE \
                and len(self.target.first) + len(args) == code.co_argcount:  # nearly always, and faster
            return (*self.target.first, *args), {}
        given = inspect.signature(self.function, follow_wrapped=False).bind(
            *self.target.first, *args, **{**dict(self.target.named), **options})
        return given.args, given.kwargs

    def names(self, w: Any) -> tuple[str, ...]:
        """The parameters of the function that an argument of a call reaches."""
        return (w,) if isinstance(w, str) else wrt_names(self.target, w)

    def spread(self, w: Any, moved: Any) -> Arguments:
        """The tangents of these parameters from that of the argument."""
        return (moved,)

    def owner_names(self) -> tuple[str, ...]:
        return (self.target.function.__code__.co_varnames[0],) if self.owned else ()

    def spread_owner(self, moved: Any) -> Arguments:
        if not self.owned:
            return ()
        return (moved if self.attribute is None else getattr(moved, self.attribute),)

    def gathered(self, w: Any, parts: Sequence[Any]) -> Any:
        """The adjoint of an argument, or of its tangent, from those of the parameters that it reaches."""
        return parts[0]

    def gathered_owner(self, parts: Sequence[Any]) -> Any:
        if not parts:
            return 0.0
        return parts[0] if self.attribute is None else Fields(None, {self.attribute: parts[0]})

    def shown(self, value: Any) -> Any:
        """What a caller gets for a result of the function, and for its tangent."""
        return value

    def shown_tangent(self, moved: Any) -> Any:
        return moved


class OfPullback(Source):
    """The forward function of a pullback."""

    def __init__(self, of: PullbackOf, owned: bool, attribute: str | None) -> None:
        super().__init__(of.target, of.forward, owned, attribute)
        self.of = of

    def shown(self, value: Any) -> Any:
        return self.of.shown(value[0]), Pull(self.of, value[1], value[0])

    def shown_tangent(self, moved: Any) -> Any:
        return self.of.shown_tangent(moved[0]), moved[1]


class OfPull(Source):
    """The backward function of a pullback, with what was saved, whose tangent is that of the pull."""

    def __init__(self, pull: Pull) -> None:
        super().__init__(Target(pull.of.backward), pull.of.backward, True, None)  # type: ignore[arg-type]
        self.pull = pull

    def flat(self, args: Arguments, options: Mapping[str, Any]) -> tuple[Arguments, dict[str, Any]]:
        return (runtime.unshared(self.pull.saved, True), self.pull.of.seed_of(args[0], self.pull.value)), {}

    def names(self, w: Any) -> tuple[str, ...]:
        return (self.function.__code__.co_varnames[1],)

    def spread(self, w: Any, moved: Any) -> Arguments:
        return (moved,)

    def spread_owner(self, moved: Any) -> Arguments:
        return (runtime.unshared(moved, True),)

    def shown(self, value: Any) -> Any:
        return of_owner(value, self.pull.of)

    def shown_tangent(self, moved: Any) -> Any:
        return of_owner(moved, self.pull.of)


def _own(y: Any, dy: Any, tangents: Arguments, args: Arguments) -> Any:
    """The tangent of a result, an array of its own where the result is: not that of an argument, which may change later."""
    if type(y) is tuple and type(dy) is tuple:
        return tuple(_own(v, dv, tangents, args) for v, dv in zip(y, dy))
    shared = isinstance(dy, np.ndarray) and any(dy is t for t in tangents) and not any(y is a for a in args)
    return dy.copy() if shared else dy


class PushforwardOf(Source):
    """The pushforward of a source by some arguments of its calls, and by its owner where `by_owner`."""

    def __init__(self, source: Source, wrt: Arguments, by_owner: bool, derive: Callable[[Any, tuple[str, ...]], Any]) -> None:
        self.source = source
        self.wrt = wrt
        self.by_owner = by_owner
        names = (*(source.owner_names() if by_owner else ()), *(n for w in wrt for n in source.names(w)))
        super().__init__(source.target, derive(source.function, names), source.owned, source.attribute)
        self.at = len(required_parameters(source.function))
        self.count = len(names)

    def __call__(self, tangents: Arguments, *args: Any, **options: Any) -> tuple[Any, Any]:
        positional, named = self.flat((tangents, *args), options)
        out = self.function(*positional, **named)
        if out is None:
            return None, None
        y, dy = self.shown(out)
        return y, _own(y, dy, tangents, args)

    def flat(self, args: Arguments, options: Mapping[str, Any]) -> tuple[Arguments, dict[str, Any]]:
        positional, named = self.source.flat(args[1:], options)
        return (*positional[:self.at], *self.spread(0, args[0]), *positional[self.at:]), named

    def names(self, w: Any) -> tuple[str, ...]:
        if w == 0:
            return tuple(self.function.__code__.co_varnames[self.at:self.at + self.count])
        return self.source.names(w if isinstance(w, str) else w - 1)

    def spread(self, w: Any, moved: Any) -> Arguments:
        if w != 0:
            return self.source.spread(w if isinstance(w, str) else w - 1, moved)
        first = self.source.spread_owner(moved[0]) if self.by_owner else ()
        rest = moved[1:] if self.by_owner else moved
        return (*first, *(t for v, part in zip(self.wrt, rest) for t in self.source.spread(v, part)))

    def gathered(self, w: Any, parts: Sequence[Any]) -> Any:
        if w != 0:
            return self.source.gathered(w if isinstance(w, str) else w - 1, parts)
        return gathered_all(self.source, self.wrt, self.by_owner, parts)

    def owner_names(self) -> tuple[str, ...]:
        return self.source.owner_names()

    def spread_owner(self, moved: Any) -> Arguments:
        return self.source.spread_owner(moved)

    def shown(self, value: Any) -> Any:
        return self.source.shown(value[0]), self.source.shown_tangent(value[1])

    def shown_tangent(self, moved: Any) -> Any:
        return self.source.shown_tangent(moved[0]), self.source.shown_tangent(moved[1])
