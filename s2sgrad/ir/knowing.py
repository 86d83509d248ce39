"""What a statement knows of itself: passes ask for that all day long.

Most of it is found out when a statement is made: of classes with a ``__getattr__``, Python reads any attribute slowly.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s2sgrad.ir.expr import Expr
    from s2sgrad.ir.stmt import Block

#: How it is found, by the kind of the statement; the other kinds have nothing of that name, or see to it themselves.
TOLD: dict[type, list[tuple[str, Callable[[Any], Any]]]] = {}


class Knowing:
    """A statement, which knows what `stmt.writes`, `stmt.reads` and `stmt.expressions` tell."""

    __slots__ = ("own", "read", "written")

    own: tuple[Expr, ...]
    read: frozenset[str]
    written: frozenset[str]

    if not TYPE_CHECKING:
        def __post_init__(self):
            for name, find in TOLD[type(self)]:
                setattr(self, name, find(self))


class Simple(Knowing):
    """A statement without blocks."""

    __slots__ = ()
    inside, nested = (), ()


class Compound(Knowing):
    """A statement with blocks, which are `nested`."""

    __slots__ = ("nested", "_inside")

    nested: tuple[Block, ...]
    _inside: Block

    @property
    def inside(self) -> Block:
        """The statements in its blocks, in the order of the text."""
        try:
            return self._inside
        except AttributeError:  # asked for the first time
            out: list[Any] = []
            for block in self.nested:
                for s in block:
                    out.append(s)
                    out += s.inside
            self._inside = tuple(out)
            return self._inside
