"""What generator functions give, as statements: ``yield x`` is a call of `given`, ``yield from xs`` one of `given_each`.

Only a loop that a generator is consumed in may put them in place (see `lower.generators`); nothing calls them.
"""
from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from typing import Any

from s2sgrad.errors import UnsupportedSyntaxError, unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

MESSAGE = "generator functions cannot be differentiated"
HELP = ("consume it where it is called, in a loop, a comprehension, list(...) or sum(...); else return a list instead, or mark "
        "the function with s2sgrad.nondifferentiable")


def given(value: Any) -> None:
    """``yield value``."""


def given_each(values: Any) -> None:
    """``yield from values``."""


def managed(generator: Any) -> Any:
    """The generator of a context manager, which gives one thing."""
    return generator


MANAGED = E.ref("s2sgrad.frontend.yields.managed", managed)
GIVEN = E.ref("s2sgrad.frontend.yields.given", given)
GIVEN_EACH = E.ref("s2sgrad.frontend.yields.given_each", given_each)


def gives(function: object) -> bool:
    """Is this a generator function?"""
    return isinstance(function, types.FunctionType) and function.__code__.co_flags & inspect.CO_GENERATOR != 0


def is_given(s: S.Stmt) -> bool:
    """Is this ``yield`` or ``yield from``?"""
    return isinstance(s, S.Do) and (E.callee(s.value) is given or E.callee(s.value) is given_each)


def yields(body: S.Block) -> list[S.Do]:
    """The statements of a body that give something."""
    return [s for s in S.of_kinds(body, S.Do) if is_given(s)]


def refused(body: S.Block) -> UnsupportedSyntaxError | None:
    """The error for a body that gives something; None for others."""
    found = yields(body)
    return unsupported(found[0].loc, MESSAGE, HELP) if found else None


def replaced(body: S.Block, put: Callable[[S.Do], S.Block]) -> S.Block:
    """A body with other statements in the place of those that give something."""
    out: list[S.Stmt] = []
    for s in body:
        if isinstance(s, S.Do) and is_given(s):
            out += put(s)
        else:
            out.append(S.map_blocks(lambda b: replaced(b, put), s))
    return tuple(out)


def as_results(body: S.Block) -> S.Block:
    """The body as if it returned what it gives, in a list: for those who ask what the result may share with arguments."""
    def result(s: S.Do) -> S.Block:
        value: Expr = s.value.args[1]
        return (S.Return(E.list_(value) if E.callee(s.value) is given else value, s.loc),)

    return replaced(body, result)

