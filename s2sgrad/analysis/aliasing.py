"""Which groups of variables that may share memory are changed in place, and which reads see it."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from s2sgrad import runtime
from s2sgrad.analysis.borrowing import contents_read, is_copied, is_generated, shared_root
from s2sgrad.analysis.held_twice import Stores
from s2sgrad.analysis.inference import Types
from s2sgrad.analysis.memory import Node, is_place_known, token, within
from s2sgrad.analysis.sharing import Sharing
from s2sgrad.analysis.yielded import element_of
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness


class Aliasing(Sharing):
    """What is changed in place, and which of it a variable stands for.

    `in_place` holds the augmented assignments to variables that change an array which others see as well. Where
    nothing tells whether it is an array or a number that they change, `guards` holds them with the more likely of the
    two, "array" or "number"; that it is so is checked when the derivative runs. Without `guess`, whatever may be an
    array is taken for one and nothing has to be checked.
    """

    def __init__(self, fn: S.Function, types: Types, visible_params: bool, guess: bool, containers: frozenset[str],
                 live: Liveness, first: Sharing, numbers: frozenset[str] = E.NO_NAMES) -> None:
        super().__init__(fn, types, guess, containers, live, first, numbers)
        #: What statements put into containers, by who asks for it (see `links`).
        self.put: dict[Callable[..., list[Expr]], dict[S.Stmt, list[Expr]]] = {}
        #: Statements that put what is taken for a number into a container, each with that.
        self.stored_numbers: list[tuple[S.Stmt, Expr]] = []
        self.in_place: set[S.Stmt] = set()
        self.guards: dict[S.Stmt, str] = {}
        self._params = frozenset(p.name for p in fn.params)
        self._body = fn.body
        self._stores: Stores | None = None
        self._visible = self._params if visible_params else E.NO_NAMES
        self._borrowed: dict[str, set[str]] = {}
        returned = frozenset().union(*(S.reads(s) for s in fn.body[-1:]))
        frozen = frozenset(s for s in self.shown.frozen.gifts if returned.isdisjoint(S.writes(s)))
        for s in self.transient - frozen:
            if (root := shared_root(s.value)) is not None and not is_copied(s.value) \
                    and not types.result(s, s.target.data).immutable:
                self._borrowed.setdefault(s.target.data, set()).add(root)
        self._live = live
        self._decide_updates()
        self._guard_elements()
        self._contents: dict[str, frozenset[str]] = {}
        self._asked_at = -1

    # ---- answers --------------------------------------------------------------------------------------------

    @property
    def live_after(self) -> Mapping[S.Stmt, frozenset[str]]:
        return self._live.after

    def live_once_bound(self, s: S.Stmt) -> frozenset[str]:
        """The variables that may be read once a statement has bound its own: in its blocks and after it."""
        after = self.live_after.get(s, E.NO_NAMES)
        if isinstance(s, S.With):
            return after.union(*map(S.reads, S.walk_stmts(s.body)))
        return after | self._live.head[s] if isinstance(s, S.For) else after

    def contents(self, name: str) -> frozenset[str]:
        """Tokens for the memory that reading `name` reads, one for each group that is changed in place."""
        if not self.changed:
            return E.NO_NAMES
        if self._asked_at != self._merges:  # asking for a place may merge others
            self._asked_at = self._merges
            self._contents.clear()
        found = self._contents.get(name)
        if found is None:
            found = self._contents[name] = self._find_contents(name)
        return found

    def _find_contents(self, name: str) -> frozenset[str]:
        out: set[str] = set()
        todo, seen = [self.nodes.get(n) for n in (self.lenders(name) if self._borrowed else (name,))], set()
        while todo:
            node = todo.pop()
            if node is None or id(node.find()) in seen:
                continue
            node = node.find()
            seen.add(id(node))
            if node.written:
                out.add(token(node))
            todo.extend(node.parts())
        return frozenset(out)

    def itself(self, name: str) -> frozenset[str]:
        """Tokens for what a variable stands for without what that holds: for its length, say."""
        return frozenset().union(*(self.tokens_of(self.nodes[n]) for n in self.lenders(name) if n in self.nodes))

    def lenders(self, name: str) -> list[str]:
        """A variable, and those that it borrows memory from while nothing is written (see `transient_reads`)."""
        out = [name]
        for borrower in out:
            found = self._borrowed.get(borrower)
            if found is not None:
                out += sorted(found.difference(out))
        return out

    def sharers(self, e: Expr, s: S.Stmt) -> frozenset[str]:
        """The variables that may stand for, or hold, what a place holds."""
        node = self.value(e, s)
        return E.NO_NAMES if node is None else frozenset((*node.find().names, *self._holders(node.find())))

    def updated_inside(self) -> frozenset[str]:
        """The variables for what an element or attribute may be that an augmented assignment updates: if that is an array, it
        changes, whether or not anyone looks at it afterwards."""
        return frozenset(n for _, _, node in self.inner_updates for n in node.find().names) - self.assumed

    def may_be_resized(self, name: str) -> bool:
        """Does the function put elements into it, or into what it is taken from? Then its length changes as its contents do."""
        if self.types.end.get(name, T.ANY).kind in ("array", "numeric", "number"):
            return False
        lenders = [self.nodes[n].find() for n in self.lenders(name) if n in self.nodes]
        return any(part.container for n in lenders for part in within(n))

    # ---- decisions ------------------------------------------------------------------------------------------

    def _guard_elements(self) -> None:
        """Elements of arrays that are changed in place have to be numbers if they were taken for such."""
        changed = self.changed_where_kept()
        for s, obj, likely in self.elements:
            node = self.value(obj, s)
            if likely == "number" and s.target.data in changed:  # type: ignore[union-attr]
                self.guards[s] = likely
            elif likely == "copy" and self._is_changed(s.target.data):  # type: ignore[union-attr]
                self.guards[s] = likely
            elif node is not None and (self._changes(node, likely) and not self._is_list(node) or any(
                    n.find().written for n in self._parts_at(node, s.value.args[1]))):  # type: ignore[union-attr]
                self.guards[s] = likely
        for s, obj, kind in self.copies:
            copied, made = self.value(obj, s), self.node(s.target.data)  # type: ignore[union-attr]
            if kind == "deep_copy" or any(n is not None and n.find().written for n in (copied, made, made.find().element)):
                self.guards[s] = kind
        for s, obj in self.list_copies:
            nodes = [self.value(obj, s), self.nodes.get(s.target.data)]  # type: ignore[union-attr]
            if any(node is not None and node.find().written for node in nodes) or self._is_changed(s.target.data):  # type: ignore[union-attr]
                self.guards[s] = "list"

    def _changes(self, node: Node, likely: str) -> bool:
        """Is an array changed in place, if only by augmented assignments to a variable that nobody else sees?"""
        names = node.find().names
        return node.written or likely != "part" and any(s.target.data in names for s in self._updates)

    @staticmethod
    def _parts_at(node: Node, key: Expr) -> Iterator[Node]:
        """What a container may hold in a place: of a tuple that is taken apart, one position."""
        if node.told_apart and is_place_known(key):
            yield from (n for k, n in node.positions.items() if k == key.data)
            return
        if node.element is not None:
            yield node.element
        yield from node.positions.values()

    def _is_list(self, node: Node) -> bool:
        """Is this a container that the function makes itself? What it holds is no view of it."""
        return node.container and not any(n in self._params or self.types.end.get(n, T.ANY).is_array for n in node.names)

    def _is_changed(self, name: str) -> bool:
        """Does the function write into, or update, what a variable stands for, or what may be a part of that?"""
        names = self.group(name)
        return self.written(name) or any(s.target.data == name or s.target.data in names for s in self._updates)

    def _decide_updates(self) -> None:
        """``y += e`` changes an array in place; that matters where another name of the array is read later."""
        undecided = -1
        while undecided != len(self.in_place):  # a group that one statement changes is one that others change too
            undecided = len(self.in_place)
            for s in self._updates:
                self._decide(s)
            for s, owner, node in self.inner_updates:
                self._decide_inner(s, owner.find(), node.find())

    def _decide_inner(self, s: S.Aug, owner: Node, node: Node) -> None:
        """``x[i] += v`` changes the array that is the element; it matters where a variable stands for it as well, or
        where another container holds it."""
        holders = [n for h in node.holders if h.find() is not owner for n in h.find().names]
        others = [n for n in (*node.names, *holders)
                  if n not in self.assumed and (n in self.live_after[s] or n in self._visible)]
        types = [element_of(t) if n in holders else t for n in others for t in (self.types.end.get(n, T.ANY),)]
        if node.written:
            self.in_place.add(s)
            return
        if s in self.shown.unshared:
            return
        if self._is_held_twice(node):
            types.append(self.type_of(s.target, s))
        if any(t.kind != "number" for t in types):
            known = self.type_of(s.value, s).is_array or any(t.is_array for t in types) or any(
                self.types.end.get(n, T.ANY).is_array for n in node.names)
            likely = any(self.types.has_parts(E.var(n)) if n in holders else self.types.is_likely_array(n) for n in others)
            likely |= s.target.head == "index" and s.target.args[1].head != "tuple" and self.types.has_axes(s.target.args[0])
            if known or likely or not self.guess:
                self.in_place.add(s)
                self._write(node)
            if not known and self.guess:
                self.guards[s] = "array" if s in self.in_place else "number"

    def _is_held_twice(self, node: Node) -> bool:
        """May two places of what holds it be one array? What the function itself puts there tells."""
        if self._stores is None:
            self._stores = Stores(self._body)

        def is_held(e: Expr, s: S.Stmt) -> bool:
            stored = self.value(e, s)
            return stored is not None and stored.find() is node.find()

        return self._stores.twice(is_held)

    def _decide(self, s: S.Aug) -> None:
        name = s.target.data
        others = (frozenset(self.group(name)) | frozenset(self.holders(name))) - {name}
        seen = not others.isdisjoint(self.live_after[s]) or not self._visible.isdisjoint(self.group(name)) \
            or not self._walked[s].isdisjoint({name, *others})
        if name in self.assumed:
            self.guards[s] = "number"
        elif self.node(name).written:
            self.in_place.add(s)
            if self.types.at(s, name).kind in ("any", "numeric") and self.guess:
                self.guards[s] = "array"
        elif seen and s not in self.shown.unshared:
            known = self.types.at(s, name).kind not in ("any", "numeric")
            likely = self.types.is_likely_array(name) or is_generated(s) and name in self._adjoints or name in self._walked[s]
            if not known and self.guess:
                self.guards[s] = "array" if likely else "number"
            if known or likely or not self.guess:
                self.in_place.add(s)
                self._write(self.node(name))

    @cached_property
    def _walked(self) -> dict[S.Aug, frozenset[str]]:
        """By augmented assignment, the variables for what the loops around it go through, which a loop goes on with whatever the
        variable stands for by then."""
        found: dict[S.Aug, frozenset[str]] = {}

        def look(body: S.Block, walked: frozenset[str]) -> None:
            for s in body:
                if isinstance(s, S.Aug):
                    found[s] = walked
                through = contents_read(s.iter) if isinstance(s, S.For) and E.callee(s.iter) is not range else E.NO_NAMES
                for n, block in enumerate(S.blocks(s)):
                    look(block, walked if n else walked | through)

        look(self._body, E.NO_NAMES)
        return found

    @cached_property
    def _adjoints(self) -> frozenset[str]:
        """The variables for adjoints that a derivative is given or makes: it updates none that is a number."""
        found = set(self._visible)
        for s in S.walk_stmts(self._body):
            if isinstance(s, S.Assign) and s.target.head == "var" and (
                    E.callee(s.value) is runtime.zeros_like or s.value.head == "var" and s.value.data in found):
                found.add(s.target.data)
        return frozenset(found)


def aliasing_of(fn: S.Function, types: Types, visible_params: bool, guess: bool = True, changed: frozenset[str] = E.NO_NAMES,
                numbers: frozenset[str] = E.NO_NAMES) -> Aliasing:
    """The aliasing of a function, of which some variables are taken for `numbers`, and the caller looks at the parameters
    `changed` when it is done. A first round finds out which variables stand for containers: lists that are displayed or
    appended to, whose elements are not views of them as rows are of an array."""
    live = Liveness(fn.body, changed)
    but = E.NO_NAMES
    while True:
        first = Sharing(fn, types, guess, None, live, None, numbers, but)
        found = Aliasing(fn, types, visible_params, guess, first.containers(), live, first, numbers)
        lost = frozenset().union(*map(S.writes, first.shown.frozen.gifts & first.transient - found.transient))
        if not lost:
            return found
        but |= lost
