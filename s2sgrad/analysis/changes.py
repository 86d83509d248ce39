"""What functions change of what they are given.

Of some arguments a function sets attributes, and no more. That changes objects, and neither arrays nor numbers, so what
may be an object is asked when all that shares memory has been merged.
"""
from __future__ import annotations

import numpy as np

from s2sgrad.analysis.borrowing import Shown
from s2sgrad.analysis.inference import Types, type_of
from s2sgrad.analysis.memory import Memory, Node, within
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr


class Changes(Memory):
    """The memory of a function, some of which is changed in place."""

    shown: Shown

    def __init__(self, fn: S.Function, types: Types, guess: bool) -> None:
        super().__init__()
        self.types = types
        self.guess = guess
        self._fn = fn
        #: What functions put into objects, and where in them (see `Effects`).
        self._stored: list[tuple[Node, Node, str]] = []
        self._set: list[tuple[Node, frozenset[str] | None, S.Stmt, Expr]] = []
        #: Statements that call a function with what is taken for a value, of which it may set attributes if it is an object.
        self.values: list[tuple[S.Stmt, Expr]] = []

    def _settle_changes(self) -> None:
        for owner, stored, where in self._stored:
            if self._may_be_object(owner):
                self._put(owner, stored, where)
        for node, fields, s, e in self._set:
            self._set_attributes(node, fields, s, e)

    def _put(self, owner: Node, stored: Node, where: str) -> None:
        """A function puts something into an object, or into others that this one holds."""
        name = where.removesuffix("[]")
        if not name:
            self.merge(self.element(owner), stored)
            return
        self.field(owner, name)
        todo, seen = [owner], set()
        while todo:
            n = todo.pop().find()
            if id(n) not in seen:
                seen.add(id(n))
                todo += n.parts()
                if name in n.fields:
                    part = self.field(n, name)
                    self.merge(self.element(part) if where.endswith("[]") else part, stored)

    def _write(self, node: Node | None) -> None:
        if node is not None:
            node.find().written = self.changed = True

    def _write_reachable(self, node: Node) -> None:
        """A function of the user's may write what its argument holds, too."""
        for n in within(node):
            n.written = self.changed = True

    def _set_attributes(self, node: Node, fields: frozenset[str] | None, s: S.Stmt, e: Expr) -> None:
        """A call sets attributes of an object, and of others that it holds where `fields` are given: the attributes that hold
        what it may change in place."""
        self._set_of(node, s, e)
        todo, seen = [node] if fields is not None else [], set()
        while todo:
            n = todo.pop().find()
            if id(n) not in seen:
                seen.add(id(n))
                if n.names:
                    self._set_of(n, s, e)
                todo += n.parts()
                for name, part in n.fields.items():
                    if name in (fields or ()):
                        self._write_reachable(part)

    def _set_of(self, node: Node, s: S.Stmt, e: Expr) -> None:
        node = node.find()
        if node.written or not self._may_be_object(node):
            return
        passed = [a for a in e.args[1:] if a.head == "var" and self.node(a.data) is node]
        if self.guess and passed and not any(True for _ in node.parts()) and not any(
                self.types.is_used_as_array(n) for n in node.names):
            self.values += [(s, a) for a in passed]  # it is only handed on, as numbers and arrays are
        else:
            node.written = self.changed = True

    def _may_be_object(self, node: Node) -> bool:
        """May this be an object with attributes, and not a number or an array?"""
        node = node.find()
        if any(isinstance(name, E.Member) or not hasattr(np.ndarray, name) for name in node.fields):
            return True
        return all(self.types.end.get(n, T.ANY).kind not in _NUMERIC and n not in self.shown.calculated for n in node.names)

    def _is_matrix_made(self, fn: object, e: Expr, s: S.Stmt) -> bool:
        """Is this ``np.diag`` of a vector? What it gives of a matrix is a view, which cannot be written to."""
        if fn is not np.diag:
            return False
        made = s.target.names if isinstance(s, S.Assign) and s.value == e and s.target.head == "var" else E.NO_NAMES
        return type_of(e.args[1], self.types.before.get(s, {})).rank == 1 or any(
            root.names == made for t in S.walk_stmts(self._fn.body) for root in S.stored_roots(t))


_NUMERIC = ("number", "array", "numeric")
