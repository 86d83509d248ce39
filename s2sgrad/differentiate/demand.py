"""What the forward sweep computes for nothing else than to save it.

    for ti, yi in zip(t, y):                             for ti, yi in zip(t, y):
        e_stack.append(math.exp(-b * ti))       --->         e = math.exp(-b * ti)
    for ti, yi in reversed(zip(t, y)):                       ...
        e = e_stack.pop()
        ...

Such a value is computed where the backward sweep needs it, and nowhere else.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

Names = Set[str]


class Demand:
    """The variables whose values the forward sweep has to compute: those that are needed, and what these are computed from.

    `operands` are what the definitions of a variable read, `roots` the variables that conditions, effects and the
    result depend on.
    """

    def __init__(self, operands: Mapping[str, Names], roots: Iterable[str], needed: Names) -> None:
        self._operands = operands
        self._readers: dict[str, list[str]] = {}
        for name, read in operands.items():
            for o in read:
                self._readers.setdefault(o, []).append(name)
        self._roots = set(roots)
        self._alive: set[str] = set()
        for name in (*self._roots, *needed):
            self.add(name)

    def add(self, name: str) -> None:
        """A variable is needed from now on."""
        todo = [name]
        while todo:
            n = todo.pop()
            if n not in self._alive:
                self._alive.add(n)
                todo += self._operands.get(n, ())

    def drop(self, name: str, needed: Names) -> None:
        """A variable is not needed any more; `needed` are those that are."""
        todo = [name]
        while todo:
            n = todo.pop()
            if n in self._alive and n not in needed and not self.is_read(n, frozenset()):
                self._alive.discard(n)
                todo += self._operands.get(n, ())

    def is_read(self, name: str, apart: Names) -> bool:
        """Does the forward sweep compute anything else from a variable, but for the variables `apart`?"""
        return name in self._roots or any(r in self._alive and r not in apart for r in self._readers.get(name, ()))
