"""Answers about expressions, functions and namespaces that are remembered while one derivative is made.

Passes ask the same questions of the same expressions, which never change, all day long. What functions and modules refer to
does not change meanwhile.
"""
from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class _Store(threading.local):
    #: By question, then by the identity of what is asked about, which is held so that nothing else gets this identity.
    answers: dict[Callable[[Any], object], dict[int, tuple[object, object]]] | None = None


_store = _Store()


def remembered(question: Callable[[K], T]) -> Callable[[K], T]:
    """`question` as a function that is asked once for each object; what it raises is not remembered."""
    @functools.wraps(question)
    def ask(e: K) -> T:
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
