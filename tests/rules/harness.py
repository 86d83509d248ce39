"""Samples of calls with derivatives, and the check that holds a sample against finite differences.

A sample is a call as a user writes it, with a point to differentiate it at::

    sample(np.sum, "np.sum(x, axis=0, keepdims=True)", x=MATRIX)

`covers` are the functions whose rules the sample exercises (one, or a tuple of them), `code` an expression in the
names of the arguments. What it gives may be a number, an array, real or complex, or a tuple or list of such: `check`
makes a scalar of it with random weights and compares the derivative along random directions. Files named
``samples_*.py`` hold lists called `SAMPLES`; `test_rules.py` runs all of them in every mode and order.
"""
from __future__ import annotations

import cmath
import itertools
import linecache
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import s2sgrad

FIRST = ("reverse", "forward")
SECOND = ("reverse", "forward", "over forward")
MODES = tuple((mode, 1) for mode in FIRST) + tuple((mode, 2) for mode in SECOND)

_numbers = itertools.count()


@dataclass(frozen=True, eq=False)
class Sample:
    """A call, the point to differentiate it at, and how exact the derivative must be.

    `wrt` names the arguments that are differentiated: by default all that hold floating-point numbers. `tol` is
    relative to the size of the derivative. `order` is the highest order that is checked, `modes` the modes. `names`
    are further names that the code may use, beside those of NumPy and the standard library.
    """

    covers: tuple[Any, ...]
    code: str
    args: Mapping[str, Any]
    wrt: tuple[str, ...]
    tol: float = 1e-6
    order: int = 2
    modes: tuple[str, ...] = FIRST
    names: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        shapes = ",".join(_shown(a) for a in self.args.values())
        return f"{self.code.strip().splitlines()[-1].strip()} @ {shapes}"

    def runs(self, mode: str, order: int) -> bool:
        """Is the sample meant for this mode and order?"""
        needed = {"reverse"} if mode == "reverse" else {"forward"} if mode == "over forward" and order == 1 \
            else set(FIRST) if order == 2 else {mode}
        return order <= self.order and needed <= set(self.modes)


def sample(covers: Any, code: str, wrt: Sequence[str] | None = None, tol: float = 1e-6, order: int = 2,
           modes: Sequence[str] = FIRST, names: Mapping[str, Any] | None = None, **args: Any) -> Sample:
    """A `Sample` of arguments given by keyword."""
    covered = covers if isinstance(covers, tuple) else (covers,)
    chosen = tuple(n for n, a in args.items() if _is_inexact(a)) if wrt is None else tuple(wrt)
    return Sample(covered, code, args, chosen, tol, order, tuple(modes), names)


def check(s: Sample, mode: str, order: int) -> None:
    """Hold the derivative of a sample against finite differences; AssertionError says what differs."""
    value, loss = losses(s)
    derivative = first_derivative(loss, s, "reverse" if (mode, order) == ("forward", 2) else mode)
    if order == 1:
        compare(loss, derivative, s, s.args)
        return
    assert value is not None
    second, names = second_loss(s, derivative, mode)
    if second is not None:
        outer = "reverse" if mode == "over forward" else mode
        compare(second, first_derivative(second, s, outer), s, s.args)


# ---- the functions that are differentiated ----------------------------------------------------------------------

def define(text: str, names: Mapping[str, Any] | None = None) -> Callable[..., Any]:
    """The last function that a module of the given text defines; its source can be read as if from a file."""
    filename = f"<sample {next(_numbers)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module: dict[str, Any] = {"np": np, "numpy": np, "math": math, "cmath": cmath, "operator": operator,
                              "__name__": "sample", **(names or {})}
    before = set(module)
    exec(compile(text, filename, "exec"), module)
    return module[[n for n in module if n not in before and callable(module[n])][-1]]  # type: ignore[no-any-return]


def losses(s: Sample) -> tuple[Any, Callable[..., Any]]:
    """What the sample's code gives, and the function that makes a scalar of it."""
    *before, last = s.code.strip().splitlines()
    params = ", ".join(s.args)
    body = "".join(f"    {line}\n" for line in before)
    names = dict(s.names or {})
    value = define(f"def value({params}):\n{body}    return {last}\n", names)(*copied(s.args).values())
    rng = np.random.default_rng(1)
    terms: list[str] = []
    _project(value, "value", rng, terms, names)
    assert terms, f"the result of {s.code} holds nothing that can be differentiated"
    text = f"def loss({params}):\n{body}    value = {last}\n    return {' + '.join(terms)}\n"
    return value, define(text, names)


