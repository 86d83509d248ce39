"""Random programs: a derivative is right, or refused; never wrong, and it never changes its arguments."""
from __future__ import annotations

import linecache
import sys
import types
from typing import Any

import numpy as np
import pytest

import s2sgrad
from programs import harness
from programs.harness import Case
from properties.author import Author
from properties.closures import Closures
from properties.grids import Grids
from properties.holders import Holders
from properties.kernels import Kernels
from properties.methods import Methods
from properties.rows import Rows
from properties.subroutines import Subroutines

NUMBERS = range(120)
AUTHORS = (Author, Kernels, Holders, Grids, Closures, Subroutines, Methods, Rows)
REFUSALS = (s2sgrad.UnsupportedSyntaxError, s2sgrad.NoDerivativeError)


def case(author: type[Author], number: int, statements: int = 6) -> Case | None:
    """The program of that number; None if it cannot be run, or if a small step takes another branch.

    Every other one is differentiated with respect to one parameter alone: then much of what it does does not vary.
    """
    text = author(number).program(statements)
    file = f"<random program {number} of {author.__name__}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    module = types.ModuleType(f"random_program_{author.__name__}_{number}")
    names: dict[str, Any] = vars(module)
    sys.modules[module.__name__] = module  # classes look for it
    try:
        exec(compile(text, file, "exec"), names)
    except SyntaxError:
        return None
    rng = np.random.default_rng(number)
    size = 6 if author is Kernels else 4
    arguments: tuple[Any, ...] = (rng.normal(size=size), rng.normal(size=size), 0.713, -0.31)
    if author is Author:
        arguments += ([0.41, -0.93, 1.17], {"u": 0.37, "v": rng.normal(size=4)})
    elif author in (Grids, Rows):
        arguments = (rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=4), 0.713)
    elif author is Closures:
        arguments = (rng.normal(size=4), 0.713, -0.31, {"u": 0.37, "w": -0.63})
    elif author is Holders:
        arguments = (rng.normal(size=4), 0.713, -0.31, [rng.normal(size=4) for _ in range(3)])
    wrt = names["f"].__code__.co_varnames[:len(arguments)]
    made = Case(names["f"], arguments, wrt if number % 2 == 0 else (wrt[number // 2 % len(wrt)],))
    try:
        found = harness.probe(made)
    except (ArithmeticError, LookupError, TypeError, ValueError, NameError, AttributeError, RuntimeWarning):
        return None
    return made if abs(found.derivative) < 1e3 and np.isfinite(found.derivative) else None  # differences tell nothing else


def guarded(error: BaseException) -> bool:
    """Is this the refusal of a derivative that was made for values of one kind, and is given others?"""
    return isinstance(error, TypeError) and "derivative was made" in str(error)


def modes() -> list[tuple[str, int]]:
    return [("reverse", n) for n in NUMBERS] + [("forward", n) for n in NUMBERS] + [
        (mode, n) for mode in ("kept", "reverse_twice") for n in range(200, 212)]


@pytest.mark.parametrize("author", AUTHORS)
@pytest.mark.parametrize("mode, number", modes())
def test_right_or_refused(author: type[Author], number: int, mode: str) -> None:
    program = case(author, number)
    if program is None:
        pytest.skip("the program is not differentiable there")
    try:
        getattr(harness, f"check_{mode}")(program)
    except (*REFUSALS, TypeError, RuntimeWarning) as error:
        if not (isinstance(error, (*REFUSALS, RuntimeWarning)) or guarded(error)):
            raise
        pytest.skip(f"refused: {error}")


@pytest.mark.parametrize("author", AUTHORS)
def test_the_same_number_gives_the_same_program(author: type[Author]) -> None:
    texts = [author(n).program(6) for n in NUMBERS]
    assert texts == [author(n).program(6) for n in NUMBERS] and len(set(texts)) == len(texts)
