"""What containers and objects held before they were changed: taken aside, and put back."""
from __future__ import annotations

import collections
import copy as _copy
from typing import Any

import numpy as np

from s2sgrad.runtime.fields import set_attribute
from s2sgrad.runtime.structures import _fields, _is_changeable, copy, zeros_like


class _Missing:
    """Stands for a key that a dict did not have."""

    def __copy__(self) -> _Missing:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> _Missing:
        return self


MISSING = _Missing()


def saved(table: Any, key: Any) -> Any:
    """What ``table[key] = ...`` is about to replace."""
    if isinstance(table, dict):
        return table.get(key, MISSING)
    return table[key] if isinstance(table, list) else copy(table[key])


def zero_part(table: Any, key: Any) -> Any:
    """The zero adjoint of what ``table[key]`` holds, 0.0 where a dict does not have the key."""
    return 0.0 if isinstance(table, dict) and key not in table else zeros_like(table[key])


def zero_field(x: Any, name: str) -> Any:
    """The zero adjoint of an attribute, 0.0 where an object does not have it."""
    return zeros_like(getattr(x, name, 0.0))


def restore_contents(x: Any, value: Any) -> None:
    """Give an array or a container the contents of `value`, a copy of what it was; parts stay the same objects."""
    if isinstance(x, np.ndarray):
        x[...] = value
    elif isinstance(x, tuple):
        for part, v in zip(x, value):
            restore_contents(part, v)
    elif not _is_changeable(x):
        return
    elif isinstance(x, (list, collections.deque)) and len(x) == len(value) or isinstance(x, dict) and x.keys() == value.keys():
        for k in x if isinstance(x, dict) else range(len(x)):
            if _is_changeable(x[k]):
                restore_contents(x[k], value[k])
            else:
                x[k] = value[k]
    elif isinstance(x, (list, dict, collections.deque)):
        x.clear()
        x.update(value) if isinstance(x, dict) else x.extend(value)
    else:
        for k, v in _fields(value).items():
            part = getattr(x, k, None)
            if _is_changeable(part) and type(part) is type(v):
                restore_contents(part, v)
            else:
                set_attribute(x, k, v)


def members(x: Any) -> Any:
    """What a container holds, before a method takes something out of it or puts something into it."""
    if isinstance(x, (np.ndarray, list, dict, set, collections.deque)):
        return _copy.copy(x)
    raise TypeError("what is changed by a method here is taken for a list, dict, set or deque and is of type "
                    f"{type(x).__name__}; change it in a statement of its own")


def restore_members(x: Any, value: Any) -> None:
    """Let a container hold what `members` found, the same objects."""
    if isinstance(x, np.ndarray):
        x[...] = value
        return
    x.clear()
    x.update(value) if isinstance(x, (dict, set)) else x.extend(value)


def restore_part(x: Any, key: Any, value: Any) -> None:
    """Undo ``x[key] += v``: a part that is an array was changed itself, and gets its elements back."""
    part = x[key]
    if isinstance(part, np.ndarray) and part.shape == np.shape(value):
        part[...] = value
    x[key] = value if not isinstance(part, np.ndarray) else part


def restore_field(x: Any, name: str, value: Any) -> None:
    """Undo ``x.name += v``: an array was changed itself, and gets its elements back."""
    part = getattr(x, name)
    if isinstance(part, np.ndarray) and part.shape == np.shape(value):
        part[...] = value
    else:
        setattr(x, name, value)


def restore(table: Any, key: Any, value: Any) -> None:
    """Put back what `saved` found."""
    if value is MISSING:
        del table[key]
    else:
        table[key] = value


def saved_attribute(x: Any, name: str) -> Any:
    """What ``x.name = ...`` is about to replace."""
    return copy(getattr(x, name, MISSING))


def restore_attribute(x: Any, name: str, value: Any) -> None:
    """Put back what `saved_attribute` found."""
    if value is MISSING:
        delattr(x, name)
    else:
        setattr(x, name, value)


def split_tail(b: list[Any], count: int) -> list[Any]:
    """Remove the last `count` elements of a list and return them."""
    tail = [b.pop() for _ in range(count)]
    return tail[::-1]


def take_out(b: Any, position: int) -> Any:
    """Undo ``insert(position, ...)``: remove the element that it put in."""
    if position < 0:
        position = max(0, len(b) - 1 + position)
    position = min(position, len(b) - 1)
    value = b[position]
    del b[position]
    return value


def keys_from_last(xs: Any) -> list[Any]:
    """The places of a list or a dict, from the last to the first: as each of them goes, the others stay where they are. Of a
    set its elements."""
    return list(xs if isinstance(xs, (dict, set)) else range(len(xs)))[::-1]


def put_back(b: Any, position: int, value: Any) -> None:
    """Undo ``pop(position)`` or ``del b[position]``, of a list or of a dict."""
    if isinstance(b, dict):
        b[position] = value
        return
    b.insert(position if position >= 0 else len(b) + 1 + position, value)
