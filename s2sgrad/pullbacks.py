"""What `pullback` returns: a pair of generated functions, run in two steps."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2sgrad import runtime
from s2sgrad.targets import Target


class PullbackOf:
    """``value, pull = PullbackOf(...)(*args)``: runs the forward function and keeps what it saved.

    `restores`: the backward function changes what it is given. `checked`: seeds are held against the value.
    `stranger`: an adjoint is expected for the object that the function was taken from, which it does not know.
    """

    def __init__(self, target: Target, forward: Callable[..., Any], backward: Callable[..., Any], restores: bool,
                 checked: bool, stranger: bool = False) -> None:
        self.stranger = stranger
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
        if not self.of.stranger:
            return result
        return (0.0, *result) if isinstance(result, tuple) else (0.0, result)

    def __zero_tangent__(self, zero: Callable[[Any], Any]) -> Any:
        """The tangent of a pull is that of what it saved."""
        return zero(self.saved)
