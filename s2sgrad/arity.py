"""Functions that take what they are given: their derivatives are made for a call, not for a signature.

A primitive with options, ``np.sum(x, axis=0)``, and a function of ``*args`` that is differentiated by one of these are
written out for the number of arguments and the keywords of a call: ``def sum(a, *, axis): return sum(a, axis=axis)``.
"""
from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.errors import SourceNotFoundError
from s2sgrad.ir import expr as E
from s2sgrad.rules.registry import rule_for
from s2sgrad.runtime.bound import Bound
from s2sgrad.targets import Wrt, calling, is_array_method, target_of

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def is_open(f: Any, wrt: Wrt) -> bool:
    """Does what the parameters of `f` are depend on how it is called, as far as `wrt` needs to know?"""
    if hasattr(f, "of_call"):
        return True
    if isinstance(f, functools.partial):
        return is_open(f.func, wrt) and rule_for(f.func) is not None
    if isinstance(f, np.ufunc) or not callable(f) or isinstance(f, type):
        return False
    if is_array_method(f):
        return is_open(getattr(np, f.__name__), wrt)
    rule = rule_for(f)
    if rule is not None and _library(f):
        return rule.signature is not None and any(
            p.default is not p.empty or p.kind not in _POSITIONAL for p in rule.signature.parameters.values())
    f = _method(f)
    own = f.__func__ if isinstance(f, types.MethodType) else f
    if rule is not None or not isinstance(own, types.FunctionType):
        return False
    if own.__code__.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS) and _wraps_primitive(own):
        return True
    if not own.__code__.co_flags & inspect.CO_VARARGS:
        return False
    named = sum(p.kind in _POSITIONAL for p in inspect.signature(f).parameters.values())
    variable = any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(f).parameters.values())
    asked = wrt if isinstance(wrt, (list, tuple)) else (wrt,)
    return variable and any(not isinstance(w, str) and not 0 <= w < named for w in asked)


def _wraps_primitive(f: types.FunctionType) -> bool:
    """Does a wrapper go by the signature of a function of a library, some of whose parameters it may not take, or others?"""
    found = inspect.unwrap(f, stop=lambda g: rule_for(g) is not None)  # NumPy's functions are wrappers themselves
    return rule_for(found) is not None and _library(found)


def _library(f: Any) -> bool:
    return (getattr(f, "__module__", None) or "numpy").partition(".")[0] in ("numpy", "scipy", "math")


def _method(f: Any) -> Any:
    """What calling an object calls."""
    plain = isinstance(f, (types.FunctionType, types.MethodType, types.BuiltinFunctionType, functools.partial, Bound,
                           np.vectorize))
    called = inspect.getattr_static(type(f), "__call__", None)
    return f.__call__ if not plain and isinstance(called, types.FunctionType) else f


def of_call(f: Any, count: int, names: tuple[str, ...]) -> Any:
    """`f` as a function of `count` positional arguments and the keywords `names`."""
    if hasattr(f, "of_call"):
        return f.of_call(count, names)
    if isinstance(f, functools.partial):
        given = {k: v for k, v in f.keywords.items() if k not in names}
        return functools.partial(of_call(f.func, len(f.args) + count, (*given, *names)), *f.args, **given)
    if is_array_method(f):
        return functools.partial(of_call(getattr(np, f.__name__), count + 1, names), f.__self__)
    f = _method(f)
    if isinstance(f, types.MethodType) and isinstance(f.__func__, types.FunctionType) and rule_for(f) is None:
        return types.MethodType(_written_out(f.__func__, count + 1, names), f.__self__)
    return _written_out(f, count, names) if E.is_hashable(f) else _made(f, count, names)


