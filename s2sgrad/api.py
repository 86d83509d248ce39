"""The derivatives that users ask for: argument checks, one call of the pipeline, and the cache."""
from __future__ import annotations

import contextlib
import dataclasses
import functools
import gc
import inspect
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from s2sgrad import runtime
from s2sgrad.arity import is_open, opened
from s2sgrad.frontend.resolve import still_valid
from s2sgrad.ir.node import dataclass
from s2sgrad.pipeline import Derivative, Request, derive, stages
from s2sgrad.pullbacks import PullbackOf
from s2sgrad.rules import registry
from s2sgrad.specialize import argument_types, checked
from s2sgrad.targets import (
    Target,
    Wrt,
    bind,
    parameters,
    seed_names,
    target_of,
    with_trailing_seeds,
    wrt_names,
)

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Cached:
    """A derivative, and the functions whose rules were asked for while it was made."""

    made: Derivative
    version: int
    asked: frozenset[Any]

    def valid(self) -> bool:
        """Does every name still mean the same, and has no user declared a rule that matters?"""
        return still_valid(self.made.resolved) and registry.unchanged_since(self.version, self.asked)


_derivatives: dict[Request, Cached] = {}
_LIMIT = 4096
_compiling = threading.RLock()


def grad(f: Any = None, wrt: Wrt = 0, optimized: bool = True, preserve_result: bool = False, check_dims: bool = True,
         verbose: int = 0, jit: str | None = None, **jit_options: Any) -> Any:
    """The gradient of a scalar function, as a function of the same arguments.

    Also a decorator: ``@grad`` and ``@grad(wrt="y")``. `wrt` is a position, a parameter name or a sequence of them;
    one gives the bare gradient, several a tuple in the order asked. The gradient of a parameter has its structure and
    shape. With `preserve_result` the value comes first, in a pair. The generated function takes the parameters of `f`
    and the seed (by default 1); `verbose=1` prints it, `verbose=2` shows the normal form as well.

    With `check_dims` a result that is not one number raises `ValueError` when the derivative runs.

    With ``jit="numba"`` it is compiled by Numba and may be called in other compiled functions; what else is given
    (``fastmath``, ``parallel``, ``cache``, ``boundscheck``, ...) are options of `numba.njit`. The other functions here
    take them, too. Numba's rules hold: integers overflow, indices are not checked, and global arrays are constants.

    >>> grad(lambda x: x * x)(3.0)
    6.0
    """
    return entry(f, functools.partial(grad, wrt=wrt, optimized=optimized, preserve_result=preserve_result,
                                       check_dims=check_dims, verbose=verbose, jit=jit, **jit_options),
                  wrt, verbose, jitted(jit, jit_options), value=preserve_result, check=check_dims, optimized=optimized)


def value_and_grad(f: Any = None, wrt: Wrt = 0, optimized: bool = True, check_dims: bool = True, verbose: int = 0,
                   jit: str | None = None, **jit_options: Any) -> Any:
    """A function that gives ``(value, gradient)``; see `grad`. What `scipy.optimize` calls ``jac=True``."""
    return entry(f, functools.partial(value_and_grad, wrt=wrt, optimized=optimized, check_dims=check_dims,
                                       verbose=verbose, jit=jit, **jit_options),
                  wrt, verbose, jitted(jit, jit_options), value=True, check=check_dims, optimized=optimized)


def vjp(f: Any = None, wrt: Wrt = 0, optimized: bool = True, check_dims: bool = True, verbose: int = 0,
        jit: str | None = None, **jit_options: Any) -> Any:
    """The vector-Jacobian product ``vjp(f)(*args, seed)``: the seed has the structure and shape of the result."""
    return entry(f, functools.partial(vjp, wrt=wrt, optimized=optimized, check_dims=check_dims, verbose=verbose,
                                      jit=jit, **jit_options),
                  wrt, verbose, jitted(jit, jit_options), seed="like", check=check_dims, optimized=optimized)


def jvp(f: Any = None, wrt: Wrt = 0, optimized: bool = True, verbose: int = 0, jit: str | None = None,
        **jit_options: Any) -> Any:
    """The Jacobian-vector product ``jvp(f)(*args, *tangents)``, with one tangent for each parameter in `wrt`."""
    return entry(f, functools.partial(jvp, wrt=wrt, optimized=optimized, verbose=verbose, jit=jit, **jit_options),
                  wrt, verbose, jitted(jit, jit_options), mode="forward", seed="like", optimized=optimized)


