"""How the classes of the compiler's values are made."""
from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

Cls = TypeVar("Cls", bound=type)

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass

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
    # make, and a compiler makes little else. Methods that a class would get of its own are compiled whenever the compiler
    # is imported, so classes share what they can.

    def dataclass(cls=None, *, frozen=False, **options):
        """`dataclasses.dataclass`; what is frozen is hashed by what it holds if it is compared by that."""
        def made(cls):
            if "__repr__" not in vars(cls):
                cls.__repr__ = _shown
            return dataclasses.dataclass(repr=False, match_args=False,
                                         unsafe_hash=frozen and options.get("eq", True), **options)(cls)

        return made if cls is None else made(cls)


    def _shown(self):
        held = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
        return f"{type(self).__qualname__}({held})"


    node = dataclass(eq=False, slots=True)


    def value(cls):
        made = dataclass(frozen=True)(cls)
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
