"""Additions to places of adjoints of structures, and adjoints that are taken out of such places."""
from __future__ import annotations

import collections
from typing import Any

import numpy as np

from s2sgrad.runtime.fields import Fields, set_attribute
from s2sgrad.runtime.structures import _fields, _is_changeable, add_part, own_copy, zeros_like


def add_saved(b: Any, key: Any, value: Any) -> None:
    """``b[key] += value``, where a dict has the key."""
    if not isinstance(b, dict) or key in b:
        add_part(b, key, value)


def entry(b: Any, key: Any) -> Any:
    """``b[key]``, 0.0 where a dict does not have the key; of an array a copy, since zero is put there afterwards."""
    if isinstance(b, dict):
        return b.get(key, 0.0)
    return own_copy(b[key]) if isinstance(b, np.ndarray) else b[key]


def take_part(b: Any, key: Any) -> Any:
    """The adjoint of what was put into ``a[key]``, which leaves zero behind; a part that is an array stays the same one."""
    part = b[key]
    value = own_copy(part)
    if isinstance(b, np.ndarray):  # of which a mask selects a copy
        b[key] = 0.0
    elif isinstance(part, np.ndarray):
        part[...] = 0.0
    else:
        b[key] = zeros_like(value)
    return value


def take_field(b: Any, name: str) -> Any:
    """As `take_part`, of an attribute."""
    part = getattr(b, name)
    value = own_copy(part)
    if isinstance(part, np.ndarray):
        part[...] = 0.0
    else:
        set_attribute(b, name, zeros_like(value))
    return value


def take_contents(b: Any) -> Any:
    """The adjoint of the contents that something was given, which leaves zero behind; parts stay the same objects."""
    value = own_copy(b)
    _clear(b)
    return value


def _clear(b: Any) -> None:
    if isinstance(b, np.ndarray):
        b[...] = 0.0
        return
    for k, part in list(_parts(b)):
        if _is_changeable(part):
            _clear(part)
        elif isinstance(b, Fields):
            set_attribute(b, k, zeros_like(part))
        else:
            b[k] = zeros_like(part)


def _parts(b: Any) -> Any:
    if isinstance(b, dict):
        return b.items()
    return enumerate(b) if isinstance(b, (list, collections.deque)) else _fields(b).items()
