"""The classes of what lists and attributes hold that a function makes itself.

    net = Sequential([Dense(w), Sigmoid()])
    for layer in net.layers:
        x = layer.forward(x)        # of a Dense or a Sigmoid, and not of another Sequential

What is said here is what the statements so far show; a call of a method by the class of its object checks the class.
"""
from __future__ import annotations

import inspect
from collections.abc import Callable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.writing import MUTATORS

#: What may be done with a list that leaves it with the elements that it has.
_READING = (len, range, zip, enumerate, reversed, list, tuple, type, isinstance)


class HeldClasses:
    """What variables and attributes of variables stand for: lists with elements of known classes, and elements of these."""

    def __init__(self) -> None:
        #: Attributes, and variables for lists, that one loop both reads and fills.
        self.turning: frozenset[str] = frozenset()
        #: Places that stand for what another place stands for; variables that stand for an element of a list.
        self._same: dict[Expr, Expr] = {}
        self._taken: dict[Expr, Expr] = {}
        self._held: dict[Expr, set[type]] = {}
        self._made: dict[Expr, type] = {}
        self._bound: set[Expr] = set()
        #: Places of which nothing is known: those that are bound twice, or may get other elements.
        self._lost: set[Expr] = set()

    def of_element(self, e: Expr) -> frozenset[type]:
        """The classes of which one is that of the object that a place stands for; none where they are not known."""
        place = self._root(e)
        if place in self._made and place not in self._lost and not self._turns(e):
            return frozenset((self._made[place],))
        owner = self._root(e.args[0]) if e.head == "index" else None if place in self._lost else self._taken.get(place)
        if owner is not None and self._turns(owner):
            return frozenset()
        return frozenset() if owner is None or owner in self._lost else frozenset(self._held.get(owner, ()))

    def note(self, s: S.Stmt, class_of: Callable[[Expr], type | None]) -> None:
        """Enter what a statement shows."""
        if isinstance(s, S.Assign) and _is_place(s.target):
            self._bind(s.target if s.target.head == "var" else self._root(s.target, True), s.value, class_of)
        elif isinstance(s, (S.Assign, S.Aug)) and s.target.head != "tuple":
            self._lost.add(self._root(s.target.args[0] if s.target.head == "index" else s.target))
        for e in S.expressions(s):
            for call in E.calls(e) if e.heads & E.CALL else ():
                self._called(call, class_of)

    def _bind(self, place: Expr, e: Expr, class_of: Callable[[Expr], type | None]) -> None:
        if e.head in ("op", "const", "compare"):
            self._lost.add(place)
            return
        if place in self._bound or place in self._lost:
            self._lost.add(place)
            return
        self._bound.add(place)
        if e.head in ("list", "tuple"):
            classes = [class_of(a) or self._class_made(a) for a in e.args]
            if None in classes:
                self._lost.add(place)
            else:
                self._held[place] = {c for c in classes if c is not None}
        elif E.callee(e) in (list, tuple) and len(e.args) == 2 and self._root(e.args[1]) in self._held:
            self._held[place] = set(self._held[self._root(e.args[1])])
            if self._root(e.args[1]) in self._lost:
                self._lost.add(place)
        elif _is_place(e) and not place.names.isdisjoint(self._root(e).names):  # ``n = n.T``, ``node = node.next``
            self._lost.add(place)
        elif _is_place(e):
            self._same[place] = self._root(e)
        elif e.head == "call" and _makes(E.callee(e)):
            self._made[place] = E.callee(e)
        elif E.is_new_object(e) and (made := E.callee(E.call(e.args[0].args[0]))) is not None:
            self._made[place] = made
        elif e.head == "index" and e.args[1].head != "slice":
            self._taken[place] = self._root(e.args[0])
        else:
            self._lost.add(place)

    def _called(self, e: Expr, class_of: Callable[[Expr], type | None]) -> None:
        """A call may change what it is given, and the list that it is a method of."""
        fn = e.args[0]
        if E.hashable_callee(e) in _READING:
            return
        if fn.head == "attr":
            owner, added = self._root(fn.args[0]), [class_of(a) or self._class_made(a) for a in e.args[1:]]
            if fn.data == "append" and len(added) == 1 and added[0] is not None and owner in self._held:
                self._held[owner].add(added[0])
                return
            self._lost.add(owner)
        self._lost |= {self._root(a) for a in e.args[1:] if self._root(a) in self._held}

    def _turns(self, e: Expr) -> bool:
        return e.head in ("var", "attr") and str(e.data) in self.turning

    def _class_made(self, e: Expr) -> type | None:
        place = self._root(e)
        return E.callee(e) if e.head == "call" and _makes(E.callee(e)) else None if place in self._lost else self._made.get(place)

    def _root(self, e: Expr, bound: bool = False) -> Expr:
        """The place that a variable or an attribute stands for; where it is `bound`, that is what it stood for no more."""
        seen: set[Expr] = set()
        while _is_place(e) and e not in seen:
            seen.add(e)
            if e.head == "attr":
                e = E.attr(self._root(e.args[0]), e.data)
            if bound or e not in self._same or e in self._lost:
                break
            e = self._same[e]
        return e


def turning(body: S.Block) -> frozenset[str]:
    """The attributes, and the variables for lists, that a loop both reads and fills: what they hold changes from turn to turn."""
    found: set[str] = set()
    for loop in S.walk_stmts(body):
        if not isinstance(loop, (S.For, S.While)):
            continue
        filled, read = set[str](), set[str]()
        for s in S.walk_stmts((loop,)):
            stored = s.target if isinstance(s, (S.Assign, S.Aug)) else None
            if stored is not None and stored.head == "attr":
                filled.add(str(stored.data))
            elif stored is not None and stored.head == "index":
                filled.add(str(stored.args[0].data))
            for e in S.expressions(s):
                for part in E.walk(e):
                    if part is stored:
                        continue
                    called = part.head == "call" and part.args[0].head == "attr" and part.args[0].data in MUTATORS
                    filled |= {str(part.args[0].args[0].data)} if called else set()
                    if part.head in ("attr", "index"):
                        read.add(str(part.data if part.head == "attr" else part.args[0].data))
            read |= {str(s.iter.data)} if isinstance(s, S.For) and _is_place(s.iter) else set()
        found |= filled & read
    return frozenset(found)


def _is_place(e: Expr) -> bool:
    return e.head == "var" or e.head == "attr" and _is_place(e.args[0])


def _makes(fn: object) -> bool:
    """Is this a class whose calls give objects of it?"""
    return isinstance(fn, type) and type(fn).__call__ is type.__call__ and not inspect.isfunction(getattr(fn, "__new__", None))
