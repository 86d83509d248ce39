"""Holds the derivatives of a program against finite differences, along one random direction.

A program is an ordinary function with arguments to call it at. Its arguments and results may be floats, complex
numbers, arrays, and lists, tuples, named tuples, dicts, deques, dataclasses or objects of these, to any depth. A
direction is a value of the same structure in which every number is random. Integers, booleans and strings
inside a structure are data that no direction moves.
"""
from __future__ import annotations

import copy
import dataclasses
import enum
import inspect
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np


@dataclasses.dataclass(frozen=True)
class Case:
    """A program, the arguments to call it at, and the names of those to differentiate with respect to."""
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    wrt: tuple[str, ...]
    constant: bool = False       # the result does not vary with the arguments: the derivative is zero
    smoke: bool = False          # runs on every Python that is found

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def asked(self) -> str | tuple[str, ...]:
        """What to differentiate with respect to, as a user asks for it."""
        return self.wrt if len(self.wrt) > 1 else self.wrt[0]

    @property
    def positions(self) -> tuple[int, ...]:
        names = list(inspect.signature(self.function).parameters)
        return tuple(names.index(name) for name in self.wrt)


def arguments(case: Case) -> list[Any]:
    """Fresh arguments: a program may change what it is given."""
    return copy.deepcopy(list(case.arguments))


def with_defaults(case: Case, given: list[Any]) -> list[Any]:
    """All positional arguments, so that seeds may follow them."""
    bound = inspect.signature(case.function).bind(*given)
    bound.apply_defaults()
    return list(bound.args)


# ---- structured values ------------------------------------------------------------------------------------

def is_number(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fc"
    return isinstance(value, (float, complex, np.floating, np.complexfloating))


def parts(value: Any) -> dict[Any, Any]:
    """What a structure consists of, by key, index or name; nothing for a leaf."""
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, (list, tuple, deque)):
        return dict(enumerate(value))
    if hasattr(value, "__dict__") and not isinstance(value, (type, np.ufunc, enum.Enum)) and not inspect.isroutine(value):
        return dict(vars(value))
    return {}


def part(value: Any, key: Any) -> Any:
    return value[key] if isinstance(value, (dict, list, tuple, deque)) else getattr(value, key)


def rebuilt(value: Any, new: dict[Any, Any]) -> Any:
    """A structure like `value` that consists of `new`."""
    if isinstance(value, dict):
        return {key: new[key] for key in value}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*new.values())
    if isinstance(value, (list, tuple)):
        return type(value)(new.values())
    if isinstance(value, deque):
        return deque(new.values(), value.maxlen)
    other = copy.copy(value)
    vars(other).update(new)
    return other


def direction(like: Any, rng: np.random.Generator) -> Any:
    """A random value of the structure of `like`."""
    if is_number(like):
        sample = rng.normal(size=np.shape(like))
        if np.iscomplexobj(like):
            sample = sample + 1j * rng.normal(size=np.shape(like))
        if isinstance(like, np.ndarray):
            return np.asarray(sample, like.dtype)
        return complex(sample) if np.iscomplexobj(like) else float(sample)
    inner = parts(like)
    return rebuilt(like, {key: direction(v, rng) for key, v in inner.items()}) if inner else copy.copy(like)


def moved(value: Any, along: Any, step: float) -> Any:
    """value + step * along."""
    if is_number(value):
        return value + step * along
    inner = parts(value)
    return rebuilt(value, {key: moved(v, part(along, key), step) for key, v in inner.items()}) if inner else value


def pairing(covector: Any, vector: Any, like: Any) -> float:
    """Re(sum(covector * vector)) over the numbers of `like`, which both must have the structure of."""
    if is_number(like):
        assert np.shape(covector) == np.shape(like), \
            f"an adjoint of shape {np.shape(covector)} for a value of shape {np.shape(like)}"
        return float(np.real(np.sum(np.asarray(covector) * np.asarray(vector))))
    return sum(pairing(part(covector, key), part(vector, key), v) for key, v in parts(like).items())


def assert_same(got: Any, want: Any, what: str, tolerance: float = 0.0) -> None:
    """Equal structures with equal leaves; numbers within `tolerance`."""
    if is_number(want) or isinstance(want, np.ndarray):
        assert np.shape(got) == np.shape(want), f"{what}: shape {np.shape(got)}, expected {np.shape(want)}"
        assert np.allclose(got, want, rtol=tolerance, atol=tolerance, equal_nan=True), f"{what}: {got} is not {want}"
        return
    inner = parts(want)
    if not inner:
        bare = type(got) is type(want) and hasattr(want, "__dict__")  # an object without attributes
        assert got is want or inspect.isroutine(want) or bare or got == want, f"{what}: {got!r} is not {want!r}"
    else:
        assert list(parts(got)) == list(inner), f"{what}: {list(parts(got))} instead of {list(inner)}"
    for key, value in inner.items():
        assert_same(part(got, key), value, f"{what}[{key!r}]", tolerance)