def _project(value: Any, text: str, rng: np.random.Generator, terms: list[str], names: dict[str, Any]) -> None:
    """Terms whose sum is a scalar that depends on all of `value`."""
    if isinstance(value, (tuple, list)):
        for n, v in enumerate(value):
            _project(v, f"{text}[{n}]", rng, terms, names)
    elif isinstance(value, dict):
        for k, v in value.items():
            _project(v, f"{text}[{k!r}]", rng, terms, names)
    elif _is_inexact(value):
        weight = f"w{len(names)}"
        names[weight] = direction(value, rng)
        product = f"{weight} * {text}"
        product = f"np.real({product})" if np.iscomplexobj(value) else product
        terms.append(f"np.sum({product})" if isinstance(value, np.ndarray) else product)


def first_derivative(loss: Callable[..., Any], s: Sample, mode: str) -> Callable[..., Any]:
    if mode == "reverse":
        return s2sgrad.grad(loss, wrt=s.wrt)  # type: ignore[no-any-return]
    return s2sgrad.jvp(loss, wrt=s.wrt)  # type: ignore[no-any-return]


def second_loss(s: Sample, derivative: Callable[..., Any], mode: str) -> tuple[Callable[..., Any] | None, Any]:
    """A scalar function of the first derivative."""
    params = ", ".join(s.args)
    names: dict[str, Any] = {"derivative": derivative}
    rng = np.random.default_rng(2)
    if mode == "over forward":
        names.update({f"v_{n}": direction(s.args[n], rng) for n in s.wrt})
        # Arrays of the module are not to be shared with what is differentiated, so they are passed as new ones.
        moves = [f"v_{n}" if isinstance(s.args[n], (list, tuple)) else f"1.0 * v_{n}" for n in s.wrt]
        given = ", ".join([params, *moves])
        return define(f"def second({params}):\n    return derivative({given})\n", names), names
    gradients = derivative(*copied(s.args).values())
    terms: list[str] = []
    _project(gradients, "gradient", rng, terms, names)
    text = f"def second({params}):\n    gradient = derivative({params})\n    return {' + '.join(terms)}\n"
    return define(text, names) if terms else None, names


# ---- the comparison ---------------------------------------------------------------------------------------------

def compare(loss: Callable[..., Any], derivative: Callable[..., Any], s: Sample, args: Mapping[str, Any]) -> None:
    """Compare `derivative` (a gradient or a tangent) of `loss` with differences along two random directions."""
    before = copied(args)
    forward = derivative.mode == "forward"  # type: ignore[attr-defined]
    gradient = None
    if not forward:
        gradient = derivative(*args.values())
        assert same(before, args), f"the derivative of {s} changes its arguments"
        parts = (gradient,) if len(s.wrt) == 1 else gradient
        for name, part in zip(s.wrt, parts):
            same_space(part, args[name], name)
    for seed in (3, 4):
        rng = np.random.default_rng(seed)
        moves = {n: direction(args[n], rng) for n in s.wrt}
        expected = difference(loss, args, moves)
        if forward:
            found = derivative(*args.values(), *moves.values())
            assert same(before, args), f"the derivative of {s} changes its arguments"
        else:
            found = sum(inner(part, moves[n]) for n, part in zip(s.wrt, parts))
        assert np.ndim(found) == 0 and not np.iscomplexobj(found), f"{s}: a real scalar has the derivative {found!r}"
        scale = max(abs(expected), 1.0)
        assert abs(found - expected) <= s.tol * scale, (
            f"{s}: {'tangent' if forward else 'gradient'} gives {found}, differences give {expected}\n"
            + str(getattr(derivative, "source", "")))


def difference(loss: Callable[..., Any], args: Mapping[str, Any], moves: Mapping[str, Any], h: float = 1e-4) -> float:
    """The derivative of `loss` along `moves` by central differences with one step of Richardson's extrapolation."""
    precise = {n: _precise(a) for n, a in args.items()}

    def at(t: float) -> float:
        moved = {n: _moved(a, moves[n], t) if n in moves else a for n, a in copied(precise).items()}
        return float(np.real(loss(*moved.values())))

    def central(step: float) -> float:
        return (at(step) - at(-step)) / (2 * step)

    return (4 * central(h / 2) - central(h)) / 3


