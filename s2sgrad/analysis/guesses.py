"""What is taken for granted of memory where nothing tells: that an element is a number, or a part; that a key copies.

A derivative checks what it took for granted (see `differentiate.guards`).
"""
from __future__ import annotations

from collections.abc import Iterable

from s2sgrad.analysis.borrowing import copies, has_slice
from s2sgrad.analysis.changes import Changes
from s2sgrad.analysis.inference import Types, type_of
from s2sgrad.analysis.memory import Node, within
from s2sgrad.analysis.subscripts import is_mask, is_selection
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr


class Guesses(Changes):
    """The memory of a function, with what was taken for granted of it."""

    def __init__(self, fn: S.Function, types: Types, guess: bool) -> None:
        super().__init__(fn, types, guess)
        self.elements: list[tuple[S.Stmt, Expr, str]] = []
        self.assumed: set[str] = set()  # variables taken for numbers, which share nothing
        self.list_copies: list[tuple[S.Stmt, Expr]] = []
        self.copies: list[tuple[S.Stmt, Expr, str]] = []  # what they copied, and what was taken for granted of that
        self._kept: list[tuple[str, Node, str]] = []
        self._taken_from: dict[str, list[Node]] = {}  # by variables taken for numbers: where these are put back, they say nothing
        self._named: list[tuple[str, Node]] = []
        self._updates: list[S.Aug] = []
        #: Augmented assignments to places of containers and objects, with the nodes of these and of what the places hold.
        self.inner_updates: list[tuple[S.Aug, Node, Node]] = []
        #: Variables for elements that a container or an object gets, the parts of which are changed in place.
        self.kept_changed: frozenset[str] = E.NO_NAMES

    def type_of(self, e: Expr, s: S.Stmt) -> T.Type:
        return type_of(e, self.types.before.get(s, {}))

    def _name_anew(self, name: str, other: str) -> None:
        """What is taken for a number gets another name."""
        self.assumed.add(other)
        self._named.append((name, self.node(other)))

    def _keep(self, e: Expr, owner: Node | None, attribute: str = "") -> None:
        """A container, or an attribute of an object, gets what is taken for a number."""
        if owner is not None and e.head == "var" and e.data in self.assumed and all(
                n.find() is not owner.find() for n in self._taken_from.get(e.data, ())):
            self._kept.append((e.data, owner, attribute))

    def changed_where_kept(self) -> frozenset[str]:
        """What was taken for numbers and put where parts are changed in place, or changed so itself: these are arrays, then."""
        def parts(owner: Node, attribute: str) -> Iterable[Node]:
            return (n for name, n in owner.fields.items() if name == attribute) if attribute else owner.parts()
        updates = [(s, node) for s, _, node in self.inner_updates] + [(s, self.node(s.target.data)) for s in self._updates]
        updated = {id(node.find()) for s, node in updates if s not in self.shown.unshared}  # in place, if these are arrays
        found = {name for name, owner, attribute in self._kept
                 if any(n.written or id(n.find()) in updated for part in parts(owner.find(), attribute) for n in within(part))}
        for name, other in reversed(self._named):  # a name may be given on
            if other.find().written or not found.isdisjoint(other.find().names):
                found.add(name)
        return frozenset(found)

    def _is_copied_at_once(self, s: S.Stmt, target: Expr) -> bool:
        """Is all that happens to ``t = x[i]`` that the next statement stores it in an array, ``y[j] = t``, or checks it?"""
        use = self.shown.passed_on.get(target.data)
        return s in self.shown.checked_bindings or (
            use is not None and self.type_of(use.target.args[0], use).kind in _HOLDERS[:2])

    def _is_element(self, s: S.Stmt, target: Expr, e: Expr) -> bool:
        """Is ``t = x[i]`` likely to be a number, where nothing proves it to be one or a part of an array?"""
        if e.head != "index" or has_slice(e.args[1]) or self._is_copy(e, s) or self.type_of(e.args[0], s).kind not in _HOLDERS:
            return False
        made, taken = self.types.result(s, target.data), self.type_of(e, s)
        if made.kind not in ("any", "numeric", "number") or not self.guess or taken.rank or taken.kind == "number":
            return False
        likely = "part" if made.kind != "number" and (
            self._is_part(target.data, e) or target.data in self.kept_changed) else "number"
        self.elements.append((s, e.args[0], likely))
        if likely == "number":
            self.assumed.add(target.data)
            if e.args[0].head == "var" and self.types.may_hold_numbers(e.args[0]):
                self._taken_from.setdefault(target.data, []).append(self.node(e.args[0].data))
        return likely == "number"

    def _is_other_part(self, s: S.Assign, write: S.Assign | S.Aug) -> bool:
        """Is ``t = x[i]`` of an `x` of which nothing is known, and ``x[j] = ...`` written with another subscript?"""
        e, name = s.value, s.target.data
        if e.head != "index" or has_slice(e.args[1]) or self.type_of(e.args[0], s).kind not in _HOLDERS:
            return False
        known = self.types.result(s, name).kind not in ("any", "numeric") or self.type_of(e, s).rank
        return not (known or self._is_part(name, e)) and write.target.args[0] == e.args[0] and write.target.args[1] != e.args[1]

    def _is_part(self, name: str, e: Expr) -> bool:
        """Is ``t = x[i]`` likely to be a part of an array, and not a number?"""
        return self.types.is_used_as_array(name) or self.types.has_part_at(e) or self.types.is_contained(name, e) and (
            E.is_text(e.args[1]) or not self.types.may_hold_numbers(e.args[0]))

    def _is_copy(self, e: Expr, s: S.Stmt) -> bool:
        """Is ``x[key]`` a copy: is the key a mask or an array of positions? What is only likely is checked."""
        keys = e.args[1].args if e.args[1].head == "tuple" else (e.args[1],)
        types, owner = [self.type_of(k, s) for k in keys], self.type_of(e.args[0], s).kind
        if copies(e.args[1]) or any(map(is_selection, types)) or e.args[0].data == "flat" \
                or owner in ("array", "numeric") and any(map(is_mask, types)):
            return True
        unknown = [k for k, t in zip(keys, types) if not E.is_const(k) and t.kind in ("any", "numeric") and k.head != "slice"]
        if not unknown or owner not in ("array", "numeric") and not (owner == "any" and has_slice(e.args[1])):
            return False
        made = s.target.data if isinstance(s, S.Assign) and s.value == e and s.target.head == "var" else ""
        copied = any(k.head == "var" and self.types.is_part(k.data) or made and self.types.is_selection(k, made) for k in unknown)
        if made and (copied or has_slice(e.args[1])) and all(t is not s for t, _, _ in self.elements):
            self.elements.append((s, e.args[0], "copy" if copied else "part"))
        return copied

    def _copies_list(self, s: S.Stmt, e: Expr, owner: T.Type) -> bool:
        """``xs[:]`` is how lists are copied; of what may be an array it is taken for that, and checked."""
        whole = all(E.is_const(a, None) for a in e.args[1].args)
        if owner.kind != "any" or not whole or not isinstance(s, S.Assign) or s.value != e or not self.guess \
                or s.target.head == "var" and s.target.data in self.shown.reduced:
            return False
        self.list_copies.append((s, e.args[0]))
        return True

    def _takes_elements(self, s: S.Stmt, operand: Expr) -> bool:
        """``list(xs)``, of which nothing is known: are the elements likely to be no views of `xs`, as rows are of an array?"""
        if not self.guess or not isinstance(s, S.Assign) or s.target.head != "var" or operand.head not in _PLACES \
                or self.type_of(operand, s).kind != "any" or any(map(self.types.changes_parts, (operand, s.target))):
            return False
        self.copies.append((s, operand, "elements"))
        return True

    def _note_copy(self, e: Expr, s: S.Stmt) -> None:
        """``xs.copy()``, of which nothing is known, is taken for that of an array."""
        if e.args[0].head == "attr" and e.args[0].data == "copy" and isinstance(s, S.Assign) and s.value == e:
            operand = e.args[0].args[0]
            if operand.head in _PLACES and self.type_of(operand, s).kind == "any" and any(
                    map(self.types.updates_parts, (operand, s.target))):
                self.copies.append((s, operand, "deep_copy"))


_HOLDERS = ("array", "numeric", "any", "tuple")
_PLACES = ("var", "index", "attr")
