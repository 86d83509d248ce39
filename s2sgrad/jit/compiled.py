"""A derivative as a Numba dispatcher: made for the types of the arguments when these are first seen.

The dispatcher is that of a function with the parameters of the derivative, which calls a stub. When Numba meets the
stub it knows the types of the arguments, and asks for an implementation; only then is the derivative made, for these
types. So it may be called from Python and from other compiled functions alike.
"""
from __future__ import annotations

import dataclasses
import hashlib
import types
from pathlib import Path
from typing import Any

import numba
from numba.core.dispatcher import Dispatcher
from numba.core.errors import NumbaError, UnsupportedBytecodeError
from numba.extending import overload

from s2sgrad.emit.load import filename_for, register
from s2sgrad.jit.generate import Options, derivative, own_options
from s2sgrad.jit.lowering import Refused, refused
from s2sgrad.jit.numba_types import type_of
from s2sgrad.jit.structures import PLAIN, Structured
from s2sgrad.pipeline import Derivative, Request
from s2sgrad.targets import Target


class CompiledDerivative(numba.core.registry.CPUDispatcher):  # type: ignore[misc]
    """A dispatcher that also takes dicts, lists and tuples of arrays from Python; see `s2sgrad.jit.structures`."""

    source: str
    primal: Any
    wrt: tuple[str, ...]
    mode: str
    structured: Any

    def __call__(self, *args: Any, **options: Any) -> Any:
        if _are_plain(map(type, args)) and (not options or _are_plain(map(type, options.values()))):
            return call(self, *args, **options)
        return self.structured(self, args, options)

    def _compile_for_args(self, *args: Any, **options: Any) -> Any:
        """What Numba calls where it has seen no arguments of these types."""
        try:
            return super()._compile_for_args(*args, **options)
        except Refused:
            raise
        except (NumbaError, UnsupportedBytecodeError, NotImplementedError) as error:
            raise refused(_reason(error)) from error


