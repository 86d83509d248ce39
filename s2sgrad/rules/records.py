"""Classes whose objects are nothing but their fields, all given when they are made: a call of one is a display."""
from __future__ import annotations

import dataclasses
import inspect
from typing import Any


def record_fields(cls: Any) -> tuple[str, ...] | None:
    """The fields of a named tuple or frozen dataclass, in the order of its parameters; None for anything else."""
    if not isinstance(cls, type):
        return None
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        return tuple(cls._fields)
    return plain_fields(cls) if dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen else None  # type: ignore[attr-defined]


def plain_fields(cls: Any) -> tuple[str, ...] | None:
    """The fields of a dataclass that its constructor stores and does nothing else; None for anything else."""
    if not isinstance(cls, type) or not dataclasses.is_dataclass(cls) or hasattr(cls, "__post_init__"):
        return None
    init = inspect.getattr_static(cls, "__init__", None)
    if getattr(getattr(init, "__code__", None), "co_filename", "") != "<string>":
        return None
    fields = dataclasses.fields(cls)
    return tuple(f.name for f in fields) if all(f.init and not getattr(f, "kw_only", False) for f in fields) else None


def is_named_tuple(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")
