"""The errors that users see, each with the place in their file and a way out."""
from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from s2sgrad.ir.source import Location


class DerivativeError(Exception):
    """Base of all errors raised because a derivative cannot be made."""

    #: The message, the place it speaks of and the way out, where the error has a place; and the calls that led there.
    where: tuple[str, Location, str] | None = None
    callers: tuple[Location, ...] = ()
    #: Is it about something that is called, which need not be called in every run?
    of_call = False

    def called_from(self, loc: Location | None) -> None:
        """Add the place of the call in which the error came up to what it says; the innermost comes first."""
        if loc is None or self.where is None or loc == self.where[1] or loc in self.callers:
            return
        self.callers = (*self.callers, loc, *loc.callers)
        self.args = (self.rendered(), *self.args[1:])

    def rendered(self) -> str:
        assert self.where is not None
        return show(*self.where, self.callers)


class UnsupportedSyntaxError(DerivativeError, SyntaxError):
    """The function uses something that cannot be differentiated with certainty.

    It is a `SyntaxError`, so Python itself shows the user's line with a caret. Cause: a construct outside the
    supported language, or an aliasing that cannot be decided at compile time. Cure: the help line of the message.
    """

    def called_from(self, loc: Location | None) -> None:
        super().called_from(loc)
        self.msg = self.args[0] if self.args else self.msg

    def rendered(self) -> str:
        """The message; Python adds the place and the line by itself."""
        assert self.where is not None
        message, loc, help = self.where
        text = f"{message}, in {loc.source.name}{_callers(self.callers)}" if self.callers else message
        return f"{text}\n  = help: {help}" if help else text


class NoDerivativeError(DerivativeError, NotImplementedError):
    """A function is called with active arguments and has neither a rule nor source that can be differentiated.

    Cure: register a rule (`s2sgrad.adjoint`, `s2sgrad.partials`, ...), or declare it `s2sgrad.nondifferentiable`.
    """


class SourceNotFoundError(DerivativeError, OSError):
    """The source of a function cannot be read: it was typed into a plain interpreter, or is written in C."""


class InternalError(AssertionError):
    """A promise that one stage of the compiler makes to the next was broken: a defect of s2sgrad."""


def unsupported(loc: Location | None, message: str, help: str = "") -> UnsupportedSyntaxError:
    """The error for a construct at `loc`; `help` says what to write instead."""
    text = f"{message}\n  = help: {help}" if help else message
    if loc is None:
        return UnsupportedSyntaxError(text)
    error = UnsupportedSyntaxError(text, syntax_details(loc))
    error.where = (message, loc, help)
    for caller in loc.callers:
        error.called_from(caller)
    return error


def syntax_details(loc: Location) -> tuple[Any, ...]:
    """The second argument of `SyntaxError`: file, line, column (from 1), text, and the end of the range."""
    line = loc.source.line(loc.line)
    end = loc.end_column + 1 if loc.end_line == loc.line else len(line) + 1
    return (loc.source.filename, loc.line, loc.column + 1, line + "\n", loc.line, max(end, loc.column + 2))


def show(message: str, loc: Location, help: str = "", callers: tuple[Location, ...] = ()) -> str:
    """`message` with the line it speaks of under it and a caret, as a compiler prints it."""
    line = loc.source.line(loc.line)
    number = str(loc.line)
    margin = " " * len(number)
    width = (loc.end_column if loc.end_line == loc.line else len(line)) - loc.column
    text = (f"{message}\n{margin}--> {loc.source.filename}:{loc.line}:{loc.column + 1}, in {loc.source.name}"
            f"{_callers(callers)}\n{margin} |\n{number} | {line}\n{margin} | {' ' * loc.column}{'^' * max(1, width)}")
    return f"{text}\n{margin} = help: {help}" if help else text


def no_derivative(loc: Location | None, message: str, help: str = "") -> NoDerivativeError:
    if loc is None:
        return NoDerivativeError(f"{message}\n  = help: {help}" if help else message)
    error = NoDerivativeError(show(message, loc, help))
    error.where = (message, loc, help)
    for caller in loc.callers:
        error.called_from(caller)
    return error


@contextlib.contextmanager
def calling(loc: Location | None) -> Iterator[None]:
    """A block that works on a function which is called at `loc`: its errors say so."""
    try:
        yield
    except DerivativeError as error:
        error.called_from(loc)
        raise


def _callers(callers: tuple[Location, ...]) -> str:
    return "".join(f", called from {c.source.name} ({os.path.basename(c.source.filename)}:{c.line})" for c in callers)
