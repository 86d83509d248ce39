"""Adjoints of objects: a namespace with one adjoint for each attribute, whatever the class does when it is set."""
from __future__ import annotations

import enum
import functools
import inspect
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

_ROUTINES = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, np.ufunc, type(np.sum))
_PLAIN = (*_ROUTINES, np.ndarray, np.generic, np.dtype, enum.Enum)


_OF_ARRAYS = ("shape", "ndim", "size", "dtype", "format", "tocsr", "nnz")  # what tells arrays, which adjoints of objects are not


class Fields:
    """The adjoint of an object while it is added to; what nothing was added to is zero.

    `of` is the class of the object. What it computes when it is asked for an attribute has no place in the adjoint.
    """

    __slots__ = ("__dict__", "_of")

    def __init__(self, of: type | None = None, fields: Mapping[str, Any] | None = None) -> None:
        object.__setattr__(self, "_of", of)
        self.__dict__.update(fields or {})

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__" or name in _OF_ARRAYS:
            raise AttributeError(name)
        held = inspect.getattr_static(self._of, name, None) if self._of is not None else None
        if isinstance(held, (dict, list, tuple)):  # what all objects of the class share has an adjoint that nobody asks for
            from s2sgrad.runtime.structures import zeros_like
            self.__dict__[name] = zeros_like(held)
            return self.__dict__[name]
        return 0.0

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_of":
            object.__setattr__(self, name, value)
            return
        if name not in self.__dict__ and self._of is not None and _is_computed(self._of, name):
            raise TypeError(f"{self._of.__name__}.{name} is computed from other attributes, and the class was not known "
                            "when the derivative was made; annotate the parameter, or call a method instead")
        self.__dict__[name] = value

    def __zero_tangent__(self, zero: Callable[[Any], Any]) -> Fields:
        return Fields(self._of, {k: zero(v) for k, v in self.__dict__.items()})

    def __repr__(self) -> str:
        return f"Fields({', '.join(f'{k}={v!r}' for k, v in self.__dict__.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fields) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]


def _is_computed(cls: type, name: str) -> bool:
    """Does the class compute the attribute, which an object does not hold, when it is read?"""
    found = inspect.getattr_static(cls, name, None)
    if found is None:
        return hasattr(cls, "__getattr__")
    return hasattr(type(found), "__get__") and not isinstance(found, types.MemberDescriptorType)


#: Libraries that draw and report.
DRAWING = ("matplotlib", "mpl_toolkits", "seaborn", "plotly", "bokeh", "loguru", "rich", "wandb", "mlflow", "tensorboard")
_MACHINERY = frozenset((*DRAWING, "logging", "threading", "_thread", "io", "_io", "random", "_random", "re", "queue", "time",
                        "datetime", "pathlib", "socket", "subprocess", "multiprocessing", "concurrent", "weakref", "asyncio",
                        "uuid"))


def attributes_of(x: Any) -> dict[str, Any] | None:
    """The attributes that an object has of its own, in ``__dict__`` or in slots; None for what is no such object."""
    if isinstance(x, Fields):
        return dict(x.__dict__)
    if isinstance(x, _PLAIN) or _is_machinery(x.__class__):
        return None
    found: dict[str, Any] = {}
    slots = _all_slots(x.__class__)
    for name in slots:
        if hasattr(x, name):
            found[name] = getattr(x, name)
    own = getattr(x, "__dict__", None)
    if own is None and not slots:
        return None
    found.update(own or {})
    return found


@functools.lru_cache(maxsize=1024)
def _is_machinery(cls: type) -> bool:
    """Is this a class of a library whose objects hold no numbers of the program: loggers, locks, files, axes of a figure?"""
    return cls.__module__.partition(".")[0] in _MACHINERY


@functools.lru_cache(maxsize=1024)
def _all_slots(cls: Any) -> tuple[str, ...]:
    """The slots of a class and of those that it inherits from."""
    return tuple(name for c in cls.__mro__ for name in _slots(c))


def _slots(cls: type) -> tuple[str, ...]:
    if cls.__module__.partition(".")[0] in sys.stdlib_module_names:
        return ()
    slots = vars(cls).get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(f"_{cls.__name__.lstrip('_')}{n}" if n[:2] == "__" and n[-2:] != "__" else n
                 for n in names if n not in ("__dict__", "__weakref__"))


def is_object(x: Any) -> bool:
    """Is this an object with attributes of its own, and no array of some library?"""
    return getattr(x, "__dict__", None) is not None and not hasattr(x, "shape") and attributes_of(x) is not None


def require_no_operator(x: Any, b: Any, name: str = "__add__") -> None:
    """Raise where `x`, whose adjoint is `b`, was taken for a number, array or list, and has an operator of its own."""
    found = inspect.getattr_static(type(x), name, None)
    library = (getattr(found, "__module__", None) or "").startswith(("numpy.", "scipy."))
    if isinstance(b, Fields) or is_object(b) or isinstance(found, types.FunctionType) and not library:
        cls = type(x).__name__
        raise TypeError(f"an operator of {cls} was taken for that of numbers, arrays or lists; annotate the parameter that the "
                        f"object comes from with the class {cls}, or construct it in the function")


def set_attribute(x: Any, name: str, value: Any) -> None:
    """Set an attribute as it stands, past properties and frozen classes."""
    own = getattr(x, "__dict__", None)
    if own is not None and name not in _all_slots(x.__class__):
        own[name] = value
    else:
        object.__setattr__(x, name, value)
