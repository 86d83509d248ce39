"""What users may hand to the API: from any callable to a function with source, with some arguments bound."""
from __future__ import annotations

import builtins
import dataclasses
import functools
import inspect
import itertools
import linecache
import operator
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad.errors import NoDerivativeError, SourceNotFoundError
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir.expr import is_hashable
from s2sgrad.ir.node import dataclass
from s2sgrad.rules.methods_table import SAME_AS_FUNCTIONS
from s2sgrad.rules.records import record_fields
from s2sgrad.rules.registry import changed, rule_for
from s2sgrad.runtime.bound import Bound

Wrt = int | str | Sequence[int | str]


@dataclass(frozen=True, eq=False)
class Target:
    """A function with source and the arguments that a bound method, callable object or partial application fixes."""

    function: types.FunctionType
    first: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()

    @property
    def bound(self) -> bool:
        return bool(self.first or self.named)


def target_of(f: Any) -> Target:
    """The function behind a callable.

    Raises `TypeError` for what is not callable, `SourceNotFoundError` for what has neither source nor a rule.
    """
    if not callable(f) and not isinstance(f, staticmethod):
        raise TypeError(f"a function is expected, not {f!r}")
    found = getattr(f, "__target__", None)
    if isinstance(found, Target):
        return found
    if isinstance(found, types.FunctionType):  # that makes one when it is asked for
        return found()
    if isinstance(f, functools.partial):
        inner = target_of(f.func)
        return Target(inner.function, (*inner.first, *f.args), (*inner.named, *f.keywords.items()))
    if isinstance(f, Bound):
        return Target(_of_bound(f), (f,))
    if isinstance(f, types.MethodType):
        if rule_for(f) is not None and not isinstance(f.__func__, types.FunctionType) or _of_scipy(f):
            _check_allowed(f)
            return Target(primitive(f))
        inner = target_of(f.__func__)
        return Target(inner.function, (f.__self__, *inner.first), inner.named)
    if is_array_method(f):
        return Target(primitive(getattr(np, f.__name__)), (f.__self__,))
    function = python_function(f)
    if rule_for(f) is not None or function is not None and rule_for(function) is not None:
        _check_allowed(f)
        return Target(primitive(f if function is None else function))
    if function is not None:
        return Target(_with_named_parameters(function))
    if isinstance(f, (np.vectorize, np.ufunc)):
        return Target(_elementwise(f))
    if isinstance(f, type) and makes_objects(f):
        return Target(_constructor(f))
    call = type(f).__call__ if callable(f) else None
    if call is not None and rule_for(call) is not None:  # an object of a library, such as a spline
        return Target(primitive(call), (f,))
    if isinstance(call, types.FunctionType) and not isinstance(f, type):
        return Target(call, (f,))
    raise SourceNotFoundError(f"{f!r} has neither source that can be read nor a derivative rule; register a rule with "
                              "s2sgrad.adjoint, or wrap it in a function whose parts have rules")


def is_array_method(f: Any) -> bool:
    """Is this a method of an array that is NumPy's function of the same name?"""
    return isinstance(f, types.BuiltinMethodType) and isinstance(f.__self__, np.ndarray) and f.__name__ in SAME_AS_FUNCTIONS


def _check_allowed(f: Any) -> None:
    """Raise `NoDerivativeError` for a function that is refused, by its own name: no call of it can be shown."""
    rule = rule_for(f)
    if rule is not None and rule.reason is not None and not rule.differentiable:
        raise NoDerivativeError(f"{getattr(f, '__name__', f)} cannot be differentiated: {rule.reason}")


_counter = itertools.count(1)
_primitives: dict[Any, tuple[int, types.FunctionType]] = {}


_wrappers: dict[types.FunctionType, types.FunctionType] = {}


def _with_named_parameters(f: types.FunctionType) -> types.FunctionType:
    """A wrapper that takes ``*args, **options``, under the parameters of what it wraps or says that it takes."""
    renamed = hasattr(f, "__wrapped__") or hasattr(f, "__signature__")
    if not renamed or not f.__code__.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
        return f
    if f not in _wrappers:
        given = inspect.signature(f)
        own = inspect.signature(types.FunctionType(f.__code__, {}, closure=f.__closure__))
        _wrappers[f] = f if given.parameters.keys() == own.parameters.keys() else calling(f, given)
    return _wrappers[f]


def _of_scipy(f: types.MethodType) -> bool:
    """Is this a method of one of SciPy's objects, such as a distribution, that has a rule?"""
    return (getattr(f.__func__, "__module__", None) or "").startswith("scipy.") and rule_for(f) is not None


def primitive(fn: Any) -> types.FunctionType:
    """A function with source that calls a function with a rule."""
    key = fn if is_hashable(fn) else id(fn)  # the function that is made refers to it
    found = _primitives.get(key)
    if found is None or found[0] != changed(fn):
        rule = rule_for(fn)
        assert rule is not None
        library = fn.__module__.partition(".")[0] if isinstance(fn, types.FunctionType) else "numpy"
        if library == "numpy":
            signature_ = _required(rule.signature)
        else:
            signature_ = _accepted(rule.signature) if library == "scipy" else inspect.signature(fn, follow_wrapped=False)
        found = _primitives[key] = changed(fn), calling(fn, signature_)
    return found[1]


