"""Hold a derivative against finite differences."""
from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad import trees
from s2sgrad.api import jvp, pullback, vjp
from s2sgrad.arity import is_open, of_call
from s2sgrad.ir.node import dataclass
from s2sgrad.targets import Wrt, added_parameters, signature, target_of, wrt_names

STEP = 1e-6


def check_grads(f: Callable[..., Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None,
                wrt: Wrt | None = None, modes: Sequence[str] = ("reverse", "forward"), order: int = 1,
                rtol: float = 1e-5, atol: float = 1e-6, eps: float = STEP, seed: int = 0) -> None:
    """Raise `AssertionError` unless the derivatives of `f` at a point agree with central finite differences.

    The function is moved along a random direction and its result projected on another, so one pair of evaluations
    checks the whole Jacobian with probability one. Arguments and results may be structured (lists, dicts, objects).
    `wrt` defaults to every argument that holds a floating-point number. `modes` says which derivatives are checked,
    `order` up to which derivative of a derivative, in every mix of the modes. The step along each number is `eps`
    times its size (or `eps` where it is smaller than one); values are compared with ``atol + rtol * size``, of
    single-precision arguments with a thousand times as much. That the derivative leaves the arguments as they are and
    computes the value of `f` is checked on the way.

    Complex numbers follow the convention of the derivatives: a cotangent `g` and a tangent `t` pair as
    ``real(sum(g * t))``.
    """
    for mode in modes:
        if mode not in ("reverse", "forward"):
            raise ValueError(f'modes are "reverse" and "forward", not {mode!r}')
    if is_open(f, 0 if wrt is None else wrt):
        f = of_call(f, len(args), tuple(kwargs or ()))
    target = target_of(f)
    bound = signature(target).bind(*args, **(kwargs or {}))
    bound.apply_defaults()
    values = dict(bound.arguments)
    names = _by_default(values) if wrt is None else wrt_names(target, wrt)
    if not names:
        raise ValueError("no argument holds a floating-point number to differentiate by")
    single = any(np.result_type(leaf).itemsize * (1 + np.iscomplexobj(leaf)) < 8
                 for n in names for leaf in trees.leaves(values[n]) if isinstance(leaf, (np.ndarray, np.generic)))
    wider = 1000.0 if single else 1.0
    point = _Point(f, target.function.__name__, bound.args, bound.kwargs, values, names, rtol * wider, atol * wider, eps,
                   np.random.default_rng(seed))
    for mode in modes:
        derived = _reverse(point) if mode == "reverse" else _forward(point)
        if order > 1:
            made, extra = derived
            check_grads(made, bound.args, {**bound.kwargs, **extra}, (*names, *extra), modes, order - 1, rtol, atol, eps,
                        seed + 1)


@dataclass(frozen=True)
class _Point:
    f: Callable[..., Any]
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    values: dict[str, Any]
    names: tuple[str, ...]
    rtol: float
    atol: float
    eps: float
    rng: np.random.Generator

    def arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Fresh copies, which a derivative may do no harm to."""
        return copy.deepcopy((self.args, self.kwargs))

    def direction(self, like: Any) -> Any:
        """Random numbers in the structure of `like`, as floats of its precision."""
        return trees.rebuild(lambda leaf: _random(leaf, self.rng), like)

    def moved(self, directions: Sequence[Any], by: float) -> Any:
        """The result of the function at the point moved along directions."""
        signature_ = signature(target_of(self.f))
        given = signature_.bind(*self.args, **self.kwargs)
        for name, direction in zip(self.names, directions):
            given.arguments[name] = trees.rebuild(lambda x, v: _moved(x, v, by), self.values[name], direction)
        for name in given.arguments.keys() - set(self.names):
            given.arguments[name] = copy.deepcopy(given.arguments[name])
        return self.f(*given.args, **given.kwargs)

    def compare(self, what: str, got: float, expected: float, size: float) -> None:
        if not abs(got - expected) <= self.atol + self.rtol * size:
            raise AssertionError(
                f"the {what} derivative of {self.name} with respect to {', '.join(self.names)} is {got!r} along a "
                f"random direction, finite differences give {expected!r} (difference {abs(got - expected):.3g}, allowed "
                f"{self.atol + self.rtol * size:.3g})")

    def unchanged(self, what: str, args: Any) -> None:
        if not _equal(args, (self.args, self.kwargs)):
            raise AssertionError(f"the {what} derivative of {self.name} changes its arguments")


def _reverse(p: _Point) -> tuple[Any, dict[str, Any]]:
    args, kwargs = p.arguments()
    value, pull = pullback(p.f, p.names)(*args, **kwargs)
    cotangent = p.direction(value)
    directions = [p.direction(p.values[n]) for n in p.names]
    gradients = pull(copy.deepcopy(cotangent))
    p.unchanged("reverse-mode", (args, kwargs))
    _same_value(p, "reverse-mode", value)
    gradients = (gradients,) if len(p.names) == 1 else gradients
    for name, gradient in zip(p.names, gradients):
        _same_structure(p, name, gradient)
    terms = [_pair(v, g) for g, v in zip(gradients, directions)]
    expected, size = _numerical(p, directions, cotangent)
    p.compare("reverse-mode", sum(t for t, _ in terms), expected, size + sum(s for _, s in terms))
    made = vjp(p.f, p.names)
    return made, dict(zip(added_parameters(made, p.f), (cotangent,)))


def _forward(p: _Point) -> tuple[Any, dict[str, Any]]:
    args, kwargs = p.arguments()
    made = jvp(p.f, p.names)
    directions = [p.direction(p.values[n]) for n in p.names]
    extra = dict(zip(added_parameters(made, p.f), directions))
    tangent = made(*args, **kwargs, **copy.deepcopy(extra))
    p.unchanged("forward-mode", (args, kwargs))
    value = p.moved(directions, 0.0)
    cotangent = p.direction(value)
    got, scale = _pair(cotangent, tangent)
    expected, size = _numerical(p, directions, cotangent)
    p.compare("forward-mode", got, expected, size + scale)
    return made, extra


def _numerical(p: _Point, directions: Sequence[Any], cotangent: Any) -> tuple[float, float]:
    """The central difference along directions, projected, and the size of what was added up."""
    scale = max(1.0, *(float(np.max(np.abs(leaf), initial=0.0)) for n in p.names for leaf in trees.leaves(p.values[n])))
    step = p.eps * scale
    ahead, behind = p.moved(directions, step), p.moved(directions, -step)
    difference = trees.rebuild(lambda a, b: (_wide(a) - _wide(b)) / (2 * step), ahead, behind)
    return _pair(cotangent, difference)


def _pair(x: Any, y: Any) -> tuple[float, float]:
    """The pairing of a cotangent with a tangent, and the sum of the sizes of its terms; `x` gives the structure."""
    products = [np.real(np.asarray(a) * np.asarray(b)) for a, b in trees.pairs(x, y)]
    return float(sum(np.sum(p) for p in products)), float(sum(np.sum(np.abs(p)) for p in products))


def _by_default(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The arguments that hold floating-point numbers, in the order of the parameters."""
    return tuple(n for n, v in values.items() if any(np.result_type(leaf).kind in "fc" for leaf in trees.leaves(v)))


def _random(leaf: Any, rng: np.random.Generator) -> Any:
    kind = np.result_type(leaf)
    out = rng.standard_normal(np.shape(leaf))
    if kind.kind == "c":
        out = out + 1j * rng.standard_normal(np.shape(leaf))
    if isinstance(leaf, (np.ndarray, np.generic)):
        out = np.asarray(out).astype(kind if kind.kind in "fc" else float)
        return out if isinstance(leaf, np.ndarray) else out[()]
    return complex(out) if kind.kind == "c" else float(out)


def _wide(x: Any) -> Any:
    """`x` in double precision, so that a difference of single-precision numbers is not noise."""
    if isinstance(x, (np.ndarray, np.generic)):
        return x.astype(np.result_type(x, np.float64))
    return x


def _moved(x: Any, direction: Any, by: float) -> Any:
    """``x + by * direction`` in double precision; NumPy makes numbers of arrays without axes."""
    moved = _wide(x) + by * _wide(direction)
    return np.asarray(moved) if isinstance(x, np.ndarray) else moved


def _same_value(p: _Point, what: str, value: Any) -> None:
    args, kwargs = p.arguments()
    if not _equal(p.f(*args, **kwargs), value, p.rtol):
        raise AssertionError(f"the {what} derivative of {p.name} computes another value than {p.name} itself")


def _same_structure(p: _Point, name: str, gradient: Any) -> None:
    found = [(np.shape(x), np.shape(g)) for x, g in trees.pairs(p.values[name], gradient)]
    for shape, other in found:
        if shape != other:
            raise AssertionError(f"the gradient of {p.name} with respect to {name} has shape {other} where the "
                                 f"argument has {shape}")


def _equal(a: Any, b: Any, rtol: float = 0.0) -> bool:
    xs, ys = trees.leaves(a), trees.leaves(b)
    return len(xs) == len(ys) and all(
        np.shape(x) == np.shape(y) and np.allclose(x, y, rtol=rtol, atol=rtol, equal_nan=True) for x, y in zip(xs, ys))
