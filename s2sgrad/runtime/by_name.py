"""Attributes that are found by names which the program computes, and what `dataclasses.asdict` and `astuple` make of objects."""
from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from s2sgrad.runtime.fields import Fields, attributes_of
from s2sgrad.runtime.structures import Mirror, add, copy, zeros_like


def named_attribute(x: Any, name: str) -> Any:
    """``getattr(x, name)`` of an attribute that the object itself has."""
    own = attributes_of(x)
    if own is None or name not in own and not isinstance(x, Fields):
        raise TypeError(f"{type(x).__name__}.{name} is looked up by a name that is computed, and is no attribute that the object "
                        "itself has; write it out")
    return getattr(x, name)


def attribute_alone(b: Any, x: Any, name: str) -> Any:
    """The adjoint of an object of which one attribute has the adjoint `b`, and the others zero."""
    out = zeros_like(x)
    setattr(out, name, add(getattr(out, name), b))
    return out


def to_parts(dx: Any, x: Any, made: Any) -> Any:
    """The tangent of `made`, what ``asdict(x)`` or ``astuple(x)`` gives."""
    if dataclasses.is_dataclass(x):
        found = {f.name: to_parts(getattr(dx, f.name), getattr(x, f.name), made) for f in dataclasses.fields(x)}
        return found if isinstance(made, dict) else tuple(found.values())
    return _inside(lambda k: to_parts(dx[k], x[k], made), x, dx)


def from_parts(b: Any, x: Any, made: Any) -> Any:
    """The adjoint of `x`, of which ``asdict(x)`` or ``astuple(x)`` has made what has the adjoint `b`."""
    if isinstance(b, (float, int)) and not b:
        return zeros_like(x)
    if dataclasses.is_dataclass(x):
        out = zeros_like(x)
        for n, f in enumerate(dataclasses.fields(x)):
            setattr(out, f.name, from_parts(b[f.name if isinstance(made, dict) else n], getattr(x, f.name), made))
        return out
    found = _inside(lambda k: from_parts(b[k], x[k], made), x, b)
    return Mirror(found) if isinstance(found, tuple) else found


def _inside(fn: Callable[[Any], Any], x: Any, like: Any) -> Any:
    if isinstance(x, dict):
        return {k: fn(k) for k in x}
    return type(x)(map(fn, range(len(x)))) if type(x) in (list, tuple) else copy(like)
