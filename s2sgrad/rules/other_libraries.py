"""Functions of libraries that programs call beside what they compute: to draw, to report, to keep and to tabulate.

They are declared when they are first met. What draws or reports just runs, and what it gives back is a constant. Of the others
the results have no derivative: a call just runs where its result is not used for anything that has one.
"""
from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from s2sgrad.rules import families
from s2sgrad.rules.registry import nondifferentiable, unsupported
from s2sgrad.runtime.fields import DRAWING

_declared: set[Any] = set()


def _first_met(declare: Callable[[Any], None]) -> Callable[[Any], None]:
    """`declare`, for each function once, and for the function behind a method."""
    def met(fn: Any) -> None:
        fn = fn.__func__ if isinstance(fn, types.MethodType) else fn
        if callable(fn) and not isinstance(fn, types.ModuleType) and fn not in _declared:
            _declared.add(fn)
            declare(fn)
    return met


def _constant(fn: Any) -> None:
    nondifferentiable(fn)


def _refused(fn: Any) -> None:
    library = families.library(fn)
    unsupported(fn, f"functions of {library} have no derivatives; call it outside, or pass it what does not vary")


for _name in DRAWING:
    families.when_met(_name, _first_met(_constant))
for _name in families.TABLES:
    families.when_met(_name, _first_met(_refused))
