"""Fresh variables. Internal names are ``base.suffix``; the part before the dot is what the reader will see."""
from __future__ import annotations

import itertools
from collections.abc import Iterator


class Names:
    """A supply of variables that no program can have written."""

    def __init__(self) -> None:
        self._counter: Iterator[int] = itertools.count(1)

    def fresh(self, base: str) -> str:
        return f"{base.partition('.')[0]}.{next(self._counter)}"

    def again(self, name: str) -> str:
        """One more variable that has this name in the source, in which values without a name are not called ``t``."""
        return f"t.v{next(self._counter)}" if name == "t" or name.startswith("t.v") else self.fresh(name)

    def unnamed(self, base: str) -> str:
        """A variable for an unnamed value, which the reader sees as `base` where it has to have a name."""
        return f"{base}.t{next(self._counter)}"

    def counter(self) -> str:
        """A variable that counts the iterations of a loop that was written over elements."""
        return f"i.each.{next(self._counter)}"


def base(name: str) -> str:
    """What a variable is called in the source."""
    return name.partition(".")[0]


def pull_of(name: str) -> str:
    """What a derivative calls the second result of ``pullback(f)(x)``."""
    return name + "_pullback"


def is_pull(name: str) -> bool:
    """Does a variable look like one for what `pullback` gave, when a derivative is differentiated again?"""
    return base(name).rstrip("_0123456789").endswith("_pullback")


def is_temporary(name: str) -> bool:
    """Was the variable introduced by lowering, for an unnamed value?"""
    return name.startswith("t.") or ".t" in name


def is_counter(name: str) -> bool:
    """Was the variable introduced to count the iterations of a loop over elements?"""
    return ".each." in name