def autodiff(f: Any = None, wrt: Wrt = 0, optimized: bool = True, motion: str = "joint", mode: str = "reverse",
             preserve_result: bool = False, check_dims: bool = True, verbose: int = 0) -> Any:
    """The general entry: `mode` is "reverse" or "forward", `motion` "joint" or "split".

    Joint reverse mode takes the parameters and the seed and returns the gradient. Split reverse mode gives a pair of
    functions: the first returns the result and a tuple of what it saved, the second takes that and the seed. Forward
    mode takes the parameters and one tangent for each of `wrt`; a number as the tangent of an array stands for itself
    everywhere.
    """
    if mode not in ("reverse", "forward"):
        raise ValueError(f'mode must be "reverse" or "forward", not {mode!r}')
    if motion not in ("joint", "split"):
        raise ValueError(f'motion must be "joint" or "split", not {motion!r}')
    if mode == "forward" and motion == "split":
        raise ValueError("only reverse mode can be split into two functions")
    again = functools.partial(autodiff, wrt=wrt, optimized=optimized, motion=motion, mode=mode,
                              preserve_result=preserve_result, check_dims=check_dims, verbose=verbose)
    return entry(f, again, wrt, verbose, mode=mode, motion=motion, value=preserve_result, seed="any", check=check_dims,
                  optimized=optimized)


def pullback(f: Any, wrt: Wrt = 0) -> Callable[..., tuple[Any, Callable[[Any], Any]]]:
    """Run once, apply often: ``value, pull = pullback(f)(*args)``; ``pull(seed)`` is the vector-Jacobian product.

    What the pullback needs is kept until it is garbage; changing the arguments in between changes its result, changing
    `value` does not.
    """
    if is_open(f, wrt):
        return opened(f, functools.partial(pullback, wrt=wrt))
    target = target_of(f)
    return _pullback(target, derivative(target, wrt, motion="split", seed="like"))


def _pullback(target: Target, made: Derivative) -> PullbackOf:
    forward, backward = made.functions[-2:]
    run = PullbackOf(target, forward if not made.request.types else _only_for(made, -2), backward, made.restores, checked=True)
    _describe(run, made)
    run.specialize = lambda *args, **options: _pullback(  # type: ignore[attr-defined]
        target, specialized(made.request, *run.flat(args, options)))
    return run


def pushforward(f: Any, wrt: Wrt = 0) -> Callable[..., tuple[Any, Callable[..., Any]]]:
    """``value, push = pushforward(f)(*args)``; ``push(*tangents)`` is the Jacobian-vector product.

    Raises `ValueError` for a tangent that does not have the shape of its argument.
    """
    if is_open(f, wrt):
        return opened(f, functools.partial(pushforward, wrt=wrt))
    target = target_of(f)
    return _pushforward(target, wrt, derivative(target, wrt, mode="forward", seed="like", value=True))


def _pushforward(target: Target, wrt: Wrt, derived: Derivative) -> Callable[..., tuple[Any, Callable[..., Any]]]:
    asked = wrt_names(target, wrt)
    seeds = seed_names(target.function, derived.functions[-1], len(asked))
    made = derived.functions[-1] if not derived.request.types else _only_for(derived, -1)

    def run(*args: Any, **options: Any) -> tuple[Any, Callable[..., Any]]:
        given = inspect.signature(target.function, follow_wrapped=False).bind(
            *target.first, *args, **{**dict(target.named), **options})
        given.apply_defaults()
        primals = [given.arguments[n] for n in asked]

        def apply(tangents: Sequence[Any]) -> Any:
            return made(*given.args, **given.kwargs, **dict(zip(seeds, tangents)))

        def push(*tangents: Any) -> Any:
            if len(tangents) != len(asked):
                raise TypeError(f"{len(asked)} tangents are expected, not {len(tangents)}")
            return apply(tangents)[1]

        return apply([runtime.zero_tangent(p) for p in primals])[0], push

    _describe(run, derived)
    run.specialize = lambda *args, **options: _pushforward(  # type: ignore[attr-defined]
        target, wrt, specialized(derived.request, (*target.first, *args), {**dict(target.named), **options}))
    return run


def derivative(target: Target, wrt: Wrt, **options: Any) -> Derivative:
    """The derivative of a target from the cache, made where it is not there or no longer valid."""
    return cached(target, wrt, **options).made