def _elementwise(fn: np.vectorize | np.ufunc) -> types.FunctionType:
    """A function with source that calls one made by `np.vectorize` or `np.frompyfunc`."""
    if fn not in _primitives:
        given = inspect.signature(fn.pyfunc) if isinstance(fn, np.vectorize) else inspect.Signature(
            [inspect.Parameter(f"x{n + 1}", inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in range(fn.nin)])
        _primitives[fn] = 0, calling(fn, given)
    return _primitives[fn][1]


def makes_objects(cls: type) -> bool:
    """Is this a class of the user's, the construction of which can be seen?"""
    init, root = inspect.getattr_static(cls, "__init__"), cls.__module__.partition(".")[0]
    if root in sys.stdlib_module_names | {"numpy", "scipy"} or issubclass(cls, BaseException):
        return False
    return isinstance(init, types.FunctionType) or record_fields(cls) is not None or init is object.__init__


def _constructor(cls: type) -> types.FunctionType:
    """A function with source that makes an object of a class."""
    if cls not in _primitives:
        fields = dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()
        made = {f.name: f.default_factory for f in fields if f.init and f.default_factory is not dataclasses.MISSING}
        _primitives[cls] = 0, calling(cls, inspect.signature(cls), left_out=made)
    return _primitives[cls][1]


_partials: dict[tuple[types.FunctionType, int, tuple[str, ...]], types.FunctionType] = {}


def _of_bound(f: Bound) -> types.FunctionType:
    """``def name(bound, x, ...): return name(*bound.captured, x, ...)``: a function of the object and what is left."""
    inner = target_of(f.function)
    count = len(f.captured) - len(f.names)
    key = (inner.function, len(f.captured), f.names)
    if key not in _partials:
        rest = signature(Target(inner.function, (None,) * count, tuple((n, None) for n in f.names)))
        left = [p for p in rest.parameters.values() if p.name not in f.names]
        own = "bound" if all(p.name != "bound" for p in left) else "bound_"
        passed = [f"{own}.captured[{n}]" for n in range(count)]
        named = [f"{name}={own}.captured[{count + n}]" for n, name in enumerate(f.names)]
        first = inspect.Parameter(own, inspect.Parameter.POSITIONAL_ONLY)
        _partials[key] = calling(inner.function, inspect.Signature([first, *left]), passed, named)
    return _partials[key]


def calling(fn: Any, signature_: inspect.Signature, first: Sequence[str] | None = None,
             named: Sequence[str] = (), whole: bool = False, left_out: Mapping[str, Any] | None = None) -> types.FunctionType:
    """``def name(x, ...): return name(x, ...)``, where the inner name stands for `fn`.

    What the inner one is given for the first parameter, or for the `whole` of them, and by name at the end, may be said in
    text. `left_out` are the functions that make what parameters stand for which are not given.
    """
    name = getattr(fn, "__name__", "f")
    name = name if name.isidentifier() else "f"
    scope = {"__name__": getattr(fn, "__module__", None), name: fn}
    given = list(signature_.parameters.values())
    bare = [p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else None) for p in given]
    marks: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    passed = [f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else marks.get(p.kind, "") + p.name for p in bare]
    if first is not None:
        passed = [*first] if whole else [*first, *passed[1:], *named]
    before = ""
    for parameter, factory in (left_out or {}).items():
        before += f"    if {parameter} is {parameter}_left_out:\n        {parameter} = {parameter}_factory()\n"
        scope |= {f"{parameter}_factory": factory, f"{parameter}_left_out": signature_.parameters[parameter].default}
    text = f"def {name}{inspect.Signature(bare)}:\n{before}    return {name}({', '.join(passed)})\n"
    made = function_of(text, name, scope)
    made.__defaults__ = tuple(p.default for p in given if p.default is not p.empty and p.kind is not p.KEYWORD_ONLY)
    made.__kwdefaults__ = {p.name: p.default for p in given if p.default is not p.empty and p.kind is p.KEYWORD_ONLY}
    return made


def function_of(text: str, name: str, scope: dict[str, Any]) -> types.FunctionType:
    """The function that `text` defines, whose source can be read; `scope` has its globals."""
    filename = f"<s2sgrad call of {name} {next(_counter)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    found: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), found)
    scope.setdefault("__builtins__", builtins)  # by which C code imports what it needs, to warn for example
    return types.FunctionType(found[name].__code__, scope, name)


def _accepted(signature_: inspect.Signature | None) -> inspect.Signature:
    """The parameters that may be given; a rule annotates with None those that it refuses."""
    assert signature_ is not None
    return inspect.Signature([p for p in signature_.parameters.values() if p.annotation != "None"])


