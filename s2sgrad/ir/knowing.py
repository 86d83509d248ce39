"""What a statement knows of itself: passes ask for that all day long.

Most of it is found out when a statement is made: of classes with a ``__getattr__``, Python reads any attribute slowly.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from s2sgrad.ir.remember import remembered

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
    """A statement with blocks, which are `nested`; `inside` are the statements in them, in the order of the text."""

    __slots__ = ("nested", "inside")

    nested: tuple[Block, ...]
    inside: Block

    if not TYPE_CHECKING:
        def __post_init__(self):
            Knowing.__post_init__(self)
            self.inside = flat(self.nested)


def all_of(block: Block) -> Block:
    """The statements of a block and those inside them, in the order of the text."""
    return _all_of_many(block) if len(block) > _FEW else flat((block,))


#: Blocks of no more statements are walked anew whenever they are asked for.
_FEW = 10


def flat(blocks: Iterable[Block]) -> Block:
    """The statements of some blocks and those inside them, in the order of the text."""
    out: list[Any] = []
    for block in blocks:
        for s in block:
            out.append(s)
            if s.inside:
                out += s.inside
    return tuple(out)


@remembered
def _all_of_many(block: Block) -> Block:
    return flat((block,))