# ---- the checks -------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Probe:
    """A direction for each argument of `wrt`, a cotangent of the result, and <cotangent, J direction>."""
    directions: tuple[Any, ...]
    cotangent: Any
    value: Any
    derivative: float
    magnitude: float


def probe(case: Case) -> Probe:
    """Measure the directional derivative by central differences of fourth order.

    The formula is f' = (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h; the step with the smallest disagreement
    between two neighbouring steps is taken.
    """
    rng = np.random.default_rng(len(case.name) + 7)
    given = arguments(case)
    directions = tuple(direction(given[i], rng) for i in case.positions)
    value = case.function(*arguments(case))
    cotangent = direction(value, rng)

    def along(step: float) -> float:
        new = arguments(case)
        for i, d in zip(case.positions, directions):
            new[i] = moved(new[i], d, step)
        return pairing(cotangent, case.function(*new), value)

    estimates = [(8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
                 for h in (1e-3, 3e-4, 1e-4, 3e-5, 1e-5)]
    gaps = [abs(a - b) for a, b in zip(estimates, estimates[1:])]
    best = int(np.argmin(gaps))
    return Probe(directions, cotangent, value, estimates[best + 1], max(1.0, abs(pairing(cotangent, value, value))))


def assert_close(got: float, found: Probe, what: str) -> None:
    allowed = 1e-6 * max(abs(found.derivative), 1e-2 * found.magnitude, 1e-3)
    assert abs(got - found.derivative) <= allowed, f"{what}: {got!r}, finite differences: {found.derivative!r}"


def gradients(case: Case, pull: Callable[..., Any], cotangent: Any) -> tuple[Any, ...]:
    result = pull(cotangent)
    return result if len(case.wrt) > 1 else (result,)


def check_reverse(case: Case) -> None:
    import s2sgrad

    found = probe(case)
    given = arguments(case)
    value, pull = s2sgrad.pullback(case.function, wrt=case.asked)(*given)
    assert_same(value, found.value, "the value", 1e-12)
    seed = copy.deepcopy(found.cotangent)
    got = gradients(case, pull, seed)
    assert_same(given, arguments(case), "the arguments")
    assert_same(seed, found.cotangent, "the cotangent")
    total = sum(pairing(g, d, given[i]) for g, d, i in zip(got, found.directions, case.positions))
    assert_close(total, found, "reverse mode")


def spoil(value: Any) -> None:
    """Change what a caller was given, as a caller may: arrays in place, and numbers in lists and dicts."""
    if isinstance(value, np.ndarray) and value.flags.writeable and value.dtype.kind in "fc":
        value += 1000.0
    for key, part_ in parts(value).items():
        if isinstance(value, (list, dict)) and isinstance(part_, float):
            value[key] = 1000.0
        else:
            spoil(part_)


def check_kept(case: Case) -> None:
    """A pullback gives the same when it is called again and what it computed was changed; so do the derivative that is not
    optimized and the one that is specialized for these arguments."""
    import s2sgrad

    found = probe(case)
    given = arguments(case)
    value, pull = s2sgrad.pullback(case.function, wrt=case.asked)(*given)
    want = gradients(case, pull, copy.deepcopy(found.cotangent))
    total = sum(pairing(g, d, given[i]) for g, d, i in zip(want, found.directions, case.positions))
    assert_close(total, found, "reverse mode")
    want = copy.deepcopy(want)
    spoil(value)
    assert_same(given, arguments(case), "the arguments")
    assert_same(gradients(case, pull, copy.deepcopy(found.cotangent)), want, "the second gradient", 1e-12)
    plain = s2sgrad.vjp(case.function, wrt=case.asked, optimized=False)
    special = s2sgrad.vjp(case.function, wrt=case.asked).specialize(*arguments(case))
    for made in (plain, special):
        got = gradients(case, lambda seed: made(*with_defaults(case, given), seed), copy.deepcopy(found.cotangent))
        assert_same(got, want, "the gradient", 1e-8)
        assert_same(given, arguments(case), "the arguments")


def check_forward(case: Case) -> None:
    import s2sgrad

    found = probe(case)
    given = arguments(case)
    value, push = s2sgrad.pushforward(case.function, wrt=case.asked)(*given)
    assert_same(value, found.value, "the value", 1e-12)
    directions = copy.deepcopy(found.directions)
    tangent = push(*directions)
    assert_same(given, arguments(case), "the arguments")
    assert_same(directions, found.directions, "the directions")
    assert_close(pairing(found.cotangent, tangent, found.value), found, "forward mode")


def check_modes_agree(case: Case) -> None:
    """<J* cotangent, direction> = <cotangent, J direction>, to rounding."""
    import s2sgrad

    found = probe(case)
    given = arguments(case)
    got = gradients(case, s2sgrad.pullback(case.function, wrt=case.asked)(*given)[1], copy.deepcopy(found.cotangent))
    reverse = sum(pairing(g, d, given[i]) for g, d, i in zip(got, found.directions, case.positions))
    tangent = s2sgrad.pushforward(case.function, wrt=case.asked)(*arguments(case))[1](*found.directions)
    forward = pairing(found.cotangent, tangent, found.value)
    assert abs(reverse - forward) <= 1e-9 * max(1.0, abs(forward), found.magnitude), (reverse, forward)


@dataclasses.dataclass(frozen=True)
class Second:
    """<u, d/dt gradient(x + t direction)> by central differences of the gradient that reverse mode gives."""
    vectors: tuple[Any, ...]
    value: float
    size: float

    def assert_close(self, got: float) -> None:
        assert abs(got - self.value) <= 1e-5 * self.size, f"second order: {got!r}, finite differences: {self.value!r}"


def probe_second(case: Case, found: Probe) -> Second:
    """Measure how the gradient changes along the directions of `found`, for a random u."""
    import s2sgrad

    first = s2sgrad.vjp(case.function, wrt=case.asked)
    rng = np.random.default_rng(5)
    vectors = tuple(direction(arguments(case)[i], rng) for i in case.positions)

    def along(step: float) -> float:
        new = arguments(case)
        for i, d in zip(case.positions, found.directions):
            new[i] = moved(new[i], d, step)
        got = gradients(case, lambda cotangent: first(*with_defaults(case, new), cotangent),
                        copy.deepcopy(found.cotangent))
        return sum(pairing(g, v, arguments(case)[i]) for g, v, i in zip(got, vectors, case.positions))

    estimates = [(8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h) for h in (1e-3, 3e-4, 1e-4, 3e-5, 1e-5)]
    want = min(zip(estimates, estimates[1:]), key=lambda pair: abs(pair[0] - pair[1]))[1]
    return Second(vectors, want, max(abs(want), abs(along(0.0)), 1e-3))


def check_second_order(case: Case) -> None:
    """Forward mode over reverse mode."""
    import s2sgrad

    found = probe(case)
    want = probe_second(case, found)
    second = s2sgrad.jvp(s2sgrad.vjp(case.function, wrt=case.asked), wrt=case.asked)
    tangents = second(*with_defaults(case, arguments(case)), copy.deepcopy(found.cotangent), *found.directions)
    tangents = tangents if len(case.wrt) > 1 else (tangents,)
    want.assert_close(sum(pairing(t, v, arguments(case)[i]) for t, v, i in zip(tangents, want.vectors, case.positions)))


def check_reverse_twice(case: Case) -> None:
    """Reverse mode over reverse mode."""
    import s2sgrad

    found = probe(case)
    want = probe_second(case, found)
    second = s2sgrad.vjp(s2sgrad.vjp(case.function, wrt=case.asked), wrt=case.asked)
    seed = want.vectors if len(case.wrt) > 1 else want.vectors[0]
    given = arguments(case)
    got = gradients(case, lambda seed: second(*with_defaults(case, given), copy.deepcopy(found.cotangent), seed), seed)
    want.assert_close(sum(pairing(g, d, given[i]) for g, d, i in zip(got, found.directions, case.positions)))


def check_reverse_over_forward(case: Case) -> None:
    """Reverse mode over forward mode: the gradient of <cotangent, J direction>."""
    import s2sgrad

    found = probe(case)
    want = probe_second(case, found)
    second = s2sgrad.vjp(s2sgrad.jvp(case.function, wrt=case.asked), wrt=case.asked)
    given = arguments(case)
    got = gradients(case, lambda seed: second(*with_defaults(case, given), *found.directions, seed), copy.deepcopy(found.cotangent))
    want.assert_close(sum(pairing(g, v, given[i]) for g, v, i in zip(got, want.vectors, case.positions)))


def check_forward_twice(case: Case) -> None:
    """Forward mode over forward mode."""
    import s2sgrad

    found = probe(case)
    want = probe_second(case, found)
    second = s2sgrad.jvp(s2sgrad.jvp(case.function, wrt=case.asked), wrt=case.asked)
    tangent = second(*with_defaults(case, arguments(case)), *copy.deepcopy(found.directions), *want.vectors)
    want.assert_close(pairing(found.cotangent, tangent, found.value))