def _required(signature_: inspect.Signature | None) -> inspect.Signature:
    """The parameters that have to be given."""
    found = [] if signature_ is None else [
        p for p in signature_.parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    plain = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature([p.replace(kind=plain) for p in found] or [inspect.Parameter("x", plain)])


def parameters(t: Target) -> list[inspect.Parameter]:
    """The parameters that are left to be passed."""
    fixed = dict(t.named)
    return [p for p in signature(t).parameters.values() if p.name not in fixed]


def signature(t: Target, of: types.FunctionType | None = None) -> inspect.Signature:
    """The signature of a target's function (or of a derivative of it) without the arguments that it fixes.

    What it fixes by name may be passed all the same, by name, and so may what follows it.
    """
    whole = inspect.signature(of or t.function, follow_wrapped=False)
    named = dict(t.named)
    left = []
    by_name = False
    for p in list(whole.parameters.values())[len(t.first):]:
        by_name = by_name or p.name in named
        if by_name and p.kind is p.POSITIONAL_OR_KEYWORD:
            p = p.replace(kind=p.KEYWORD_ONLY)
        left.append(p.replace(default=named[p.name]) if p.name in named else p)
    left = [p for p in left if not (by_name and p.kind is p.VAR_POSITIONAL)]
    return whole.replace(parameters=sorted(left, key=lambda p: p.kind), return_annotation=inspect.Signature.empty)


def wrt_names(t: Target, wrt: Wrt) -> tuple[str, ...]:
    """The names of the parameters that `wrt` asks for; positions may be negative.

    Raises `TypeError` or `ValueError` that says what came and what there is.
    """
    asked: Sequence[Any] = (wrt,) if isinstance(wrt, str) or not isinstance(wrt, Sequence) else wrt
    if not asked:
        raise ValueError("wrt must name at least one parameter")
    fixed = tuple(n for n, _ in t.named)
    return tuple([_one(t.function, len(t.first), fixed, w) for w in asked])


@functools.lru_cache(maxsize=1024, typed=True)
def _one(function: types.FunctionType, first: int, named: tuple[str, ...], wrt: Any) -> str:
    """The parameter that one of `wrt` asks for, of a function of which some arguments are fixed."""
    t = Target(function, (None,) * first, tuple((n, None) for n in named))
    given = parameters(t)
    names = [p.name for p in given]
    usable = [p.name for p in given if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    shown = f"{function.__name__}({', '.join(names)})"
    if isinstance(wrt, str):
        if wrt not in names and wrt not in dict(t.named):
            raise ValueError(f"wrt={wrt!r} is not a parameter of {shown}")
        return wrt
    try:
        at = operator.index(wrt)
    except TypeError:
        raise TypeError(f"wrt must be a position, a name or a sequence of them, not {wrt!r}") from None
    if not -len(usable) <= at < len(usable):
        raise ValueError(f"wrt={at} is out of range: {shown} has {len(usable)} parameter{'s' * (len(usable) != 1)}")
    return usable[at]


def bind(t: Target, derivative: types.FunctionType) -> Callable[..., Any]:
    """The derivative with the arguments that `t` fixes, as a function of the others."""
    if not t.bound:
        return derivative
    first, named = t.first, dict(t.named)

    def bound(*args: Any, **options: Any) -> Any:
        return derivative(*first, *args, **{**named, **options})

    functools.update_wrapper(bound, derivative, assigned=("__name__", "__qualname__", "__doc__"))
    del bound.__wrapped__  # type: ignore[attr-defined]
    bound.__signature__ = signature(t, derivative)  # type: ignore[attr-defined]
    bound.__target__ = Target(derivative, first, t.named)  # type: ignore[attr-defined]
    return bound


def seed_names(primal: types.FunctionType, derivative: types.FunctionType, count: int) -> tuple[str, ...]:
    """What the last `count` parameters that a derivative has beside those of the primal are called."""
    code = derivative.__code__
    positional = not primal.__code__.co_flags & inspect.CO_VARARGS
    at = code.co_argcount + (0 if positional else code.co_kwonlyargcount) - count
    return code.co_varnames[at:at + count]


def added_parameters(derivative: Callable[..., Any], primal: Callable[..., Any]) -> list[str]:
    """The parameters that a derivative has and its primal has not: its seeds, in order."""
    known = signature(target_of(primal)).parameters
    return [n for n in signature(target_of(derivative)).parameters if n not in known]


def with_trailing_seeds(derivative: Callable[..., Any], seeds: tuple[str, ...]) -> Callable[..., Any]:
    """A derivative whose last positional arguments are its seeds, also where parameters with defaults are left out."""
    def trailing(*args: Any, **options: Any) -> Any:
        wanted = [n for n in seeds if n not in options]
        at = len(args) - len(wanted)
        if at < 0:
            raise TypeError(f"{derivative.__name__} takes the arguments and then {', '.join(seeds)}")
        return derivative(*args[:at], **options, **dict(zip(wanted, args[at:])))

    functools.update_wrapper(trailing, derivative, assigned=("__name__", "__qualname__", "__doc__"))
    del trailing.__wrapped__  # type: ignore[attr-defined]
    trailing.__target__ = target_of(derivative)  # type: ignore[attr-defined]
    return trailing
