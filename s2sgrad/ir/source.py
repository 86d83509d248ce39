"""Where a program came from: source text, places in it, and the namespace its names resolve in."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

from s2sgrad.ir.node import dataclass


@dataclass(frozen=True, eq=False)
class Source:
    """The text of one function (`first_line` is its line in `filename`) and the names that it may refer to.

    `cells` holds the closure cells of the function, by name; `module` is the dictionary of its globals, never copied
    and never written.
    """

    name: str
    text: str = field(repr=False)
    filename: str
    first_line: int
    module: Mapping[str, Any] = field(repr=False)
    cells: Mapping[str, Any] = field(repr=False)

    def line(self, number: int) -> str:
        """A line of the file, by its number in the file."""
        at = number - self.first_line
        return self._lines[at] if 0 <= at < len(self._lines) else ""

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()


@dataclass(frozen=True)
class Location:
    """A range of the user's file: lines count from 1, columns from 0; `source` carries the file.

    `caller` is the call in whose place the statement was put, if it was.
    """

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int
    caller: Location | None = None

    @property
    def callers(self) -> tuple[Location, ...]:
        """The calls that led here, the innermost first."""
        return () if self.caller is None else (self.caller, *self.caller.callers)

    @property
    def text(self) -> str:
        """The source text of the range, joined to one line."""
        if self.line == self.end_line:
            return self.source.line(self.line)[self.column:self.end_column].strip()
        lines = [self.source.line(n) for n in range(self.line, self.end_line + 1)]
        if not any(lines):
            return ""
        lines[-1] = lines[-1][:self.end_column]
        lines[0] = lines[0][self.column:]
        return " ".join(part.strip() for part in lines if part.strip())
