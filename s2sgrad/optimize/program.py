"""What the passes share: facts about the names of one function, which outlive its statements."""
from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Any, TypeVar

from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.lower.names import is_temporary
from s2sgrad.optimize.algebra import Algebra
from s2sgrad.optimize.claims import Claims, Declared
from s2sgrad.optimize.memory import Memory
from s2sgrad.optimize.webs import FreshNames

T = TypeVar("T")


class Program:
    """One function on its way through the passes.

    `declared` types the variables of the primal, `single` are those that have one element, `updated` the variables that were
    updated in place, `lent` the parameters that are adjoints the caller lends, `simple` the statements that cannot be
    simplified further, `split` the variables for broadcast numbers that have a name.
    """

    def __init__(self, fn: S.Function, declared: Declared, names: FreshNames, updated: frozenset[str],
                 sharing: Iterable[tuple[str, ...]] = (), relaxed: Container[str] = frozenset(),
                 single: Container[str] = frozenset(), reals: Callable[[], bool] = lambda: False,
                 lent: frozenset[str] = frozenset()) -> None:
        self.declared = declared
        self.lent = lent
        self.names = names
        self.updated = updated
        self._single = single
        self._sharing = tuple(sharing)
        self.claims = Claims(fn, declared, names.origin, relaxed, reals)
        self._fn = fn
        self._algebra: Algebra | None = None
        self._memory: Memory | None = None
        self._pinned: frozenset[str] | None = None
        self._answers: dict[Callable[[S.Block], Any], tuple[S.Block, Any]] = {}
        self.stores_gone = False
        self.simple: set[S.Stmt] = set()
        self.split: set[str] = set()
        self._temporary: dict[str, bool] = {}

    def turn_to(self, fn: S.Function) -> None:
        """Facts are about `fn` from here on; what is known of memory stays true while statements go."""
        self.renamed(fn)
        if self.stores_gone:
            self._memory, self.stores_gone = None, False

    def forget_memory(self) -> None:
        """Find out about memory anew."""
        self._memory = None

    def renamed(self, fn: S.Function) -> None:
        """Definitions are those of `fn` from here on."""
        if fn is not self._fn:
            self._fn = fn
            self.claims.turn_to(fn)
            self._algebra = None

    @property
    def memory(self) -> Memory:
        """Which variables may share memory, and what is changed."""
        if self._memory is None:
            self._memory = Memory(self._fn, self.claims, self._sharing)
        return self._memory

    @property
    def algebra(self) -> Algebra:
        if self._algebra is None:
            self._algebra = Algebra(self.claims)
        return self._algebra

    @property
    def pinned(self) -> frozenset[str]:
        """The variables that closures capture."""
        if self._pinned is None:
            self._pinned = captured_names(self._fn.body)
        return self._pinned

    def uses(self, fn: S.Function) -> dict[str, int]:
        """How often the text of `fn` reads each variable."""
        return self.asked(S.count_uses, fn)

    def asked(self, question: Callable[[S.Block], T], fn: S.Function) -> T:
        """The answer to a question about the statements of `fn`, which is asked once while they are the same."""
        found = self._answers.get(question)
        if found is None or found[0] is not fn.body:
            found = self._answers[question] = fn.body, question(fn.body)
        return found[1]

    def is_small(self, e: Expr) -> bool:
        """Does computing with `e` cost no more than computing with a number?"""
        return self.claims.is_number(e) or all(
            n in self.claims.numbers or self.claims.base(n).lstrip("~^") in self._single for n in e.names)

    def is_temporary(self, name: str) -> bool:
        """Does the variable stand for a value that has no name in the user's program?"""
        found = self._temporary.get(name)
        if found is None:
            base = self.names.origin.get(name, name).lstrip("~^")
            found = self._temporary[name] = base.startswith((":", "cond.")) or is_temporary(base)
        return found
