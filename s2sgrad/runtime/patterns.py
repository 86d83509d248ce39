"""What the ``match`` statement asks of its subject."""
from __future__ import annotations

from typing import Any

#: The flags of a type that the interpreter itself goes by (PEP 634).
_SEQUENCE, _MAPPING = 1 << 5, 1 << 6


def is_sequence(x: Any) -> bool:
    """Does a sequence pattern fit `x`? Strings and bytes are no sequences here."""
    return bool(type(x).__flags__ & _SEQUENCE)


def is_mapping(x: Any) -> bool:
    """Does a mapping pattern fit `x`?"""
    return bool(type(x).__flags__ & _MAPPING)
