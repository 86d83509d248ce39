"""Calls that are resolved when the derivative runs."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

_hooks: dict[str, Callable[..., Any]] = {}


def register_hook(name: str, hook: Callable[..., Any]) -> None:
    """Say how calls that are resolved at run time are differentiated; the compiler does."""
    _hooks[name] = hook


def require_unchanging(fn: Any) -> None:
    """Raise where what is called may change its arguments; the compiler knows."""
    _hook("require_unchanging")(fn)


def pullback(fn: Any, *args: Any, **options: Any) -> Any:
    """The pullback of what is actually called; the compiler registers how to make it."""
    return _hook("pullback")(fn, *args, **options)


def pushforward(fn: Any, wrt: tuple[Any, ...], owner: Any = False, own: bool = False) -> Any:
    """The pushforward of what is actually called, by the positions and names of its active arguments.

    It is a function of the tangents of these (a tuple, that of the `owner` of a method or callable object first) and
    of the arguments, and returns the result and its tangent. The function must not change what it is given, but for
    its owner where that is the calling function's `own`.
    """
    return _hook("pushforward")(fn, wrt, owner, own)


def of_sequence(fn: Any, first: int, count: int, names: tuple[str, ...] = (), keys: tuple[str, ...] | None = None) -> Any:
    """``fn(x1, ..., *args, ...)`` as a function of the `first` arguments, the sequence of the other `count`, a dict with these
    `keys`, which is unpacked too, if there is one, and keywords."""
    return _hook("of_sequence")(fn, first, count, names, keys)


def _hook(name: str) -> Callable[..., Any]:
    if name not in _hooks:
        import s2sgrad  # noqa: F401  (a saved derivative that calls unknown functions needs the compiler)
    return _hooks[name]
