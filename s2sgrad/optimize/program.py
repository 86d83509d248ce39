"""What the passes share: facts about the names of one function, which outlive its statements."""
from __future__ import annotations

from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import stmt as S
from s2sgrad.ir.liveness import captured_names
from s2sgrad.optimize.algebra import Algebra
from s2sgrad.optimize.claims import Claims, Declared
from s2sgrad.optimize.memory import Memory
from s2sgrad.optimize.webs import FreshNames


class Program:
    """One function on its way through the passes.

    `declared` types the variables of the primal, `updated` are the variables that were updated in place.
    """

    def __init__(self, fn: S.Function, declared: Declared, names: FreshNames, updated: frozenset[str]) -> None:
        self.declared = declared
        self.names = names
        self.updated = updated
        self._claims: Claims | None = None
        self._algebra: Algebra | None = None
        self._memory: Memory | None = None
        self._pinned: frozenset[str] | None = None
        self._fn = fn

    def turn_to(self, fn: S.Function) -> None:
        """Facts are about `fn` from here on; they stay true while statements go and expressions change."""
        self._fn = fn
        self._claims = self._algebra = self._memory = None

    def renamed(self, fn: S.Function) -> None:
        """As `turn_to`, after a change of names alone, which leaves the groups of memory as they are."""
        self._fn = fn
        self._claims = self._algebra = None

    @property
    def claims(self) -> Claims:
        """What is known about the variables."""
        if self._claims is None:
            self._claims = Claims(self._fn, self.declared, self.names.origin)
        return self._claims

    @property
    def memory(self) -> Memory:
        """Which variables may share memory, and what is changed."""
        if self._memory is None:
            self._memory = Memory(self._fn, self.claims)
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

    def is_temporary(self, name: str) -> bool:
        """Does the variable stand for a value that has no name in the user's program?"""
        base = self.names.origin.get(name, name).lstrip("~^")
        return base.startswith((":", "t.", "cond."))

    @staticmethod
    def is_adjoint_code(s: S.Stmt) -> bool:
        """Does a statement belong to the derivative and not to the primal?"""
        return any(map(is_derivative, S.reads(s) | S.writes(s)))
