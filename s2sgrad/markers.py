"""What users say to the compiler inside a function; none of it changes the value."""
from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

from s2sgrad import runtime

T = TypeVar("T")
R = TypeVar("R")


def stop_gradient(x: T) -> T:
    """`x` itself, taken for a constant by derivatives.

    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    3.0
    """
    return x


class Checkpoint(Generic[R]):
    """A function whose derivative keeps its arguments alone and runs it a second time: see `checkpoint`."""

    def __init__(self, function: Callable[..., R]) -> None:
        self.function = function
        functools.update_wrapper(self, function)

    def __call__(self, *args: Any, **options: Any) -> R:
        return self.function(*args, **options)

    def __get__(self, owner: Any, cls: type | None = None) -> Any:
        return self if owner is None else functools.partial(self, owner)

    def __repr__(self) -> str:
        return f"checkpoint({self.function!r})"


def checkpoint(f: Callable[..., R]) -> Callable[..., R]:
    """`f`, differentiated with less memory: what happens inside it is not saved but computed again.

    The forward sweep runs `f` as it is and keeps its arguments; the backward sweep runs it a second time, now saving
    what its derivative needs. Usable as a decorator, or where the function is called, ``checkpoint(layer)(h, w)``. The
    function must have source, stand on its own (no nested function, no lambda that captures variables), change none
    of its arguments, and return the same when it runs again (Griewank 1992; Chen et al. 2016). A method, and a function
    that is known only at run time, is differentiated as if it were not marked.

    >>> layer = checkpoint(lambda h: math.sin(h) * h)
    >>> grad(lambda x: layer(layer(x)))(0.5) == grad(lambda x: layer.function(layer.function(x)))(0.5)
    True
    """
    return f if isinstance(f, Checkpoint) else Checkpoint(f)


class insert_grad_of(Generic[T]):
    """``with insert_grad_of(x) as dx:`` runs its block in the backward sweep, where `dx` is the adjoint of `x`.

    The block stands where `x` has the value whose adjoint is meant: all that happens to `x` after the block counts.
    It may read any variable of the function; assigning to `dx` (or changing it in place) changes the gradient that is
    passed on to what `x` was computed from. Other variables that it assigns are its own. Forward mode, which has no
    adjoints, leaves the block out. When the function itself runs, the block runs with a zero of the structure of
    `x`, since there is no gradient to speak of.

    >>> def f(x):
    ...     y = x * x
    ...     with insert_grad_of(y) as dy:
    ...         dy = min(dy, 1.0)
    ...     return 10.0 * y
    >>> grad(f)(3.0)
    6.0
    """

    def __init__(self, x: T) -> None:
        self.x = x

    def __enter__(self) -> Any:
        return runtime.zeros_like(self.x)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        return None
