"""Names that stand for one thing, as far as is known."""
from __future__ import annotations


class Groups:
    """Union-find over variables that may share memory."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        while self._parent.get(name, name) != name:
            name = self._parent[name]
        return name

    def merge(self, a: str, b: str) -> None:
        self._parent[self.find(a)] = self.find(b)

    def members(self, name: str) -> set[str]:
        """All that may share memory with a variable, itself included."""
        group = self.find(name)
        return {name, group} | {n for n in self._parent if self.find(n) == group}