def cached(target: Target, wrt: Wrt, **options: Any) -> Cached:
    """The same, with what tells whether it is still valid."""
    request = Request(target.function, wrt_names(target, wrt), **options)
    found = _derivatives.get(request)
    if found is not None and found.valid():
        return found
    with _compiling, _without_collecting():
        version = registry.version()
        with registry.asked_rules() as asked:
            made = derive(request)
        for at, function in enumerate(made.functions, -len(made.functions)):
            _describe(function, made, at)
        last: Any = made.functions[-1]
        last.keeps_arguments = request.motion != "split"  # derivatives do; what a pullback consists of may not
        if len(_derivatives) >= _LIMIT:
            _derivatives.clear()
        _derivatives[request] = found = Cached(made, version, frozenset(asked))
    return found


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """What the compiler makes lives until it is done: looking for garbage on the way takes a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def jitted(jit: str | None, options: dict[str, Any]) -> tuple[tuple[str, Any], ...] | None:
    """The options of Numba, None where a derivative is not to be compiled."""
    if jit is None and options:
        raise TypeError(f"unexpected keyword argument {next(iter(options))!r}")
    if jit not in (None, "numba"):
        raise ValueError(f'jit must be None or "numba", not {jit!r}')
    return None if jit is None else tuple(sorted(options.items()))


def entry(f: Any, again: Callable[..., Any], wrt: Wrt, verbose: int, numba: tuple[tuple[str, Any], ...] | None = None,
          **options: Any) -> Any:
    """The generated function for `f`, or a decorator where there is no `f` yet."""
    if f is None:
        return lambda fn: again(fn)
    if is_open(f, wrt):
        return opened(f, again, _count(wrt) * (options.get("mode") == "forward") or options.get("seed") == "like")
    target = target_of(f)
    made = derivative(target, wrt, **options)
    if verbose:
        print(made.source if verbose == 1 else f"{stages(made.request)}\n\n{made.source}")
    if numba is not None:
        from s2sgrad.jit import compiled
        return compiled(target, made, numba)
    if options.get("motion") == "split":
        forward, backward = made.functions[-2:]
        return _bound_to(target, forward), _with_inexact_seed(backward)
    seeds = len(made.request.wrt) if made.request.mode == "forward" else 1
    return _bound_to(target, made.functions[-1], seeds if made.request.seed in ("like", "any") else 0)


def _count(wrt: Wrt) -> int:
    return 1 if isinstance(wrt, str) or not isinstance(wrt, Sequence) else len(wrt)


def _bound_to(target: Target, function: types.FunctionType, seeds: int = 0) -> Any:
    """The generated function for a target: without the arguments that this fixes, and with its seeds last."""
    out: Any = bind(target, function)
    if seeds and any(p.default is not p.empty or p.kind is p.VAR_POSITIONAL for p in parameters(target)):
        if not target.bound and hasattr(function, "__trailing__"):
            return function.__trailing__
        out = with_trailing_seeds(out, seed_names(target.function, function, seeds))
        if not target.bound:
            function.__trailing__ = out  # type: ignore[attr-defined]
    for name in ("source", "primal", "wrt", "mode"):
        setattr(out, name, getattr(function, name))
    return out


def _with_inexact_seed(backward: types.FunctionType) -> Any:
    """A backward function for seeds of integers as well, which it may change in place."""
    def seeded(*args: Any, **options: Any) -> Any:
        return backward(*args[:1], *map(_inexact, args[1:]), **{n: _inexact(v) if n == seed else v for n, v in options.items()})

    seed = backward.__code__.co_varnames[1]
    functools.update_wrapper(seeded, backward)
    seeded.__target__ = Target(backward)  # type: ignore[attr-defined]
    return seeded


def _inexact(b: Any) -> Any:
    if isinstance(b, np.ndarray) and b.dtype.kind in "biu":
        return b.astype(float)
    if type(b) in (list, tuple):
        return type(b)(map(_inexact, b))
    return {k: _inexact(v) for k, v in b.items()} if type(b) is dict else b


def specialized(request: Request, args: tuple[Any, ...], options: dict[str, Any]) -> Derivative:
    """The derivative for arguments of the types of these: ranks, lengths that broadcast alike, numbers."""
    types_ = argument_types(request.function, args, options)
    return derivative(Target(request.function), request.wrt, **{
        f.name: getattr(request, f.name) for f in dataclasses.fields(request) if f.name not in ("function", "wrt", "types")},
        types=types_)


def _only_for(made: Derivative, at: int) -> Any:
    """One of the functions of a specialized derivative, which raises `TypeError` where it is called with other arguments."""
    function = made.functions[at]
    check = checked(made.request.types, function.__code__.co_varnames[:function.__code__.co_argcount])

    def special(*args: Any, **options: Any) -> Any:
        check(args, options)
        return function(*args, **options)

    functools.update_wrapper(special, function)
    special.__target__ = Target(function)  # type: ignore[attr-defined]
    return special


def _describe(function: Any, made: Derivative, at: int = -1) -> None:
    request = made.request
    if at >= (-2 if request.motion == "split" and request.mode == "reverse" else -1):
        function.specialize = lambda *args, **options: _only_for(specialized(request, args, options), at)
    function.source = made.source
    function.primal = request.function
    function.wrt = request.wrt
    function.mode = request.mode
    function.__module__ = request.function.__module__
