"""Answers about expressions, functions and namespaces that are remembered while one derivative is made.

Passes ask the same questions of the same expressions, which never change, all day long. What functions and modules refer to
does not change meanwhile.
"""
from __future__ import annotations

import contextlib
import functools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class _Store(threading.local):
    #: By question, then by the identity of what is asked about, which is held so that nothing else gets this identity.
    answers: defaultdict[Callable[[Any], object], dict[int, tuple[object, object]]] | None = None


_store = _Store()


def remembered(question: Callable[[K], T]) -> Callable[[K], T]:
    """`question` as a function that is asked once for each object; what it raises is not remembered."""
    return _remembered(question, None)


def lately(question: Callable[[K], T]) -> Callable[[K], T]:
    """`question` as a function that remembers what it was asked lately: of objects that others replace soon."""
    return _remembered(question, _LATELY)


_LATELY = 16


def _remembered(question: Callable[[K], T], most: int | None) -> Callable[[K], T]:
    @functools.wraps(question)
    def ask(e: K) -> T:
        tables = _store.answers
        if tables is None:
            return question(e)
        answers = tables[question]
        found = answers.get(id(e))
        if found is None:
            if most is not None and len(answers) >= most:
                del answers[next(iter(answers))]
            found = answers[id(e)] = e, question(e)
        return found[1]  # type: ignore[return-value]

    return ask


#: What `interned` has made, and how much of that is kept from one derivative to the next.
_interned: list[functools._lru_cache_wrapper[Any]] = []
_KEPT = 1 << 17


def interned(make: Callable[[str], T]) -> Callable[[str], T]:
    """`make`, of what follows from a name alone, as a function that makes one object for each name."""
    found = functools.cache(make)
    _interned.append(found)
    return found


@contextlib.contextmanager
def remembering() -> Iterator[None]:
    """Remember answers in a ``with`` block."""
    outer, _store.answers = _store.answers, defaultdict(dict)
    try:
        yield
    finally:
        _store.answers = outer
        for made in _interned:
            if made.cache_info().currsize > _KEPT:
                made.cache_clear()
