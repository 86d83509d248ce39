"""Groups of variables that may share memory, by unification: each has one group for its elements (see `memory`)."""
from __future__ import annotations

from collections.abc import Iterable

Tokens = frozenset[int]
NOTHING: Tokens = frozenset()


class Groups:
    """Numbered groups, by the names of variables. Merging two of those below `_base` outdates what was told of them."""

    def __init__(self) -> None:
        self._parent: list[int] = []
        self._outdated = False
        self._base = 0
        self._element: dict[int, int] = {}
        self._node: dict[str, int] = {}
        self._tokens: dict[str, Tokens] = {}
        self._still: set[str] = set()  # variables of memory that nothing changes

    def node(self, name: str) -> int:
        found = self._node.get(name)
        if found is None:
            found = self._node[name] = self._new()
            self._tokens.pop(name, None)
            self._still.discard(name)
        return found

    def _new(self) -> int:
        self._parent.append(len(self._parent))
        return len(self._parent) - 1

    def _find(self, n: int) -> int:
        parent = self._parent
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    def _merge(self, a: int, b: int) -> int:
        """One group from two; the older gives the token."""
        a, b = self._find(a), self._find(b)
        if a != b:
            if a > b:
                a, b = b, a
            self._outdated = self._outdated or b < self._base
            self._join(a, b)
        return self._find(a)

    def _join(self, a: int, b: int) -> None:
        """Add group `b` to group `a`, and the elements of the one to those of the other."""
        a, b = self._find(a), self._find(b)
        while a != b:
            self._parent[b] = a
            inner = self._element.pop(b, None)
            if inner is None:
                break
            own = self._element.setdefault(a, inner)
            a, b = self._find(own), self._find(inner)

    def _inside(self, n: int) -> int:
        """The group of the elements of a group."""
        n = self._find(n)
        if n not in self._element:
            self._element[n] = self._new()
        return self._find(self._element[n])

    def _reach(self, start: Iterable[int]) -> Tokens:
        parent, element = self._parent, self._element
        out: set[int] = set()
        for n in start:
            if parent[n] != n:
                n = self._find(n)
            while n not in out:
                out.add(n)
                inner = element.get(n)
                if inner is None:
                    break
                n = inner if parent[inner] == inner else self._find(inner)
        return frozenset(out)