def opened(f: Any, derive: Callable[[Any], Any], seeds: int = 0) -> Any:
    """The derivative of an open function: what `derive` makes of it for the arguments of a call, less the seeds."""
    made: dict[Any, Any] = {}

    def of_this_call(count: int, names: tuple[str, ...]) -> Any:
        if (count, names) not in made:
            made[count, names] = derive(of_call(f, count - seeds, names))
        return made[count, names]

    def run(*args: Any, **options: Any) -> Any:
        options = stated(options)
        return of_this_call(len(args), tuple(options))(*args, **options)

    stated = getattr(f, "stated", functools.partial(_stated, f))
    run.of_call = of_this_call  # type: ignore[attr-defined]
    run.stated = stated  # type: ignore[attr-defined]
    _describe(run, f, derive)
    return run


def _stated(f: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Options less those that say no more than the default: ``w=None``, ``full=False``. A rule may depend on what they say."""
    rule = None if isinstance(f, functools.partial) or not options else rule_for(f)
    if rule is None or rule.signature is None:
        return options
    known = rule.signature.parameters
    return {n: v for n, v in options.items() if not (v is None or v is False) or n not in known or v is not known[n].default}


def _describe(run: Any, f: Any, derive: Callable[[Any], Any]) -> None:
    """The derivative without options stands for all of them where one can be made."""
    if isinstance(f, functools.partial) or rule_for(f) is None:
        return
    try:
        plain = derive(target_of(f).function)
    except (ValueError, TypeError, SyntaxError, NotImplementedError, SourceNotFoundError):
        return
    for name in ("source", "primal", "wrt", "mode", "__name__", "__qualname__", "__module__", "__doc__"):
        if hasattr(plain, name):
            setattr(run, name, getattr(plain, name))


@functools.lru_cache(maxsize=1024)
def _written_out(f: Any, count: int, names: tuple[str, ...]) -> types.FunctionType:
    return _made(f, count, names)


def _made(f: Any, count: int, names: tuple[str, ...]) -> types.FunctionType:
    """``def f(a, b, *, axis): return f(a, b, axis=axis)``."""
    plain = inspect.Parameter.POSITIONAL_OR_KEYWORD
    positional = [n for n in _parameter_names(f, count) if n not in names]
    positional += [n for n in map("x{}".format, range(1, count + 1)) if n not in positional]
    given = [inspect.Parameter(n, plain) for n in positional[:count]]
    keywords = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in names]
    return calling(f, inspect.Signature([*given, *keywords]))


@functools.lru_cache(maxsize=1024)
def of_sequence(f: Any, first: int, count: int, names: tuple[str, ...],
                keys: tuple[str, ...] | None = None) -> types.FunctionType:
    """``def f(x1, args, *, axis): return f(x1, args[0], args[1], axis=axis)``: what ``f(x, *args, axis=axis)`` stands for.

    With `keys`, it takes a dict of these behind the sequence, which is unpacked as well: ``f(x, *args, **options)``.
    """
    plain = [inspect.Parameter(f"x{k + 1}", inspect.Parameter.POSITIONAL_OR_KEYWORD) for k in range(first)]
    containers = ("args",) if keys is None else ("args", "options")
    given = [*(inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in containers),
             *(inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in names)]
    passed = [*(p.name for p in plain), *(f"args[{k}]" for k in range(count)), *(f"{n}={n}" for n in names),
              *(f"{n}=options[{n!r}]" for n in keys or ())]
    return calling(f, inspect.Signature([*plain, *given]), passed, whole=True)


def _parameter_names(f: Any, count: int) -> list[str]:
    """What the first `count` arguments of a function are called."""
    rule = None if isinstance(f, functools.partial) else rule_for(f)
    try:
        known = rule.signature if rule is not None else inspect.signature(f)
    except (TypeError, ValueError):
        known = None
    out: list[str] = []
    for p in known.parameters.values() if known is not None else ():
        if p.kind in _POSITIONAL:
            out.append(p.name)
        elif p.kind is p.VAR_POSITIONAL:
            out += [f"{p.name.rstrip('s')}{n}" for n in range(1, count - len(out) + 1)]
    return out