def _reason(error: Exception) -> str:
    """What Numba says, without what it says about itself."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if "Failed in nopython mode pipeline" not in line and any(word in line for word in (
        "TypingError:", "Unknown attribute", "Use of unsupported", "Cannot", "cannot", "Unsupported"))]
    called = [line.lstrip("> ") for line in lines if line.startswith(">")]
    if not telling and called:
        return f"Numba has no {called[-1]}"
    return (telling[-1] if telling else lines[0]).removeprefix("TypingError:").lstrip("- ").strip()


call = Dispatcher.__call__
_are_plain = PLAIN.issuperset
_made: dict[tuple[Request, Options], Any] = {}
_LIMIT = 1024


def compiled(target: Target, made: Derivative, options: Options) -> Any:
    """The dispatcher for a derivative that exists in plain Python; `options` are those of `numba.njit`.

    Raises `NoDerivativeError` when it is called with arguments for which Numba cannot compile it.
    """
    key = made.request, options
    found = _made.get(key)
    if found is None or found.made is not made:
        if len(_made) >= _LIMIT:
            _made.clear()
        found = _made[key] = _dispatcher(made, options)
    return _bound(target, found) if target.bound else found


def _bound(target: Target, dispatcher: Any) -> Any:
    """A dispatcher with some arguments fixed, for callers in Python."""
    named = dict(target.named)

    def bound(*args: Any, **options: Any) -> Any:
        return dispatcher(*target.first, *args, **{**named, **options})

    bound.__name__ = bound.__qualname__ = dispatcher.__name__
    for name in ("source", "primal", "wrt", "mode"):
        setattr(bound, name, getattr(dispatcher, name))
    return bound


def _dispatcher(made: Derivative, options: Options) -> Any:
    function = made.functions[-1]
    if numba.config.DISABLE_JIT:
        function.made = made  # type: ignore[attr-defined]
        return function
    outer = _outer(made, options)
    dispatcher: Any = numba.njit(**dict(options))(outer)
    dispatcher.__class__ = CompiledDerivative
    dispatcher.structured = Structured(made, options)
    dispatcher.made = made
    dispatcher.source = made.source
    dispatcher.primal = made.request.function
    dispatcher.wrt = made.request.wrt
    dispatcher.mode = made.request.mode
    return dispatcher


def _outer(made: Derivative, options: Options) -> types.FunctionType:
    """The function that callers see, whose body calls a stub that is implemented by types."""
    function = made.functions[-1]
    names = _parameters(function)
    listed = ", ".join(names)
    head = ", ".join(names)
    name = function.__name__
    text = f"def {name}({head}):\n    return {_unused('implementation', names)}({listed})\n"
    if dict(options).get("cache"):
        filename, text = _kept(name, text, made)
    else:
        filename = filename_for(name)
        register(filename, text)
    scope: dict[str, Any] = {"__name__": function.__module__}
    exec(compile(text, filename, "exec"), scope)
    outer: types.FunctionType = scope[name]
    outer.__defaults__ = None if made.request.seed == "like" else _defaults(function, names)
    outer.__doc__ = function.__doc__
    scope[_unused("implementation", names)] = _stub(made, names, options)
    return outer


def _kept(name: str, text: str, made: Derivative) -> tuple[str, str]:
    """A file for the function that callers see, beside which Numba keeps the compiled code.

    It is named for the derivative in plain Python: Numba compiles anew where this changes, as it does for a function.
    """
    folder = Path(numba.config.CACHE_DIR or Path.home() / ".cache" / "s2sgrad")
    text = "".join(f"# {line}\n" for line in made.source.splitlines()) + text
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = folder / f"{name}_{digest}.py"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(path), text


def _unused(name: str, names: list[str]) -> str:
    return name if name not in names else _unused(name + "_", names)


def _parameters(function: types.FunctionType) -> list[str]:
    code = function.__code__
    if code.co_flags & 0x0C:
        raise refused("it takes any number of arguments")
    return list(code.co_varnames[:code.co_argcount + code.co_kwonlyargcount])


def _defaults(function: types.FunctionType, names: list[str]) -> tuple[Any, ...] | None:
    """The defaults of the parameters, the keyword-only ones included, which are plain for Numba.

    Where a seed without default follows, as in `vjp`, all arguments before it have to be given.
    """
    positional = names[:function.__code__.co_argcount]
    given = dict(zip(reversed(positional), reversed(function.__defaults__ or ())))
    given |= function.__kwdefaults__ or {}
    tail = []
    for n in reversed(names):
        if n not in given:
            break
        tail.append(given[n])
    return tuple(reversed(tail)) or None


def _stub(made: Derivative, names: list[str], options: Options) -> Any:
    """A function that Numba implements by the types of its arguments."""
    listed = ", ".join(names)
    choose = f"def choose({listed}):\n    return implementation(({listed},))\n"
    scope: dict[str, Any] = {"implementation": lambda types_: _implementation(made, names, types_, options)}
    exec(f"def stub({listed}):\n    raise NotImplementedError\n{choose}", scope)
    overload(scope["stub"], jit_options=own_options(options))(scope["choose"])
    return scope["stub"]


def _implementation(made: Derivative, names: list[str], types_: tuple[Any, ...], options: Options) -> Any:
    """The derivative for arguments of these types, as a function with parameters of the same names."""
    request = made.request
    primal = set(request.function.__code__.co_varnames[:request.function.__code__.co_argcount
                                                     + request.function.__code__.co_kwonlyargcount])
    given = tuple((n, type_of(n, t)) for n, t in zip(names, types_) if n in primal)
    run = derivative(dataclasses.replace(request, types=given), options)
    body: types.FunctionType = run.py_func
    if _parameters(body) == names:  # a call less for Numba to compile
        body.__defaults__ = None
        return body
    listed = ", ".join(names)
    scope: dict[str, Any] = {"derivative": run}
    filename = filename_for("implementation")
    text = f"def run({listed}):\n    return derivative({listed})\n"
    register(filename, text)
    exec(compile(text, filename, "exec"), scope)
    return scope["run"]
