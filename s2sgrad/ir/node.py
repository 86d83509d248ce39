"""How the classes of the core language are made."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

Cls = TypeVar("Cls", bound=type)

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    @dataclass_transform(frozen_default=True, eq_default=False)
    def node(cls: Cls) -> Cls:
        """A dataclass that nobody changes, compared by identity."""
        return cls

    @dataclass_transform(frozen_default=True)
    def value(cls: Cls) -> Cls:
        """A dataclass that nobody changes, compared by what it holds."""
        return cls
else:
    # The type checker sees to it that nothing is changed: objects that guard themselves take three times as long to
    # make, and a compiler makes little else.
    node = dataclass(eq=False, slots=True)


    def value(cls):
        made = dataclass(unsafe_hash=True)(cls)
        computed = made.__hash__

        def __hash__(self):
            """What it holds may be large: that is hashed once."""
            try:
                return self._hash
            except AttributeError:
                self._hash = computed(self)
                return self._hash

        made.__hash__ = __hash__
        return made
