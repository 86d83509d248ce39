"""How far what is saved may be pushed, and popped, from where it is: one look at a block for all of its lists.

Whether a push may go to another position depends on what the statements between do. What is in the way of it is found by
the variables and the memory that these have to do with, so that nobody looks at them again for each list and each
position.
"""
from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.groups import NOTHING
from s2sgrad.optimize.memory import Memory

#: The first and the last of some positions in a block.
Span = tuple[int, int]
NOWHERE: Span = (0, -1)

_Positions = dict[str | int, list[int]]


class Traffic:
    """Where in a block variables are bound and read, where memory is changed and looked at, and where the block is left."""

    def __init__(self, body: Sequence[S.Stmt], memory: Memory) -> None:
        self._memory = memory
        self._end = len(body)
        self._inside = [(n, t) for n, s in enumerate(body) for t in S.walk_stmts((s,))]
        for _, s in self._inside:
            memory.writes(s)  # which may find out that two groups are one, so it comes before groups are compared
        self._leaving = sorted({n for n, s in self._inside if isinstance(s, S.LEAVING)})
        self._bound: _Positions = {}
        self._read: _Positions = {}
        self._changed: _Positions = {}
        for n, s in self._inside:
            _enter(S.writes(s), n, self._bound)
            _enter(S.reads(s), n, self._read)
            _enter(memory.writes(s), n, self._changed)
        self._touched: _Positions | None = None

    def of_push(self, value: Expr, at: int) -> Span:
        """The positions at which the push of a value, which is at one of them, would push the same (`Stacks.keeps_value`)."""
        if not self._memory.is_pure(value):
            return at, at
        fixed = [self._leaving, *_found(value.names, self._bound)]
        held = _found(self._memory.reads(value), self._changed)
        first = max((_before(at, p) for p in (*fixed, *held)), default=-1) + 1
        last = min((_from(at, p, self._end) for p in (fixed if value.head == "var" else (*fixed, *held))), default=self._end)
        return first, last

    def of_pop(self, place: Expr, at: int, pinned: frozenset[str]) -> Span:
        """The positions between which and a pop nobody uses the place that it binds (`Stacks.is_untouched`)."""
        if place.head == "var":
            if place.data in pinned:
                return NOWHERE
            met = [self._leaving, *_found(place.names, self._bound), *_found(place.names, self._read)]
        else:
            if not self._memory.is_pure(place):
                return NOWHERE
            own = self._memory.touches(place)
            met = [self._leaving, *_found(place.names, self._bound), *_found(own, self._changed), *_found(own, self._looked_at())]
        first = max((_before(at, p) for p in met), default=-1) + 1
        return first, min((_from(at + 1, p, self._end) for p in met), default=self._end) - 1

    def _looked_at(self) -> _Positions:
        if self._touched is None:
            self._touched = {}
            for n, s in self._inside:
                _enter(NOTHING.union(*map(self._memory.touches, S.expressions(s))), n, self._touched)
        return self._touched


def _enter(keys: Iterable[str | int], n: int, table: _Positions) -> None:
    for key in keys:
        table.setdefault(key, []).append(n)


def _found(keys: Iterable[str | int], table: _Positions) -> list[list[int]]:
    return [table[key] for key in keys if key in table]


def _before(at: int, positions: list[int]) -> int:
    """The last of the positions before one."""
    n = bisect_left(positions, at)
    return positions[n - 1] if n else -1


def _from(at: int, positions: list[int], end: int) -> int:
    """The first of the positions from one on."""
    n = bisect_left(positions, at)
    return positions[n] if n < len(positions) else end


def covered(spans: Sequence[Span], positions: Sequence[int]) -> list[int]:
    """For each span the positions in it, as the bits of an integer: bit k stands for the k-th of them."""
    order = sorted(range(len(positions)), key=positions.__getitem__)
    points, sums = [positions[k] for k in order], [0]
    for k in order:
        sums.append(sums[-1] | 1 << k)
    return [sums[bisect_right(points, last)] & ~sums[bisect_left(points, first)] for first, last in spans]


def covering(spans: Sequence[Span], positions: Iterable[int]) -> dict[int, int]:
    """For each position the spans that it is in, as the bits of an integer."""
    points = sorted(set(positions))
    changes = [0] * (len(points) + 1)
    for n, (first, last) in enumerate(spans):
        start, end = bisect_left(points, first), bisect_right(points, last)
        if start < end:
            changes[start] ^= 1 << n
            changes[end] ^= 1 << n
    out, mask = {}, 0
    for point, change in zip(points, changes):
        mask ^= change
        out[point] = mask
    return out
