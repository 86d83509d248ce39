"""Functions that are kept for later with the values that they depend on."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Bound:
    """A partial application whose arguments have adjoints: `captured` come first, the last of them by `names`."""

    function: Callable[..., Any]
    captured: tuple[Any, ...]
    names: tuple[str, ...] = ()

    def __call__(self, *args: Any, **options: Any) -> Any:
        at = len(self.captured) - len(self.names)
        return self.function(*self.captured[:at], *args, **{**dict(zip(self.names, self.captured[at:])), **options})
