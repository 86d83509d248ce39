"""Adjoints of objects: a namespace with one adjoint for each attribute, whatever the class does when it is set."""
from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np

_ROUTINES = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)


class Fields(types.SimpleNamespace):
    """The adjoint of an object while it is added to; what nothing was added to is zero."""

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        return 0.0


def attributes_of(x: Any) -> dict[str, Any] | None:
    """The attributes that an object has of its own, in ``__dict__`` or in slots; None for what is no such object."""
    if isinstance(x, (*_ROUTINES, np.ndarray, np.generic, np.dtype)):
        return None
    found: dict[str, Any] = {}
    slots = [s for cls in type(x).__mro__ for s in _slots(cls)]
    for name in slots:
        if hasattr(x, name):
            found[name] = getattr(x, name)
    own = getattr(x, "__dict__", None)
    if own is None and not slots:
        return None
    found.update(own or {})
    return found


def _slots(cls: type) -> tuple[str, ...]:
    if cls.__module__.partition(".")[0] in sys.stdlib_module_names:
        return ()
    slots = vars(cls).get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(f"_{cls.__name__.lstrip('_')}{n}" if n[:2] == "__" and n[-2:] != "__" else n
                 for n in names if n not in ("__dict__", "__weakref__"))


def set_attribute(x: Any, name: str, value: Any) -> None:
    """Set an attribute as it stands, past properties and frozen classes."""
    own = getattr(x, "__dict__", None)
    if own is not None and name not in (s for cls in type(x).__mro__ for s in _slots(cls)):
        own[name] = value
    else:
        object.__setattr__(x, name, value)
