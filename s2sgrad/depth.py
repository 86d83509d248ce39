"""Programs that nest deeply: sums of hundreds of terms, calls inside of calls, a hundred branches inside each other."""
from __future__ import annotations

import contextlib
import linecache
import sys
import types
from collections.abc import Iterator

from s2sgrad.errors import DerivativeError, UnsupportedSyntaxError

#: A term of a sum, or an operand, takes a few calls. Python itself reads expressions as deep as this under its own limit.
_CALLS = 6000


@contextlib.contextmanager
def nested(function: types.FunctionType) -> Iterator[None]:
    """Let the stages call themselves as often as the program that they walk is deep; what is deeper is refused."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _CALLS))
    try:
        yield
    except DerivativeError:
        raise
    except (RecursionError, IndentationError) as error:
        raise _refusal(function, error) from None
    finally:
        sys.setrecursionlimit(limit)


def _refusal(function: types.FunctionType, error: Exception) -> UnsupportedSyntaxError:
    code = function.__code__
    name, line = code.co_filename, code.co_firstlineno
    what, help = ("an expression", "give parts of it names") if isinstance(error, RecursionError) else (
        "a statement", "compute parts of it in functions")
    return UnsupportedSyntaxError(f"{what} of {function.__name__} is nested too deeply\n  = help: {help}",
                                  (name, line, 1, linecache.getline(name, line), line, None))
