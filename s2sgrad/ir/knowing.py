"""What a statement knows of itself: passes ask for that all day long.

Most of it is found out when a statement is made: of classes with a ``__getattr__``, Python reads any attribute slowly.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from s2sgrad.ir.remember import lately

if TYPE_CHECKING:
    from s2sgrad.ir.expr import Expr
    from s2sgrad.ir.stmt import Block, Stmt

#: The kinds of statements that have blocks.
COMPOUND: set[type] = set()
#: Blocks of no more statements are looked at anew whenever they are asked about.
FEW = 10
#: How it is found, by the kind of the statement; the other kinds have nothing of that name, or see to it themselves.
TOLD: dict[type, list[tuple[str, Callable[[Any], Any]]]] = {}


class Knowing:
    """A statement, which knows what `stmt.writes`, `stmt.reads` and `stmt.expressions` tell, and the kinds of nodes in its own
    expressions (see `Expr.heads`)."""

    __slots__ = ("own", "heads", "read", "written")

    own: tuple[Expr, ...]
    heads: int
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

    __slots__ = ("nested", "inside", "_kinds", "_binds")

    nested: tuple[Block, ...]
    inside: Block
    _kinds: frozenset[type]
    _binds: frozenset[str]

    def __init_subclass__(cls) -> None:
        COMPOUND.add(cls)

    if not TYPE_CHECKING:
        def __post_init__(self):
            Knowing.__post_init__(self)
            self.inside = flat(self.nested)


def bound_by(block: Iterable[Stmt]) -> frozenset[str]:
    """The variables that statements and those inside them bind."""
    found: set[str] = set()
    for s in block:
        if type(s) not in COMPOUND:
            found |= s.written
            continue
        try:
            found |= s._binds  # type: ignore[union-attr]
        except AttributeError:  # asked for the first time
            s._binds = s.written.union(*map(bound_by, s.nested))  # type: ignore[union-attr]
            found |= s._binds  # type: ignore[union-attr]
    return frozenset(found)


def kinds_inside(s: Any) -> frozenset[type]:
    """The kinds of the statements inside one that has blocks."""
    try:
        return s._kinds
    except AttributeError:  # asked for the first time
        s._kinds = frozenset(map(type, s.inside))
        return s._kinds


def all_of(block: Block) -> Block:
    """The statements of a block and those inside them, in the order of the text."""
    if len(block) > FEW:
        return overview(block).statements
    return block if COMPOUND.isdisjoint(map(type, block)) else flat((block,))


def all_blocks(body: Block) -> list[Block]:
    """A block and all blocks inside it."""
    return [body, *(block for s in all_of(body) for block in s.nested)]


def heads_of(s: Any) -> int:
    """The kinds of nodes in the own expressions of a statement."""
    out = 0
    for e in s.own:
        out |= e.heads
    return out


class Overview:
    """The `statements` of a block and those inside them, and of what `kinds` they are."""

    __slots__ = ("statements", "kinds", "_heads", "_having")

    def __init__(self, block: Block) -> None:
        self.statements = block
        self.kinds = frozenset(map(type, block))
        if not self.kinds.isdisjoint(COMPOUND):
            self.statements = flat((block,))
            self.kinds = frozenset(map(type, self.statements))
        self._heads: int | None = None
        self._having: dict[int, Block] = {}

    def having(self, heads: int) -> Block:
        """The statements in whose own expressions there are nodes of some kinds, see `Expr.heads`."""
        if self._heads is None:
            every = 0
            for met in {s.heads for s in self.statements}:
                every |= met
            self._heads = every
        if not self._heads & heads:
            return ()
        found = self._having.get(heads)
        if found is None:
            found = self._having[heads] = tuple([s for s in self.statements if s.heads & heads])
        return found


overview: Callable[[Block], Overview] = lately(Overview)


def having(block: Iterable[Stmt], heads: int) -> Block:
    """Those of `stmt.walk_stmts` in whose own expressions there are nodes of some kinds, see `Expr.heads`."""
    block = tuple(block)
    if len(block) > FEW:
        return overview(block).having(heads)
    return tuple([s for s in all_of(block) if s.heads & heads])


def of_kinds(block: Iterable[Stmt], *kinds: type) -> Sequence[Any]:
    """Those of `stmt.walk_stmts` that are of some kinds."""
    block = tuple(block)
    if len(block) > FEW and overview(block).kinds.isdisjoint(kinds):
        return ()
    return [s for s in all_of(block) if isinstance(s, kinds)]


def flat(blocks: Iterable[Block]) -> Block:
    """The statements of some blocks and those inside them, in the order of the text."""
    out: list[Any] = []
    for block in blocks:
        if COMPOUND.isdisjoint(map(type, block)):
            out += block
            continue
        for s in block:
            out.append(s)
            if s.inside:
                out += s.inside
    return tuple(out)


