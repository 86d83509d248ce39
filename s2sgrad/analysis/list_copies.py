"""New containers of the elements of others, ``list(xs)`` and ``xs[:n]``, and which of them hold numbers."""
from __future__ import annotations

from functools import cached_property

from s2sgrad import runtime
from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.borrowing import is_generated
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for


class ListsOfNumbers:
    """The lists of elements of others that are taken for lists of numbers: nothing that they hold is changed in place.

    A check confirms it where the list is made of what may be an array as well, or of a list into which something is put.
    """

    def __init__(self, fn: S.Function, aliasing: Aliasing) -> None:
        self.fn = fn
        self.aliasing = aliasing
        self._known: set[str] = set()
        self._checked: dict[str, list[S.Assign]] = {}

    def is_made(self, name: str, s: S.Assign, e: Expr, source: str) -> bool:
        """Is what a statement makes of the elements of `source` such a list? If it has to be checked, it will be."""
        aliasing, again = self.aliasing, source in self._known
        if not aliasing.guess or not (again or aliasing.node(source) is aliasing.element(aliasing.node(name))
                                      or is_generated(s) and may_hold_either(source, s, aliasing)):
            return False
        if _holds_arrays(aliasing.type_of(e, s)) or name in self._added_to:
            return False
        if any(map(aliasing.types.has_parts, map(E.var, (source, name)))) and not self._gets_others(name, s):
            return False
        if not again or source in self._changed:
            aliasing.guards[s] = "numbers"
            self._checked.setdefault(name, []).append(s)
        self._known.add(name)
        return True

    def is_sure(self, e: Expr) -> bool:
        """Is `e` one that a check confirms where it is made, ``sorted(x)``, and that gets nothing else?"""
        made = self._checked.get(e.data, ()) if e.head == "var" else ()
        return bool(made) and not any(self._gets_others(e.data, s) for s in made)

    def _gets_others(self, name: str, made: S.Assign) -> bool:
        return any(gets_others(s, made, name, self.aliasing) for s in S.walk_stmts(self.fn.body))

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(e.data for s in S.walk_stmts(self.fn.body) for e in containers_changed(s) if e.head == "var")

    @cached_property
    def _added_to(self) -> frozenset[str]:
        """The lists to whose elements a derivative adds, ``add_to(list(bxs), bys)``."""
        return frozenset(a.data for s in S.of_kinds(self.fn.body, S.Do) for call in E.calls(s.value)
                         if E.callee(call) is runtime.add_to for a in call.args[1:2] if a.head == "var")


def may_hold_either(name: str, s: S.Stmt, aliasing: Aliasing) -> bool:
    """Does nothing tell whether a list holds numbers or arrays?"""
    return aliasing.type_of(E.index(E.var(name), E.const(0)), s).kind in ("any", "numeric")


def holds_elements(e: Expr, s: S.Stmt, aliasing: Aliasing) -> bool:
    """Is this a new container of the elements of another, a part of a list among them?"""
    return _holds_elements(e) or _is_list_copy(e, s, aliasing)


def gets_others(s: S.Stmt, made: S.Assign, name: str, aliasing: Aliasing) -> bool:
    """Does a statement put something else into a container, ``ys = list(xs)``, or into the one that it was made of while it is
    in use?"""
    changed = containers_changed(s)
    if E.var(name) in changed:
        return True
    if not changed or name not in aliasing.live_after.get(s, E.NO_NAMES):
        return False
    copied = made.value.args[0] if made.value.head == "index" else canonical(made.value).args[1]
    inside = aliasing.element(aliasing.node(name))

    def is_one(e: Expr) -> bool:
        if aliasing.type_of(e, s).is_array:
            return False
        node = aliasing.place(e, s)
        return e == copied or node is not None and node is not inside and node in (
            aliasing.node(name), aliasing.place(copied, made))

    return any(map(is_one, changed))


def containers_changed(s: S.Stmt) -> list[Expr]:
    """What a statement may put something into, or take something out of."""
    targets = s.targets if isinstance(s, S.Delete) else (s.target,) if isinstance(s, S.Assign) else ()
    found = [t.args[0] for t in targets if t.head == "index"]
    return found + [call.args[0].args[0] for e in S.expressions(s) for call in E.calls(e)
                    if call.args[0].head == "attr" and call.args[0].data in MUTATORS]


def _holds_elements(e: Expr) -> bool:
    """Is this a new container of the elements of another, ``list(xs)``?"""
    rule = rule_for(E.callee(canonical(e)))
    return rule is not None and any(v.endswith(".elements") for v in rule.view)


def _is_list_copy(e: Expr, s: S.Stmt, aliasing: Aliasing) -> bool:
    """A slice of a list is a list of its own."""
    if e.head != "index" or e.args[1].head != "slice":
        return False
    return aliasing.type_of(e.args[0], s).kind in ("list", "tuple") or any(t is s for t, _ in aliasing.list_copies)


def _holds_arrays(t: Type) -> bool:
    """Are the elements of a container arrays for sure, as those of ``np.split(x, 2)`` are?"""
    return t.element is not None and t.element.is_array
