"""The classes of what lists hold that a function makes itself.

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

#: What may be done with a list that leaves it with the elements that it has.
_READING = (len, range, zip, enumerate, reversed, list, tuple, type, isinstance)


class HeldClasses:
    """What variables and attributes of variables stand for: lists with elements of known classes, and elements of these."""

    def __init__(self) -> None:
        #: Places that stand for what another place stands for; variables that stand for an element of a list.
        self._same: dict[Expr, Expr] = {}
        self._taken: dict[Expr, Expr] = {}
        self._held: dict[Expr, set[type]] = {}
        self._made: dict[Expr, type] = {}
        self._bound: set[Expr] = set()
        #: Places of which nothing is known: those that are bound twice, or may get other elements.
        self._lost: set[Expr] = set()

    def of_element(self, e: Expr) -> frozenset[type]:
        """The classes of which one is that of the object that a variable stands for; none where they are not known."""
        place = self._root(e)
        owner = self._root(e.args[0]) if e.head == "index" else None if place in self._lost else self._taken.get(place)
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
        elif e.head == "index" and e.args[1].head != "slice":
            self._taken[place] = self._root(e.args[0])
        else:
            self._lost.add(place)

    def _called(self, e: Expr, class_of: Callable[[Expr], type | None]) -> None:
        """A call may change what it is given, and the list that it is a method of."""
        fn = e.args[0]
        if E.callee(e) in _READING if E.is_hashable(E.callee(e)) else False:
            return
        if fn.head == "attr":
            owner, added = self._root(fn.args[0]), [class_of(a) or self._class_made(a) for a in e.args[1:]]
            if fn.data == "append" and len(added) == 1 and added[0] is not None and owner in self._held:
                self._held[owner].add(added[0])
                return
            self._lost.add(owner)
        self._lost |= {self._root(a) for a in e.args[1:] if self._root(a) in self._held}

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


def _is_place(e: Expr) -> bool:
    return e.head == "var" or e.head == "attr" and _is_place(e.args[0])


def _makes(fn: object) -> bool:
    """Is this a class whose calls give objects of it?"""
    return isinstance(fn, type) and type(fn).__call__ is type.__call__ and not inspect.isfunction(getattr(fn, "__new__", None))
