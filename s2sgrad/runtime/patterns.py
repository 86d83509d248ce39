"""What the ``match`` statement asks of its subject."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def is_sequence(x: Any) -> bool:
    """Does a sequence pattern fit `x`? Strings and bytes are no sequences here."""
    return isinstance(x, (list, tuple)) or isinstance(x, Sequence) and not isinstance(x, (str, bytes, bytearray))


def is_mapping(x: Any) -> bool:
    """Does a mapping pattern fit `x`?"""
    return isinstance(x, (dict, Mapping))
