"""Answers about expressions that are remembered while one derivative is made.

Passes ask the same questions of the same expressions, which never change, all day long.
"""
from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from s2sgrad.ir.expr import Expr

T = TypeVar("T")


class _Store(threading.local):
    #: By question, then by the identity of the expression, which is held so that no other gets this identity.
    answers: dict[Callable[[Expr], object], dict[int, tuple[Expr, object]]] | None = None


_store = _Store()


def remembered(question: Callable[[Expr], T]) -> Callable[[Expr], T]:
    """`question` as a function that is asked once for each expression; what it raises is not remembered."""
    @functools.wraps(question)
    def ask(e: Expr) -> T:
        if _store.answers is None:
            return question(e)
        answers = _store.answers.get(question)
        if answers is None:
            answers = _store.answers[question] = {}
        found = answers.get(id(e))
        if found is None:
            found = answers[id(e)] = e, question(e)
        return found[1]  # type: ignore[return-value]

    return ask


@contextlib.contextmanager
def remembering() -> Iterator[None]:
    """Remember answers in a ``with`` block."""
    outer, _store.answers = _store.answers, {}
    try:
        yield
    finally:
        _store.answers = outer
