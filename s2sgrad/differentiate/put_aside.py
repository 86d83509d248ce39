"""Memory that a derivative puts aside, takes back and writes into, in reverse mode over that derivative.

    saved.append(row)              # a view, or an array that has views
    ...
    row2 = saved.pop()
    row2[i] = ...                  # puts back what was there

Nothing binds the adjoint of `row2` to that of the array, or of another view, which has it as soon as either is read afterwards.
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad.analysis.borrowing import contents_read, is_generated
from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.links import OF_ARRAYS
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.lower.effects import written_arguments

#: The list that something was taken from, and its position in the tuple that was there.
Place = tuple[Expr, int]


def check(facts: Facts) -> None:
    """Raise where a derivative writes into a view that it has put aside, or into an array of which it reads another name."""
    found = _PutAside(facts)
    for s in S.walk_stmts(facts.function.body) if found.kept else ():
        if not is_generated(s):
            continue
        stored = S.stored_root(s)
        for root, place in [(e, place) for e in _written(s) for place in found.places(e)]:
            if root == stored and not found.kept[place].isdisjoint(found.views) or found.is_read_elsewhere(place, s):
                raise unsupported(s.loc, "a view that a derivative puts aside in a loop, and writes into, cannot be "
                                  "differentiated in reverse mode",
                                  "make the view before the loop, or take the second derivative in forward mode: hvp(f)")


class _PutAside:
    """What a derivative keeps in lists, under which names, and where it takes it from them."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.views = facts.roles.views.keys() - facts.links.variables  # of those, adjoints are found by what they are
        self.kept: dict[Place, set[str]] = {}
        self.popped: dict[Expr, Expr] = {}
        for s in S.walk_stmts(facts.function.body):
            if not isinstance(s, (S.Assign, S.Do)) or not is_generated(s) or s.value.head != "call":
                continue
            fn = s.value.args[0]
            if isinstance(s, S.Do) and fn.head == "attr" and fn.data == "append" and s.value.args[1].head == "var":
                self._put(E.root(fn), s.value.args[1])
            elif isinstance(s, S.Assign) and fn.head == "attr" and fn.data == "pop" and s.target.head == "var":
                self.popped[s.target] = E.root(fn)

    def _put(self, stack: Expr, e: Expr) -> None:
        made = self.facts.single_definition(e.data)
        parts = made.value.args if isinstance(made, S.Assign) and made.value.head == "tuple" else (e,)
        for n, part in enumerate(parts):
            if part.head == "var" and (part.data in self.views or self._is_changed(part.data)):
                self.kept.setdefault((stack, n), set()).add(part.data)

    def _is_changed(self, name: str) -> bool:
        """Is this an array that is changed in place? The adjoints of objects are found by what they are."""
        aliasing = self.facts.aliasing
        return name not in self.facts.links.variables and bool(aliasing.contents(name)) \
            and aliasing.types.end.get(name, _ANY).kind in ("array", "numeric", "any") \
            and not aliasing.node(name).find().fields.keys() - OF_ARRAYS

    def places(self, e: Expr) -> Iterator[Place]:
        """Where a variable, or what it is a view of, was taken from, if it was kept there."""
        for name in sorted(self._owners(e.data)):
            made = self.facts.roles.views[name][0].value if name in self.facts.roles.views else E.NONE
            if made.head == "index" and E.is_const(made.args[1]) and made.args[0] in self.popped:
                yield from {(self.popped[made.args[0]], made.args[1].data)} & self.kept.keys()
            if E.var(name) in self.popped:
                yield from {(self.popped[E.var(name)], 0)} & self.kept.keys()

    def is_read_elsewhere(self, place: Place, write: S.Stmt) -> bool:
        """Is what was put aside there read, after the statement that writes into it, under another name than it was taken by?"""
        owners = self._kept_owners(place)
        for s in S.walk_after(self.facts.function.body, write):
            for name in sorted(_read(s)):
                others = list(self.places(E.var(name)))
                if place not in others and not owners.isdisjoint(
                        self._owners(name).union(*map(self._kept_owners, others))):
                    return True
        return False

    def _kept_owners(self, place: Place) -> frozenset[str]:
        return frozenset().union(*map(self._owners, filter(self._is_changed, self.kept[place])))

    def _owners(self, name: str) -> frozenset[str]:
        """A variable, and what it is a view of."""
        found, todo = {name}, [name]
        while todo:
            of = todo.pop()
            more = set(self.facts.roles.sources(of)) - found if of in self.facts.roles.views else set()
            found |= more
            todo += more
        return frozenset(found)


_ANY = Type()


def _written(s: S.Stmt) -> Iterator[Expr]:
    """The variables in which, or in what they stand for, a statement writes."""
    root = S.stored_root(s)
    if root is not None and root.head == "var":
        yield root
    for e in S.expressions(s):
        for call in E.calls(e):
            yield from (r for r in map(E.root, written_arguments(call)) if r.head == "var")


def _read(s: S.Stmt) -> frozenset[str]:
    """The variables of which a statement reads more than the shape, beside checks."""
    if isinstance(s, S.Do) and getattr(E.callee(s.value), "__name__", "").startswith("require_"):
        return E.NO_NAMES
    parts = S.expressions(s)
    if isinstance(s, S.Assign):  # what is written into is not read
        parts = (s.value, *(s.target.args[1:] if s.target.head == "index" else ()))
    return frozenset().union(*map(contents_read, parts))