def same_space(gradient: Any, arg: Any, name: str) -> None:
    """A gradient has the structure, the shape and the precision of its argument, and is real where that is."""
    if isinstance(arg, (list, tuple)):
        assert len(gradient) == len(arg), f"the gradient of {name} has {len(gradient)} parts for {len(arg)}"
        for g, a in zip(gradient, arg):
            same_space(g, a, name)
        return
    assert np.shape(gradient) == np.shape(arg), f"the gradient of {name} has shape {np.shape(gradient)}"
    if isinstance(arg, np.ndarray):
        kind = np.result_type(arg.dtype, np.float16) if arg.dtype.kind in "iub" else arg.dtype
        found = np.asarray(gradient).dtype
        assert found.kind == kind.kind, f"the gradient of {name} has dtype {found} for {arg.dtype}"
        assert arg.dtype != np.float32 or found == np.float32, f"the gradient of {name} has dtype {found}"
    else:
        assert isinstance(arg, complex) or not np.iscomplexobj(gradient), f"the gradient of {name} is complex"


# ---- structures -------------------------------------------------------------------------------------------------

def _is_inexact(a: Any) -> bool:
    if isinstance(a, (list, tuple)):
        return bool(a) and all(map(_is_inexact, a))
    if isinstance(a, np.ndarray):
        return a.dtype.kind in "fc" and a.size > 0
    return isinstance(a, (float, complex, np.inexact))


def _random(a: Any, rng: np.random.Generator) -> Any:
    """Random numbers in the shape of `a`, complex where `a` is."""
    if np.ndim(a) == 0 and not isinstance(a, np.ndarray):
        return complex(*rng.normal(size=2)) if np.iscomplexobj(a) else float(rng.normal())
    real = rng.normal(size=np.shape(a))
    return real + 1j * rng.normal(size=np.shape(a)) if np.iscomplexobj(a) else real


def direction(a: Any, rng: np.random.Generator) -> Any:
    """A random direction in the space of an argument."""
    if isinstance(a, (list, tuple)):
        return type(a)(direction(x, rng) for x in a)
    if isinstance(a, np.ndarray) and a.dtype.kind in "fc":
        return _random(a, rng).astype(a.dtype)
    return _random(a, rng)


def _moved(a: Any, move: Any, t: float) -> Any:
    if isinstance(a, (list, tuple)):
        return type(a)(_moved(x, v, t) for x, v in zip(a, move))
    moved = a + t * move
    return np.asarray(moved) if isinstance(a, np.ndarray) else moved  # an array without axes stays one


def _precise(a: Any) -> Any:
    """Differences are taken in double precision."""
    if isinstance(a, np.ndarray) and a.dtype.kind in "fc":
        return a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)
    return a


def inner(gradient: Any, move: Any) -> float:
    """The change of the loss along a direction, of which the gradient is the representation: Re(sum(g * v))."""
    if isinstance(move, (list, tuple)):
        return sum(inner(g, v) for g, v in zip(gradient, move))
    return float(np.sum(np.real(np.asarray(gradient) * np.asarray(move))))


def copied(args: Mapping[str, Any]) -> dict[str, Any]:
    def copy(a: Any) -> Any:
        if isinstance(a, (list, tuple)):
            return type(a)(copy(x) for x in a)
        return a.copy() if isinstance(a, np.ndarray) else a
    return {n: copy(a) for n, a in args.items()}


def same(a: Any, b: Any) -> bool:
    if isinstance(a, Mapping):
        return all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    return a is b or bool(a == b)


def _shown(a: Any) -> str:
    if isinstance(a, np.ndarray):
        return f"{a.dtype.kind if a.dtype != np.float32 else 'f4'}{'x'.join(map(str, a.shape)) or '()'}"
    if isinstance(a, (list, tuple)):
        return "[" + ",".join(map(_shown, a)) + "]"
    return type(a).__name__


def cartesian(shapes: Sequence[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All pairs of shapes that broadcast with each other."""
    for a, b in itertools.product(shapes, repeat=2):
        try:
            np.broadcast_shapes(a, b)
        except ValueError:
            continue
        yield a, b
