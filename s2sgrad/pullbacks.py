"""What `pullback` returns: a pair of generated functions, run in two steps."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
        value, saved = self.forward(*self.target.first, *args, **{**dict(self.target.named), **options})
        return value, Pull(self, saved, value)


class Pull:
    """``pull(seed)``: the vector-Jacobian product at the arguments that the pullback was called with."""

    def __init__(self, of: PullbackOf, saved: Any, value: Any) -> None:
        self.of = of
        self.saved = saved
        self.value = value

    def __call__(self, seed: Any) -> Any:
        if self.of.checked:
            seed = runtime.check_seed(seed, self.value)
        result = self.of.backward(runtime.unshared(self.saved, self.of.restores), seed)
        return of_owner(result, self.of)

    def __zero_tangent__(self, zero: Callable[[Any], Any]) -> Any:
        """The tangent of a pull is that of what it saved."""
        return zero(self.saved)


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
