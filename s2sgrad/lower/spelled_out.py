"""``len(x)``, ``k in x``, ``x[k]``, ``x(v)`` and tests of objects as the methods that they call, where one
in sight changes its object.

    if key in table: ...        --->    if table.__contains__(key): ...
"""
from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import may_change
from s2sgrad.lower.implicit import changing
from s2sgrad.lower.object_names import members_of

_ASKING = frozenset(("__len__", "__bool__", "__contains__", "__getitem__"))


def spelled_out(body: S.Block, classes: tuple[type, ...], is_object: Callable[[Expr], bool]) -> S.Block:
    """The statements with such methods by their names, of what is an object as far as the program shows."""
    names = changing(classes) & _ASKING | ({"__call__"} if may_change("__call__", classes) else set())
    if not names:
        return body
    made = _Spelled(names, classes, is_object, body)
    return tuple(map(made.statement, body))


class _Spelled:
    def __init__(self, names: frozenset[str], classes: tuple[type, ...], is_object: Callable[[Expr], bool],
                 body: S.Block) -> None:
        self.names = names
        self.classes = classes
        self.is_object = is_object
        self.read: dict[Expr, set[str]] = {}
        for e in (e for s in S.having(body, E.ATTR) for e in S.expressions(s) if e.heads & E.ATTR):
            for part in E.walk(e):
                if part.head == "attr":
                    self.read.setdefault(part.args[0], set()).add(str(part.data))

    def statement(self, s: S.Stmt) -> S.Stmt:
        places = self._places(s)
        s = S.map_expressions(lambda e: e if e in places else self.rewritten(e), s)
        s = S.map_blocks(lambda b: tuple(map(self.statement, b)), s)
        if isinstance(s, (S.If, S.While, S.Assert)):
            return dataclasses.replace(s, test=self.tested(s.test))
        return s

    @staticmethod
    def _places(s: S.Stmt) -> tuple[Expr, ...]:
        """What a statement assigns or deletes."""
        if isinstance(s, (S.Assign, S.Aug, S.For)):
            return (s.target,)
        return tuple(s.targets) if isinstance(s, S.Delete) else ()

    def rewritten(self, e: Expr) -> Expr:
        if not e.args:
            return e
        made = E.map_args(self.rewritten, e)
        if made.head == "index":
            return self._asked(made.args[0], "__getitem__", made.args[1]) or made
        if made.head == "call" and made.args[0].head in ("var", "index") and "__call__" in self.names:
            method = self._asked(made.args[0], "__call__")
            return made if method is None else E.rebuild(made, (method.args[0], *made.args[1:]))
        if made.head == "call" and E.hashable_callee(made) in (len, bool) and len(made.args) == 2:
            return self._asked(made.args[1], "__len__") or made if E.callee(made) is len else self.tested(made.args[1], made)
        if made.head == "compare" and len(made.args) == 2 and made.data[0] in ("in", "not in"):
            found = self._asked(made.args[1], "__contains__", made.args[0])
            return made if found is None else found if made.data[0] == "in" else E.op("not", found)
        if made.head == "op" and made.data == "not":
            return E.op("not", self.tested(made.args[0]))
        if made.head == "ifexp":
            return E.rebuild(made, (self.tested(made.args[0]), *made.args[1:]))
        return made

    def tested(self, e: Expr, otherwise: Expr | None = None) -> Expr:
        """An expression of which only the truth is asked."""
        if e.head == "bool":
            return E.rebuild(e, tuple(map(self.tested, e.args)))
        found = self._asked(e, "__bool__")
        if found is None and not self._classes_of(e, "__bool__"):
            found = self._asked(e, "__len__")
        return found or otherwise or e

    def _asked(self, e: Expr, name: str, *given: Expr) -> Expr | None:
        if name not in self.names or e.head not in ("var", "attr", "index") or not self.is_object(e):
            return None
        return E.call(E.attr(e, name), *given) if self._classes_of(e, name) else None

    def _classes_of(self, e: Expr, name: str) -> list[type]:
        """The classes with a method of which objects have all attributes that are asked of an expression."""
        return [cls for cls in self.classes if inspect.isfunction(inspect.getattr_static(cls, name, None))
                and self.read.get(e, set()) <= members_of(cls)]
