"""The types of what is taken out of lists that are filled first and then emptied, as the sweeps of a derivative do."""
from __future__ import annotations

from collections.abc import Iterable, Set

from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type


class Pushed:
    """What is taken out of a list is of the types that were put in, whatever shapes these had."""

    def __init__(self, body: S.Block, statements: Iterable[S.Stmt], rebound: Set[str]) -> None:
        made = {s.target.data for s in statements if isinstance(s, S.Assign) and s.target.head == "var"
                and s.value.head == "list" and not s.value.args} - rebound
        self._stacks = _emptied_afterwards(body, made) if made else made
        self._types: dict[str, Type] = {}

    def put(self, e: Expr, of: Type) -> None:
        """Note that `e`, a call, puts something of a type on a list."""
        name, t = _stack(e, "append"), T.without_lengths(of)
        self._types[name] = T.join(self._types.get(name, t), t)

    def puts(self, e: Expr) -> bool:
        return _stack(e, "append") in self._stacks

    def taken(self, e: Expr) -> Type:
        """The type of `e` where it takes something from such a list."""
        return self._types.get(_stack(e, "pop"), T.ANY) if self._types else T.ANY


def _emptied_afterwards(body: S.Block, made: set[str]) -> set[str]:
    """Those of some lists that are filled first, by `append`, then emptied, by `pop`, and used for nothing else."""
    emptied: set[str] = set()
    for top in body:
        filled: set[str] = set()
        taken: set[str] = set()
        for s in S.walk_stmts((top,)):
            filled.add(_stack(s.value, "append") if isinstance(s, S.Do) else "")
            taken.add(_stack(s.value, "pop") if isinstance(s, S.Assign) else "")
            for e in (s.value,) if isinstance(s, S.Assign) and s.target.head == "var" else S.expressions(s):
                made -= _used_otherwise(e)
        made -= filled & taken | filled & emptied
        emptied |= taken
    return made & emptied


def _used_otherwise(e: Expr) -> frozenset[str]:
    own = _stack(e, "append") or _stack(e, "pop")
    return frozenset().union(*(a.names for a in e.args[1:])) if own else e.names


def _stack(e: Expr, method: str) -> str:
    """The variable of which a method is called; the empty string where `e` is nothing of the kind."""
    fn = e.args[0] if e.head == "call" else e
    return fn.args[0].data if fn.head == "attr" and fn.data == method and fn.args[0].head == "var" else ""
